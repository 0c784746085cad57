"""Who sees of credit and deposits on orders what."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common_credit import OrderCreditCase


class TestReleaseRights(OrderCreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.create_order(6000.0)
        cls.order.action_confirm()

    def test_a_salesperson_opens_the_release_she_asked_for(self):
        self.open_request(self.order, self.seller)
        action = self.order.with_user(self.seller).action_ar_open_release()
        release = self.env[action["res_model"]].with_user(self.seller).browse(action["res_id"])
        self.assertEqual(release.order_id, self.order)
        form = Form(release)
        self.assertEqual(form.request_note, "Pays on Friday")
        self.assertTrue(form.credit_bar)
        with self.assertRaises(UserError):
            release.action_approve()

    def test_she_sees_what_a_colleague_asked_for_her_order(self):
        manager = self.create_user("release_sales_manager")
        manager.sudo().group_ids |= self.env.ref("sales_team.group_sale_manager")
        request = self.open_request(self.order, manager)
        self.assertEqual(request.with_user(self.seller).request_note, "Pays on Friday")
        self.assertEqual(request.with_user(manager).request_note, "Pays on Friday")

    def test_nobody_else_sees_it(self):
        request = self.open_request(self.order, self.seller)
        other = self.create_user("release_other_seller")
        other.sudo().group_ids |= self.env.ref("sales_team.group_sale_salesman")
        self.assertFalse(self.env["ar.credit.release"].with_user(other).search([]))
        with self.assertRaises(AccessError):
            request.with_user(other).read(["request_note"])

    def test_an_approver_opens_the_order_that_is_held(self):
        order = self.order.with_user(self.approver).sudo(False)
        self.assertEqual(Form(order).partner_id, self.customer)
        with self.assertRaises(AccessError):
            order.write({"client_order_ref": "x"})

    def test_an_approver_opens_no_other_order(self):
        order = self.create_order(10.0)
        with self.assertRaises(AccessError):
            order.with_user(self.approver).sudo(False).read(["name"])

    def test_the_message_says_what_to_do(self):
        self.assertIn("Ask for a release", self.order._ar_get_held_text())
        self.root.sudo().ar_credit_effect = "block"
        self.assertIn("Ask for payment", self.order._ar_get_held_text())


class TestPortalRights(OrderCreditCase):
    def test_customers_read_no_reasons(self):
        self.env["ar.deposit.rule"].search([]).is_on = False
        rule = self.env["ar.deposit.rule"].create(
            {"name": "Payers we distrust", "kind": "percent", "percent": 30.0}
        )
        order = self.create_order(1000.0)
        invoice = self.create_draft(100.0)
        portal = new_test_user(self.env, "deposit_portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        order.sudo().message_subscribe(partner_ids=portal.partner_id.ids)
        order.sudo().action_quotation_sent()
        self.assertEqual(order.sudo().ar_deposit_rule_id, rule)
        order = order.with_user(portal).sudo(False)
        self.assertEqual(order.read(["amount_total"])[0]["amount_total"], 1000.0)
        hidden = {"rule_id", "by_hand", "reason", "percent", "message", "settled"}
        for name in hidden:
            self.assertNotIn(f"ar_deposit_{name}", order.fields_get())
            with self.assertRaises(AccessError):
                order.read([f"ar_deposit_{name}"])
        for name in ("rule_id", "by_hand", "reason", "problem"):
            self.assertNotIn(f"ar_deposit_{name}", invoice.with_user(portal).fields_get())

    def test_a_default_of_the_context_switches_no_deposit_off(self):
        self.env["ar.deposit.rule"].create(
            {"name": "Half", "sequence": 1, "kind": "percent", "percent": 50.0}
        )
        self.assertEqual(self.create_order(1000.0).ar_deposit_amount, 500.0)
        orders = self.env["sale.order"].with_user(self.seller)
        for name in ("by_hand", "is_soft"):
            with self.assertRaises(AccessError):
                orders.with_context(**{f"default_ar_deposit_{name}": True}).create(
                    {
                        "partner_id": self.customer.id,
                        "order_line": [Command.create({"product_id": self.goods.id})],
                    }
                )

    def test_customers_settle_no_deposits(self):
        portal = new_test_user(self.env, "settle_portal", "base.group_portal")
        portal.partner_id.parent_id = self.customer
        order = self.create_order(1000.0)
        order.sudo().message_subscribe(partner_ids=portal.partner_id.ids)
        order.sudo().action_quotation_sent()
        with self.assertRaises(AccessError):
            order.with_user(portal).sudo(False).action_ar_settle_deposit()
