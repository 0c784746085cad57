"""What lists of customers show of their credit."""

from odoo import api, fields, models

from ..tools.credit import ZERO

_PARTS = ("receivable", "draft_invoices", "orders_delivered", "orders_open", "credits")


class ArCollectionCase(models.Model):
    """Figures of a page of customers come together, with one query a source."""

    _inherit = "ar.collection.case"

    exposure_amount = fields.Monetary(
        string="Exposure",
        compute="_compute_exposure",
        compute_sudo=True,
        help="What the customer could cost us now: open invoices, drafts and orders, "
        "less free credits.",
    )
    exposure_receivable = fields.Monetary(
        string="Open invoices", compute="_compute_exposure", compute_sudo=True
    )
    exposure_draft_invoices = fields.Monetary(
        string="Draft invoices", compute="_compute_exposure", compute_sudo=True
    )
    exposure_orders_delivered = fields.Monetary(
        string="Delivered, not invoiced", compute="_compute_exposure", compute_sudo=True
    )
    exposure_orders_open = fields.Monetary(
        string="Ordered, not delivered", compute="_compute_exposure", compute_sudo=True
    )
    exposure_credits = fields.Monetary(
        string="Free credits", compute="_compute_exposure", compute_sudo=True
    )
    exposure_overdue = fields.Monetary(
        string="Of it overdue", compute="_compute_exposure", compute_sudo=True
    )
    exposure_free = fields.Monetary(
        string="Free",
        compute="_compute_exposure",
        compute_sudo=True,
        help="What is left of the limit; nothing is shown for unlimited credit.",
    )
    has_credit_limit = fields.Boolean(compute="_compute_exposure", compute_sudo=True)
    is_over_limit = fields.Boolean(
        string="Over the limit",
        compute="_compute_exposure",
        search="_search_is_over_limit",
        compute_sudo=True,
    )

    @api.depends("credit_state", "credit_increase", "credit_increase_until")
    def _compute_exposure(self):
        for company, cases in self.grouped(lambda case: case.company_id.root_id).items():
            checks = self.env["ar.credit.engine"]._check(
                company, dict.fromkeys(cases.partner_id.ids, ZERO)
            )
            for case in cases:
                case._set_exposure(checks[case.partner_id.id])

    def _set_exposure(self, check):
        for code in _PARTS:
            self[f"exposure_{code}"] = float(check.exposure.parts.get(code, ZERO))
        self.exposure_amount = float(check.exposure.total)
        self.exposure_overdue = float(check.exposure.overdue)
        self.exposure_free = float(check.free or ZERO)
        self.has_credit_limit = check.free is not None
        self.is_over_limit = check.free is not None and check.free < ZERO

    @api.model
    def _search_is_over_limit(self, operator, value):
        """Look at all customers whose credit has a limit: one query a source."""
        if operator != "in":
            return NotImplemented
        cases = self.sudo().search(
            [
                ("company_id", "in", self.env.companies.ids),
                ("company_id.parent_id", "=", False),
                ("credit_state", "!=", "unlimited"),
            ]
        )
        over = [("id", "in", cases.filtered("is_over_limit").ids)]
        wanted = set(value)
        if wanted == {True}:
            return over
        return ["!", *over] if wanted == {False} else []
