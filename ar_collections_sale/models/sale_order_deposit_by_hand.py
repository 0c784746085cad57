"""What people do about the deposit of an order."""

from odoo import models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_ar_invoice_deposit(self):
        """Make the down-payment invoice of the part that is next, for bank transfer."""
        self.ensure_one()
        self.check_access("write")
        parts = self.ar_deposit_ids.filtered(
            lambda part: part.state in ("planned", "reached", "part")
            and not part._is_billed()
        ).sorted("sequence")
        if not parts:
            raise UserError(
                self.env._("No part of the deposit is left to invoice: see its invoices.")
            )
        return parts[0].action_reach()

    def action_ar_settle_deposit(self):
        """Keep the deposit of a cancelled order as a credit, or pay it back."""
        self.ensure_one()
        self.check_access("write")
        return self.env["ar.deposit.settle"]._open_for(self)

    def action_cancel(self):
        """Override of `sale`: who may decide on the deposit is asked at once."""
        result = super().action_cancel()
        if len(self) == 1 and self.state == "cancel" and self._ar_has_to_settle():
            if self.env.user.has_group("account.group_account_invoice"):
                return self.action_ar_settle_deposit()
        return result

    def _ar_hand_over_invoice(self, invoice):
        """Post a down-payment invoice where the company wants that, else ask for it."""
        self.ensure_one()
        settings = self.company_id._ar_get_settings_company().sudo()
        if settings.ar_is_deposit_posted:
            invoice.sudo().action_post()
        elif not self.env.user.has_group("account.group_account_invoice") or self.env.su:
            accountant = self._ar_get_accountant()
            invoice.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Check, post and send the down-payment invoice"),
                user_id=accountant.id or self.env.uid,
            )

    def _ar_show_invoice(self, invoice):
        """Open the invoice, or say who was asked to post it."""
        self.ensure_one()
        if self.env.user.has_group("account.group_account_invoice"):
            return self.action_view_invoice(invoices=invoice)
        accountant = self._ar_get_accountant()
        message = self.env._("The down-payment invoice is made.")
        if invoice.sudo().state == "draft" and accountant:
            message = self.env._(
                "The down-payment invoice is made. %(user)s was asked to post and send it.",
                user=accountant.name,
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }
