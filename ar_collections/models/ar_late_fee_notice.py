"""Charges in the text of the notice that announces them."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from odoo import api, fields, models

from ..const import OPEN_NOTICE_STATES
from ..tools.interest import HUNDRED


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    late_fee_ids = fields.One2many("ar.late.fee", "notice_id", string="Late fees")

    # What would be announced today: (ids of charges that wait, values of new ones).
    coming_fees = fields.Json(compute="_compute_coming_fees", compute_sudo=True)
    charge_total_text = fields.Char(
        string="With late fees",
        compute="_compute_charge_total_text",
        compute_sudo=True,
        help="What is to be paid once the charges of this notice are added.",
    )

    @api.depends("state", "level_id", "line_ids.claim_amount", "late_fee_ids.state")
    def _compute_coming_fees(self):
        """Compute at once for all notices of a screen or a batch."""
        coming = self.env["ar.late.fee.engine"]._get_coming(self)
        for notice in self:
            known, new = coming.get(notice.id, ((), ()))
            plain = [
                {name: self._as_json(value) for name, value in values.items()}
                for values in new
            ]
            notice.coming_fees = {"known": list(known), "new": plain}

    @staticmethod
    def _as_json(value):
        return str(value) if isinstance(value, (date, Decimal)) else value

    @api.depends("line_ids.claim_amount", "late_fee_ids.amount", "late_fee_ids.state")
    def _compute_charge_total_text(self):
        for notice in self:
            lines, text = notice._get_lines("overdue"), ""
            if notice._get_asked_charges():
                sums = notice._get_totals(lines)
                text = notice._format_sums(notice._get_sums_to_pay(sums, lines))
            notice.charge_total_text = text

    def _restart_clocks(self, day, deadline):
        """Override: what a notice has booked is due on its deadline, the new one too."""
        result = super()._restart_clocks(day, deadline)
        if deadline:
            booked = self.sudo().late_fee_ids.filtered(
                lambda charge: charge.state == "posted" and charge.is_announced
            )
            booked.document_id._ar_put_off(deadline)
        return result

    def _update_state(self, target, **values):
        """Override: a reminder that did not arrive costs nothing."""
        result = super()._update_state(target, **values)
        if target in ("failed", "cancelled"):
            lost = self.filtered(lambda n: n.handed_over_on and not n.is_delivered)
            lost.sudo().late_fee_ids._credit_unheard()
        return result

    # === WHICH CHARGES === #

    def _may_charge(self):
        """Tell whether the notice announces charges at all."""
        self.ensure_one()
        return self.level_days > 0 and self.level_id.charge_mode != "none"

    def _get_shown_charges(self):
        """Give the charges that the notice tells: asked for with it, or as a memo.

        Before it is sent, those that it would announce today.
        """
        self.ensure_one()
        notice = self.sudo()
        if not notice._has_charges():
            return notice.late_fee_ids.browse()
        charges = notice.late_fee_ids.filtered(
            lambda charge: charge.state == "posted" and charge.is_announced
        )
        if not notice._may_charge():
            return charges
        day = notice._get_text_day()
        charges |= notice._get_lines("all").item_id.late_fee_ids.filtered(
            lambda charge: charge.state == "memo" and charge.date <= day
        )
        if notice.state in OPEN_NOTICE_STATES:
            coming = notice.coming_fees
            charges |= charges.browse(coming["known"])
            charges = charges.concat(*map(charges.new, coming["new"]))
        return charges.filtered("amount").with_env(self.env(su=True))

    def _has_charges(self):
        """Tell whether there may be charges to tell: each text asks, few notices have any."""
        return bool(
            self.late_fee_ids
            or self.line_ids.item_id.late_fee_ids
            or any(self.coming_fees.values())
        )

    def _get_asked_charges(self):
        """Give the charges that are to be paid with the notice, not memos."""
        return self._get_shown_charges().filtered(lambda c: c.state != "memo")

    # === SUMS === #

    def _get_sums_to_pay(self, sums, lines):
        """Override: what is booked with the notice is paid with its debts.

        Charges of debts that are in no list (paid late) go with the oldest debt.
        """
        sums = super()._get_sums_to_pay(sums, lines)
        charges = self._get_charges_for(lines)
        if not charges:
            return sums
        result = defaultdict(float, sums)
        for charge in charges:
            result[charge.currency_id] += charge._get_gross()
        return {currency: currency.round(amount) for currency, amount in result.items()}

    def _get_charges_for(self, lines):
        """Give the charges that are paid with `lines`, as `_get_sums_to_pay` tells."""
        charges = self._get_asked_charges()
        if not charges:
            return charges
        all_lines = self._get_lines("overdue")
        listed, is_first = all_lines.item_id, all_lines[:1] <= lines
        return charges.filtered(
            lambda charge: charge.item_id in lines.item_id
            or (is_first and charge.item_id not in listed)
        )

    def _get_charge_sums(self, charges):
        sums = defaultdict(float)
        for charge in charges:
            sums[charge.currency_id] += charge._get_gross()
        return {currency: currency.round(amount) for currency, amount in sums.items()}

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
            "invoice": charge.move_id.name,
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


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    def _get_gross(self):
        """Give the amount with the taxes that the document adds, or would add."""
        self.ensure_one()
        if self.document_line_id:
            return self._get_booked_gross()
        taxes = self.rule_id.tax_ids
        if not taxes or self.rule_id.document_type == "entry":
            return self.amount
        company = self.company_id
        taxes = self._get_fiscal_position(company).map_tax(taxes)
        found = taxes.compute_all(
            self.amount, self.currency_id, partner=self._get_invoice_partner()
        )
        return found["total_included"]

    def _get_booked_gross(self):
        """Give the share of what its line comes to: the shares of a line add up to it."""
        line = self.document_line_id.sudo()
        share = line.price_total / line.price_subtotal if line.price_subtotal else 1.0
        booked = line.move_id.ar_booked_fee_ids.filtered(
            lambda charge: charge.document_line_id == line and charge.id < self.id
        )
        before = sum(booked.mapped("amount"))
        until = self.currency_id.round((before + self.amount) * share)
        return self.currency_id.round(until - self.currency_id.round(before * share))

    def _get_daily_amount(self):
        """Give what one day more costs at the base and rate of the last stretch.

        Nothing where the rule takes no more, or will not at some point: nobody is
        promised interest that never comes.
        """
        self.ensure_one()
        rule = self.rule_id
        if rule.frequency == "once" or rule.cap_debt or rule.cap_year:
            return Decimal(0)
        stretches = [part for part in self.example or () if part.get("rate")]
        if not stretches or self.amount < self.computed_amount:
            return Decimal(0)
        if stretches[-1].get("end") != self.date_to.isoformat():
            return Decimal(0)
        last = stretches[-1]
        return Decimal(last["base"]) * Decimal(last["rate"]) / HUNDRED / last["year"]
