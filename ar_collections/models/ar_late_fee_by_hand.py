"""What a person decides on charges: accept, waive, correct."""

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from .ar_late_fee import TRANSITIONS, UNDECIDED


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    # === ACTIONS === #

    def action_accept(self):
        """Book proposals, one document per customer, company and currency.

        :raise UserError: when nothing of it waits for a decision
        """
        self._check_may_decide()
        undecided = self.filtered(lambda charge: charge.state in UNDECIDED)
        if not undecided:
            raise UserError(
                self.env._("None of these charges waits to be booked: choose proposed ones.")
            )
        undecided._check_due()
        undecided._book()
        return True

    def action_waive(self, note, amount=None):
        """Waive charges in full, or a part of one, for a reason that stays on record.

        A booked charge is corrected by a credit note.

        :param note: the reason
        :param amount: the part to waive, of a single charge; ``None``: all
        :raise UserError: without a reason, or where nothing is left to waive
        """
        self._check_may_decide()
        if not (note or "").strip():
            raise UserError(self.env._("Say why the charge is waived."))
        charges = self.filtered(
            lambda charge: charge.state in TRANSITIONS["waived"] and charge.amount
        )
        if not charges:
            raise UserError(self.env._("These charges are waived or cancelled already."))
        if amount is not None:
            charges.ensure_one()
        charges._waive(
            {charge: charge.amount if amount is None else amount for charge in charges},
            note,
        )
        return True

    def action_correct(self):
        """Credit what was charged too much, as the ledger stands now."""
        self._check_may_decide()
        self._compare_now()
        wrong = self.filtered("correction_amount")
        if not wrong:
            raise UserError(
                self.env._("Nothing of these charges is above what the ledger gives now.")
            )
        amounts = {charge: min(charge.correction_amount, charge.amount) for charge in wrong}
        wrong._waive(amounts, self.env._("The debt was corrected after the charge"))
        for charge, amount in amounts.items():
            charge.sudo().corrected_amount += amount
        return True

    def action_open_document(self):
        """Open the document that books the charge."""
        self.ensure_one()
        self.check_access("read")
        return self.document_id.get_formview_action()

    def _check_due(self):
        """Refuse to book what its debt bears no more."""
        void = {}
        for company, charges in self.grouped("company_id").items():
            engine = self.env["ar.late.fee.engine"]
            void |= engine._find_void(charges, company._ar_today())
        if void:
            raise UserError(
                self.env._(
                    "These charges are not due any more, leave them out:\n%(charges)s",
                    charges="\n".join(
                        f"{charge.display_name}: {reason}" for charge, reason in void.items()
                    ),
                )
            )

    def _check_may_decide(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.check_access("read")

    # === BUSINESS === #

    def _waive(self, amounts, note):
        """Waive parts of charges: {charge: amount}; what is booked is credited."""
        for charge, amount in amounts.items():
            charge._check_waived(amount)
        booked = {c: amount for c, amount in amounts.items() if c.state == "posted"}
        self.browse().concat(*booked)._credit(booked)
        self._note_waived(amounts, note)

    def _note_waived(self, amounts, note):
        """Keep on record what is not charged: {charge: amount}, by whom and why."""
        today = {company: company._ar_today() for company in self.company_id}
        for charge, amount in amounts.items():
            rest = charge.currency_id.round(charge.amount - amount)
            values = {
                "waived_amount": charge.waived_amount + amount,
                "amount": rest,
                "correction_amount": max(charge.correction_amount - amount, 0.0),
                "waive_note": note,
                "waived_by_id": self.env.uid,
                "waived_date": today[charge.company_id],
            }
            if charge.currency_id.is_zero(rest):
                charge._update_state("waived", **values)
            else:
                charge.sudo().write(values)
            charge.case_id._log("waived", note, charge.item_id, charge.notice_id)

    @api.model
    def _take_back_waived(self, amounts, note):
        """Charge again what nothing takes off any more: {charge: amount}.

        Those that were cancelled meanwhile stay cancelled: their keys are free.
        """
        for charge, amount in amounts.items():
            if charge.state not in ("posted", "waived"):
                continue
            before, back = charge.amount, min(amount, charge.waived_amount)
            waived = charge.currency_id.round(charge.waived_amount - back)
            values = {
                "amount": charge.currency_id.round(before + back),
                "waived_amount": waived,
                "corrected_amount": min(charge.corrected_amount, waived),
                "is_to_check": True,
            }
            if charge.state == "waived":
                charge._update_state("posted", **values)
            else:
                charge.sudo().write(values)
            text = f"{charge.display_name}: {before} → {charge.amount}. {note}"
            charge.case_id._log("charge_changed", text, charge.item_id)

    def _check_waived(self, amount):
        if self.currency_id.compare_amounts(amount, 0) <= 0 or (
            self.currency_id.compare_amounts(amount, self.amount) > 0
        ):
            raise UserError(
                self.env._(
                    "Waive an amount above 0 and up to %(amount)s.",
                    amount=formatLang(
                        self.env, self.amount, currency_obj=self.currency_id
                    ),
                )
            )

    def _credit_unheard(self):
        """Credit the reminder fees of notices that did not arrive; their keys are free.

        Interest and flat sums are owed without a notice: they stay, and are listed in
        the next. What the customer has paid all the same was heard of.
        """
        fees = self.filtered(
            lambda charge: charge.kind == "reminder"
            and charge.state == "posted"
            and charge.document_id.sudo()._ar_get_open_charges() > 0
        )
        fees._credit_back(self.env._("The reminder did not arrive"))

    def _credit_back(self, note):
        """Credit what was booked with a notice that is taken back; the keys are free."""
        posted = self.filtered(lambda charge: charge.state == "posted")
        posted._credit({charge: charge.amount for charge in posted})
        posted._update_state("cancelled")
        for charge in posted:
            charge.case_id._log(
                "charge_cancelled",
                f"{charge.display_name}: {note}",
                charge.item_id,
                charge.notice_id,
            )
