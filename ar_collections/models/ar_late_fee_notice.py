"""Charges in the text of the notice that announces them."""

from collections import defaultdict

from odoo import models


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def _get_shown_charges(self):
        """Give the charges that the notice announces: booked now, or as a memo."""
        self.ensure_one()
        return self.sudo().late_fee_ids.filtered(
            lambda charge: charge.state in ("memo", "posted") and charge.amount
        )

    def _get_sums_to_pay(self, sums):
        """Override: what was booked with the notice is paid with its debts."""
        booked = self._get_shown_charges().filtered(lambda c: c.state == "posted")
        return {
            currency: currency.round(
                amount
                + sum(
                    booked.filtered(lambda c, of=currency: c.currency_id == of).mapped(
                        "amount"
                    )
                )
            )
            for currency, amount in super()._get_sums_to_pay(sums).items()
        }

    def _get_details(self, *, is_letter=False):
        """Override: charges have tables of their own, one per currency."""
        details = super()._get_details(is_letter=is_letter)
        groups = defaultdict(self.env["ar.late.fee"].browse)
        for charge in self._get_shown_charges():
            groups[charge.currency_id, charge.state] |= charge
        details["charges"] = [
            self._get_charge_table(currency, state, charges)
            for (currency, state), charges in groups.items()
        ]
        return details

    def _get_charge_table(self, currency, state, charges):
        labels = dict(charges._fields["kind"]._description_selection(self.env))
        is_booked = state == "posted"
        total = self._get_sums_to_pay(self._get_totals()).get(currency, 0.0)
        return {
            "title": (
                self.env._("Late fees and interest")
                if is_booked
                else self.env._("Late fees and interest so far, not charged yet")
            ),
            "rows": [
                {
                    "kind": labels[charge.kind],
                    "invoice": charge.move_id.name,
                    "amount": self._format_amount(charge.amount, currency),
                    "example": charge.with_env(self.env)._get_example_lines()
                    if self.level_id.is_example_printed
                    else [],
                }
                for charge in charges.sort_by_debt()
            ],
            "sum": self._format_amount(sum(charges.mapped("amount")), currency),
            "total": self._format_amount(total, currency) if is_booked else "",
            "document": ", ".join(charges.document_id.mapped("name")),
            "basis": list(filter(None, charges.rule_id.mapped("legal_basis"))),
        }
