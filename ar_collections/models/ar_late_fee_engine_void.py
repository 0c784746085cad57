"""Charges that nobody has decided on and that are not due any more."""

from bisect import bisect_right

from odoo import models

from .ar_late_fee import UNDECIDED
from .ar_late_fee_engine import BATCH_DEBTS, Tariff


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
        void, terms = {}, {}
        for company, group in charges.grouped("company_id").items():
            rules = self.env["ar.late.fee.rule"]._get_candidates(company)
            tariff = Tariff(rules, company, day)
            lines = self._get_debt_lines(group)
            rows = self._read_debts(company, lines.ids, day, tariff.has_exempt_products)
            by_line = {row.line_id: row for row in rows}
            for charge in group.sudo():
                row = by_line.get(charge.item_id.move_line_id.id)
                reason = tariff.get_void_reason(charge, row)
                if not reason and self._is_outdated(charge, by_line, terms):
                    reason = "sum"
                if reason:
                    void[charge.with_env(self.env)] = texts[reason]
        return void

    def _get_debt_lines(self, charges):
        """Give the journal items that charges were made on."""
        none = self.env["account.move.line"].sudo()
        return none.union(*(charge._get_debt_lines() for charge in charges.sudo()))

    def _is_outdated(self, charge, by_line, terms):
        """Tell whether a charge would be computed otherwise today.

        :param by_line: {journal item id: debt}
        :param terms: those of rules, kept for the charges that follow
        """
        found = charge._pick_debts(by_line, {})
        key = (charge.rule_id, charge.currency_id, charge.company_id, charge.date)
        if key not in terms:
            rule, *place = key
            terms[key] = rule._get_terms(*place)
        blank = self._read_charged(())
        now = charge._recompute_on([blank.get_debt(row) for row in found], terms[key])
        if now is None:
            return False
        return charge.currency_id.compare_amounts(now, charge.computed_amount) != 0

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
            batch = ids[first : first + BATCH_DEBTS]
            if not batch:
                return False
            # Somebody may have decided on some of them meanwhile.
            self._drop_void(charges.search([*domain, ("id", "in", batch)]), day)
            done.append(batch[-1])
            return True

        self.env["ar.followup.run"]._work_off(step)
