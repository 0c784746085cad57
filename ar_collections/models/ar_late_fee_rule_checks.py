"""What a rule cannot say: refused in words when it is saved."""

from odoo import api, models
from odoo.exceptions import ValidationError

from ..tools.fees import check_tiers


class ArLateFeeRule(models.Model):
    _inherit = "ar.late.fee.rule"

    @api.constrains("tier_ids")
    def _check_tiers(self):
        """Refuse two tiers that begin at the same point."""
        for rule in self:
            for tiers in rule.tier_ids.grouped(lambda tier: tier._get_scale()).values():
                if check_tiers([tier._get_step() for tier in tiers]) == "overlap":
                    raise ValidationError(
                        self.env._(
                            "Two tiers of “%(rule)s” begin at the same point: "
                            "give each its own.",
                            rule=rule.name,
                        )
                    )

    @api.constrains("cap_debt", "cap_year", "minimum_amount")
    def _check_caps(self):
        for rule in self:
            caps = [cap for cap in (rule.cap_debt, rule.cap_year) if cap]
            if caps and min(caps) < rule.minimum_amount:
                raise ValidationError(
                    self.env._(
                        "A cap of “%(rule)s” is under its minimum: nothing could "
                        "ever be charged.",
                        rule=rule.name,
                    )
                )

    @api.constrains("period_percent", "period_days")
    def _check_period(self):
        for rule in self:
            if bool(rule.period_percent) != bool(rule.period_days):
                raise ValidationError(
                    self.env._(
                        "A percentage for each period of “%(rule)s” needs both the "
                        "percent and the days of a period.",
                        rule=rule.name,
                    )
                )

    @api.constrains("is_no_interest", "has_interest")
    def _check_no_interest(self):
        for rule in self:
            if rule.is_no_interest and rule.has_interest:
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” says no interest: take the interest out of it.",
                        rule=rule.name,
                    )
                )

    @api.constrains(
        "for_consumer",
        "country_ids",
        "has_interest",
        "tier_ids",
        "period_percent",
        "reminder_fee",
    )
    def _check_consumers(self):
        """Refuse charges for consumers of any country: each has a law of its own."""
        for rule in self:
            if rule.for_consumer and not rule.country_ids and rule._has_charges():
                raise ValidationError(
                    self.env._(
                        "What consumers may be charged is for the law of their country: "
                        "name the countries of “%(rule)s”, or leave consumers out.",
                        rule=rule.name,
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        if self.filtered(lambda r: r.date_from and r.date_to and r.date_from > r.date_to):
            raise ValidationError(self.env._("A rule must start before it ends."))

    @api.constrains("has_interest", "interest_percent", "reference_id")
    def _check_interest(self):
        for rule in self:
            if rule.has_interest and not (rule.interest_percent or rule.reference_id):
                raise ValidationError(
                    self.env._(
                        "Say how much interest “%(rule)s” takes: a percent, or the "
                        "reference rate that it is over.",
                        rule=rule.name,
                    )
                )
