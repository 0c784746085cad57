"""Documents of which a part is paid in advance: orders and invoices."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.sql import column_exists, create_column

from ..tools.deposits import get_amount, share_out
from .ar_deposit_rule import to_decimal


class ArDepositDocumentMixin(models.AbstractModel):
    """A deposit comes from a rule, or from a person with a reason, who is not overruled.

    Customers on the portal read the amount and the words of the rule, not why and whose.
    """

    _name = "ar.deposit.document.mixin"
    _description = "Document With a Deposit"

    ar_deposit_rule_id = fields.Many2one(
        "ar.deposit.rule",
        string="Deposit rule",
        compute="_compute_ar_deposit_rule_id",
        store=True,
        copy=False,
        groups="base.group_user",
    )
    ar_deposit_by_hand = fields.Boolean(
        string="Deposit set by hand", readonly=True, copy=False, groups="base.group_user"
    )
    ar_deposit_reason = fields.Char(
        string="Reason of the deposit", readonly=True, copy=False, groups="base.group_user"
    )

    def _auto_init(self):
        """Override: documents that are there have no deposit, whatever their number."""
        for name in [] if self._abstract else self._ar_get_deposit_columns():
            if not column_exists(self.env.cr, self._table, name):
                kind = self._fields[name].column_type[1]
                create_column(self.env.cr, self._table, name, kind)
        return super()._auto_init()

    # === SEAMS === #

    def _ar_get_deposit_columns(self):
        """Give the stored computed fields that are empty on what is there already."""
        return ["ar_deposit_rule_id"]

    def _compute_ar_deposit_rule_id(self):
        """Choose the rule that fits."""
        raise NotImplementedError

    def _ar_check_deposit_change(self):
        """Refuse to change the deposit to those who may not, and when it is too late."""
        raise NotImplementedError

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: a deposit is changed through its window alone."""
        defaults = [name for name in self.env.context if name.startswith("default_")]
        self._ar_check_own_fields([name.removeprefix("default_") for name in defaults])
        for vals in vals_list:
            self._ar_check_own_fields(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base`: a deposit is changed through its window alone."""
        self._ar_check_own_fields(vals)
        return super().write(vals)

    @api.model
    def _ar_check_own_fields(self, names):
        if not self.env.su and any(name.startswith("ar_deposit_") for name in names):
            raise AccessError(
                self.env._(
                    "A deposit is changed with a reason: use “Change deposit” on the "
                    "order or invoice."
                )
            )

    # === ACTIONS === #

    def action_ar_change_deposit(self):
        """Open the window that changes the deposit by hand."""
        self.ensure_one()
        self._ar_check_deposit_change()
        return self.env["ar.deposit.change"]._open_for(self)

    def action_ar_accept_terms(self):
        """Note by hand that the customer has accepted the terms."""
        self.ensure_one()
        return self.env["ar.terms.accept"]._open_for(self)

    # === BUSINESS === #

    def _ar_get_acceptances(self):
        """Give what the customer has accepted of the terms, as far as it still counts."""
        self.ensure_one()
        return self.sudo().ar_acceptance_ids

    def _ar_get_rule_amount(self, rule):
        """Give what a rule asks for this document; of milestones it is the first."""
        self.ensure_one()
        total = to_decimal(self.amount_total, self.currency_id)
        step = Decimal(str(self.currency_id.rounding))
        if rule.kind == "milestones":
            weights = [Decimal(str(one.share)) for one in rule.milestone_ids]
            return float(share_out(total, weights, step)[0])
        value = rule.percent
        if rule.kind == "fixed":
            value = rule._in_currency("fixed_amount", self.currency_id, self)
        return float(get_amount(total, rule.kind, Decimal(str(value)), step))

    def _ar_unset_deposit(self):
        """Leave the deposit to the rules again."""
        return self.sudo().write({"ar_deposit_by_hand": False, "ar_deposit_reason": False})

    def _ar_log_deposit(self, amount, reason):
        """Put the deposit that was set by hand on record."""
        self.ensure_one()
        self.sudo()._message_log(
            body=self.env._(
                "Deposit set to %(amount)s. Reason: %(reason)s",
                amount=self.currency_id.format(amount),
                reason=reason,
            )
        )
