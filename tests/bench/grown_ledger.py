"""A receivables ledger of any size in seconds: a few entries posted by Odoo, copied by SQL.

What is copied is what the ORM wrote: amounts are multiplied by a whole number, dates
moved by whole days, ids and links moved together.
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo import Command
from odoo.tools import SQL
from odoo.tools.populate import PopulateContext

# The rows of one copied entry group lie within so many ids.
STRIDE = 10
TERM_DAYS = 30
CURRENCIES = ("USD", "EUR", "GBP")
# Copied in this order, with the columns that are amounts.
_TABLES = {
    "account_full_reconcile": (),
    "account_move": (
        "amount_untaxed", "amount_tax", "amount_total", "amount_residual",
        "amount_untaxed_signed", "amount_untaxed_in_currency_signed", "amount_tax_signed",
        "amount_total_signed", "amount_total_in_currency_signed", "amount_residual_signed",
    ),
    "account_move_line": (
        "debit", "credit", "balance", "amount_currency", "amount_residual",
        "amount_residual_currency", "price_unit", "price_subtotal", "price_total",
    ),
    "account_partial_reconcile": ("amount", "debit_amount_currency", "credit_amount_currency"),
}
_LINKS = {
    "id": None,
    "move_id": "account_move",
    "full_reconcile_id": "account_full_reconcile",
    "debit_move_id": "account_move_line",
    "credit_move_id": "account_move_line",
}


@dataclass(frozen=True)
class Kind:
    """A way a debt can look, and its share among the open ones."""

    name: str
    share: int
    paid: float = 0.0
    is_credit: bool = False
    is_split: bool = False


# Shares in percent; as many paid invoices again are the ledger's history.
KINDS = (
    Kind("open", 86),
    Kind("part", 8, paid=0.4),
    Kind("split", 3, is_split=True),
    Kind("credit", 3, is_credit=True),
    Kind("paid", 0, paid=1.0),
)


def switch_on(env):
    """Switch on the ready ladder for businesses, every day and without approval.

    :return: the policy
    """
    company = env.company
    company.write(
        {
            "ar_start_date": "2000-01-01",
            "ar_has_approved_run": True,
            "ar_window_from": 0.0,
            "ar_window_to": 24.0,
        }
    )
    policies = env["ar.followup.policy"].search([])
    policies.is_on = False
    policy = policies.filtered(lambda policy: policy.for_business and not policy.for_consumer)[0]
    policy.write(
        {
            "calendar_id": _create_calendar(env).id,
            "is_approval_needed": False,
            "is_on": True,
        }
    )
    return policy


def _create_calendar(env):
    """Give a working calendar without a day off, so that each day has the same work."""
    days = [
        {"name": "Work", "dayofweek": str(day), "hour_from": 8, "hour_to": 17, "day_period": "morning"}
        for day in range(7)
    ]
    return env["resource.calendar"].create(
        {"name": "Every day", "attendance_ids": [Command.clear(), *map(Command.create, days)]}
    )


class Ledger:
    """Fills a company with customers, and what they owe and have paid.

    :param items: the number of open entries
    :param today: open debts are 1 to 200 days overdue on this day, one in ten not yet
    """

    def __init__(self, env, items, today):
        self.env = env(context={**env.context, "tracking_disable": True})
        self.cr = env.cr
        self.company = env.company
        self.items = items
        self.today = today
        self.customers = items * 11 // 20

    def build(self):
        """Write customers, invoices, credits, payments and holds; commit, and refresh statistics."""
        self._activate_currencies()
        self._create_partners()
        self._choose_debts()
        seeds = {
            (kind.name, currency): self._post_seeds(kind, currency)
            for kind in KINDS
            for currency in CURRENCIES
        }
        populate = PopulateContext()
        entries, lines = self.env["account.move"], self.env["account.move.line"]
        with populate.ignore_indexes(entries), populate.ignore_indexes(lines):
            for (kind, currency), ids in seeds.items():
                self._copy_group(kind, currency, ids)
        self.env.invalidate_all()
        self.cr.commit()
        self._hold_some()
        self.cr.commit()
        self.cr.execute("ANALYZE")
        self.cr.commit()

    # --- customers ---

    def _activate_currencies(self):
        currencies = self.env["res.currency"].with_context(active_test=False)
        for name, rate in (("EUR", 0.9), ("GBP", 0.8)):
            currency = currencies.search([("name", "=", name)])
            currency.active = True
            self.env["res.currency.rate"].create(
                {
                    "currency_id": currency.id,
                    "company_id": self.company.root_id.id,
                    "name": self.today - timedelta(days=900),
                    "rate": rate,
                }
            )

    def _create_partners(self):
        """Copy one customer, and an invoice contact for every tenth."""
        seed = self.env["res.partner"].create(
            {
                "name": "Bench", "is_company": True, "email": "bench@example.com",
                "phone": "+1 202-555-0123", "street": "1 Example Street", "zip": "20001",
                "city": "Example", "country_id": self.env.ref("base.us").id, "lang": "en_US",
            }
        )
        contact = seed.copy({"parent_id": seed.id, "type": "invoice", "is_company": False})
        self.env.flush_all()
        self.first_customer = self._next_id("res_partner")
        self.first_contact = self.first_customer + self.customers
        self._copy_partner(seed, self.first_customer, 1)
        self._copy_partner(contact, self.first_contact, 10)
        self._set_sequence("res_partner")
        self.seed_partner = seed

    def _copy_partner(self, seed, first, step):
        """Copy a partner; the n-th copy is, or belongs to, customer n x `step`."""
        customer = SQL("%s + n * %s", self.first_customer, step)
        name = SQL("'Bench ' || n * %s", step)
        email = SQL("'bench' || n || '.' || %s || '@example.com'", step)
        values = {
            "id": SQL("%s + n", first),
            "name": name,
            "complete_name": name,
            "email": email,
            "email_normalized": email,
            "commercial_partner_id": customer,
            "parent_id": customer if seed.parent_id else SQL("NULL::int"),
        }
        source = SQL(
            "res_partner s, generate_series(0, %s) n WHERE s.id = %s", (self.customers - 1) // step, seed.id
        )
        self._insert("res_partner", values, source)

    # --- debts ---

    def _choose_debts(self):
        """Decide who owes what: 1 to 40 open debts each, 2 on average, the same every time."""
        self.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE bench_debt AS
                SELECT ROW_NUMBER() OVER () - 1 AS n, customer, copy,
                       CASE WHEN share < %(open)s THEN 'open'
                            WHEN share < %(part)s THEN 'part'
                            WHEN share < %(split)s THEN 'split' ELSE 'credit' END AS kind
                  FROM (
                    SELECT customer, copy, (customer * 37 + copy * 53) %% 100 AS share
                      FROM generate_series(0, %(customers)s - 1) customer,
                           generate_series(
                               0, LEAST(FLOOR(POWER(
                               1 - customer * 0.618033988749895 %% 1, -0.6)), 40)::int - 1
                           ) copy
                  ORDER BY customer, copy LIMIT %(items)s
                  ) debt
                 UNION ALL
                SELECT n + %(items)s, n %% %(customers)s, n / %(customers)s, 'paid'
                  FROM generate_series(0, %(items)s - 1) n
                """,
                open=KINDS[0].share,
                part=KINDS[0].share + KINDS[1].share,
                split=100 - KINDS[3].share,
                customers=self.customers,
                items=self.items,
            )
        )
        self.cr.execute(
            SQL(
                """
                ALTER TABLE bench_debt ADD currency varchar, ADD due date, ADD factor int,
                      ADD customer_id int, ADD contact_id int;
                UPDATE bench_debt
                   SET currency = CASE WHEN (customer + copy / 5) %% 20 < 12 THEN 'USD'
                                       WHEN (customer + copy / 5) %% 20 < 17 THEN 'EUR' ELSE 'GBP' END,
                       due = CASE WHEN n %% 10 = 0 THEN %(today)s::date + (n / 10 %% 30)::int + 1
                                  ELSE %(today)s::date - (n * 7 %% 200)::int - 1 END,
                       factor = 1 + n * 31 %% 17,
                       customer_id = %(first)s + customer,
                       contact_id = CASE WHEN customer %% 10 = 0 THEN %(contact)s + customer / 10
                                         ELSE %(first)s + customer END
                """,
                today=self.today,
                first=self.first_customer,
                contact=self.first_contact,
            )
        )

    def _post_seeds(self, kind, currency):
        """Let Odoo post one entry group of a kind.

        :return: {table: ids}
        """
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund" if kind.is_credit else "out_invoice",
                "partner_id": self.seed_partner.id,
                "currency_id": self.env.ref(f"base.{currency}").id,
                "invoice_date": self.today - timedelta(days=TERM_DAYS),
                "invoice_payment_term_id": self._get_term(kind).id,
                "invoice_line_ids": [
                    Command.create({"name": "Bench", "price_unit": 100.0, "tax_ids": [Command.clear()]})
                ],
            }
        )
        move.action_post()
        if kind.paid:
            move |= self._pay(move, kind.paid)
        self.env.flush_all()
        partials = move.line_ids.matched_debit_ids | move.line_ids.matched_credit_ids
        return {
            "account_move": move.ids,
            "account_move_line": move.line_ids.ids,
            "account_partial_reconcile": partials.ids,
            "account_full_reconcile": move.line_ids.full_reconcile_id.ids,
        }

    def _get_term(self, kind):
        halves = [(50, TERM_DAYS), (50, 2 * TERM_DAYS)]
        lines = halves if kind.is_split else [(100, TERM_DAYS)]
        return self.env["account.payment.term"].create(
            {
                "name": f"Bench {kind.name}",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                    for share, days in lines
                ],
            }
        )

    def _pay(self, invoice, share, day=None):
        """Book a receipt of a share of an invoice in the bank's journal, and match it."""
        owed = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        part = {
            "partner_id": owed.partner_id.id,
            "currency_id": owed.currency_id.id,
            "name": "Receipt",
        }
        receipt = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": day or self.today - timedelta(days=TERM_DAYS // 2),
                "line_ids": [
                    Command.create(
                        {
                            **part,
                            "account_id": account.id,
                            "amount_currency": sign * owed.amount_currency * share,
                            "balance": sign * owed.company_currency_id.round(owed.balance * share),
                        }
                    )
                    for account, sign in ((journal.default_account_id, 1), (owed.account_id, -1))
                ],
            }
        )
        receipt.action_post()
        (owed | receipt.line_ids.filtered(lambda line: line.account_id == owed.account_id)).reconcile()
        return receipt

    # --- copies ---

    def _copy_group(self, kind, currency, seeds):
        """Copy an entry group for all debts of a kind and currency."""
        self.cr.execute("DROP TABLE IF EXISTS bench_group")
        self.cr.execute(
            SQL(
                "CREATE TEMPORARY TABLE bench_group AS SELECT ROW_NUMBER() OVER (ORDER BY n) - 1 AS g, *"
                " FROM bench_debt WHERE kind = %s AND currency = %s",
                kind,
                currency,
            )
        )
        self.shift = {
            table: SQL("(g * %s + %s)", STRIDE, self._next_id(table) - min(seeds[table]))
            for table in _TABLES
            if seeds[table]
        }
        for table in self.shift:
            source = SQL("%s s, bench_group d WHERE s.id = ANY(%s)", SQL.identifier(table), seeds[table])
            self._insert(table, self._get_values(table), source)
        for table in self.shift:
            self._set_sequence(table)

    def _get_values(self, table):
        """Give {column: SQL} of what differs between a copy and its seed."""
        links = {
            column: SQL("s.%s + %s", SQL.identifier(column), self.shift[target or table])
            for column, target in _LINKS.items()
            if (target or table) in self.shift
        }
        scaled = {column: SQL("s.%s * d.factor", SQL.identifier(column)) for column in _TABLES[table]}
        return {**links, **scaled, **self._get_names(table), **self._get_dates(table)}

    def _get_dates(self, table):
        self.cr.execute(
            SQL(
                "SELECT column_name FROM information_schema.columns"
                " WHERE table_name = %s AND data_type = 'date'",
                table,
            )
        )
        return {
            column: SQL("s.%s + (d.due - %s::date)", SQL.identifier(column), self.today)
            for (column,) in self.cr.fetchall()
        }

    def _get_names(self, table):
        if table == "account_move":
            number = SQL("REPLACE(s.name, '/', '-') || '/' || d.n")
            return {
                "name": number,
                "payment_reference": SQL("CASE WHEN s.payment_reference IS NOT NULL THEN %s END", number),
                "sequence_number": SQL("d.n"),
                "partner_id": SQL("d.contact_id"),
                "partner_shipping_id": SQL("d.contact_id"),
                "commercial_partner_id": SQL("d.customer_id"),
                "invoice_partner_display_name": SQL("'Bench ' || d.customer"),
            }
        if table == "account_move_line":
            return {
                "move_name": SQL("REPLACE(s.move_name, '/', '-') || '/' || d.n"),
                "partner_id": SQL("CASE WHEN s.partner_id IS NOT NULL THEN d.customer_id END"),
                "matching_number": self._get_matching_number(),
            }
        return {}

    def _get_matching_number(self):
        """Give the number of what a line is matched with, as Odoo writes it."""
        if "account_full_reconcile" in self.shift:
            link = SQL("(s.full_reconcile_id + %s)::varchar", self.shift["account_full_reconcile"])
            return SQL("CASE WHEN s.full_reconcile_id IS NOT NULL THEN %s END", link)
        if "account_partial_reconcile" in self.shift:
            link = SQL("SUBSTRING(s.matching_number, 2)::int + %s", self.shift["account_partial_reconcile"])
            return SQL("CASE WHEN s.matching_number IS NOT NULL THEN 'P' || (%s) END", link)
        return SQL("NULL")

    def _insert(self, table, values, source):
        """Copy rows: every column as in `s`, but those in `values`."""
        self.cr.execute(
            SQL(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
                table,
            )
        )
        columns = [column for (column,) in self.cr.fetchall()]
        self.cr.execute(
            SQL(
                "INSERT INTO %s (%s) SELECT %s FROM %s",
                SQL.identifier(table),
                SQL(", ").join(SQL.identifier(column) for column in columns),
                SQL(", ").join(values.get(column) or SQL("s.%s", SQL.identifier(column)) for column in columns),
                source,
            )
        )

    def _next_id(self, table):
        self.cr.execute(SQL("SELECT last_value + 1 FROM %s", SQL.identifier(f"{table}_id_seq")))
        return self.cr.fetchone()[0]

    def _set_sequence(self, table):
        self.cr.execute(
            SQL("SELECT setval(%s, (SELECT MAX(id) FROM %s))", f"{table}_id_seq", SQL.identifier(table))
        )

    # --- holds ---

    def _hold_some(self):
        """Put one customer in a hundred on hold."""
        ids = [self.first_customer + n for n in range(50, self.customers, 100)]
        cases = self.env["ar.collection.case"]._ensure_cases(self.company, ids)
        self.env["ar.collection.hold"].create(
            [
                {"case_id": case_id, "reason": "dispute", "date": self.today - timedelta(days=10)}
                for case_id in cases.values()
            ]
        )
