from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_is_deposit_posted = fields.Boolean(
        string="Post down-payment invoices at once",
        help="Otherwise they are drafts, and an accountant is asked to post and send them.",
        groups="base.group_user",
    )
