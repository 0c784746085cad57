"""Deposits on invoices without an order: a part of the receivable is due earlier."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date


class AccountMove(models.Model):
    """VAT falls on the whole invoice: only the days on which it is due change."""

    _name = "account.move"
    _inherit = ["account.move", "ar.deposit.document.mixin"]

    ar_deposit_amount = fields.Monetary(
        string="Deposit",
        compute="_compute_ar_deposit",
        store=True,
        copy=False,
        help="This part is due earlier than the rest. The invoice stays one invoice, "
        "and VAT falls on all of it.",
    )
    ar_deposit_date = fields.Date(
        string="Deposit due on", compute="_compute_ar_deposit", store=True, copy=False
    )

    def _ar_get_deposit_columns(self):
        """Override to add the amount and the day."""
        return [*super()._ar_get_deposit_columns(), "ar_deposit_amount", "ar_deposit_date"]

    # === COMPUTES === #

    @api.depends(
        "move_type",
        "partner_id",
        "currency_id",
        "amount_total",
        "invoice_line_ids.product_id",
        "ar_deposit_by_hand",
    )
    def _compute_ar_deposit_rule_id(self):
        for move in self:
            if move.posted_before:
                # what the customer has seen stays, also after a reset to draft
                move.ar_deposit_rule_id = move.ar_deposit_rule_id
                continue
            rules = self.env["ar.deposit.rule"]
            move.ar_deposit_rule_id = (
                rules._get_rule(move, "for_invoices")
                if move._ar_may_have_deposit() and not move.ar_deposit_by_hand
                else rules
            )

    @api.depends(
        "ar_deposit_rule_id", "ar_deposit_by_hand", "amount_total", "invoice_date"
    )
    def _compute_ar_deposit(self):
        for move in self:
            if move.ar_deposit_by_hand or move.state != "draft":
                move.ar_deposit_amount = move.ar_deposit_amount
                move.ar_deposit_date = move.ar_deposit_date
                continue
            rule = move.sudo().ar_deposit_rule_id
            day = move._ar_get_deposit_day()
            move.ar_deposit_amount = move._ar_get_rule_amount(rule) if rule else 0.0
            move.ar_deposit_date = rule and day + timedelta(days=rule.due_days)

    # === POSTING === #

    def _post(self, soft=True):
        """Override of `account`: what was set by hand must be possible, rules give way."""
        for move in self.filtered("ar_deposit_amount"):
            if not move.invoice_date:
                # As core does a little later: the days of the deposit count from it.
                move.invoice_date = fields.Date.context_today(move)
            if not (problem := move.ar_deposit_problem):
                continue
            if move.ar_deposit_by_hand:
                raise ValidationError(problem)
            move._ar_drop_deposit(problem)
        return super()._post(soft)

    # === BUSINESS === #

    def _ar_may_have_deposit(self):
        """Tell whether this is an invoice of its own, of which a part may be due earlier."""
        self.ensure_one()
        return bool(self.move_type == "out_invoice" and self.partner_id)

    def _ar_get_deposit_day(self):
        """Give the day from which the days of the deposit count."""
        self.ensure_one()
        return self.invoice_date or self.company_id._ar_today()

    def _ar_get_deposit_facts(self):
        """Give what deposit rules ask about the invoice."""
        self.ensure_one()
        return {
            "partner": self.partner_id,
            "company": self.company_id,
            "amount": self.amount_total,
            "products": self.invoice_line_ids.product_id,
            "currency": self.currency_id,
        }

    def _ar_check_deposit_change(self):
        """Refuse to change a deposit to those who may not, and on posted invoices."""
        self.check_access("write")
        if any(move.state != "draft" or not move._ar_may_have_deposit() for move in self):
            raise UserError(
                self.env._(
                    "The deposit is fixed once the invoice is posted: reset it to draft first."
                )
            )

    def _ar_set_deposit(self, amount, day, reason):
        """Set the deposit by hand: rules leave it alone from now on.

        :param amount: in the invoice's currency; 0: no deposit
        """
        self.ensure_one()
        self._ar_check_deposit_change()
        self.sudo().write(
            {
                "ar_deposit_by_hand": True,
                "ar_deposit_reason": reason,
                "ar_deposit_amount": amount,
                "ar_deposit_date": day,
            }
        )
        self._ar_log_deposit(amount, reason)
        if amount and self.ar_deposit_problem:
            raise ValidationError(self.ar_deposit_problem)

    def _ar_drop_deposit(self, why):
        """Ask for no deposit where the rule's is not possible on this invoice."""
        self.ensure_one()
        self.sudo().write(
            {"ar_deposit_rule_id": False, "ar_deposit_amount": 0.0, "ar_deposit_date": False}
        )
        self.sudo()._message_log(
            body=self.env._("No deposit is asked for by rule. %(why)s", why=why)
        )

    def _ar_unset_deposit(self):
        """Override: what was posted before is no longer chosen by itself."""
        result = super()._ar_unset_deposit()
        for move in self.filtered("posted_before"):
            rule = self.env["ar.deposit.rule"]._get_rule(move, "for_invoices")
            move.sudo().ar_deposit_rule_id = rule
        return result

    def _ar_get_deposit_sentences(self):
        """Say in plain words how much is due by when, and what happens without it."""
        self.ensure_one()
        if not self._ar_get_deposit_lines():
            return []
        rule = self.sudo().ar_deposit_rule_id
        rest = self.amount_total - self.ar_deposit_amount
        sentences = [
            self.env._(
                "A deposit of %(amount)s is due by %(day)s, the rest of %(rest)s by %(due)s.",
                amount=self.currency_id.format(self.ar_deposit_amount),
                day=format_date(self.env, self.ar_deposit_date, date_format="full"),
                rest=self.currency_id.format(rest),
                due=format_date(self.env, self.invoice_date_due, date_format="full"),
            )
        ]
        extra = (rule.consequence, rule.text)
        return sentences + [text for text in extra if text]
