"""What workers do: each function gets an environment of its own and commits."""

from datetime import timedelta

import traps
from grown_ledger import Ledger

from odoo import Command
from odoo.exceptions import UserError
from odoo.service.model import retrying
from odoo.tools import SQL

ITEMS = 320

_LINES = """
    SELECT p.name, n.as_of, n.channel, n.state, n.level_days, n.deadline, r.name,
           m.name, l.due_date, l.role, l.level_days, l.round, l.occurrence, l.open_amount,
           l.claim_amount, l.is_cancelled, l.is_open, l.cancel_reason
      FROM ar_followup_notice n
      JOIN res_partner p ON p.id = n.partner_id
      JOIN res_partner r ON r.id = n.recipient_id
      JOIN ar_followup_notice_line l ON l.notice_id = n.id
      JOIN account_move m ON m.id = l.move_id
  ORDER BY p.id, n.as_of, r.id, l.role, m.id, l.due_date, l.level_days
"""
_ITEMS = """
    SELECT m.name, l.date_maturity, i.round, i.rung_days, i.occurrence, i.has_courtesy,
           i.courtesy_days, i.last_notice_date, i.deadline, i.reason, i.next_date,
           i.held_since, i.review_state
      FROM ar_followup_item i
      JOIN account_move m ON m.id = i.move_id
      JOIN account_move_line l ON l.id = i.move_line_id
  ORDER BY l.id
"""
_MAILS = """
    SELECT p.name, r.email, mail.state, count(*)
      FROM mail_mail mail
      JOIN mail_message message ON message.id = mail.mail_message_id
      JOIN ar_followup_notice n ON n.id = message.res_id
      JOIN res_partner p ON p.id = n.partner_id
      JOIN res_partner r ON r.id = n.recipient_id
     WHERE message.model = 'ar.followup.notice'
  GROUP BY n.id, p.id, r.id, mail.state
  ORDER BY p.id, r.id, mail.state
"""
_DELIVERIES = """
    SELECT p.name, d.channel, d.state, d.date, d.address, d.mail_mail_id IS NOT NULL
      FROM ar_followup_delivery d
      JOIN ar_followup_notice n ON n.id = d.notice_id
      JOIN res_partner p ON p.id = n.partner_id
  ORDER BY p.id, n.recipient_id, d.channel, d.state
"""
_CASES = """
    SELECT p.name, c.last_notice_date, count(*)
      FROM ar_collection_case c
      JOIN res_partner p ON p.id = c.partner_id
  GROUP BY p.id, c.last_notice_date ORDER BY p.id
"""
_LOG = """
    SELECT reason, sum(debts), count(*) FILTER (WHERE is_failure)
      FROM ar_followup_run_entry GROUP BY reason ORDER BY reason
"""
_RUNS = """
    SELECT r.as_of, r.state, count(b.id), count(b.id) FILTER (WHERE b.is_done)
      FROM ar_followup_run r LEFT JOIN ar_followup_run_batch b ON b.run_id = r.id
  GROUP BY r.id ORDER BY r.id
"""


def set_up(env):
    """Fill a database with a ledger and a ladder that needs nobody."""
    company = env.company
    company.write(
        {
            "ar_start_date": "2000-01-01",
            "ar_has_approved_run": True,
            "ar_window_from": 0.0,
            "ar_window_to": 24.0,
        }
    )
    env["ar.followup.policy"].search([]).is_on = False
    template = env["mail.template"].create(
        {
            "name": "Reminder",
            "model_id": env["ir.model"]._get_id("ar.followup.notice"),
            "subject": "Reminder {{ object.id }}",
            "body_html": "<p>You owe <t t-out='object._format_total()'/></p>",
            "partner_to": "{{ object.recipient_id.id }}",
            "use_default_to": False,
            "auto_delete": False,
        }
    )
    levels = [("Soon due", -5, 0), ("First", 1, 7), ("Second", 11, 7)]
    policy = env["ar.followup.policy"].create(
        {
            "name": "Two reminders",
            "company_id": company.id,
            "calendar_id": False,
            "is_approval_needed": False,
            "level_ids": [
                Command.create(
                    {
                        "name": name,
                        "days": days,
                        "deadline_days": deadline,
                        "channel": "email",
                        "mail_template_id": template.id,
                    }
                )
                for name, days, deadline in levels
            ],
        }
    )
    policy.is_on = True
    # Nothing but what the tests start is to run.
    env["ir.cron"].search([]).active = False
    Ledger(env, ITEMS, company._ar_today()).build()
    # As invoices that were sent: a link made by a reminder would have Odoo try again a
    # payment that is booked meanwhile, and log that.
    invoices = env["account.move"].search([("move_type", "=", "out_invoice")])
    env["ar.followup.notice"]._give_tokens(invoices)


