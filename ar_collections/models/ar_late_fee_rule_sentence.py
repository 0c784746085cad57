"""A rule as people read it: one sentence."""

from odoo import api, fields, models
from odoo.tools import formatLang

from ..tools.numbers import count_decimals


class ArLateFeeRule(models.Model):
    _inherit = "ar.late.fee.rule"

    sentence = fields.Char(compute="_compute_sentence", string="In one sentence")

    @api.depends(
        "has_interest",
        "interest_percent",
        "reference_id",
        "round_up_to",
        "is_fixed_at_start",
        "ceiling_percent",
        "grace_days",
        "tier_ids",
        "tier_ids.fee",
        "tier_ids.percent",
        "is_less_reminder_fees",
        "reminder_fee",
        "reminder_earliest_days",
        "reminder_max_count",
        "reminder_max_total",
        "is_reminder_per_debt",
        "period_percent",
        "period_days",
        "currency_id",
        "cap_debt",
        "cap_year",
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
        yield from self._get_cap_parts()

    # === INTEREST === #

    def _get_interest_part(self):
        if not self.has_interest:
            return ""
        values = {
            "percent": self._format_number(self.interest_percent),
            "rate": self._get_rate_part(),
            "start": self._get_start_part(),
        }
        if not self.reference_id:
            text = self.env._("%(percent)s %% a year %(start)s", **values)
        elif not self.interest_percent:
            text = self.env._("%(rate)s %(start)s", **values)
        else:
            text = self.env._("%(percent)s %% over %(rate)s %(start)s", **values)
        if not self.ceiling_percent:
            return text
        return self.env._(
            "%(interest)s, at most %(percent)s %% a year",
            interest=text,
            percent=self._format_number(self.ceiling_percent),
        )

    def _get_rate_part(self):
        """Name the reference rate, and how its value is taken."""
        taken = []
        if self.round_up_to:
            step = self._format_number(self.round_up_to)
            taken.append(self.env._("rounded up to %(step)s", step=step))
        if self.is_fixed_at_start:
            taken.append(self.env._("that of the first day"))
        name = self.reference_id.name or ""
        return f"{name} ({', '.join(taken)})" if taken else name

    def _get_start_part(self):
        if self.grace_days:
            return self.env._("from day %(day)s after due", day=self.grace_days + 1)
        return self.env._("from the day after due")

    # === SUMS AND PERCENTAGES === #

    def _get_flat_part(self):
        """Name the flat sums, in the rule's own currency if it can: 40/70/100 GBP once."""
        tiers = self._get_tiers_for(self.currency_id)
        if not tiers:
            return ""
        values = {
            "sums": "/".join(
                self._format_sum(tier.fee) for tier in tiers.sorted("amount_from")
            ),
            "currency": tiers.currency_id.name,
        }
        if self.is_less_reminder_fees and self.reminder_fee:
            return self.env._("%(sums)s %(currency)s once less reminder fees", **values)
        return self.env._("%(sums)s %(currency)s once", **values)

    def _get_percent_parts(self):
        steps = self.tier_ids.filtered(lambda tier: tier.kind == "days")
        for tier in steps.sorted("days_from"):
            yield self.env._(
                "%(percent)s %% from day %(day)s",
                percent=self._format_number(tier.percent),
                day=tier.days_from,
            )
        if self.period_percent and self.period_days:
            yield self.env._(
                "%(percent)s %% for each full %(days)s days",
                percent=self._format_number(self.period_percent),
                days=self.period_days,
            )

    # === REMINDERS === #

    def _get_reminder_part(self):
        if not self.reminder_fee:
            return ""
        fee = self._format_money(self.reminder_fee)
        if self.is_reminder_per_debt:
            text = self.env._("%(fee)s for each debt that is reminded again", fee=fee)
        else:
            text = self.env._("%(fee)s for each reminder after the first", fee=fee)
        limits = ", ".join(self._get_reminder_limits())
        return f"{text} ({limits})" if limits else text

    def _get_reminder_limits(self):
        if self.reminder_earliest_days:
            yield self.env._("from day %(day)s", day=self.reminder_earliest_days)
        if self.reminder_max_count:
            yield self.env._("at most %(count)s", count=self.reminder_max_count)
        if self.reminder_max_total:
            total = self._format_money(self.reminder_max_total)
            yield self.env._("%(total)s in all", total=total)

    # === CAPS === #

    def _get_cap_parts(self):
        if self.cap_debt:
            amount = self._format_money(self.cap_debt)
            yield self.env._("at most %(amount)s for a debt", amount=amount)
        if self.cap_year:
            amount = self._format_money(self.cap_year)
            yield self.env._("at most %(amount)s for a debt in a year", amount=amount)

    # === NUMBERS === #

    def _format_money(self, amount):
        return f"{self._format_sum(amount)}\N{NO-BREAK SPACE}{self.currency_id.name}"

    def _format_sum(self, amount):
        """Leave out the cents where there are none."""
        is_whole = not count_decimals(amount)
        digits = 0 if is_whole else max(self.currency_id.decimal_places, 2)
        return formatLang(self.env, amount, digits=digits)

    def _format_number(self, number):
        return formatLang(self.env, number, digits=count_decimals(number))
