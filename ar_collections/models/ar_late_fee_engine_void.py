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
        debt is not overdue any more, or the rule is not in force.

        :return: {charge: why, as text}
        """
        texts = {
            "rule": self.env._("The rule is not in force any more"),
            "debt": self.env._("The debt bears no charges any more"),
            "fit": self.env._("The rule is not for this customer or debt any more"),
        }
        void = {}
        for company, group in charges.grouped("company_id").items():
            rules = self.env["ar.late.fee.rule"]._get_candidates(company)
            tariff = Tariff(rules, company, day)
            line_ids = group.item_id.sudo().move_line_id.ids
            rows = {
                row.line_id: row
                for row in self._read_debts(
                    company, line_ids, day, tariff.has_exempt_products
                )
            }
            for charge in group:
                row = rows.get(charge.item_id.sudo().move_line_id.id)
                reason = tariff.get_void_reason(charge, row)
                if reason:
                    void[charge] = texts[reason]
        return void

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
