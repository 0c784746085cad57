"""What a customer could cost us: every part, branch and currency, once each."""

from odoo.exceptions import AccessError
from odoo.tests import Form

from .common_credit import CreditCase


class TestCreditExposure(CreditCase):
    def test_open_invoices_count_and_tell_what_is_overdue(self):
        self.create_invoice(due_in=-5, amount=100.0)
        self.create_invoice(due_in=0, amount=50.0)
        exposure = self.case_of()._get_exposure()
        self.assertEqual(self.exposure(), {"receivable": 150.0})
        self.assertEqual(float(exposure.overdue), 100.0)

    def test_instalments_are_overdue_one_by_one(self):
        self.create_invoice(terms=(-1, 30), amount=100.0)
        self.assertEqual(float(self.case_of()._get_exposure().overdue), 50.0)

    def test_part_payments_and_credits_lessen_it(self):
        invoice = self.create_invoice(amount=100.0)
        self.pay(invoice, amount=40.0)
        self.create_credit_note(25.0)
        self.assertEqual(self.exposure(), {"receivable": 60.0, "credits": -25.0})
        self.assertEqual(float(self.case_of()._get_exposure().total), 35.0)

    def test_draft_invoices_count_and_draft_credit_notes_do_not(self):
        self.create_draft(80.0)
        self.create_invoice(amount=30.0, post=False, move_type="out_refund")
        self.assertEqual(self.exposure(), {"draft_invoices": 80.0})

    def test_cancelled_drafts_do_not_count(self):
        self.create_draft(80.0).button_cancel()
        self.assertEqual(self.exposure(), {})

    def test_invoices_of_contacts_count_for_their_company(self):
        contact = self.create_customer("Clerk", parent_id=self.customer.id, is_company=False)
        self.create_invoice(amount=70.0, partner=contact)
        self.create_draft(30.0, partner=contact)
        self.assertEqual(self.exposure(), {"receivable": 70.0, "draft_invoices": 30.0})

    def test_archived_customers_still_owe(self):
        self.create_invoice(amount=70.0)
        self.customer.active = False
        self.assertEqual(self.exposure(), {"receivable": 70.0})
        self.decide(limit=50.0)
        self.assertEqual(self.stops(), ["over_limit"])

    def test_foreign_invoices_count_in_the_companys_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        self.create_invoice(amount=100.0, currency=euro)
        self.create_draft(60.0, currency=euro)
        self.assertEqual(self.exposure(), {"receivable": 50.0, "draft_invoices": 30.0})

    def test_blocked_invoices_are_owed_all_the_same(self):
        self.create_invoice(amount=70.0).action_toggle_block_payment()
        self.assertEqual(self.exposure(), {"receivable": 70.0})

    def test_each_part_can_be_switched_off(self):
        self.create_invoice(amount=100.0)
        self.create_draft(50.0)
        self.create_credit_note(20.0)
        everything = {"receivable": 100.0, "draft_invoices": 50.0, "credits": -20.0}
        self.assertEqual(self.exposure(), everything)
        for code in everything:
            with self.subTest(code):
                self.root.sudo()[f"ar_is_counting_{code}"] = False
                rest = {part: sum_ for part, sum_ in everything.items() if part != code}
                self.assertEqual(self.exposure(), rest)
                self.root.sudo()[f"ar_is_counting_{code}"] = True

    def test_many_customers_need_no_more_queries_than_one(self):
        customers = [self.create_customer(f"Customer {number}") for number in range(6)]
        for customer in customers:
            self.create_invoice(amount=10.0, partner=customer)
            self.create_draft(5.0, partner=customer)
            self.case_of(customer)
        engine = self.env["ar.credit.engine"]

        def count(partners):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            engine._check(self.root, {partner.id: 0 for partner in partners})
            return self.cr.sql_log_count - before

        self.assertEqual(count(customers), count(customers[:1]))


