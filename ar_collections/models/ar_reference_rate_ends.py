"""Values of reference rates that run out: said before the day, never guessed after it."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

from ..tools.business_days import ONE_DAY

# So long before a value runs out it is said; central banks publish the next in between.
WARN_DAYS = 30


class ArReferenceRate(models.Model):
    _inherit = "ar.reference.rate"

    end_text = fields.Char(string="To do", compute="_compute_end_text")

    @api.depends("known_until", "code")
    @api.depends_context("lang")
    def _compute_end_text(self):
        today = self.env.company._ar_today()
        for rate in self:
            rate.end_text = rate._get_end_text(today)

    def _get_end_text(self, today):
        """Tell that values are missing, or will be soon; nothing where all is well."""
        self.ensure_one()
        if not self.known_until:
            return self.env._(
                "No value of %(rate)s is known: import its values with the code "
                "“%(code)s”. Until then it is not computed with.",
                rate=self.name,
                code=self.code,
            )
        first = format_date(self.env, self.known_until + ONE_DAY)
        if self.known_until < today:
            return self.env._(
                "No value of %(rate)s is known from %(day)s on: import the value that "
                "holds since, with the code “%(code)s”. Days after that are not "
                "computed with it.",
                rate=self.name,
                day=first,
                code=self.code,
            )
        if self.known_until < today + timedelta(days=WARN_DAYS):
            return self.env._(
                "The last known value of %(rate)s ends on %(day)s: import the next one "
                "before, with the code “%(code)s”.",
                rate=self.name,
                day=format_date(self.env, self.known_until),
                code=self.code,
            )
        return ""

    @api.model
    def _get_end_texts(self, company, *, is_known=False):
        """Give what is to be done about the rates that a company's rules go by.

        :param is_known: of those only whose values still hold today
        """
        rules = self.env["ar.late.fee.rule"]._get_candidates(company)
        rates = rules.filtered("has_interest").reference_id
        today = company._ar_today()
        if is_known:
            rates = rates.filtered(lambda r: r.known_until and r.known_until >= today)
        return [text for text in (rate._get_end_text(today) for rate in rates) if text]


class ArLateFeeRule(models.Model):
    _inherit = "ar.late.fee.rule"

    rate_end_text = fields.Char(
        string="Reference rate to import", compute="_compute_rate_end_text"
    )

    @api.depends("has_interest", "reference_id.value_ids.date_to")
    @api.depends_context("lang")
    def _compute_rate_end_text(self):
        today = self.env.company._ar_today()
        for rule in self:
            rate = rule.reference_id if rule.has_interest else rule.reference_id.browse()
            rule.rate_end_text = rate._get_end_text(today) if rate else ""


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    note_ids = fields.One2many(
        "ar.followup.run.entry",
        "run_id",
        string="To do",
        domain=[("is_failure", "=", False), ("message", "!=", False)],
        readonly=True,
    )

    def _finish_planning(self):
        """Override to note in the log which reference rates run out."""
        is_over = super()._finish_planning()
        if is_over:
            texts = self.env["ar.reference.rate"].sudo()._get_end_texts(self.company_id)
            self.env["ar.followup.run.entry"].sudo().create(
                [{"run_id": self.id, "message": text} for text in texts]
            )
        return is_over


class ArCollectionToday(models.AbstractModel):
    _inherit = "ar.collection.today"

    def _get_alerts(self, company):
        """Override to warn of reference rates that run out."""
        alerts = super()._get_alerts(company)
        is_manager = self._is_manager()
        for text in self.env["ar.reference.rate"]._get_end_texts(company):
            alerts.append(
                {
                    "level": "warning",
                    "text": text,
                    "action": "ar_collections.ar_reference_rate_import_action"
                    if is_manager
                    else "ar_collections.ar_reference_rate_action",
                    "button": self.env._("Import")
                    if is_manager
                    else self.env._("Reference rates"),
                }
            )
        return alerts
