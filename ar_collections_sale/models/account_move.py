"""Down-payment invoices of deposits."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import frozendict


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_deposit_id = fields.Many2one(
        "ar.deposit",
        string="Part of the deposit",
        index="btree_not_null",
        readonly=True,
        copy=False,
        ondelete="set null",
    )

    @api.depends("ar_deposit_id.due_days")
    def _compute_needed_terms(self):
        """Override of `account`: a deposit is due on its own day, whatever the term says."""
        result = super()._compute_needed_terms()
        for move in self.filtered(lambda one: one.ar_deposit_id and one.invoice_payment_term_id):
            day = move._ar_get_deposit_due()
            move.needed_terms = {
                frozendict(move._ar_due_until(key, day)): move._ar_due_until(values, day)
                for key, values in move.needed_terms.items()
            }
        return result

    def _ar_due_until(self, values, day):
        """Give values of an instalment, due on `day`, with no discount after it."""
        dated = {**values}
        if "date_maturity" in values:
            dated["date_maturity"] = day
        if values.get("discount_date"):
            dated["discount_date"] = min(values["discount_date"], day)
        return dated

    def _ar_get_deposit_due(self):
        """Give the day until which the deposit is to be paid."""
        self.ensure_one()
        day = self.invoice_date or self.company_id._ar_today()
        return day + timedelta(days=self.sudo().ar_deposit_id.due_days)

    def _ar_may_have_deposit(self):
        """Override: an order has its own deposit, its invoices have none."""
        return super()._ar_may_have_deposit() and not self.line_ids.sudo().sale_line_ids

    def _post(self, soft=True):
        """Override of `account`: the days of a deposit count from its invoice's own day."""
        for move in self.filtered("ar_deposit_id"):
            due, known = move._ar_get_deposit_due(), move.invoice_date_due
            if not move.invoice_payment_term_id and (not known or known < due):
                move.invoice_date_due = due
            move.sudo()._ar_choose_payments()
        return super()._post(soft)

    def _ar_choose_payments(self):
        """Choose the online payments that `sale` matches: also those that came while the
        invoice was a draft, but none that parts before this one need.
        """
        self.ensure_one()
        payments = self.ar_deposit_id.order_id.transaction_ids
        done = payments.filtered(lambda one: one.state == "done")
        self.transaction_ids = (self.transaction_ids | done) - (
            self.ar_deposit_id._get_payments_before()
        )
        # Those without an entry are matched with nothing: they are for this invoice.
        self.matched_payment_ids |= self.transaction_ids.payment_id.filtered(
            lambda one: not one.move_id and not one.invoice_ids
        )

    def _invoice_paid_hook(self):
        """Override of `account`: a paid deposit confirms its order."""
        result = super()._invoice_paid_hook()
        self.sudo().line_ids.sale_line_ids.order_id._ar_confirm_paid()
        self._ar_close_deposit_tasks()
        return result

    def write(self, vals):
        """Override of `account`: a down-payment invoice that is sent needs nobody's care."""
        result = super().write(vals)
        if vals.get("is_move_sent"):
            self._ar_close_deposit_tasks()
        return result

    def _ar_close_deposit_tasks(self):
        """Close the tasks to post and send down-payment invoices."""
        task = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        for move in self.sudo().filtered("ar_deposit_id"):
            move.activity_ids.filtered(
                lambda activity: activity.automated and activity.activity_type_id == task
            ).action_feedback()

    def _ar_dress_deposit(self, part, today):
        """Make a down-payment invoice due as its deposit asks for.

        Where the tax is always on the discounted price, the term stays, as with core's own
        down payments: without it the order would be taxed twice on the discount.
        """
        self.ensure_one()
        order = part.order_id
        values = {"ar_deposit_id": part.id}
        if not order._ar_is_taxed_on_discounted():
            values["invoice_payment_term_id"] = False
            values["invoice_date_due"] = today + timedelta(days=part.due_days)
        self.write(values)
        words = self.with_context(lang=self.partner_id.lang).env
        self.invoice_line_ids.filtered(lambda line: line.display_type == "product").name = (
            words._("%(part)s, order %(order)s", part=part.name, order=order.name)
        )

    def _ar_sum_for(self, order, what):
        """Sum down-payment invoices, less their credit notes, in the order's currency.

        :param what: ``billed``, or ``paid``: at most what is billed; of an invoice that is
            credited the money is free again
        """
        billed = paid = 0.0
        for move in self | self.reversal_move_ids.filtered(lambda one: one.state == "posted"):
            sign = -1 if move.move_type == "out_refund" else 1
            billed += sign * move._ar_to_order(order, move.amount_total)
            if move.state == "posted":
                paid += sign * move._ar_to_order(order, move._ar_get_paid())
        amount = billed if what == "billed" else min(billed, paid)
        return max(order.currency_id.round(amount), 0.0)

    def _ar_get_rest_of(self, order):
        """Give what of a down payment is neither credited nor deducted on other invoices."""
        self.ensure_one()
        own = self | self.reversal_move_ids
        lines = self.invoice_line_ids.sale_line_ids.filtered("is_downpayment").invoice_lines
        others = lines.filtered(
            lambda line: line.move_id not in own and line.parent_state == "posted"
        )
        # Other down payments have lines of their own.
        deducted = -sum(
            line.move_id._ar_to_order(order, line.price_total)
            * (-1 if line.move_id.move_type == "out_refund" else 1)
            for line in others
        )
        return self._ar_sum_for(order, "billed") - deducted

    def _ar_get_paid(self):
        """Give what is matched, or registered without an entry, in the move's currency."""
        self.ensure_one()
        matched = self.amount_total - self.amount_residual
        return matched + min(self._ar_get_registered(), self.amount_residual)

    def _ar_get_registered(self):
        """Give what is registered without an entry, and the bank statement has not yet.

        Nothing ties a statement to such payments but the journal: what it has paid of the
        invoice is taken for them.
        """
        registered = self.matched_payment_ids.filtered(
            lambda payment: not payment.move_id and payment.state in ("in_process", "paid")
        )
        partials = self.line_ids.matched_credit_ids.filtered("credit_move_id.statement_line_id")
        by_journal = partials.grouped(lambda one: one.credit_move_id.journal_id)
        coming = 0.0
        for journal, payments in registered.grouped("journal_id").items():
            come = sum(by_journal.get(journal, partials[:0]).mapped("debit_amount_currency"))
            amount = sum(
                payment.currency_id._convert(
                    payment.amount, self.currency_id, self.company_id, payment.date
                )
                for payment in payments
            )
            coming += max(amount - come, 0.0)
        return coming

    def _ar_to_order(self, order, amount):
        return self.currency_id._convert(
            amount, order.currency_id, self.company_id, self.invoice_date or self.date
        )
