"""The window in which a manager waives charges."""

from odoo import api, fields, models


class ArLateFeeWaive(models.TransientModel):
    """Waive charges, with the reason that stays on record."""

    _name = "ar.late.fee.waive"
    _description = "Waive Charges"

    charge_ids = fields.Many2many(
        "ar.late.fee",
        string="Charges",
        default=lambda self: self.env.context.get("active_ids"),
    )
    is_single = fields.Boolean(compute="_compute_is_single")
    amount = fields.Monetary(compute="_compute_amount", store=True, readonly=False)
    currency_id = fields.Many2one("res.currency", compute="_compute_is_single")
    note = fields.Char(string="Reason", required=True)

    @api.depends("charge_ids")
    def _compute_is_single(self):
        for wizard in self:
            wizard.is_single = len(wizard.charge_ids) == 1
            wizard.currency_id = wizard.charge_ids.currency_id[:1]

    @api.depends("charge_ids")
    def _compute_amount(self):
        for wizard in self:
            is_single = len(wizard.charge_ids) == 1
            wizard.amount = wizard.charge_ids.amount if is_single else 0.0

    def action_confirm(self):
        """Waive the charges of the window: one in part, where an amount is given."""
        self.ensure_one()
        return self.charge_ids.action_waive(
            self.note, self.amount if self.is_single else None
        )
