from odoo import api, fields, models

# In the context while a rule writes its tiers one by one: it checks them in the end.
# An object, so that no caller from outside can give it.
WRITTEN_TOGETHER = object()


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
        "currency, or of the first one that has tiers, converted.",
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
        "Amounts, days and percentages of a tier cannot be negative: enter 0 or more.",
    )

    @api.depends("rule_id.currency_id")
    def _compute_currency_id(self):
        for tier in self:
            tier.currency_id = tier.currency_id or tier.rule_id.currency_id

    @api.constrains("rule_id", "kind", "currency_id", "amount_from", "days_from")
    def _check_rule(self):
        if self.env.context.get("ar_tiers") is not WRITTEN_TOGETHER:
            self.rule_id._check_tiers()

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: the tiers of a ready rule stay as they are."""
        tiers = super().create(vals_list)
        tiers.rule_id._check_own()
        return tiers

    def write(self, vals):
        """Override of `base`: the tiers of a ready rule stay as they are.

        A tier is not given to a rule that its writer may not change.
        """
        rules = self.rule_id
        result = super().write(vals)
        (rules | self.rule_id)._check_own()
        if "rule_id" in vals:
            self.rule_id.check_access("write")
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_ready(self):
        self.rule_id._check_own()

    # === BUSINESS === #

    def _get_scale(self):
        """Give what tells the tiers apart that follow each other."""
        self.ensure_one()
        return (self.kind, self.currency_id if self.kind == "amount" else None)

    def _get_step(self):
        """Give where the tier begins, and what it takes."""
        self.ensure_one()
        if self.kind == "amount":
            return (self.amount_from, self.fee)
        return (self.days_from, self.percent)
