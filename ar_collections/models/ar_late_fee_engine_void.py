"""Charges that nobody has decided on and that are not due any more."""

from bisect import bisect_right

from odoo import models
from odoo.tools import SQL

from ..tools.sql_rows import as_array
from .ar_late_fee import UNDECIDED
from .ar_late_fee_engine import Tariff

# So many take about two seconds. Each batch reads rules, debts and terms once.
BATCH_VOID = 10_000
# What is read of each charge; not its worked example, which few are asked for.
_CHARGE_FIELDS = (
    "company_id",
    "computed_amount",
    "currency_id",
    "date",
    "date_from",
    "date_to",
    "item_id",
    "key",
    "kind",
    "move_id",
    "notice_id",
    "partner_id",
    "rebuilt_item_ids",
    "rule_id",
)


class ArLateFeeEngine(models.AbstractModel):
    _inherit = "ar.late.fee.engine"

    def _find_void(self, charges, day):
        """Find charges whose debt bears them no more, by the rules of today.

        The invoice or the customer is spared meanwhile, or is of another kind, the
        debt is not overdue any more, the rule is not in force, or debt, rule or rate
        give another sum: the next pass proposes that. Asked before anything is booked.

        :return: {charge: why, as text}
        """
        texts = {
            "rule": self.env._("The rule is not in force any more"),
            "debt": self.env._("The debt bears no charges any more"),
            "fit": self.env._("The rule is not for this customer or debt any more"),
            "sum": self.env._("It comes to another sum: the daily pass computes it anew"),
        }
        void = {}
        charges.fetch(_CHARGE_FIELDS)
        for company, group in charges.grouped("company_id").items():
            rules = self.env["ar.late.fee.rule"]._get_candidates(company)
            tariff = Tariff(rules, company, day)
            lines = self._get_debt_lines(group)
            rows = self._read_debts(company, lines.ids, day, tariff.has_exempt_products)
            by_line = {row.line_id: row for row in rows}
            is_outdated = self._get_outdated_check(group, by_line)
            for charge in group.sudo():
                row = by_line.get(charge.item_id.move_line_id.id)
                reason = tariff.get_void_reason(charge, row)
                if not reason and is_outdated(charge):
                    reason = "sum"
                if reason:
                    void[charge.with_env(self.env)] = texts[reason]
        return void

    def _get_debt_lines(self, charges):
        """Give the journal items that charges were made on."""
        charges = charges.sudo()
        reminders = charges.filtered(lambda charge: charge.kind == "reminder")
        lines = charges.item_id.move_line_id
        return lines.union(*(charge._get_debt_lines() for charge in reminders))

    def _get_outdated_check(self, charges, by_line):
        """Give a function that tells whether one of `charges` would be computed otherwise
        today. What charges of one debt or one rule share is found out once.

        :param by_line: {journal item id: debt}
        """
        blank, cut_ids = self._read_charged(()), self._find_cut(charges)
        terms, debts = {}, {}

        def get_debt(row):
            if row.line_id not in debts:
                debts[row.line_id] = blank.get_debt(row)
            return debts[row.line_id]

        def is_outdated(charge):
            key = (charge.rule_id, charge.currency_id, charge.company_id, charge.date)
            if key not in terms:
                rule, *place = key
                terms[key] = rule._get_terms(*place)
            found = [get_debt(row) for row in charge._pick_debts(by_line, {})]
            now = charge._recompute_on(found, terms[key], is_cut=charge.id in cut_ids)
            if now is None:
                return False
            return charge.currency_id.compare_amounts(now, charge.computed_amount) != 0

        return is_outdated

    def _find_cut(self, charges):
        """Find charges that a cap or a deduction has lowered when they were made.

        SQL: the ORM copies each worked example that it is asked for.

        :return: set of their ids
        """
        charges.flush_recordset(["example"])
        found = self.env.execute_query(
            SQL(
                """
                SELECT id FROM ar_late_fee
                 WHERE id = ANY(%s)
                   AND example @? '$[*] ? (exists(@.uncut) || exists(@.deducted))'
                """,
                as_array(charges.ids),
            )
        )
        return {charge_id for (charge_id,) in found}

    def _drop_void(self, charges, day):
        """Take charges back that are not due any more, on record."""
        for charge, reason in self._find_void(charges, day).items():
            charge._update_state("cancelled")
            charge.case_id._log(
                "charge_cancelled", f"{charge.display_name}: {reason}", charge.item_id
            )

    def _drop_void_for_company(self, company, day):
        """Take back all that is not due any more in a company, batch by batch."""
        charges = self.env["ar.late.fee"]
        domain = [("company_id", "=", company.id), ("state", "in", UNDECIDED)]
        ids, done = charges.search(domain, order="id").ids, [0]

        def step():
            first = bisect_right(ids, done[-1])
            batch = ids[first : first + BATCH_VOID]
            if not batch:
                return False
            # Somebody may have decided on some of them meanwhile.
            self._drop_void(charges.search([*domain, ("id", "in", batch)]), day)
            done.append(batch[-1])
            return True

        self.env["ar.followup.run"]._work_off(step)
