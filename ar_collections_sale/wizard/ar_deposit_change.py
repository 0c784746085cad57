from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArDepositChange(models.TransientModel):
    _inherit = "ar.deposit.change"

    order_id = fields.Many2one("sale.order", readonly=True)
    kind = fields.Selection(
        selection_add=[("plan", "As in another rule")], ondelete={"plan": "cascade"}
    )
    rule_id = fields.Many2one(
        "ar.deposit.rule", domain=[("for_orders", "=", True)]
    )

    @api.model
    def _get_values(self, document):
        """Override to open the window for an order."""
        if document._name != "sale.order":
            return super()._get_values(document)
        return {"order_id": document.id}

    def _get_document(self):
        return self.order_id or super()._get_document()

    @api.depends("order_id")
    def _compute_document(self):
        return super()._compute_document()

    def _check_amount(self):
        """Override: another rule brings its own amount."""
        if self.kind == "plan" and not self.rule_id:
            raise ValidationError(self.env._("Choose the rule."))
        return self.kind == "plan" or super()._check_amount()

    def _apply(self, document):
        """Override to set the parts of an order."""
        if document._name != "sale.order":
            return super()._apply(document)
        return document._ar_set_deposit(self._get_plan(document), self.reason)

    def _get_plan(self, order):
        """Give the parts that were chosen."""
        if self.kind == "none":
            return []
        if self.kind == "plan":
            return order._ar_plan_rule(self.rule_id.sudo())
        if self.kind == "percent":
            return order._ar_plan_percent(self.percent)
        return order._ar_plan_fixed(self.amount)
