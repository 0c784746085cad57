"""Say with which company's credit a customer's counts."""

from odoo import api, fields, models


class ArCreditGroupSet(models.TransientModel):
    _name = "ar.credit.group.set"
    _description = "Set Credit Group"

    case_ids = fields.Many2many("ar.collection.case", string="Customers", readonly=True)
    head_id = fields.Many2one(
        "res.partner",
        string="Credit counts with",
        compute="_compute_head_id",
        store=True,
        readonly=False,
        domain="[('is_company', '=', True), ('parent_id', '=', False)]",
        help="The head of their group of companies, whose credit limit is that of all of "
        "them together. Empty: each has a credit of its own.",
    )

    @api.depends("case_ids")
    def _compute_head_id(self):
        for wizard in self:
            heads = wizard.case_ids.partner_id.sudo().ar_credit_head_id
            wizard.head_id = heads if len(heads) == 1 else False

    def action_set(self):
        """Count the credit of these customers with that of the head."""
        self.ensure_one()
        self.env["ar.collection.case"]._check_group("ar_collections_group_credit_approver")
        self.case_ids.check_access("read")
        self.case_ids.partner_id.write({"ar_credit_head_id": self.head_id.id})
        return {"type": "ir.actions.act_window_close"}
