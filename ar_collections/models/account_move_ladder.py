"""What the invoice's form shows of the ladder; only for people of Collections."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .res_partner_case import READERS


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_item_ids = fields.One2many(groups=READERS)
    ar_hold_ids = fields.One2many(groups=READERS)
    ar_reason = fields.Selection(groups=READERS)
    ar_rung_level_id = fields.Many2one(groups=READERS)
    ar_last_notice_date = fields.Date(groups=READERS)
    ar_next_level_id = fields.Many2one(groups=READERS)
    ar_next_date = fields.Date(groups=READERS)
    ar_hold_summary = fields.Char(
        string="On hold",
        compute="_compute_ar_hold_summary",
        groups=READERS,
        help="Holds of the invoice, of its instalments and of the customer.",
    )

    @api.depends(
        "ar_hold_ids.active", "ar_hold_ids.until", "ar_item_ids.hold_ids.active"
    )
    def _compute_ar_hold_summary(self):
        for move in self:
            items = move.sudo().ar_item_ids
            holds = move.sudo().ar_hold_ids | items.hold_ids
            holds |= items.case_id.hold_ids.filtered(
                lambda hold: hold._is_on_customer()
            )
            in_force = holds.filtered(lambda hold: hold._is_in_force())
            move.ar_hold_summary = ", ".join(hold._get_summary() for hold in in_force)

    def action_ar_open_items(self):
        """Open the debts of these invoices on the ladder."""
        items = self.env["ar.followup.item"].search([("move_id", "in", self.ids)])
        if not items:
            raise UserError(
                self.env._(
                    "This invoice is not on the ladder yet: the next run looks at it, "
                    "once a policy is switched on."
                )
            )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_followup_item_action"
        )
        action |= {"domain": [("id", "in", items.ids)], "context": {}}
        if len(items) == 1:
            action |= {"views": [(False, "form")], "res_id": items.id}
        return action
