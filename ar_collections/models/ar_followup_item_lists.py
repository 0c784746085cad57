"""What lists of debts show, sort, sum and filter by."""

from odoo import fields, models
from odoo.tools import SQL

_LEDGER = frozenset({"open_amount", "open_amount_company", "days_overdue", "due_now"})


class ArFollowupItem(models.Model):
    """The ledger's values of a debt as columns of a query, never stored."""

    _inherit = "ar.followup.item"

    days_overdue = fields.Integer(aggregator="max")
    policy_id = fields.Many2one(related="case_id.used_policy_id", string="Policy")
    collector_id = fields.Many2one(related="case_id.collector_id")

    def _field_to_sql(self, alias, field_expr, query=None):
        """Override of `base`: lists sort and sum by what the ledger says.

        SQL: the values are another table's, and computed fields have no column.
        """
        if query is None or field_expr not in _LEDGER:
            return super()._field_to_sql(alias, field_expr, query)
        lines, line = self._fields["move_line_id"].join(self, alias, query)
        due = SQL(
            "COALESCE(%s, %s)",
            lines._field_to_sql(line, "date_maturity", query),
            SQL.identifier(alias, "due_date"),
        )
        if field_expr == "due_now":
            return due
        if field_expr == "days_overdue":
            return SQL("(%s - %s)", self.env.company._ar_today(), due)
        name = {"open_amount": "amount_residual_currency"}.get(field_expr, "amount_residual")
        return SQL(
            "(CASE WHEN %s = 'posted' THEN %s ELSE 0 END)",
            lines._field_to_sql(line, "parent_state", query),
            lines._field_to_sql(line, name, query),
        )
