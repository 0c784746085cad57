"""The statement of account of customers, in the active company."""

from odoo import models


class ResPartner(models.Model):
    _inherit = "res.partner"

    def action_ar_print_statement(self):
        """Open the statements of these customers as PDF."""
        return self._ar_find_cases().action_print_statement()

    def action_ar_send_statement(self):
        """Write the e-mails that carry the statements of these customers."""
        self._ar_check_collector()
        return self._ar_get_cases().action_send_statement()
