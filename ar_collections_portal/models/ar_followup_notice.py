"""The online payment of all that a notice asks for."""

from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from odoo import api, models
from odoo.tools import str2bool
from odoo.tools.misc import hash_sign, verify_hash_signed

_SCOPE = "ar_collections_portal.payment"
# The link of a notice works so long after its day.
LINK_DAYS = 180


class OnlineClaim(NamedTuple):
    """What can be paid at once: debts and booked charges in one currency.

    :param rows: (number, open amount, whether it is late fees)
    :param lines: the receivable journal items
    """

    notice: Any
    currency: Any
    rows: list
    lines: Any

    @property
    def total(self):
        return self.currency.round(sum(amount for _name, amount, _is_fee in self.rows))


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    # === LINK === #

    def _get_online_sums(self, sums, asked):
        """Override: the page asks for the charges too, which core's page cannot."""
        return asked

    def _get_payment_link(self, lines, amount):
        """Override to let the customer pay several debts and their charges at once.

        A single invoice without charges is paid on its own page; an entry has none.
        """
        currency, move = lines.currency_id[:1], lines.move_id
        own = self._get_totals(lines).get(currency, 0.0)
        is_single = len(move) == 1 and move.is_invoice()
        if is_single and not currency.compare_amounts(amount, own):
            return super()._get_payment_link(lines, amount)
        is_possible = (
            self._is_paying_online()
            and not self._has_payment_in_process(lines)
            and self._has_payment_provider(currency, amount)
        )
        if not currency or not is_possible:
            return ""
        token = self._sign_payment(currency, self._get_bank_account(currency, lines))
        return f"{self.get_base_url()}/collections/pay/{token}"

    def _is_paying_online(self):
        """Tell whether the company lets customers pay invoices online."""
        parameters = self.env["ir.config_parameter"].sudo()
        value = parameters.get_param("account_payment.enable_portal_payment")
        return str2bool(value or "False", False)

    def _sign_payment(self, currency, bank):
        """Give the token of a payment page: signed, for this notice, for a time."""
        end = self._get_text_day() + timedelta(days=LINK_DAYS)
        return hash_sign(
            self.env(su=True),
            _SCOPE,
            [self.id, currency.id, bank.id],
            expiration=datetime.combine(end, time.max),
        )

    @api.model
    def _get_claim_of_token(self, token):
        """Give what a token lets somebody pay, or ``None`` for one that is not ours.

        :rtype: OnlineClaim | None
        """
        try:
            values = verify_hash_signed(self.env(su=True), _SCOPE, token)
        except (ValueError, IndexError):
            return None
        if not values:
            return None
        notice_id, currency_id, bank_id = values
        notice = self.sudo().browse(notice_id).exists()
        if not notice:
            return None
        currency = self.env["res.currency"].sudo().browse(currency_id)
        bank = self.env["res.partner.bank"].sudo().browse(bank_id or ())
        return notice._get_online_claim(currency, bank)

    # === CLAIM === #

    def _get_online_claim(self, currency, bank):
        """Give what is still open of what the notice asks for in a currency.

        Never more than was asked for, and less where something was paid meanwhile.
        """
        groups = self._group_by_bank(self._get_lines("overdue"))
        lines = groups.get(bank, self.line_ids.browse())
        rows, debts = [], self.env["account.move.line"].sudo()
        for line in lines.filtered(lambda line: line.currency_id == currency):
            debt = line.move_line_id
            amount = min(line.claim_amount, self._get_open(debt))
            if currency.compare_amounts(amount, 0) > 0:
                rows.append((line.name, amount, line.move_id.ar_is_charge))
                debts |= debt
        for document, amount in self._get_booked_charges(currency, lines).items():
            receivable = document.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            amount = min(amount, sum(map(self._get_open, receivable)))
            if currency.compare_amounts(amount, 0) > 0:
                rows.append((document.name, amount, True))
                debts |= receivable
        return OnlineClaim(self, currency, rows, debts)

    @staticmethod
    def _get_open(debt):
        return debt.amount_residual_currency if debt.parent_state == "posted" else 0.0

    def _get_booked_charges(self, currency, lines):
        """Give {document: sum} of the charges that the notice has booked for `lines`."""
        sums = {}
        for charge in self._get_charges_for(lines):
            if charge.document_id and charge.currency_id == currency:
                document = charge.document_id.sudo()
                sums[document] = sums.get(document, 0.0) + charge._get_gross()
        return sums

    def _is_payable(self):
        """Tell whether the notice was sent and still stands."""
        self.ensure_one()
        return self.state in ("done", "failed") and not self.is_test

    def _has_payment_in_process(self, lines):
        """Tell whether an online payment of these debts is on its way.

        One that is done settles them a little later, when Odoo books it.
        """
        transactions = lines.move_id.transaction_ids
        return any(
            (transaction.state in ("pending", "authorized")
            and transaction.provider_code not in ("none", "custom"))
            or (transaction.state == "done" and not transaction.is_post_processed)
            for transaction in transactions
        )
