"""Rules of late fees and interest: what lateness costs, for whom, and how it is booked."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import format_amount

from ..tools.charges import Terms
from ..tools.fees import AmountTier, Caps, DayTier, ReminderFeeTerms, check_tiers
from ..tools.interest import InterestTerms


class ArLateFeeRule(models.Model):
    _name = "ar.late.fee.rule"
    _description = "Rule of Late Fees and Interest"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_on = fields.Boolean(
        string="Chosen", copy=False, help="Nothing is charged under a rule that is not chosen."
    )
    company_id = fields.Many2one("res.company", default=lambda self: self.env.company)
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    sentence = fields.Char(compute="_compute_sentence", string="In one sentence")
    legal_basis = fields.Text(
        translate=True, help="Printed with the charges: the law or the contract."
    )
    source = fields.Char(help="Where the figures come from.")
    confirmed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    confirmed_date = fields.Date(readonly=True, copy=False)

    # Who
    for_business = fields.Boolean(string="Businesses", default=True)
    for_consumer = fields.Boolean(string="Consumers")
    for_public = fields.Boolean(string="Public bodies", default=True)
    country_ids = fields.Many2many("res.country", string="Countries")
    partner_ids = fields.Many2many(
        "res.partner", string="Only for customers", help="Empty: all that fit otherwise."
    )
    date_from = fields.Date(string="Debts due from")
    date_to = fields.Date(string="Debts due until")
    exempt_product_ids = fields.Many2many(
        "product.product",
        string="Exempt products",
        help="Invoices with one of these products bear no charge.",
    )

    # Flat sum
    tier_ids = fields.One2many("ar.late.fee.tier", "rule_id", string="Tiers", copy=True)
    is_base_original = fields.Boolean(
        string="Tiers by the original amount",
        help="Otherwise by what was open on the day after due.",
    )
    is_less_reminder_fees = fields.Boolean(
        string="Reminder fees count against the flat sum"
    )

    # Percentage for each full period
    period_percent = fields.Float(digits=(8, 4))
    period_days = fields.Integer()

    # Reminder fee
    reminder_fee = fields.Monetary()
    reminder_earliest_days = fields.Integer(string="Not before day")
    reminder_max_count = fields.Integer(string="Reminder fees at most")
    reminder_max_total = fields.Monetary(string="Reminder fees in sum at most")
    is_reminder_per_debt = fields.Boolean(
        string="A fee for each debt", help="Otherwise one fee for each notice."
    )

    # Interest
    has_interest = fields.Boolean(string="Interest")
    interest_percent = fields.Float(
        string="Percent a year",
        digits=(8, 4),
        help="The yearly rate, or the margin over the reference rate.",
    )
    reference_id = fields.Many2one("ar.reference.rate", string="Over")
    is_fixed_at_start = fields.Boolean(
        string="Rate of the first day", help="Later changes of the reference rate do not count."
    )
    round_up_to = fields.Float(
        string="Reference rounded up to", digits=(8, 4), help="0.5 in Finland; 0: not rounded."
    )
    ceiling_percent = fields.Float(string="Ceiling rate", digits=(8, 4))
    day_count = fields.Selection(
        [
            ("act/365", "Actual days / 365"),
            ("act/360", "Actual days / 360"),
            ("act/act", "Actual days / days of the year"),
            ("30/360", "30 days / 360"),
        ],
        default="act/365",
        required=True,
    )
    is_rounded_daily = fields.Boolean(string="Round each day")
    frequency = fields.Selection(
        [
            ("once", "Once, with the first notice"),
            ("level", "With each notice"),
            ("month", "At the end of each month"),
            ("payment", "When the debt is paid"),
        ],
        default="level",
        required=True,
    )
    grace_days = fields.Integer(help="Days after due that cost nothing.")

    # Limits
    minimum_amount = fields.Monetary(string="Not under")
    cap_debt = fields.Monetary(string="At most for a debt")
    cap_year = fields.Monetary(string="At most for a debt in a year")
    waive_below = fields.Monetary(
        string="Waive by itself under", help="When the principal is paid. 0: never."
    )
    waive_days = fields.Integer(
        string="Waive when paid within (days)",
        help="When the principal is paid within so many days of the notice. 0: never.",
    )

    waive_after_days = fields.Integer(
        string="Waive by itself after (days)",
        help="So many days after the principal was paid, what is not paid of the "
        "charge is waived. 0: never.",
    )

    # Booking
    mode = fields.Selection(
        [
            ("memo", "Shown in letters, not booked"),
            ("proposal", "Proposed: a person decides"),
            ("automatic", "Booked with the notice"),
        ],
        default="proposal",
        required=True,
    )
    document_type = fields.Selection(
        [("out_invoice", "Customer invoice"), ("entry", "Journal entry")],
        default="out_invoice",
        required=True,
    )
    product_id = fields.Many2one("product.product", check_company=True)
    account_id = fields.Many2one("account.account", check_company=True)
    journal_id = fields.Many2one("account.journal", check_company=True)
    tax_ids = fields.Many2many(
        "account.tax",
        domain=[("type_tax_use", "=", "sale")],
        help="Empty: no tax, as for statutory interest and compensation in most countries.",
    )

    _not_negative = models.Constraint(
        "CHECK(interest_percent >= 0 AND period_percent >= 0 AND period_days >= 0"
        " AND reminder_fee >= 0 AND grace_days >= 0 AND minimum_amount >= 0"
        " AND cap_debt >= 0 AND cap_year >= 0 AND ceiling_percent >= 0)",
        "Rates, amounts and days of a rule cannot be negative.",
    )

    # === COMPUTES === #

    @api.depends(
        "has_interest", "interest_percent", "reference_id", "grace_days", "tier_ids",
        "reminder_fee", "period_percent", "period_days", "currency_id",
    )  # fmt: skip
    def _compute_sentence(self):
        for rule in self:
            parts = list(filter(None, rule._get_sentence_parts()))
            rule.sentence = ", ".join(parts) or self.env._("No interest and no fees")

    def _get_sentence_parts(self):
        self.ensure_one()
        start = (
            self.env._("from day %(day)s after due", day=self.grace_days + 1)
            if self.grace_days
            else self.env._("from the day after due")
        )
        if self.has_interest and self.reference_id:
            yield self.env._(
                "%(percent)g %% over %(rate)s %(start)s",
                percent=self.interest_percent,
                rate=self.reference_id.name,
                start=start,
            )
        elif self.has_interest:
            yield self.env._(
                "%(percent)g %% a year %(start)s", percent=self.interest_percent, start=start
            )
        flat = self.tier_ids.filtered(lambda tier: tier.kind == "amount")
        if flat:
            sums = "/".join(f"{tier.fee:g}" for tier in flat.sorted("amount_from"))
            yield self.env._(
                "%(sums)s %(currency)s once", sums=sums, currency=self.currency_id.name
            )
        steps = self.tier_ids.filtered(lambda tier: tier.kind == "days").sorted("days_from")
        for tier in steps:
            yield self.env._(
                "%(percent)g %% from day %(day)s", percent=tier.percent, day=tier.days_from
            )
        if self.period_percent and self.period_days:
            yield self.env._(
                "%(percent)g %% for each full %(days)s days",
                percent=self.period_percent,
                days=self.period_days,
            )
        if self.reminder_fee:
            yield self.env._(
                "%(fee)s for a reminder",
                fee=format_amount(self.env, self.reminder_fee, self.currency_id),
            )

    # === CONSTRAINS === #

    @api.constrains("tier_ids")
    def _check_tiers(self):
        for rule in self:
            for kind, name in (("amount", "amount_from"), ("days", "days_from")):
                tiers = rule.tier_ids.filtered(lambda tier, kind=kind: tier.kind == kind)
                if check_tiers([(tier[name], tier.fee) for tier in tiers]) == "overlap":
                    raise ValidationError(
                        self.env._(
                            "Two tiers of “%(rule)s” begin at the same point: "
                            "give each its own.",
                            rule=rule.name,
                        )
                    )

    @api.constrains("cap_debt", "cap_year", "minimum_amount")
    def _check_caps(self):
        for rule in self:
            caps = [cap for cap in (rule.cap_debt, rule.cap_year) if cap]
            if caps and min(caps) < rule.minimum_amount:
                raise ValidationError(
                    self.env._(
                        "A cap of “%(rule)s” is under its minimum: nothing could "
                        "ever be charged.",
                        rule=rule.name,
                    )
                )

    @api.constrains("is_on", "mode", "product_id", "account_id", "document_type")
    def _check_booking(self):
        """Refuse a rule that books but does not say where to."""
        for rule in self.filtered(lambda rule: rule.is_on and rule.mode != "memo"):
            if not rule._get_income_account(rule.company_id or self.env.company):
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” needs an income account: choose one, "
                        "or a product that has one.",
                        rule=rule.name,
                    )
                )

    @api.constrains("date_from", "date_to")
    def _check_dates(self):
        if self.filtered(lambda r: r.date_from and r.date_to and r.date_from > r.date_to):
            raise ValidationError(self.env._("A rule must start before it ends."))

    # === ACTIONS === #

    def action_choose(self):
        """Put rules in force; the person who does so vouches for their figures."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.write(
            {
                "is_on": True,
                "confirmed_by_id": self.env.uid,
                "confirmed_date": self.env.company._ar_today(),
            }
        )

    def action_drop(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.is_on = False

    # === BUSINESS === #

    @api.model
    def _get_candidates(self, company):
        """Give the rules in force for `company`, in the order they are tried."""
        return self.search(
            Domain("is_on", "=", True)
            & Domain("company_id", "in", [False, *company.sudo().parent_ids.ids])
        )

    def _fits(self, partner_id, kind, country_id, due):
        """Tell whether a debt of a customer falls under this rule."""
        self.ensure_one()
        return (
            self[f"for_{kind}"]
            and (not self.country_ids or country_id in self.country_ids._ids)
            and (not self.partner_ids or partner_id in self.partner_ids._ids)
            and (not self.date_from or due >= self.date_from)
            and (not self.date_to or due <= self.date_to)
        )

    def _get_income_account(self, company):
        """Give the rule's account, its product's, or that of the sales journal.

        :return: an account; empty where the product has none
        """
        self.ensure_one()
        rule = self.with_company(company)
        if rule.account_id:
            return rule.account_id
        if rule.product_id:
            accounts = rule.product_id.product_tmpl_id.get_product_accounts()
            return accounts["income"] or rule.account_id
        journal = self.env["account.journal"].sudo().search(
            [("type", "=", "sale"), ("company_id", "parent_of", company.ids)], limit=1
        )
        return (rule.journal_id or journal).default_account_id

    def _get_terms(self, currency, company, day):
        """Give the rule as plain values, amounts in the currency of a debt.

        :rtype: odoo.addons.ar_collections.tools.charges.Terms
        """
        self.ensure_one()

        def money(amount):
            converted = self.currency_id._convert(amount, currency, company, day)
            return Decimal(str(currency.round(converted)))

        tiers = self.tier_ids
        return Terms(
            flat_tiers=tuple(
                AmountTier(money(tier.amount_from), money(tier.fee))
                for tier in tiers
                if tier.kind == "amount"
            ),
            is_base_original=self.is_base_original,
            is_less_reminder_fees=self.is_less_reminder_fees,
            day_tiers=tuple(
                DayTier(tier.days_from, Decimal(str(tier.percent)))
                for tier in tiers
                if tier.kind == "days"
            ),
            percent_per_period=self._get_period_terms(),
            reminder=self._get_reminder_terms(money),
            interest=self._get_interest_terms(),
            frequency=self.frequency,
            grace_days=self.grace_days,
            caps=Caps(
                money(self.minimum_amount),
                money(self.cap_debt) if self.cap_debt else None,
                money(self.cap_year) if self.cap_year else None,
            ),
        )

    def _get_period_terms(self):
        if not (self.period_percent and self.period_days):
            return None
        return (Decimal(str(self.period_percent)), self.period_days)

    def _get_reminder_terms(self, money):
        if not self.reminder_fee:
            return None
        return ReminderFeeTerms(
            money(self.reminder_fee),
            self.reminder_earliest_days,
            self.reminder_max_count,
            money(self.reminder_max_total) if self.reminder_max_total else None,
        )

    def _get_interest_terms(self):
        if not self.has_interest:
            return None
        return InterestTerms(
            Decimal(str(self.interest_percent)),
            reference=self.reference_id._get_plain() if self.reference_id else None,
            is_fixed_at_start=self.is_fixed_at_start,
            round_up_to=Decimal(str(self.round_up_to)),
            ceiling=Decimal(str(self.ceiling_percent)) if self.ceiling_percent else None,
            day_count=self.day_count,
            is_rounded_daily=self.is_rounded_daily,
        )
