"""The money of deposits: what has come, what follows from it, what goes back."""

import logging
from collections import defaultdict
from decimal import Decimal

from odoo import SUPERUSER_ID, api, fields, models
from odoo.addons.ar_collections.models.ar_deposit_rule import to_decimal
from odoo.exceptions import UserError, ValidationError

_logger = logging.getLogger(__name__)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    ar_deposit_settled = fields.Selection(
        [("keep", "Kept as a credit"), ("back", "Paid back")],
        string="Deposit settled",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    ar_deposit_reopened = fields.Datetime(
        string="Back to quotation on", readonly=True, copy=False, groups="base.group_user"
    )

    # === WHAT HAS COME === #

    @api.depends(
        "currency_id",
        "transaction_ids.state",
        "transaction_ids.ar_freed_order_ids",
        "transaction_ids.payment_id.state",
        "transaction_ids.payment_id.move_id.line_ids.amount_residual",
        "transaction_ids.child_transaction_ids.state",
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.amount_residual",
        "order_line.invoice_lines.move_id.payment_state",
    )
    def _compute_ar_deposit_received(self):
        for order in self:
            own, free = order._ar_get_money()
            order.ar_deposit_received = float(free + sum(own.values()))

    def _ar_get_money(self, is_with_online=True):
        """Give the money that has come for the order before its final invoice.

        :return: ({part: paid on its own invoices}, money that belongs to no part yet)
        """
        self.ensure_one()
        order = self.sudo()
        moves = order._ar_get_downpayments()
        own, free = defaultdict(Decimal), Decimal(0)
        for part, part_moves in moves.grouped("ar_deposit_id").items():
            amount = to_decimal(part_moves._ar_sum_for(order, "paid"), order.currency_id)
            if part and part in order.ar_deposit_ids:
                own[part] += amount
            else:
                free += amount
        online = order._ar_get_online_money() if is_with_online else 0.0
        return dict(own), free + to_decimal(online, order.currency_id)

    def _ar_get_downpayments(self):
        """Give the posted down-payment invoices of the order, with their credit notes."""
        lines = self.order_line.filtered("is_downpayment").invoice_lines
        moves = lines.move_id.filtered(
            lambda move: move.state == "posted" and move._is_downpayment()
        )
        return moves.filtered(lambda move: move.move_type == "out_invoice")

    def _ar_get_open_downpayments(self):
        """Give the posted invoices of the deposit that are not paid yet."""
        return self.sudo().ar_deposit_ids.move_ids.filtered(
            lambda move: move.state == "posted" and move.amount_residual > 0
        )

    def _ar_get_online_money(self, what="received"):
        """Give what was paid online, but for what has gone into down-payment invoices.

        :param what: ``loose`` leaves out what is in final invoices too
        """
        self.ensure_one()
        return sum(one._ar_get_money_for(self, what) for one in self.transaction_ids)

    @api.depends("transaction_ids.sale_order_ids")
    def _compute_amount_paid(self):
        """Override of `sale`: of a payment of several orders each has its share."""
        result = super()._compute_amount_paid()
        for order in self:
            for one in order.transaction_ids:
                if len(one.sale_order_ids) > 1 and one.state in ("authorized", "done"):
                    money = one._ar_get_order_money()[order]
                    order.amount_paid -= one.amount - float(money.share)
        return result

    def _ar_get_asks(self):
        """Give what the order asks for before start, and its total."""
        self.ensure_one()
        asked = self._ar_get_first_part().amount
        if not asked and self.require_payment:
            asked = self.amount_total * self.prepayment_percent
        return asked, max(self.amount_total, 0.0)

    # === WHAT FOLLOWS === #

    def _ar_confirm_paid(self):
        """Confirm the quotations whose deposit has come; what else stops one is flagged.

        Money is booked before and stays booked, whatever comes of the order.
        """
        for order in self.with_user(SUPERUSER_ID):
            is_paid = order.ar_deposit_state == "paid" and order.state in ("draft", "sent")
            if is_paid and not order.ar_deposit_is_stopped:
                order.with_company(order.company_id)._ar_try_to_confirm()

    def _ar_confirm_reached(self):
        """Confirm the quotations whose payment is enough, as `sale` does with one.

        :return: those that were looked at for it; a held one stays a quotation
        """
        quotations = self.filtered(lambda order: order.state in ("draft", "sent"))
        enough = quotations.filtered(lambda order: order._is_confirmation_amount_reached())
        for order in enough:
            order.with_context(send_email=True).action_confirm()
        return enough

    def _ar_try_to_confirm(self):
        self.ensure_one()
        problem = False
        try:
            with self.env.cr.savepoint():
                self._validate_order()
        except (UserError, ValidationError) as error:
            problem = str(error)
        if self.state == "sale":
            return
        reasons = problem or self._ar_get_held_text()
        self.ar_deposit_is_stopped = True
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("The deposit is paid: confirm the order by hand"),
            note=reasons,
            user_id=self._ar_get_person().id or self.env.uid,
        )

    def _ar_get_person(self):
        """Give who has to do with the order: the salesperson, or who is in charge."""
        self.ensure_one()
        order = self.sudo()
        case = self.env["ar.deposit.rule"]._get_case(order._ar_get_payer(), order.company_id)
        in_charge = order.company_id._ar_get_settings_company().ar_responsible_id
        releases = self.env["ar.credit.release"].sudo()
        return (
            order.user_id
            or (case and case._get_collector())
            or in_charge
            or releases._get_approvers_of(order.company_id.root_id)[:1]
        )

    @api.model
    def _cron_ar_deposits(self):
        """Confirm what is paid, and invoice the milestones that are reached.

        One that fails does not stop the others; those that could not be invoiced before
        come last.
        """
        companies = self.env["res.company"].search([])  # pylint: disable=no-search-all
        in_use = ("company_id", "in", companies.ids)
        today = {company: company._ar_today() for company in companies}
        paid = self.search(
            [
                in_use,
                ("ar_deposit_state", "=", "paid"),
                ("state", "in", ("draft", "sent")),
                ("ar_deposit_is_stopped", "=", False),
            ]
        )
        planned = self.env["ar.deposit"].search(
            [
                in_use,
                ("order_id.state", "=", "sale"),
                # Of some a part came before, with what was paid at the start.
                ("state", "in", ("planned", "part")),
                ("trigger", "in", ("days", "delivered")),
            ]
        )
        due = planned.filtered(
            lambda part: part._is_due(today[part.company_id])
            and (part.state == "planned" or part._has_to_be_billed())
        )
        acts = [order._ar_confirm_paid for order in paid]
        acts += [part._try_to_invoice for part in due.sorted(lambda p: (bool(p.problem), p.id))]
        progress = self.env["ir.cron"]._commit_progress
        progress(remaining=len(acts))
        for act in acts:
            try:
                act()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Deposit of %s is left for later", act.__self__)
            if not progress(1):
                break

    # === WHAT GOES BACK === #

    def _action_cancel(self):
        """Override of `sale`: say who has to settle the deposit of a cancelled order."""
        result = super()._action_cancel()
        for order in self.filtered(lambda order: order.sudo()._ar_has_to_settle()):
            accountant = order._ar_get_accountant()
            order.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Settle the deposit of the cancelled order"),
                note=order._ar_get_deposit_message() or "",
                user_id=accountant.id or self.env.uid,
            )
        return result

    def action_draft(self):
        """Override of `sale`: an order that comes back starts anew."""
        result = super().action_draft()
        self.sudo().write(
            {
                "ar_deposit_settled": False,
                "ar_deposit_is_stopped": False,
                "ar_deposit_reopened": fields.Datetime.now(),
            }
        )
        parts = self.sudo().ar_deposit_ids
        parts.filtered(lambda part: not part._get_billed()).reached_date = False
        return result

    def _ar_get_settle_tasks(self):
        """Give the tasks that a settled deposit closes."""
        todo = self.env.ref("mail.mail_activity_data_todo")
        accountant = self._ar_get_accountant()
        return self.activity_ids.filtered(
            lambda one: one.automated
            and one.activity_type_id == todo
            and one.user_id in accountant | self.env.user
        )

    def _ar_has_to_settle(self):
        """Tell whether money or invoices of the deposit are left without a decision."""
        self.ensure_one()
        if self.sudo().ar_deposit_settled:
            return False
        moves, money = self._ar_get_unsettled()
        return bool(moves) or self.currency_id.compare_amounts(money, 0.0) > 0

    def _ar_get_unsettled(self):
        """Give (the down-payment invoices, the money) that no other invoice has used."""
        self.ensure_one()
        order = self.sudo()
        moves = order._ar_get_downpayments().filtered(
            lambda move: order.currency_id.compare_amounts(move._ar_get_rest_of(order), 0) > 0
        )
        loose = order._ar_get_online_money("loose")
        return moves, order.currency_id.round(moves._ar_sum_for(order, "paid") + loose)

    def _ar_get_accountant(self):
        """Give who looks after down-payment invoices in the order's company."""
        self.ensure_one()
        company = self.company_id
        settings = company._ar_get_settings_company().sudo()
        if settings.ar_responsible_id:
            return settings.ar_responsible_id
        users = self.env.ref("account.group_account_invoice").sudo().all_user_ids
        return users.filtered(
            lambda user: company in user.company_ids and not user.share and user.active
        )[:1]
