"""Settings of credit; a branch shows those of its root company, which count."""

from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    ar_root_company_id = fields.Many2one("res.company", related="company_id.root_id")
    ar_credit_effect = fields.Selection(
        related="ar_root_company_id.ar_credit_effect", readonly=False
    )
    ar_credit_invoice_effect = fields.Selection(
        related="ar_root_company_id.ar_credit_invoice_effect", readonly=False
    )
    ar_credit_approver_id = fields.Many2one(
        related="ar_root_company_id.ar_credit_approver_id", readonly=False
    )
    ar_is_undecided_stopped = fields.Boolean(
        related="ar_root_company_id.ar_is_undecided_stopped", readonly=False
    )
    ar_credit_overdue_days = fields.Integer(
        related="ar_root_company_id.ar_credit_overdue_days", readonly=False
    )
    ar_credit_overdue_from = fields.Monetary(
        related="ar_root_company_id.ar_credit_overdue_from",
        readonly=False,
        currency_field="currency_id",
    )
    ar_is_counting_receivable = fields.Boolean(
        related="ar_root_company_id.ar_is_counting_receivable", readonly=False
    )
    ar_is_counting_draft_invoices = fields.Boolean(
        related="ar_root_company_id.ar_is_counting_draft_invoices", readonly=False
    )
    ar_is_counting_orders_delivered = fields.Boolean(
        related="ar_root_company_id.ar_is_counting_orders_delivered", readonly=False
    )
    ar_is_counting_orders_open = fields.Boolean(
        related="ar_root_company_id.ar_is_counting_orders_open", readonly=False
    )
    ar_is_counting_credits = fields.Boolean(
        related="ar_root_company_id.ar_is_counting_credits", readonly=False
    )
