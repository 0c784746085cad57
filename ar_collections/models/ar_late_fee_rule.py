"""Rules of late fees and interest: what lateness costs, for whom, and how it is booked."""

from odoo import fields, models


class ArLateFeeRule(models.Model):
    _name = "ar.late.fee.rule"
    _description = "Rule of Late Fees and Interest"
    _inherit = "ar.guarded.mixin"
    _order = "is_on desc, sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_on = fields.Boolean(
        string="In force",
        copy=False,
        help="Nothing is charged under a rule that is not in force.",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
        help="Counts for its branches too. A ready rule has none until it is chosen.",
    )
    ready_id = fields.Many2one(
        "ar.late.fee.rule",
        string="Made from",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The ready rule that this one was chosen from.",
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    is_no_interest = fields.Boolean(
        string="No interest",
        help="Customers of this rule bear no interest, whatever other rules say. An "
        "agreed flat sum is possible.",
    )
    note = fields.Text(
        translate=True, help="What whoever confirms the rule should know."
    )
    legal_basis = fields.Text(
        string="Legal basis",
        translate=True, help="Printed with the charges: the law or the contract."
    )
    source = fields.Char(help="Where the figures come from.")
    source_date = fields.Date(
        string="Figures of", help="The day as of which the figures were taken down."
    )
    confirmed_by_id = fields.Many2one(
        "res.users", string="Confirmed by", readonly=True, copy=False
    )
    confirmed_date = fields.Date(string="Confirmed on", readonly=True, copy=False)

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

    level_ids = fields.Many2many(
        "ar.followup.level",
        "ar_followup_level_late_fee_rule_rel",
        "rule_id",
        "level_id",
        string="Levels",
        readonly=True,
        copy=False,
        help="Levels whose notices charge by this rule; empty: all.",
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
    period_percent = fields.Float(
        string="Percent for each period",
        digits=(8, 4),
        help="Of what is overdue, for each full period of so many days.",
    )
    period_days = fields.Integer(string="Days of a period")

    # Reminder fee
    reminder_fee = fields.Monetary(
        string="Reminder fee", help="Never in the first notice after due."
    )
    reminder_earliest_days = fields.Integer(string="Not before day")
    reminder_max_count = fields.Integer(
        string="Reminder fees at most",
        help="For a debt. The fee of a notice counts for all debts that it reminds of.",
    )
    reminder_max_total = fields.Monetary(
        string="Reminder fees in sum at most",
        help="For a debt. The fee of a notice counts for all debts that it reminds of.",
    )
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
    reference_id = fields.Many2one(
        "ar.reference.rate", string="Over", ondelete="restrict", index="btree_not_null"
    )
    is_fixed_at_start = fields.Boolean(
        string="Rate of the first day", help="Later changes of the reference rate do not count."
    )
    round_up_to = fields.Float(
        string="Reference rounded up to", digits=(8, 4), help="0.5 in Finland; 0: not rounded."
    )
    ceiling_percent = fields.Float(
        string="Ceiling rate",
        digits=(8, 4),
        help="No more than this percent a year. 0: no ceiling.",
    )
    day_count = fields.Selection(
        [
            ("act/365", "Actual days / 365"),
            ("act/360", "Actual days / 360"),
            ("act/act", "Actual days / days of the year"),
            ("30/360", "30 days / 360"),
        ],
        string="Day count",
        default="act/365",
        required=True,
    )
    is_rounded_daily = fields.Boolean(
        string="Round each day",
        help="Each day's interest is rounded, otherwise the sum once.",
    )
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
    grace_days = fields.Integer(
        string="Grace days", help="Days after due that cost nothing."
    )

    # Limits
    minimum_amount = fields.Monetary(string="Not under")
    cap_debt = fields.Monetary(
        string="At most for a debt",
        help="All charges together. Each instalment of an invoice is a debt.",
    )
    cap_year = fields.Monetary(
        string="At most for a debt in a year",
        help="All charges of a calendar year together. Each instalment is a debt.",
    )
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
        string="Booked as",
        default="out_invoice",
        required=True,
    )
    product_id = fields.Many2one("product.product", check_company=True)
    account_id = fields.Many2one(
        "account.account",
        string="Income account",
        check_company=True,
        domain=[("account_type", "in", ("income", "income_other"))],
    )
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        domain="[('type', '=', 'sale' if document_type == 'out_invoice' else 'general')]",
    )
    tax_ids = fields.Many2many(
        "account.tax",
        check_company=True,
        domain=[("type_tax_use", "=", "sale")],
        help="Empty: no tax, as for statutory interest and compensation in most countries.",
    )

    _not_negative = models.Constraint(
        "CHECK(interest_percent >= 0 AND period_percent >= 0 AND period_days >= 0"
        " AND reminder_fee >= 0 AND grace_days >= 0 AND minimum_amount >= 0"
        " AND cap_debt >= 0 AND cap_year >= 0 AND ceiling_percent >= 0"
        " AND reminder_earliest_days >= 0 AND reminder_max_count >= 0"
        " AND reminder_max_total >= 0 AND round_up_to >= 0 AND waive_below >= 0"
        " AND waive_days >= 0 AND waive_after_days >= 0)",
        "Rates, amounts and days of a rule cannot be negative.",
    )

    _on_needs_company = models.Constraint(
        "CHECK(is_on IS NOT TRUE OR company_id IS NOT NULL)",
        "A ready rule belongs to nobody: choose it, and your company gets its own.",
    )

    # === BUSINESS === #

    def _has_charges(self):
        """Tell whether anything is charged by the rule at all."""
        self.ensure_one()
        return bool(
            self.has_interest or self.tier_ids or self.period_percent or self.reminder_fee
        )
