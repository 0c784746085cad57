"""Online payments of several orders, and several online payments of one order."""

from odoo import Command
from odoo.addons.ar_collections.tests.common import TODAY
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from .common_deposits import OrderDepositCase


class OrderPaymentCase(OrderDepositCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_rule()
        cls.order = cls.create_order()
        cls.root = cls.env.company.root_id.sudo()
        cls.root.ar_is_undecided_stopped = False

    def exposure(self):
        """Give the parts of the customer's exposure as plain numbers."""
        parts = self.customer._ar_ensure_case(self.root).sudo()._get_exposure().parts
        return {code: float(amount) for code, amount in parts.items() if amount}

    def owed(self):
        """Give what the customer has open with us; negative: our debt to them."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        return sum(lines.mapped("amount_residual"))

    def settle(self, order, choice):
        action = order.action_ar_settle_deposit()
        wizard = self.env["ar.deposit.settle"].browse(action["res_id"])
        wizard.choice = choice
        wizard.action_confirm()

    def refunds(self, order):
        return order.transaction_ids.child_transaction_ids.mapped("amount")

    def invoice_rest(self, order):
        """Make and post the final invoice, which deducts what was invoiced before."""
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "delivered",
            }
        )
        invoice = wizard._create_invoices(order)
        invoice.action_post()
        return invoice


class TestOnePaymentOfSeveralOrders(OrderPaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.create_order(2000.0)
        cls.orders = cls.order | cls.second

    def pay_both(self, amount):
        """Pay both orders with one payment, as a customer who pays two quotations."""
        transaction = self.pay_online(self.order, amount, state="pending")
        transaction.sale_order_ids = [Command.set(self.orders.ids)]
        transaction._set_done()
        transaction._post_process()
        return transaction

    def test_both_deposits_confirm_both(self):
        self.pay_both(900.0)
        self.assertEqual(self.orders.mapped("state"), ["sale", "sale"])
        self.assertEqual(self.orders.mapped("ar_deposit_received"), [300.0, 600.0])
        self.assertEqual(self.orders.mapped("amount_paid"), [300.0, 600.0])
        self.assertEqual(self.exposure(), {"orders_open": 2100.0})

    def test_too_little_confirms_the_first(self):
        self.pay_both(899.99)
        self.assertEqual(self.orders.mapped("state"), ["sale", "draft"])
        self.assertEqual(self.second.ar_deposit_state, "part")

    def test_what_is_over_pays_the_orders_themselves(self):
        self.pay_both(3100.0)
        self.assertEqual(self.orders.mapped("ar_deposit_received"), [1000.0, 2100.0])
        self.assertEqual(self.exposure(), {"credits": -100.0})

    def test_orders_without_a_deposit_are_confirmed_too(self):
        self.env["ar.deposit.rule"].search([]).is_on = False
        self.orders = self.create_order(100.0) | self.create_order(200.0)
        self.order = self.orders[0]
        self.pay_both(300.0)
        self.assertEqual(self.orders.mapped("state"), ["sale", "sale"])

    def test_one_that_is_held_does_not_stop_the_other(self):
        held = self.order
        original = type(held)._ar_find_stops

        def stop(orders):
            stops = {held: [("credit", "Credit is stopped")]}
            return {order: stops.get(order, found) for order, found in original(orders).items()}

        self.patch(type(held), "_ar_find_stops", stop)
        transaction = self.pay_both(900.0)
        self.assertEqual(self.orders.mapped("state"), ["sent", "sale"])
        self.assertTrue(transaction.payment_id, "the money is booked")

    def test_it_pays_the_down_payment_invoices_of_both(self):
        invoices = self.invoice_deposit(self.order) | self.invoice_deposit(self.second)
        transaction = self.pay_online(self.orders, 900.0)
        self.assertEqual(transaction.invoice_ids, invoices)
        self.assertEqual(invoices.mapped("amount_residual"), [0.0, 0.0])
        self.assertEqual(self.orders.mapped("ar_deposit_received"), [300.0, 600.0])
        self.assertEqual(self.orders.mapped("state"), ["sale", "sale"])

    def test_only_the_share_of_a_cancelled_order_goes_back(self):
        self.pay_both(900.0)
        self.order.action_cancel()
        self.settle(self.order, "back")
        self.assertEqual(self.refunds(self.order), [-300.0])
        self.assertEqual(self.orders.mapped("ar_deposit_received"), [0.0, 600.0])
        self.assertEqual(self.second.ar_deposit_state, "paid")
        self.assertEqual(self.owed(), -600.0)
        self.assertEqual(self.exposure(), {"orders_open": 1400.0})


    def test_a_share_goes_back_by_bank_where_the_provider_cannot(self):
        self.provider.sudo().support_refund = "none"
        self.pay_both(900.0)
        self.order.action_cancel()
        self.settle(self.order, "back")
        self.assertFalse(self.refunds(self.order))
        self.assertEqual(self.owed(), -600.0)
        self.assertEqual(self.second.ar_deposit_received, 600.0)


class TestRefunds(OrderPaymentCase):
    def test_several_payments_go_back_at_once(self):
        self.pay_online(self.order, 100.0)
        self.pay_online(self.order, 150.0)
        self.pay_online(self.order, 50.0)
        self.assertEqual(self.order.state, "sale")
        self.order.action_cancel()
        self.settle(self.order, "back")
        self.assertEqual(sorted(self.refunds(self.order)), [-150.0, -100.0, -50.0])
        self.assertEqual(self.owed(), 0.0)
        self.assertEqual(self.order.ar_deposit_received, 0.0)
        self.assertFalse(self.outgoing(), "nothing goes back a second time by bank")

    def outgoing(self):
        """Give the payments that leave by bank, beside the provider's refunds."""
        refunds = self.order.transaction_ids.child_transaction_ids.payment_id
        domain = [("partner_id", "=", self.customer.id), ("payment_type", "=", "outbound")]
        return self.env["account.payment"].search(domain) - refunds

    def test_what_paid_a_down_payment_invoice_goes_back_once(self):
        invoice = self.invoice_deposit(self.order)
        self.pay_online(self.order, 120.0)
        self.pay_online(self.order, 180.0)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.order.action_cancel()
        self.settle(self.order, "back")
        self.assertEqual(sorted(self.refunds(self.order)), [-180.0, -120.0])
        self.assertEqual(self.owed(), 0.0)
        self.assertFalse(self.outgoing())

    def test_online_and_by_bank_each_go_back_their_way(self):
        self.pay_online(self.order, 100.0)
        self.pay(self.invoice_deposit(self.order), 200.0)
        self.order.action_cancel()
        self.settle(self.order, "back")
        self.assertEqual(self.refunds(self.order), [-100.0])
        self.assertEqual(self.outgoing().mapped("amount"), [200.0])
        self.assertEqual(self.owed(), 0.0)

    def test_what_was_refunded_before_goes_back_no_more(self):
        transaction = self.pay_online(self.order, 300.0)
        transaction.action_refund(amount_to_refund=120.0)
        transaction.child_transaction_ids._post_process()
        self.assertEqual(self.order.ar_deposit_received, 180.0)
        self.order.action_cancel()
        self.settle(self.order, "back")
        self.assertEqual(sorted(self.refunds(self.order)), [-180.0, -120.0])

    def test_a_provider_that_refunds_all_or_nothing(self):
        self.provider.sudo().support_refund = "full_only"
        transaction = self.pay_online(self.order, 300.0)
        self.assertTrue(transaction._ar_can_refund(300.0))
        self.assertFalse(transaction._ar_can_refund(299.99))

    def test_refunded_money_covers_no_order(self):
        self.env["ar.deposit.rule"].search([]).is_on = False
        order = self.create_order()
        transaction = self.pay_online(order, 1000.0)
        self.assertEqual(self.exposure(), {})
        transaction.action_refund()
        exposure = self.env["ar.credit.exposure"]
        self.assertEqual(exposure._get_uncovered(order)[order.id], 1000)
        transaction.child_transaction_ids._post_process()
        self.assertEqual(exposure._get_uncovered(order)[order.id], 1000)
        self.assertEqual(self.exposure()["orders_open"], 1000.0)

    def test_money_that_was_kept_is_no_deposit_of_the_order_that_comes_back(self):
        transaction = self.pay_online(self.order)
        self.order.action_cancel()
        self.settle(self.order, "keep")
        self.order.action_draft()
        self.assertEqual(self.order.ar_deposit_received, 0.0)
        self.assertNotEqual(self.order.ar_deposit_state, "paid")
        self.assertEqual(transaction.ar_freed_order_ids, self.order)
        self.assertEqual(self.exposure(), {"credits": -300.0}, "it is free")

    def test_money_that_pays_another_invoice_is_no_deposit(self):
        transaction = self.pay_online(self.order, 100.0)
        self.assertEqual(self.order.ar_deposit_received, 100.0)
        invoice = self.create_invoice(due_in=5, amount=60.0)
        lines = transaction._ar_get_credit_lines() | self.debts(invoice)
        lines.reconcile()
        self.assertEqual(self.order.ar_deposit_received, 40.0)

    def test_money_for_a_quotation_pays_no_overdue_debt(self):
        self.root.ar_credit_effect = "ask"
        self.create_invoice(due_in=-60, amount=250.0)
        self.pay_online(self.order)
        order = self.create_order(10.0)
        codes = [reason.code for reason in order._ar_check_credit().reasons]
        self.assertEqual(codes, ["overdue"])

    def test_a_payment_that_is_cancelled_covers_nothing(self):
        self.env["ar.deposit.rule"].search([]).is_on = False
        order = self.create_order()
        transaction = self.pay_online(order, 300.0)
        self.assertEqual((order.state, self.exposure()), ("sale", {"orders_open": 700.0}))
        transaction.payment_id.action_draft()
        transaction.payment_id.action_cancel()
        self.assertEqual(self.exposure(), {"orders_open": 1000.0})

    def test_a_refunded_deposit_is_not_paid(self):
        stops = [("credit", "No")]
        self.patch(
            type(self.order), "_ar_find_stops", lambda orders: dict.fromkeys(orders, stops)
        )
        transaction = self.pay_online(self.order)
        self.assertEqual(self.order.ar_deposit_state, "paid")
        transaction.action_refund()
        self.assertEqual(self.order.ar_deposit_received, 0.0)
        self.assertNotEqual(self.order.ar_deposit_state, "paid")

    def test_what_is_captured_in_part_counts_in_part(self):
        self.env["ar.deposit.rule"].search([]).is_on = False
        self.provider.sudo().capture_manually = True
        order = self.create_order()
        transaction = self.pay_online(order, 1000.0, state="authorized")
        self.assertEqual((order.state, self.exposure()), ("sale", {}))
        capture = transaction._capture(400.0)
        self.assertEqual(self.exposure(), {}, "the rest is still authorised")
        transaction._void(600.0)
        capture._post_process()
        transaction._post_process()
        self.assertEqual(order.ar_deposit_received, 400.0)
        self.assertEqual(self.exposure(), {"orders_open": 600.0})


class TestDepositInvoices(OrderPaymentCase):
    def test_a_smaller_invoice_makes_no_smaller_deposit(self):
        invoice = self.invoice_deposit(self.order, post=False)
        line = invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        line.price_unit = 1.0
        invoice.action_post()
        self.pay(invoice)
        self.assertEqual((self.order.ar_deposit_amount, self.order.state), (300.0, "draft"))
        self.assertEqual(self.order.ar_deposit_state, "part")
        rest = self.invoice_deposit(self.order)
        self.assertEqual(rest.amount_total, 299.0)
        self.pay(rest)
        self.assertEqual(self.order.state, "sale")

    def test_what_was_paid_online_pays_the_invoice_that_was_a_draft(self):
        invoice = self.invoice_deposit(self.order, post=False)
        self.pay_online(self.order, 300.0)
        self.assertEqual(self.order.state, "sale")
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self.order.ar_deposit_received, 300.0)
        self.assertEqual(self.owed(), 0.0)

    def test_what_the_final_invoice_has_used_is_not_settled(self):
        self.pay_online(self.order)
        final = self.invoice_rest(self.order)
        self.assertEqual(final.amount_residual, 700)
        self.order._action_cancel()
        self.assertEqual(self.order.ar_deposit_state, "none")
        with self.assertRaisesRegex(UserError, "no deposit to settle"):
            self.order.action_ar_settle_deposit()

    def test_what_the_final_invoice_deducts_is_settled_once_that_is_credited(self):
        self.pay(self.invoice_deposit(self.order))
        final = self.invoice_rest(self.order)
        self.assertEqual(final.amount_total, 700)
        self.order._action_cancel()
        self.assertEqual(self.order.ar_deposit_state, "none")
        credit = final._reverse_moves([{"invoice_date": TODAY}], cancel=True)
        self.assertEqual((credit.state, self.order.ar_deposit_state), ("posted", "settle"))
        self.assertIn("300.00", self.order.ar_deposit_message)
        self.settle(self.order, "keep")
        self.assertEqual(self.owed(), -300)

    def test_what_was_credited_before_is_not_credited_again(self):
        for choice, left in (("keep", -300), ("back", -100)):
            with self.subTest(choice):
                customer = self.create_customer(f"Birch {choice}")
                order = self.create_order(partner=customer)
                order._ar_set_deposit(order._ar_plan_percent(30), "Agreed")
                invoice = self.invoice_deposit(order)
                self.pay(invoice)
                credit = invoice._reverse_moves([{"invoice_date": TODAY}])
                credit.invoice_line_ids.price_unit = 100
                credit.action_post()
                order._action_cancel()
                self.settle(order, choice)
                notes = invoice.reversal_move_ids
                self.assertEqual(set(notes.mapped("amount_total")), {100, 200})
                lines = self.debts(invoice | notes)
                self.assertEqual(sum(lines.mapped("amount_residual")), left)

    def test_the_task_to_settle_is_closed(self):
        accountant = new_test_user(self.env, "settles", "account.group_account_invoice")
        self.env.company.sudo().ar_responsible_id = accountant
        self.pay_online(self.order)
        self.order.action_cancel()
        self.assertTrue(self.order.activity_ids)
        self.settle(self.order, "keep")
        self.assertFalse(self.order.activity_ids)

    def test_a_task_goes_to_somebody(self):
        person = new_test_user(self.env, "in_charge", "account.group_account_invoice")
        self.env.company.sudo().ar_responsible_id = person
        self.order.user_id = False
        self.root.write({"ar_credit_effect": "block", "ar_is_undecided_stopped": True})
        self.pay_online(self.order)
        self.assertEqual(self.order.state, "draft")
        self.assertEqual(self.order.activity_ids.user_id, person)
