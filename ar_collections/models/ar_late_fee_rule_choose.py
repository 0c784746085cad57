"""Ready rules, and how a company makes one its own."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .ar_late_fee_tier import WRITTEN_TOGETHER

# What a person may change on a ready rule: where it is listed.
_LISTED = frozenset({"sequence"})


class ArLateFeeRule(models.Model):
    _inherit = "ar.late.fee.rule"

    is_ready = fields.Boolean(
        string="Ready rule", compute="_compute_is_ready", search="_search_is_ready"
    )
    is_chosen = fields.Boolean(
        string="Chosen",
        compute="_compute_is_chosen",
        help="In force for your company, as it is or as a rule made from it.",
    )
    unconfirmed_count = fields.Integer(compute="_compute_unconfirmed_count")

    # === COMPUTES === #

    @api.depends("company_id")
    def _compute_is_ready(self):
        for rule in self:
            rule.is_ready = not rule.company_id

    def _search_is_ready(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("company_id", "=" if ready else "!=", False) for ready in value
        )

    @api.depends("is_on")
    @api.depends_context("company")
    def _compute_is_chosen(self):
        candidates = self._get_candidates(self.env.company)
        for rule in self:
            rule.is_chosen = rule in candidates or rule in candidates.ready_id

    def _compute_unconfirmed_count(self):
        count = self.env["res.partner"].search_count(self._get_unconfirmed_domain())
        self.unconfirmed_count = count if any(self.mapped("is_on")) else 0

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: who puts a rule in force vouches for it."""
        rules = super().create(vals_list)
        rules._check_has_company()
        rules.filtered("is_on")._vouch()
        return rules

    def copy_data(self, default=None):
        """Override of `base`: the copy of a ready rule is the company's own."""
        copies = super().copy_data(default)
        for rule, vals in zip(self, copies, strict=True):
            if rule.is_ready and not vals.get("company_id"):
                vals["company_id"] = self.env.company.id
        return copies

    def write(self, vals):
        """Override of `base`: a ready rule is a pattern, companies change their own.

        Who puts a rule in force vouches for it.
        """
        if not self.env.su and vals.keys() - _LISTED:
            self._check_own()
        before = self.filtered("is_on")
        together = self.with_context(ar_tiers=WRITTEN_TOGETHER)
        result = super(ArLateFeeRule, together).write(vals)
        if "company_id" in vals:
            self._check_has_company()
        if "is_on" in vals:
            (self - before).filtered("is_on")._vouch()
            # The ready rule that one was made from counts as chosen, or no longer.
            self.invalidate_model(["is_chosen"], flush=False)
        return result

    def _vouch(self):
        """Note who vouches for the figures of rules, and when."""
        for rule in self:
            day = rule.company_id._ar_today()
            rule.sudo().write({"confirmed_by_id": self.env.uid, "confirmed_date": day})

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_own()
        if self.env["ar.late.fee"].sudo().search_count([("rule_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("Late fees were charged by this rule: archive it instead.")
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_named(self):
        named = self.level_ids.filtered(lambda level: level.charge_mode == "some")
        if named:
            raise UserError(
                self.env._(
                    "“%(level)s” charges by this rule: take it out of the level first, or "
                    "archive it.",
                    level=named[0].name,
                )
            )

    def _check_own(self):
        if not self.env.su and self.filtered("is_ready"):
            raise UserError(
                self.env._(
                    "A ready rule stays as it is: choose it, and change the rule that "
                    "your company gets."
                )
            )

    def _check_has_company(self):
        """Refuse a ready rule that a person would make for all companies."""
        if not self.env.su and self.filtered("is_ready"):
            raise UserError(
                self.env._("A late fee rule of yours belongs to a company: name it.")
            )

    # === ACTIONS === #

    def action_choose(self):
        """Put rules in force; the person who does so vouches for their figures.

        A ready rule gives the company a rule of its own, the one it had before where
        there is one.

        :return: an action that opens the company's rule
        """
        self._check_may_choose()
        own = self.browse()
        for rule in self:
            own |= rule._get_own() if rule.is_ready else rule
        own.write({"is_on": True, "active": True})
        own._vouch()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": own[:1].id,
            "views": [(False, "form")],
        }

    def action_drop(self):
        """Take rules out of force: nothing new is charged by them."""
        self._check_may_choose()
        own = self.filtered(lambda rule: not rule.is_ready)
        candidates = self._get_candidates(self.env.company)
        own |= candidates.filtered(lambda rule: rule.ready_id in self)
        own.is_on = False
        return True

    def action_open_unconfirmed(self):
        """Open the customers who bear no charge until somebody confirms their kind."""
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Customers whose kind is not confirmed"),
            "res_model": "res.partner",
            "views": [
                (self.env.ref("ar_collections.res_partner_view_list_kind").id, "list"),
                (False, "form"),
            ],
            "domain": self._get_unconfirmed_domain(),
        }

    # === BUSINESS === #

    @api.model
    def _get_candidates(self, company):
        """Give the rules in force for `company`, in the order they are tried."""
        return self.sudo().search(
            Domain("is_on", "=", True)
            & Domain("company_id", "in", company.sudo().parent_ids.ids)
        )

    def _get_own(self):
        """Give the company's rule that was made from a ready one, or make it."""
        self.ensure_one()
        company = self.env.company
        known = self.with_context(active_test=False).search(
            [("ready_id", "=", self.id), ("company_id", "=", company.id)], limit=1
        )
        if known:
            return known
        own = self.copy({"name": self.name, "company_id": company.id})
        own.sudo().ready_id = self
        return own

    @api.model
    def _get_unconfirmed_domain(self):
        """Give the domain of customers on the ladder whose kind nobody has confirmed."""
        return [
            ("ar_is_kind_confirmed", "=", False),
            ("ar_case_ids.company_id", "=", self.env.company.id),
        ]

    def _check_may_choose(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
