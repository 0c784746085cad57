"""Planned notices become letters: a PDF each, kept as evidence.

Without enclosures, and with the PDF of each invoice enclosed.
"""

from grown_ledger import Ledger, switch_on

ITEMS = (250,)


def prepare(env, items):
    """Have a ledger whose first reminder is a letter."""
    policy = switch_on(env)
    policy.level_ids.filtered(lambda level: level.days > 0).channel = "letter"
    Ledger(env, items, env.company._ar_today()).build()


def execute(env, items):
    yield from _execute(env, "none")


def execute_with_invoices(env, items):
    yield from _execute(env, "overdue")


WORKS = {
    "letters to PDF": execute,
    "letters to PDF, invoices enclosed": execute_with_invoices,
}


def _execute(env, enclosed):
    env["ar.followup.level"].search([("days", ">", 0)]).attach_invoices = enclosed
    _forget(env)
    run = env["ar.followup.run"].create({"company_id": env.company.id})
    run.action_plan()
    env.invalidate_all()
    yield
    run.action_execute()
    yield _count_printed(env, run)


def _forget(env):
    """Have nothing said yet, so that each work prints the same letters."""
    env["ar.followup.notice"].search([]).case_id.write({"last_notice_date": False, "last_run_id": False})
    for table in ("ar_followup_delivery", "ar_followup_notice", "ar_followup_item"):
        env.cr.execute(f"DELETE FROM {table}")
    env.invalidate_all()


def _count_printed(env, run):
    """Count the PDFs; a notice without one is an error of the measurement."""
    # Calls come besides.
    deliveries = env["ar.followup.delivery"].search([("notice_id.run_id", "=", run.id), ("channel", "=", "letter")])
    printed = deliveries.filtered(lambda d: (d.evidence_id.raw or b"").startswith(b"%PDF"))
    letters = run.notice_ids.filtered(lambda notice: notice.channel == "letter" and notice.state == "done")
    if not letters or len(printed) != len(letters):
        raise AssertionError(f"{len(letters)} notices, {len(printed)} letters printed")
    return len(printed)
