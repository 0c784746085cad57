"""Spare customers or invoices late fees, or no longer."""

from odoo import api, fields, models


class ArLateFeeSpare(models.TransientModel):
    _name = "ar.late.fee.spare"
    _description = "Spare Late Fees"
    _inherit = "ar.window.mixin"

    partner_ids = fields.Many2many("res.partner", string="Customers", readonly=True)
    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    change = fields.Selection(
        [("spare", "No late fees"), ("charge", "Late fees as the rules say")],
        compute="_compute_change",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
    )
    note = fields.Char(string="Reason", required=True)

    @api.depends("partner_ids", "move_ids")
    def _compute_change(self):
        for wizard in self:
            spared = wizard.partner_ids.commercial_partner_id.mapped("ar_is_charge_exempt")
            spared += wizard.move_ids.mapped("ar_is_charge_exempt")
            wizard.change = "charge" if spared and all(spared) else "spare"

    def action_change(self):
        """Change it for all customers and invoices of the window."""
        self.ensure_one()
        for records in (self.partner_ids, self.move_ids):
            if records:
                records.action_ar_spare(self.change == "spare", self.note)
        return {"type": "ir.actions.act_window_close"}
