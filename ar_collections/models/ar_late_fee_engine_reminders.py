"""Fees of reminders themselves: not for the first, and only so many for a debt."""

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import models
from odoo.tools import SQL

from ..tools.charges import reminder_charge
from .ar_late_fee_engine import Made


class Told(NamedTuple):
    """What earlier notices have said of debts, and what they cost.

    :param reminded: set of (item id, round) of which a notice after due has arrived
    :param shared: {item id: fees of notices that are on another debt of the notice}
    """

    reminded: set
    shared: dict


class ArLateFeeEngine(models.AbstractModel):
    _inherit = "ar.late.fee.engine"

    def _decide_reminder(self, tariff, rule, row, charged, announcement, told):
        """Give the fee of a reminder for a debt, in a list; none where none is due.

        The fee of a notice counts for all debts that it reminds of.
        """
        key = f"notice {announcement.key}"
        if rule.is_reminder_per_debt:
            level = announcement.level.id
            key = f"item {row.item_id} round {row.round} level {level}"
        debt = charged.get_debt(row)
        if any((was.kind, was.key) == ("reminder", key) for was in debt.charged):
            # The level is repeated: its fee was taken.
            return []
        terms = tariff.get_terms(rule, row.currency_id)
        charge = reminder_charge(
            debt,
            terms,
            tariff.day,
            is_first=(row.item_id, row.round) not in told.reminded,
            shared=() if rule.is_reminder_per_debt else told.shared.get(row.item_id, ()),
        )
        if charge is None:
            return []
        made = [Made(rule, row, charge._replace(key=key), terms, announcement)]
        charged.add(made, tariff.day)
        return made

    def _read_told(self, rows, except_notice_ids):
        """Read what notices have said of debts before.

        :param except_notice_ids: notices that are being sent
        :rtype: Told
        """
        item_ids = [row.item_id for row in rows if row.item_id]
        if not item_ids:
            return Told(set(), {})
        self.env["ar.followup.notice.line"].flush_model()
        self.env["ar.followup.notice"].flush_model()
        return Told(
            self._find_reminded(item_ids, except_notice_ids),
            self._read_shared_fees(item_ids),
        )

    def _find_reminded(self, item_ids, except_notice_ids):
        """Find the debts of which a notice after due has arrived before.

        SQL: one statement for a batch.
        """
        found = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT l.item_id, l.round
                  FROM ar_followup_notice_line l
                  JOIN ar_followup_notice n ON n.id = l.notice_id
                 WHERE l.item_id = ANY(%s) AND l.role = 'climbing' AND l.level_days > 0
                   AND l.is_cancelled IS NOT TRUE AND l.is_test IS NOT TRUE
                   AND n.state = 'done' AND n.is_delivered AND n.id <> ALL(%s)
                """,
                item_ids,
                list(except_notice_ids),
            )
        )
        return set(found)

    def _read_shared_fees(self, item_ids):
        """Read the fees of notices that reminded of debts, and are on another debt.

        SQL: one statement for a batch.
        """
        found = self.env.execute_query(
            SQL(
                """
                SELECT l.item_id, f.amount::text
                  FROM ar_followup_notice_line l
                  JOIN ar_late_fee f ON f.notice_id = l.notice_id
                  JOIN ar_late_fee_rule r ON r.id = f.rule_id
                 WHERE l.item_id = ANY(%s) AND l.role = 'climbing' AND l.level_days > 0
                   AND l.is_cancelled IS NOT TRUE AND f.item_id IS DISTINCT FROM l.item_id
                   AND f.kind = 'reminder' AND f.state <> 'cancelled'
                   AND r.is_reminder_per_debt IS NOT TRUE
                """,
                item_ids,
            )
        )
        fees = defaultdict(list)
        for item_id, amount in found:
            fees[item_id].append(Decimal(amount))
        return fees
