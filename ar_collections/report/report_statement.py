from odoo import api, models


class ReportStatement(models.AbstractModel):
    _name = "report.ar_collections.report_statement"
    _description = "Statement of Account"

    @api.model
    def _get_report_values(self, docids, data=None):
        """Give the cases in their recipients' languages, to those who may read them.

        :raise AccessError: anybody who is logged in may ask for a report by its address
        """
        cases = self.env["ar.collection.case"].browse(docids)
        cases.check_access("read")
        return {
            "doc_ids": docids,
            "doc_model": "ar.collection.case",
            "docs": [case._in_language() for case in cases],
        }
