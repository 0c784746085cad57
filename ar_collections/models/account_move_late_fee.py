"""Invoices that bear charges, and documents that book them."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_partner_case import READERS


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "ar.late.fee.bearer.mixin"]

    _ar_kept_fields = frozenset({"ar_is_charge"})

    ar_is_charge = fields.Boolean(
        string="Document of charges",
        readonly=True,
        copy=False,
        help="Books late fees and interest. It never starts a reminder by itself.",
    )
    ar_is_charge_exempt = fields.Boolean(groups=READERS)
    ar_late_fee_ids = fields.One2many(
        "ar.late.fee", "move_id", string="Late fees", groups=READERS
    )
    ar_booked_fee_ids = fields.One2many(
        "ar.late.fee", "document_id", string="Charges booked here", groups=READERS
    )
    ar_late_fee_count = fields.Integer(
        string="Number of late fees", compute="_compute_ar_late_fee_count", groups=READERS
    )

    @api.depends("ar_late_fee_ids.state", "ar_booked_fee_ids")
    def _compute_ar_late_fee_count(self):
        for move in self:
            charges = move.ar_late_fee_ids | move.ar_booked_fee_ids
            move.ar_late_fee_count = len(
                charges.filtered(lambda charge: charge.state != "cancelled")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_charged(self):
        """Keep the record of what was charged; forget charges that were cancelled."""
        charges = self.env["ar.late.fee"].sudo().search([("move_id", "in", self.ids)])
        kept = charges.filtered(lambda charge: charge.state in ("posted", "waived"))
        if kept:
            raise UserError(
                self.env._(
                    "Late fees were charged for %(invoice)s: keep it, and credit it "
                    "instead.",
                    invoice=kept[0].move_id.display_name,
                )
            )
        charges.unlink()

    def _ar_get_window_field(self):
        return "move_ids"

    def action_ar_open_late_fees(self):
        """Open the charges that the invoice bears, or that it books."""
        self.env["ar.late.fee"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_late_fee_action"
        )
        domain = ["|", ("move_id", "in", self.ids), ("document_id", "in", self.ids)]
        return {**action, "domain": domain, "context": {}}

    def action_ar_open_calculator(self):
        """Open the calculator with the debt, its payments and the rule that fits."""
        self.ensure_one()
        self.env["ar.late.fee"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_late_fee_calculator_action"
        )
        defaults = self.env["ar.late.fee.engine"].sudo()._get_calculator_defaults(self)
        return {**action, "context": defaults}
