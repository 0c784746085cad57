"""Which charges the notices of a level announce."""

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ArFollowupLevel(models.Model):
    _inherit = "ar.followup.level"

    charge_mode = fields.Selection(
        [
            ("fit", "By the rules that fit the customer"),
            ("some", "By these rules only"),
            ("none", "None"),
        ],
        string="Late fees",
        default="fit",
        required=True,
        help="Charges that a notice of this level announces.",
    )
    late_fee_rule_ids = fields.Many2many(
        "ar.late.fee.rule",
        "ar_followup_level_late_fee_rule_rel",
        "level_id",
        "rule_id",
        string="Late fee rules",
        domain="[('company_id', 'parent_of', company_id), ('company_id', '!=', False)]",
        help="A rule that is linked to a level is used by the notices of its levels "
        "only, and for the debts that it has charged.",
    )
    is_example_printed = fields.Boolean(
        string="Print the computation",
        help="The message shows how each charge was computed.",
    )

    @api.constrains("charge_mode", "late_fee_rule_ids")
    def _check_late_fee_rules(self):
        for level in self:
            if level.charge_mode == "some" and not level.late_fee_rule_ids:
                raise ValidationError(
                    self.env._(
                        "“%(level)s” charges by rules of its own: name them, or let "
                        "the rules that fit the customer decide.",
                        level=level.name,
                    )
                )

    # === BUSINESS === #

    def _may_charge_by(self, rule):
        """Tell whether notices of the level announce charges of a rule."""
        self.ensure_one()
        if self.charge_mode == "some":
            return rule in self.late_fee_rule_ids
        return self.charge_mode == "fit" and not rule.level_ids
