"""Invoices that bear charges, and documents that book them."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .res_partner_case import READERS


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """Override of `account`: the copy of a document of charges is one too."""
        action = super().reverse_moves(is_modify)
        if any(self.move_ids.mapped("ar_is_charge")):
            copies = self.new_move_ids.filtered(lambda move: not move.reversed_entry_id)
            copies.sudo().ar_is_charge = True
        return action


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "ar.late.fee.bearer.mixin"]

    _ar_kept_fields = frozenset({"ar_is_charge", "ar_is_fee_credit", "ar_waived_fees"})

    ar_is_charge = fields.Boolean(
        string="Document of charges",
        readonly=True,
        copy=False,
        help="Books late fees and interest. It never starts a reminder by itself.",
    )
    ar_is_fee_credit = fields.Boolean(
        readonly=True, copy=False, help="Made by waiving or correcting charges."
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

    # === CRUD === #

    def write(self, vals):
        """Override of `account`: charges follow their invoice."""
        if vals.get("state") in ("draft", "cancel"):
            reopened = self.filtered(lambda move: move.state == "posted")
            self.env["ar.late.fee"]._on_invoices_reopened(reopened)
        return super().write(vals)

    def _ar_check_booked_on(self, day):
        """Refuse an entry that Odoo has moved out of a closed period, to a later day."""
        for move in self.filtered(lambda move: move.date != day):
            raise UserError(
                self.env._(
                    "The period of %(day)s is closed for %(journal)s: open it, or book "
                    "the charges on a later day.",
                    day=format_date(self.env, day),
                    journal=move.journal_id.display_name,
                )
            )

    def _ar_put_off(self, deadline):
        """Have unpaid documents of charges fall due on a later day."""
        for move in self.filtered(lambda move: move.state == "posted"):
            lines = move.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
                and not line.reconciled
                and line.date_maturity < deadline
            )
            if lines and move.is_invoice():
                move.invoice_date_due = deadline
            else:
                lines.date_maturity = deadline

    def _ar_get_open_charges(self):
        """Give what is not paid of the charges that the document books, without tax."""
        self.ensure_one()
        lines = self.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        asked = sum(lines.mapped("amount_currency"))
        left = sum(lines.mapped("amount_residual_currency"))
        if not asked or self.state != "posted":
            return 0.0
        net = self.amount_untaxed if self.is_invoice() else asked
        return left * net / asked

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
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_late_fee_calculator_action"
        )
        defaults = self.env["ar.late.fee.engine"].sudo()._get_calculator_defaults(self)
        return {**action, "context": defaults}
