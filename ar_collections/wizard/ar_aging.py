"""Aging: what customers owed on a day, and for how long it had been overdue."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

from ..tools.aging import BUCKETS


class ArAging(models.TransientModel):
    """The question: which day, which companies, how fine."""

    _name = "ar.aging"
    _description = "Aging of Receivables"
    # A list that somebody works with is kept for a day.
    _transient_max_hours = 24.0

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        help="Its branches are counted too, where you have switched them on.",
    )
    as_of = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self.env.company._ar_today(),
        help="Payments and credits booked after this day are not counted yet.",
    )
    is_detailed = fields.Boolean(
        string="One line per debt", help="Off: one line per customer and currency."
    )
    partner_ids = fields.Many2many(
        "res.partner", string="Customers", help="Empty: all customers."
    )
    line_ids = fields.One2many("ar.aging.line", "aging_id", string="Lines")

    def action_open(self):
        """Work the aging out, and open it as a list."""
        self.ensure_one()
        self._check_may_read()
        self._fill()
        day = format_date(self.env, self.as_of)
        name = self.env._("Aging as of %(day)s", day=day)
        if len(self.partner_ids) == 1:
            name = f"{name} · {self.partner_ids.name}"
        view = "detail" if self.is_detailed else "customer"
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "ar.aging.line",
            "views": [
                (
                    self.env.ref(f"ar_collections.ar_aging_line_view_list_{view}").id,
                    "list",
                ),
                (False, "pivot"),
            ],
            "domain": [("aging_id", "=", self.id)],
            "context": {"create": False},
            "help": self.env._(
                "<p class='o_view_nocontent_neutral_face'>Nobody owed anything on %(day)s</p>"
                "<p>Choose a later day, or post the invoices that are still in draft.</p>",
                day=day,
            ),
        }

    def _check_may_read(self):
        self.env["ar.collection.case"].check_access("read")
        if self.company_id not in self.env.companies:
            raise UserError(
                self.env._(
                    "Switch on %(company)s in the list of companies first.",
                    company=self.company_id.name,
                )
            )

    # === SQL === #

    def _fill(self):
        """Write the lines of this aging anew.

        SQL: one pass over the ledger. What was open on a day is what is open now, with
        the matches of later days undone; so only those are read besides the open lines.
        """
        self.line_ids.sudo().unlink()
        self.env.flush_all()
        self.env.cr.execute(self._get_insert_sql())
        self.invalidate_recordset(["line_ids"])

    def _get_insert_sql(self):
        """Age debt by debt, sum per key and bucket, and only then look customers up:
        that leaves few rows to join, and each row of the list few keys to be checked.
        """
        keys = self._get_keys()
        names = ("credits", *(bucket.name for bucket in BUCKETS))
        columns = [*names, "total", *(f"{name}_company" for name in (*names, "total"))]
        return SQL(
            """
            WITH %(later)s,
                 debt AS (%(debts)s),
                 aged AS (
                    SELECT %(keys)s, %(bucket)s AS bucket,
                           SUM(d.amount) AS amount,
                           SUM(d.amount_currency) AS amount_currency
                      FROM debt d
                     WHERE d.amount <> 0 OR d.amount_currency <> 0
                  GROUP BY %(keys)s, bucket
                 )
            INSERT INTO ar_aging_line
                   (aging_id, create_date, write_date, days_overdue, collector_id,
                    partner_id, %(columns)s)
            SELECT %(aging)s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC',
                   %(days)s, c.collector_id, p.commercial_partner_id, %(sums)s
              FROM aged d
         LEFT JOIN res_partner p ON p.id = d.owner_id
         LEFT JOIN ar_collection_case c
                ON c.partner_id = p.commercial_partner_id AND c.company_id = d.company_id
             WHERE %(visible)s
          GROUP BY c.collector_id, p.commercial_partner_id, %(others)s
            """,
            later=self._get_later_sql(),
            debts=self._get_debts_sql(),
            keys=self._columns("d", keys),
            others=self._columns("d", keys[1:]),
            bucket=self._get_bucket_sql(),
            columns=SQL(", ").join(map(SQL.identifier, (*keys[1:], *columns))),
            aging=self.id,
            days=SQL("%s - d.due", self.as_of) if self.is_detailed else SQL("NULL"),
            sums=SQL(", ").join(
                [self._columns("d", keys[1:]), *self._get_sums_sql(names)]
            ),
            visible=self._get_visible_sql(),
        )

    @api.model
    def _columns(self, alias, names):
        return SQL(", ").join(SQL.identifier(alias, name) for name in names)

    def _get_keys(self):
        """Give the columns that make a line of its own, the partner first."""
        keys = ("owner_id", "company_id", "currency_id")
        if self.is_detailed:
            keys += ("move_line_id", "move_id", "invoice_date", "due")
        return keys

    def _get_bucket_sql(self):
        """Give the place of a debt's column: 0 for credits, then as in `BUCKETS`."""
        days = SQL("%s - d.due", self.as_of)
        whens = [
            SQL("WHEN %s <= %s THEN %s", days, bucket.last, place)
            for place, bucket in enumerate(BUCKETS[:-1], 1)
        ]
        return SQL(
            """CASE WHEN d.amount < 0 OR (d.amount = 0 AND d.amount_currency < 0) THEN 0
                    %s ELSE %s END""",
            SQL(" ").join(whens),
            len(BUCKETS),
        )

    def _get_sums_sql(self, names):
        conditions = [
            *(SQL("d.bucket = %s", n) for n in range(len(names))),
            SQL("TRUE"),
        ]
        return [
            SQL(
                "COALESCE(SUM(%s) FILTER (WHERE %s), 0)",
                SQL.identifier("d", amount),
                condition,
            )
            for amount in ("amount_currency", "amount")
            for condition in conditions
        ]

    def _get_later_sql(self):
        """Sum per journal item the matches made after the day."""
        return SQL(
            """
            later AS (
                SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
                  FROM (
                    SELECT debit_move_id AS line_id, amount,
                           debit_amount_currency AS amount_currency
                      FROM account_partial_reconcile WHERE max_date > %(day)s
                     UNION ALL
                    SELECT credit_move_id, -amount, -credit_amount_currency
                      FROM account_partial_reconcile WHERE max_date > %(day)s
                  ) side
              GROUP BY line_id
            )""",
            day=self.as_of,
        )

    def _get_debts_sql(self):
        """Select the receivables that were open on the day, with what was open."""
        select = SQL(
            """
            SELECT l.company_id, l.partner_id AS owner_id, l.currency_id,
                   l.id AS move_line_id, l.move_id, l.invoice_date,
                   COALESCE(l.date_maturity, l.date) AS due,
                   l.amount_residual + COALESCE(later.amount, 0) AS amount,
                   l.amount_residual_currency + COALESCE(later.amount_currency, 0)
                       AS amount_currency
              FROM account_move_line l
            """
        )
        where = SQL(
            """
             WHERE l.account_id = ANY(%(accounts)s) AND l.company_id = ANY(%(companies)s)
               AND l.parent_state = 'posted' AND l.date <= %(day)s AND %(chosen)s
            """,
            accounts=self._get_accounts().ids,
            companies=self._get_companies().ids,
            day=self.as_of,
            chosen=self._get_chosen_sql(),
        )
        return SQL(
            """
            %(select)s LEFT JOIN later ON later.line_id = l.id
            %(where)s AND l.reconciled IS NOT TRUE
             UNION ALL
            %(select)s JOIN later ON later.line_id = l.id
            %(where)s AND l.reconciled
            """,
            select=select,
            where=where,
        )

    def _get_companies(self):
        root = self.company_id
        return self.env.companies.filtered(
            lambda company: root in company.sudo().parent_ids
        )

    def _get_accounts(self):
        return (
            self.env["account.account"]
            .sudo()
            .search(
                [
                    ("account_type", "=", "asset_receivable"),
                    ("company_ids", "parent_of", self._get_companies().ids),
                ]
            )
        )

    def _get_chosen_sql(self):
        if not self.partner_ids:
            return SQL("TRUE")
        return SQL(
            "l.partner_id IN (SELECT id FROM res_partner"
            " WHERE commercial_partner_id = ANY(%s))",
            self.partner_ids.commercial_partner_id.ids,
        )

    def _get_visible_sql(self):
        """Leave out the customers whose cases the user may not see."""
        if not self.env.user._ar_get_own_case_companies():
            return SQL("TRUE")
        cases = self.env["ar.collection.case"]._search([])
        return SQL("(c.id IS NULL OR c.id IN %s)", cases.subselect())


