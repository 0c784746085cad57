"""Online payments without a journal entry, as with an accounting app.

The invoice is open until the bank statement comes, which is matched with it directly.
"""

from odoo.addons.ar_collections.tests.common import TODAY

from .test_order_payments import OrderPaymentCase


class TestPaymentsWithoutEntry(OrderPaymentCase):
    """An order of 1,000 with a deposit of 300: what is in no invoice is 700."""

    def setUp(self):
        super().setUp()
        nothing = self.env["account.account"]
        payments = type(self.env["account.payment"])
        self.patch(payments, "_get_outstanding_account", lambda *_args: nothing)
        moves = type(self.env["account.move"])
        self.patch(moves, "_get_invoice_in_payment_state", lambda _self: "in_payment")
        lines = self.provider.journal_id.inbound_payment_method_line_ids
        lines.payment_account_id = False

    def pay_deposit(self, amount=300.0, state="done"):
        """Invoice the deposit, and pay it online."""
        invoice = self.invoice_deposit(self.order)
        return invoice, self.pay_online(self.order, amount, state=state)

    def match(self, invoice, amount):
        """Match what has come to the bank with the invoice."""
        journal = self.provider.journal_id
        return self.pay_with_statement_line(invoice, journal.id, TODAY, amount)

    def take_from_bank(self, amount):
        """Book what has left the bank for the customer."""
        line = self.env["account.bank.statement.line"].create(
            {
                "payment_ref": "Refund",
                "journal_id": self.provider.journal_id.id,
                "partner_id": self.customer.id,
                "amount": -amount,
                "date": TODAY,
            }
        )
        _bank, suspense, _others = line.with_context(
            skip_account_move_synchronization=True
        )._seek_for_lines()
        suspense.account_id = self.customer.property_account_receivable_id

    def total(self):
        return sum(self.exposure().values())

    def test_it_counts_once_for_the_deposit(self):
        invoice, transaction = self.pay_deposit()
        self.assertFalse(transaction.payment_id.move_id)
        self.assertEqual(invoice.payment_state, "in_payment")
        self.assertEqual(self.order.ar_deposit_received, 300)
        self.assertParts(self.order, [(300, 300, "paid"), (700, 0, "planned")])

    def test_it_covers_until_the_statement_comes(self):
        invoice, transaction = self.pay_deposit()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual((transaction.payment_id.state, self.total()), ("in_process", 700))
        self.match(invoice, 300)
        self.assertEqual((transaction.payment_id.state, invoice.payment_state), ("paid", "paid"))
        self.assertEqual(self.exposure(), {"orders_open": 700})
        self.assertEqual(self.order.ar_deposit_received, 300)

    def test_what_comes_to_the_bank_in_parts(self):
        invoice, _transaction = self.pay_deposit()
        self.match(invoice, 100)
        self.assertEqual(self.total(), 700)
        self.assertEqual(self.order.ar_deposit_received, 300)
        self.match(invoice, 200)
        self.assertEqual(self.exposure(), {"orders_open": 700})

    def test_an_authorised_payment(self):
        self.provider.sudo().capture_manually = True
        _invoice, transaction = self.pay_deposit(state="authorized")
        self.assertEqual((self.order.state, self.total()), ("sale", 700))
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.total(), 700)

    def test_what_is_captured_in_parts(self):
        self.provider.sudo().capture_manually = True
        invoice, transaction = self.pay_deposit(state="authorized")
        capture = transaction._capture(100)
        transaction._void(200)
        capture._post_process()
        transaction._post_process()
        self.assertFalse(capture.payment_id.move_id)
        self.assertEqual(self.total(), 900)
        self.assertEqual(self.order.ar_deposit_received, 100)
        self.match(invoice, 100)
        self.assertEqual((self.order.ar_deposit_received, self.total()), (100, 900))

    def test_what_is_captured_in_two_steps(self):
        self.provider.sudo().capture_manually = True
        invoice, transaction = self.pay_deposit(state="authorized")
        for amount in (100, 200):
            transaction._capture(amount)._post_process()
        transaction._post_process()
        self.assertEqual((self.order.ar_deposit_received, self.total()), (300, 700))
        for amount in (100, 200):
            self.match(invoice, amount)
            self.assertEqual((self.order.ar_deposit_received, self.total()), (300, 700))

    def test_what_the_provider_sends_back(self):
        _invoice, transaction = self.pay_deposit()
        transaction.action_refund(amount_to_refund=120)
        transaction.child_transaction_ids._post_process()
        self.assertEqual(self.total(), 820)

    def test_what_is_sent_back_after_the_statement(self):
        invoice, transaction = self.pay_deposit()
        self.match(invoice, 300)
        transaction.action_refund()
        transaction.child_transaction_ids._post_process()
        self.take_from_bank(300)
        self.assertEqual(self.exposure(), {"receivable": 300, "orders_open": 700})
        credit = invoice._reverse_moves([{"invoice_date": TODAY}])
        credit.action_post()
        self.assertEqual(self.total(), 1000)

    def test_a_payment_that_is_cancelled(self):
        _invoice, transaction = self.pay_deposit()
        transaction.payment_id.action_draft()
        self.assertEqual(self.total(), 1000)
        transaction.payment_id.action_cancel()
        self.assertEqual(self.total(), 1000)

    def test_the_invoice_comes_after_the_payment(self):
        invoice = self.invoice_deposit(self.order, post=False)
        transaction = self.pay_online(self.order, 300)
        invoice.action_post()
        self.assertEqual(transaction.payment_id.invoice_ids, invoice)
        self.assertEqual((self.order.ar_deposit_received, self.total()), (300, 700))
        self.match(invoice, 300)
        self.assertEqual((self.order.ar_deposit_received, self.total()), (300, 700))

    def test_what_is_paid_beyond_the_invoice_is_for_the_order(self):
        invoice, _transaction = self.pay_deposit(450)
        self.assertEqual(self.total(), 550)
        self.match(invoice, 300)
        self.assertEqual(self.exposure(), {"orders_open": 550})

    def test_one_payment_of_two_orders(self):
        second = self.create_order(2000)
        orders = self.order | second
        invoices = self.invoice_deposit(self.order) | self.invoice_deposit(second)
        self.pay_online(orders, 900)
        self.assertEqual(orders.mapped("state"), ["sale", "sale"])
        self.assertEqual(self.total(), 2100)
        self.match(invoices[0], 300)
        self.assertEqual(self.total(), 2100)
        self.match(invoices[1], 600)
        self.assertEqual(self.exposure(), {"orders_open": 2100})

    def test_an_invoice_in_another_currency(self):
        """Rates may differ from day to day: what it settles is converted."""
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 2.0)])
        invoice = self.invoice_deposit(self.order, post=False)
        invoice.currency_id = euro
        invoice.invoice_line_ids.price_unit = 600
        invoice.action_post()
        self.pay_online(self.order, 300)
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (600, 600))
        self.assertEqual(self.total(), 700)
        self.match(invoice, 300)
        self.assertEqual(invoice.amount_residual, 0)
        self.assertEqual(self.exposure(), {"orders_open": 700})
