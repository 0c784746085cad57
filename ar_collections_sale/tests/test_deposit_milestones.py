"""Milestones, terms accepted, words on paper, and deposits of cancelled orders."""

from odoo import Command
from odoo.addons.ar_collections.tests.common import day_in
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_deposits import PIXEL, OrderDepositCase


class TestMilestones(OrderDepositCase):
    """Each part is invoiced when it is reached."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.work.service_type = "manual"
        cls.env.company.sudo().ar_is_deposit_posted = True

    def start(self, amount=1000.0, quantity=10.0, **rule):
        """Give an order whose first part is paid."""
        self.create_rule(**self.thirds(**rule))
        order = self.create_order(amount, quantity=quantity)
        self.pay(self.invoice_deposit(order))
        self.assertEqual(order.state, "sale")
        return order

    def test_halfway_by_delivered_share(self):
        order = self.start()
        order.order_line.filtered("product_id").qty_delivered = 4.9
        self.run_job()
        self.assertEqual(len(order.invoice_ids), 1)
        order.order_line.filtered("product_id").qty_delivered = 5.0
        self.run_job()
        self.run_job()
        self.assertEqual(len(order.invoice_ids), 2)
        self.assertParts(
            order,
            [(333.33, 333.33, "paid"), (333.33, 0.0, "invoiced"), (333.34, 0.0, "planned")],
        )
        self.assertEqual(order.ar_deposit_state, "paid", "the part before start is paid")
        final = order._create_invoices(final=True)
        self.assertEqual(final.amount_total, 333.34)

    def test_halfway_asks_for_more_than_was_paid_online_at_the_start(self):
        self.create_rule(**self.thirds())
        order = self.create_order(900.0, quantity=9.0)
        self.pay_online(order)
        order.order_line.qty_delivered = 5
        self.run_job()
        self.assertRecordValues(
            order.invoice_ids, [{"amount_residual": 300.0, "payment_state": "not_paid"}]
        )
        self.assertParts(
            order,
            [(300.0, 300.0, "paid"), (300.0, 0.0, "invoiced"), (300.0, 0.0, "planned")],
        )
        self.pay(order.invoice_ids)
        final = order._create_invoices(final=True)
        final.action_post()
        self.assertRecordValues(final, [{"amount_total": 600.0, "amount_residual": 300.0}])

    def test_halfway_though_something_came_before(self):
        self.create_rule(**self.thirds())
        order = self.create_order(900.0, quantity=9.0)
        self.pay_online(order, 350.0)
        order.order_line.qty_delivered = 5
        self.run_job()
        self.assertEqual(order.invoice_ids.amount_total, 250.0)
        self.run_job()
        self.assertEqual(len(order.invoice_ids), 1)
        self.assertFalse(order.ar_deposit_ids.filtered("problem"))

    def test_days_after_confirmation(self):
        milestones = [
            {"sequence": 1, "name": "Start", "trigger": "acceptance", "share": 30},
            {"sequence": 2, "name": "Month", "trigger": "days", "days": 30, "share": 40},
            {"sequence": 3, "name": "End", "trigger": "hand", "share": 30},
        ]
        order = self.start(
            share_unit="percent", milestone_ids=[Command.create(one) for one in milestones]
        )
        self.run_job(29)
        self.assertEqual(len(order.invoice_ids), 1)
        self.run_job(30)
        second = order.invoice_ids - order.ar_deposit_ids[0].move_ids
        self.assertEqual(second.amount_total, 400.0)
        self.assertEqual(second.invoice_date_due, day_in(35))
        order.ar_deposit_ids[2].action_reach()
        self.assertEqual(sum(order.invoice_ids.mapped("amount_total")), 1000.0)

    def test_the_last_comes_with_the_final_invoice(self):
        order = self.start()
        with self.assertRefused("final invoice"):
            order.ar_deposit_ids[2].action_reach()

    def test_the_last_part_is_paid_with_the_final_invoice(self):
        order = self.start(900.0)
        order.ar_deposit_ids[1].action_reach()
        self.pay(order.ar_deposit_ids[1].move_ids)
        final = order._create_invoices(final=True)
        self.assertEqual(order.ar_deposit_ids[2].state, "planned", "it is a draft")
        final.action_post()
        self.assertParts(
            order,
            [(300.0, 300.0, "paid"), (300.0, 300.0, "paid"), (300.0, 0.0, "invoiced")],
        )
        self.pay(final)
        self.assertEqual(order.ar_deposit_ids[2].state, "paid")
        self.assertEqual(order.ar_deposit_ids[2].amount_paid, 300.0)
        self.assertEqual(order.ar_deposit_received, 600.0, "a final invoice is no deposit")

    def test_who_was_asked_to_post_has_nothing_left_to_do(self):
        self.env.company.sudo().ar_is_deposit_posted = False
        for is_done in (
            lambda move: move.write({"is_move_sent": True}),
            self.pay,
        ):
            self.create_rule(**self.thirds())
            order = self.create_order(900.0)
            order.with_user(self.seller).action_ar_invoice_deposit()
            invoice = order.sudo().invoice_ids
            self.assertEqual(len(invoice.activity_ids), 1)
            invoice.action_post()
            self.assertEqual(len(invoice.activity_ids), 1, "it is not sent")
            is_done(invoice)
            self.assertFalse(invoice.activity_ids)

    def test_a_milestone_waits_for_the_confirmation(self):
        self.create_rule(**self.thirds())
        order = self.create_order()
        with self.assertRefused("after the order is confirmed"):
            order.ar_deposit_ids[1].action_reach()

    def test_a_seller_reaches_it_and_a_stranger_does_not(self):
        order = self.start()
        part = order.ar_deposit_ids[1]
        other = new_test_user(self.env, "stranger", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            part.with_user(other).action_reach()
        part.with_user(self.seller).action_reach()
        self.assertEqual(part.state, "invoiced")

    def test_more_work_goes_to_the_parts_that_are_left(self):
        order = self.start(900.0, 1.0)
        order.order_line.filtered("product_id").price_unit = 1500.0
        self.assertEqual(order.ar_deposit_ids.mapped("amount"), [300.0, 600.0, 600.0])

    def test_a_locked_order_gets_its_invoice(self):
        order = self.start()
        order.action_lock()
        order.ar_deposit_ids[1].action_reach()
        self.assertEqual(order.ar_deposit_ids[1].state, "invoiced")

    def test_what_goes_wrong_is_told_once_and_stops_no_other(self):
        good, bad = self.start(), self.create_order(500.0, quantity=10.0)
        self.pay(self.invoice_deposit(bad))
        (good | bad).order_line.filtered("product_id").qty_delivered = 10.0
        part = bad.ar_deposit_ids[1]
        original, words = type(part)._check_invoice, "No journal"

        def refuse(self):
            if self == part:
                raise UserError(words)
            return original(self)

        self.patch(type(part), "_check_invoice", refuse)
        self.run_job()
        self.run_job()
        self.assertEqual(part.problem, "No journal")
        self.assertEqual(good.ar_deposit_ids[1].state, "invoiced")
        told = bad.activity_ids.filtered(lambda one: "milestone" in one.summary)
        self.assertEqual(len(told), 1)


class TestCancelled(OrderDepositCase):
    """The deposit of a cancelled order stays as a credit or goes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_rule()
        cls.order = cls.create_order()

    def settle(self, choice):
        action = self.order.action_ar_settle_deposit()
        wizard = self.env["ar.deposit.settle"].browse(action["res_id"])
        wizard.choice = choice
        wizard.action_confirm()

    def credit(self):
        """Give what the customer has open with us; negative: our debt to them."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return sum(lines.mapped("amount_residual"))

    def cancel_paid(self):
        self.pay(self.invoice_deposit(self.order))
        result = self.order.action_cancel()
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(self.order.ar_deposit_state, "settle")
        return result

    def test_who_may_is_asked_at_once(self):
        self.assertEqual(self.cancel_paid()["res_model"], "ar.deposit.settle")

    def test_a_seller_cancels_and_an_accountant_is_asked(self):
        accountant = new_test_user(self.env, "settler", "account.group_account_invoice")
        self.env.company.sudo().ar_responsible_id = accountant
        self.pay(self.invoice_deposit(self.order))
        self.order.with_user(self.seller).action_cancel()
        self.assertEqual(self.order.state, "cancel")
        asked = self.order.activity_ids.filtered(lambda one: "Settle" in one.summary)
        self.assertEqual(asked.user_id, accountant)
        with self.assertRefused("settler"):
            self.order.with_user(self.seller).action_ar_settle_deposit()

    def test_kept_as_a_credit(self):
        self.cancel_paid()
        self.settle("keep")
        self.assertEqual(self.credit(), -300.0)
        self.assertEqual(self.order.ar_deposit_state, "none")
        with self.assertRefused("no deposit to settle"):
            self.settle("keep")

    def test_paid_back(self):
        self.cancel_paid()
        self.settle("back")
        self.assertEqual(self.credit(), 0.0)
        payments = self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id), ("payment_type", "=", "outbound")]
        )
        self.assertEqual(payments.mapped("amount"), [300.0])

    def test_what_was_paid_online_goes_back_by_the_provider(self):
        self.pay_online(self.order)
        self.order.action_cancel()
        self.settle("back")
        refund = self.order.transaction_ids.child_transaction_ids
        self.assertEqual((refund.operation, refund.state), ("refund", "done"))
        self.assertEqual(self.credit(), 0.0)
        self.assertEqual(self.order.ar_deposit_received, 0.0)

    def test_an_invoice_that_is_not_paid_is_credited(self):
        invoice = self.invoice_deposit(self.order)
        self.order.action_cancel()
        self.assertEqual(self.order.ar_deposit_state, "settle")
        self.settle("keep")
        self.assertEqual(invoice.payment_state, "reversed")
        self.assertEqual(self.credit(), 0.0)

    def test_a_part_payment_stays_as_a_credit(self):
        self.pay(self.invoice_deposit(self.order), 120.0)
        self.order.action_cancel()
        self.settle("keep")
        self.assertEqual(self.credit(), -120.0)

    def test_without_a_deposit_nobody_is_asked(self):
        result = self.order.action_cancel()
        self.assertIs(result, True)
        self.assertFalse(self.order.activity_ids)

    def test_an_order_that_comes_back_starts_anew(self):
        self.cancel_paid()
        self.settle("keep")
        self.order.action_draft()
        self.assertEqual(self.order.ar_deposit_state, "asked")
        self.assertFalse(self.order.ar_deposit_settled)


class TestTerms(OrderDepositCase):
    """What the customer has accepted, and what the paper says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.create_rule(**cls.thirds(name="Thirds", text="It is not interest."))
        cls.order = cls.create_order()

    def test_a_signature_keeps_them(self):
        self.order.note = "<p>Our general terms</p>"
        self.sign(self.order)
        proof = self.order.ar_acceptance_ids
        self.assertEqual((proof.way, proof.accepted_by), ("signature", "Ann Oak"))
        for words in ("333.33", "333.34", "Halfway", "Our general terms", "It is not interest."):
            self.assertIn(words, proof.text)
        self.assertIn("deposit “Thirds” 1", proof.version)

    def test_a_signature_that_a_colleague_fills_in_is_noted_by_hand(self):
        order = self.order.with_user(self.seller)
        order.write({"signed_by": "Mr Director", "signed_on": "2020-01-01 00:00:00"})
        proof = self.order.ar_acceptance_ids
        self.assertEqual((proof.way, proof.user_id), ("hand", self.seller))
        self.assertEqual(proof.date.date(), day_in(0))
        order.write({"signed_on": "2020-01-02 00:00:00", "signature": PIXEL})
        self.assertEqual(self.order.ar_acceptance_ids.mapped("way"), ["hand", "hand"])

    def test_a_payment_keeps_what_was_asked(self):
        self.pay_online(self.order)
        proof = self.order.ar_acceptance_ids
        self.assertEqual(proof.way, "payment")
        self.assertIn("we ask for a deposit", proof.text)

    def test_a_payment_of_other_terms_keeps_those_too(self):
        for amount, count in ((100.0, 1), (50.0, 1)):
            self.pay_online(self.order, amount)
            self.assertEqual(len(self.order.ar_acceptance_ids), count)
        self.order.action_cancel()
        with self.on_day(1):
            self.order.action_draft()
            self.order.order_line.price_unit = 6000.0
            self.pay_online(self.order, 100.0)
        self.env.invalidate_all()
        newest, _oldest = self.order.ar_acceptance_ids
        self.assertIn("2,000.00", newest.text)
        self.assertTrue(self.order._ar_is_accepted())

    def test_noted_by_hand_by_a_seller(self):
        order = self.order.with_user(self.seller)
        action = order.action_ar_accept_terms()
        wizard = self.env["ar.terms.accept"].with_user(self.seller)
        wizard = wizard.with_context(**action["context"]).create({"note": "E-mail"})
        wizard.action_confirm()
        with self.assertRefused("later than now"):
            wizard.copy({"date": "2031-01-01"}).action_confirm()
        self.assertEqual(self.order.ar_acceptance_ids.user_id, self.seller)
        self.assertEqual(self.order.ar_deposit_state, "waiting")
        self.assertTrue(self.order.ar_acceptance_ids.with_user(self.seller).text)
        other = new_test_user(self.env, "nosy", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            self.order.ar_acceptance_ids.with_user(other).read(["text"])

    def test_the_quotation_says_it(self):
        html = self.env["ir.actions.report"]._render_qweb_html(
            "sale.action_report_saleorder", self.order.ids
        )[0].decode()
        for words in ("we ask for a deposit", "Nothing starts without it.", "Halfway",
                      "when 50 % is delivered", "with the final invoice"):
            self.assertIn(words, html)
        self.pay_online(self.order)
        self.assertIn("is paid. Thank you.", self.order._ar_get_deposit_sentences()[0])

    def test_an_invoice_tells_the_day(self):
        invoice = self.invoice_deposit(self.order)
        sentence = self.order._ar_get_deposit_sentences()[0]
        self.assertIn("by Monday, March 9, 2026", sentence)
        self.assertIn(invoice.name, sentence)

    def test_no_words_without_a_deposit(self):
        self.rule.is_on = False
        order = self.create_order()
        self.assertEqual(order._ar_get_deposit_sentences(), [])


@tagged("-at_install", "post_install")
class TestPortal(OrderDepositCase, HttpCase):
    """What the customer sees and does without a login."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_rule(**cls.thirds())
        cls.order = cls.create_order()
        cls.order.require_signature = True
        cls.order.action_quotation_sent()

    def test_the_page_asks_for_the_deposit(self):
        page = self.url_open(self.order.get_portal_url()).text
        self.assertIn("we ask for a deposit", page)
        self.assertIn("333.33", page)
        self.assertIn("33.33%", page)
        self.assertNotIn("33.3333", page)

    def test_a_wrong_token_shows_nothing(self):
        page = self.url_open(f"/my/orders/{self.order.id}?access_token=wrong").text
        self.assertNotIn("we ask for a deposit", page)

    def test_signing_leaves_it_waiting(self):
        token = self.order._portal_ensure_token()
        result = self.make_jsonrpc_request(
            f"/my/orders/{self.order.id}/accept",
            {"access_token": token, "name": "Ann Oak", "signature": PIXEL},
        )
        self.assertIn("allow_payment=yes", result["redirect_url"])
        self.assertEqual(self.order.state, "sent")
        self.assertEqual(self.order.ar_deposit_state, "waiting")
        self.assertEqual(self.order.ar_acceptance_ids.accepted_by, "Ann Oak")
