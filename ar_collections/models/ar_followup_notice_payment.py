"""How a customer pays what a notice asks for: account, reference, link, QR code."""

import base64
import io
import re

import qrcode

from odoo import models
from odoo.tools.image import image_data_uri

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def _get_payments(self, *, is_letter=False):
        """Give one way to pay per bank account: a list of dicts of text.

        :param is_letter: QR codes are for paper; on a screen there is the link
        """
        self.ensure_one()
        by_bank = self._group_by_bank(self._get_lines("overdue"))
        return [
            self._get_payment(bank, bank_lines, is_letter=is_letter)
            for bank, bank_lines in by_bank.items()
        ]

    def _group_by_bank(self, lines):
        """Give {bank account: lines that are paid to it}."""
        by_bank = {}
        for currency, currency_lines in lines.grouped("currency_id").items():
            bank = self._get_bank_account(currency, currency_lines)
            by_bank[bank] = by_bank.get(bank, lines.browse()) | currency_lines
        return by_bank

    def _get_payment(self, bank, lines, *, is_letter):
        """Give how to pay `lines` to a bank account (which may be empty)."""
        sums = self._get_totals(lines)
        reference = self._get_reference(lines)
        asked = self._get_sums_to_pay(sums, lines)
        links = self._get_payment_links(lines, self._get_online_sums(sums, asked))
        payment = {
            "amount": self._format_sums(asked),
            "creditor": bank.acc_holder_name or self.company_id.name,
            "account": self._format_account(bank.acc_number),
            "bank": ", ".join(filter(None, (bank.bank_id.name, bank.bank_id.bic))),
            "reference": reference,
            "links": links,
            "qr_bank": None,
            "qr_link": None,
        }
        if is_letter:
            payment |= self._get_qr_codes(bank, asked, reference, links)
        return payment

    def _get_sums_to_pay(self, sums, lines):
        """Give what to transfer for `lines`, debts of `sums`, {currency: amount}."""
        return sums

    def _get_online_sums(self, sums, asked):
        """Give what can be paid online of debts of `sums`: one invoice's own.

        :param asked: what is asked for, with the charges
        """
        return sums

    def _get_payment_links(self, lines, sums):
        """Give {url, label} per currency that can be paid online at once."""
        links = []
        for currency, amount in sums.items():
            due = lines.filtered(lambda line, of=currency: line.currency_id == of)
            url = self._get_payment_link(due, amount)
            if url:
                label = self._say("pay_online", amount=self._format_sums({currency: amount}))
                links.append({"url": url, "label": label})
        return links

    def _get_bank_account(self, currency, lines):
        """Give the account named on the invoices, else the company's for a currency.

        Not one that is archived: it may be closed. A branch without an account uses that
        of the company it belongs to.
        """
        bank = lines.move_id.partner_bank_id.filtered("active")[:1]
        for company in reversed(self.company_id.sudo().parent_ids):
            banks = company.partner_id.bank_ids
            bank = (
                bank
                or banks.filtered(lambda account: account.currency_id == currency)[:1]
                or banks.filtered(lambda account: not account.currency_id)[:1]
            )
        return bank

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
        if not invoice.access_token:
            # Somebody looks at the text, which is not sent yet.
            return invoice._ar_get_customer_link()
        # Core's window takes its defaults from whatever record is active.
        links = self.env["payment.link.wizard"].with_context(active_id=False)
        wizard = links.new(
            {
                "res_model": invoice._name,
                "res_id": invoice.id,
                "amount": amount,
                "amount_max": amount,
                "currency_id": lines.currency_id.id,
                "partner_id": invoice.partner_id.id,
            }
        )
        return wizard.link

    def _has_payment_provider(self, currency, amount):
        """Tell whether the customer would find a way to pay online.

        Searched once for all customers of a country; the amount counts for each.
        """
        company, country = self.company_id, self.partner_id.country_id
        providers = self._remember(
            ("providers", company.id, currency.id, country.id),
            lambda: self.env["payment.provider"]
            ._get_compatible_providers(
                company.id, self.partner_id.id, 0.0, currency_id=currency.id
            )
            .filtered("is_published"),
        )
        return any(
            self._is_within_maximum(provider, currency, amount) for provider in providers
        )

    def _is_within_maximum(self, provider, currency, amount):
        maximum, own = provider.maximum_amount, self.company_id.currency_id
        if not maximum:
            return True
        converted = currency._convert(amount, own, self.company_id, self._get_text_day())
        return own.compare_amounts(converted, maximum) <= 0

    # === QR CODES === #

    def _get_qr_codes(self, bank, sums, reference, links):
        """Give a code for the banking app, else one for the link; never for two sums."""
        if len(sums) != 1:
            return {}
        [(currency, amount)] = sums.items()
        code = self._get_bank_qr(bank, amount, currency, reference)
        if code:
            return {"qr_bank": code}
        return {"qr_link": self._draw_qr(links[0]["url"])} if links else {}

    def _get_bank_qr(self, bank, amount, currency, reference):
        """Give the QR code that a banking app reads, where the company uses them."""
        if not bank or not self.company_id.qr_code:
            return None
        values = bank._build_qr_code_vals(
            amount, reference[:140], reference, currency, self.partner_id
        )
        if not values:
            return None
        parameters = bank._get_qr_code_generation_params(**values)
        if parameters.get("barcode_type") == "QR" and "mask" not in parameters:
            return self._draw_qr(parameters["value"])
        return bank._get_qr_code_base64(**values)

    def _draw_qr(self, value):
        """Draw a QR code as the address of an image.

        Not with core's barcodes: they take ten times as long, for each letter.
        """
        file = io.BytesIO()
        qrcode.make(value, box_size=4, border=2).save(file)
        return image_data_uri(base64.b64encode(file.getvalue()))
