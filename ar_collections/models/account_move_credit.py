"""Credit on customer invoices without an order."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.credit import ZERO
from .res_partner_case import READERS


class AccountMove(models.Model):
    """An invoice that must wait stays a draft; the others of its batch are posted.

    What runs as superuser, such as a point of sale or an automatic payment, is never
    refused: its goods have been handed over. It goes on record.
    """

    _name = "account.move"
    _inherit = ["account.move", "ar.credit.document.mixin"]

    ar_credit_hold_ids = fields.One2many(
        "ar.credit.hold", "move_id", string="Credit holds", groups=READERS
    )

    # === CRUD === #

    def write(self, vals):
        """Override of `account`: nobody posts past a credit hold by writing the state."""
        if vals.get("state") == "posted" and not self.env.su:
            drafts = self.filtered(lambda move: move.state == "draft")
            drafts._ar_refuse_credit(drafts._ar_get_credit_stopped())
        closed = vals.get("state") in ("posted", "cancel")
        result = super().write(vals)
        if closed:
            self._ar_close_credit_holds()
        return result

    # === ACTIONS === #

    def action_post(self):
        """Override of `account`: say on the screen why an invoice stays a draft."""
        held = self._ar_set_aside_credit()
        if not held or self.env.su:
            return super().action_post()
        if self - held:
            super(AccountMove, self - held).action_post()
        return held._ar_tell_credit_held()

    # === BUSINESS === #

    def _post(self, soft=True):
        """Override of `account`: post those that may be."""
        held = self.browse() if self.env.su else self._ar_set_aside_credit()
        if held and held == self:
            self._ar_refuse_credit(held)
        moves = self - held
        moves._ar_note_passed()
        return super(AccountMove, moves)._post(soft=soft)

    # === CREDIT === #

    def _ar_get_credit_partner(self):
        self.ensure_one()
        return self.commercial_partner_id

    def _ar_uses_credit(self):
        self.ensure_one()
        return (
            self.move_type == "out_invoice"
            and self.state == "draft"
            and not self.ar_is_charge
            and self._ar_is_without_order()
        )

    def _ar_is_without_order(self):
        """Tell whether the invoice bills what was never checked as an order."""
        self.ensure_one()
        return True

    def _ar_get_credit_effect(self):
        return self.company_id.sudo().root_id.ar_credit_invoice_effect

    def _ar_get_credit_asked(self):
        return {
            move: Decimal(str(move._ar_get_total())) if move._ar_uses_credit() else ZERO
            for move in self
        }

    def _ar_get_total(self):
        """Give the total in the company's currency, also while the invoice is typed."""
        self.ensure_one()
        if isinstance(self.id, int):
            return self.amount_total_signed
        is_own = self.currency_id == self.company_currency_id
        name = "total_amount_currency" if is_own else "total_amount"
        return (self.tax_totals or {}).get(name, 0.0)

    def _ar_get_held_title(self):
        return self.env._("%(invoice)s is on credit hold:", invoice=self.display_name)

    @api.depends_context("uid", "lang")
    @api.depends("state", "partner_id", "tax_totals", "currency_id", "company_id")
    def _compute_ar_credit(self):
        return super()._compute_ar_credit()

    def _get_alerts(self):
        """Override of `account`: what speaks against credit, in the invoice's company."""
        alerts = super()._get_alerts()
        if self.env.user._is_internal() and (message := self.ar_credit_warning):
            # Ours says the same of the right company, with all that counts.
            alerts.pop("account_partner_credit_warning", None)
            alerts["ar_credit"] = {"level": "warning", "message": message}
        return alerts

    @api.depends("company_id", "partner_id", "tax_totals", "currency_id")
    def _compute_partner_credit_warning(self):
        """Override of `account` to read the limit and credit of the invoice's company."""
        result = None
        for company, group in self.grouped("company_id").items():
            documents = group.with_company(company)
            result = super(AccountMove, documents)._compute_partner_credit_warning()
        return result

    def _ar_close_credit_holds(self):
        """Lift what held invoices that are posted or cancelled."""
        invoices = self.filtered(lambda move: move.move_type == "out_invoice")
        holds = self.env["ar.credit.hold"].sudo()
        if invoices and (found := holds.search([("move_id", "in", invoices.ids)])):
            found._lift("closed")

    def _ar_refuse_credit(self, held):
        """Tell a person who posts directly why the invoices must wait."""
        if held:
            raise UserError(held._ar_get_credit_held_text())
