"""Credit on orders."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.addons.ar_collections.const import CREDIT_REASONS
from odoo.addons.ar_collections.models.res_partner_case import READERS
from odoo.addons.ar_collections.tools.credit import ZERO


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "ar.credit.document.mixin"]

    ar_credit_hold_ids = fields.One2many(
        "ar.credit.hold", "order_id", string="Credit holds", groups=READERS
    )

    ar_credit_release_ids = fields.One2many(
        "ar.credit.release", "order_id", string="Credit releases", groups=READERS
    )

    # === COMPUTES === #

    @api.depends_context("uid", "lang")
    @api.depends(
        "state", "partner_invoice_id", "amount_total", "currency_id", "company_id",
        "transaction_ids.state", "order_line.invoice_lines", "ar_deposit_state",
        "invoice_status",
    )  # fmt: skip
    def _compute_ar_credit(self):
        return super()._compute_ar_credit()

    @api.depends("company_id", "partner_id", "amount_total")
    def _compute_partner_credit_warning(self):
        """Override of `sale` to read the limit and credit of the order's company."""
        result = None
        for company, group in self.grouped("company_id").items():
            documents = group.with_company(company)
            result = super(SaleOrder, documents)._compute_partner_credit_warning()
        return result

    # === CRUD === #

    def write(self, vals):
        """Override of `sale`: an order that is cancelled is not held any more."""
        result = super().write(vals)
        if vals.get("state") == "cancel":
            self._ar_give_back_credit()
        return result

    def _ar_give_back_credit(self):
        """End the holds of cancelled orders, and leave their credit to others."""
        holds = self.env["ar.credit.hold"].sudo()
        holds.search([("order_id", "in", self.ids)])._lift("closed")
        orders = self.sudo()
        orders.env["ar.credit.release"]._give_back(orders)
        orders.env["ar.collection.case"]._mark_customers_changed(
            (order.company_id, order._ar_get_credit_partner()) for order in orders
        )

    # === OVERRIDES OF THE ONE PLACE WHERE ORDERS ARE HELD === #

    def _ar_find_stops(self):
        """Override to add what speaks against more credit."""
        stops = super()._ar_find_stops()
        for order in self._ar_get_holdable()._ar_get_credit_doubted():
            stops[order] += order._ar_get_credit_stops()
        return stops

    def _ar_get_next_steps(self, stops):
        """Override to say what to do about credit."""
        steps = super()._ar_get_next_steps(stops)
        if not _is_by_credit(stops):
            return steps
        if self._ar_get_open_request():
            return [*steps, self.env._("A release was asked for: wait for the decision.")]
        return [*steps, self._ar_get_next_credit_step(self._ar_get_credit_effect())]

    def _ar_lock_stops(self):
        """Override to claim the customers' credit before it is looked at."""
        result = super()._ar_lock_stops()
        self.filtered(
            lambda order: order._ar_get_credit_effect() != "warn"
        )._ar_claim_credit()
        return result

    def _ar_flag_stops(self, stops):
        """Override to keep the credit holds, and to tell the salesperson."""
        result = super()._ar_flag_stops(stops)
        for order, found in stops.items():
            if _is_by_credit(found) and order._ar_flag_credit() and self.env.su:
                order._ar_tell_salesperson()
        return result

    def _ar_on_passed(self):
        """Override to note warnings and releases, and to end the holds."""
        result = super()._ar_on_passed()
        self._ar_note_passed()
        return result

    def _ar_tell_salesperson(self):
        """Make a task: the customer has accepted or paid, and the order must wait."""
        self.ensure_one()
        self._ar_give_held_task(self._ar_get_person(), self.env._("Accepted, but on credit hold"))

    def _ar_tell_outgrown(self):
        """Make a task: nobody was asked before the confirmed order grew."""
        self.ensure_one()
        summary = self.env._("Grown after it was confirmed, and on credit hold")
        self._ar_give_held_task(self._ar_get_person(), summary)

    # === CREDIT === #

    def _ar_get_credit_partner(self):
        self.ensure_one()
        return self.partner_invoice_id.commercial_partner_id

    def _ar_uses_credit(self):
        self.ensure_one()
        # A cancelled order too: somebody may try to confirm it.
        return True

    def _ar_shows_credit(self):
        """Override: until the order is confirmed, and again when it has outgrown credit."""
        is_shown = self.state in ("draft", "sent") or self._ar_has_outgrown_credit()
        return is_shown and super()._ar_shows_credit()

    def _ar_has_outgrown_credit(self):
        """Tell whether the order was let grow after it was confirmed, and is held since."""
        self.ensure_one()
        return self.state == "sale" and bool(self.sudo().ar_credit_hold_ids)

    def _ar_get_customer_warning(self):
        """Override: while a confirmed order goes on, say what its customer owes."""
        partner = self._ar_get_credit_partner()._origin
        if self.state != "sale" or self.invoice_status == "invoiced" or not partner:
            return super()._ar_get_customer_warning()
        root = self._ar_get_credit_company().sudo().root_id
        check = self.env["ar.credit.engine"]._check(root, {partner.id: ZERO})[partner.id]
        return partner._ar_get_credit_text(root, check)

    def _ar_get_credit_warning(self, check, release):
        """Override to say what has happened to a confirmed order."""
        text = super()._ar_get_credit_warning(check, release)
        if not text or release or self.state != "sale":
            return text
        return "\n".join([self.env._("The order has grown since it was confirmed."), text])

    def _ar_on_released(self):
        """Override: a confirmed order does not pass again, and uses the release now."""
        result = super()._ar_on_released()
        for order in self.filtered(lambda order: order.state == "sale"):
            order._ar_note_one_passed()
        return result

    def _ar_get_credit_effect(self):
        return self.company_id.sudo().root_id.ar_credit_effect

    def _ar_get_credit_asked(self):
        return self.env["ar.credit.exposure"]._get_asked(self)

    def _ar_get_credit_used(self, asked):
        """Override to add what its invoices leave open: a release is for all of an order."""
        invoices = self.sudo().invoice_ids.filtered(lambda move: move.state == "posted")
        left = sum(invoice._ar_get_open_of(self) for invoice in invoices)
        return super()._ar_get_credit_used(asked) + max(Decimal(str(left)), ZERO)

    def _ar_check_credit(self):
        """Override: of the undecided is asked what the deposit rule for them says."""
        check = super()._ar_check_credit()
        rule = self.sudo().ar_deposit_rule_id
        if not rule.for_undecided or self.ar_deposit_by_hand:
            return check
        # By the total as it is now: an order that grows is not let through by what it was.
        missing = self._ar_get_rule_amount(rule) - self.ar_deposit_received
        rest = self.env["ar.credit.exposure"]._to_root_currency(
            self._ar_get_credit_company().sudo().root_id,
            self.currency_id.id,
            Decimal(str(missing)),
        )
        reasons = [
            reason._replace(amount=min(reason.amount, rest))
            if reason.code == "undecided"
            else reason
            for reason in check.reasons
        ]
        # Who has paid the deposit has kept to the terms, and is not held as undecided.
        return check._replace(
            reasons=[one for one in reasons if one.code != "undecided" or one.amount > ZERO]
        )


def _is_by_credit(stops):
    """Tell whether credit is among what stops an order: list of (code, sentence)."""
    codes = {code for code, _sentence in stops}
    return not codes.isdisjoint(code for code, _label in CREDIT_REASONS)
