"""A customer pays all that a reminder asks for, with Odoo's demo provider."""

from odoo import Command
from odoo.addons.ar_collections.tests.common_late_fees import LateFeeCase
from odoo.tests import HttpCase, JsonRpcException, new_test_user, tagged
from odoo.tools import mute_logger


@tagged("standard", "post_install", "-at_install")
class TestNoticePayment(LateFeeCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        providers = cls.env["payment.provider"].sudo()
        cls.provider = providers.search(
            [("code", "=", "demo"), ("company_id", "=", cls.env.company.id)], limit=1
        ) or cls.env.ref("payment.payment_provider_demo").sudo().copy(
            {"company_id": cls.env.company.id}
        )
        cls.provider.write(
            {
                "state": "test",
                "is_published": True,
                "journal_id": cls.company_data["default_journal_bank"].id,
            }
        )
        cls.env["ir.config_parameter"].sudo().set_param(
            "account_payment.enable_portal_payment", "True"
        )
        cls.create_policy([cls.level(1, deadline_days=10)])

    def remind(self, *amounts, **rule):
        """Remind of invoices of these amounts, ten days overdue; flat sum 40."""
        rule = {"mode": "automatic", **rule}
        self.flat_rule(**rule)
        self.invoices = self.env["account.move"]
        for amount in amounts:
            self.invoices |= self.create_invoice(due_in=-10, amount=amount)
        self.cr.cache.clear()
        return self.follow_up().notice_ids

    def get_link(self, notice):
        self.cr.cache.clear()
        [payment] = notice._get_payments()
        [link] = payment["links"]
        return link

    def get_path(self, notice):
        return "/collections/pay/" + self.get_link(notice)["url"].rpartition("/")[2]

    def open_page(self, notice):
        page = self.url_open(self.get_path(notice))
        return page.text.replace("\xa0", " ").replace("&nbsp;", " ")

    def pay_online(self, notice, amount):
        """Do what the page's form does; give the transaction, processed."""
        self.ask_for_payment(self.get_path(notice), amount)
        transaction = self.get_transactions(notice)[:1]
        transaction._set_done()
        transaction._post_process()
        return transaction

    def ask_for_payment(self, path, amount, **values):
        """Have a transaction made, as the page's form does."""
        self.make_jsonrpc_request(
            f"{path}/transaction",
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.get_method().id,
                "token_id": None,
                "amount": amount,
                "flow": "direct",
                "tokenization_requested": False,
                "landing_route": path,
                "is_validation": False,
                "access_token": "",
                **values,
            },
        )

    def get_method(self):
        return self.provider.payment_method_ids[:1] or self.env.ref(
            "payment_demo.payment_method_demo"
        )

    def get_transactions(self, notice):
        transactions = self.env["payment.transaction"].sudo()
        return transactions.search([("ar_notice_id", "=", notice.id)])

    # === WHAT IT ASKS FOR === #

    def test_the_link_asks_for_debts_and_booked_charges(self):
        notice = self.remind(1000, 500)
        link = self.get_link(notice)
        self.assertEqual(link["label"].replace("\xa0", " "), "Pay $ 1,580.00 online")
        [payment] = notice._get_payments()
        self.assertIn("1,580.00", payment["amount"])
        page = self.open_page(notice)
        for text in (*self.invoices.mapped("name"), "(late fees)", "1,580.00"):
            self.assertIn(text, page)

    def test_paying_settles_debts_and_charges(self):
        notice = self.remind(1000, 500)
        document = self.charges().document_id
        transaction = self.pay_online(notice, 1580.0)
        self.assertEqual(transaction.amount, 1580)
        self.assertEqual(
            set((self.invoices | document).mapped("payment_state")), {"paid"}
        )
        self.assertIn("Nothing is open any more", self.open_page(notice))

    def test_charges_booked_as_entry_are_paid_too(self):
        notice = self.remind(1000, document_type="entry")
        document = self.charges().document_id
        self.pay_online(notice, 1040.0)
        self.assertTrue(self.debts(document).reconciled)
        self.assertEqual(self.invoices.payment_state, "paid")

    def test_what_was_paid_meanwhile_is_not_asked_again(self):
        notice = self.remind(1000, 500)
        self.pay(self.invoices[0], 400)
        self.assertIn("1,180.00", self.open_page(notice))
        with mute_logger("odoo.http"), self.assertRaisesRegex(
            JsonRpcException, "ValidationError"
        ):
            self.pay_online(notice, 1580.0)
        self.pay_online(notice, 1180.0)
        self.assertEqual(set(self.invoices.mapped("payment_state")), {"paid"})

    def test_an_instalment_that_is_not_due_does_not_take_what_the_charge_is_paid_by(self):
        self.flat_rule(mode="automatic")
        invoice = self.create_invoice(terms=[-10, 5], amount=1000)
        self.cr.cache.clear()
        notice = self.follow_up().notice_ids
        first, second = self.debts(invoice)
        document = self.charges().document_id
        self.assertLess(second.date_maturity, self.debts(document).date_maturity)
        self.pay_online(notice, 540.0)
        self.assertTrue(first.reconciled)
        self.assertFalse(second.matched_credit_ids)
        self.assertEqual(document.payment_state, "paid")

    # === SEVERAL RECEIVABLE ACCOUNTS === #

    def put_elsewhere(self, *amounts, **values):
        """Give invoices ten days overdue on another receivable account."""
        account = self.company_data["default_account_receivable"].copy()
        invoices = self.env["account.move"]
        for amount in amounts:
            invoice = self.create_invoice(due_in=-10, amount=amount, post=False, **values)
            terms = invoice.line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            )
            terms.account_id = account
            invoice.action_post()
            invoices |= invoice
        return invoices

    def test_debts_on_several_receivable_accounts_are_settled_by_one_payment(self):
        others = self.put_elsewhere(300, 200)
        notice = self.remind(1000)
        documents = self.charges().document_id
        moves = self.invoices | others | documents
        self.assertEqual(len(self.debts(moves).account_id), 2)
        transaction = self.pay_online(notice, 1620.0)
        self.assertEqual(set(moves.mapped("payment_state")), {"paid"})
        payment = transaction.payment_id
        self.assertEqual((payment.amount, payment.state), (1620, "paid"))
        self.assertTrue(payment.is_reconciled)
        lines = payment.move_id.line_ids.filtered("credit").sorted("credit")
        self.assertEqual(lines.mapped("credit"), [500, 1120])
        self.assertEqual(lines[0].account_id, self.debts(others).account_id)

    def test_in_another_currency_too(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        [other] = self.put_elsewhere(300, currency=euro)
        invoice = self.create_invoice(due_in=-10, amount=1000, currency=euro)
        self.provider.available_currency_ids = False
        self.cr.cache.clear()
        notice = self.follow_up().notice_ids
        transaction = self.pay_online(notice, 1300.0)
        self.assertEqual(set((invoice | other).mapped("payment_state")), {"paid"})
        entry = transaction.payment_id.move_id
        self.assertEqual(sum(entry.line_ids.mapped("balance")), 0)
        self.assertEqual(sorted(entry.line_ids.mapped("amount_currency")), [-1000, -300, 1300])

    def test_a_part_on_hold_leaves_the_other_account_its_own(self):
        [other] = self.put_elsewhere(50)
        held = self.create_invoice(due_in=-11, amount=100)
        self.hold(held, "dispute", amount=40)
        self.cr.cache.clear()
        notice = self.follow_up().notice_ids
        self.pay_online(notice, 110.0)
        self.assertEqual((other.amount_residual, held.amount_residual), (0, 40))

    def test_opening_balances_alone_on_another_account(self):
        self.env.company.sudo().ar_is_following_entries = True
        account = self.company_data["default_account_receivable"].copy()
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": "2026-01-01",
                "line_ids": [
                    Command.create(
                        {
                            "name": name,
                            "account_id": place.id,
                            "partner_id": self.customer.id,
                            "debit": debit,
                            "credit": credit,
                            "date_maturity": "2026-02-20",
                        }
                    )
                    for name, place, debit, credit in (
                        ("OLD/1", account, 70, 0),
                        ("OLD/2", account, 30, 0),
                        (False, self.income, 0, 100),
                    )
                ],
            }
        )
        entry.action_post()
        self.cr.cache.clear()
        notice = self.follow_up().notice_ids
        transaction = self.pay_online(notice, 100.0)
        debts = entry.line_ids.filtered(lambda line: line.account_id == account)
        self.assertTrue(all(debts.mapped("reconciled")))
        self.assertEqual(transaction.payment_id.destination_account_id, account)

    def test_memos_are_told_and_not_asked(self):
        notice = self.remind(1000, mode="memo")
        self.assertIn("1,000.00", self.get_link(notice)["label"])
        html = str(notice.details_html).replace("\xa0", " ")
        self.assertIn("late fees of $ 40.00 so far are not charged", html)
        claim = notice._get_online_claim(
            self.env.company.currency_id, next(iter(notice._group_by_bank(notice.line_ids)))
        )
        self.assertEqual(claim.total, 1000)
        self.assertFalse(self.charges().document_id)

    def test_memos_are_told_on_the_page(self):
        notice = self.remind(1000, 500, mode="memo")
        page = self.open_page(notice)
        self.assertIn("1,500.00", page)
        self.assertIn("not part of the sum to pay", page)

    def test_proposals_are_neither_told_nor_asked(self):
        notice = self.remind(1000, 500, mode="proposal")
        page = self.open_page(notice)
        self.assertIn("1,500.00", page)
        self.assertNotIn("late fees", page)

    def test_taxes_of_charges_are_asked(self):
        tax = self.tax_sale_a.copy({"name": "A fifth", "amount": 20})
        notice = self.remind(1000, tax_ids=tax.ids)
        self.assertIn("1,048.00", self.get_link(notice)["label"])
        html = str(notice.details_html).replace("\xa0", " ")
        self.assertIn("$ 8.00", html)
        self.pay_online(notice, 1048.0)
        self.assertEqual(self.charges().document_id.payment_state, "paid")

    # === WHO AND WHEN === #

    def test_a_single_invoice_without_charges_has_its_own_page(self):
        invoice = self.create_invoice(due_in=-10)
        self.cr.cache.clear()
        notice = self.follow_up().notice_ids
        self.assertIn(f"/my/invoices/{invoice.id}?", self.get_link(notice)["url"])

    def test_a_foreign_token_shows_nothing(self):
        notice = self.remind(1000, 500)
        path = self.get_path(notice)
        for wrong in ("x", path[-20:], path[17:-4] + "AAAA"):
            with mute_logger("odoo.http"):
                page = self.url_open(f"/collections/pay/{wrong}")
            self.assertEqual(page.status_code, 404)
            self.assertNotIn("1,580.00", page.text)

    def test_the_link_ends_after_half_a_year(self):
        notice = self.remind(1000, 500)
        token = self.get_link(notice)["url"].rpartition("/")[2]
        notices = self.env["ar.followup.notice"]
        with self.on_day(180):
            self.assertTrue(notices._get_claim_of_token(token))
        with self.on_day(182):
            self.assertIsNone(notices._get_claim_of_token(token))

    def test_a_withdrawn_notice_asks_for_nothing(self):
        notice = self.remind(1000, 500)
        path = self.get_path(notice)
        notice.action_withdraw("Sent by mistake", is_apologising=False)
        page = self.url_open(path).text
        self.assertIn("was withdrawn", page)
        self.assertNotIn("o_payment_form", page)

    def test_a_payment_on_its_way_is_not_asked_twice(self):
        notice = self.remind(1000, 500)
        path = self.get_path(notice)
        transaction = self.create_transaction(self.invoices, "pending")
        transaction.provider_id = self.provider
        self.assertIn("being processed", self.url_open(path).text)

    def test_what_is_paid_but_not_booked_yet_is_not_asked_twice(self):
        notice = self.remind(1000, 500)
        path = self.get_path(notice)
        transaction = self.create_transaction(self.invoices, "done")
        self.assertIn("being processed", self.url_open(path).text)
        with mute_logger("odoo.http"), self.assertRaisesRegex(
            JsonRpcException, "ValidationError"
        ):
            self.ask_for_payment(path, 1580.0)
        transaction.is_post_processed = True
        self.assertIn("1,580.00", self.url_open(path).text)

    def test_whoever_has_the_link_pays_with_nothing_that_others_have_saved(self):
        notice = self.remind(1000)
        path = self.get_path(notice)
        token = self.env["payment.token"].sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.get_method().id,
                "partner_id": self.customer.id,
                "provider_ref": "card",
                "demo_simulated_state": "done",
            }
        )
        with mute_logger("odoo.http"), self.assertRaisesRegex(
            JsonRpcException, "ValidationError"
        ):
            self.ask_for_payment(path, 1040.0, flow="token", token_id=token.id)
        self.assertFalse(self.get_transactions(notice))
        self.ask_for_payment(path, 1040.0, tokenization_requested=True)
        self.assertFalse(self.get_transactions(notice).tokenize)

    def test_the_customer_pays_with_what_he_has_saved(self):
        notice = self.remind(1000)
        user = new_test_user(
            self.env, "pays_again", "base.group_portal", partner_id=self.customer.id
        )
        token = self.env["payment.token"].sudo().create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.get_method().id,
                "partner_id": self.customer.id,
                "provider_ref": "card",
                "demo_simulated_state": "done",
            }
        )
        self.authenticate(user.login, user.login)
        path = self.get_path(notice)
        self.ask_for_payment(path, 1040.0, flow="token", token_id=token.id)
        self.assertEqual(self.get_transactions(notice).state, "done")

    def test_what_is_no_amount_is_refused_in_words(self):
        notice = self.remind(1000)
        path = self.get_path(notice)
        for wrong in ("much", "nan", "inf", None, {}, [1040], 1040.01):
            with self.subTest(wrong), mute_logger("odoo.http"), self.assertRaisesRegex(
                JsonRpcException, "ValidationError"
            ):
                self.ask_for_payment(path, wrong)

    def test_cents_of_taxes_are_those_of_the_document(self):
        tax = self.tax_sale_a.copy({"name": "VAT", "amount": 19})
        self.rule(
            mode="automatic", tier_ids=self.flat((0, 10.02)), tax_ids=tax.ids
        )
        self.create_invoice(due_in=-10, amount=3657.3)
        self.cr.cache.clear()
        notice = self.follow_up().notice_ids
        charges = self.charges()
        self.assertEqual(charges.mapped("amount"), [10.02, 10.02])
        self.assertEqual(charges.document_id.amount_total, 23.85)
        self.assertIn("3,681.15", self.get_link(notice)["label"])
        html = str(notice.details_html).replace("\xa0", " ")
        self.assertIn("3,681.15", html)
        self.assertNotIn("3,681.16", html)

    def test_two_currencies_have_a_page_each(self):
        euro = self.setup_other_currency("EUR")
        self.flat_rule(mode="automatic")
        self.create_invoice(due_in=-10, amount=1000)
        self.create_invoice(due_in=-10, amount=600, currency=euro)
        self.cr.cache.clear()
        notice = self.follow_up().notice_ids
        self.cr.cache.clear()
        links = [link for one in notice._get_payments() for link in one["links"]]
        self.assertEqual(len(links), 2)
        notices = self.env["ar.followup.notice"]
        claims = [
            notices._get_claim_of_token(link["url"].rpartition("/")[2]) for link in links
        ]
        self.assertEqual({c.currency.name for c in claims}, {"USD", "EUR"})
        for claim in claims:
            own = sum(
                charge.amount
                for charge in self.charges()
                if charge.currency_id == claim.currency
            )
            principal = 1000 if claim.currency.name == "USD" else 600
            self.assertAlmostEqual(claim.total, principal + own)
