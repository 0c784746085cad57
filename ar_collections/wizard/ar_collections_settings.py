"""The settings of collections, for those who manage them without being administrators."""

from odoo import Command, api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import AccessError

# What a collections manager sets: fields of the company, of the same names here.
SETTINGS = (
    "ar_start_date",
    "ar_is_paused",
    "ar_tz",
    "ar_window_from",
    "ar_window_to",
    "ar_max_per_day",
    "ar_is_test_mode",
    "ar_test_email",
    "ar_is_following_entries",
    "ar_is_bank_gated",
    "ar_bank_journal_ids",
    "ar_bank_known_date",
    "ar_responsible_id",
    "ar_promise_tolerance_days",
    "ar_is_own_cases_only",
)


class ArCollectionsSettings(models.TransientModel):
    """The same settings as in Odoo's own form, which is for administrators only.

    Read and written with the rights of the system, after a check of the role: a manager
    of collections may not write companies.
    """

    _name = "ar.collections.settings"
    _description = "Settings of Collections"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company._ar_get_settings_company(),
    )
    company_name = fields.Char(compute="_compute_company_name", compute_sudo=True)
    branch_name = fields.Char(compute="_compute_company_name", compute_sudo=True)
    may_change = fields.Boolean(compute="_compute_may_change")
    rate_end_text = fields.Text(compute="_compute_rate_end_text")

    ar_start_date = fields.Date(string="Follow-up starts on")
    ar_is_paused = fields.Boolean(string="Pause everything")
    ar_tz = fields.Selection(_tz_get, string="Time zone")
    ar_window_from = fields.Float(string="Send from")
    ar_window_to = fields.Float(string="Send until")
    ar_max_per_day = fields.Integer(string="Notices per day at most")
    ar_is_test_mode = fields.Boolean(string="Test mode")
    ar_test_email = fields.Char(string="Test address")
    ar_is_following_entries = fields.Boolean(string="Follow journal entries")
    ar_is_bank_gated = fields.Boolean(string="Wait for the bank")
    ar_bank_journal_ids = fields.Many2many(
        "account.journal",
        string="Bank journals",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', '=', company_id)]",
    )
    ar_bank_known_date = fields.Date(string="Bank checked through")
    ar_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for collections",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
    )
    ar_promise_tolerance_days = fields.Integer(string="Tolerance for promises")
    ar_is_own_cases_only = fields.Boolean(
        string="Collectors see their own cases only"
    )

    # === COMPUTES === #

    @api.depends_context("company", "lang")
    def _compute_rate_end_text(self):
        texts = self.env["ar.reference.rate"]._get_end_texts(self.env.company)
        self.rate_end_text = "\n".join(texts)

    @api.depends("company_id")
    def _compute_company_name(self):
        for settings in self:
            company = self.env.company
            settings.company_name = settings.company_id.name
            is_parents = settings.company_id != company
            settings.branch_name = company.name if is_parents else False

    @api.depends("company_id")
    def _compute_may_change(self):
        """Tell whether the user works for the company whose settings these are."""
        for settings in self:
            settings.may_change = settings.company_id in self.env.user.company_ids

    # === CRUD === #

    @api.model
    def default_get(self, fields):
        """Override of `base` to show the settings in force."""
        self._check_manager()
        values = super().default_get(fields)
        company = self.env["res.company"].browse(values.get("company_id"))
        company = company or self.env.company._ar_get_settings_company()
        return values | self._read_settings(company, set(fields).intersection(self._get_names()))

    @api.model
    def _read_settings(self, company, names):
        """Give the settings of a company as values of this form."""
        company = company.sudo()
        values = {name: company[name] for name in names}
        for name in ("ar_responsible_id", "ar_bank_journal_ids"):
            if name in values:
                ids = values[name].ids
                is_one = name == "ar_responsible_id"
                values[name] = (ids[:1] or [False])[0] if is_one else [Command.set(ids)]
        return values

    # === ACTIONS === #

    def action_save(self):
        """Write what was changed to the company, and nothing but these settings.

        :raise AccessError: for users without the role, or of another company
        """
        self.ensure_one()
        self._check_manager()
        self._check_company_of_user()
        company = self.company_id.sudo()
        values = {
            name: self._fields[name].convert_to_write(self[name], self)
            for name in self._get_names()
            if self[name] != company[name]
        }
        if values:
            company.write(values)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def action_own_settings(self):
        """Give the present branch settings of its own, which begin as its parent's."""
        self.ensure_one()
        self._check_manager()
        settings = self.create(
            {
                **self._read_settings(self.company_id, self._get_names()),
                "company_id": self.env.company.id,
                # Journals of the parent are not the branch's; a pause counts anyway.
                "ar_bank_journal_ids": [Command.clear()],
                "ar_is_paused": self.env.company.sudo().ar_is_paused,
                "ar_is_test_mode": self.env.company.sudo().ar_is_test_mode,
            }
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "ar_collections.ar_collections_settings_action"
        )
        return {**action, "res_id": settings.id}

    # === BUSINESS === #

    @api.model
    def _get_names(self):
        """Give the names of the settings; other addons add theirs."""
        return SETTINGS

    @api.model
    def _check_manager(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")

    def _check_company_of_user(self):
        own = self.env.company | self.env.company._ar_get_settings_company()
        if self.company_id not in own or not self.may_change:
            raise AccessError(
                self.env._(
                    "These are the settings of %(company)s: a collections manager of "
                    "that company changes them.",
                    company=self.company_name,
                )
            )
