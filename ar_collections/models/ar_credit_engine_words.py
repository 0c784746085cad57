"""A credit check as people see it: a bar with what is used and free, and sentences."""

from odoo import api, models
from odoo.tools import format_amount, format_date

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
            "group_text": self._get_group_text(check.group, money),
            "parts": parts,
        }

    def _get_group_text(self, group, money):
        """Say what a group of companies uses of its credit; empty for others."""
        if not group:
            return ""
        values = {"group": group.name, "used": money(group.used + group.asked)}
        if group.limit is None:
            return self.env._("Group %(group)s: %(used)s used", **values)
        return self.env._(
            "Group %(group)s: %(used)s used of %(limit)s", limit=money(group.limit), **values
        )

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

    @api.model
    def _get_sentence(self, company, check, reason):
        """Say a reason in the reader's language."""
        company = company.sudo().root_id
        terms = check.terms

        def money(amount):
            return format_amount(self.env, float(amount), company.currency_id)

        # Called, not given: amounts are written out for the one that is said.
        sentences = {
            "undecided": lambda: self.env._(
                "Nobody has decided on this customer's credit yet: %(amount)s more is to "
                "be paid in advance.",
                amount=money(reason.amount),
            ),
            "no_credit": lambda: self.env._(
                "This customer gets no credit: %(amount)s more is to be paid in advance.",
                amount=money(reason.amount),
            ),
            "over_limit": lambda: self.env._(
                "The credit limit of %(limit)s would be exceeded by %(amount)s.",
                limit=money(terms.limit),
                amount=money(reason.amount),
            ),
            "over_group": lambda: self.env._(
                "The credit limit of %(limit)s of the group %(group)s would be exceeded by "
                "%(amount)s.",
                limit=money(check.group.limit),
                group=check.group.name,
                amount=money(reason.amount),
            ),
            "overdue": lambda: self.env._(
                "%(amount)s has been overdue for more than %(days)s days.",
                amount=money(reason.amount),
                days=company.ar_credit_overdue_days,
            ),
            "level": lambda: self.env._(
                "The reminder “%(level)s” stops credit.", level=reason.text
            ),
            "review_lapsed": lambda: self.env._(
                "The review of this customer's credit was due on %(day)s.",
                day=format_date(self.env, terms.review_date),
            ),
            "by_hand": lambda: self.env._(
                "Credit was stopped by hand: %(note)s", note=reason.text
            ),
        }
        return sentences[reason.code]()
