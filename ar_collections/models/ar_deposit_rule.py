"""Rules of deposits: who pays something in advance, how much, and when."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .ar_deposit_milestone import RULE_IS_SAVED

# A change of one of these, or of a part, makes a new version of the terms.
_TERMS_FIELDS = frozenset(
    {
        "kind",
        "percent",
        "fixed_amount",
        "share_unit",
        "due_days",
        "text",
        "consequence",
    }
)


class ArDepositRule(models.Model):
    _name = "ar.deposit.rule"
    _description = "Deposit Rule"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_on = fields.Boolean(
        string="In use",
        default=True,
        copy=False,
        help="No deposit is asked for under a rule that is not in use.",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Branches of the company use the rule too. Empty: all companies.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="The currency of the rule's amounts. Documents in another currency are "
        "compared at the rate of their day, unless the rule has amounts of their own.",
    )
    sentence = fields.Char(compute="_compute_sentence", string="In one sentence")
    version = fields.Integer(
        default=1,
        readonly=True,
        copy=False,
        help="Rises with each change of what the customer agrees to.",
    )

    # When
    for_orders = fields.Boolean(string="Orders", default=True)
    for_invoices = fields.Boolean(
        string="Invoices without an order",
        default=lambda self: "sale.order" not in self.env,
        help="The invoice stays one invoice: VAT falls on all of it at once. Where tax is "
        "to fall on the deposit alone, use orders and their down payments.",
    )
    is_for_new = fields.Boolean(
        string="New customers only",
        help="Customers who have never paid an invoice of the company.",
    )
    for_undecided = fields.Boolean(
        string="Credit not decided",
        help="Only where the settings say that new customers pay first.",
    )
    for_none = fields.Boolean(string="No credit")
    for_limit = fields.Boolean(string="Credit limit")
    for_unlimited = fields.Boolean(string="Unlimited credit")
    for_rating_new = fields.Boolean(string="Not rated yet")
    for_rating_good = fields.Boolean(string="Good payers")
    for_rating_slow = fields.Boolean(string="Slow payers")
    for_rating_poor = fields.Boolean(string="Poor payers")
    amount_from = fields.Monetary(
        string="From", help="Total with taxes of the order or invoice."
    )
    amount_ids = fields.One2many(
        "ar.deposit.rule.amount", "rule_id", string="Other currencies", copy=True
    )
    product_categ_ids = fields.Many2many(
        "product.category",
        string="Product categories",
        help="At least one product is of one of these, or of one below. Empty: all.",
    )
    country_ids = fields.Many2many(
        "res.country", string="Countries", help="Empty: all countries."
    )

    # How much
    kind = fields.Selection(
        [
            ("percent", "A percentage"),
            ("fixed", "A fixed amount"),
            ("all", "Everything in advance"),
            ("milestones", "Parts, at milestones"),
        ],
        string="Deposit",
        required=True,
        default="percent",
    )
    percent = fields.Float(default=30.0, digits=(6, 2))
    fixed_amount = fields.Monetary(string="Amount")
    share_unit = fields.Selection(
        [("parts", "Parts, such as 1 + 1 + 1 for thirds"), ("percent", "Percent")],
        string="Shares are",
        required=True,
        default="parts",
    )
    milestone_ids = fields.One2many(
        "ar.deposit.milestone", "rule_id", string="Milestones", copy=True
    )

    until_paid = fields.Selection(
        [
            ("wait", "The order waits for it"),
            ("warn", "The order may be confirmed, with a warning"),
        ],
        string="Until it is paid",
        required=True,
        default="wait",
        help="Where a warning is enough, customers who cannot pay online confirm with their "
        "signature alone. And “Everything in advance” is then no more than the percentage "
        "that the settings of Sales ask of all customers online, where they do.",
    )

    # When due, and in which words
    due_days = fields.Integer(
        string="Due within days",
        default=7,
        help="Counted from the down-payment invoice, or from the date of the invoice.",
    )
    text = fields.Text(
        string="Terms",
        translate=True,
        help="Printed with the deposit on quotation and invoice.",
    )
    consequence = fields.Char(
        string="Without it",
        translate=True,
        default=lambda self: self.env._("Work starts when the deposit has arrived."),
        help="One sentence, printed: what happens while the deposit is not paid.",
    )

    _positive = models.Constraint(
        "CHECK(amount_from >= 0 AND fixed_amount >= 0 AND due_days >= 0)",
        "Amounts and days of a deposit rule cannot be negative: enter 0 or more.",
    )

    # === COMPUTES === #

    @api.depends(
        "kind", "percent", "fixed_amount", "milestone_ids.share", "share_unit", "due_days"
    )
    @api.depends_context("lang")
    def _compute_sentence(self):
        for rule in self:
            what = rule._get_what()
            rule.sentence = (
                self.env._(
                    "%(deposit)s, within %(days)s days", deposit=what, days=rule.due_days
                )
                if rule.due_days
                else self.env._("%(deposit)s, at once", deposit=what)
            )

    def _get_what(self):
        """Say how much the rule asks for."""
        self.ensure_one()
        if self.kind == "milestones":
            shares = [f"{one.percent:.2f}" for one in self.milestone_ids]
            return self.env._("In parts of %(shares)s %%", shares=" + ".join(shares))
        if self.kind == "all":
            return self.env._("Everything in advance")
        if self.kind == "fixed":
            amount = self.currency_id.format(self.fixed_amount)
            return self.env._("%(amount)s in advance", amount=amount)
        return self.env._("%(percent)s %% in advance", percent=f"{self.percent:g}")

    # === CONSTRAINTS === #

    @api.constrains("for_orders", "for_invoices")
    def _check_use(self):
        if any(not rule.for_orders and not rule.for_invoices for rule in self):
            raise ValidationError(
                self.env._(
                    "The rule asks nobody: tick orders, invoices without an order, or both."
                )
            )

    @api.constrains(
        "kind", "percent", "fixed_amount", "share_unit", "milestone_ids", "for_invoices"
    )
    def _check_how_much(self):
        for rule in self:
            if rule.kind == "percent" and not 0 < rule.percent <= 100:
                raise ValidationError(
                    self.env._("A deposit is more than 0 and at most 100 percent.")
                )
            if rule.kind == "fixed" and not rule.fixed_amount:
                raise ValidationError(self.env._("Enter the amount of the deposit."))
            if rule.kind == "all" and rule.for_invoices:
                raise ValidationError(
                    self.env._(
                        "An invoice cannot ask for everything in advance: untick “Invoices "
                        "without an order”, and give these customers payment terms that are "
                        "due at once."
                    )
                )
        self._check_milestones()

    def _check_milestones(self):
        for rule in self.filtered(lambda rule: rule.kind == "milestones"):
            rule.milestone_ids._check_shares()

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override to start with the first version, whatever parts come with the rule."""
        rules = super().create(vals_list)
        rules.write({"version": 1})
        return rules

    def write(self, vals):
        """Override to count the versions of the terms, one for all that is saved at once."""
        if "version" in vals:
            return super().write(vals)
        if vals.get("is_on") and "currency_id" not in vals:
            self._take_currency()
        versions = {rule: rule.version for rule in self}
        saved = self.with_context(ar_rule_is_saved=RULE_IS_SAVED)
        result = super(ArDepositRule, saved).write(vals)
        for rule, version in versions.items():
            if rule.version != version or not _TERMS_FIELDS.isdisjoint(vals):
                super(ArDepositRule, rule).write({"version": version + 1})
        return result

    def _take_currency(self):
        """Have ready rules count in the currency of the company that puts them to use.

        They came with the currency that the database had when it was made.
        """
        ready = self.filtered(lambda rule: not rule.is_on and not rule.company_id)
        ours = ready.sudo().get_external_id()
        for rule in ready.filtered(lambda rule: ours[rule.id].startswith("ar_collections.")):
            rule.currency_id = self.env.company.currency_id

    def _raise_version(self):
        for rule in self:
            rule.version += 1

    def copy_data(self, default=None):
        """Override to tell the copy from its original."""
        vals_list = super().copy_data(default=default)
        for rule, vals in zip(self, vals_list, strict=True):
            if "name" not in (default or {}):
                vals["name"] = self.env._("%s (copy)", rule.name)
        return vals_list


def to_decimal(amount, currency):
    """Give a float amount as the exact decimal of its currency."""
    return Decimal(f"{currency.round(amount):.{currency.decimal_places}f}")
