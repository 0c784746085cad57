"""A decision on credit looks at the customer's quotations again."""

from odoo import models

from .sale_order_deposit import QUOTATION

_STANDING = frozenset({"credit_state", "credit_deposit_percent"})


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    def write(self, vals):
        """Override of `ar_collections`: what was asked of the undecided is asked no more."""
        before = [(case, case._get_deposit_terms()) for case in self]
        result = super().write(vals)
        if not _STANDING.isdisjoint(vals):
            for case, terms in before:
                if case._get_deposit_terms() != terms:
                    case._choose_deposits_anew()
        return result

    def _get_deposit_terms(self):
        self.ensure_one()
        return self.credit_state, self.credit_deposit_percent

    def _choose_deposits_anew(self):
        """Have the rules look at quotations that nobody has accepted yet."""
        self.ensure_one()
        orders = self.env["sale.order"].sudo().search(
            [
                ("state", "in", QUOTATION),
                ("company_id", "child_of", self.company_id.id),
                ("partner_invoice_id.commercial_partner_id", "=", self.partner_id.id),
            ]
        )
        for order in orders:
            asked = order.ar_deposit_amount
            order._compute_ar_deposit_rule_id()
            if order.currency_id.compare_amounts(order.ar_deposit_amount, asked):
                order._message_log(
                    body=self.env._(
                        "Credit was decided: the deposit is %(new)s instead of %(old)s.",
                        new=order.currency_id.format(order.ar_deposit_amount),
                        old=order.currency_id.format(asked),
                    )
                )
