"""Stops that stop charges too: what becomes of the interest of their days."""

from odoo import api, fields, models

from ..const import CUSTOMER_STOPS


class ArCollectionHold(models.Model):
    _inherit = "ar.collection.hold"

    is_interest_running = fields.Boolean(
        string="Interest runs on meanwhile",
        help="Interest of these days is only not asked for until the stop has ended, as "
        "where a respite was given without forgoing it. Otherwise these days bear none.",
    )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: charges on days of a new stop are looked at again."""
        holds = super().create(vals_list)
        holds._look_at_charges()
        return holds

    # === BUSINESS === #

    def _lift(self, note=None):
        """Override: a stop may have ended before it was planned to."""
        active = self.filtered("active")
        result = super()._lift(note)
        active._look_at_charges()
        return result

    def _decide_interest(self, is_running):
        """Decide what becomes of the interest of a stop's days, on record."""
        for hold in self.filtered(lambda hold: hold.is_interest_running != is_running):
            hold.sudo().is_interest_running = is_running
            note = (
                self.env._("Interest runs on meanwhile")
                if is_running
                else self.env._("No interest meanwhile")
            )
            hold.case_id._log("hold_set", f"{hold._get_reason_label()}: {note}")

    def _look_at_charges(self):
        """Have charges computed anew, or compared, whose days the stops concern."""
        charges = self.env["ar.late.fee"].sudo()
        for hold in self.filtered(lambda hold: hold.reason in CUSTOMER_STOPS):
            charges |= charges._search_made(
                [
                    ("partner_id", "=", hold.sudo().partner_id.id),
                    ("company_id", "child_of", hold.company_id.root_id.id),
                    ("kind", "in", ("interest", "percent")),
                    ("date", ">=", hold.date),
                ]
            )
        charges._look_again()