class TestCreditBranches(CreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.branch = cls.env["res.company"].sudo().create(
            {"name": "Branch", "parent_id": cls.root.id}
        )
        cls.cr.precommit.run()
        cls.other = cls.setup_other_company(name="Other company")["company"]
        cls.env.user.company_ids |= cls.branch | cls.other
        cls.env = cls.env(
            context=dict(
                cls.env.context,
                allowed_company_ids=[cls.root.id, cls.branch.id, cls.other.id],
            )
        )

    def test_branches_count_and_other_companies_do_not(self):
        self.create_invoice(amount=100.0)
        self.create_invoice(amount=40.0, company=self.branch)
        self.create_invoice(amount=7.0, company=self.other)
        self.assertEqual(self.exposure(), {"receivable": 140.0})

    def test_a_branch_asks_for_the_credit_of_its_root(self):
        self.root.sudo().ar_credit_invoice_effect = "ask"
        self.decide(limit=100.0)
        self.create_invoice(amount=60.0)
        fits = self.create_draft(40.0, company=self.branch)
        self.assertFalse(fits._ar_get_credit_stops())
        over = self.create_draft(40.01, company=self.branch)
        fits.button_cancel()
        self.assertEqual([code for code, _text in over._ar_get_credit_stops()], ["over_limit"])

    def test_the_case_of_a_branch_leads_to_that_of_its_root(self):
        self.decide(limit=100.0)
        own = self.customer._ar_ensure_case(self.branch)
        self.assertEqual(own._get_credit_case(), self.case_of())
        self.assertEqual(own._get_exposure(), self.case_of()._get_exposure())

    def test_the_warning_is_that_of_the_documents_company(self):
        """Core reads the limit of the active company, whatever the document's is."""
        self.decide(limit=100.0)
        invoice = self.create_draft(150.0)
        elsewhere = invoice.with_company(self.other)
        self.assertIn("100.00", elsewhere.ar_credit_warning)
        self.assertIn("ar_credit", elsewhere._get_alerts())

    def test_core_reads_the_documents_company_too(self):
        self.root.sudo().account_use_credit_limit = True
        self.customer.with_company(self.root).sudo().credit_limit = 100.0
        invoice = self.create_draft(150.0)
        elsewhere = invoice.with_company(self.other)
        elsewhere.invalidate_recordset(["partner_credit_warning"])
        self.assertIn("100.00", elsewhere.partner_credit_warning)

    def test_a_limit_that_a_branch_sets_is_the_roots(self):
        self.customer.with_company(self.branch).sudo().credit_limit = 80.0
        self.assertEqual(self.case_of().credit_state, "limit")
        self.assertEqual(self.case_of().credit_limit, 80.0)


class TestCreditAtInstallation(CreditCase):
    def test_customers_keep_the_credit_of_accounting(self):
        limited, unlimited, new = (
            self.create_customer(name) for name in ("Limited", "Unlimited", "New")
        )
        archived = self.create_customer("Archived")
        for customer in (limited, unlimited, archived):
            self.create_invoice(partner=customer)
        archived.active = False
        self.root.sudo().account_use_credit_limit = True
        self.env.cr.execute(
            "UPDATE res_partner SET credit_limit = jsonb_build_object(%s, 500) WHERE id = %s",
            (str(self.root.id), limited.id),
        )
        self.env.invalidate_all()
        self.env["ar.collection.case"].sudo()._take_over_credit(self.root)
        states = {
            customer.name: self.case_of(customer).credit_state
            for customer in (limited, unlimited, new, archived)
        }
        self.assertEqual(
            states,
            {
                "Limited": "limit",
                "Unlimited": "unlimited",
                "New": "undecided",
                "Archived": "unlimited",
            },
        )
        self.assertEqual(self.case_of(limited).credit_limit, 500.0)

    def test_a_decision_is_not_taken_over_again(self):
        self.create_invoice()
        self.decide("none")
        self.env["ar.collection.case"].sudo()._take_over_credit(self.root)
        self.assertEqual(self.case_of().credit_state, "none")

    def test_the_companys_default_limit_counts(self):
        self.create_invoice()
        self.root.sudo().account_use_credit_limit = True
        self.env["ir.default"].sudo().set(
            "res.partner", "credit_limit", 300.0, company_id=self.root.id
        )
        self.env["ar.collection.case"].sudo()._take_over_credit(self.root)
        self.assertEqual(self.case_of().credit_state, "limit")
        self.assertEqual(self.case_of().credit_limit, 300.0)


class TestCoreLimit(CreditCase):
    """The limit of accounting and the state say the same, whoever sets them."""

    def test_a_limit_set_in_accounting_is_a_decision(self):
        self.customer.sudo().credit_limit = 250.0
        self.assertEqual(self.case_of().credit_state, "limit")
        self.customer.sudo().credit_limit = 0.0
        self.assertEqual(self.case_of().credit_state, "unlimited")
        self.assertEqual(len(self.log_of("credit_decided")), 2)

    def test_no_credit_stays_when_the_limit_is_emptied(self):
        self.decide("none")
        self.customer.sudo().credit_limit = 0.0
        self.assertEqual(self.case_of().credit_state, "none")

    def test_only_an_approver_sets_a_limit_where_it_has_an_effect(self):
        clerk = self.create_user("clerk")
        clerk.sudo().group_ids |= self.env.ref("account.group_account_invoice")
        clerk.sudo().group_ids |= self.env.ref("base.group_partner_manager")
        customer = self.customer.with_user(clerk)
        with self.assertRaisesRegex(Exception, "credit approver"):
            customer.credit_limit = 1e6
        for context, vals in (
            ({}, {"credit_limit": 1e6}),
            ({"default_credit_limit": 1e6}, {}),
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(Exception, "credit approver"):
                customer.with_context(**context).create({"name": "Birch Ltd", **vals})
        self.assertTrue(customer.create({"name": "Birch Ltd", "credit_limit": 0.0}))
        self.root.sudo().write({"ar_credit_effect": "warn", "ar_credit_invoice_effect": "warn"})
        customer.credit_limit = 1e6
        self.assertEqual(self.case_of().credit_limit, 1e6)

    def test_whoever_invoices_creates_customers_in_the_form(self):
        clerk = self.create_user("clerk")
        clerk.sudo().group_ids |= self.env.ref("account.group_account_invoice")
        clerk.sudo().group_ids |= self.env.ref("base.group_partner_manager")
        for usual in (0.0, 700.0):
            with self.subTest(usual=usual):
                self.env["ir.default"].sudo().set(
                    "res.partner", "credit_limit", usual, company_id=self.root.id
                )
                with Form(self.env["res.partner"].with_user(clerk)) as form:
                    form.name = "Birch Ltd"
                self.assertEqual(form.record.sudo().credit_limit, usual)
                self.assertEqual(self.case_of(form.record).credit_state, "undecided")

    def test_a_decision_is_not_dropped_by_filing_the_customer_elsewhere(self):
        rich = self.create_customer("Rich Ltd")
        self.decide("unlimited", partner=rich)
        self.decide("none")
        stopped = self.create_customer("Birch Ltd")
        self.case_of(stopped)._stop_credit("Cheque came back")
        seller = self.create_user("credit_filer")
        seller.sudo().group_ids |= self.env.ref("base.group_partner_manager")
        filed = {"parent_id": rich.id, "is_company": False}
        for customer in (self.customer, stopped):
            with self.subTest(customer.name), self.assertRaisesRegex(AccessError, "approver"):
                customer.with_user(seller).write(dict(filed))
        self.customer.sudo().is_company = True
        self.customer.with_user(seller).write({"parent_id": rich.id})
        self.assertEqual(self.customer.commercial_partner_id, self.customer)
        new = self.create_customer("New Ltd").with_user(seller)
        new.write(dict(filed))
        self.assertEqual(new.commercial_partner_id, rich)

    def test_who_reads_what_credit_customers_have(self):
        for login, groups in (
            ("credit_teller", "account.group_account_invoice"),
            ("credit_auditor", "ar_collections.ar_collections_group_auditor"),
            ("credit_nobody", "base.group_partner_manager"),
        ):
            user = self.create_user(login)
            user.sudo().group_ids |= self.env.ref(groups)
            customer = self.customer.with_user(user)
            for name in ("ar_credit_bar", "ar_credit_state", "ar_credit_warning"):
                with self.subTest(login, name=name):
                    if login == "credit_nobody":
                        with self.assertRaises(AccessError):
                            customer.read([name])
                    else:
                        self.assertIn(name, customer.read([name])[0])
            view = self.env["res.partner"].with_user(user).get_view(view_type="form")
            self.assertEqual("ar_credit_bar" in view["arch"], login != "credit_nobody")
