"""Credit reviews: an application, checks, and an approver's decision."""


from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date

from ..const import CREDIT_REVIEW_STATES, CREDIT_STATES
from .ar_guarded_mixin import without_defaults

# Written by the verbs alone.
_KEPT = frozenset(
    {
        "state",
        "case_id",
        "company_id",
        "user_id",
        "check_price",
        "decided_by_id",
        "decided_on",
        "is_reminded",
        "reminder_id",
    }
)
_MAIL = ("message_", "activity_", "my_activity_")
# Decided by an approver.
_DECISION = frozenset(
    {
        "decision",
        "limit",
        "increase",
        "increase_until",
        "payment_term_id",
        "deposit_percent",
        "review_date",
        "decision_note",
    }
)


class ArCreditReview(models.Model):
    """Every decision on credit is one review: together they are the history."""

    _name = "ar.credit.review"
    _description = "Credit Review"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        domain="[('parent_id', '=', False)]",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        index=True,
        default=lambda self: self.env.company.root_id,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    case_id = fields.Many2one(
        "ar.collection.case",
        string="Customer's file",
        compute="_compute_case_id",
        store=True,
        index=True,
        ondelete="cascade",
    )
    state = fields.Selection(
        CREDIT_REVIEW_STATES,
        required=True,
        default="draft",
        readonly=True,
        tracking=True,
        copy=False,
        index=True,
    )

    # Application
    date = fields.Date(
        required=True, default=lambda self: self.env.company._ar_today(), string="Applied on"
    )
    applicant = fields.Char(help="Who has asked for credit, such as the finance manager.")
    requested_limit = fields.Monetary(string="Credit asked for")
    requested_terms = fields.Char(string="Terms asked for", help="Such as “within 30 days”.")
    has_consented = fields.Boolean(
        string="Agrees to a credit check",
        help="The customer has agreed that credit agencies and references are asked.",
    )
    references = fields.Html(
        help="Suppliers and banks the customer has named, and their word."
    )
    document_ids = fields.Many2many(
        "ir.attachment",
        string="Documents",
        help="Application form, accounts, register extract, confirmations.",
    )
    check_ids = fields.One2many("ar.credit.check", "review_id", string="Checks")
    check_price = fields.Monetary(
        string="Paid for checks", compute="_compute_check_price", store=True
    )

    # Decision
    decision = fields.Selection(
        [state for state in CREDIT_STATES if state[0] != "undecided"],
        copy=False,
        tracking=True,
        help="No credit: only what is paid in advance. Limit: up to the amount. "
        "Unlimited: as much as they like.",
    )
    limit = fields.Monetary(copy=False, tracking=True)
    increase = fields.Monetary(
        string="Increased by",
        copy=False,
        tracking=True,
        help="A temporary increase on top of the limit, such as for a season.",
    )
    increase_until = fields.Date(
        string="Until", copy=False, tracking=True, help="The last day of the increase."
    )
    payment_term_id = fields.Many2one(
        "account.payment.term",
        string="Payment terms",
        copy=False,
        check_company=True,
        help="Empty: the customer keeps the present terms.",
    )
    deposit_percent = fields.Float(
        string="Deposit (%)", copy=False, help="Asked for before work starts. 0: none by this."
    )
    review_date = fields.Date(
        string="Next review",
        copy=False,
        tracking=True,
        help="The decision holds until this day, included; a month before it somebody is "
        "reminded.",
    )
    decision_note = fields.Text(string="Note on the decision", copy=False)
    decided_by_id = fields.Many2one(
        "res.users", string="Decided by", readonly=True, copy=False
    )
    decided_on = fields.Date(string="Decided on", readonly=True, copy=False)
    can_decide = fields.Boolean(compute="_compute_can_decide")
    is_reminded = fields.Boolean(readonly=True, copy=False)
    reminder_id = fields.Many2one(
        "mail.activity", readonly=True, copy=False, ondelete="set null"
    )
    credit_bar = fields.Json(related="case_id.credit_bar")
    payer_rating = fields.Selection(related="case_id.payer_rating")
    payer_rating_reason = fields.Char(related="case_id.payer_rating_reason")
    user_id = fields.Many2one(
        "res.users", string="Prepared by", default=lambda self: self.env.user, readonly=True
    )

    _amounts = models.Constraint(
        "CHECK(requested_limit >= 0 AND \"limit\" >= 0 AND increase >= 0)",
        "Amounts of a credit review cannot be negative: enter 0 or more.",
    )
    _deposit = models.Constraint(
        "CHECK(deposit_percent >= 0 AND deposit_percent <= 100)",
        "The deposit of a credit review is between 0 and 100 percent: enter such a share.",
    )

    # === COMPUTES === #

    @api.depends("partner_id", "date")
    def _compute_display_name(self):
        for review in self:
            day = format_date(self.env, review.date) if review.date else ""
            review.display_name = f"{review.partner_id.display_name or ''} · {day}"

    @api.depends_context("uid")
    def _compute_can_decide(self):
        group = "ar_collections.ar_collections_group_credit_approver"
        self.can_decide = self.env.user.has_group(group)

    @api.depends("partner_id", "company_id")
    def _compute_case_id(self):
        for review in self:
            partner = review.partner_id.commercial_partner_id
            review.case_id = (
                partner._ar_ensure_case(review.company_id.root_id) if partner._origin else False
            )

    @api.depends("check_ids.price_company")
    def _compute_check_price(self):
        for review in self:
            review.check_price = sum(review.check_ids.mapped("price_company"))

    # === CONSTRAINS === #

    @api.constrains("increase", "increase_until")
    def _check_increase(self):
        for review in self:
            if bool(review.increase) != bool(review.increase_until):
                raise ValidationError(
                    self.env._("A temporary increase needs an amount and a last day.")
                )

    # === CRUD === #

    def write(self, vals):
        """Override of `base`: a decision is the approver's, and stays as it was made."""
        if not self.env.su:
            self._check_writable({name for name in vals if not name.startswith(_MAIL)})
        result = super().write(vals)
        if "document_ids" in vals:
            self._take_documents()
        return result

    def _get_kept_names(self):
        """Give the names of the fields that nobody writes by hand."""
        return _KEPT

    def _check_writable(self, names):
        is_decided = any(review.state == "decided" for review in self)
        if (names and is_decided) or names & self._get_kept_names():
            raise UserError(
                self.env._("A decision on credit stays as it was made: start a new review.")
            )
        if names & _DECISION:
            self.env["ar.collection.case"]._check_group("ar_collections_group_credit_approver")

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: a new review is an application, for the root company."""
        for vals in vals_list:
            company = self.env["res.company"].browse(vals.get("company_id"))
            vals["company_id"] = (company or self.env.company).sudo().root_id.id
        if self.env.su:
            reviews = super().create(vals_list)
            reviews._take_documents()
            return reviews
        for root in self.env["res.company"].browse({vals["company_id"] for vals in vals_list}):
            self.env["ar.collection.case"]._check_credit_open(root)
        kept = self._get_kept_names()
        vals_list = [
            {name: value for name, value in vals.items() if name not in kept - {"company_id"}}
            for vals in vals_list
        ]
        model = without_defaults(self, kept)
        reviews = super(ArCreditReview, model).create(vals_list).with_env(self.env)
        # Decisions may come as a default, too.
        if any(review[name] for review in reviews for name in _DECISION):
            self.env["ar.collection.case"]._check_group("ar_collections_group_credit_approver")
        reviews._take_documents()
        return reviews

    def _take_documents(self):
        """File the documents with the review: others than who uploaded them read them then.

        A form uploads before it is saved, when there is no record to file them with.
        """
        for review in self:
            loose = review.sudo().document_ids.filtered(
                lambda document: document.res_model == self._name and not document.res_id
            )
            loose.res_id = review.id

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        if any(review.state == "decided" for review in self):
            raise UserError(self.env._("Decisions on credit are kept as history."))
