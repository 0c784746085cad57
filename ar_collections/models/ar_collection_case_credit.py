"""What was decided on a customer's credit; kept on the case of the root company."""

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..const import CREDIT_STATES, PAYER_RATINGS

# Set by a credit review or by the daily look at the ledger, never by editing the case.
DECIDED_FIELDS = frozenset(
    {
        "credit_state",
        "credit_review_date",
        "credit_increase",
        "credit_increase_until",
        "credit_deposit_percent",
        "payer_rating",
        "rated_debts",
        "rated_on_time",
        "rated_days_late",
        "rated_broken_promises",
    }
)


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    credit_state = fields.Selection(
        CREDIT_STATES,
        string="Credit",
        default="undecided",
        required=True,
        readonly=True,
        tracking=True,
        index=True,
    )
    credit_limit = fields.Monetary(
        compute="_compute_credit_limit",
        compute_sudo=True,
        help="The customer's credit limit of accounting, in the root company.",
    )
    credit_increase = fields.Monetary(
        string="Increased by",
        readonly=True,
        tracking=True,
        help="Added to the limit until the day beside it.",
    )
    credit_increase_until = fields.Date(
        string="Increased until", readonly=True, tracking=True, help="Included."
    )
    credit_review_date = fields.Date(
        string="Next review",
        readonly=True,
        tracking=True,
        help="Credit is on hold from the day after, until it is reviewed.",
    )
    credit_deposit_percent = fields.Float(
        string="Deposit asked for (%)", readonly=True, tracking=True
    )
    payer_rating = fields.Selection(
        PAYER_RATINGS, default="new", required=True, readonly=True, index=True
    )
    payer_rating_reason = fields.Char(
        string="Rated because", compute="_compute_payer_rating_reason"
    )
    rated_debts = fields.Integer(string="Debts rated", readonly=True)
    rated_on_time = fields.Integer(string="Paid on time", readonly=True)
    rated_days_late = fields.Integer(string="Usual days late", readonly=True)
    rated_broken_promises = fields.Integer(string="Broken promises", readonly=True)

    # === COMPUTES === #

    @api.depends("partner_id.credit_limit", "company_id")
    def _compute_credit_limit(self):
        for root, cases in self.grouped(lambda case: case.company_id.root_id).items():
            cases = cases.with_company(root)
            # Not all else that is known of partners.
            cases.partner_id.fetch(["credit_limit"])
            for case in cases:
                case.credit_limit = case.partner_id.credit_limit

    @api.depends("payer_rating", "rated_debts")
    def _compute_payer_rating_reason(self):
        for case in self:
            case.payer_rating_reason = case._get_rating_sentence()

    def _get_rating_sentence(self):
        self.ensure_one()
        if not self.rated_debts:
            return self.env._("No invoice was due within a year.")
        return self.env._(
            "%(on_time)s of %(debts)s debts paid on time within a year, usually "
            "%(when)s, %(broken)s broken promises.",
            on_time=self.rated_on_time,
            debts=self.rated_debts,
            when=self._get_usual_day(),
            broken=self.rated_broken_promises,
        )

    def _get_usual_day(self):
        days = self.rated_days_late
        if not days:
            return self.env._("on the day")
        if days < 0:
            return self.env._("%(days)s days early", days=-days)
        return self.env._("%(days)s days late", days=days)

    # === CRUD === #

    def write(self, vals):
        """Override of `base`: credit is decided by a review, not by editing the case."""
        if not self.env.su and not DECIDED_FIELDS.isdisjoint(vals):
            raise AccessError(
                self.env._(
                    "Credit is decided by a credit review: open one from the customer's "
                    "file."
                )
            )
        return super().write(vals)

    # === BUSINESS === #

    def _get_credit_case(self):
        """Give the case that holds the decision on credit: that of the root company."""
        self.ensure_one()
        root = self.sudo().company_id.root_id
        return self if self.company_id == root else self.partner_id._ar_ensure_case(root)

    def _get_exposure(self, exclude=None):
        """Give what the customer could cost the root company and its branches now.

        :param exclude: documents that are left out
        :return: an `Exposure`, amounts in the root company's currency
        """
        self.ensure_one()
        engine = self.env["ar.credit.exposure"]
        partner_id = self.partner_id.id
        return engine._get_exposures(self.company_id, [partner_id], exclude)[partner_id]

    def _on_limit_changed(self, limit):
        """Have the state say what core's field means: an amount, or unlimited.

        Credit that nobody has decided on, and none, stay as they are for 0.
        """
        for case in self:
            state = "limit" if limit else "unlimited"
            if case.credit_state == state or (not limit and case.credit_state != "limit"):
                continue
            case.credit_state = state
            case._log("credit_decided", self.env._("Credit limit of accounting: %s", limit))

    @api.model
    def _take_over_credit(self, company):
        """Keep what accounting has decided, for customers who were invoiced before.

        SQL: at installation there may be hundreds of thousands of them.
        """
        case_ids = self._ensure_cases(company, self._get_customers_of(company)).values()
        limits = self.env["res.partner"].with_company(company)
        query = limits.with_context(active_test=False)._search([], bypass_access=True)
        limit = limits._field_to_sql("res_partner", "credit_limit", query)
        in_use = company.account_use_credit_limit
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_collection_case c
                   SET credit_state = CASE WHEN %s AND p.credit_limit > 0
                                           THEN 'limit' ELSE 'unlimited' END
                  FROM (%s) p
                 WHERE p.id = c.partner_id AND c.credit_state = 'undecided'
                   AND c.id = ANY(%s)
                """,
                in_use,
                query.select(SQL('"res_partner".id'), SQL("%s AS credit_limit", limit)),
                list(case_ids),
            )
        )
        self.invalidate_model(["credit_state"])

    def _use_credit(self):
        """Claim the customers' credit for this transaction.

        Of two that use it at the same moment the later one waits, fails, and is started
        again by Odoo with fresh data: a snapshot must not be decided on twice.
        """
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_collection_case SET credit_counter = credit_counter + 1
                 WHERE id IN (SELECT id FROM ar_collection_case WHERE id = ANY(%s)
                           ORDER BY id FOR NO KEY UPDATE)
                """,
                self.ids,
            ),
            log_exceptions=False,
        )
        self.invalidate_recordset(["credit_counter"])
