"""The page on which a customer pays all that a reminder asks for."""

from math import isclose

from odoo.addons.account_payment.controllers.portal import PortalAccount
from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.http import request, route

# A reference longer than this is of no use on a bank statement.
LONGEST_REFERENCE = 60


class CollectionsPayment(PortalAccount):
    @route(
        "/collections/pay/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def collections_pay(self, token, **kwargs):
        """Show what is open of a reminder, with a form that pays it in one go."""
        claim = request.env["ar.followup.notice"]._get_claim_of_token(token)
        if claim is None:
            return request.not_found()
        values = self._get_collections_values(claim, token)
        return request.render("ar_collections_portal.payment_page", values)

    @route(
        "/collections/pay/<string:token>/transaction",
        type="jsonrpc",
        auth="public",
    )
    def collections_transaction(self, token, amount=None, access_token=None, **kwargs):
        """Create the transaction of a reminder and give its processing values.

        :raise ValidationError: where the token is not ours, or the sum has changed
        """
        claim = request.env["ar.followup.notice"]._get_claim_of_token(token)
        if claim is None or self._get_obstacle(claim):
            raise ValidationError(
                request.env._("This cannot be paid any more: load the page again.")
            )
        if not self._is_whole(claim, amount):
            raise ValidationError(
                request.env._("The sum has changed meanwhile: load the page again.")
            )
        self._validate_transaction_kwargs(
            kwargs, additional_allowed_keys={"payment_reference", "reference_prefix"}
        )
        kwargs.pop("payment_reference", None)
        payer = self._get_payer(claim)
        if payer != request.env.user.partner_id:
            self._check_stranger(kwargs)
        kwargs |= {
            "amount": claim.total,
            "currency_id": claim.currency.id,
            "partner_id": payer.id,
            "reference_prefix": self._get_collections_reference(claim),
        }
        transaction = self._create_transaction(
            custom_create_values={
                "invoice_ids": [Command.set(claim.lines.move_id.ids)],
                "ar_notice_id": claim.notice.id,
                "ar_debt_ids": [Command.set(claim.lines.ids)],
            },
            **kwargs,
        )
        return transaction._get_processing_values()

    # === CHECKS === #

    def _is_whole(self, claim, amount):
        """Tell whether an amount from outside is what the page asks for."""
        try:
            return isclose(float(amount), claim.total, abs_tol=claim.currency.rounding / 2)
        except (TypeError, ValueError, OverflowError):
            return False

    def _check_stranger(self, kwargs):
        """Let whoever has the link pay with own means only, and save none for others.

        :raise ValidationError: for a card that the customer has saved
        """
        if kwargs.get("flow") == "token" or kwargs.get("token_id"):
            raise ValidationError(
                request.env._("Log in to pay with what you have saved.")
            )
        kwargs["tokenization_requested"] = False

    # === VALUES === #

    def _get_collections_values(self, claim, token):
        notice, obstacle = claim.notice, self._get_obstacle(claim)
        values = {
            "page_name": "collections_pay",
            "claim": claim,
            "obstacle": obstacle,
            "memo_text": notice._get_memo_text(claim.currency),
            "res_company": notice.company_id,
            "amount": claim.total,
            "currency": claim.currency,
        }
        if obstacle:
            return values
        payer = self._get_payer(claim)
        values |= self._get_common_page_view_values(
            invoices_data={
                "partner": payer,
                "company": notice.company_id,
                "total_amount": claim.total,
                "currency": claim.currency,
                "amount_residual": claim.total,
                "payment_reference": self._get_collections_reference(claim),
                "landing_route": f"/collections/pay/{token}",
                "transaction_route": f"/collections/pay/{token}/transaction",
            },
            access_token=token,
        )
        values["partner_id"] = payer.id
        if payer != request.env.user.partner_id:
            # Whoever has the link may pay, but not with what somebody else has saved, and
            # nothing of his is saved for others.
            values["tokens_sudo"] = request.env["payment.token"].sudo()
            shown = values["show_tokenize_input_mapping"]
            values["show_tokenize_input_mapping"] = dict.fromkeys(shown, False)
        return values

    def _get_payer(self, claim):
        """Give the customer whose debts are paid: the user, where they are the same."""
        customer = claim.notice.partner_id
        user = request.env.user.partner_id
        is_own = user.commercial_partner_id == customer.commercial_partner_id
        return user if is_own and not request.env.user._is_public() else customer

    def _get_obstacle(self, claim):
        """Tell why nothing can be paid here, as text, or give an empty one."""
        notice = claim.notice
        if notice.is_test:
            return request.env._("This is a test message: nothing can be paid here.")
        if notice.state == "cancelled":
            return request.env._("This reminder was withdrawn: nothing is asked by it.")
        if not notice._is_payable():
            return request.env._("This reminder was not sent yet.")
        if notice._has_payment_in_process(claim.lines):
            return request.env._(
                "A payment is being processed. Please do not pay twice."
            )
        if claim.currency.compare_amounts(claim.total, 0) <= 0:
            return request.env._("Nothing is open any more. Thank you.")
        return ""

    def _get_collections_reference(self, claim):
        names = list(dict.fromkeys(name for name, _amount, _is_fee in claim.rows))
        reference = ", ".join(filter(None, names))
        if len(reference) <= LONGEST_REFERENCE:
            return reference
        return f"{names[0]} + {len(names) - 1}"
