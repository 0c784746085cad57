"""A company's follow-up settings; a branch without its own uses its parent's."""

from datetime import datetime

import pytz

from odoo import api, fields, models
from odoo.addons.base.models.res_partner import _tz_get
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..const import BANK_NEVER_BOOKED


class ResCompany(models.Model):
    _name = "res.company"
    _inherit = ["res.company", "ar.remembered.mixin"]

    # Record rules read these, and their domains are remembered.
    _ar_remembered_fields = frozenset({"ar_is_own_cases_only", "ar_start_date"})

    ar_start_date = fields.Date(
        string="Follow-up starts on",
        help="Debts that were due before this day wait for the opening review. "
        "Nothing is sent while the day is empty.",
        groups="base.group_user",
    )
    ar_is_paused = fields.Boolean(
        string="Pause everything",
        help="No reminder leaves this company while this is on.",
        groups="base.group_user",
    )
    ar_tz = fields.Selection(
        _tz_get,
        string="Time zone",
        help="Days and the sending window are those of this time zone. "
        "Empty: the time zone of the company's working hours.",
        groups="base.group_user",
    )
    ar_window_from = fields.Float(string="Send from", default=8.0, groups="base.group_user")
    ar_window_to = fields.Float(string="Send until", default=18.0, groups="base.group_user")
    ar_max_per_day = fields.Integer(
        string="Notices per day at most",
        help="Further notices wait for the next day. 0: no maximum.",
        groups="base.group_user",
    )
    ar_is_test_mode = fields.Boolean(
        string="Test mode",
        help="Every message goes to the test address, and no debt moves on its ladder.",
        groups="base.group_user",
    )
    ar_test_email = fields.Char(string="Test address", groups="base.group_user")
    ar_is_following_entries = fields.Boolean(
        string="Follow journal entries",
        help="Also follow up receivables booked by journal entry, such as opening "
        "balances. Single debts can be excluded in Open debts.",
        groups="base.group_user",
    )
    ar_is_bank_gated = fields.Boolean(
        string="Wait for the bank",
        help="A debt is reminded only when the bank is booked up to its due date, "
        "later up to the deadline of its last notice.",
        groups="base.group_user",
    )
    ar_bank_journal_ids = fields.Many2many(
        "account.journal",
        "ar_company_bank_journal_rel",
        string="Bank journals",
        domain=[("type", "in", ("bank", "cash"))],
        help="Journals that show how far the bank is booked. Empty: all bank journals.",
        groups="base.group_user",
    )
    ar_bank_known_date = fields.Date(
        string="Bank checked through",
        help="Set by a person who has checked the bank by hand.",
        groups="base.group_user",
    )
    ar_has_approved_run = fields.Boolean(
        string="First run approved",
        help="Until a person has approved a first notice, all notices wait for approval.",
        groups="base.group_user",
    )
    ar_responsible_id = fields.Many2one(
        "res.users",
        string="Responsible for collections",
        help="Is told of missed runs, and takes tasks where no collector is set.",
        groups="base.group_user",
    )
    ar_promise_tolerance_days = fields.Integer(
        string="Tolerance for promises",
        default=2,
        help="Business days after a promised day on which nothing is sent, since the "
        "money may be on its way.",
        groups="base.group_user",
    )
    ar_is_own_cases_only = fields.Boolean(
        string="Collectors see their own cases only",
        help="Collectors see the customers they are responsible for, those of colleagues "
        "they stand in for, and those without a collector. Managers and auditors see all.",
        groups="base.group_user",
    )

    @api.constrains("ar_window_from", "ar_window_to")
    def _check_ar_window(self):
        for company in self:
            if not 0 <= company.ar_window_from < company.ar_window_to <= 24:
                raise ValidationError(
                    self.env._(
                        "The sending window must start before it ends, within a day: "
                        "choose hours such as 08:00 to 18:00."
                    )
                )

    @api.constrains("ar_is_test_mode", "ar_test_email")
    def _check_ar_test_email(self):
        for company in self:
            if company.ar_is_test_mode and not company.ar_test_email:
                raise ValidationError(
                    self.env._("Test mode needs a test address: enter one, or end it.")
                )

    def _ar_get_settings_company(self):
        """Give the nearest company up the tree that has follow-up settings.

        :return: a company; `self` when none of them has
        """
        self.ensure_one()
        for company in reversed(self.sudo().parent_ids):
            if company.ar_start_date:
                return company.with_env(self.env)
        return self

    def _ar_is_paused(self):
        """Tell whether everything is paused for the company or one that it belongs to."""
        self.ensure_one()
        return any(company.ar_is_paused for company in self.sudo().parent_ids)

    def _ar_is_test_mode(self):
        """Tell whether the company or one that it belongs to is in test mode."""
        self.ensure_one()
        return any(company.ar_is_test_mode for company in self.sudo().parent_ids)

    def _ar_get_test_email(self):
        """Give the test address: of the nearest company up the tree in test mode, else of
        the settings, for what was planned while test mode was on.
        """
        self.ensure_one()
        for company in reversed(self.sudo().parent_ids):
            if company.ar_is_test_mode:
                return company.ar_test_email
        return self._ar_get_settings_company().sudo().ar_test_email

    def _ar_get_timezone(self):
        settings = self._ar_get_settings_company()
        name = settings.ar_tz or settings.resource_calendar_id.tz or "UTC"
        return pytz.timezone(name)

    def _ar_now(self):
        """Give the present time in the company's time zone."""
        return datetime.now(pytz.utc).astimezone(self._ar_get_timezone())

    def _ar_today(self):
        """Give the company's own day (design: dates use the company's day)."""
        return self._ar_now().date()

    def _ar_is_window_open(self):
        """Tell whether messages may leave at this hour."""
        settings = self._ar_get_settings_company()
        now = self._ar_now()
        hour = now.hour + now.minute / 60
        return settings.ar_window_from <= hour < settings.ar_window_to

    def _ar_get_bank_known(self):
        """Give the day up to which the bank is booked.

        The newest of: a statement line that is matched, a receipt that is posted in the
        chosen journals, and the day a person has vouched for. Post-dated receipts tell
        nothing of the days before them.

        :return: a date; the earliest date where nothing is booked yet
        """
        self.ensure_one()
        today = self._ar_today()
        settings = self._ar_get_settings_company()
        journals = settings.ar_bank_journal_ids or self._ar_get_bank_journals(settings)
        is_matched = Domain("statement_line_id.is_reconciled", "=", True)
        is_receipt = Domain("origin_payment_id.payment_type", "=", "inbound")
        [[newest]] = (
            self.env["account.move"]
            .sudo()
            ._read_group(
                Domain("journal_id", "in", journals.ids)
                & Domain("state", "=", "posted")
                & Domain("date", "<=", today)
                & (is_matched | is_receipt),
                aggregates=["date:max"],
            )
        )
        days = [day for day in (newest, settings.ar_bank_known_date) if day]
        return min(today, max(days, default=BANK_NEVER_BOOKED))

    def _ar_get_bank_journals(self, settings):
        """Give the bank journals of the company, or those of the one it belongs to."""
        journals = self.env["account.journal"].sudo()
        for company in (self, settings):
            found = journals.search([("type", "=", "bank"), ("company_id", "=", company.id)])
            if found:
                return found
        return journals
