from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_is_deposit_posted = fields.Boolean(
        related="company_id.ar_is_deposit_posted", readonly=False
    )
