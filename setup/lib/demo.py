"""What the demo tells. Runs in Odoo's shell; each function gets its `env`.

`build` runs until it has ended well once, in a database with the demo data of all
addons; `show` runs at every start. Letters and tables go to `paths.OUT`.
"""

from datetime import timedelta

from lib import paths


def build(env):
    """Follow up on the demo company's ledger, and keep the result."""
    today = env.company._ar_today()
    env.company.ar_start_date = today - timedelta(days=365)
    run = env["ar.followup.run"].create({"company_id": env.company.id, "as_of": today})
    run.action_plan()
    env.cr.commit()


def show(env):
    """Print what the runs did, one line a notice."""
    print(f"\nDatabase {env.cr.dbname}, letters and tables in {paths.OUT}")
    for notice in env["ar.followup.notice"].search([]):
        print(f"  {notice.state:<12} {notice.display_name}")
