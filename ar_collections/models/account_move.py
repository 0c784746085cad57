"""Where an invoice stands on the ladder."""

from odoo import api, fields, models

_FOLLOWED_FIELDS = frozenset({"state", "payment_state"})


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_item_ids = fields.One2many("ar.followup.item", "move_id", string="Follow-up")
    ar_reason = fields.Selection(
        selection=lambda self: self.env["ar.followup.item"]._fields["reason"].selection,
        string="Follow-up: why",
        compute="_compute_ar_followup",
    )
    ar_rung_level_id = fields.Many2one(
        "ar.followup.level", string="Reminded", compute="_compute_ar_followup"
    )
    ar_last_notice_date = fields.Date(string="Last notice", compute="_compute_ar_followup")
    ar_next_level_id = fields.Many2one(
        "ar.followup.level", string="Next reminder", compute="_compute_ar_followup"
    )
    ar_next_date = fields.Date(string="Next step on", compute="_compute_ar_followup")
    ar_hold_ids = fields.One2many("ar.collection.hold", "move_id", string="Holds")

    def write(self, vals):
        """Override of `account` to refresh what comes next for the debts concerned."""
        result = super().write(vals)
        if not _FOLLOWED_FIELDS.isdisjoint(vals):
            self.env["ar.followup.item"]._on_ledger_changed(self.line_ids)
        return result

    def unlink(self):
        """Override of `account`: what was said of a deleted invoice stays on record."""
        self.sudo().ar_item_ids._on_move_deleted()
        return super().unlink()

    @api.depends(
        "ar_item_ids.reason",
        "ar_item_ids.rung_level_id",
        "ar_item_ids.last_notice_date",
        "ar_item_ids.next_level_id",
        "ar_item_ids.next_date",
    )
    def _compute_ar_followup(self):
        """Show the instalment that is furthest up the ladder, among the open ones."""
        for move in self:
            items = move.sudo().ar_item_ids.filtered("is_open")
            item = items.sorted("rung_days", reverse=True)[:1]
            move.ar_reason = item.reason
            move.ar_rung_level_id = item.rung_level_id
            move.ar_last_notice_date = item.last_notice_date
            move.ar_next_level_id = item.next_level_id
            move.ar_next_date = item.next_day

    def _ar_get_customer_link(self):
        """Give the address of the document for its customer.

        With the token where it was given; core's method would write one.
        """
        self.ensure_one()
        path = self.get_portal_url() if self.access_token else self.access_url
        return self.get_base_url() + path
