"""Milestones of a deposit rule, and its amounts in other currencies."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_compare

# In the context while a rule is saved: an object that callers from outside cannot name.
RULE_IS_SAVED = object()

TRIGGERS = [
    ("acceptance", "Before start"),
    ("delivered", "When a share is delivered"),
    ("days", "Days after confirmation"),
    ("hand", "When somebody says so"),
    ("completion", "On completion, with the final invoice"),
]


class ArDepositRulePart(models.AbstractModel):
    """Customers accept the parts with the rule: their change is a version of its terms."""

    _name = "ar.deposit.rule.part"
    _description = "Part of a Deposit Rule"

    rule_id = fields.Many2one("ar.deposit.rule", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="rule_id.company_id", store=True)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to make a new version."""
        parts = super().create(vals_list)
        parts.rule_id._raise_version()
        return parts

    def write(self, vals):
        """Override of `base` to make a new version."""
        rules = self.rule_id
        result = super().write(vals)
        (rules | self.rule_id)._raise_version()
        return result

    def unlink(self):
        """Override of `base` to make a new version."""
        rules = self.rule_id
        result = super().unlink()
        rules._raise_version()
        return result


class ArDepositMilestone(models.Model):
    _name = "ar.deposit.milestone"
    _inherit = "ar.deposit.rule.part"
    _description = "Milestone of a Deposit Rule"
    _order = "sequence, id"

    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True)
    share = fields.Float(
        required=True,
        default=1.0,
        digits=(12, 2),
        help="Parts or percent, as chosen. Cents that are left over go to the last.",
    )
    percent = fields.Float(
        compute="_compute_percent", digits=(6, 2)
    )
    trigger = fields.Selection(TRIGGERS, string="When", required=True, default="hand")
    days = fields.Integer()
    delivered_percent = fields.Float(
        string="Delivered %",
        default=50.0,
        digits=(6, 2),
        help="Share of the order, by value, that is delivered: 50 is halfway.",
    )

    _positive = models.Constraint(
        "CHECK(share > 0)",
        "The share of a milestone is more than 0: enter 1 for one part, or its percentage.",
    )
    _days = models.Constraint(
        "CHECK(days >= 0)", "Days of a milestone cannot be negative: enter 0 or more."
    )
    _delivered = models.Constraint(
        "CHECK(delivered_percent >= 0 AND delivered_percent <= 100)",
        "The delivered share of a milestone is between 0 and 100 percent.",
    )

    @api.depends("share", "rule_id.milestone_ids.share")
    def _compute_percent(self):
        for milestone in self:
            whole = sum(milestone.rule_id.milestone_ids.mapped("share"))
            milestone.percent = 100 * milestone.share / whole if whole else 0.0

    @api.constrains("share", "trigger", "rule_id", "sequence")
    def _check_list(self):
        self.rule_id._check_milestones()

    def unlink(self):
        """Override of `base`: what is left must still add up.

        A rule that is saved with all its milestones is checked when all of them are in.
        """
        rules = self.rule_id
        result = super().unlink()
        if self.env.context.get("ar_rule_is_saved") is not RULE_IS_SAVED:
            rules.exists()._check_milestones()
        return result

    def _check_shares(self):
        """Refuse a list that does not add up, or that starts or ends in the wrong place."""
        if len(self) < 2:
            raise ValidationError(
                self.env._("Milestones need at least two parts: add another one.")
            )
        whole = sum(self.mapped("share"))
        is_percent = self.rule_id.share_unit == "percent"
        if is_percent and float_compare(whole, 100.0, precision_digits=2):
            raise ValidationError(
                self.env._(
                    "The milestones come to %(sum)s percent: they must add up to 100. "
                    "For thirds choose parts: 1, 1 and 1.",
                    sum=f"{whole:g}",
                )
            )
        ordered = self.sorted()
        if ordered[0].trigger != "acceptance" or "acceptance" in ordered[1:].mapped("trigger"):
            raise ValidationError(
                self.env._("The first milestone, and only that one, comes before start.")
            )
        if "completion" in ordered[:-1].mapped("trigger"):
            raise ValidationError(
                self.env._("Only the last milestone can come with the final invoice.")
            )


class ArDepositRuleAmount(models.Model):
    _name = "ar.deposit.rule.amount"
    _inherit = "ar.deposit.rule.part"
    _description = "Amounts of a Deposit Rule in Another Currency"
    _rec_name = "currency_id"

    currency_id = fields.Many2one("res.currency", required=True)
    amount_from = fields.Monetary(string="From")
    fixed_amount = fields.Monetary(string="Fixed deposit")

    _currency_uniq = models.Constraint(
        "UNIQUE(rule_id, currency_id)",
        "A rule has one line for each currency: change the line that is there.",
    )
    _positive = models.Constraint(
        "CHECK(amount_from >= 0 AND fixed_amount >= 0)",
        "Amounts of a deposit rule cannot be negative: enter 0 or more.",
    )
