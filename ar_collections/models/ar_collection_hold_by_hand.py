"""Holds and promises that a person sets."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang

from ..const import CUSTOMER_STOPS

_TARGET_FIELDS = {"ar.followup.item": "item_id", "account.move": "move_id"}


class ArCollectionHold(models.Model):
    _inherit = "ar.collection.hold"

    @api.model
    def _set_on(self, targets, *, reason="hold", until=None, amount=0.0, note=None):
        """Set a hold on each of the debts, invoices or cases `targets`.

        What stops a customer as a whole is set on the case. A part of an invoice with
        several instalments is held on its oldest ones.

        :param until: the last day of the hold; empty: until lifted
        :param amount: the part held, in the currency of the debt; 0: all of it
        :return: the holds
        """
        targets._ar_check_collector()
        if reason in CUSTOMER_STOPS:
            targets, amount = targets._ar_get_cases(), 0.0
        shares = self._share(targets, amount, targets[:1].currency_id)
        values = {"reason": reason, "until": until, "note": note}
        return self.create(
            [
                {**values, **self._get_target_values(target, until), "amount": share}
                for target, share in shares.items()
            ]
        )

    @api.model
    def _note_promise(self, targets, date, amount=0.0, currency=None, note=None):
        """Hold what is promised until `date` and the company's tolerance have passed.

        :param amount: covers the oldest debts in `currency` first; 0: everything
        :return: the holds
        """
        targets._ar_check_collector()
        if amount:
            targets = targets._ar_get_items()
        note = self._describe_promise(date, amount, currency, note)
        vals_list = []
        for target, share in self._share(targets, amount, currency).items():
            until = self._get_promise_end(target._ar_get_cases(), date)
            values = self._get_target_values(target, until)
            values |= {
                "reason": "promise",
                "until": until,
                "amount": share,
                "note": note,
            }
            vals_list.append(values)
        return self.create(vals_list)

    # === BUSINESS === #

    def _get_stays_notification(self):
        """Tell that what stops a whole customer was left in force."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "message": str(self._get_stop_error()),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _get_target_values(self, target, until):
        [case] = target._ar_get_cases()
        today = case.company_id._ar_today()
        if until and until < today:
            raise UserError(self.env._("A hold must last until today or longer."))
        values = {"case_id": case.id, "date": today}
        field = _TARGET_FIELDS.get(target._name)
        return values | ({field: target.id} if field else {})

    @api.model
    def _share(self, targets, amount, currency):
        """Give {debt, invoice or case: amount on hold, 0 for all of it}."""
        if not amount:
            return dict.fromkeys(targets, 0.0)
        if len(targets._ar_get_cases()) > 1:
            raise UserError(
                self.env._(
                    "Hold an amount for one customer at a time, or leave it at 0."
                )
            )
        if targets._name == "account.move" and len(targets._ar_get_items()) < 2:
            return dict.fromkeys(targets, amount)
        return targets._ar_get_items()._share_amount(amount, currency)

    @api.model
    def _get_promise_end(self, case, date):
        """Give the last day on which a promised payment may still be on its way."""
        if date < case.company_id._ar_today():
            raise UserError(self.env._("A promise is for today or a later day."))
        settings = case.company_id._ar_get_settings_company()
        return case._get_business_days().add(date, settings.ar_promise_tolerance_days)

    @api.model
    def _describe_promise(self, date, amount, currency, note):
        day = format_date(self.env, date)
        if amount:
            promised = self.env._(
                "Promised %(amount)s for %(day)s",
                amount=formatLang(self.env, amount, currency_obj=currency),
                day=day,
            )
        else:
            promised = self.env._("Promised for %(day)s", day=day)
        return f"{promised}: {note}" if note else promised
