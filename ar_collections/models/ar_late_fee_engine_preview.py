"""Charges of notices that are only foreseen: decided as they would be, never written."""

from collections import defaultdict
from typing import Any, NamedTuple

from odoo import models
from odoo.tools import formatLang, split_every

from .ar_late_fee_engine import Announcement

# So many messages are looked at together.
BATCH_MESSAGES = 500


class Foreseen(NamedTuple):
    """A charge that a message would bear.

    :param key: that of its announcement
    :param outcome: ``booked`` with the message, ``proposed`` or ``memo``
    :param line_id: the journal item of the debt
    """

    key: int
    outcome: str
    rule_id: int
    kind: str
    partner_id: int
    move_id: int
    line_id: int
    currency_id: int
    base_amount: Any
    amount: Any
    example: Any


class ArLateFeeEngine(models.AbstractModel):
    _inherit = "ar.late.fee.engine"

    # === FORESEE === #

    def _foresee(self, company, announcements, day):
        """Decide what messages of `day` would bear; nothing is written.

        :return: list of `Foreseen`, and what could not be computed, by its text
        """
        found, problems = [], {}
        bearing = (
            one
            for one in announcements
            if one.level.days > 0 and one.level.charge_mode != "none"
        )
        for batch in split_every(BATCH_MESSAGES, bearing, list):
            made, unknown = self._decide_announcements(company, batch, day)
            problems |= unknown
            found += [self._as_foreseen(one) for one in made]
            for key, charges in self._find_waiting(batch, day).items():
                found += [self._as_waiting(key, charge) for charge in charges]
        return found, problems

    def _announce_proposals(self, proposals):
        """Give what a plan would announce charges for.

        :param proposals: list of (customer, proposal) of the planner
        :return: list of `Announcement`; the key is the place in the list
        """
        levels = self.env["ar.followup.level"].sudo()
        return [
            Announcement(
                key=number,
                level=levels.browse(proposal.level.id),
                case_id=customer.case_id,
                line_ids=frozenset(
                    line.debt.line_id
                    for line in proposal.climbing
                    if line.step.level.days > 0
                ),
                item_ids=frozenset(
                    line.debt.item_id
                    for line in (*proposal.climbing, *proposal.overdue)
                    if line.debt.item_id
                ),
            )
            for number, (customer, proposal) in enumerate(proposals)
        ]

    def _as_foreseen(self, made):
        rule, row, charge, _terms, announcement = made
        outcomes = {"automatic": "booked", "proposal": "proposed", "memo": "memo"}
        return Foreseen(
            announcement.key,
            outcomes[rule.mode],
            rule.id,
            charge.kind,
            row.partner_id,
            row.move_id,
            row.line_id,
            row.currency_id,
            charge.base,
            charge.amount,
            self._get_example(rule, charge),
        )

    def _as_waiting(self, key, charge):
        """Give a proposal of the daily pass that the message would announce and book."""
        charge = charge.sudo()
        return Foreseen(
            key,
            "booked",
            charge.rule_id.id,
            charge.kind,
            charge.partner_id.id,
            charge.move_id.id,
            charge.item_id.move_line_id.id,
            charge.currency_id.id,
            charge.base_amount,
            charge.amount,
            charge.example,
        )

    # === WORDS === #

    def _sum_foreseen(self, foreseen):
        """Give {outcome: {currency: sum}} of charges."""
        sums = defaultdict(lambda: defaultdict(float))
        currencies = self.env["res.currency"]
        for one in foreseen:
            currency = currencies.browse(one.currency_id)
            sums[one.outcome][currency] += float(one.amount)
        return sums

    def _format_fees(self, sums):
        """Give sums by outcome as lines of text: what becomes of them, and how much.

        :param sums: {outcome: {currency: sum}}
        """
        labels = dict(self._get_outcome_labels())
        return [
            f"{labels[outcome]}: {self._format_fee_sums(sums[outcome])}"
            for outcome in labels
            if sums.get(outcome)
        ]

    def _format_fee_sums(self, sums):
        return " + ".join(
            formatLang(self.env, currency.round(amount), currency_obj=currency)
            for currency, amount in sums.items()
        )

    def _get_outcome_labels(self):
        field = self.env["ar.followup.preview.charge"]._fields["outcome"]
        return field._description_selection(self.env)