def create_run(env, partner_ids=(), days_ago=0):
    values = {
        "company_id": env.company.id,
        "as_of": env.company._ar_today() - timedelta(days=days_ago),
        "partner_ids": [Command.set(partner_ids)],
    }
    return env["ar.followup.run"].create(values).id


def open_run_of_today(env):
    return env["ar.followup.run"]._get_run_of_today(env.company).id


def set_maximum(env, notices):
    """Let so many notices be proposed for a day."""
    env.company.ar_max_per_day = notices


def grow_older(env, days):
    """Let days pass: what was said was said so much earlier."""
    for table, column in (
        ("ar_followup_item", "last_notice_date"),
        ("ar_followup_item", "deadline"),
        ("ar_followup_notice", "deadline"),
        ("ar_collection_case", "last_notice_date"),
    ):
        env.cr.execute(
            SQL(
                "UPDATE %(table)s SET %(column)s = %(column)s - %(days)s",
                table=SQL.identifier(table),
                column=SQL.identifier(column),
                days=days,
            )
        )


def plan(env, run_id):
    return _count(env, run_id, "action_plan")


def execute(env, run_id):
    return _count(env, run_id, "action_execute")


def approve_and_send(env, run_id):
    """Send the notices of a run as a person does who reads them."""
    notices = env["ar.followup.notice"].search([("run_id", "=", run_id)])
    # As Odoo does for its web clients.
    retrying(lambda: notices.action_approve_and_send() and None, env)


def plan_and_execute(env, run_id):
    return {"plan": plan(env, run_id), "execute": execute(env, run_id)}


def _count(env, run_id, action):
    """Do an action of a run, and count what was done."""
    statements = traps.StatementCounter()
    planned = traps.count_calls(env.registry, "ar.followup.planner", "_plan_batch")
    executed = traps.count_calls(env.registry, "ar.followup.executor", "_execute_notices")
    run = env["ar.followup.run"].browse(run_id)
    getattr(run, action)()
    return {
        "statements": statements.number,
        "planned": len(planned),
        "executed": len(executed),
        "state": run.state,
    }


def take_token(env, move_id):
    """Have an invoice be one that was never sent."""
    env["account.move"].browse(move_id).access_token = False


def pay(env, move_ids):
    """Book the payment of invoices."""
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move_ids
    )
    # As Odoo does for its web clients.
    retrying(lambda: wizard.create({})._create_payments().ids, env)


def run_cron(env):
    """Have Odoo run the scheduled action as it would by itself."""
    cron = env.ref("ar_collections.ir_cron_followup")
    cron.active = True
    env["ir.cron.trigger"].search([("cron_id", "=", cron.id)]).unlink()
    env.cr.commit()
    cron.method_direct_trigger()
    env.cr.commit()
    triggers = env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
    return {"failures": cron.failure_count, "is_called_again": bool(triggers)}


def add_branch(env):
    """Add a branch with an overdue debt, which follows up as its company does."""
    branch = env["res.company"].create({"name": "Branch", "parent_id": env.company.id})
    # Odoo then gives it the accounts of its company.
    env.cr.commit()
    day = env.company._ar_today()
    env["account.move"].with_company(branch).create(
        {
            "move_type": "out_invoice",
            "partner_id": env["res.partner"].search([("name", "=", "Bench 1")]).id,
            "invoice_date": day - timedelta(days=30),
            "invoice_date_due": day - timedelta(days=3),
            "invoice_line_ids": [
                Command.create({"name": "Work", "price_unit": 100.0, "tax_ids": [Command.clear()]})
            ],
        }
    ).action_post()
    return branch.id


# === WHAT CAME OF IT === #


def read(env, query):
    """Read rows with SQL."""
    env.cr.execute(query)
    return env.cr.fetchall()


def read_outcome(env):
    """Read everything that was said and remembered, in words that any copy shares."""
    return {
        "lines": read(env, _LINES),
        "items": read(env, _ITEMS),
        "mails": read(env, _MAILS),
        "deliveries": read(env, _DELIVERIES),
        "cases": read(env, _CASES),
        "log": read(env, _LOG),
        "runs": read(env, _RUNS),
    }


# === CREDIT === #


