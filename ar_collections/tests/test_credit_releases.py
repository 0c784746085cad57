"""Releases: asked for with a note, decided by another person, until a day and an amount."""

from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from ..const import CREDIT_RELEASE_STATES, CREDIT_RELEASE_TRANSITIONS
from .common import day_in
from .common_credit import CreditCase


class TestReleases(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root.sudo().ar_credit_invoice_effect = "ask"
        cls.decide(limit=100.0)
        cls.held = cls.create_draft(150.0)

    def release(self, document=None, user=None, **terms):
        """Ask for a release, and give it."""
        request = self.open_request(document or self.held).with_user(user or self.approver)
        request.write(terms)
        request.action_approve()
        return request

    def test_a_request_tells_the_approver_what_and_why(self):
        request = self.open_request(self.held)
        self.assertEqual(request.state, "requested")
        self.assertEqual(request.requested_by_id, self.env.user)
        self.assertEqual(request.asked_amount, 150.0)
        self.assertIn("50.00", request.reasons)
        task = request.sudo().activity_ids
        self.assertEqual(task.user_id, self.approver)
        self.assertTrue(self.held.ar_has_asked_release)
        self.assertFalse(self.held.ar_can_ask_release)
        self.assertEqual(len(self.log_of("credit_asked")), 1)

    def test_a_request_needs_a_note_and_a_hold(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.open_request(self.held, note=" ")
        with self.assertRaisesRegex(UserError, "nothing to ask"):
            self.open_request(self.create_credit_note(1.0))

    def test_a_release_lets_the_document_through(self):
        release = self.release(until=day_in(6))
        self.assertFalse(release.sudo().activity_ids)
        self.assertEqual(self.held.state, "draft", "a release posts nothing by itself")
        self.assertEqual(self.holds_of(self.held), [])
        self.held.action_post()
        self.assertEqual(self.held.state, "posted")
        self.assertEqual(release.used_amount, 150.0)
        self.assertIn("03/10/2026", self.log_of("credit_released").note)

    def test_a_release_that_is_too_small_lifts_nothing(self):
        release = self.release(amount=120.0)
        self.assertEqual(self.holds_of(self.held), ["over_limit"])
        self.assertIn("asks for more", release.sudo().message_ids[0].body)
        self.held.invoice_line_ids.price_unit = 120.01
        self.assertTrue(self.held._ar_get_credit_stops())
        self.held.invoice_line_ids.price_unit = 120.0
        self.assertFalse(self.held._ar_get_credit_stops())

    def test_it_holds_through_its_last_day(self):
        self.release(until=day_in(6))
        with self.on_day(6):
            self.held.invalidate_recordset()
            self.assertFalse(self.held._ar_get_credit_stops())
        with self.on_day(7):
            self.held.invalidate_recordset()
            self.assertTrue(self.held._ar_get_credit_stops())

    def test_a_document_that_grows_is_not_released(self):
        self.release(until=day_in(6))
        self.held.invoice_line_ids.price_unit = 150.01
        self.assertTrue(self.held._ar_get_credit_stops())
        self.held.invoice_line_ids.price_unit = 149.0
        self.assertFalse(self.held._ar_get_credit_stops())

    def test_a_document_of_another_customer_is_not_released(self):
        self.release(until=day_in(6))
        other = self.create_customer("Birch Ltd")
        self.decide("none", partner=other)
        self.held.partner_id = other
        self.assertTrue(self.held._ar_get_credit_stops())

    def test_it_is_for_one_document_only(self):
        self.release(until=day_in(6), amount=0.0)
        other = self.create_draft(160.0)
        self.assertTrue(other._ar_get_credit_stops())

    def test_a_release_for_all_documents_is_used_up(self):
        with self.assertRaisesRegex(UserError, "an amount and"):
            self.release(is_for_document=False, amount=0.0)
        self.releases_of(self.held).sudo().unlink()
        self.release(is_for_document=False, amount=400.0, until=day_in(6))
        self.held.action_post()
        other = self.create_draft(250.01)
        self.assertTrue(other._ar_get_credit_stops())
        other.invoice_line_ids.price_unit = 250.0
        self.assertFalse(other._ar_get_credit_stops())

    def test_refusing_needs_a_reason_and_ends_a_release(self):
        request = self.open_request(self.held).with_user(self.approver)
        with self.assertRaisesRegex(UserError, "Say why"):
            request.action_refuse()
        request.decision_note = "No"
        request.action_refuse()
        self.assertTrue(self.held._ar_get_credit_stops())
        release = self.release(until=day_in(6))
        release.decision_note = "Bank called"
        release.action_refuse()
        self.assertTrue(self.held._ar_get_credit_stops())
        self.assertEqual(len(self.log_of("credit_refused")), 2)

    def test_where_documents_are_blocked_no_release_helps(self):
        self.release(until=day_in(6))
        self.root.sudo().ar_credit_invoice_effect = "block"
        self.assertTrue(self.held._ar_get_credit_stops())
        self.held.invalidate_recordset()
        self.assertFalse(self.held.ar_can_ask_release)
        with self.assertRaisesRegex(UserError, "does not give releases"):
            self.open_request(self.held)

    # === FOUR EYES === #

    def approver_asks(self):
        self.approver.sudo().group_ids |= self.env.ref("account.group_account_invoice")
        return self.open_request(self.held, self.approver).with_user(self.approver)

    def test_of_two_approvers_the_other_decides(self):
        second = self.create_user("second_approver", "credit_approver")
        request = self.approver_asks()
        self.assertFalse(request.is_mine_to_decide)
        with self.assertRaisesRegex(UserError, "another credit"):
            request.action_approve()
        request.with_user(second).action_approve()
        self.assertEqual(request.decided_by_id, second)

    def test_the_only_approver_decides_alone(self):
        request = self.approver_asks()
        self.assertTrue(request.is_mine_to_decide)
        request.action_approve()
        self.assertEqual(request.state, "approved")

    def test_an_approver_of_another_company_or_archived_is_no_second(self):
        second = self.create_user("second_approver", "credit_approver")
        second.sudo().active = False
        request = self.approver_asks()
        self.assertTrue(request.is_mine_to_decide)

    # === RIGHTS === #

    def test_nobody_else_decides(self):
        request = self.open_request(self.held)
        for group in ("auditor", "collector", "manager"):
            user = self.create_user(f"not_{group}", group)
            with self.subTest(group), self.assertRaises(AccessError):
                request.with_user(user).action_approve()
            with self.subTest(group), self.assertRaises(AccessError):
                request.with_user(user).write({"amount": 1e6})

    def test_an_approver_does_not_write_past_the_buttons(self):
        request = self.open_request(self.held).with_user(self.approver)
        for vals in (
            {"state": "approved"},
            {"requested_by_id": self.env.user.id},
            {"document": "account.move,1"},
            {"move_id": False},
            {"case_id": False},
            {"used_amount": -1000},
        ):
            with self.subTest(vals), self.assertRaises(UserError):
                request.write(vals)
        with self.assertRaises(UserError):
            request.create({"case_id": self.case_of().id, "requested_by_id": 1})
        request.action_approve()
        with self.assertRaises(UserError):
            request.write({"amount": 1e6})

    def test_terms_must_make_sense(self):
        request = self.open_request(self.held).with_user(self.approver)
        with self.assertRaises(ValidationError):
            request.until = day_in(-1)
        with mute_logger("odoo.sql_db"), self.assertRaises(CheckViolation):
            request.amount = -1.0
            self.env.flush_all()

    def test_a_day_that_has_passed_meanwhile_is_refused(self):
        request = self.open_request(self.held).with_user(self.approver)
        request.until = day_in(1)
        with self.on_day(2), self.assertRaisesRegex(ValidationError, "choose a later day"):
            request.action_approve()
        with self.on_day(1):
            request.action_approve()
        self.assertEqual(request.state, "approved")

    def test_no_last_day_is_said_in_words(self):
        self.assertIn("without an end", self.release()._get_terms_text())

    def test_only_who_asked_withdraws(self):
        request = self.open_request(self.held)
        with self.assertRaisesRegex(UserError, "Only the person"):
            request.with_user(self.approver).action_withdraw()
        request.action_withdraw()
        self.assertEqual(request.state, "withdrawn")
        with self.assertRaisesRegex(UserError, "decided already"):
            request.with_user(self.approver).action_approve()

    def test_every_change_of_state(self):
        for start, _label in CREDIT_RELEASE_STATES:
            for target, allowed in CREDIT_RELEASE_TRANSITIONS.items():
                request = self.open_request(self.create_draft(151.0)).sudo()
                request.write({"state": start})
                with self.subTest(start=start, target=target):
                    if start in allowed:
                        request._update_state(target)
                        self.assertEqual(request.state, target)
                    else:
                        with self.assertRaises(UserError):
                            request._update_state(target)

    def test_releases_are_asked_for_documents_that_use_credit(self):
        wizard = self.env["ar.credit.release.request"]
        for model in ("res.partner", "no.such.model"):
            request = wizard.create({"res_model": model, "res_id": 1, "note": "x"})
            with self.subTest(model), self.assertRaises(UserError):
                request.action_request()

    def test_where_nobody_decides_nothing_is_asked(self):
        self.approver.sudo().group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        with self.assertRaisesRegex(UserError, "role “Credit approver”"):
            self.open_request(self.held)
        self.assertFalse(self.releases_of(self.held))
        collector = self.create_user("credit_collector", "collector")
        review = self.env["ar.credit.review"].with_user(collector)
        review = review.create({"partner_id": self.customer.id})
        with self.assertRaisesRegex(UserError, "role “Credit approver”"):
            review.action_submit()
        self.assertEqual(review.state, "draft")

    def test_a_document_that_was_deleted_meanwhile(self):
        action = self.held.action_ar_open_release_request()
        wizard = self.env["ar.credit.release.request"].with_context(**action["context"])
        wizard = wizard.create({"note": "Pays on Friday"})
        self.held.unlink()
        with self.assertRaisesRegex(UserError, "deleted meanwhile"):
            wizard.action_request()


class TestBranchPeople(CreditCase):
    """Credit belongs to the root company: who has no access to it is told so in words."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root.sudo().ar_credit_invoice_effect = "ask"
        cls.decide(limit=100.0)
        cls.branch = cls.create_branch("Acorn North")

    def at_branch(self, group):
        """Create somebody who works in the branch alone."""
        user = self.create_user(f"branch_{group}", group)
        user.sudo().write(
            {"company_id": self.branch.id, "company_ids": [Command.set(self.branch.ids)]}
        )
        return user

    def test_a_review_is_started_where_it_is_decided(self):
        case = self.customer._ar_ensure_case(self.branch)
        for group in ("collector", "credit_approver"):
            mine = case.with_user(self.at_branch(group)).with_company(self.branch)
            self.assertIn(f"ask {self.approver.name}", mine.credit_company_note)
            for act in (
                mine.action_new_credit_review,
                mine.action_open_credit_case,
                lambda mine=mine: mine.env["ar.credit.review"].create(
                    {"partner_id": self.customer.id}
                ),
            ):
                with self.subTest(group), self.assertRaisesRegex(UserError, "no access: ask"):
                    act()
        both = self.create_user("branch_both", "collector")
        both.sudo().company_ids = [Command.link(self.branch.id)]
        mine = case.with_user(both).with_context(allowed_company_ids=self.branch.ids)
        with self.assertRaisesRegex(UserError, "switch to that company"):
            mine.action_new_credit_review()
        mine = mine.with_context(allowed_company_ids=(self.branch | self.root).ids)
        self.assertFalse(mine.credit_company_note)
        self.assertEqual(mine.action_new_credit_review()["res_model"], "ar.credit.review")

    def test_an_approver_of_the_branch_alone_does_not_decide(self):
        approver = self.at_branch("credit_approver")
        held = self.create_draft(150.0, company=self.branch)
        request = self.open_request(held)
        request = request.with_user(approver).with_company(self.branch)
        self.assertFalse(request.sudo().with_user(approver).sudo()._may_decide())
        with self.assertRaisesRegex(UserError, "no access: ask"):
            request.action_approve()
        request.with_user(self.approver).with_context(
            allowed_company_ids=self.root.ids
        ).action_approve()
        self.assertEqual(request.sudo().state, "approved")
