"""A rule as people read it: one sentence."""

from odoo import api, fields, models
from odoo.tools import format_amount


class ArLateFeeRule(models.Model):
    _inherit = "ar.late.fee.rule"

    sentence = fields.Char(compute="_compute_sentence", string="In one sentence")

    @api.depends(
        "has_interest",
        "interest_percent",
        "reference_id",
        "round_up_to",
        "is_fixed_at_start",
        "grace_days",
        "tier_ids",
        "reminder_fee",
        "is_reminder_per_debt",
        "period_percent",
        "period_days",
        "currency_id",
        "cap_debt",
        "is_no_interest",
    )
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            parts = list(filter(None, rule._get_sentence_parts()))
            rule.sentence = ", ".join(parts) or self.env._("No interest and no fees")

    def _get_sentence_parts(self):
        self.ensure_one()
        yield self._get_interest_part()
        yield self._get_flat_part()
        yield from self._get_percent_parts()
        yield self._get_reminder_part()
        if self.cap_debt:
            yield self.env._(
                "at most %(amount)s for a debt",
                amount=format_amount(self.env, self.cap_debt, self.currency_id),
            )

    def _get_interest_part(self):
        if not self.has_interest:
            return ""
        values = {"percent": f"{self.interest_percent:g}", "start": self._get_start_part()}
        if not self.reference_id:
            return self.env._("%(percent)s %% a year %(start)s", **values)
        values["rate"] = self.reference_id.name
        if not self.interest_percent:
            return self.env._("%(rate)s %(start)s", **values)
        return self.env._("%(percent)s %% over %(rate)s %(start)s", **values)

    def _get_start_part(self):
        if self.grace_days:
            return self.env._("from day %(day)s after due", day=self.grace_days + 1)
        return self.env._("from the day after due")

    def _get_flat_part(self):
        """Name the flat sums, in the rule's own currency if it can: 40/70/100 GBP once."""
        tiers = self._get_tiers_for(self.currency_id)
        if not tiers:
            return ""
        sums = "/".join(f"{tier.fee:g}" for tier in tiers.sorted("amount_from"))
        return self.env._(
            "%(sums)s %(currency)s once", sums=sums, currency=tiers.currency_id.name
        )

    def _get_percent_parts(self):
        steps = self.tier_ids.filtered(lambda tier: tier.kind == "days")
        for tier in steps.sorted("days_from"):
            yield self.env._(
                "%(percent)s %% from day %(day)s",
                percent=f"{tier.percent:g}",
                day=tier.days_from,
            )
        if self.period_percent and self.period_days:
            yield self.env._(
                "%(percent)s %% for each full %(days)s days",
                percent=f"{self.period_percent:g}",
                days=self.period_days,
            )

    def _get_reminder_part(self):
        if not self.reminder_fee:
            return ""
        fee = format_amount(self.env, self.reminder_fee, self.currency_id)
        if self.is_reminder_per_debt:
            return self.env._("%(fee)s for each debt that is reminded again", fee=fee)
        return self.env._("%(fee)s for each reminder after the first", fee=fee)
