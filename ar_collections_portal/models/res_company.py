"""Whether customers may apply for credit on the portal."""

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_is_taking_applications = fields.Boolean(
        string="Customers apply for credit online",
        groups="base.group_user",
        help="Customers who can log in find “Credit” in their account: they say how much "
        "they need, name references, add documents and agree to a credit check.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_is_taking_applications = fields.Boolean(
        related="ar_root_company_id.ar_is_taking_applications", readonly=False
    )
