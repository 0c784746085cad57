"""What the demo tells. Runs in Odoo's shell; each function gets its `env`.

`build` runs until it has ended well once, in a new database with all addons;
`show` runs at every start. Letters go to `paths.OUT`.
"""

from collections import Counter

from lib import paths


def build(env):
    """Tell the story: a company, its ledger, weeks on the ladder, today's run."""
    # Nobody answers at this address yet: what is printed carries its styles with it.
    demo = env["ar.collections.demo"].with_context(ar_is_static=True)
    company = demo.env.company
    demo._prepare_company(company)
    demo._switch_on(company)
    demo._create_ledger(company)
    demo._play_history(company)
    run = env["ar.followup.run"].create(
        {"company_id": company.id, "as_of": company._ar_today()}
    )
    run.action_plan()
    _print_letters(run)
    demo._create_orders(company)
    demo._create_credit_story(company)
    demo._create_portal_story(company)
    env.cr.commit()


def _print_letters(run):
    """Approve today's letters and print them; the e-mails wait for the visitor."""
    letters = run.notice_ids.filtered(lambda notice: notice.channel == "letter")
    letters.action_approve()
    run.action_execute()


def show(env):
    """Write the letters to files, and print what the ladder said so far."""
    deliveries = env["ar.followup.delivery"].search([("evidence_id", "!=", False)])
    for delivery in deliveries:
        name = delivery.evidence_id.name.replace("/", "-")
        (paths.OUT / name).write_bytes(delivery.evidence_id.raw)
    notices = env["ar.followup.notice"].search([])
    _show_table(
        "Said so far",
        ("policy", "level", "by", "notices"),
        Counter(
            (notice.policy_id.name, notice.level_id.display_name, notice.channel)
            for notice in notices
            if notice.state == "done"
        ),
    )
    _show_table(
        "Waits for you",
        ("customer", "level", "by", "notices"),
        Counter(
            (notice.partner_id.name, notice.level_id.display_name, notice.channel)
            for notice in notices
            if notice.state == "to_approve"
        ),
    )
    print(f"\nLetters of the day ({len(deliveries)}) in {paths.OUT}")
    print(
        "Log in as admin, collector, seller (orders), approver (credit) or customer (portal); "
        "the password is the same word."
    )


def _show_table(title, head, counts):
    print(f"\n{title}")
    rows = [head, *((*key, str(count)) for key, count in sorted(counts.items()))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    for row in rows:
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)))
