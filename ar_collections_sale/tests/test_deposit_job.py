"""The hourly job of deposits: what one order does to it, the others do not feel."""

from unittest.mock import patch

from odoo import Command
from odoo.tools import mute_logger

from .common_deposits import OrderDepositCase

LOGGER = "odoo.addons.ar_collections_sale.models.sale_order_deposit_money"


class TestDepositJob(OrderDepositCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.sudo().ar_is_deposit_posted = True
        cls.create_rule(
            kind="milestones",
            share_unit="percent",
            milestone_ids=[
                Command.create({"sequence": 1, "name": "Start", "share": 50, "trigger": "acceptance"}),
                Command.create(
                    {"sequence": 2, "name": "Later", "share": 50, "trigger": "days", "days": 1}
                ),
            ],
        )

    def start(self):
        """Give an order whose first part is paid."""
        order = self.create_order()
        self.pay(self.invoice_deposit(order))
        self.assertEqual(order.state, "sale")
        return order

    def test_an_archived_company_keeps_nobody_waiting(self):
        order, elsewhere = self.start(), self.start()
        branch = self.create_branch("Acorn North")
        self.env.flush_all()
        elsewhere.ar_deposit_ids.sudo().company_id = branch
        branch.sudo().active = False
        self.run_job(2)
        self.assertEqual(order.ar_deposit_ids.mapped("state"), ["paid", "invoiced"])
        parts = self.env["ar.deposit"].sudo().search([("order_id", "=", elsewhere.id)])
        self.assertEqual(parts.mapped("state"), ["paid", "planned"])

    def test_an_order_that_fails_keeps_nobody_waiting(self):
        orders = self.start() | self.start()
        failing, model = orders[:1], type(orders.ar_deposit_ids)
        make_invoice = model._make_invoice

        def fail(part):
            if part.order_id == failing:
                raise ValueError("This one is broken")
            return make_invoice(part)

        with (
            patch.object(model, "_make_invoice", fail),
            mute_logger(LOGGER),
            self.assertLogs(LOGGER, "ERROR") as logged,
        ):
            self.run_job(2)
        orders.invalidate_recordset()
        self.assertEqual(len(logged.output), 1)
        self.assertEqual(
            [order.ar_deposit_ids.mapped("state") for order in orders],
            [["paid", "planned"], ["paid", "invoiced"]],
        )
