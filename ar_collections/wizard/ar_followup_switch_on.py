"""Switch policies on, with the counts before anything is sent."""

from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import split_every

from ..const import CUSTOMER_KINDS
from .ar_followup_preview import BATCH

BUCKETS = [
    ("not_due", "Not due yet"),
    ("30", "1 to 30 days overdue"),
    ("60", "31 to 60 days overdue"),
    ("90", "61 to 90 days overdue"),
    ("older", "More than 90 days overdue"),
]


def _get_bucket(days):
    """Give the code of the bucket for a debt so many days overdue."""
    if days <= 0:
        return "not_due"
    return next((str(last) for last in (30, 60, 90) if days <= last), "older")


class ArFollowupSwitchOn(models.TransientModel):
    _name = "ar.followup.switch.on"
    _description = "Switch Policies on"
    _inherit = "ar.window.mixin"

    policy_ids = fields.Many2many(
        "ar.followup.policy", string="Policies", readonly=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    start_date = fields.Date(
        required=True,
        help="Debts due before this day wait for the opening review: nothing is sent "
        "for them until somebody has decided.",
    )
    has_started = fields.Boolean(
        readonly=True,
        help="The start date was set when the first policy was switched on.",
    )
    counted_for = fields.Date(readonly=True)
    opening_count = fields.Integer(string="Under opening review", readonly=True)
    opening_amount = fields.Monetary(string="Amount under review", readonly=True)
    notice_count = fields.Integer(string="Notices in the first run", readonly=True)
    bucket_ids = fields.One2many(
        "ar.followup.switch.on.bucket", "wizard_id", string="Debts followed up"
    )
    kind_ids = fields.One2many(
        "ar.followup.switch.on.kind", "wizard_id", string="Customers"
    )

    # === ACTIONS === #

    @api.model
    def _open_for(self, policies):
        """Open the window with the counts for today's start.

        :raise UserError: for policies of several companies, or already switched on
        :raise ValidationError: for a ladder that cannot be climbed
        """
        company = self._get_company(policies)
        settings = company._ar_get_settings_company()
        wizard = self.create(
            {
                "policy_ids": [Command.set(policies.ids)],
                "company_id": settings.id,
                "start_date": settings.ar_start_date or company._ar_today(),
                "has_started": bool(settings.ar_start_date),
            }
        )
        return wizard.action_count()

    @api.model
    def _get_company(self, policies):
        for policy in policies:
            if policy.is_on:
                raise UserError(
                    self.env._(
                        "“%(policy)s” is switched on already.", policy=policy.name
                    )
                )
        if len(policies.company_id) > 1:
            raise UserError(
                self.env._("Switch on the policies of one company at a time.")
            )
        return policies.company_id or self.env.company

    def action_count(self):
        """Count what the first run would find, and show it."""
        self.ensure_one()
        self._check_may_switch()
        counts = self._count()
        self.write(
            {
                "counted_for": self.start_date,
                "opening_count": counts["opening_count"],
                "opening_amount": counts["opening_amount"],
                "notice_count": sum(
                    notices for _c, notices in counts["kinds"].values()
                ),
                "bucket_ids": [Command.clear(), *self._get_buckets(counts["buckets"])],
                "kind_ids": [Command.clear(), *self._get_kinds(counts["kinds"])],
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Switch on"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def action_switch_on(self):
        """Switch the policies on; after a change of the start date, count first."""
        self.ensure_one()
        self._check_may_switch()
        if self.counted_for != self._get_start_date():
            return self.action_count()
        self._apply()
        return {"type": "ir.actions.act_window_close"}

    # === BUSINESS === #

    def _check_may_switch(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.company_id.check_access("read")

    def _get_start_date(self):
        return self.company_id.ar_start_date or self.start_date

    def _apply(self):
        company = self.company_id.sudo()
        if not company.ar_start_date:
            company.ar_start_date = self.start_date
        self.policy_ids.is_on = True

    def _count(self):
        """Switch on, look, and take it back: the counts are those of a real run."""
        counts = {
            "opening_count": 0,
            "opening_amount": 0.0,
            "buckets": defaultdict(lambda: [0, 0.0]),
            "kinds": defaultdict(lambda: [0, 0]),
        }
        policies = self.policy_ids
        with self.env.cr.savepoint() as savepoint:
            self._apply()
            for company in self._get_companies():
                for decided in self._decide_all(company):
                    if decided.policy in policies:
                        self._add_to(counts, decided, company._ar_today())
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        # Access rules that were read meanwhile are those of a company that has started.
        self.env.registry.clear_cache()
        return counts

    def _get_companies(self):
        """Give the company and its branches that the policies serve."""
        companies = self.env["res.company"].sudo()
        return companies.search([("id", "child_of", self.company_id.id)])

    def _get_first_day(self, company):
        """Give the first day from the start on which all the policies may speak."""
        day = max(company._ar_today(), self._get_start_date())
        for policy in self.policy_ids:
            day = policy._get_business_days(company, day).forward(day)
        return day

    def _decide_all(self, company):
        planner = self.env["ar.followup.planner"].sudo()
        run = self.env["ar.followup.run"].new({"company_id": company.id})
        day = self._get_first_day(company)
        for partner_ids in split_every(BATCH, planner._get_open_partner_ids(run)):
            yield from planner._decide_all(company, list(partner_ids), day)

    def _add_to(self, counts, decided, today):
        kind = counts["kinds"][decided.customer.kind]
        kind[0] += 1
        kind[1] += len(decided.decision.proposals)
        for line in decided.decision.lines:
            amount = float(line.debt.open_company)
            if line.debt.review == "opening":
                counts["opening_count"] += 1
                counts["opening_amount"] += amount
            elif line.debt.review == "followed":
                bucket = counts["buckets"][_get_bucket((today - line.debt.due).days)]
                bucket[0] += 1
                bucket[1] += amount

    def _get_buckets(self, counts):
        return [
            Command.create(
                {
                    "bucket": code,
                    "debt_count": counts[code][0],
                    "amount": counts[code][1],
                }
            )
            for code, _label in BUCKETS
            if code in counts
        ]

    def _get_kinds(self, counts):
        return [
            Command.create(
                {
                    "kind": code,
                    "customer_count": counts[code][0],
                    "notice_count": counts[code][1],
                }
            )
            for code, _label in CUSTOMER_KINDS
            if code in counts
        ]


class ArFollowupSwitchOnBucket(models.TransientModel):
    _name = "ar.followup.switch.on.bucket"
    _description = "Debts of an Age when Switching on"
    _order = "id"

    wizard_id = fields.Many2one(
        "ar.followup.switch.on", required=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    bucket = fields.Selection(BUCKETS, string="Age")
    debt_count = fields.Integer(string="Debts")
    amount = fields.Monetary()


class ArFollowupSwitchOnKind(models.TransientModel):
    _name = "ar.followup.switch.on.kind"
    _description = "Customers of a Kind when Switching on"
    _order = "id"

    wizard_id = fields.Many2one(
        "ar.followup.switch.on", required=True, ondelete="cascade"
    )
    kind = fields.Selection(CUSTOMER_KINDS, string="Customer kind")
    customer_count = fields.Integer(string="Customers")
    notice_count = fields.Integer(string="First notices")
