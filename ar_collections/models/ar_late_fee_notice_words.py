"""What the text of a notice says of charges: sentences, tables, numbers."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import models


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    # === WORDS === #

    def _get_charges_sentence(self, lines):
        """Say what comes on top of the debts: one sentence, nothing where nothing does."""
        charges = self._get_asked_charges()
        if not charges:
            return ""
        values = {
            "fees": self._format_sums(self._get_charge_sums(charges)),
            "total": self._format_sums(
                self._get_sums_to_pay(self._get_totals(lines), lines)
            ),
        }
        kinds = set(charges.mapped("kind"))
        if kinds == {"interest"}:
            return self.env._("With interest of %(fees)s, the sum is %(total)s.", **values)
        if "interest" in kinds:
            return self.env._(
                "With late fees and interest of %(fees)s, the sum is %(total)s.", **values
            )
        return self.env._("With late fees of %(fees)s, the sum is %(total)s.", **values)

    def _get_charge_title(self, charges, *, is_memo):
        """Name the table; nobody reads of interest where there is none."""
        has_interest = "interest" in charges.mapped("kind")
        if is_memo and has_interest:
            return self.env._("Late fees and interest so far, not charged")
        if is_memo:
            return self.env._("Late fees so far, not charged")
        if has_interest:
            return self.env._("Late fees and interest")
        return self.env._("Late fees")

    def _get_next_text(self, currency, charges):
        """Say what each day more costs, where interest goes on until payment."""
        open_items = self._get_lines("overdue").item_id
        last = {}
        for charge in charges.filtered(lambda c: c.kind == "interest"):
            known = last.get(charge.item_id)
            if charge.item_id in open_items and (
                not known or known.date_to < charge.date_to
            ):
                last[charge.item_id] = charge
        daily = sum((charge._get_daily_amount() for charge in last.values()), Decimal(0))
        if currency.compare_amounts(float(daily), 0) <= 0:
            return ""
        first = max(charge.date_to for charge in last.values()) + timedelta(days=1)
        return self.env._(
            "From %(day)s on, %(amount)s of interest is added for each day until payment.",
            day=self._format_day(first),
            amount=self._format_amount(currency.round(float(daily)), currency),
        )

    # === DETAILS === #

    def _get_reference(self, lines=None):
        """Override: the document of charges is paid with the same transfer."""
        reference = super()._get_reference(lines)
        documents = self._get_asked_charges().document_id
        if not documents:
            return reference
        first = self._get_lines("overdue")[:1]
        if lines is not None and not first <= lines:
            return reference
        names = documents.mapped("name")
        return ", ".join(filter(None, (reference, *names)))

    def _get_details(self, *, is_letter=False):
        """Override: charges have tables of their own, one per currency."""
        details = super()._get_details(is_letter=is_letter)
        groups = defaultdict(self.env["ar.late.fee"].browse)
        for charge in self._get_shown_charges():
            groups[charge.currency_id, charge.state == "memo"] |= charge
        details["charges"] = [
            self._get_charge_table(currency, charges, is_memo)
            for (currency, is_memo), charges in groups.items()
        ]
        # One total for a currency: below its charges, where there are any.
        charged = {currency.name for currency, is_memo in groups if not is_memo}
        for table in details["tables"]:
            table["has_total"] = table["currency"] not in charged
        return details

    def _get_table(self, currency, lines):
        """Override: what was charged before is told apart from the invoices."""
        table = super()._get_table(currency, lines)
        before = lines.filtered("move_id.ar_is_charge")
        if before and before != lines:
            table["sums"] = [
                (label, self._format_amount(sum(part.mapped("claim_amount")), currency))
                for label, part in (
                    (self.env._("Invoices"), lines - before),
                    (self.env._("Charged before"), before),
                )
            ]
        return table

    def _get_memo_text(self, currency):
        """Say that what is only shown is not to be paid, or nothing where nothing is."""
        self.ensure_one()
        memos = self._get_shown_charges().filtered(
            lambda charge: charge.state == "memo" and charge.currency_id == currency
        )
        if not memos:
            return ""
        return self.env._(
            "For information: late fees of %(amount)s so far are not charged, and are "
            "not part of the sum to pay.",
            amount=self._format_sums(self._get_charge_sums(memos)),
        )

    def _get_charge_table(self, currency, charges, is_memo):
        charges = charges._sort_by_debt()
        return {
            "title": self._get_charge_title(charges, is_memo=is_memo),
            "rows": [self._get_charge_row(charge, currency) for charge in charges],
            "sums": self._get_charge_foot(currency, charges, is_memo),
            "document": ", ".join(filter(None, charges.document_id.mapped("name"))),
            "next": self._get_memo_text(currency)
            if is_memo
            else self._get_next_text(currency, charges),
            "basis": list(
                dict.fromkeys(filter(None, charges.rule_id.mapped("legal_basis")))
            ),
        }

    def _get_charge_row(self, charge, currency):
        labels = dict(charge._fields["kind"]._description_selection(self.env))
        is_printed = self.level_id.is_example_printed
        words = charge.with_context(lang=self.env.lang)
        return {
            "kind": labels[charge.kind],
            "invoice": charge._get_debt_number(),
            "amount": self._format_amount(charge.amount, currency),
            "example": words._get_example_lines() if is_printed else [],
        }

    def _get_charge_foot(self, currency, charges, is_memo):
        """Give the sums below the charges: pairs of label and amount.

        Principal, what was charged before, what comes now, and all together.
        """
        now = sum(charges.mapped("amount"))
        tax = sum(charge._get_gross() - charge.amount for charge in charges)
        if is_memo:
            return [(self.env._("Together"), self._format_amount(now + tax, currency))]
        lines = self._get_lines("overdue").filtered(
            lambda line: line.currency_id == currency
        )
        before = lines.filtered("move_id.ar_is_charge")
        principal = sum((lines - before).mapped("claim_amount"))
        earlier = sum(before.mapped("claim_amount"))
        sums = [
            (self.env._("Invoices"), principal),
            (self.env._("Charged before"), earlier),
            (self.env._("Charged now"), now),
            (self.env._("Tax on what is charged now"), tax),
            (self.env._("Total to pay"), principal + earlier + now + tax),
        ]
        return [
            (label, self._format_amount(currency.round(amount), currency))
            for label, amount in sums
            if not currency.is_zero(amount)
        ]


class ArFollowupNoticeLine(models.Model):
    _inherit = "ar.followup.notice.line"

    def _get_row(self, money):
        """Override: a document of charges is told apart from invoices."""
        row = super()._get_row(money)
        if self.move_id.ar_is_charge:
            row["name"] = self.env._("%(number)s (late fees)", number=row["name"])
        return row
