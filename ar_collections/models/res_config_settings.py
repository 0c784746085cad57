"""Follow-up settings of the present company."""

from odoo import api, fields, models

# Settings of which one is valid only with the other.
_CHECKED_TOGETHER = (
    "ar_is_test_mode",
    "ar_test_email",
    "ar_window_from",
    "ar_window_to",
)


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_settings_company_id = fields.Many2one(
        "res.company", compute="_compute_ar_settings_company_id"
    )
    ar_start_date = fields.Date(related="company_id.ar_start_date", readonly=False)
    ar_is_paused = fields.Boolean(related="company_id.ar_is_paused", readonly=False)
    ar_tz = fields.Selection(related="company_id.ar_tz", readonly=False)
    ar_window_from = fields.Float(related="company_id.ar_window_from", readonly=False)
    ar_window_to = fields.Float(related="company_id.ar_window_to", readonly=False)
    ar_max_per_day = fields.Integer(related="company_id.ar_max_per_day", readonly=False)
    ar_is_test_mode = fields.Boolean(
        related="company_id.ar_is_test_mode", readonly=False
    )
    ar_test_email = fields.Char(related="company_id.ar_test_email", readonly=False)
    ar_is_following_entries = fields.Boolean(
        related="company_id.ar_is_following_entries", readonly=False
    )
    ar_is_bank_gated = fields.Boolean(
        related="company_id.ar_is_bank_gated", readonly=False
    )
    ar_bank_journal_ids = fields.Many2many(
        related="company_id.ar_bank_journal_ids", readonly=False
    )
    ar_bank_known_date = fields.Date(
        related="company_id.ar_bank_known_date", readonly=False
    )
    ar_has_approved_run = fields.Boolean(related="company_id.ar_has_approved_run")
    ar_responsible_id = fields.Many2one(
        related="company_id.ar_responsible_id", readonly=False
    )
    ar_promise_tolerance_days = fields.Integer(
        related="company_id.ar_promise_tolerance_days", readonly=False
    )
    ar_is_own_cases_only = fields.Boolean(
        related="company_id.ar_is_own_cases_only", readonly=False
    )

    @api.depends("company_id", "ar_start_date")
    def _compute_ar_settings_company_id(self):
        """Tell whose settings a branch uses: its parent's, while it has no start date."""
        for settings in self:
            company = settings.company_id
            used = company._ar_get_settings_company() if company else company
            is_own = settings.ar_start_date or used == company
            settings.ar_settings_company_id = False if is_own else used

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: what is checked together is written together.

        Related fields are written one by one, each time with the checks of all.
        """
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id"))
            values = {name: vals[name] for name in _CHECKED_TOGETHER if name in vals}
            if values:
                (company or self.env.company).write(values)
        return super().create(vals_list)
