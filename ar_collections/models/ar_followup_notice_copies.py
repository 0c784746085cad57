"""Copies of invoices that go along with a notice."""

from odoo import models
from odoo.tools.pdf import merge_pdf


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    def _get_invoice_copies(self):
        """Give the documents of the invoices that the level attaches.

        The documents as they were sent; an invoice that was never sent is printed, not
        as a draft or pro forma, for it is posted.

        :return: a list of dicts: filename, filetype (a MIME type), content (bytes)
        """
        self.ensure_one()
        copies = []
        for invoice in self._get_invoices().sudo():
            copies += invoice._get_invoice_legal_documents_all() or [
                self._print_invoice(invoice)
            ]
        return copies

    def _print_invoice(self, invoice):
        report = self.env["account.move.send"]._get_default_pdf_report_id(invoice)
        printer = (
            self.env["ir.actions.report"]
            .sudo()
            .with_company(invoice.company_id)
            .with_context(allowed_company_ids=invoice.company_id.ids, ar_is_static=True)
        )
        streams = printer._render_qweb_pdf_prepare_streams(report, {}, res_ids=invoice.ids)
        return {
            "filename": invoice._get_invoice_report_filename(report=report),
            "filetype": "application/pdf",
            "content": streams[invoice.id]["stream"].getvalue(),
        }

    def _enclose_invoices(self, letter):
        """Append copies of the invoices to a letter, where the level asks for them.

        :param letter: PDF as bytes
        """
        copies = [
            copy["content"]
            for copy in self._get_invoice_copies()
            if copy["filetype"] == "application/pdf"
        ]
        return merge_pdf([letter, *copies]) if copies else letter
