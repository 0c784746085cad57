"""What the round trip does inside Odoo: books before, work meanwhile, a look after.

Runs in Odoo's shell; each function gets its `env`.
"""

import json
from datetime import timedelta

from odoo import fields

from lib import paths

SNAPSHOT = paths.STATE / "roundtrip.json"
# What a posted entry is made of; the addons may add documents, but never change these.
_LEDGER = {
    "account_move": ("name", "state", "date", "amount_total", "amount_residual", "payment_state"),
    "account_move_line": ("name", "date_maturity", "debit", "credit", "amount_residual", "reconciled", "no_followup"),
    "account_partial_reconcile": ("amount", "debit_move_id", "credit_move_id"),
    "account_payment": ("amount", "state", "partner_id"),
    "res_partner": ("name", "email", "lang", "credit_limit", "comment"),
}


def book(env):
    """Post invoices, pay one in part, and remember ledger and schema."""
    customer = env["res.partner"].create({"name": "Round Trip Ltd", "email": "office@roundtrip.example"})
    for days, price in ((90, 100.0), (40, 250.0), (-30, 75.0)):
        _post_invoice(env, customer, days, price)
    oldest = env["account.move"].search([("partner_id", "=", customer.id)], order="invoice_date_due", limit=1)
    env["account.payment.register"].with_context(active_model="account.move", active_ids=oldest.ids).create(
        {"amount": 40.0},
    )._create_payments()
    env.flush_all()
    SNAPSHOT.write_text(json.dumps({"ledger": _ledger(env), "schema": _schema(env)}))
    env.cr.commit()


def _post_invoice(env, customer, days_overdue, price):
    due = fields.Date.today() - timedelta(days=days_overdue)
    env["account.move"].create({
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_date": min(due, fields.Date.today()),
        "invoice_date_due": due,
        "invoice_payment_term_id": False,
        "invoice_line_ids": [(0, 0, {"name": "Work", "price_unit": price, "tax_ids": []})],
    }).action_post()


def use(env):
    """Follow up on the invoices, on any day of the week, so that there is something to leave behind."""
    today = env.company._ar_today()
    env.company.write({
        "ar_start_date": today - timedelta(days=365),
        "ar_has_approved_run": True,
        "ar_window_from": 0.0,
        "ar_window_to": 24.0,
    })
    env["ar.followup.policy"].search([]).write({"is_on": True, "calendar_id": False, "is_approval_needed": False})
    run = env["ar.followup.run"].create({"company_id": env.company.id, "as_of": today})
    run.action_plan()
    run.action_execute()
    env.cr.commit()
    if not run.notice_ids:
        raise AssertionError(f"The run made no notice; its log: {run.entry_ids.mapped('reason')}")


def look(env):
    """Compare with the snapshot after the addons are gone.

    :raise AssertionError: naming everything that was changed or left behind
    """
    before = json.loads(SNAPSHOT.read_text())
    problems = _changed_rows(before["ledger"], json.loads(json.dumps(_ledger(env))))
    left = {(table, column) for table, column in _schema(env)} - {tuple(pair) for pair in before["schema"]}
    problems += [f"column left behind: {table}.{column}" for table, column in sorted(left)]
    problems += _leftovers(env)
    if problems:
        raise AssertionError("After uninstalling:\n" + "\n".join(problems))


def _ledger(env):
    rows = {}
    for table, columns in _LEDGER.items():
        env.cr.execute(f"SELECT id, {', '.join(columns)} FROM {table}")
        rows[table] = {str(row[0]): [str(value) for value in row[1:]] for row in env.cr.fetchall()}
    return rows


def _changed_rows(before, after):
    return [
        f"{table} {key}: {row} became {after[table].get(key)}"
        for table, rows in before.items() for key, row in rows.items() if after[table].get(key) != row
    ]


def _schema(env):
    env.cr.execute("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'")
    return sorted(env.cr.fetchall())


def _leftovers(env):
    queries = {
        "model": "SELECT model FROM ir_model WHERE model LIKE 'ar.%'",
        "field": "SELECT model || '.' || name FROM ir_model_fields WHERE name LIKE 'ar\\_%'",
        "external id": "SELECT module || '.' || name FROM ir_model_data WHERE module LIKE 'ar\\_collections%'",
        "parameter": "SELECT key FROM ir_config_parameter WHERE key LIKE 'ar\\_collections%'",
        "message": "SELECT id::text FROM mail_message WHERE model LIKE 'ar.%'",
        "activity": "SELECT id::text FROM mail_activity WHERE res_model LIKE 'ar.%'",
        "attachment": "SELECT name FROM ir_attachment WHERE res_model LIKE 'ar.%'",
        "action": "SELECT name->>'en_US' FROM ir_actions WHERE type = 'ir.actions.act_window'"
                  " AND id IN (SELECT id FROM ir_act_window WHERE res_model LIKE 'ar.%')",
    }
    found = []
    for kind, query in queries.items():
        env.cr.execute(query)
        found += [f"{kind} left behind: {value}" for [value] in env.cr.fetchall()]
    return found
