"""New customers pay first, until somebody decides on their credit."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form

from .common_deposits import OrderDepositCase


class TestFirstDeposits(OrderDepositCase):
    """The ready rule as it is delivered: in use, and in nobody's way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env.ref("ar_collections.ar_deposit_rule_undecided")
        cls.rule.is_on = True
        cls.root = cls.env.company.root_id.sudo()

    def decide(self, **values):
        """Decide on the customer's credit."""
        approver = self.create_user("first_approver", "credit_approver")
        review = self.env["ar.credit.review"].with_user(approver)
        review = review.create({"partner_id": self.customer.id, **values})
        review.action_decide()

    # === ASKED === #

    def test_a_first_quotation_shows_the_deposit_and_why(self):
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.work
                line.price_unit = 900.0
            self.assertIn("900.00 is asked for: nobody has decided", form.ar_deposit_message)
        self.assertEqual(form.record.ar_deposit_amount, 900.0)
        self.assertEqual(form.record.ar_deposit_state, "asked")

    def test_the_paper_asks_in_plain_words(self):
        words = " ".join(self.create_order()._ar_get_deposit_sentences())
        self.assertIn(
            "the whole amount of $ 1,000.00, due within 7 days", words.replace("\xa0", " ")
        )
        self.assertIn("We ask this of new customers.", words)

    def test_where_all_customers_pay_a_part_online_new_ones_pay_no_more(self):
        self.env.company.write({"portal_confirmation_pay": True, "prepayment_percent": 0.3})
        self.provider.is_published = True
        self.root.ar_credit_effect = "block"
        order = self.create_order()
        self.assertEqual(order.ar_deposit_amount, 300.0)
        self.assertEqual((order.require_payment, order.prepayment_percent), (True, 0.3))
        self.pay_online(order)
        self.assertEqual((order.state, order.ar_deposit_state), ("sale", "paid"))

    def test_a_rule_that_waits_asks_for_everything_whatever_all_customers_pay(self):
        self.env.company.write({"portal_confirmation_pay": True, "prepayment_percent": 0.3})
        self.rule.until_paid = "wait"
        self.assertEqual(self.create_order().ar_deposit_amount, 1000.0)

    def test_half_of_it_confirms_nothing(self):
        self.provider.is_published = True
        order = self.create_order(require_signature=False)
        self.pay_online(order, 500.0)
        self.assertEqual((order.state, order.ar_deposit_state), ("draft", "part"))
        self.pay_online(order, 500.0)
        self.assertEqual((order.state, order.ar_deposit_state), ("sale", "paid"))

    def test_nobody_who_was_decided_on(self):
        for values in (
            {"decision": "none"},
            {"decision": "limit", "limit": 5000.0},
            {"decision": "unlimited"},
        ):
            with self.subTest(values=values), self.isolated():
                order = self.create_order()
                self.assertTrue(order.ar_deposit_ids)
                self.decide(**values)
                self.assertFalse(self.create_order().ar_deposit_ids)
                order.action_quotation_sent()
                self.assertFalse(order.ar_deposit_ids, "a draft learns of it when it is sent")

    def test_a_decision_changes_quotations_that_nobody_has_accepted(self):
        quotation, sent, accepted = (self.create_order() for _number in range(3))
        sent.action_quotation_sent()
        self.sign(accepted)
        self.decide(decision="limit", limit=5000.0, deposit_percent=20.0)
        self.assertEqual(
            [order.ar_deposit_amount for order in (quotation, sent, accepted)],
            [200.0, 200.0, 1000.0],
        )
        self.assertIn("$ 200.00 instead of $ 1,000.00", sent.message_ids[0].preview)
        self.customer._ar_get_credit_case(self.root).credit_deposit_percent = 0.0
        sent.with_user(self.seller).action_confirm()
        self.assertEqual(sent.state, "sale")

    def test_a_free_sample_makes_nobody_known(self):
        self.rule.write({"for_undecided": False, "is_for_new": True})
        self.create_invoice(amount=0.0)
        self.assertEqual(self.create_order().ar_deposit_amount, 1000.0)
        self.pay(self.create_invoice(amount=10.0))
        self.assertEqual(self.create_order().ar_deposit_amount, 0.0)

    def test_nobody_who_was_invoiced_before(self):
        self.create_invoice(due_in=5)
        self.env["ar.collection.case"]._take_over_credit(self.root)
        self.assertFalse(self.create_order().ar_deposit_ids)

    def test_switched_off_in_the_settings(self):
        settings = self.env["res.config.settings"].create({})
        settings.ar_is_undecided_stopped = False
        settings.execute()
        order = self.create_order()
        self.assertFalse(order.ar_deposit_ids)
        order.action_confirm()
        self.assertEqual((order.state, order.ar_deposit_state), ("sale", "none"))

    def test_a_branch_goes_by_its_root(self):
        branch = self._create_company(name="Branch", parent_id=self.env.company.id)
        self.assertEqual(self.create_order(company_id=branch.id).ar_deposit_amount, 1000.0)
        self.root.ar_is_undecided_stopped = False
        self.assertFalse(self.create_order(company_id=branch.id).ar_deposit_ids)

    # === IN NOBODY'S WAY === #

    def test_a_person_confirms_and_that_is_on_record(self):
        order = self.create_order().with_user(self.seller)
        order.action_confirm()
        self.assertEqual((order.state, order.ar_deposit_state), ("sale", "unpaid"))
        self.assertIn("1,000.00 of the deposit is not paid", order.ar_deposit_message)
        log = " ".join(order.message_ids.mapped("body"))
        self.assertIn("Confirmed before", log)

    def test_a_batch_is_confirmed(self):
        orders = self.create_order() | self.create_order() | self.create_order()
        self.assertIs(orders.action_confirm(), True)
        self.assertEqual(set(orders.mapped("state")), {"sale"})

    def test_a_signature_confirms_where_nobody_can_pay_online(self):
        self.env["payment.provider"].sudo().search([]).state = "disabled"
        order = self.create_order(require_signature=True)
        self.assertFalse(order.require_payment)
        self.sign(order)
        self.assertEqual((order.state, order.ar_deposit_state), ("sale", "unpaid"))

    def test_a_signature_is_followed_by_the_payment_where_there_is_a_provider(self):
        self.provider.is_published = True
        order = self.create_order(require_signature=True)
        self.assertTrue(order.require_payment)
        self.sign(order)
        self.assertEqual(order.state, "draft")
        self.pay_online(order)
        self.assertEqual((order.state, order.ar_deposit_state), ("sale", "paid"))

    def test_the_deposit_is_invoiced_also_after_the_order_is_confirmed(self):
        order = self.create_order()
        order.action_confirm()
        self.assertTrue(order.ar_deposit_is_billable)
        self.pay(self.invoice_deposit(order))
        self.assertEqual(order.ar_deposit_state, "paid")

    def test_an_order_that_is_invoiced_asks_for_nothing_more(self):
        order = self.create_order()
        order.action_confirm()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(order.ar_deposit_state, "none")
        self.assertFalse(order.ar_deposit_message)

    def test_a_rule_that_waits_still_waits(self):
        self.rule.until_paid = "wait"
        order = self.create_order()
        self.assertTrue(order.require_payment)
        order.action_confirm()
        self.assertEqual(order.state, "draft")

    # === CORE'S OWN FIELDS === #

    def test_another_payment_online_is_another_deposit(self):
        self.provider.is_published = True
        for user in (self.env.user, self.seller):
            for values, amount in (
                ({"require_payment": True, "prepayment_percent": 0.2}, 200.0),
                ({"require_payment": True, "prepayment_percent": 1.0}, 1000.0),
                ({"require_payment": False}, 0.0),
            ):
                with self.subTest(user=user.login, values=values), self.isolated():
                    order = self.create_order().with_user(user)
                    order.write(values)
                    self.assertEqual(order.ar_deposit_amount, amount)
                    self.assertEqual(order.require_payment, values["require_payment"])
                    order.order_line.price_unit = 2000.0
                    self.assertEqual(order.ar_deposit_amount, 2 * amount, "it stays")

    def test_an_order_that_comes_with_its_payment_keeps_it(self):
        self.provider.is_published = True
        order = self.create_order(require_payment=False)
        self.assertFalse(order.require_payment)
        self.assertFalse(order.ar_deposit_ids)
        copy = order.copy()
        self.assertEqual(copy.ar_deposit_amount, 1000.0, "a copy is asked anew")

    def test_where_the_order_waits_it_is_refused_to_salespeople(self):
        self.rule.until_paid = "wait"
        order = self.create_order().with_user(self.seller)
        with self.assertRefused("Change deposit"):
            order.write({"prepayment_percent": 0.01})

    def test_a_payment_set_by_hand_outlives_every_edit(self):
        self.rule.is_on = False
        for user in (self.env.user, self.seller):
            with self.subTest(user=user.login), self.isolated():
                order = self.create_order().with_user(user)
                order.write({"require_payment": True, "prepayment_percent": 0.8})
                order.order_line.product_uom_qty = 1.5
                self.assertEqual((order.require_payment, order.prepayment_percent), (True, 0.8))
                self.rule.write({"is_on": True, "kind": "percent", "percent": 50.0})
                order.order_line.product_uom_qty = 2
                self.assertFalse(order.ar_deposit_ids, "the rule asks for less")
                self.assertEqual((order.require_payment, order.prepayment_percent), (True, 0.8))
                self.rule.percent = 90.0
                order.order_line.price_unit = 2000.0
                self.assertEqual(order.ar_deposit_amount, order.amount_total * 0.9)

    def test_a_payment_ticked_in_the_form_outlives_every_edit(self):
        self.rule.is_on = False
        with Form(self.env["sale.order"].with_user(self.seller)) as form:
            form.partner_id = self.customer
            form.require_payment = True
            form.prepayment_percent = 0.8
            with form.order_line.new() as line:
                line.product_id = self.work
                line.price_unit = 900.0
            self.assertEqual((form.require_payment, form.prepayment_percent), (True, 0.8))
        order = form.record
        self.assertEqual((order.require_payment, order.prepayment_percent), (True, 0.8))
        self.rule.write({"is_on": True, "kind": "percent", "percent": 50.0})
        order.order_line.price_unit = 1000.0
        self.assertFalse(order.ar_deposit_ids)

    def test_another_template_is_another_payment(self):
        self.rule.is_on = False
        template = self.env["sale.order.template"].create(
            {"name": "Quick", "require_payment": True, "prepayment_percent": 0.4}
        )
        order = self.create_order()
        self.assertFalse(order.require_payment)
        order.sale_order_template_id = template
        self.assertEqual((order.require_payment, order.prepayment_percent), (True, 0.4))

    def test_a_deposit_that_goes_leaves_what_core_says(self):
        self.provider.is_published = True
        order = self.create_order()
        self.assertTrue(order.require_payment)
        self.decide(decision="unlimited")
        order.order_line.price_unit = 900.0
        self.assertFalse(order.ar_deposit_ids)
        self.assertEqual(order.require_payment, self.env.company.portal_confirmation_pay)
        self.assertEqual(order.prepayment_percent, self.env.company.prepayment_percent)

    # === CREDIT === #

    def test_who_keeps_to_the_terms_is_not_held_as_undecided(self):
        self.root.ar_credit_effect = "block"
        order = self.create_order()
        self.assertIn("1,000.00 more is to be paid", order.ar_credit_warning.replace("\xa0", " "))
        with self.assertRaisesRegex(UserError, "Nobody has decided"):
            order.with_user(self.seller).write({"state": "sale"})
        self.pay(self.invoice_deposit(order))
        self.assertEqual(order.state, "sale")
        with self.assertRaisesRegex(UserError, "cannot grow"):
            order.with_user(self.seller).order_line.filtered("product_id").price_unit = 5000.0

    def test_who_has_it_set_by_hand_is_held(self):
        self.root.ar_credit_effect = "block"
        order = self.create_order()
        self.change(order, kind="fixed", amount=1.0)
        self.pay(self.invoice_deposit(order))
        self.assertEqual((order.ar_deposit_state, order.state), ("paid", "draft"))
        self.assertIn("Nobody has decided", order._ar_get_held_text())

    def test_the_terms_do_not_help_against_other_reasons(self):
        self.root.ar_credit_effect = "block"
        self.rule.write({"kind": "percent", "percent": 50.0})
        self.create_invoice(due_in=-60, amount=500.0)
        order = self.create_order()
        self.pay(self.invoice_deposit(order))
        self.assertEqual(order.state, "draft")
        self.assertIn("overdue", order._ar_get_held_text())

    # === WHAT WAS THERE BEFORE === #

    def test_a_quotation_of_before_is_left_alone_until_it_changes(self):
        self.rule.is_on = False
        order = self.create_order()
        self.rule.is_on = True
        self.assertFalse(order.ar_deposit_ids)
        order.order_line = [Command.create({"product_id": self.work.id, "price_unit": 100.0})]
        self.assertTrue(order.ar_deposit_ids)
