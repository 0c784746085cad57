"""Orders over the limit are held, wherever they are confirmed."""

from odoo import Command
from odoo.addons.ar_collections.tests.common import day_in
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common_credit import OrderCreditCase


class TestConfirmation(OrderCreditCase):
    def test_exactly_at_the_limit_passes_and_a_cent_more_holds(self):
        over = self.create_order(5000.01)
        action = over.action_confirm()
        self.assertEqual(over.state, "draft")
        self.assertIn("0.01", action["params"]["message"])
        self.assertEqual(self.holds_of(over), ["over_limit"])
        exact = self.create_order(5000.0)
        exact.action_confirm()
        self.assertEqual(exact.state, "sale")

    def test_what_is_owed_counts(self):
        self.create_invoice(due_in=10, amount=4000.0)
        order = self.create_order(1000.01)
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        order.order_line.price_unit = 1000.0
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self.holds_of(order), [])

    def test_nobody_passes_by_writing_or_creating_the_state(self):
        order = self.create_order(6000.0)
        for write in (
            lambda: order.write({"state": "sale"}),
            lambda: order.with_context(ar_release=True, force=True).write({"state": "sale"}),
            lambda: order.with_user(self.approver).sudo(False).write({"state": "sale"}),
            lambda: order.update({"state": "sale", "note": "x"}),
            lambda: self.create_order(6000.0, state="sale"),
        ):
            with self.assertRaises(UserError):
                write()
            self.assertEqual(order.state, "draft")
        order._action_cancel()
        with self.assertRaises(UserError):
            order.write({"state": "sale"})

    def test_import_names_the_row_that_is_held(self):
        result = self.env["sale.order"].with_user(self.seller).load(
            ["partner_id/.id", "state", "order_line/product_id/.id", "order_line/price_unit"],
            [[str(self.customer.id), "sale", str(self.goods.id), "6000"]],
        )
        self.assertFalse(result["ids"])
        self.assertIn("credit limit", result["messages"][0]["message"])

    def test_of_three_orders_the_one_over_is_set_aside(self):
        other = self.create_customer("Birch Ltd")
        self.decide("unlimited", partner=other)
        first, over = self.create_order(4000.0), self.create_order(4000.0)
        theirs = self.create_order(9000.0, partner=other)
        orders = first | over | theirs
        action = orders.action_confirm()
        self.assertEqual(orders.mapped("state"), ["sale", "draft", "sale"])
        self.assertIn(over.name, action["params"]["message"])
        self.assertNotIn(first.name, action["params"]["message"])

    def test_reasons_of_several_orders_stand_on_lines_of_their_own(self):
        orders = self.create_order(6000.0) | self.create_order(7000.0)
        told = orders.action_confirm()["params"]
        self.assertEqual(told["className"], "text-prewrap")
        self.assertEqual(len(told["message"].split("\n\n")), 2)

    def test_a_batch_that_is_written_sets_aside_too(self):
        first, over = self.create_order(4000.0), self.create_order(4000.0)
        (first | over).write({"state": "sale", "client_order_ref": "PO 7"})
        self.assertEqual((first | over).mapped("state"), ["sale", "draft"])
        self.assertEqual((first | over).mapped("client_order_ref"), ["PO 7", "PO 7"])

    def test_a_warning_confirms_and_is_on_record(self):
        self.root.sudo().ar_credit_effect = "warn"
        order = self.create_order(6000.0)
        self.assertIn("1,000.00", order.ar_credit_warning)
        self.assertFalse(order.ar_is_on_credit_hold)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("1,000.00", self.log_of("credit_warned").note)

    def test_a_salesperson_sees_the_bar_without_accounting_rights(self):
        self.create_invoice(due_in=-5, amount=1200.0)
        order = self.create_order(1000.0).with_user(self.seller)
        self.assertFalse(self.seller.has_group("account.group_account_readonly"))
        bar = order.ar_credit_bar
        self.assertEqual((bar["limit"], bar["free"]), (5000.0, 2800.0))
        self.assertEqual(
            {part["code"]: part["amount"] for part in bar["parts"]},
            {"receivable": 1200.0, "asked": 1000.0},
        )
        self.assertEqual(order.partner_id.ar_credit_bar["free"], 3800.0)
        view = order.partner_id.get_view(view_type="form")
        self.assertIn("ar_credit_bar", view["arch"])
        with self.assertRaises(AccessError):
            self.case_of().with_user(self.seller).sudo(False).read(["credit_state"])

    def test_the_bar_moves_while_the_order_is_typed(self):
        order = self.create_order(1000.0)
        with Form(order.with_user(self.seller)) as form:
            with form.order_line.edit(0) as line:
                line.price_unit = 5500.0
            self.assertEqual(form.ar_credit_bar["free"], -500.0)
            self.assertIn("500.00", form.ar_credit_warning)

    def test_a_release_lets_the_order_through_for_a_week(self):
        order = self.create_order(6000.0)
        order.action_confirm()
        request = self.open_request(order, self.seller).with_user(self.approver)
        self.assertEqual(request.order_id, order)
        self.assertEqual(request.asked_amount, 6000.0)
        request.until = day_in(7)
        request.action_approve()
        self.assertEqual(order.state, "draft")
        self.assertEqual(self.holds_of(order), [])
        with self.on_day(8):
            order.action_confirm()
            self.assertEqual(order.state, "draft")
        with self.on_day(7):
            order.action_confirm()
            self.assertEqual(order.state, "sale")

    def test_an_overdue_invoice_holds_the_next_order_and_paying_lifts_it(self):
        invoice = self.create_invoice(due_in=-31, amount=500.0)
        order = self.create_order(10.0)
        order.action_confirm()
        self.assertEqual(self.holds_of(order), ["overdue"])
        self.hold(invoice, "promise", until=day_in(3))
        self.commit()
        self.assertEqual(self.holds_of(order), ["overdue"])
        self.pay(invoice)
        self.commit()
        self.assertEqual(self.holds_of(order), [])
        self.assertEqual(order.state, "draft", "lifting confirms nothing")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_cancelled_order_is_not_held_any_more(self):
        order = self.create_order(6000.0)
        order.action_confirm()
        order._action_cancel()
        self.assertEqual(self.holds_of(order), [])

    def test_a_cancelled_order_leaves_its_credit_to_others(self):
        large = self.create_order(6000.0)
        large.action_confirm()
        release = self.open_request(large, self.seller).with_user(self.approver)
        release.write({"is_for_document": False, "until": day_in(7)})
        release.action_approve()
        large.action_confirm()
        other = self.create_order(5500.0)
        other.action_confirm()
        self.assertEqual(self.holds_of(other), ["over_limit"])
        large.sudo()._action_cancel()
        self.commit()
        self.assertEqual(release.used_amount, 0.0)
        self.assertFalse(self.holds_of(other), "the release lets it through")
        other.action_confirm()
        self.assertEqual((other.state, release.used_amount), ("sale", 5500.0))

    def test_a_confirmed_order_tells_what_its_customer_owes(self):
        order = self.create_order(4000.0)
        order.action_confirm()
        self.assertFalse(order.ar_credit_warning)
        self.create_invoice(due_in=-31, amount=1000.01)
        order.invalidate_recordset()
        warning = order.with_user(self.seller).ar_credit_warning.replace("\xa0", " ")
        self.assertIn("Over the credit limit by $ 0.01.", warning)
        self.assertIn("$ 1,000.01 has been overdue for more than 30 days.", warning)
        self.assertFalse(order.ar_is_on_credit_hold)
        self.assertFalse(order.ar_can_ask_release)
        order.order_line.sudo().qty_delivered = 1
        order.sudo()._create_invoices().action_post()
        self.assertFalse(order.ar_credit_warning, "nothing more is to be done for it")

    def test_a_quotation_made_smaller_is_lifted(self):
        order = self.create_order(6000.0)
        order.action_confirm()
        order.order_line.price_unit = 5000.0
        self.commit()
        self.assertEqual(self.holds_of(order), [])

    def test_new_customers_pay_first_until_somebody_decides(self):
        new = self.create_customer("New Ltd")
        order = self.create_order(10.0, partner=new)
        order.action_confirm()
        self.assertEqual(self.holds_of(order, new), ["undecided"])
        self.root.sudo().ar_is_undecided_stopped = False
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_invoices_of_orders_are_never_held(self):
        self.root.sudo().ar_credit_invoice_effect = "block"
        order = self.create_order(5000.0)
        order.action_confirm()
        order.order_line.sudo().qty_delivered = 1
        self.decide("none")
        invoice = order.sudo()._create_invoices()
        invoice.sudo(False).with_env(self.env).action_post()
        self.assertEqual(invoice.state, "posted")

    def test_what_invoices_bill_beyond_their_order_is_checked(self):
        """A free line, a higher price, another customer: no order was checked for it."""
        self.root.sudo().ar_credit_invoice_effect = "ask"
        order = self.create_order(4000.0, product=self.ordered_goods)
        order.action_confirm()
        poor = self.create_customer("Poor Ltd")
        self.decide("none", partner=poor)
        free = Command.create({"name": "Extra", "price_unit": 1000.01, "tax_ids": []})
        quotation = self.create_order(4000.0, product=self.ordered_goods)
        linked = {"sale_line_ids": [Command.set(quotation.order_line.ids)]}
        for change, customer in (
            ({"invoice_line_ids": "quotation"}, self.customer),
            ({"invoice_line_ids": [free]}, self.customer),
            ({"invoice_line_ids": "price"}, self.customer),
            ({"partner_id": poor.id}, poor),
        ):
            with self.isolated(), self.subTest(change):
                invoice = order.sudo()._create_invoices().with_env(self.env)
                if change.get("invoice_line_ids") == "price":
                    invoice.invoice_line_ids.price_unit = 5000.01
                elif change.get("invoice_line_ids") == "quotation":
                    invoice.sudo().invoice_line_ids.write(linked)
                else:
                    invoice.write(change)
                invoice.action_post()
                self.assertEqual(invoice.state, "draft")
                self.assertTrue(self.holds_of(invoice, customer))

    def test_what_was_checked_with_the_order_is_not_asked_again(self):
        """Part invoices with taxes and cents, and the deduction of a down payment."""
        self.root.sudo().ar_credit_invoice_effect = "block"
        tax = self.company_data["default_tax_sale"]
        self.ordered_goods.sudo().taxes_id = tax
        order = self.create_order(33.33, product=self.ordered_goods)
        order.order_line.write({"product_uom_qty": 7, "price_unit": 33.33})
        order.action_confirm()
        self.decide("none")
        wizard = self.env["sale.advance.payment.inv"].sudo().create(
            {
                "advance_payment_method": "percentage",
                "amount": 30.0,
                "sale_order_ids": [Command.set(order.ids)],
            }
        )
        invoices = [wizard._create_invoices(order.sudo())]
        invoices[0].with_env(self.env).action_post()
        for quantity in (2, 5):
            invoice = order.sudo()._create_invoices(final=quantity == 5)
            lines = invoice.invoice_line_ids.filtered("product_id")
            lines.quantity = quantity
            invoice.with_env(self.env).action_post()
            invoices.append(invoice)
        self.assertEqual([invoice.state for invoice in invoices], ["posted"] * 3)
        self.assertAlmostEqual(
            sum(invoice.amount_total for invoice in invoices), order.amount_total, 2
        )

    def test_a_request_ends_when_the_order_is_confirmed_otherwise(self):
        for end in ("cancel", "reduce"):
            order = self.create_order(6000.0)
            order.action_confirm()
            request = self.open_request(order, self.seller)
            if end == "cancel":
                order._action_cancel()
            else:
                order.order_line.price_unit = 10.0
                order.action_confirm()
            with self.subTest(end):
                self.assertEqual(request.state, "withdrawn")
                self.assertFalse(request.sudo().activity_ids)

    def test_who_has_asked_already_is_not_told_to_ask(self):
        order = self.create_order(6000.0)
        told = order.action_confirm()["params"]["message"]
        self.assertIn("Ask for a release", told)
        self.open_request(order, self.seller)
        told = order.action_confirm()["params"]["message"]
        self.assertNotIn("Ask for a release", told)
        self.assertIn("wait for the decision", told)

    def test_blocked_orders_wait_whatever_was_released(self):
        self.root.sudo().ar_credit_effect = "block"
        order = self.create_order(6000.0)
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertFalse(order.ar_can_ask_release)


