"""What a person does on the screen "Today"."""

from odoo import api, models
from odoo.exceptions import UserError


class ArCollectionToday(models.AbstractModel):
    _inherit = "ar.collection.today"

    # === BY HAND === #

    @api.model
    def open_run(self):
        """Open the run of today, made where there is none yet."""
        runs = self.env["ar.followup.run"]
        runs._check_may_run()
        company = self.env.company
        domain = [("company_id", "=", company.id), ("as_of", "=", company._ar_today())]
        run = runs.search([*domain, ("partner_ids", "=", False)], limit=1)
        return (run or runs.create({"company_id": company.id}))._get_form_action()

    @api.model
    def open_preview(self):
        """Open the preview of the run of today."""
        run = self.env["ar.followup.run"].new(
            {"company_id": self.env.company.id, "as_of": self.env.company._ar_today()}
        )
        return run.action_open_preview()

    @api.model
    def resume(self):
        """End the pause of everything, where the active company or one above has it.

        :raise UserError: where a company has it that is not the user's
        """
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        paused = self.env.company.sudo().parent_ids.filtered("ar_is_paused")
        if foreign := paused - self.env.user.company_ids:
            raise UserError(
                self.env._(
                    "%(company)s has paused everything: ask somebody there to go on.",
                    company=foreign[0].name,
                )
            )
        paused.ar_is_paused = False

    @api.model
    def pause(self):
        """Pause everything in the active company and its branches, at once."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.env.company.sudo().ar_is_paused = True

    @api.model
    def vouch_for_bank(self):
        """Record that a person has checked the bank up to today."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        settings = self.env.company.sudo()._ar_get_settings_company().sudo()
        settings.ar_bank_known_date = self.env.company._ar_today()
