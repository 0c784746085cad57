"""A company's rules on credit; those of the root company count for its branches."""

from odoo import fields, models

from ..const import CREDIT_EFFECTS, EXPOSURE_PARTS


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_credit_effect = fields.Selection(
        CREDIT_EFFECTS,
        string="Orders on credit hold",
        default="warn",
        required=True,
        help="Warn: the order is confirmed, and the hold is on record. Ask for release: "
        "an approver must let the order through. Block: nobody can, until the customer "
        "pays or the decision on credit changes.",
        groups="base.group_user",
    )
    ar_credit_invoice_effect = fields.Selection(
        CREDIT_EFFECTS,
        string="Invoices on credit hold",
        default="warn",
        required=True,
        help="For customer invoices without an order. What was ordered is always "
        "invoiced, since it was checked when it was ordered.",
        groups="base.group_user",
    )
    ar_credit_approver_id = fields.Many2one(
        "res.users",
        string="Requests go to",
        help="Gets the task to decide on releases and reviews. Empty: the first credit "
        "approver.",
        groups="base.group_user",
    )
    ar_is_undecided_stopped = fields.Boolean(
        string="New customers pay first",
        default=True,
        help="A customer nobody has decided on gets no credit: a deposit is asked for by "
        "the deposit rules, and orders count as far as they are not paid in advance.",
        groups="base.group_user",
    )
    ar_credit_overdue_days = fields.Integer(
        string="Overdue for more than (days)",
        default=30,
        help="Credit is on hold while invoices are overdue for more days than this.",
        groups="base.group_user",
    )
    ar_credit_overdue_from = fields.Monetary(
        string="Overdue from",
        default=100.0,
        help="Smaller overdue sums stop nothing. Disputed amounts, payment plans and late "
        "fees do not count.",
        groups="base.group_user",
    )
    ar_is_counting_receivable = fields.Boolean(
        string="Count open invoices", default=True,
        groups="base.group_user",
    )
    ar_is_counting_draft_invoices = fields.Boolean(
        string="Count draft invoices without an order", default=True,
        groups="base.group_user",
    )
    ar_is_counting_orders_delivered = fields.Boolean(
        string="Count deliveries not invoiced", default=True,
        groups="base.group_user",
    )
    ar_is_counting_orders_open = fields.Boolean(
        string="Count orders not delivered", default=True,
        groups="base.group_user",
    )
    ar_is_counting_credits = fields.Boolean(
        string="Set off free credits and payments", default=True,
        groups="base.group_user",
    )

    _ar_credit_overdue = models.Constraint(
        "CHECK(ar_credit_overdue_days >= 0 AND ar_credit_overdue_from >= 0)",
        "Days and amounts of the credit hold cannot be negative: enter 0 or more.",
    )

    def _ar_get_counted_parts(self):
        """Give the codes of the parts that count as exposure."""
        root = self.sudo().root_id
        return {code for code, _label in EXPOSURE_PARTS if root[f"ar_is_counting_{code}"]}
