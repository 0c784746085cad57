"""Planned notices leave as queued e-mails, with the ready policy's texts and no attachment."""

from grown_ledger import Ledger, switch_on

ITEMS = (1_000, 5_000)


def prepare(env, items):
    """Have a ledger whose run of today proposes an e-mail to each customer."""
    switch_on(env)
    Ledger(env, items, env.company._ar_today()).build()


def execute(env, items):
    run = env["ar.followup.run"].create({"company_id": env.company.id})
    run.action_plan()
    env.invalidate_all()
    yield
    run.action_execute()
    yield _count_queued(env, run)


def compose(env, _items):
    """Have core's composer alone queue as many e-mails of the size, with nothing to fill in.

    It stores, checks and addresses each: no notice can leave faster.
    """
    notices = env["ar.followup.run"].search([], limit=1).notice_ids
    mail = notices.delivery_ids.mail_mail_id[-1:]
    template = env["mail.template"].create(
        {
            "model_id": env["ir.model"]._get_id(notices._name),
            "subject": mail.subject,
            "body_html": mail.body_html,
            "email_from": mail.email_from,
            "partner_to": "{{ object.recipient_id.id }}",
            "use_default_to": False,
            "auto_delete": False,
        }
    )
    env.invalidate_all()
    yield
    mails = notices.message_mail_with_source(template, force_send=False)
    yield len(mails)


WORKS = {"notices to queued e-mails": execute, "as many e-mails by core alone": compose}


def _count_queued(env, run):
    """Count the e-mails in the queue; a notice without one is an error of the measurement."""
    deliveries = env["ar.followup.delivery"].search([("notice_id.run_id", "=", run.id)])
    mails = deliveries.mail_mail_id.filtered(lambda mail: mail.state == "outgoing")
    if not mails or len(mails) != len(run.notice_ids):
        raise AssertionError(f"{len(run.notice_ids)} notices, {len(mails)} e-mails queued")
    return len(mails)
