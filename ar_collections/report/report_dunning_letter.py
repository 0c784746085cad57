from odoo import api, models


class ReportDunningLetter(models.AbstractModel):
    _name = "report.ar_collections.report_dunning_letter"
    _description = "Dunning Letter"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Give the notices with the words of their letters, rendered in batch."""
        notices = self.env["ar.followup.notice"].browse(docids)
        notices.check_access("read")
        settings = notices.company_id.sudo().external_report_layout_id
        return {
            "doc_ids": docids,
            "doc_model": "ar.followup.notice",
            "docs": notices.sudo(),
            "texts": notices._render_letter_texts(),
            "is_din5008": "din5008" in (settings[:1].key or ""),
        }