class ArAgingLine(models.TransientModel):
    """What one customer owed, in one currency; or one debt."""

    _name = "ar.aging.line"
    _description = "Line of an Aging"
    _order = "total_company desc, partner_id, due, id"
    _rec_name = "partner_id"
    _transient_max_hours = 24.0

    aging_id = fields.Many2one(
        "ar.aging", index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    collector_id = fields.Many2one("res.users", readonly=True)
    move_id = fields.Many2one("account.move", string="Document", readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line", string="Journal item", readonly=True
    )
    invoice_date = fields.Date(readonly=True)
    due = fields.Date(string="Due date", readonly=True)
    days_overdue = fields.Integer(readonly=True, aggregator="max")
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company currency"
    )

    # In the currency of the debts
    credits = fields.Monetary(
        string="Credits (in currency)", readonly=True, aggregator=None
    )
    not_due = fields.Monetary(
        string="Not due (in currency)", readonly=True, aggregator=None
    )
    due_30 = fields.Monetary(
        string="1-30 (in currency)", readonly=True, aggregator=None
    )
    due_60 = fields.Monetary(
        string="31-60 (in currency)", readonly=True, aggregator=None
    )
    due_90 = fields.Monetary(
        string="61-90 (in currency)", readonly=True, aggregator=None
    )
    due_more = fields.Monetary(
        string="Over 90 (in currency)", readonly=True, aggregator=None
    )
    total = fields.Monetary(string="Total in currency", readonly=True, aggregator=None)

    # In the company's currency
    credits_company = fields.Monetary(
        string="Credits",
        currency_field="company_currency_id",
        readonly=True,
        help="Payments and credit notes that are not matched with an invoice.",
    )
    not_due_company = fields.Monetary(
        string="Not due", currency_field="company_currency_id", readonly=True
    )
    due_30_company = fields.Monetary(
        string="1-30 days", currency_field="company_currency_id", readonly=True
    )
    due_60_company = fields.Monetary(
        string="31-60 days", currency_field="company_currency_id", readonly=True
    )
    due_90_company = fields.Monetary(
        string="61-90 days", currency_field="company_currency_id", readonly=True
    )
    due_more_company = fields.Monetary(
        string="Over 90 days", currency_field="company_currency_id", readonly=True
    )
    total_company = fields.Monetary(
        string="Total", currency_field="company_currency_id", readonly=True
    )

    @api.depends("partner_id")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.partner_id.display_name or self.env._(
                "Without a customer"
            )

    def action_open_debts(self):
        """Show the debts behind the line, as of the same day."""
        self.ensure_one()
        aging = self.aging_id.copy(
            {
                "is_detailed": True,
                "partner_ids": [fields.Command.set(self.partner_id.ids)],
            }
        )
        return aging.action_open()

    def action_open_document(self):
        """Open the invoice or payment of the debt."""
        self.ensure_one()
        return self.move_id.get_formview_action()
