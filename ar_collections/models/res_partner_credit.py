"""The customer's credit, on the customer's form."""

from contextlib import contextmanager

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..const import CREDIT_STATES
from ..tools.credit import ZERO, decide_customer
from .res_partner_case import READERS

# As for core's own limit, and who collects; those who sell come with their addon.
CREDIT_READERS = f"{READERS},account.group_account_invoice,account.group_account_readonly"
_MERGING = "ar_credit.merging"
# These tell whose customer a contact is.
FILED = frozenset({"parent_id", "is_company", "company_type"})


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_credit_bar = fields.Json(
        string="Credit used",
        compute="_compute_ar_credit",
        compute_sudo=True,
        groups=CREDIT_READERS,
    )
    ar_credit_state = fields.Selection(
        CREDIT_STATES,
        string="Credit",
        compute="_compute_ar_credit",
        compute_sudo=True,
        groups=CREDIT_READERS,
    )
    ar_credit_warning = fields.Text(
        compute="_compute_ar_credit", compute_sudo=True, groups=CREDIT_READERS
    )

    # === COMPUTES === #

    @api.depends_context("company", "lang")
    @api.depends("commercial_partner_id")
    def _compute_ar_credit(self):
        """Show the credit in the active company; contacts show that of their company."""
        company = self.env.company.sudo().root_id
        engine = self.env["ar.credit.engine"]
        heads = self.commercial_partner_id._origin
        checks = engine._check(company, dict.fromkeys(heads.ids, ZERO))
        for partner in self:
            check = checks.get(partner.commercial_partner_id._origin.id)
            partner.ar_credit_bar = check and engine._get_bar(check, company.currency_id)
            partner.ar_credit_state = check and check.terms.state
            partner.ar_credit_warning = check and self._ar_get_credit_text(company, check)

    def _ar_get_credit_text(self, company, check):
        """Say what is over the limit or overdue for too long."""
        engine, today = self.env["ar.credit.engine"], company._ar_today()
        reasons = decide_customer(check.facts, check.terms, today)
        sentences = [engine._get_sentence(company, check, reason) for reason in reasons]
        if check.free is not None and check.free < ZERO and check.terms.state == "limit":
            sentences.insert(
                0,
                self.env._(
                    "Over the credit limit by %(amount)s.",
                    amount=engine._get_bar(check, company.currency_id)["free_text"],
                ),
            )
        return "\n".join(sentences)

    # === CONSTRAINS === #

    @api.constrains("credit_limit")
    def _check_ar_credit_limit(self):
        if any(partner.credit_limit < 0 for partner in self):
            raise ValidationError(
                self.env._(
                    "A credit limit cannot be negative. To give no credit, decide so in a "
                    "credit review."
                )
            )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: a customer who comes with a limit has that credit."""
        default = self.env.context.get("default_credit_limit")
        limits = [vals.get("credit_limit", default) for vals in vals_list]
        # Core's form sends the company's own limit, which is no decision.
        usual = self._fields["credit_limit"].get_company_dependent_fallback(self)
        limits = [limit if limit != usual else 0.0 for limit in limits]
        if any(limits):
            self._ar_check_limit_writer()
        partners = super().create(vals_list)
        limited = [p.id for p, limit in zip(partners, limits, strict=True) if limit]
        self.browse(limited)._ar_on_limit_changed()
        return partners

    def write(self, vals):
        """Override of `account`: the limit is credit, in whatever form it is set."""
        if self.env.cr.precommit.data.get(_MERGING):
            return super().write(vals)
        limited = self.browse()
        if "credit_limit" in vals:
            # Core's form writes the same limit again for a new customer.
            limit = vals["credit_limit"]
            changed = self.sudo().filtered(lambda p: p.credit_limit != limit)
            limited = changed.with_env(self.env)
        if limited:
            self._ar_check_limit_writer()
        decided = self._ar_get_decided() if FILED.intersection(vals) else self.browse()
        result = super().write(vals)
        decided._ar_check_still_decided()
        limited._ar_on_limit_changed()
        return result

    # === BUSINESS === #

    @contextmanager
    def _ar_merging_limits(self):
        """Take limits that are written meanwhile for what core copies from a twin.

        Kept with the cursor: a key of the context could be set by any caller.
        """
        data = self.env.cr.precommit.data
        data[_MERGING] = True
        try:
            yield
        finally:
            data.pop(_MERGING, None)

    def _ar_check_limit_writer(self):
        """Where credit holds have an effect, only an approver sets a limit."""
        if not self._ar_may_decide():
            raise AccessError(
                self.env._(
                    "Credit limits are set by a credit approver, since orders over them are "
                    "held: ask for a credit review."
                )
            )

    @api.model
    def _ar_may_decide(self):
        root = self.env.company.sudo().root_id
        effects = {root.ar_credit_effect, root.ar_credit_invoice_effect}
        group = "ar_collections.ar_collections_group_credit_approver"
        return self.env.su or effects == {"warn"} or self.env.user.has_group(group)

    def _ar_get_decided(self):
        """Give the customers whose own credit is limited, where that has an effect."""
        if self._ar_may_decide():
            return self.browse()
        cases = self.env["ar.collection.case"].sudo().search(
            [
                ("partner_id", "in", self.ids),
                "|",
                ("credit_state", "in", ("none", "limit")),
                ("credit_hold_ids", "any", [("reason", "=", "by_hand")]),
            ]
        )
        return self & cases.partner_id

    def _ar_check_still_decided(self):
        """Refuse to file a customer under another one, whose credit would count then."""
        for partner in self:
            if partner.commercial_partner_id != partner:
                raise AccessError(
                    self.env._(
                        "The credit of %(customer)s was decided on or stopped, and would be "
                        "that of %(company)s then: ask a credit approver to do this.",
                        customer=partner.name,
                        company=partner.commercial_partner_id.name,
                    )
                )

    def _ar_on_limit_changed(self):
        """Have the customers' credit state say what the limit says, in the root company."""
        root = self.env.company.sudo().root_id
        heads = self.filtered(lambda partner: partner == partner.commercial_partner_id)
        for partner in heads.sudo():
            limit = partner.credit_limit
            if root != self.env.company:
                # This comes back here for the root company.
                partner.with_company(root).credit_limit = limit
                continue
            case = partner._ar_get_credit_case(root)
            if limit and not case:
                case = partner._ar_ensure_case(root)
            case.sudo()._on_limit_changed(limit)

    def _ar_get_credit_case(self, company):
        """Give the case of the root company, if there is one."""
        self.ensure_one()
        return self.env["ar.collection.case"].sudo().search(
            [
                ("partner_id", "=", self.commercial_partner_id.id),
                ("company_id", "=", company.sudo().root_id.id),
            ]
        )
