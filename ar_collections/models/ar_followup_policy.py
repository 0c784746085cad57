"""Policies: a ladder with its rules, and who climbs it."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..const import CUSTOMER_KINDS
from ..tools.ladder_values import Rules


class ArFollowupPolicy(models.Model):
    _name = "ar.followup.policy"
    _description = "Follow-up Policy"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_on = fields.Boolean(
        string="Switched on",
        copy=False,
        help="Nothing is sent under a policy that is not switched on.",
    )
    company_id = fields.Many2one(
        "res.company",
        default=lambda self: self.env.company,
        help="Branches of the company use the policy too. Empty: all companies.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="The currency of the policy's amounts.",
    )
    level_ids = fields.One2many("ar.followup.level", "policy_id", string="Levels", copy=True)
    description = fields.Text(translate=True)

    # Who
    for_business = fields.Boolean(string="Businesses", default=True)
    for_consumer = fields.Boolean(string="Consumers", default=True)
    for_public = fields.Boolean(string="Public bodies", default=True)
    country_ids = fields.Many2many(
        "res.country", string="Countries", help="Empty: all countries."
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        string="Customer tags",
        help="Customers with one of these tags. Empty: all customers.",
    )

    # Pace
    calendar_id = fields.Many2one(
        "resource.calendar",
        string="Working calendar",
        default=lambda self: self.env.company.resource_calendar_id,
        help="Nothing is sent on days off. Empty: every day counts.",
    )
    min_interval_days = fields.Integer(
        string="Days between notices for a debt", default=7
    )
    customer_interval_days = fields.Integer(
        string="Days between notices to a customer", default=7
    )
    minimum_amount = fields.Monetary(
        default=10.0,
        help="Below this overdue amount (after credits, per currency) nothing is sent "
        "after the due date.",
    )
    min_reminders = fields.Integer(
        string="Reminders before a formal notice",
        default=3,
        help="So many notices after the due date must have reached the customer.",
    )
    is_approval_needed = fields.Boolean(
        string="Approve each notice",
        default=True,
        help="Notices wait until a person has approved them.",
    )

    _positive = models.Constraint(
        "CHECK(min_interval_days >= 0 AND customer_interval_days >= 0"
        " AND minimum_amount >= 0 AND min_reminders >= 0)",
        "Intervals, minimum and number of reminders cannot be negative: enter 0 or more.",
    )

    # === CONSTRAINS === #

    @api.constrains("level_ids", "min_reminders", "is_on")
    def _check_ladder(self):
        """Refuse a ladder that cannot be climbed (L5): no levels, equal days,
        a formal level before enough reminders."""
        for policy in self:
            if policy.is_on and not policy.level_ids:
                raise ValidationError(
                    self.env._(
                        "“%(policy)s” has no levels: add one before you switch it on.",
                        policy=policy.name,
                    )
                )
            policy.level_ids._check_days()
            policy._check_formal_levels()

    def _check_formal_levels(self):
        """Refuse a formal level that no kind of customer could ever reach (L5)."""
        self.ensure_one()
        for level in self.level_ids.filtered("is_formal"):
            kinds = [level.for_kind] if level.for_kind else list(dict(CUSTOMER_KINDS))
            count = max(self._count_reminders_before(level, kind) for kind in kinds)
            if count < self.min_reminders:
                raise ValidationError(
                    self.env._(
                        "The formal level “%(level)s” could never be reached: "
                        "%(count)s reminders come before it, and the policy asks "
                        "for %(needed)s. Add levels, or ask for fewer reminders.",
                        level=level.name,
                        count=count,
                        needed=self.min_reminders,
                    )
                )

    def _count_reminders_before(self, formal, kind):
        """Count the reminders, repeats included, that a kind gets before a formal level."""
        return sum(
            1 + (level.repeat_max if level.repeat_days else 0)
            for level in self.level_ids
            if 0 < level.days < formal.days
            and not level.is_formal
            and level.for_kind in (False, kind)
        )

    # === CRUD === #

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Keep the ladder that notices were sent under: deleting it deletes its levels."""
        self.with_context(active_test=False).level_ids._unlink_except_used()

    # === ACTIONS === #

    def action_switch_off(self):
        """Send nothing under the policies any more."""
        self.is_on = False

    # === BUSINESS === #

    @api.model
    def _get_candidates(self, company):
        """Give the policies in force for `company`, in the order they are tried."""
        return self.search(
            Domain("is_on", "=", True)
            & Domain("company_id", "in", [False, *company.sudo().parent_ids.ids])
        )

    def _fits(self, kind, country_id, category_ids):
        """Tell whether a customer climbs this ladder.

        :param kind: one of the customer kinds
        :param category_ids: a set of the ids of the customer's tags
        """
        self.ensure_one()
        return (
            self[f"for_{kind}"]
            and (not self.country_ids or country_id in self.country_ids._ids)
            and (not self.category_ids or not category_ids.isdisjoint(self.category_ids._ids))
        )

    def _get_fit_sql(self, partner):
        """Give the condition under which a customer climbs this ladder (see `_fits`).

        :param partner: the alias of `res_partner` in the query
        """
        self.ensure_one()
        kinds = [kind for kind in ("business", "consumer", "public") if self[f"for_{kind}"]]
        kind = SQL.identifier(partner, "ar_customer_kind")
        conditions = [SQL("COALESCE(%s, 'consumer') = ANY(%s)", kind, kinds)]
        if self.country_ids:
            country = SQL.identifier(partner, "country_id")
            conditions.append(SQL("%s = ANY(%s)", country, self.country_ids.ids))
        if self.category_ids:
            conditions.append(
                SQL(
                    "EXISTS (SELECT 1 FROM res_partner_res_partner_category_rel r"
                    " WHERE r.partner_id = %s AND r.category_id = ANY(%s))",
                    SQL.identifier(partner, "id"),
                    self.category_ids.ids,
                )
            )
        return SQL(" AND ").join(conditions)

    def _get_rules(self, company, day):
        """Give the policy as plain values for the pure ladder.

        Amounts are converted to the company's currency at `day`.
        """
        self.ensure_one()
        settings = company._ar_get_settings_company()
        return Rules(
            [level._get_rule(company, day) for level in self.level_ids],
            min_interval=self.min_interval_days,
            customer_interval=self.customer_interval_days,
            minimum=self._to_company_amount(self.minimum_amount, company, day),
            min_reminders=self.min_reminders,
            days=self._get_business_days(company, day),
            bank_known=company._ar_get_bank_known() if settings.ar_is_bank_gated else None,
            is_paused=self._is_paused(company, day),
        )

    def _is_paused(self, company, day):
        """Tell whether nothing is said on `day`: everything is paused, or this policy."""
        pauses = self.env["ar.followup.pause"].sudo().search(
            [
                ("company_id", "in", company.sudo().parent_ids.ids),
                ("date_from", "<=", day),
                ("date_until", ">=", day),
            ]
        )
        return company._ar_is_paused() or any(pause._covers(self) for pause in pauses)

    def _is_working(self, company, day):
        """Tell whether messages of the policy may leave on `day`."""
        is_open = self._get_business_days(company, day).is_open(day)
        return is_open and not self._is_paused(company, day)

    def _to_company_amount(self, amount, company, day):
        amount = self.currency_id._convert(amount, company.currency_id, company, day)
        return Decimal(str(company.currency_id.round(amount)))

    def _get_business_days(self, company, day):
        """Give the business days of the policy's working calendar around `day`."""
        return self.calendar_id.sudo()._ar_get_business_days(company, day)

    @api.model
    def _create_ready_policies(self, companies):
        """Give each root company the ready policies, switched off.

        The ladders and texts are data of the addon; see `data/ready_policies.py`.
        """
        from ..data.ready_policies import create_ready_policies

        create_ready_policies(self.env, companies.filtered(lambda c: not c.parent_id))
