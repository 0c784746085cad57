"""The bar that shows a customer's credit: what is used by what, and what is free."""

from odoo import api, models
from odoo.tools import format_amount

from ..const import EXPOSURE_PARTS
from ..tools.credit import ZERO


class ArCreditEngine(models.AbstractModel):
    _inherit = "ar.credit.engine"

    @api.model
    def _get_bar(self, check, currency):
        """Give what the bar of a customer or a document shows, in words and widths.

        :return: plain values for the widget
        """

        def money(amount):
            return format_amount(self.env, float(amount), currency)

        states = self.env["ar.collection.case"]._fields["credit_state"]
        states = dict(states._description_selection(self.env))
        limit, free = check.limit, check.free
        parts = [
            {"code": code, "label": label, "amount": float(amount), "text": money(amount)}
            for code, label in self._get_part_labels()
            if (amount := check.exposure.parts.get(code, ZERO))
        ]
        if check.asked > ZERO:
            parts.append(
                {
                    "code": "asked",
                    "label": self.env._("This document"),
                    "amount": float(check.asked),
                    "text": money(check.asked),
                }
            )
        return {
            "state": check.terms.state,
            "state_label": states[check.terms.state],
            "limit": None if limit is None else float(limit),
            "limit_text": "" if limit is None else money(limit),
            "total_text": money(check.exposure.total + check.asked),
            "overdue": float(check.exposure.overdue),
            "overdue_text": money(check.exposure.overdue),
            "free": None if free is None else float(free),
            "free_text": "" if free is None else money(abs(free)),
            "is_over": bool(free is not None and free < ZERO),
            "parts": parts,
        }

    def _get_part_labels(self):
        """Give [(code, label)] of the parts of the exposure in the reader's language."""
        labels = {
            "receivable": self.env._("Open invoices"),
            "draft_invoices": self.env._("Draft invoices without an order"),
            "orders_delivered": self.env._("Delivered, not invoiced"),
            "orders_open": self.env._("Ordered, not delivered"),
            "credits": self.env._("Free credits and payments"),
        }
        return [(code, labels[code]) for code, _label in EXPOSURE_PARTS]
