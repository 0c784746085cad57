"""Note what a customer promises to pay."""

from odoo import api, fields, models


class ArCollectionPromiseNote(models.TransientModel):
    _name = "ar.collection.promise.note"
    _description = "Note a Promise to Pay"
    _inherit = "ar.window.mixin"

    case_ids = fields.Many2many("ar.collection.case", string="Customers", readonly=True)
    item_ids = fields.Many2many("ar.followup.item", string="Debts", readonly=True)
    move_ids = fields.Many2many("account.move", string="Invoices", readonly=True)
    date = fields.Date(string="Promised for", required=True)
    amount = fields.Monetary(
        string="Promised amount",
        help="Covers the oldest debts first; the rest is followed up. 0: everything.",
    )
    currency_id = fields.Many2one(
        "res.currency", compute="_compute_currency_id", store=True, readonly=False
    )
    note = fields.Char(help="Who promised what, for colleagues and auditors.")

    @api.depends("item_ids", "move_ids", "case_ids")
    def _compute_currency_id(self):
        for wizard in self:
            targets = wizard.item_ids or wizard.move_ids or wizard.case_ids
            wizard.currency_id = targets[:1].sudo().currency_id

    def action_promise(self):
        """Hold what is promised until the day, and some business days more."""
        self.ensure_one()
        targets = self.case_ids or self.item_ids or self.move_ids
        self.env["ar.collection.hold"]._note_promise(
            targets, self.date, self.amount, self.currency_id, self.note
        )
        return {"type": "ir.actions.act_window_close"}
