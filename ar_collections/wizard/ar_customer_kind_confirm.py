"""Confirm what kind of customers some are, so that they may bear charges."""

from odoo import api, fields, models

from ..const import CUSTOMER_KINDS


class ArCustomerKindConfirm(models.TransientModel):
    _name = "ar.customer.kind.confirm"
    _description = "Confirm the Kind of Customers"
    _inherit = "ar.window.mixin"

    partner_ids = fields.Many2many("res.partner", string="Customers", readonly=True)
    customer_kind = fields.Selection(
        CUSTOMER_KINDS,
        string="They are",
        compute="_compute_customer_kind",
        store=True,
        readonly=False,
        precompute=True,
        help="Empty: each stays what it is now.",
    )

    @api.depends("partner_ids")
    def _compute_customer_kind(self):
        for wizard in self:
            kinds = set(wizard.partner_ids.commercial_partner_id.mapped("ar_customer_kind"))
            wizard.customer_kind = kinds.pop() if len(kinds) == 1 else False

    def action_confirm(self):
        """Confirm the kind of all customers of the window."""
        self.ensure_one()
        self.partner_ids.action_ar_confirm_kind(self.customer_kind)
        return {"type": "ir.actions.act_window_close"}
