"""Credit of groups of companies: the head's limit is that of all its members together."""

from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, ormcache

from ..tools import credit
from .res_partner_credit import CREDIT_READERS


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_credit_head_id = fields.Many2one(
        "res.partner",
        string="Credit counts with",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        groups=CREDIT_READERS,
        domain="[('is_company', '=', True), ('parent_id', '=', False), "
        "('ar_credit_head_id', '=', False), ('id', '!=', id)]",
        help="The head of the customer's group of companies. The credit limit of the head "
        "is that of the whole group; a limit of the customer's own counts besides.",
    )
    ar_credit_member_ids = fields.One2many(
        "res.partner",
        "ar_credit_head_id",
        string="Credit counts for",
        copy=False,
        groups=CREDIT_READERS,
    )

    # === CONSTRAINS === #

    @api.constrains("ar_credit_head_id")
    def _check_ar_credit_head(self):
        for partner in self.sudo().filtered("ar_credit_head_id"):
            head = partner.ar_credit_head_id
            if head == partner or head.commercial_partner_id != head:
                raise ValidationError(
                    self.env._("Choose the company that stands at the head of the group.")
                )
            if head.ar_credit_head_id or partner.ar_credit_member_ids:
                raise ValidationError(
                    self.env._(
                        "A group has one head: %(head)s belongs to another company, or "
                        "%(customer)s is a head itself.",
                        head=head.display_name,
                        customer=partner.display_name,
                    )
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: whose credit counts is decided by an approver."""
        partners = super().create(vals_list)
        if partners.sudo().ar_credit_head_id:
            self._ar_check_limit_writer()
            self.env.registry.clear_cache()
        return partners

    def write(self, vals):
        """Override of `base`: whose credit counts is decided by an approver."""
        if "ar_credit_head_id" not in vals:
            return super().write(vals)
        head_id = vals["ar_credit_head_id"]
        changed = self.sudo().filtered(lambda p: p.ar_credit_head_id.id != head_id)
        if not changed:
            return super(ResPartner, self._ar_as_approver(vals)).write(vals)
        self._ar_check_limit_writer()
        cases = self.env["ar.collection.case"].sudo()
        groups = cases._get_held_in_groups(changed)
        result = super(ResPartner, self._ar_as_approver(vals)).write(vals)
        self.env.registry.clear_cache()
        (groups | cases._get_held_in_groups(changed))._refresh_credit_holds()
        return result

    def _ar_as_approver(self, vals):
        """Let approvers say whose credit counts, who may not edit contacts otherwise."""
        is_approver = self.env.user.has_group(
            "ar_collections.ar_collections_group_credit_approver"
        )
        if vals.keys() != {"ar_credit_head_id"} or not is_approver:
            return self
        self.check_access("read")
        return self.sudo()


class ArCreditEngine(models.AbstractModel):
    _inherit = "ar.credit.engine"

    @api.model
    def _check(self, company, asked, exclude=None):
        """Override to look at the group that a customer belongs to, too."""
        checks = super()._check(company, asked, exclude)
        groups = self._get_group_members(list(asked))
        if not groups:
            return checks
        root = company.sudo().root_id
        for group, members in self._get_groups(root, groups, checks, exclude):
            for partner_id in members & checks.keys():
                check = checks[partner_id]
                is_head = partner_id == group.head_id
                reasons = credit.decide_member(check.reasons, group, check.asked, is_head)
                checks[partner_id] = check._replace(group=group, reasons=reasons)
        return checks

    def _get_groups(self, root, members_by_head, checks, exclude):
        """Give [(Group, ids of its members)], with what all of them use and ask for."""
        everyone = set().union(*members_by_head.values())
        exposures = {partner_id: check.exposure for partner_id, check in checks.items()}
        exposures |= self.env["ar.credit.exposure"]._get_exposures(
            root, list(everyone - checks.keys()), exclude
        )
        asked = {
            one: checks[one].asked if one in checks else credit.ZERO for one in everyone
        }
        # What one company has paid too much is not set off against another's debts.
        used = {one: max(exposures[one].total, -asked[one]) for one in everyone}
        terms = self.sudo()._get_terms(root, list(members_by_head))
        groups = []
        for head in self.env["res.partner"].sudo().browse(members_by_head):
            members = members_by_head[head.id]
            is_decided = terms[head.id].state != "undecided"
            group = credit.Group(
                head_id=head.id,
                name=head.name or "",
                is_decided=is_decided,
                limit=credit.get_limit(terms[head.id]) if is_decided else None,
                used=sum(used[one] for one in members),
                asked=sum(asked[one] for one in members),
            )
            groups.append((group, members))
        return groups

    def _get_group_members(self, partner_ids):
        """Give {head id: ids of all members with the head} of the groups of customers."""
        if not self._has_groups():
            return {}
        self.env["res.partner"].flush_model(["ar_credit_head_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT m.ar_credit_head_id, m.id
                  FROM res_partner m
                 WHERE m.ar_credit_head_id IN (
                           SELECT COALESCE(p.ar_credit_head_id, p.id)
                             FROM res_partner p WHERE p.id = ANY(%s))
                   AND m.commercial_partner_id = m.id
                   AND m.ar_credit_head_id <> m.id
                """,
                partner_ids,
            )
        )
        members = defaultdict(set)
        for head_id, member_id in rows:
            members[head_id] |= {head_id, member_id}
        return dict(members)

    @api.model
    @ormcache()
    def _has_groups(self):
        """Remember whether there are groups at all: most companies know none."""
        partners = self.env["res.partner"].sudo().with_context(active_test=False)
        return bool(partners.search_count([("ar_credit_head_id", "!=", False)], limit=1))


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    def _refresh_credit_holds(self):
        """Override: what was decided on one company of a group counts for the others."""
        held = self.browse()
        for company, cases in self.grouped("company_id").items():
            held |= self._get_held_cases(company, cases.partner_id.ids)
        return super(ArCollectionCase, self | held)._refresh_credit_holds()

    def _get_held_in_groups(self, partners):
        """Give the cases with holds of these customers, and of their groups."""
        companies = self.env["res.company"].sudo().search([("parent_id", "=", False)])
        held = (self._get_held_cases(company, partners.ids) for company in companies)
        return self.browse().union(*held)

    def _get_held_cases(self, company, partner_ids):
        """Override: what one company of a group pays, another one may use."""
        groups = self.env["ar.credit.engine"].sudo()._get_group_members(list(partner_ids))
        return super()._get_held_cases(company, set(partner_ids).union(*groups.values()))


class ArDepositRule(models.Model):
    _inherit = "ar.deposit.rule"

    @api.model
    def _get_case(self, partner, company):
        """Override: a member nobody has decided on goes by the decision on its group."""
        case = super()._get_case(partner, company)
        head = partner.sudo().commercial_partner_id.ar_credit_head_id
        if not head or (case.credit_state or "undecided") != "undecided":
            return case
        of_head = super()._get_case(head, company)
        return of_head if (of_head.credit_state or "undecided") != "undecided" else case
