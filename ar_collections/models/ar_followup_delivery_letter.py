"""Letters: one PDF per delivery kept as evidence, one print file per run."""

import io

from odoo import api, fields, models
from odoo.tools.pdf import merge_pdf

from ..const import UNPOSTED_BUSINESS_DAYS

REPORT = "ar_collections.report_dunning_letter"
# wkhtmltopdf takes the pages of so many letters in one call.
PDF_BATCH = 50


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    posted_date = fields.Date(string="Posted on", readonly=True)
    posted_by_id = fields.Many2one("res.users", readonly=True)
    is_alerted = fields.Boolean(readonly=True)

    @api.model
    def _hand_over_letter(self, notices, day):
        """Print one letter per notice and keep it; a person posts it."""
        deliveries = self._create_for(notices, "letter", day)
        pdfs = self._render_letters(notices)
        for delivery in deliveries:
            notice = delivery.notice_id
            delivery._keep_evidence(pdfs[notice.id], notice._get_print_name())
        return deliveries

    @api.model
    def _render_letters(self, notices):
        """Render letters to PDF.

        Several in one call where wkhtmltopdf can split them; one by one otherwise.

        :return: {notice id: PDF as bytes}
        """
        from odoo.addons.base.models.ir_actions_report import _wkhtml  # noqa: PLC0415

        size = PDF_BATCH if _wkhtml().is_patched_qt else 1
        report = self.env["ir.actions.report"].sudo().with_context(
            force_report_rendering=True
        )
        pdfs = {}
        ids = notices.ids
        for start in range(0, len(ids), size):
            streams = report._render_qweb_pdf_prepare_streams(
                REPORT, {"report_type": "pdf"}, res_ids=ids[start : start + size]
            )
            pdfs.update((res_id, data["stream"].getvalue()) for res_id, data in streams.items())
        return pdfs

    def action_mark_posted(self):
        """Record that letters went to the post today."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        for delivery in self.filtered(lambda d: d.channel == "letter"):
            day = delivery.company_id._ar_today()
            delivery._update_state(
                "sent", posted_date=day, done_date=day, posted_by_id=self.env.uid
            )

    def action_print(self):
        """Open one file with the letters of these deliveries."""
        attachment = self._merge_letters()
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "self",
        }

    def _merge_letters(self):
        letters = self.filtered("evidence_id").sudo().sorted("id")
        pdf = merge_pdf([letter.evidence_id.raw for letter in letters])
        return self.env["ir.attachment"].create(
            {
                "name": self.env._("Letters %(day)s.pdf", day=fields.Date.context_today(self)),
                "raw": pdf if isinstance(pdf, bytes) else io.BytesIO(pdf).getvalue(),
                "mimetype": "application/pdf",
            }
        )

    @api.model
    def _alert_unposted(self):
        """Tell the responsible of letters not posted and calls not made in time."""
        for company in self.env["res.company"].search([]):
            today = company._ar_today()
            days = self.env["ar.followup.policy"]._get_candidates(company)[:1]
            calendar = days._get_business_days(company, today) if days else None
            late = self.search(
                [
                    ("company_id", "=", company.id),
                    ("channel", "in", ("letter", "phone")),
                    ("state", "=", "queued"),
                    ("is_alerted", "=", False),
                    ("is_test", "=", False),
                ]
            ).filtered(
                lambda delivery, calendar=calendar, today=today: calendar
                and calendar.add(delivery.date, UNPOSTED_BUSINESS_DAYS) < today
            )
            for case, deliveries in late.grouped("case_id").items():
                case._schedule_task(
                    self.env._("Letters or calls are waiting for more than three days"), today
                )
                deliveries.is_alerted = True
