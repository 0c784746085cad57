"""Run the ladder now for some customers."""

from odoo import fields, models
from odoo.exceptions import UserError


class ArFollowupRunNow(models.TransientModel):
    _name = "ar.followup.run.now"
    _description = "Run Now"
    _inherit = "ar.window.mixin"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        readonly=True,
    )
    partner_ids = fields.Many2many("res.partner", string="Customers")

    def action_plan(self):
        """Plan a run for the chosen customers, and show its notices."""
        return self._plan()._get_notices_action()

    def action_plan_and_send(self):
        """Plan a run, send at once what needs no approval, and show its notices."""
        run = self._plan()
        run.action_execute()
        return run._get_notices_action()

    def _plan(self):
        self.ensure_one()
        if not self.partner_ids:
            raise UserError(
                self.env._(
                    "Choose the customers; for all of them, start the run of the day."
                )
            )
        run = self.env["ar.followup.run"].create(
            {
                "company_id": self.company_id.id,
                "as_of": self.company_id._ar_today(),
                "partner_ids": self.partner_ids.commercial_partner_id.ids,
            }
        )
        run.action_plan()
        return run
