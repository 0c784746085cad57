"""Whatever happens to orders, the exposure is what the customer would cost us.

A random walk over real documents, against a ledger that is kept by hand: what was ordered
and confirmed, what was invoiced and credited, what was paid and given back. Money and
goods are counted once, in whatever order things happen.
"""

import random

from odoo import Command
from odoo.addons.ar_collections.tests.common import TODAY

from .test_order_payments import OrderPaymentCase

STEPS = 25


class Told:
    """What is known of an order, without asking the documents that the exposure reads.

    :param pieces: {line: pieces that are invoiced}
    :param ahead: invoiced as down payments, and not deducted again
    :param authorised: of the customer's card, and not captured yet
    :param online: what was paid online, and what of it went back
    """

    def __init__(self, order):
        self.order = order
        self.pieces = dict.fromkeys(order.order_line.filtered("product_id"), 0.0)
        self.ahead = 0.0
        self.authorised = 0.0
        self.online = []

    def get_left(self):
        """Give what is not invoiced, in the order's currency."""
        left = sum(
            line.price_total * (1 - pieces / line.product_uom_qty)
            for line, pieces in self.pieces.items()
        )
        return max(left - self.ahead, 0.0)


class TestExposureWalk(OrderPaymentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ar.deposit.rule"].search([]).is_on = False
        cls.order.action_cancel()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        cls.prices = cls.env["product.pricelist"].sudo().create(
            {"name": "Euro", "currency_id": cls.euro.id}
        )
        cls.taxes = cls.env["account.tax"].create(
            [{"name": f"{rate} %", "amount": rate} for rate in (21, 6)]
        )
        cls.root.ar_credit_effect = "warn"

    def test_it_is_what_the_customer_would_cost_us(self):
        for seed in (3, 17):
            with self.subTest(seed=seed):
                self.walk(seed)

    def walk(self, seed):
        self.dice = random.Random(seed)
        self.customer = self.create_customer(f"Walker {seed}")
        self.told, self.paid, self.story = [], 0.0, []
        self.do_order(None)
        while len(self.story) < STEPS:
            act, told = self.dice.choice(self.get_acts()), self.dice.choice(self.told)
            if (said := act(told)) is not None:
                self.story.append(f"{act.__name__}: {said}")
                self.check()

    def get_acts(self):
        """Give what may happen; what happens more often is in it more than once."""
        return [
            self.do_order,
            self.do_confirm,
            self.do_confirm,
            self.do_pay_online,
            self.do_authorise,
            self.do_refund,
            self.do_bill_ahead,
            self.do_bill,
            self.do_bill,
            self.do_bill,
            self.do_pay_invoice,
            self.do_pay_invoice,
            self.do_pay_nothing_in_particular,
            self.do_credit,
            self.do_goodwill,
            self.do_deliver,
            self.do_cancel,
        ]

    # === WHAT IT SHOULD BE === #

    def check(self):
        story = "\n".join(self.story)
        found = sum(self.exposure().values())
        self.assertAlmostEqual(found, self.get_expected(), delta=0.06, msg=story)

    def get_expected(self):
        invoices = self.env["account.move"].search(
            [
                ("partner_id", "=", self.customer.id),
                ("state", "=", "posted"),
                ("move_type", "in", ("out_invoice", "out_refund")),
            ]
        )
        expected = sum(invoices.mapped("amount_total_signed")) - self.paid
        for told in self.told:
            rate = told.order.currency_rate
            left = told.get_left() / rate
            loose = max(self.get_loose(told), 0.0)
            if told.order.state == "sale":
                expected += left - min(told.authorised / rate, max(left - loose, 0.0))
            elif told.order.state in ("draft", "sent"):
                expected += min(loose, left)
        return expected

    def get_loose(self, told):
        """Give what is left of online payments of an order, in the company's currency."""
        lines = (one.payment_id.move_id.line_ids for one in told.online)
        lines = self.env["account.move.line"].union(*lines)
        open_lines = lines.filtered(lambda line: line.account_type == "asset_receivable")
        return -sum(open_lines.mapped("amount_residual"))

    # === WHAT HAPPENS === #

    def do_order(self, _told):
        if len([told for told in self.told if told.order.state != "cancel"]) >= 4:
            return None
        commands = [
            Command.create(
                {
                    "product_id": self.work.id,
                    "product_uom_qty": self.dice.choice([1, 4, 10]),
                    "price_unit": self.dice.choice([100.0, 33.33, 250.0]),
                    "tax_ids": [Command.set(self.dice.choice(self.taxes).ids)],
                }
            )
            for _line in range(self.dice.randint(1, 3))
        ]
        if self.dice.random() < 0.3:
            commands.append(Command.create({"display_type": "line_section", "name": "More"}))
            discount = {"product_id": self.work.id, "price_unit": -20.0, "tax_ids": False}
            commands.append(Command.create(discount))
        values = {"pricelist_id": self.prices.id} if self.dice.random() < 0.3 else {}
        order = self.env["sale.order"].create(
            {"partner_id": self.customer.id, "order_line": commands, **values}
        )
        self.told.append(Told(order))
        return order.amount_total

    def do_confirm(self, told):
        if told.order.state not in ("draft", "sent"):
            return None
        told.order.action_confirm()
        return told.order.name

    def do_deliver(self, told):
        if told.order.state != "sale":
            return None
        line = self.dice.choice(list(told.pieces))
        line.qty_delivered = self.dice.choice([1, line.product_uom_qty])
        return told.order.name

    def do_pay_online(self, told):
        amount = self.dice.choice([10.0, 77.7, round(told.get_left() / 2, 2)])
        if told.order.state == "cancel" or told.authorised or not amount:
            return None
        transaction = self.pay_online(told.order, amount)
        told.online.append(transaction)
        self.paid += amount / told.order.currency_rate
        return f"{told.order.name} {amount}"

    def do_authorise(self, told):
        amount = round(told.get_left() / 3, 2)
        if told.order.state != "sale" or told.authorised or amount <= 0:
            return None
        self.pay_online(told.order, amount, state="authorized")
        told.authorised = amount
        return f"{told.order.name} {amount}"

    def do_refund(self, told):
        payments = [
            one
            for one in told.online
            if one.operation != "refund" and not one.child_transaction_ids
        ]
        if not payments:
            return None
        transaction = self.dice.choice(payments)
        amount = self.dice.choice([transaction.amount, round(transaction.amount / 2, 2)])
        transaction.action_refund(amount_to_refund=amount)
        transaction.child_transaction_ids._post_process()
        told.online.append(transaction.child_transaction_ids)
        self.paid -= amount / told.order.currency_rate
        return f"{told.order.name} {amount}"

    def do_bill_ahead(self, told):
        amount = round(told.get_left() / 4, 2)
        if told.order.state != "sale" or amount < 1:
            return None
        wizard = self.env["sale.advance.payment.inv"].create(
            {
                "sale_order_ids": [Command.set(told.order.ids)],
                "advance_payment_method": "fixed",
                "fixed_amount": amount,
            }
        )
        wizard._create_invoices(told.order).action_post()
        told.ahead += amount
        return f"{told.order.name} {amount}"

    def do_bill(self, told):
        """Invoice some of the pieces, or all of them, which deducts the down payments."""
        if told.order.state != "sale" or told.get_left() <= 0:
            return None
        is_all = self.dice.random() < 0.5
        invoice = told.order._create_invoices(final=is_all)
        for line, pieces in told.pieces.items():
            [billed] = invoice.invoice_line_ids.filtered(
                lambda one, line=line: line in one.sale_line_ids
            ) or [invoice.invoice_line_ids.browse()]
            if billed and not is_all:
                billed.quantity = self.dice.choice([1, billed.quantity])
            told.pieces[line] = pieces + billed.quantity
        if is_all:
            told.ahead = 0.0
        invoice.action_post()
        return f"{told.order.name} {invoice.amount_total} {'all' if is_all else ''}"

    def do_pay_invoice(self, told):
        invoices = told.order.invoice_ids.filtered(
            lambda one: one.move_type == "out_invoice" and one.amount_residual > 0
        )
        if not invoices:
            return None
        invoice = self.dice.choice(invoices)
        amount = self.dice.choice([invoice.amount_residual, invoice.amount_residual / 2])
        amount = invoice.currency_id.round(amount)
        self.pay(invoice, amount)
        self.paid += amount / told.order.currency_rate
        return f"{invoice.name} {amount}"

    def do_pay_nothing_in_particular(self, _told):
        amount = self.dice.choice([5.0, 50.0])
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.paid += amount
        return amount

    def get_invoices(self, told):
        """Give the invoices of the order that are no down payments."""
        return told.order.invoice_ids.filtered(
            lambda one: one.move_type == "out_invoice"
            and not one._is_downpayment()
            and not one.reversal_move_ids
        )

    def do_credit(self, told):
        """Credit all of an invoice: what it billed is open again."""
        invoices = self.get_invoices(told)
        if not invoices:
            return None
        invoice = self.dice.choice(invoices)
        note = invoice._reverse_moves([{"invoice_date": TODAY}])
        note.action_post()
        for line in note.invoice_line_ids.sale_line_ids:
            own = note.invoice_line_ids.filtered(lambda one, line=line: line in one.sale_line_ids)
            if line in told.pieces:
                told.pieces[line] -= own.quantity
            else:
                told.ahead -= own.price_total
        return f"{invoice.name} {note.amount_total}"

    def do_goodwill(self, told):
        """Credit a little of an invoice: nothing is invoiced again for that."""
        invoices = self.get_invoices(told).filtered(
            lambda one: not one.invoice_line_ids.sale_line_ids.filtered("is_downpayment")
        )
        if not invoices:
            return None
        invoice = self.dice.choice(invoices)
        note = invoice._reverse_moves([{"invoice_date": TODAY}])
        for line in note.invoice_line_ids:
            line.price_unit *= 0.1
        note.action_post()
        return f"{invoice.name} {note.amount_total}"

    def do_cancel(self, told):
        if told.order.state == "cancel" or self.dice.random() < 0.7:
            return None
        told.order._action_cancel()
        if not told.order._ar_has_to_settle():
            return told.order.name
        self.settle(told.order, "keep")
        return f"{told.order.name}, what was paid is kept"
