"""Charges in the text of the notice that announces them."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

from odoo import api, fields, models

from ..const import OPEN_NOTICE_STATES


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    late_fee_ids = fields.One2many("ar.late.fee", "notice_id", string="Late fees")

    # What would be announced today: (ids of charges that wait, values of new ones).
    coming_fees = fields.Json(compute="_compute_coming_fees", compute_sudo=True)
    charge_total_text = fields.Char(
        string="With late fees",
        compute="_compute_charge_total_text",
        compute_sudo=True,
        help="What is to be paid once the charges of this notice are added.",
    )

    @api.depends("state", "level_id", "line_ids.claim_amount", "late_fee_ids.state")
    def _compute_coming_fees(self):
        """Compute at once for all notices of a screen or a batch."""
        coming = self.env["ar.late.fee.engine"]._get_coming(self)
        for notice in self:
            known, new = coming.get(notice.id, ((), ()))
            plain = [
                {name: self._as_json(value) for name, value in values.items()}
                for values in new
            ]
            notice.coming_fees = {"known": list(known), "new": plain}

    @staticmethod
    def _as_json(value):
        return str(value) if isinstance(value, (date, Decimal)) else value

    @api.depends("line_ids.claim_amount", "late_fee_ids.amount", "late_fee_ids.state")
    def _compute_charge_total_text(self):
        for notice in self:
            lines, text = notice._get_lines("overdue"), ""
            if notice._get_asked_charges():
                sums = notice._get_totals(lines)
                text = notice._format_sums(notice._get_sums_to_pay(sums, lines))
            notice.charge_total_text = text

    def _restart_clocks(self, day, deadline):
        """Override: what a notice has booked is due on its deadline, the new one too."""
        result = super()._restart_clocks(day, deadline)
        if deadline:
            booked = self.sudo().late_fee_ids.filtered(
                lambda charge: charge.state == "posted" and charge.is_announced
            )
            booked.document_id._ar_put_off(deadline)
        return result

    def _update_state(self, target, **values):
        """Override: a reminder that did not arrive costs nothing."""
        result = super()._update_state(target, **values)
        if target in ("failed", "cancelled"):
            lost = self.filtered(lambda n: n.handed_over_on and not n.is_delivered)
            lost.sudo().late_fee_ids._credit_unheard()
        return result

    # === WHICH CHARGES === #

    def _may_charge(self):
        """Tell whether the notice announces charges at all."""
        self.ensure_one()
        return self.level_days > 0 and self.level_id.charge_mode != "none"

    def _get_shown_charges(self):
        """Give the charges that the notice tells: asked for with it, or as a memo.

        Before it is sent, those that it would announce today.
        """
        self.ensure_one()
        notice = self.sudo()
        if not notice._has_charges():
            return notice.late_fee_ids.browse()
        charges = notice.late_fee_ids.filtered(
            lambda charge: charge.state == "posted" and charge.is_announced
        )
        if not notice._may_charge():
            return charges
        day = notice._get_text_day()
        charges |= notice._get_lines("all").item_id.late_fee_ids.filtered(
            lambda charge: charge.state == "memo" and charge.date <= day
        )
        if notice.state in OPEN_NOTICE_STATES:
            coming = notice.coming_fees
            charges |= charges.browse(coming["known"])
            charges = charges.concat(*map(charges.new, coming["new"]))
        return charges.filtered("amount").with_env(self.env(su=True))

    def _has_charges(self):
        """Tell whether there may be charges to tell: each text asks, few notices have any."""
        return bool(
            self.late_fee_ids
            or self.line_ids.item_id.late_fee_ids
            or any(self.coming_fees.values())
        )

    def _get_asked_charges(self):
        """Give the charges that are to be paid with the notice, not memos."""
        return self._get_shown_charges().filtered(lambda c: c.state != "memo")

    # === SUMS === #

    def _get_sums_to_pay(self, sums, lines):
        """Override: what is booked with the notice is paid with its debts.

        Charges of debts that are in no list (paid late) go with the oldest debt.
        """
        sums = super()._get_sums_to_pay(sums, lines)
        charges = self._get_charges_for(lines)
        if not charges:
            return sums
        result = defaultdict(float, sums)
        for charge in charges:
            result[charge.currency_id] += charge._get_gross()
        return {currency: currency.round(amount) for currency, amount in result.items()}

    def _get_charges_for(self, lines):
        """Give the charges that are paid with `lines`, as `_get_sums_to_pay` tells."""
        charges = self._get_asked_charges()
        if not charges:
            return charges
        all_lines = self._get_lines("overdue")
        listed, is_first = all_lines.item_id, all_lines[:1] <= lines
        return charges.filtered(
            lambda charge: charge.item_id in lines.item_id
            or (is_first and charge.item_id not in listed)
        )

    def _get_charge_sums(self, charges):
        sums = defaultdict(float)
        for charge in charges:
            sums[charge.currency_id] += charge._get_gross()
        return {currency: currency.round(amount) for currency, amount in sums.items()}
