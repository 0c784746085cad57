"""Credit reviews: applied for, checked, decided by an approver, reminded of."""

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form

from ..const import CREDIT_REVIEW_STATES, CREDIT_REVIEW_TRANSITIONS
from .common import day_in
from .common_credit import CreditCase


class TestCreditReviews(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.create_user("review_collector", "collector")
        cls.reviews = cls.env["ar.credit.review"].with_user(cls.collector)

    def apply(self, **values):
        """Start a review as a collector does."""
        return self.reviews.create({"partner_id": self.customer.id, **values})

    def test_from_application_to_decision(self):
        with Form(self.reviews) as form:
            form.partner_id = self.customer
            form.requested_limit = 8000.0
            form.requested_terms = "within 30 days"
            with form.check_ids.new() as check:
                check.source = "Credit agency"
                check.price = 40.0
                check.score = "62 of 100"
                check.valid_until = day_in(90)
        review = form.record
        self.assertEqual(review.check_price, 40.0)
        review.action_submit()
        self.assertEqual(review.sudo().activity_ids.user_id, self.approver)
        terms = self.env.ref("account.account_payment_term_30days")
        decided = review.with_user(self.approver)
        decided.write(
            {
                "decision": "limit",
                "limit": 5000.0,
                "payment_term_id": terms.id,
                "deposit_percent": 30.0,
                "review_date": day_in(365),
                "decision_note": "Good references",
            }
        )
        decided.action_decide()
        case = self.case_of()
        self.assertEqual((case.credit_state, case.credit_limit), ("limit", 5000.0))
        self.assertEqual(case.credit_review_date, day_in(365))
        self.assertEqual(case.credit_deposit_percent, 30.0)
        self.assertEqual(self.customer.property_payment_term_id, terms)
        self.assertEqual(self.customer.sudo().credit_limit, 5000.0)
        self.assertEqual(review.decided_by_id, self.approver)
        self.assertFalse(review.sudo().activity_ids)
        self.assertIn("5,000.00", self.log_of("credit_decided").filtered("note")[:1].note)

    def test_an_approver_reads_what_the_collector_has_attached(self):
        # As a form does: the file is uploaded before the review is saved.
        upload = {"raw": b"Accounts", "res_model": "ar.credit.review", "res_id": 0}
        files = self.env["ir.attachment"].with_user(self.collector)
        first, second = files.create([{"name": name, **upload} for name in "ab"])
        review = self.apply(document_ids=[Command.link(first.id)])
        review.write({"document_ids": [Command.link(second.id)]})
        read = review.with_user(self.approver).document_ids
        self.assertEqual(read.mapped("name"), ["a", "b"])
        self.assertEqual(read[0].raw, b"Accounts")

    def test_files_of_others_are_not_taken(self):
        upload = {"raw": b"x", "res_model": "ar.credit.review", "res_id": 0}
        theirs = self.env["ir.attachment"].with_user(self.approver).create(
            {"name": "theirs", **upload}
        )
        review = self.apply()
        with self.assertRaises(AccessError):
            review.document_ids = [Command.link(theirs.id)]
        self.assertFalse(theirs.res_id)

    def test_a_check_does_not_end_before_its_day(self):
        check = {"source": "Register", "date": day_in(0), "valid_until": day_in(-1)}
        with self.assertRaisesRegex(ValidationError, "choose a later last day"):
            self.apply(check_ids=[Command.create(check)])
        self.apply(check_ids=[Command.create({**check, "valid_until": day_in(0)})])

    def test_a_limit_below_nothing_is_refused_in_words(self):
        with self.assertRaisesRegex(ValidationError, "To give no credit"):
            self.customer.sudo().credit_limit = -0.01

    def test_only_approvers_fill_in_the_decision_on_the_screen(self):
        review = self.apply()
        self.assertFalse(review.can_decide)
        self.assertTrue(review.with_user(self.approver).can_decide)

    def test_each_decision(self):
        for decision, limit in (("none", 0.0), ("unlimited", 0.0), ("limit", 70.0)):
            with self.subTest(decision):
                self.decide(decision, limit)
                self.assertEqual(self.case_of().credit_state, decision)
        self.decide("none")
        self.assertEqual(self.stops(0.01), ["no_credit"])
        # Core's field cannot say "none": it stays as it was.
        self.assertEqual(self.customer.sudo().credit_limit, 70.0)

    def test_a_review_of_a_contact_is_that_of_the_company(self):
        contact = self.create_customer("Clerk", parent_id=self.customer.id, is_company=False)
        self.decide(limit=90.0, partner=contact)
        self.assertEqual(self.case_of().credit_limit, 90.0)

    def test_a_higher_limit_lifts_holds(self):
        self.root.sudo().ar_credit_invoice_effect = "ask"
        self.decide(limit=10.0)
        held = self.create_draft(50.0)
        held.action_post()
        self.assertEqual(self.holds_of(held), ["over_limit"])
        self.decide(limit=50.0)
        self.assertEqual(self.holds_of(held), [])

    def test_branches_get_the_payment_terms_too(self):
        branch = self.create_branch("Acorn North")
        terms = self.env.ref("account.account_payment_term_15days")
        self.decide(limit=10.0, payment_term_id=terms.id)
        for company in (self.root, branch):
            there = self.customer.with_company(company)
            self.assertEqual(there.property_payment_term_id, terms)

    def test_handing_in_again_asks_once(self):
        review = self.env["ar.credit.review"].create({"partner_id": self.customer.id})
        review.action_submit()
        review.action_reopen()
        self.assertFalse(review.activity_ids)
        review.action_submit()
        self.assertEqual(len(review.activity_ids), 1)

    def test_decisions_must_make_sense(self):
        for values, message in (
            ({}, "Choose the decision"),
            ({"decision": "limit"}, "Enter the limit"),
            ({"decision": "unlimited", "increase": 5, "increase_until": day_in(1)}, "Only a limit"),
            ({"decision": "none", "review_date": day_in(-1)}, "day to come"),
            (
                {"decision": "limit", "limit": 5, "increase": 5, "increase_until": day_in(-1)},
                "has ended",
            ),
        ):
            review = self.apply().with_user(self.approver)
            review.write(values)
            with self.subTest(message), self.assertRaisesRegex(UserError, message):
                review.action_decide()
        with self.assertRaises(ValidationError):
            self.apply().with_user(self.approver).increase = 10.0

    def test_every_change_of_state(self):
        for start, _label in CREDIT_REVIEW_STATES:
            for target, allowed in CREDIT_REVIEW_TRANSITIONS.items():
                review = self.apply()
                review.sudo().state = start
                with self.subTest(start=start, target=target):
                    if start in allowed:
                        review._update_state(target)
                        self.assertEqual(review.state, target)
                    else:
                        with self.assertRaises(UserError):
                            review._update_state(target)

    # === RIGHTS === #

    def test_only_approvers_decide(self):
        review = self.apply()
        for vals in ({"decision": "unlimited"}, {"limit": 1e6}, {"review_date": day_in(1)}):
            with self.subTest(vals), self.assertRaises(AccessError):
                review.write(vals)
            with self.subTest(vals), self.assertRaises(AccessError):
                self.apply(**vals)
        with self.assertRaises(AccessError):
            review.action_decide()
        auditor = self.create_user("review_auditor", "auditor")
        with self.assertRaises(AccessError):
            review.with_user(auditor).action_submit()
        seller = self.create_user("review_seller")
        with self.assertRaises(AccessError):
            review.with_user(seller).read(["limit"])

    def test_nobody_writes_past_the_buttons(self):
        review = self.apply(decided_by_id=self.approver.id, state="decided")
        self.assertEqual(review.state, "draft")
        self.assertFalse(review.decided_by_id)
        case = self.case_of(self.create_customer("Birch Ltd"))
        for vals in ({"state": "decided"}, {"case_id": case.id}, {"user_id": self.approver.id}):
            with self.subTest(vals), self.assertRaises(UserError):
                review.with_user(self.approver).write(vals)
        for name, value in (("credit_state", "unlimited"), ("payer_rating", "good")):
            with self.subTest(name), self.assertRaises(AccessError):
                self.case_of().with_user(self.collector).sudo(False).write({name: value})

    def test_a_decision_is_not_made_up_by_defaults(self):
        forged = {
            "default_state": "decided",
            "default_decided_by_id": self.approver.id,
            "default_user_id": self.approver.id,
            "default_is_reminded": True,
            "default_case_id": self.case_of(self.create_customer("Birch Ltd")).id,
        }
        review = self.reviews.with_context(**forged).create({"partner_id": self.customer.id})
        self.assertEqual(review.state, "draft")
        self.assertEqual(review.user_id, self.collector)
        self.assertEqual(review.case_id, self.case_of())
        self.assertFalse(review.decided_by_id or review.is_reminded)
        for name, value in (("decision", "unlimited"), ("limit", 5.0)):
            reviews = self.reviews.with_context(**{f"default_{name}": value})
            with self.subTest(name), self.assertRaises(AccessError):
                reviews.create({"partner_id": self.customer.id})

    def test_a_decision_stays_as_it_was(self):
        decided = self.decide(limit=10.0)
        with self.assertRaises(UserError):
            decided.limit = 20.0
        with self.assertRaises(UserError):
            decided.unlink()
        with self.assertRaises(UserError):
            decided.env["ar.credit.check"].create({"review_id": decided.id, "source": "Late"})

    def test_other_companies_do_not_see_reviews(self):
        self.decide(limit=10.0)
        other = self.setup_other_company(name="Other company")["company"]
        stranger = self.create_user("stranger", "credit_approver")
        stranger.sudo().write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        for model in ("ar.credit.review", "ar.credit.hold", "ar.credit.release"):
            self.assertFalse(self.env[model].with_user(stranger).search([]))

    # === REMINDER === #

    def run_cron(self, day):
        with self.on_day(day), self.enter_registry_test_mode():
            self.env.ref("ar_collections.ir_cron_credit").sudo().method_direct_trigger()

    def test_somebody_is_reminded_once_a_month_before(self):
        self.decide(limit=10.0, review_date=day_in(40))
        case = self.case_of()
        self.run_cron(9)
        self.assertFalse(case.activity_ids)
        self.run_cron(10)
        self.assertEqual(case.activity_ids.user_id, self.approver)
        self.assertEqual(case.activity_ids.date_deadline, day_in(40))
        self.run_cron(11)
        self.assertEqual(len(case.activity_ids), 1)
        self.run_cron(40)
        self.assertEqual(self.holds_of(), [])
        self.run_cron(41)
        self.assertEqual(self.holds_of(), ["review_lapsed"])

    def test_a_new_decision_closes_the_reminder(self):
        self.decide(limit=10.0, review_date=day_in(5))
        self.run_cron(1)
        self.assertTrue(self.case_of().activity_ids)
        self.decide(limit=10.0, review_date=day_in(400))
        self.assertFalse(self.case_of().activity_ids)
        self.decide(limit=20.0)

    def test_a_newer_decision_needs_no_reminder_of_the_older(self):
        self.decide(limit=10.0, review_date=day_in(5))
        self.decide(limit=10.0, review_date=day_in(400))
        self.run_cron(1)
        self.assertFalse(self.case_of().activity_ids)
        self.assertEqual(len(self.case_of().credit_review_ids), 2)
