"""What lists of debts show, sort, sum and filter by."""

from odoo import api, fields, models
from odoo.tools import SQL

_LEDGER = frozenset({"open_amount", "open_amount_company", "days_overdue", "due_now"})
# At the end of the ladder a person decides: no day comes by itself.
ENDED = "ladder_end"


class ArFollowupItem(models.Model):
    """The ledger's values of a debt as columns of a query, never stored."""

    _inherit = "ar.followup.item"

    days_overdue = fields.Integer(aggregator="max")
    policy_id = fields.Many2one(related="case_id.used_policy_id", string="Policy")
    collector_id = fields.Many2one(related="case_id.collector_id")

    next_day = fields.Date(
        string="Next step",
        compute="_compute_next_day",
        help="A step whose day has come waits for the next run, or for approval: it is "
        "shown for today.",
    )

    @api.depends("next_date", "reason")
    def _compute_next_day(self):
        for item in self:
            day = item.next_date if item.reason != ENDED else None
            item.next_day = day and max(day, item.company_id._ar_today())

    def _field_to_sql(self, alias, field_expr, query=None):
        """Override of `base`: lists sort and sum by what the ledger says.

        SQL: the values are another table's, and computed fields have no column.
        """
        if field_expr == "next_day":
            return self._get_next_day_sql(alias)
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
        name = {"open_amount": "amount_residual_currency"}.get(
            field_expr, "amount_residual"
        )
        return SQL(
            "(CASE WHEN %s = 'posted' THEN %s ELSE 0 END)",
            lines._field_to_sql(line, "parent_state", query),
            lines._field_to_sql(line, name, query),
        )

    @api.model
    def _get_next_day_sql(self, alias):
        """Give `next_day` of the items of an alias as SQL; NULL where nothing comes."""
        return SQL(
            "CASE WHEN %(item)s.next_date IS NOT NULL AND %(item)s.reason <> %(ended)s"
            " THEN GREATEST(%(item)s.next_date, %(today)s) END",
            item=SQL.identifier(alias),
            ended=ENDED,
            today=self.env.company._ar_today(),
        )
