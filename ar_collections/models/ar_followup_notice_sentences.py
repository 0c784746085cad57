"""The sentences of a notice: what is open, by when, and thanks for what was paid."""

from collections import defaultdict

from odoo import models


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def _get_subject(self, lines):
        """Give a subject that names the documents and no debt."""
        company = self.company_id.name
        if len(lines.move_id) == 1 and lines.move_id.is_invoice(include_receipts=True):
            subject = self._say("subject_invoice", number=lines[0].name, company=company)
        else:
            subject = self._say("subject_account", company=company)
        return self._say("subject_test", subject=subject) if self.is_test else subject

    def _get_greeting(self):
        """Greet a person by name, and a company without guessing who reads."""
        recipient = self.recipient_id
        if recipient.is_company or not recipient.name:
            return self._say("greeting_nobody")
        return self._say("greeting", name=recipient.name)

    def _get_opening(self, lines, amount):
        """Say what is open since when, or until when: one sentence, no blame."""
        if not lines:
            return ""
        tone = "courtesy" if self.level_days <= 0 else "reminder"
        return self._say(
            f"{'formal' if self.is_formal else tone}_{self._get_scope(lines)}",
            amount=amount,
            number=lines[0].name,
            day=self._format_day(min(lines.mapped("due_date"))),
        )

    def _get_scope(self, lines):
        """Tell whether a whole invoice is open, a part of one, or several debts."""
        move = lines.move_id
        if len(lines) > 1 or not move.is_invoice(include_receipts=True):
            return "several"
        is_whole = not lines.currency_id.compare_amounts(
            lines.claim_amount, move.amount_total
        )
        return "whole" if is_whole else "part"

    def _get_documents(self, lines):
        """Name what is open in two or three words."""
        if len(lines.move_id) == 1:
            return lines[0].name or ""
        return self._say("documents")

    def _get_enclosure(self):
        if self.level_id.attach_invoices == "none" or not self._get_invoices():
            return ""
        return self._say("enclosure")

    def _get_deadline_text(self, lines):
        """Give the term in days and as a date: within 7 days, by Friday, 4 December."""
        if self._is_due_on_several_days(lines):
            return self._say("deadline_each")
        deadline = self._get_deadline(lines)
        if not deadline:
            return self._say("deadline_none")
        day = self._format_day(deadline)
        days = self.deadline_days
        if self.chosen_deadline:
            days = (deadline - self._get_text_day()).days
        if self.level_days <= 0 or days <= 0:
            return self._say("deadline_day", day=day)
        if days == 1:
            return self._say("deadline_one", day=day)
        return self._say("deadline_days", days=days, day=day)

    def _is_due_on_several_days(self, lines):
        """Tell whether a courtesy notice has debts of several due dates, and no term of
        its own: nothing can be asked for before it is due."""
        is_courtesy = self.level_days <= 0 and not self.deadline
        return is_courtesy and len(set(lines.mapped("due_date"))) > 1

    # === THANKS === #

    def _get_thanks(self):
        """Thank for payments that came since the last notice and left a rest.

        :return: {notice id: text}
        """
        lines = self.line_ids.filtered(
            lambda line: not line.is_cancelled
            and line.role != "not_due"
            and line.currency_id.compare_amounts(line.amount_total, line.open_amount) > 0
        )
        received = self._get_part_payments(lines)
        texts = {}
        for notice, notice_lines in lines.grouped("notice_id").items():
            sums = defaultdict(float)
            for line in notice_lines:
                sums[line.currency_id] += received.get(line.move_line_id.id, 0.0)
            amount = notice._format_sums(sums)
            if amount:
                texts[notice.id] = notice._say("thanks", amount=amount)
        return texts

    def _get_part_payments(self, lines):
        """Give {journal item id: paid since the last notice for that debt}."""
        since = {
            line.move_line_id.id: line.item_id.last_notice_date
            for line in lines
            if line.item_id.last_notice_id != line.notice_id
        }
        partials = self.env["account.partial.reconcile"].search_fetch(
            [
                ("debit_move_id", "in", list(since)),
                "|",
                ("credit_move_id.move_id.origin_payment_id", "!=", False),
                ("credit_move_id.move_id.statement_line_id", "!=", False),
            ],
            ["debit_move_id", "debit_amount_currency", "max_date"],
        )
        received = defaultdict(float)
        for partial in partials:
            last = since[partial.debit_move_id.id]
            if not last or partial.max_date >= last:
                received[partial.debit_move_id.id] += partial.debit_amount_currency
        return received
