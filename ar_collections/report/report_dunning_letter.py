from odoo import api, models


class ReportDunningLetter(models.AbstractModel):
    _name = "report.ar_collections.report_dunning_letter"
    _description = "Dunning Letter"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Give the notices with the words of their letters, rendered in batch."""
        notices = self.env["ar.followup.notice"].browse(docids)
        notices.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "ar.followup.notice",
            "docs": notices.sudo(),
            "texts": notices._render_letter_texts(),
        }
