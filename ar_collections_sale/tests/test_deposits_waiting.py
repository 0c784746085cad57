"""Orders that wait for their deposit: paid, confirmed, by whoever sells."""

from odoo import Command
from odoo.addons.ar_collections.tests.common import TODAY, day_in
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common_deposits import OrderDepositCase


class TestWaiting(OrderDepositCase):
    """An accepted quotation stays one until its deposit has come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.create_rule()
        cls.order = cls.create_order()

    def test_a_signature_does_not_confirm(self):
        self.sign(self.order)
        self.assertEqual(self.order.state, "draft")
        self.assertEqual(self.order.ar_deposit_state, "waiting")
        self.assertIn("300.00", self.order.ar_deposit_message)

    def test_nobody_confirms_it_by_hand(self):
        result = self.order.action_confirm()
        self.assertEqual(self.order.state, "draft")
        self.assertIn("waits for its deposit", result["params"]["message"])
        with self.assertRefused("waits for its deposit"):
            self.order.with_user(self.seller).write({"state": "sale"})

    def test_one_that_waits_does_not_stop_the_others(self):
        self.rule.amount_from = 500.0
        small = self.create_order(100.0)
        (self.order | small).action_confirm()
        self.assertEqual((self.order.state, small.state), ("draft", "sale"))

    def test_rules_do_not_touch_what_is_accepted(self):
        self.sign(self.order)
        self.rule.is_on = False
        self.order.order_line.price_unit = 2000.0
        self.assertEqual(self.order.ar_deposit_rule_id, self.rule)
        self.assertEqual(self.order.ar_deposit_amount, 600.0)

    def test_paid_by_transfer(self):
        invoice = self.invoice_deposit(self.order)
        self.assertEqual(invoice.amount_total, 300.0)
        self.assertEqual(invoice.invoice_date_due, day_in(5))
        self.assertTrue(invoice._is_downpayment())
        self.assertEqual(self.order.ar_deposit_state, "waiting")
        self.assertParts(self.order, [(300.0, 0.0, "invoiced"), (700.0, 0.0, "planned")])
        self.pay(invoice)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.ar_deposit_state, "paid")
        self.assertEqual(self.order.amount_paid, 0.0, "core does not count transfers")
        self.assertParts(self.order, [(300.0, 300.0, "paid"), (700.0, 0.0, "planned")])

    def test_a_statement_line_pays_it_too(self):
        invoice = self.invoice_deposit(self.order)
        receipt = self.create_receipt(300.0)
        _liquidity, suspense, _other = receipt._seek_for_lines()
        suspense.account_id = self.debts(invoice).account_id
        (suspense | self.debts(invoice)).reconcile()
        self.assertEqual(self.order.state, "sale")

    def test_a_part_of_it_is_not_enough(self):
        invoice = self.invoice_deposit(self.order)
        self.pay(invoice, 299.99)
        self.assertEqual(self.order.state, "draft")
        self.assertEqual(self.order.ar_deposit_state, "part")
        self.assertEqual(self.order._get_prepayment_required_amount(), 0.01)
        self.pay(invoice, 0.01)
        self.assertEqual(self.order.state, "sale")

    def test_an_accepted_order_that_grows_out_of_its_rule(self):
        self.create_rule(name="Large", sequence=0, kind="all", amount_from=5000.0)
        order = self.create_order(1000.0)
        self.sign(order)
        self.assertEqual((order.ar_deposit_amount, order.ar_deposit_state), (300.0, "waiting"))
        order.order_line.price_unit = 10000.0
        self.assertEqual((order.ar_deposit_amount, order.ar_deposit_state), (10000.0, "asked"))

    def test_paid_online(self):
        transaction = self.pay_online(self.order)
        self.assertEqual(transaction.amount, 300.0)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.ar_deposit_state, "paid")
        self.assertTrue(transaction.payment_id)

    def test_authorised_online(self):
        self.provider.support_manual_capture = "full_only"
        self.pay_online(self.order, state="authorized")
        self.assertEqual(self.order.state, "sale")

    def test_pending_online_waits(self):
        self.pay_online(self.order, state="pending")
        self.assertEqual(self.order.state, "sent")
        self.assertEqual(self.order.ar_deposit_received, 0.0)

    def test_half_online_half_by_transfer(self):
        self.pay_online(self.order, 100.0)
        self.assertEqual(self.order.ar_deposit_state, "part")
        invoice = self.invoice_deposit(self.order)
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (300.0, 200.0))
        self.pay(invoice)
        self.assertEqual(self.order.ar_deposit_received, 300.0)
        self.assertEqual(self.order.state, "sale")

    def test_money_online_pays_the_invoice_that_is_open(self):
        invoice = self.invoice_deposit(self.order)
        self.pay_online(self.order, 300.0)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.order.ar_deposit_received, 300.0, "counted once")
        self.assertEqual(self.order.state, "sale")

    def test_all_paid_at_once(self):
        self.pay_online(self.order, 1000.0)
        self.assertEqual(self.order.state, "sale")
        self.assertParts(self.order, [(300.0, 300.0, "paid"), (700.0, 700.0, "paid")])

    def test_automatic_invoices_make_no_second_one(self):
        self.env["ir.config_parameter"].sudo().set_param("sale.automatic_invoice", "True")
        self.invoice_deposit(self.order)
        self.pay_online(self.order, 300.0)
        self.assertEqual(len(self.order.invoice_ids), 1)

    def test_a_credit_hold_keeps_a_paid_order_and_the_money_is_booked(self):
        stops = [("credit", "Credit is stopped")]
        self.patch(
            type(self.order), "_ar_find_stops", lambda orders: dict.fromkeys(orders, stops)
        )
        invoice = self.invoice_deposit(self.order)
        self.pay(invoice)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self.order.state, "draft")
        self.assertTrue(self.order.ar_deposit_is_stopped)
        activity = self.order.activity_ids.filtered(lambda one: "paid" in one.summary)
        self.assertEqual(activity.user_id, self.seller)
        self.assertIn("Credit is stopped", activity.note)
        self.run_job()
        self.assertEqual(len(self.order.activity_ids & activity), 1)

    def test_the_job_confirms_what_has_come_to_be_enough(self):
        self.pay_online(self.order, 150.0)
        self.order.order_line.price_unit = 500.0
        self.assertEqual((self.order.ar_deposit_state, self.order.state), ("paid", "draft"))
        self.run_job()
        self.assertEqual(self.order.state, "sale")

    def test_money_that_is_taken_back_is_shown(self):
        invoice = self.invoice_deposit(self.order)
        self.pay(invoice)
        self.unmatch(invoice)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.ar_deposit_state, "unpaid")
        self.assertIn("taken back", self.order.ar_deposit_message)

    def test_a_deposit_that_is_credited_is_shown(self):
        invoice = self.invoice_deposit(self.order)
        self.pay(invoice)
        invoice._reverse_moves().action_post()
        self.assertEqual(self.order.ar_deposit_state, "unpaid")
        self.assertEqual(self.order.ar_deposit_received, 0.0)

    def test_the_final_invoice_deducts_it(self):
        self.pay(self.invoice_deposit(self.order))
        final = self.order._create_invoices(final=True)
        self.assertEqual(final.amount_total, 700.0)
        final.action_post()
        self.assertEqual(self.order.ar_deposit_state, "paid")
        self.assertFalse(final.ar_deposit_amount, "orders have a deposit of their own")

    def test_the_deposit_invoice_climbs_the_ladder(self):
        self.create_policy((1, 8))
        invoice = self.invoice_deposit(self.order)
        self.assertSaid(self.follow_up(6), {invoice: [1]})

    def test_a_draft_that_lies_about_is_not_overdue_at_once(self):
        invoice = self.invoice_deposit(self.order, post=False)
        with self.on_day(20):
            invoice.action_post()
        self.assertEqual(invoice.invoice_date_due, day_in(25))

    def test_without_a_due_date_its_days_count_all_the_same(self):
        invoice = self.invoice_deposit(self.order, post=False)
        invoice.invoice_date_due = False
        invoice.action_post()
        self.assertEqual(invoice.invoice_date_due, day_in(5))

    def test_it_counts_once_in_the_exposure(self):
        self.env.company.sudo().root_id.ar_is_undecided_stopped = False
        self.pay(self.invoice_deposit(self.order))
        case = self.customer._ar_ensure_case(self.env.company)
        self.assertEqual(case._get_exposure().total, 700)
        self.pay_online(self.order, 700.0)
        self.assertEqual(case._get_exposure().total, 0)

    def test_other_down_payments_leave_less_to_ask(self):
        self.pay(self.invoice_deposit(self.order))
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(self.order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": 700.0,
            }
        )
        wizard._create_invoices(self.order).action_post()
        rest = self.order.ar_deposit_ids[1]
        rest.sudo().trigger = "hand"
        with self.assertRefused("invoiced already"):
            rest.action_reach()

    def test_one_invoice_only(self):
        self.invoice_deposit(self.order)
        with self.assertRaises(UserError):
            self.order.action_ar_invoice_deposit()
        self.assertEqual(TODAY, self.order.ar_deposit_ids[0].reached_date)


class TestSellers(OrderDepositCase):
    """Salespeople have no accounting rights, and get by."""

    def test_the_button_makes_a_draft_and_asks_an_accountant(self):
        self.create_rule()
        accountant = new_test_user(self.env, "poster", "account.group_account_invoice")
        self.env.company.sudo().ar_responsible_id = accountant
        order = self.create_order()
        result = order.with_user(self.seller).action_ar_invoice_deposit()
        invoice = order.invoice_ids
        self.assertEqual(invoice.state, "draft")
        self.assertEqual(invoice.activity_ids.user_id, accountant)
        self.assertIn("poster", result["params"]["message"])

    def test_it_is_posted_at_once_where_the_company_wants_that(self):
        self.create_rule()
        self.env.company.sudo().ar_is_deposit_posted = True
        order = self.create_order()
        order.with_user(self.seller).action_ar_invoice_deposit()
        self.assertEqual(order.invoice_ids.state, "posted")

    def test_other_sellers_do_not_see_its_parts(self):
        self.create_rule()
        order = self.create_order()
        self.assertTrue(order.ar_deposit_ids.with_user(self.seller).mapped("amount"))
        other = new_test_user(self.env, "other_seller", "sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            order.ar_deposit_ids.with_user(other).read(["amount"])

    def test_who_reads_orders_for_other_reasons_is_not_in_trouble(self):
        self.create_rule()
        order = self.create_order()
        warehouse = self.env["res.groups"].create({"name": "Warehouse"})
        self.env["ir.model.access"].create(
            [
                {
                    "name": model,
                    "model_id": self.env["ir.model"]._get_id(model),
                    "group_id": warehouse.id,
                    "perm_read": True,
                    "perm_write": True,
                }
                for model in ("sale.order", "sale.order.line")
            ]
        )
        packer = new_test_user(self.env, "packer", "base.group_user")
        packer.group_ids |= warehouse
        order = order.with_user(packer)
        self.assertFalse({"ar_deposit_ids", "ar_acceptance_ids"} & order.fields_get().keys())
        self.assertEqual(order.read(["ar_deposit_amount"])[0]["ar_deposit_amount"], 300.0)
        self.assertIn("waits for its deposit", order._ar_get_stops()[0][1])
        order.order_line.price_unit = 500.0
        self.assertEqual(order.ar_deposit_amount, 150.0)

    def test_people_outside_sales_see_nothing(self):
        self.create_rule()
        order = self.create_order()
        nobody = new_test_user(self.env, "deposit_nobody", "base.group_user")
        for record in (order.ar_deposit_ids, order):
            with self.assertRaises(AccessError):
                record.with_user(nobody).read(["name"])
