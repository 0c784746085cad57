"""Deposits on orders: asked by rule, changed by hand."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from .common_deposits import OrderDepositCase


class TestAsked(OrderDepositCase):
    """What a quotation asks for."""

    def test_without_a_rule_nothing_changes(self):
        order = self.create_order()
        self.assertFalse(order.ar_deposit_ids)
        self.assertEqual(order.require_payment, self.env.company.portal_confirmation_pay)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(order.ar_deposit_state, "none")

    def test_a_rule_asks_for_payment_online(self):
        rule = self.create_rule()
        order = self.create_order()
        self.assertEqual(order.ar_deposit_rule_id, rule)
        self.assertTrue(order.require_payment)
        self.assertAlmostEqual(order.prepayment_percent, 0.3)
        self.assertEqual(order.ar_deposit_amount, 300.0)
        self.assertEqual(order.ar_deposit_state, "asked")
        self.assertParts(order, [(300.0, 0.0, "planned"), (700.0, 0.0, "planned")])

    def test_the_deposit_follows_the_lines(self):
        self.create_rule(amount_from=500.0)
        order = self.create_order(499.99)
        self.assertFalse(order.require_payment)
        order.order_line.price_unit = 600.0
        self.assertEqual(order.ar_deposit_amount, 180.0)
        order.order_line.price_unit = 100.0
        self.assertFalse(order.ar_deposit_ids)
        self.assertEqual(order.require_payment, self.env.company.portal_confirmation_pay)

    def test_every_kind(self):
        for values, amounts in (
            ({"kind": "percent", "percent": 30.0}, [300.0, 700.0]),
            ({"kind": "percent", "percent": 100.0}, [1000.0]),
            ({"kind": "all"}, [1000.0]),
            ({"kind": "fixed", "fixed_amount": 250.0}, [250.0, 750.0]),
            ({"kind": "fixed", "fixed_amount": 2500.0}, [1000.0, 0.0]),
            (self.thirds(), [333.33, 333.33, 333.34]),
        ):
            with self.subTest(values=values), self.isolated():
                self.create_rule(**values)
                order = self.create_order()
                self.assertEqual(order.ar_deposit_ids.mapped("amount"), amounts)
                required = order._get_prepayment_required_amount()
                self.assertEqual(required, amounts[0])

    def test_taxes_and_cents_of_thirds(self):
        self.create_rule(**self.thirds())
        order = self.create_order(100.0, taxes=self.tax_sale_a)
        self.assertEqual(order.ar_deposit_ids.mapped("amount"), [38.33, 38.33, 38.34])
        self.assertEqual(self.invoice_deposit(order).amount_total, 38.33)

    def test_another_currency(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        prices = self.env["product.pricelist"].create({"name": "E", "currency_id": euro.id})
        self.create_rule(kind="fixed", fixed_amount=100.0, amount_from=600.0)
        self.assertFalse(self.create_order(1199.0, pricelist_id=prices.id).ar_deposit_ids)
        order = self.create_order(1200.0, pricelist_id=prices.id)
        self.assertEqual(order.ar_deposit_amount, 200.0)
        invoice = self.invoice_deposit(order)
        self.assertEqual((invoice.currency_id, invoice.amount_total), (euro, 200.0))
        self.pay(invoice)
        self.assertEqual(order.ar_deposit_received, 200.0)
        self.assertEqual(order.state, "sale")

    def test_a_credit_review_comes_before_the_rules(self):
        self.create_rule()
        case = self.customer._ar_ensure_case(self.env.company)
        case.sudo().credit_deposit_percent = 60.0
        order = self.create_order()
        self.assertEqual(order.ar_deposit_amount, 600.0)
        self.assertFalse(order.ar_deposit_rule_id)

    def test_what_was_decided_since_counts_when_the_quotation_is_sent(self):
        self.create_rule(for_none=True)
        order = self.create_order()
        self.assertFalse(order.ar_deposit_ids)
        self.customer._ar_ensure_case(self.env.company).sudo().credit_state = "none"
        order.action_quotation_sent()
        self.assertEqual(order.ar_deposit_amount, 300.0)

    def test_a_template_does_not_take_the_deposit_away(self):
        self.create_rule()
        template = self.env["sale.order.template"].create(
            {"name": "Quick", "require_payment": False}
        )
        order = self.create_order(sale_order_template_id=template.id)
        self.assertTrue(order.require_payment)
        self.assertAlmostEqual(order.prepayment_percent, 0.3)

    def test_the_form_shows_it_before_saving(self):
        self.create_rule()
        with Form(self.env["sale.order"]) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.work
                line.price_unit = 200.0
        self.assertEqual(form.record.ar_deposit_amount, form.record.amount_total * 0.3)

    def test_a_copy_asks_anew(self):
        self.create_rule()
        order = self.create_order()
        self.change(order, kind="none")
        copy = order.copy()
        self.assertEqual((order.ar_deposit_amount, copy.ar_deposit_amount), (0.0, 300.0))

    def test_a_branch_uses_the_rules_and_the_past_of_its_company(self):
        branch = self._create_company(name="Branch", parent_id=self.env.company.id)
        self.create_rule(is_for_new=True)
        order = self.create_order(company_id=branch.id)
        self.assertEqual(order.ar_deposit_amount, 300.0)
        self.pay(self.create_invoice(30, 10.0), 10.0)
        self.assertFalse(self.create_order(company_id=branch.id).ar_deposit_ids)

    def test_another_company_has_rules_of_its_own(self):
        self.create_rule()
        other = self.setup_other_company(name="Other")["company"]
        order = self.create_order(company_id=other.id)
        self.assertFalse(order.ar_deposit_ids)


class TestByHand(OrderDepositCase):
    """A deposit is changed with a reason, by those who may, and then stays."""

    def test_it_stays_whatever_the_rules_say(self):
        self.create_rule()
        order = self.create_order()
        for values, amount in (
            ({"kind": "percent", "percent": 10.0}, 100.0),
            ({"kind": "fixed", "amount": 75.0}, 75.0),
            ({"kind": "fixed", "amount": 1000.0}, 1000.0),
            ({"kind": "none"}, 0.0),
        ):
            with self.subTest(values=values), self.isolated():
                self.change(order, **values)
                self.assertEqual(order.ar_deposit_amount, amount)
                self.create_rule(sequence=0, kind="all")
                order.order_line.price_unit = 2000.0
                wanted = 200.0 if values["kind"] == "percent" else amount
                self.assertEqual(order.ar_deposit_amount, wanted)
                self.assertEqual(order.require_payment, bool(amount))
                self.assertEqual(order.ar_deposit_reason, "Agreed on the phone")
                self.assertIn("Agreed on the phone", order.message_ids[0].body)

    def test_more_than_the_total_is_refused_in_words(self):
        order = self.create_order()
        with self.assertRefused("more than the total"):
            self.change(order, kind="fixed", amount=1000.01)

    def test_who_accepted_another_amount_has_not_accepted(self):
        self.create_rule()
        order = self.create_order()
        order._ar_note_acceptance("hand", "Ann Oak")
        self.assertEqual(order.ar_deposit_state, "waiting")
        order.order_line.price_unit = 4000.0
        self.assertEqual((order.ar_deposit_amount, order.ar_deposit_state), (1200.0, "asked"))
        order._ar_note_acceptance("hand", "Ann Oak")
        self.assertEqual(order.ar_deposit_state, "waiting")

    def test_a_fixed_deposit_may_be_all_of_a_small_order(self):
        self.create_rule(kind="fixed", fixed_amount=5000.0)
        order = self.create_order()
        self.assertEqual(order._ar_get_printed_parts().mapped("amount"), [1000.0])
        text = order._ar_get_terms()[1]
        self.assertNotIn("Rest", text)
        self.assertIn("whole amount", text)

    def test_as_in_another_rule(self):
        thirds = self.create_rule(**self.thirds(is_on=False))
        order = self.create_order(900.0)
        self.change(order, kind="plan", rule_id=thirds.id)
        self.assertEqual(order.ar_deposit_ids.mapped("amount"), [300.0] * 3)

    def test_back_to_the_rules(self):
        self.create_rule()
        order = self.create_order()
        self.change(order, kind="none")
        self.change(order, kind="rule", reason=False)
        self.assertEqual(order.ar_deposit_amount, 300.0)

    def test_needs_a_reason(self):
        order = self.create_order()
        with self.assertRefused("reason"):
            self.change(order, kind="none", reason=" ")

    def test_salespeople_cannot_lower_it(self):
        self.create_rule()
        order = self.create_order().with_user(self.seller)
        with self.assertRefused("ask one of them"):
            order.action_ar_change_deposit()
        for values in ({"require_payment": False}, {"prepayment_percent": 0.01}):
            with self.subTest(values=values), self.assertRefused("Change deposit"):
                order.write(values)
        for name, value in (("ar_deposit_by_hand", True), ("ar_deposit_reason", "x")):
            with self.subTest(name=name), self.assertRaises(AccessError):
                order.write({name: value})
        with self.assertRaises(AccessError):
            order.ar_deposit_ids.write({"fixed_amount": 1.0})
        with self.assertRaises(AccessError):
            order.write({"ar_deposit_ids": [Command.clear()]})
        self.assertEqual(order.ar_deposit_amount, 300.0)

    def test_who_may(self):
        self.create_rule()
        for group in ("sales_team.group_sale_manager",):
            user = new_test_user(self.env, f"may {group}", group)
            order = self.create_order()
            self.change(order.with_user(user), kind="none")
            self.assertEqual(order.ar_deposit_amount, 0.0)
        approver = new_test_user(
            self.env,
            "approver who sells",
            "sales_team.group_sale_salesman_all_leads,"
            "ar_collections.ar_collections_group_credit_approver",
        )
        order = self.create_order()
        self.change(order.with_user(approver), kind="none")
        self.assertEqual(order.ar_deposit_amount, 0.0)

    def test_core_fields_stay_free_without_a_deposit(self):
        order = self.create_order().with_user(self.seller)
        order.write({"require_payment": True, "prepayment_percent": 0.5})
        self.assertEqual(order._get_prepayment_required_amount(), 500.0)

    def test_a_payment_by_hand_keeps_the_percentage_of_the_company(self):
        percent = self.env.company.prepayment_percent
        for values in ({}, {"require_payment": True}):
            order = self.create_order(**values)
            order.require_payment = not order.require_payment
            order.require_payment = True
            self.assertEqual(order.prepayment_percent, percent)

    def test_a_transfer_counts_for_core_payment_too(self):
        order = self.create_order()
        order.write({"require_payment": True, "prepayment_percent": 0.5})
        self.assertFalse(order._is_confirmation_amount_reached())
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": 500.0,
            }
        )
        invoice = wizard._create_invoices(order)
        invoice.action_post()
        self.pay(invoice)
        self.assertTrue(order._is_confirmation_amount_reached())

    def test_too_late(self):
        self.create_rule()
        order = self.create_order()
        self.invoice_deposit(order)
        with self.assertRefused("made already"):
            order.action_ar_change_deposit()
