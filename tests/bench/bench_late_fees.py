"""Late fees are proposed: overdue debts of which three parts were paid late.

The daily pass gives each debt a flat sum and the interest up to the end of last month,
cut where a part was paid.
"""

from datetime import timedelta

from grown_ledger import CURRENCIES, Kind, Ledger, switch_on
from limit_table import create_limit_table

from odoo import Command
from odoo.tools import SQL
from odoo.tools.populate import PopulateContext

ITEMS = (10_000, 100_000)
PARTS = Kind("parts", 100)
# Days after due, and shares, of what was paid.
PAYMENTS = ((5, 0.2), (12, 0.2), (19, 0.3))


class PaidInParts(Ledger):
    """Debts that are all overdue for at least 60 days, and paid in part three times."""

    def build(self):
        self._activate_currencies()
        self._create_partners()
        self._choose_debts()
        self.cr.execute("DELETE FROM bench_debt WHERE kind = 'paid'")
        self.cr.execute(
            SQL("UPDATE bench_debt SET kind = 'parts', due = %s - (n * 7 %% 150)::int - 60", self.today)
        )
        seeds = {currency: self._post_seeds(PARTS, currency) for currency in CURRENCIES}
        populate = PopulateContext()
        entries, lines = self.env["account.move"], self.env["account.move.line"]
        with populate.ignore_indexes(entries), populate.ignore_indexes(lines):
            for currency, ids in seeds.items():
                self._copy_group(PARTS.name, currency, ids)
        self.cr.execute("UPDATE res_partner SET ar_is_kind_confirmed = TRUE")
        self.env.invalidate_all()
        self.cr.commit()
        self.cr.execute("ANALYZE")
        self.cr.commit()

    def _post_seeds(self, kind, currency):
        seeds = super()._post_seeds(kind, currency)
        invoice = self.env["account.move"].browse(seeds["account_move"])
        moves = invoice
        for days, share in PAYMENTS:
            moves |= self._pay(invoice, share, self.today + timedelta(days=days))
        self.env.flush_all()
        partials = moves.line_ids.matched_credit_ids
        return {
            **seeds,
            "account_move": moves.ids,
            "account_move_line": moves.line_ids.ids,
            "account_partial_reconcile": partials.ids,
        }


def prepare(env, items):
    switch_on(env)
    ledger = PaidInParts(env, items, env.company._ar_today())
    ledger.build()
    # A run has put the debts on the ladder before, as on any day.
    run = env["ar.followup.run"].create(
        {"company_id": env.company.id, "as_of": env.company._ar_today()}
    )
    run.action_plan()
    _create_rule(env)
    create_limit_table(env, "ar_late_fee")


def _create_rule(env):
    return env["ar.late.fee.rule"].create(
        {
            "name": "Bench",
            "is_on": True,
            "has_interest": True,
            "interest_percent": 10.0,
            "frequency": "month",
            "tier_ids": [Command.create({"amount_from": 0, "fee": 40})],
        }
    )


def propose(env, items):
    yield
    env["ar.late.fee"]._pass_company(env.company, env.company._ar_today())
    yield _count_debts(env)


def propose_again(env, items):
    env["ar.late.fee.pass"]._get_for(env.company).done_on = False
    env.cr.commit()
    yield
    env["ar.late.fee"]._pass_company(env.company, env.company._ar_today())
    yield _count_debts(env)


WORKS = {"propose late fees": propose, "propose late fees again, nothing new": propose_again}


def _count_debts(env):
    [[count]] = env["ar.late.fee"]._read_group([], aggregates=["item_id:count_distinct"])
    return count


# --- the limit ---


def sql_limit(env, items):
    """Read the same matches and insert the charges with their stretches as JSON, at once."""
    today = env.company._ar_today()
    env.cr.execute(
        SQL(
            """
            WITH debt AS (
                SELECT l.id, l.move_id, l.amount_currency AS amount, l.currency_id,
                       l.date_maturity AS due, i.id AS item_id, i.case_id, i.partner_id
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                  JOIN ar_followup_item i ON i.move_line_id = l.id
                 WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE AND l.amount_currency > 0
                   AND l.date_maturity < %(day)s AND l.company_id = %(company)s
            ), change AS (
                SELECT d.id, c.date, r.debit_amount_currency AS paid
                  FROM debt d
                  JOIN account_partial_reconcile r ON r.debit_move_id = d.id
                  JOIN account_move_line c ON c.id = r.credit_move_id
                 UNION ALL
                SELECT id, due, 0 FROM debt
            ), stretch AS (
                SELECT ch.id, ch.date + 1 AS first,
                       LEAD(ch.date, 1, %(end)s) OVER by_day AS last,
                       d.amount - SUM(ch.paid) OVER by_day AS base
                  FROM change ch JOIN debt d ON d.id = ch.id
                WINDOW by_day AS (PARTITION BY ch.id ORDER BY ch.date)
            ), interest AS (
                SELECT id, SUM(ROUND(base * 10 / 100 / 365 * (last - first + 1), 2)) AS amount,
                       json_agg(json_build_object(
                           'start', first, 'end', last, 'days', last - first + 1,
                           'base', base, 'rate', 10, 'year', 365,
                           'amount', ROUND(base * 10 / 100 / 365 * (last - first + 1), 2)
                       )) AS example
                  FROM stretch WHERE last >= first GROUP BY id
            ), charge AS (
                SELECT id, 'flat' AS kind, '' AS key, 40 AS amount,
                       json_build_array(json_build_object('base', amount, 'amount', 40)) AS example
                  FROM debt
                 UNION ALL
                SELECT id, 'interest', 'interest', amount, example FROM interest
            )
            INSERT INTO bench_limit
                   (rule_id, kind, key, state, company_id, case_id, partner_id, item_id,
                    move_id, round, date, date_from, date_to, currency_id, base_amount,
                    computed_amount, amount, waived_amount, example, create_date)
            SELECT %(rule)s, c.kind, c.key, 'proposed', %(company)s, d.case_id, d.partner_id,
                   d.item_id, d.move_id, 1, %(day)s, d.due + 1, %(end)s, d.currency_id,
                   d.amount, c.amount, c.amount, 0, c.example::jsonb, now()
              FROM charge c JOIN debt d ON d.id = c.id
            """,
            day=today,
            end=today.replace(day=1) - timedelta(days=1),
            company=env.company.id,
            rule=env["ar.late.fee.rule"].search([("is_on", "=", True)]).id,
        )
    )
