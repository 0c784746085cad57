"""What a quotation says of its deposit, and what the customer has accepted of it."""

from odoo import fields, models
from odoo.tools import format_date, is_html_empty

from .sale_order_deposit import READERS


class SaleOrder(models.Model):
    _inherit = "sale.order"

    ar_acceptance_ids = fields.One2many(
        "ar.terms.acceptance",
        "order_id",
        string="Terms accepted",
        copy=False,
        groups=READERS,
    )

    def write(self, vals):
        """Override of `sale`: who signs accepts the terms as they read now.

        The page of the quotation writes as superuser what the customer has drawn. A
        colleague who fills in the signature says that the customer has signed elsewhere.
        """
        result = super().write(vals)
        if vals.get("signed_on"):
            is_drawn = self.env.su and vals.get("signature")
            for order in self:
                way = "signature" if is_drawn else "hand"
                order._ar_note_acceptance(way, order.signed_by)
        return result

    def _ar_note_acceptance(self, way, name):
        """Keep what was accepted; nothing where the order shows no terms."""
        self.ensure_one()
        if not is_html_empty(self._ar_get_terms()[1]):
            self.env["ar.terms.acceptance"]._note(self, way, name)

    def _ar_get_acceptances(self):
        """Override: an order that came back to quotation starts anew."""
        acceptances = super()._ar_get_acceptances()
        since = self.sudo().ar_deposit_reopened
        return acceptances.filtered(lambda one: not since or one.date >= since)

    def _ar_get_terms(self):
        """Give the version and the text of what the customer agrees to."""
        self.ensure_one()
        parts = self._ar_get_printed_parts()
        table = [self._ar_get_part_sentence(part) for part in parts] if len(parts) > 1 else []
        sentences = [*self._ar_get_deposit_sentences(is_paid=False), *table]
        rule = self.sudo().ar_deposit_rule_id
        return self.company_id._ar_get_terms(sentences, self.note, rule)

    def _ar_get_printed_parts(self):
        """Give the parts that come to something: a fixed deposit may be all of an order."""
        self.ensure_one()
        return self.sudo().ar_deposit_ids.filtered("amount").sorted("sequence")

    def _ar_get_acceptance_field(self):
        return "order_id"

    def _ar_get_part_sentence(self, part):
        return self.env._(
            "%(part)s: %(amount)s, %(when)s.",
            part=part.name,
            amount=self.currency_id.format(part.amount),
            when=part.when,
        )

    def _ar_get_deposit_sentences(self, is_paid=None):
        """Say in plain words how much is due by when, and what happens without it.

        :param is_paid: ``False`` for what was asked, whatever has been paid since
        """
        self.ensure_one()
        first = self._ar_get_first_part()
        if not first or self.currency_id.is_zero(first.amount):
            return []
        if is_paid is None and self.ar_deposit_state == "paid":
            amount = self.currency_id.format(first.amount)
            if self._ar_is_whole_asked():
                return [
                    self.env._("The whole amount of %(amount)s is paid. Thank you.", amount=amount)
                ]
            return [self.env._("The deposit of %(amount)s is paid. Thank you.", amount=amount)]
        rule = self.sudo().ar_deposit_rule_id
        consequence = rule.consequence or self.env._(
            "The order is confirmed, and work starts, when the deposit has arrived."
        )
        asked = self._ar_get_first_sentence(first)
        if is_paid is None:
            asked = self._ar_get_invoice_sentence(first) or asked
        texts = (asked, consequence, rule.text)
        return [text for text in texts if text]

    def _ar_get_invoice_sentence(self, first):
        """Say by which day the deposit is due, once its invoice tells that."""
        invoice = self._ar_get_open_downpayments().filtered(
            lambda move: move.ar_deposit_id == first
        )[:1]
        if not invoice:
            return False
        values = {
            "amount": self.currency_id.format(first.amount),
            "day": format_date(
                self.env, invoice.invoice_date_due, date_format="full"
            ),
            "invoice": invoice.name,
        }
        if self._ar_is_whole_asked():
            return self.env._(
                "Before we start we ask for payment of the whole amount of %(amount)s, due by "
                "%(day)s (invoice %(invoice)s).",
                **values,
            )
        return self.env._(
            "Before we start we ask for a deposit of %(amount)s, due by %(day)s "
            "(invoice %(invoice)s).",
            **values,
        )

    def _ar_get_first_sentence(self, first):
        amount = self.currency_id.format(first.amount)
        if self._ar_is_whole_asked():
            return self._ar_get_whole_sentence(first, amount)
        if first.due_days:
            return self.env._(
                "Before we start we ask for a deposit of %(amount)s, due within %(days)s "
                "days of your acceptance.",
                amount=amount,
                days=first.due_days,
            )
        return self.env._(
            "Before we start we ask for a deposit of %(amount)s, due on acceptance.",
            amount=amount,
        )

    def _ar_is_whole_asked(self):
        """Tell whether all of the order is paid before start."""
        self.ensure_one()
        asked = self._ar_get_first_part().amount
        return bool(asked) and self.currency_id.compare_amounts(asked, self.amount_total) >= 0

    def _ar_get_whole_sentence(self, first, amount):
        """Ask for the whole order in advance: a deposit would be a part of it."""
        if first.due_days:
            return self.env._(
                "Before we start we ask for payment of the whole amount of %(amount)s, due "
                "within %(days)s days of your acceptance.",
                amount=amount,
                days=first.due_days,
            )
        return self.env._(
            "Before we start we ask for payment of the whole amount of %(amount)s, due on "
            "acceptance.",
            amount=amount,
        )
