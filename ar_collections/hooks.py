"""What happens once, at installation and at removal."""


def post_init_hook(env):
    """Give the ready policies to the companies that are there, switched off.

    Customers who were invoiced before keep the credit that accounting gives them.
    """
    companies = env["res.company"].search([])
    env["ar.followup.policy"]._create_ready_policies(companies)
    for company in companies.filtered(lambda company: not company.parent_id):
        env["ar.collection.case"]._take_over_credit(company)


def uninstall_hook(env):
    """Leave the ledger and the core fields as they were: posted entries stay."""
    env["ir.config_parameter"].sudo().search(
        [("key", "=like", "ar\\_collections.%")]
    ).unlink()
    # Levels protect their texts and rules their charges: let go of them first, since
    # core deletes records in an order that knows nothing of that.
    env.cr.execute(
        "UPDATE ar_followup_level SET mail_template_id = NULL, sms_template_id = NULL"
    )
    env.cr.execute("DELETE FROM ar_late_fee")
