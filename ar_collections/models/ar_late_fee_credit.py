"""Correcting booked charges: by a credit note, never silently."""

from odoo import Command, models
from odoo.exceptions import UserError


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    # === WHAT ACCOUNTING DOES TO DOCUMENTS === #

    def _on_document_gone(self, reason):
        """Waive booked charges whose document is cancelled or deleted, on record.

        :return: {charge: amount}
        """
        booked = self.filtered(lambda charge: charge.state == "posted")
        amounts = {charge: charge.amount for charge in booked}
        booked._note_waived(amounts, reason)
        return amounts

    def _on_credited(self, credit):
        """Waive what a credit note that a person has posted takes off the booked charges.

        :return: {charge: amount}
        """
        booked = self.filtered(lambda charge: charge.state == "posted" and charge.amount)
        total = sum(booked.mapped("amount"))
        if not total:
            return {}
        net = credit.amount_untaxed
        if not credit.is_invoice():
            lines = credit.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            net = -sum(lines.mapped("amount_currency"))
        share = min(net / total, 1.0)
        amounts = {c: min(c.currency_id.round(c.amount * share), c.amount) for c in booked}
        amounts = {charge: amount for charge, amount in amounts.items() if amount > 0}
        booked._note_waived(
            amounts, self.env._("Credited by %(credit)s", credit=credit.name)
        )
        return amounts

    # === CREDIT NOTES === #

    def _credit(self, amounts):
        """Credit parts of booked charges, one credit note for each document.

        The customer reads what is credited, in his language; why stays on the charge.

        :param amounts: {charge: amount}
        :return: the credit notes
        """
        credits_ = self.env["account.move"]
        for document, charges in self.grouped("document_id").items():
            credits_ |= charges._credit_document(document.sudo(), amounts)
        return credits_

    def _credit_document(self, document, amounts):
        if document.state == "draft":
            raise UserError(
                self.env._(
                    "The charges cannot be credited while %(document)s is a draft: "
                    "post it, or cancel it.",
                    document=document.display_name,
                )
            )
        company = document.company_id
        moves = document.with_company(company)
        moves = moves.with_context(allowed_company_ids=company.ids)
        if document.move_type == "entry":
            credit = moves.create(self._get_counter_entry(document, amounts))
        else:
            credit = moves.create(self._get_credit_note(document, amounts))
        credit._ar_keep_waived({charge: amounts[charge] for charge in self})
        credit.action_post()
        lines = (document | credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        for same in lines.grouped("account_id").values():
            if len(same.move_id) > 1:
                same.reconcile()
        return credit

    def _get_credit_note(self, document, amounts):
        """Give the values of a credit note with the accounts and taxes that were booked."""
        return {
            "move_type": "out_refund",
            "partner_id": document.partner_id.id,
            "currency_id": document.currency_id.id,
            "journal_id": document.journal_id.id,
            "company_id": document.company_id.id,
            "fiscal_position_id": document.fiscal_position_id.id,
            "invoice_date": document.company_id._ar_today(),
            "invoice_payment_term_id": False,
            "reversed_entry_id": document.id,
            "ar_is_charge": True,
            "ar_is_fee_credit": True,
            "ref": document.name,
            "invoice_line_ids": [
                Command.create(charge._get_credit_line(amounts[charge]))
                for charge in self
            ],
        }

    def _get_credit_line(self, amount):
        line = self.document_line_id.sudo()
        return {
            "name": self._get_credit_text(),
            "product_id": line.product_id.id,
            "account_id": line.account_id.id,
            "quantity": 1,
            "price_unit": amount,
            "tax_ids": [Command.set(line.tax_ids.ids)],
            "analytic_distribution": line.analytic_distribution,
        }

    def _get_counter_entry(self, document, amounts):
        day = document.company_id._ar_today()
        lines = []
        for charge in self:
            lines += charge._get_counter_lines(document, amounts[charge])
        return {
            "move_type": "entry",
            "journal_id": document.journal_id.id,
            "company_id": document.company_id.id,
            "partner_id": document.partner_id.id,
            "currency_id": document.currency_id.id,
            "date": day,
            "ref": document.name,
            "ar_is_charge": True,
            "ar_is_fee_credit": True,
            "reversed_entry_id": document.id,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _get_counter_lines(self, document, amount):
        """Give the lines that take a part of a charge back, at the booked rate."""
        income = self.document_line_id.sudo()
        receivable = document.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )[:1]
        rate = income.balance / income.amount_currency if income.amount_currency else 1.0
        balance = document.company_id.currency_id.round(amount * rate)
        common = {
            "name": self._get_credit_text(),
            "partner_id": receivable.partner_id.id,
            "currency_id": self.currency_id.id,
        }
        return [
            {
                **common,
                "account_id": receivable.account_id.id,
                "balance": -balance,
                "amount_currency": -amount,
            },
            {
                **common,
                "account_id": income.account_id.id,
                "balance": balance,
                "amount_currency": amount,
                "analytic_distribution": income.analytic_distribution,
            },
        ]