class TestConfirmedOrders(OrderCreditCase):
    """A confirmed order that grows is checked again, once all of an edit is in."""

    def setUp(self):
        super().setUp()
        self.order = self.create_order(4000.0)
        self.order.action_confirm()
        self.commit()

    def test_growing_within_the_limit_passes(self):
        self.order.order_line.price_unit = 5000.0
        self.commit()
        self.assertEqual(self.order.amount_total, 5000.0)

    def test_growing_over_it_is_refused(self):
        for grow in (
            lambda: self.order.order_line.write({"price_unit": 5000.01}),
            lambda: self.order.write(
                {
                    "order_line": [
                        Command.create({"product_id": self.goods.id, "price_unit": 1000.01})
                    ]
                }
            ),
            lambda: self.env["sale.order.line"].with_user(self.seller).create(
                {"order_id": self.order.id, "product_id": self.goods.id, "price_unit": 1001.0}
            ),
        ):
            with self.isolated(), self.assertRaisesRegex(UserError, "cannot grow"):
                grow()

    def test_only_what_an_edit_leaves_counts(self):
        self.order.write(
            {
                "order_line": [
                    Command.create({"product_id": self.goods.id, "price_unit": 3000.0}),
                    Command.update(self.order.order_line.id, {"price_unit": 1500.0}),
                ]
            }
        )
        self.commit()
        self.assertEqual(self.order.amount_total, 4500.0)

    def test_an_order_over_the_limit_may_become_smaller(self):
        self.decide(limit=100.0)
        self.order.order_line.price_unit = 3000.0
        self.commit()
        self.assertEqual(self.order.amount_total, 3000.0)

    def test_growing_uses_a_release_for_all_documents_once(self):
        self.decide("none")
        order = self.create_order(300.0)
        order.action_confirm()
        release = self.open_request(order, self.seller).with_user(self.approver)
        release.write({"is_for_document": False, "amount": 1000.0, "until": day_in(7)})
        release.action_approve()
        order.action_confirm()
        order.order_line.price_unit = 700.0
        self.commit()
        self.assertEqual(release.used_amount, 700.0)
        other = self.create_order(300.01)
        other.action_confirm()
        self.assertEqual(other.state, "draft")
        order.order_line.price_unit = 1000.0
        self.commit()
        self.assertEqual(release.used_amount, 1000.0)

    def test_a_release_of_an_order_counts_what_is_invoiced(self):
        self.decide("none")
        order = self.create_order(1000.0, product=self.ordered_goods)
        order.action_confirm()
        self.open_request(order, self.seller).with_user(self.approver).action_approve()
        order.action_confirm()
        invoice = order.sudo()._create_invoices()
        invoice.action_post()
        with self.isolated(), self.assertRaisesRegex(UserError, "cannot grow"):
            order.order_line.product_uom_qty = 2
        self.pay(invoice)
        order.order_line.product_uom_qty = 2
        self.commit()
        self.assertEqual(order.amount_total, 2000.0)

    def test_another_customer_must_have_the_credit(self):
        poor = self.create_customer("Poor Ltd")
        self.decide("none", partner=poor)
        with self.assertRaisesRegex(UserError, "cannot go to"):
            self.order.partner_invoice_id = poor

    def test_what_runs_as_superuser_is_flagged(self):
        """Such as expenses that are invoiced again: the work is done."""
        self.order.sudo().order_line.price_unit = 6000.0
        self.commit()
        self.assertEqual(self.holds_of(self.order), ["over_limit"])
        self.assertEqual(self.order.state, "sale")
