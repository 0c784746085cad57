"""What becomes of the deposit of a cancelled order: kept as a credit, or paid back."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class ArDepositSettle(models.TransientModel):
    _name = "ar.deposit.settle"
    _description = "Settle the Deposit of a Cancelled Order"

    order_id = fields.Many2one("sale.order", required=True, readonly=True)
    company_id = fields.Many2one(related="order_id.company_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    received = fields.Monetary(compute="_compute_received")
    choice = fields.Selection(
        [
            ("keep", "Keep it as a credit of the customer"),
            ("back", "Pay it back"),
        ],
        string="The deposit",
        required=True,
        default="keep",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Paid from",
        domain="[('type', 'in', ('bank', 'cash')), ('company_id', 'parent_of', company_id)]",
        help="For what was paid by bank transfer. Online payments go back by their provider "
        "where it can do that.",
    )

    @api.model
    def _open_for(self, order):
        """Open the window for a cancelled order."""
        self._check_order(order)
        wizard = self.create({"order_id": order.id, "journal_id": self._get_journal(order).id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Settle the deposit"),
            "res_model": self._name,
            "res_id": wizard.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.model
    def _check_order(self, order):
        order.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            accountant = order._ar_get_accountant()
            raise UserError(
                self.env._(
                    "Settling a deposit books credit notes and payments: ask %(who)s.",
                    who=accountant.name or self.env._("an accountant"),
                )
            )
        if order.state != "cancel" or not order._ar_has_to_settle():
            raise UserError(
                self.env._("%(order)s has no deposit to settle.", order=order.display_name)
            )

    @api.model
    def _get_journal(self, order):
        domain = [("type", "=", "bank"), ("company_id", "parent_of", order.company_id.id)]
        return self.env["account.journal"].search(domain, limit=1)

    @api.depends("order_id")
    def _compute_received(self):
        for wizard in self:
            wizard.received = wizard.order_id._ar_get_unsettled()[1]

    def action_confirm(self):
        """Credit the down-payment invoices, and pay back what was chosen to go back."""
        self.ensure_one()
        order = self.order_id
        self._check_order(order)
        is_back = self.choice == "back"
        online = order.sudo().transaction_ids.filtered(lambda one: one.state == "done")
        shares = {one: self._get_share(one) for one in online}
        notes = self._credit_downpayments()
        if is_back:
            waiting = self._refund_online(shares, notes.line_ids)
            shared = online.filtered(lambda one: len(one.sale_order_ids) > 1)
            rest = (online - waiting - shared)._ar_get_credit_lines()
            self._pay_back(self._get_free_notes(notes, waiting) | rest)
            for one in shared - waiting:
                self._pay_back_share(one)
        else:
            online.ar_freed_order_ids |= order
        order.sudo().ar_deposit_settled = self.choice
        order.sudo()._ar_get_settle_tasks().action_feedback()
        order._message_log(
            body=self.env._("The deposit is paid back.")
            if is_back
            else self.env._("The deposit is kept as a credit of the customer.")
        )
        return True

    def _get_share(self, transaction):
        """Give what of a payment belongs to the order, and was used by no invoice."""
        money = transaction._ar_get_order_money()[self.order_id]
        moves, _money = self.order_id._ar_get_unsettled()
        used = self.order_id._ar_get_downpayments() - moves
        deducted = sum(
            amount for move, amount in transaction._ar_get_paid_moves() if move in used
        )
        return float(money.share - money.in_invoices - deducted)

    def _credit_downpayments(self):
        """Credit what was billed; what is not paid of it is matched, the rest is free."""
        moves, _money = self.order_id._ar_get_unsettled()
        notes, today = moves.browse(), self.company_id._ar_today()
        for move in moves:
            reason = self.env._("Order %s is cancelled", self.order_id.name)
            note = move._reverse_moves([{"ref": reason, "invoice_date": today}])
            self._leave_out_credited(move, note)
            note.action_post()
            (move | note).line_ids.filtered(_is_open).reconcile()
            notes |= note
        return notes

    def _leave_out_credited(self, move, note):
        """Take off a credit note what others have credited of the invoice before."""
        others = (move.reversal_move_ids - note).filtered(lambda one: one.state == "posted")
        for line in note.invoice_line_ids.filtered(lambda one: one.price_total):
            same = others.invoice_line_ids.filtered(
                lambda one, line=line: one.sale_line_ids & line.sale_line_ids
            )
            rest = max(line.price_total - sum(same.mapped("price_total")), 0.0)
            line.price_unit *= rest / line.price_total

    def _refund_online(self, shares, credits):
        """Let the providers that can do it pay back what was paid online.

        :param shares: {payment: what of it goes back}
        :param credits: journal items of the credit notes, which the refunds settle too
        :return: the payments whose provider has not said yet that the money went back
        """
        waiting = self.env["payment.transaction"].sudo()
        for transaction, amount in shares.items():
            if not transaction._ar_can_refund(amount):
                continue
            before = transaction.child_transaction_ids
            transaction.action_refund(amount_to_refund=amount)
            refund = transaction.child_transaction_ids - before
            if refund.state in ("draft", "pending"):
                waiting |= transaction
            if refund.state != "done":
                continue
            if not refund.is_post_processed:
                refund._post_process()
            _match(transaction._ar_get_credit_lines() | credits, refund._ar_get_credit_lines())
        return waiting

    def _get_free_notes(self, notes, waiting):
        """Give the journal items of credit notes whose money is not on its way back."""
        paid = waiting.payment_id.move_id.line_ids.matched_debit_ids.debit_move_id.move_id
        return notes.filtered(lambda note: note.reversed_entry_id not in paid).line_ids

    def _pay_back_share(self, transaction):
        """Pay back what a payment of several orders still holds of the order."""
        money = transaction._ar_get_order_money()[self.order_id]
        if money.loose > 0:
            lines = transaction._ar_get_credit_lines()
            self._pay_back(lines, {"amount": float(money.loose)})

    def _pay_back(self, lines, values=None):
        """Register payments for the credits that are still open."""
        for group in lines.filtered(_is_open).grouped("partner_id").values():
            if not self.journal_id:
                raise UserError(self.env._("Choose the bank journal that pays it back."))
            wizard = self.env["account.payment.register"].with_context(
                active_model="account.move.line", active_ids=group.ids
            )
            wizard.create(
                {"journal_id": self.journal_id.id, "group_payment": True, **(values or {})}
            )._create_payments()


def _is_open(line):
    return line.account_type == "asset_receivable" and not line.reconciled


def _match(credits, refunds):
    """Match refunds with the customer's credits, account by account."""
    lines = (credits | refunds).filtered(_is_open)
    for group in lines.grouped("account_id").values():
        if group & refunds:
            group.reconcile()
