"""What lists of cases show, sort, sum and filter by."""

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_SUMS = frozenset({"open_amount", "overdue_amount"})
_NEXT_STEP = frozenset({"next_date", "next_level_id"})
_COMPARISONS = frozenset({"<", "<=", ">", ">="})


class ArCollectionCase(models.Model):
    """Figures of the ledger in lists of cases.

    They are never stored: a stored amount would be a second truth. Instead they are
    columns of the query itself, so that a list of all customers is one statement.
    """

    _inherit = "ar.collection.case"

    used_policy_id = fields.Many2one(
        "ar.followup.policy",
        string="Policy",
        compute="_compute_used_policy_id",
        search="_search_used_policy_id",
        compute_sudo=True,
        help="The policy by hand, else the first one switched on that fits the "
        "customer's kind, country and tags.",
    )
    open_amount = fields.Monetary(
        string="Open",
        compute="_compute_amounts",
        search="_search_open_amount",
        compute_sudo=True,
        help="All open receivables of the customer, credits taken off.",
    )
    overdue_amount = fields.Monetary(
        string="Overdue",
        compute="_compute_amounts",
        search="_search_overdue_amount",
        compute_sudo=True,
        help="Open receivables past their due date, credits taken off.",
    )
    next_date = fields.Date(
        string="Next step on",
        compute="_compute_outlook",
        search="_search_next_date",
        compute_sudo=True,
        help="The first day on which something may happen for one of the debts.",
    )
    next_level_id = fields.Many2one(
        "ar.followup.level",
        string="Next level",
        compute="_compute_outlook",
        compute_sudo=True,
    )

    # === COMPUTES === #

    def _compute_amounts(self):
        self.env["account.move.line"].flush_model()
        sums = self._read_by_case(self._get_sums_sql(SQL("c.id = ANY(%s)", self.ids)))
        for case in self:
            case.open_amount, case.overdue_amount = sums.get(case.id, (0.0, 0.0))

    def _compute_outlook(self):
        self.env["ar.followup.item"].flush_model()
        steps = self._read_by_case(
            self._get_steps_sql(SQL("i.case_id = ANY(%s)", self.ids))
        )
        for case in self:
            case.next_date, case.next_level_id = steps.get(case.id, (None, None))

    def _compute_used_policy_id(self):
        cases = self.sudo()
        query = cases._search([("id", "in", self.ids)])
        policy = cases._field_to_sql(self._table, "used_policy_id", query)
        policies = self._read_by_case(
            query.select(SQL.identifier(self._table, "id"), policy)
        )
        for case in self:
            case.used_policy_id = policies.get(case.id, (None,))[0]

    def _read_by_case(self, sql):
        """Give {case id: the other columns} of a query."""
        if not self.ids:
            return {}
        return {case_id: values for case_id, *values in self.env.execute_query(sql)}

    # === SEARCH === #

    @api.model
    def _search_used_policy_id(self, operator, value):
        return self._search_column("used_policy_id", operator, value)

    @api.model
    def _search_open_amount(self, operator, value):
        return self._search_column("open_amount", operator, value)

    @api.model
    def _search_overdue_amount(self, operator, value):
        return self._search_column("overdue_amount", operator, value)

    @api.model
    def _search_next_date(self, operator, value):
        return self._search_column("next_date", operator, value)

    @api.model
    def _search_column(self, name, operator, value):
        """Give the condition on a computed column as SQL."""
        if operator in _COMPARISONS:
            return Domain.custom(
                to_sql=lambda model, alias, query: SQL(
                    "%s %s %s",
                    model._field_to_sql(alias, name, query),
                    SQL(operator),
                    value,
                )
            )
        if operator != "in":
            return NotImplemented
        return Domain.custom(
            to_sql=lambda model, alias, query: self._is_in(
                model._field_to_sql(alias, name, query), value
            )
        )

    def _is_in(self, column, values):
        known = [value for value in values if value is not False]
        condition = SQL("%s = ANY(%s)", column, known) if known else SQL("FALSE")
        if len(known) < len(list(values)):
            condition = SQL("(%s OR %s IS NULL)", condition, column)
        return condition

    # === SQL === #

    def _field_to_sql(self, alias, field_expr, query=None):
        """Override of `base`: figures of the ledger are columns of a query.

        SQL: what the ledger says of all customers is summed once, beside the list.
        """
        if query is not None:
            if field_expr in _SUMS:
                sums = self._join_by_case(
                    alias, "sums", self._get_sums_sql(SQL("TRUE")), query
                )
                return SQL("COALESCE(%s, 0)", SQL.identifier(sums, field_expr))
            if field_expr in _NEXT_STEP:
                steps = self._join_by_case(
                    alias, "steps", self._get_steps_sql(SQL("TRUE")), query
                )
                return SQL.identifier(steps, field_expr)
            if field_expr == "used_policy_id":
                return self._get_used_policy_sql(alias, query)
        return super()._field_to_sql(alias, field_expr, query)

    def _join_by_case(self, alias, name, table, query):
        """Join a table of one row a case to a query.

        :return: its alias
        """
        joined = query.make_alias(alias, name)
        condition = SQL(
            "%s = %s", SQL.identifier(joined, "case_id"), SQL.identifier(alias, "id")
        )
        self.env["account.move.line"].flush_model()
        self.env["ar.followup.item"].flush_model()
        query.add_join("LEFT JOIN", joined, SQL("(%s)", table), condition)
        return joined

    def _get_sums_sql(self, condition):
        """Sum the open receivables, one row a case.

        :param condition: on `c`, the case
        """
        return SQL(
            """
            SELECT c.id AS case_id,
                   SUM(l.amount_residual) AS open_amount,
                   COALESCE(SUM(l.amount_residual) FILTER (
                       WHERE COALESCE(l.date_maturity, l.date) < %s), 0) AS overdue_amount
              FROM ar_collection_case c
              JOIN res_partner p ON p.commercial_partner_id = c.partner_id
              JOIN account_move_line l
                ON l.partner_id = p.id AND l.company_id = c.company_id
               AND l.parent_state = 'posted' AND l.reconciled IS NOT TRUE
              JOIN account_account a
                ON a.id = l.account_id AND a.account_type = 'asset_receivable'
             WHERE %s
          GROUP BY c.id
            """,
            self.env.company._ar_today(),
            condition,
        )

    def _get_steps_sql(self, condition):
        """Find the first next step of the open debts, one row a case.

        :param condition: on `i`, the item
        """
        return SQL(
            """
            SELECT DISTINCT ON (i.case_id)
                   i.case_id, %(day)s AS next_date, i.next_level_id
              FROM ar_followup_item i
              JOIN account_move_line l ON l.id = i.move_line_id
             WHERE %(day)s IS NOT NULL
               AND l.reconciled IS NOT TRUE AND l.parent_state = 'posted'
               AND %(condition)s
          ORDER BY i.case_id, %(day)s, i.rung_days DESC, i.id
            """,
            day=self.env["ar.followup.item"]._get_next_day_sql("i"),
            condition=condition,
        )

    def _get_used_policy_sql(self, alias, query):
        """Choose the policy as `_get_policy` does, for all cases of a query."""
        for model in ("ar.collection.case", "ar.followup.policy", "res.partner"):
            self.env[model].flush_model()
        _model, partner = self._fields["partner_id"].join(self, alias, query)
        policies = self.env["ar.followup.policy"].sudo().search([("is_on", "=", True)])
        whens = [
            SQL(
                "WHEN %s = %s AND %s THEN %s",
                SQL.identifier(alias, "company_id"),
                company.id,
                policy._get_fit_sql(partner),
                policy.id,
            )
            for company in self.env["res.company"].sudo().search([])
            for policy in policies
            if not policy.company_id or policy.company_id in company.parent_ids
        ]
        by_hand = SQL.identifier(alias, "policy_id")
        return SQL(
            """CASE WHEN %(by_hand)s IS NOT NULL
                    THEN (SELECT id FROM ar_followup_policy
                           WHERE id = %(by_hand)s AND is_on AND active)
                    %(whens)s
                END""",
            by_hand=by_hand,
            whens=SQL(" ").join(whens),
        )
