"""Copies of invoices that go along with notices."""

from odoo import api, models
from odoo.addons.base.models.ir_actions_report import _wkhtml
from odoo.tools import split_every
from odoo.tools.pdf import merge_pdf

# wkhtmltopdf prints so many invoices in one call.
_BATCH = 20


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def _get_invoice_copies(self):
        """Give the documents of the invoices that the levels attach.

        The documents as they were sent; an invoice that was never sent is printed, not
        as a draft or pro forma, for it is posted.

        :return: {notice id: a list of dicts: filename, filetype (a MIME type),
            content (bytes)}
        """
        attached = {notice.id: notice.sudo()._get_invoices() for notice in self}
        invoices = self.env["account.move"].sudo().union(*attached.values())
        copies = {
            invoice.id: invoice._get_invoice_legal_documents_all() for invoice in invoices
        }
        copies |= self._print_invoices(
            invoices.filtered(lambda invoice: not copies[invoice.id])
        )
        return {
            notice_id: [copy for invoice in moves for copy in copies[invoice.id]]
            for notice_id, moves in attached.items()
        }

    @api.model
    def _print_invoices(self, invoices):
        """Print invoices, several at once.

        :return: {invoice id: list of one document}
        """
        size = _BATCH if _wkhtml().is_patched_qt else 1
        sending = self.env["account.move.send"]
        copies = {}
        for (company, report), group in invoices.grouped(
            lambda invoice: (invoice.company_id, sending._get_default_pdf_report_id(invoice))
        ).items():
            printer = (
                self.env["ir.actions.report"]
                .sudo()
                .with_company(company)
                .with_context(allowed_company_ids=company.ids, ar_is_static=True)
            )
            for ids in split_every(size, group.ids):
                streams = printer._render_qweb_pdf_prepare_streams(
                    report, {}, res_ids=list(ids)
                )
                for invoice in invoices.browse(ids):
                    copies[invoice.id] = [
                        {
                            "filename": invoice._get_invoice_report_filename(report=report),
                            "filetype": "application/pdf",
                            "content": streams[invoice.id]["stream"].getvalue(),
                        }
                    ]
        return copies

    def _enclose_invoices(self, letters):
        """Append copies of invoices to letters, where their levels ask for them.

        :param letters: {notice id: PDF as bytes}
        :return: the same with the copies
        """
        enclosed = {}
        for notice_id, copies in self._get_invoice_copies().items():
            parts = [
                copy["content"] for copy in copies if copy["filetype"] == "application/pdf"
            ]
            letter = letters[notice_id]
            enclosed[notice_id] = merge_pdf([letter, *parts]) if parts else letter
        return enclosed
