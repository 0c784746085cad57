"""Stop the credit of customers by hand."""

from odoo import fields, models


class ArCreditStop(models.TransientModel):
    _name = "ar.credit.stop"
    _description = "Stop Credit"

    case_ids = fields.Many2many("ar.collection.case", string="Customers", readonly=True)
    note = fields.Char(string="Why", required=True)
    until = fields.Date(help="The last day, included. Empty: until somebody lifts it.")

    def action_stop(self):
        """Stop credit, in the root company of each customer."""
        self.ensure_one()
        cases = self.env["ar.collection.case"]
        cases._check_group("ar_collections_group_credit_approver")
        for case in self.case_ids:
            case._get_credit_case()._stop_credit(self.note, self.until)
        return {"type": "ir.actions.act_window_close"}