def prepare_orders(env, limit, amounts):
    """Have a customer with a credit limit and quotations.

    :return: ids of the quotations
    """
    env.company.ar_credit_effect = "ask"
    customer = env["res.partner"].create({"name": "Racer", "is_company": True})
    env["ar.credit.review"].create(
        {"partner_id": customer.id, "decision": "limit", "limit": limit}
    ).action_decide()
    product = env["product.product"].create({"name": "Goods", "taxes_id": [Command.clear()]})
    return [
        env["sale.order"]
        .create(
            {
                "partner_id": customer.id,
                "order_line": [
                    Command.create({"product_id": product.id, "price_unit": amount})
                ],
            }
        )
        .id
        for amount in amounts
    ]


def prepare_group(env, limit, amounts):
    """Have a holding with a credit limit, and a quotation for each of its daughters."""
    ids = prepare_orders(env, limit, amounts)
    orders = env["sale.order"].browse(ids)
    head = orders.partner_id
    for order in orders:
        order.partner_id = env["res.partner"].create(
            {"name": "Daughter", "is_company": True, "ar_credit_head_id": head.id}
        )
    return ids


def prepare_new_customer(env, amounts):
    """Have quotations of a customer who has no file yet, and would get one as they race."""
    ids = prepare_orders(env, 1.0, amounts)
    customer = env["sale.order"].browse(ids).partner_id
    env.company.ar_is_undecided_stopped = True
    env["ar.collection.case"].search([("partner_id", "=", customer.id)]).unlink()
    return ids


def confirm(env, order_id):
    """Confirm an order as a web client does, with Odoo's own retrying."""
    order = env["sale.order"].browse(order_id)

    def act():
        # What is read first fixes what the transaction sees.
        order.read(["name"])
        order.action_confirm()

    retrying(act, env)


def grow(env, order_id, amount):
    """Raise the amount of a confirmed order as a web client does."""
    order = env["sale.order"].browse(order_id)

    def act():
        order.read(["name"])
        order.order_line.price_unit = amount

    try:
        retrying(act, env)
    except UserError:
        return "refused"
    return "grown"


def read_orders(env, order_ids):
    """Give state, total and credit holds of orders."""
    holds = env["ar.credit.hold"]
    return [
        [order.state, order.amount_total, sorted(holds._find(order).mapped("reason"))]
        for order in env["sale.order"].browse(order_ids)
    ]


# === LATE FEES === #

_CHARGES = """
    SELECT m.name, l.date_maturity, r.name, f.kind, f.key, f.state, f.date,
           f.date_from, f.date_to, round(f.amount, 2)::text, f.example::text,
           f.document_id IS NOT NULL, count(*)
      FROM ar_late_fee f
      JOIN ar_late_fee_rule r ON r.id = f.rule_id
      JOIN account_move m ON m.id = f.move_id
      JOIN ar_followup_item i ON i.id = f.item_id
      JOIN account_move_line l ON l.id = i.move_line_id
  GROUP BY m.id, l.id, r.id, f.kind, f.key, f.state, f.date, f.date_from, f.date_to,
           f.amount, f.example, f.document_id IS NOT NULL
  ORDER BY m.id, l.date_maturity, f.kind, f.key
"""
_DOCUMENTS = """
    SELECT p.name, round(m.amount_total, 2)::text, count(*)
      FROM account_move m JOIN res_partner p ON p.id = m.partner_id
     WHERE m.ar_is_charge AND m.state = 'posted'
  GROUP BY p.id, m.amount_total ORDER BY p.id, m.amount_total
"""


def charge_lateness(env, mode):
    """Put a rule in force for all customers: interest each month, and a flat sum."""
    env.cr.execute(
        "UPDATE res_partner SET ar_is_kind_confirmed = TRUE, ar_customer_kind = 'business'"
    )
    env.invalidate_all()
    income = env["account.account"].search([("account_type", "=", "income")], limit=1)
    env["ar.late.fee.rule"].create(
        {
            "name": "Ten percent and forty",
            "is_on": True,
            "company_id": env.company.id,
            "currency_id": env.company.currency_id.id,
            "has_interest": True,
            "interest_percent": 10.0,
            "frequency": "month",
            "tier_ids": [Command.create({"amount_from": 0, "fee": 40})],
            "account_id": income.id,
            "mode": mode,
        }
    )


def pass_over_charges(env):
    """Live the daily pass over charges; give how much work it was."""
    statements = traps.StatementCounter()
    env["ar.late.fee"]._cron_late_fees()
    env.cr.commit()
    progress = env["ar.late.fee.pass"]._get_for(env.company)
    return {
        "statements": statements.number,
        "is_done": progress.done_on == env.company._ar_today(),
    }


def read_charges(env):
    return {"charges": read(env, _CHARGES), "documents": read(env, _DOCUMENTS)}
