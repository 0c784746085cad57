from odoo import api, fields, models


class ArLateFeeTier(models.Model):
    """A step of a rule: a flat sum by amount, or a percentage by days."""

    _name = "ar.late.fee.tier"
    _description = "Tier of a Late Fee Rule"
    _order = "kind, amount_from, days_from"

    rule_id = fields.Many2one("ar.late.fee.rule", required=True, index=True, ondelete="cascade")
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        help="Debts in a currency without tiers of its own take those of the rule's "
        "currency, converted.",
    )
    kind = fields.Selection(
        [("amount", "Flat sum by amount"), ("days", "Percentage by days")],
        required=True,
        default="amount",
    )
    amount_from = fields.Monetary(string="Debts from")
    fee = fields.Monetary()
    days_from = fields.Integer(string="From day")
    percent = fields.Float(digits=(8, 4))

    _not_negative = models.Constraint(
        "CHECK(amount_from >= 0 AND fee >= 0 AND days_from >= 0 AND percent >= 0)",
        "Amounts, days and percentages of a tier cannot be negative.",
    )

    @api.depends("rule_id.currency_id")
    def _compute_currency_id(self):
        for tier in self:
            tier.currency_id = tier.currency_id or tier.rule_id.currency_id
