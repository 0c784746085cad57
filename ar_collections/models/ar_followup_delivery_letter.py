"""Letters: one PDF per delivery, kept as evidence."""

from odoo import api, fields, models
from odoo.addons.base.models.ir_actions_report import _wkhtml

REPORT = "ar_collections.report_dunning_letter"
# wkhtmltopdf takes the pages of so many letters in one call.
PDF_BATCH = 50


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    posted_date = fields.Date(string="Posted on", readonly=True)
    posted_by_id = fields.Many2one("res.users", readonly=True)

    # === QUEUE === #

    def _queue_letter(self):
        """Print one letter per delivery and keep it; a person posts it."""
        pdfs = self._render_letters(self.notice_id)
        for delivery in self:
            delivery._keep_evidence(pdfs[delivery.notice_id.id])

    def _call_back_letter(self):
        """A letter waits for a person: cancelled, it leaves the lists of letters to post."""

    @api.model
    def _render_letters(self, notices):
        """Render letters to PDF, each in its recipient's language.

        Several in one call where wkhtmltopdf can split them; one by one otherwise.

        :return: {notice id: PDF as bytes}
        """
        size = PDF_BATCH if _wkhtml().is_patched_qt else 1
        pdfs = {}
        for company, group in notices.grouped("company_id").items():
            report = (
                self.env["ir.actions.report"]
                .sudo()
                .with_company(company)
                .with_context(
                    allowed_company_ids=company.ids,
                    force_report_rendering=True,
                    ar_is_static=True,
                )
            )
            for start in range(0, len(group), size):
                ids = group[start : start + size].ids
                streams = report._render_qweb_pdf_prepare_streams(REPORT, {}, res_ids=ids)
                pdfs.update({res_id: streams[res_id]["stream"].getvalue() for res_id in ids})
        return notices._enclose_invoices(pdfs)


class IrActionsReport(models.Model):
    _inherit = "ir.actions.report"

    def _build_wkhtmltopdf_args(self, *args, **kwargs):
        """Override of `base`: letters hold no scripts to wait for (one second a file)."""
        command = super()._build_wkhtmltopdf_args(*args, **kwargs)
        if self.env.context.get("ar_is_static") and "--javascript-delay" in command:
            command[command.index("--javascript-delay") + 1] = "0"
        return command
