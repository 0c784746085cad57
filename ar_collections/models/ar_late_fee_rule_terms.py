"""A rule as plain values for the arithmetic."""

from decimal import Decimal

from odoo import models

from ..tools.charges import Scope, Terms
from ..tools.fees import AmountTier, Caps, DayTier, ReminderFeeTerms
from ..tools.interest import InterestTerms


def _exact(number):
    return Decimal(str(number))


class ArLateFeeRule(models.Model):
    _inherit = "ar.late.fee.rule"

    def _get_scope(self):
        """Give which debts the rule is for.

        :rtype: odoo.addons.ar_collections.tools.charges.Scope
        """
        self.ensure_one()
        kinds = ("business", "consumer", "public")
        return Scope(
            kinds=frozenset(kind for kind in kinds if self[f"for_{kind}"]),
            country_ids=frozenset(self.country_ids.ids),
            partner_ids=frozenset(self.partner_ids.commercial_partner_id.ids),
            date_from=self.date_from or None,
            date_to=self.date_to or None,
            exempt_product_ids=frozenset(self.exempt_product_ids.ids),
        )

    def _get_terms(self, currency, company, day):
        """Give the rule as plain values, amounts in the currency of a debt.

        :rtype: odoo.addons.ar_collections.tools.charges.Terms
        """
        self.ensure_one()

        def money(amount):
            converted = self.currency_id._convert(amount, currency, company, day)
            return _exact(currency.round(converted))

        return Terms(
            flat_tiers=self._get_flat_tiers(currency, company, day),
            is_base_original=self.is_base_original,
            is_less_reminder_fees=self.is_less_reminder_fees,
            day_tiers=tuple(
                DayTier(tier.days_from, _exact(tier.percent))
                for tier in self.tier_ids
                if tier.kind == "days"
            ),
            percent_per_period=self._get_period_terms(),
            reminder=self._get_reminder_terms(money),
            interest=self._get_interest_terms(),
            frequency=self.frequency,
            grace_days=self.grace_days,
            caps=Caps(
                money(self.minimum_amount),
                money(self.cap_debt) if self.cap_debt else None,
                money(self.cap_year) if self.cap_year else None,
            ),
        )

    def _get_flat_tiers(self, currency, company, day):
        """Give the flat sums for debts in a currency, converted where need be."""

        def money(tier, amount):
            converted = tier.currency_id._convert(amount, currency, company, day)
            return _exact(currency.round(converted))

        return tuple(
            AmountTier(money(tier, tier.amount_from), money(tier, tier.fee))
            for tier in self._get_tiers_for(currency)
        )

    def _get_tiers_for(self, currency):
        """Give the tiers of flat sums that debts in a currency take.

        Those in that currency, else in the rule's, else in the one that the rule names
        first: a flat sum is converted, never dropped.
        """
        tiers = self.tier_ids.filtered(lambda tier: tier.kind == "amount")
        by_currency = tiers.grouped("currency_id")
        first = tiers[:1].currency_id
        known = (c for c in (currency, self.currency_id, first) if c in by_currency)
        return by_currency.get(next(known, None), tiers.browse())

    def _get_period_terms(self):
        if not (self.period_percent and self.period_days):
            return None
        return (_exact(self.period_percent), self.period_days)

    def _get_reminder_terms(self, money):
        if not self.reminder_fee:
            return None
        return ReminderFeeTerms(
            money(self.reminder_fee),
            self.reminder_earliest_days,
            self.reminder_max_count,
            money(self.reminder_max_total) if self.reminder_max_total else None,
        )

    def _get_interest_terms(self):
        if not self.has_interest:
            return None
        return InterestTerms(
            _exact(self.interest_percent),
            reference=self.reference_id._get_plain() if self.reference_id else None,
            is_fixed_at_start=self.is_fixed_at_start,
            round_up_to=_exact(self.round_up_to),
            ceiling=_exact(self.ceiling_percent) if self.ceiling_percent else None,
            day_count=self.day_count,
            is_rounded_daily=self.is_rounded_daily,
        )

    def _get_waive_below(self, charges):
        """Give the amount under which charges are waived, in their currency."""
        self.ensure_one()
        charge = charges[:1]
        return self.currency_id._convert(
            self.waive_below, charge.currency_id, charge.company_id, charge.date
        )
