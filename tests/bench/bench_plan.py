"""A run is planned: debts that nobody has looked at yet, the same day once more, and the
day after all notices have left."""

from datetime import timedelta

from grown_ledger import Ledger, switch_on
from limit_table import create_limit_table

from odoo.tools import SQL

ITEMS = (10_000, 100_000)


def prepare(env, items):
    switch_on(env)
    Ledger(env, items, env.company._ar_today()).build()
    create_limit_table(env, "ar_followup_notice_line")
    _prepare_links(env)


def plan(env, items):
    run = _create_run(env, days_ago=1)
    yield
    run.action_plan()
    yield _count_debts(run)


def plan_again(env, items):
    run = _create_run(env, days_ago=1)
    yield
    run.action_plan()
    yield _count_debts(run)


def plan_next_day(env, items):
    _let_notices_leave(env, env.company._ar_today() - timedelta(days=1))
    run = _create_run(env, days_ago=0)
    yield
    run.action_plan()
    yield _count_debts(run)


WORKS = {
    "plan a run": plan,
    "plan the same day again": plan_again,
    "plan the next day, all notices sent": plan_next_day,
}


def _create_run(env, days_ago):
    day = env.company._ar_today() - timedelta(days=days_ago)
    run = env["ar.followup.run"].create({"company_id": env.company.id, "as_of": day})
    env.cr.commit()
    return run


def _count_debts(run):
    return sum(run.entry_ids.mapped("debts"))


def _let_notices_leave(env, day):
    """Write what execution writes, without a message for each of them."""
    for statement in (
        SQL(
            """
            UPDATE ar_followup_item i
               SET rung_days = l.level_days, rung_level_id = l.level_id,
                   last_notice_date = %(day)s, last_notice_id = n.id,
                   deadline = %(day)s + n.deadline_days
              FROM ar_followup_notice_line l JOIN ar_followup_notice n ON n.id = l.notice_id
             WHERE l.item_id = i.id AND l.is_open AND l.level_days > 0
            """,
            day=day,
        ),
        SQL(
            "UPDATE ar_followup_item i SET has_courtesy = TRUE, courtesy_days = l.level_days"
            "  FROM ar_followup_notice_line l"
            " WHERE l.item_id = i.id AND l.is_open AND l.level_days <= 0"
        ),
        SQL(
            "UPDATE ar_collection_case c SET last_notice_date = %s, last_run_id = n.run_id"
            "  FROM ar_followup_notice n WHERE n.case_id = c.id AND n.level_days > 0",
            day,
        ),
        SQL("UPDATE ar_followup_notice_line SET is_open = FALSE WHERE is_open"),
        SQL(
            "UPDATE ar_followup_notice SET state = 'done', handed_over_on = %(day)s,"
            " is_delivered = TRUE, deadline = %(day)s + deadline_days WHERE state = 'planned'",
            day=day,
        ),
    ):
        env.cr.execute(statement)
    env.cr.commit()
    env.invalidate_all()
    env.cr.execute("ANALYZE ar_followup_item, ar_followup_notice, ar_followup_notice_line")
    env.cr.commit()


# --- the limit ---


def _prepare_links(env):
    """Have a notice and an item that the rows can be linked with: those of a paid debt."""
    line = env["account.move.line"].search(
        [("account_type", "=", "asset_receivable"), ("reconciled", "=", True), ("debit", ">", 0)], limit=1
    )
    case = line.partner_id._ar_ensure_case(env.company)
    common = {
        "case_id": case.id,
        "company_id": env.company.id,
        "partner_id": line.partner_id.id,
    }
    env["ar.followup.item"].create(
        {**common, "move_id": line.move_id.id, "move_line_id": line.id}
    )
    env["ar.followup.notice"].create(
        {
            **common,
            "recipient_id": line.partner_id.id,
            "channel": "email",
            "state": "cancelled",
            "as_of": env.company._ar_today(),
        }
    )


def sql_limit(env, items):
    """Level every open overdue line in one statement, into a table like the notice lines."""
    env.cr.execute(
        SQL(
            """
            INSERT INTO bench_limit
                   (notice_id, company_id, item_id, role, level_id, level_days, round,
                    occurrence, reason, move_id, move_line_id, name, invoice_date, due_date,
                    days_overdue, currency_id, amount_total, open_amount, credit_amount,
                    held_amount, claim_amount, is_cancelled, is_open, is_test, create_date)
            SELECT (SELECT MAX(id) FROM ar_followup_notice), l.company_id,
                   (SELECT MAX(id) FROM ar_followup_item), 'climbing', level.id, level.days, 1,
                   ROW_NUMBER() OVER (), 'climbs', l.move_id, l.id, l.move_name,
                   l.invoice_date, l.date_maturity, %(day)s - l.date_maturity, l.currency_id,
                   l.amount_currency, l.amount_residual_currency, 0, 0,
                   l.amount_residual_currency, FALSE, TRUE, FALSE, now()
              FROM account_move_line l
              JOIN account_account a ON a.id = l.account_id
              JOIN LATERAL (
                    SELECT id, days FROM ar_followup_level
                     WHERE policy_id = %(policy)s AND days > 0 AND days <= %(day)s - l.date_maturity
                  ORDER BY days DESC LIMIT 1) level ON TRUE
             WHERE a.account_type = 'asset_receivable' AND l.parent_state = 'posted'
               AND l.reconciled IS NOT TRUE AND l.amount_residual > 0
               AND l.date_maturity < %(day)s AND l.company_id = %(company)s
            """,
            day=env.company._ar_today() - timedelta(days=1),
            policy=env["ar.followup.policy"].search([("is_on", "=", True)]).id,
            company=env.company.id,
        )
    )
