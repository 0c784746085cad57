"""Credit on customer invoices without an order."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.credit import ZERO
from .res_partner_case import READERS


class AccountMove(models.Model):
    """An invoice that must wait stays a draft; the others of its batch are posted.

    What runs as superuser, such as a point of sale or an automatic payment, is never
    refused: its goods have been handed over. It goes on record. What posts itself on its
    date has nobody who answers for it: it waits as for a person.
    """

    _name = "account.move"
    _inherit = ["account.move", "ar.credit.document.mixin"]

    ar_credit_hold_ids = fields.One2many(
        "ar.credit.hold", "move_id", string="Credit holds", groups=READERS
    )

    # {customer: what was let through when the invoice was posted}
    ar_passed_credit = fields.Json(readonly=True, copy=False, groups="base.group_user")

    # A customer may have thousands of posted invoices beside the drafts that count.
    _ar_drafts_idx = models.Index(
        "(partner_id) WHERE state = 'draft' AND move_type IN ('out_invoice', 'out_receipt')"
    )

    # === CRUD === #

    def write(self, vals):
        """Override of `account`: nobody posts past a credit hold by writing the state."""
        if vals.get("state") != "posted" or self.env.su:
            result = super().write(vals)
        else:
            for group in self._ar_in_rounds():
                group._ar_refuse_credit(group._ar_get_holdable()._ar_get_credit_stopped())
                result = super(AccountMove, group).write(vals)
        if vals.get("state") in ("posted", "cancel"):
            self._ar_close_credit_holds()
        return result

    # === ACTIONS === #

    def action_post(self):
        """Override of `account`: say on the screen why an invoice stays a draft."""
        if self.env.su:
            return super().action_post()
        held, result = self.browse(), False
        for group in self._ar_in_rounds():
            stopped = group._ar_set_aside_credit()
            held |= stopped
            if group - stopped:
                result = super(AccountMove, group - stopped).action_post()
        return held._ar_tell_credit_held() if held else result

    # === BUSINESS === #

    def _post(self, soft=True):
        """Override of `account`: post those that may be."""
        held, posted = self.browse(), self.browse()
        for group in self._ar_in_rounds():
            stopped = group._ar_set_aside_credit()
            held |= stopped
            (group - stopped)._ar_note_passed()
            posted |= super(AccountMove, group - stopped)._post(soft=soft)
        if held == self and not self.env.su:
            self._ar_refuse_credit(held)
        return posted

    def _ar_get_holdable(self):
        """Override: of what runs as superuser only what posts itself."""
        moves = self
        if self.env.su:
            moves = self.filtered(lambda move: move.auto_post != "no")
        return super(AccountMove, moves)._ar_get_holdable()

    def _ar_flag_credit(self):
        """Override to make a task of an invoice that would have posted itself."""
        new = super()._ar_flag_credit()
        if new and self.env.su:
            self._ar_give_held_task(
                self.invoice_user_id, self.env._("Not posted: on credit hold")
            )
        return new

    # === CREDIT === #

    def _ar_get_credit_partner(self):
        self.ensure_one()
        return self.commercial_partner_id

    def _ar_uses_credit(self):
        self.ensure_one()
        return bool(self._ar_get_using_credit())

    def _ar_get_using_credit(self):
        """Override: draft invoices and receipts of a customer, no charges."""
        return self.filtered(
            lambda move: move.move_type in ("out_invoice", "out_receipt")
            and move.state == "draft"
            and move.commercial_partner_id
            and not move.ar_is_charge
            and not (move.posted_before and move._ar_get_new_credit() <= ZERO)
        )

    def _ar_get_credit_effect(self):
        return self.company_id.sudo().root_id.ar_credit_invoice_effect

    def _ar_get_credit_asked(self):
        using = self._ar_get_using_credit()
        return {
            move: move._ar_get_new_credit() if move in using else ZERO for move in self
        }

    def _ar_get_new_credit(self):
        """Give what an invoice that was posted before, and mended, has become more."""
        return Decimal(str(self._ar_get_total())) - self._ar_get_passed_credit()

    def _ar_get_passed_credit(self):
        """Give what the customer of the invoice was let through with."""
        self.ensure_one()
        passed = self.sudo().ar_passed_credit or {}
        return Decimal(str(passed.get(str(self.commercial_partner_id._origin.id), 0)))

    def _ar_keep_asked(self, asked):
        """Override: an invoice that is posted again was let through with this."""
        whole = self._ar_get_passed_credit() + asked
        self.sudo().ar_passed_credit = {str(self.commercial_partner_id.id): float(whole)}

    def _ar_get_total(self):
        """Give the total in the company's currency, also while the invoice is typed."""
        self.ensure_one()
        if isinstance(self.id, int):
            return self.amount_total_signed
        is_own = self.currency_id == self.company_currency_id
        name = "total_amount_currency" if is_own else "total_amount"
        return (self.tax_totals or {}).get(name, 0.0)

    def _ar_get_held_name(self):
        """Override: drafts have no number yet, so say whose they are and how much."""
        self.ensure_one()
        return self.env._(
            "%(invoice)s (%(customer)s, %(amount)s)",
            invoice=self.name or self.env._("draft invoice"),
            customer=self.partner_id.display_name,
            amount=self.currency_id.format(self.amount_total),
        )

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
        invoices = self.filtered(lambda move: move.is_sale_document(include_receipts=True))
        holds = self.env["ar.credit.hold"].sudo()
        if invoices and (found := holds.search([("move_id", "in", invoices.ids)])):
            found._lift("closed")
        self.env["ar.collection.case"]._mark_customers_changed(
            (move.company_id, move.commercial_partner_id)
            for move in invoices
            if move.state == "cancel"
        )

    def _ar_refuse_credit(self, held):
        """Tell a person who posts directly why the invoices must wait."""
        if held:
            raise UserError(held._ar_get_credit_held_text())
