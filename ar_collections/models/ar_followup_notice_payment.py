"""How a customer pays what a notice asks for: account, reference, link, QR code."""

import base64
import re

from odoo import models
from odoo.tools import formatLang
from odoo.tools.image import image_data_uri

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def _get_payments(self, *, is_letter=False):
        """Give one way to pay per currency: a list of dicts of text.

        :param is_letter: QR codes are for paper; on a screen there is the link
        """
        self.ensure_one()
        lines = self._get_lines("overdue")
        return [
            self._get_payment(currency, currency_lines, is_letter=is_letter)
            for currency, currency_lines in lines.grouped("currency_id").items()
        ]

    def _get_payment(self, currency, lines, *, is_letter):
        amount = currency.round(sum(lines.mapped("claim_amount")))
        bank = self._get_bank_account(currency, lines)
        link = self._get_payment_link(lines, amount)
        reference = self._get_reference(lines)
        payment = {
            "amount": formatLang(self.env, amount, currency_obj=currency),
            "creditor": bank.acc_holder_name or self.company_id.name,
            "account": self._format_account(bank.acc_number) if bank else "",
            "bank": bank.bank_id.name or "",
            "bic": bank.bank_id.bic or "",
            "reference": reference,
            "link": link,
            "qr_bank": None,
            "qr_link": None,
        }
        if is_letter:
            payment["qr_bank"] = self._get_bank_qr(bank, amount, currency, reference)
            if link and not payment["qr_bank"]:
                payment["qr_link"] = self._get_link_qr(link)
        return payment

    def _get_bank_account(self, currency, lines):
        """Give the account named on the invoices, else the company's for a currency."""
        bank = lines.move_id.partner_bank_id[:1]
        if bank:
            return bank
        banks = self.company_id.partner_id.bank_ids
        return (
            banks.filtered(lambda account: account.currency_id == currency)[:1]
            or banks.filtered(lambda account: not account.currency_id)[:1]
        )

    def _format_account(self, number):
        """Write an IBAN in groups of four, other accounts as they were entered."""
        plain = (number or "").replace(" ", "")
        if not _IBAN.fullmatch(plain):
            return number or ""
        return " ".join(plain[start : start + 4] for start in range(0, len(plain), 4))

    def _get_payment_link(self, lines, amount):
        """Give the address where the customer pays `lines`, or an empty text.

        Core pays one invoice at a time; other addons override this to let the
        customer pay several at once.
        """
        invoice = lines.move_id
        if len(invoice) != 1 or not invoice._has_to_be_paid():
            return ""
        if not self._has_payment_provider(lines.currency_id, amount):
            return ""
        wizard = self.env["payment.link.wizard"].new(
            {
                "res_model": invoice._name,
                "res_id": invoice.id,
                "amount": amount,
                "currency_id": lines.currency_id.id,
            }
        )
        return wizard.link

    def _has_payment_provider(self, currency, amount):
        """Tell whether the customer would find a way to pay online."""
        return bool(
            self.env["payment.provider"]._get_compatible_providers(
                self.company_id.id,
                self.partner_id.id,
                amount,
                currency_id=currency.id,
            )
        )

    # === QR CODES === #

    def _get_bank_qr(self, bank, amount, currency, reference):
        """Give the QR code that a banking app reads, where the company uses them."""
        if not bank or not self.company_id.qr_code:
            return None
        return bank.build_qr_code_base64(
            amount, reference[:140], reference, currency, self.partner_id
        )

    def _get_link_qr(self, link):
        code = self.env["ir.actions.report"].barcode("QR", link, width=160, height=160)
        return image_data_uri(base64.b64encode(code))
