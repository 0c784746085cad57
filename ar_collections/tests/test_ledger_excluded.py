"""What is not followed up: excluded, blocked, journal entries."""

from odoo import Command

from .common import TODAY, CollectionsCase, day_in


class TestExcluded(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy([1, 8])

    def test_a_debt_excluded_from_follow_up_is_left_alone(self):
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        invoice.no_followup = True
        self.assertNothingSaid(self.follow_up(7))
        self.assertReason(invoice, "no_followup")
        invoice.no_followup = False
        self.assertSaid(self.follow_up(8), {invoice: 8})

    def test_a_blocked_invoice_is_left_alone_until_it_is_free(self):
        invoice = self.create_invoice(due_in=-1)
        invoice.action_toggle_block_payment()
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "blocked")
        invoice.action_toggle_block_payment()
        self.assertSaid(self.follow_up(), {invoice: 1})

    def test_a_blocked_invoice_that_is_paid_is_settled(self):
        invoice = self.create_invoice(due_in=-1)
        self.follow_up(-5)
        invoice.action_toggle_block_payment()
        payment = self.init_payment(100.0, post=True, partner=self.customer, date=TODAY)
        (self.debts(payment.move_id) + self.debts(invoice)).reconcile()
        self.assertEqual(invoice.payment_state, "blocked", "core leaves it so")
        self.assertNothingSaid(self.follow_up())
        self.assertFalse(self.item(invoice).is_open)

    # === JOURNAL ENTRIES === #

    def create_entry(self, amount=100.0, due_in=-5, **values):
        """Book an opening balance that a customer owes."""
        receivable = self.company_data["default_account_receivable"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": day_in(due_in - 30),
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.customer.id,
                            "date_maturity": day_in(due_in),
                            "debit": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_revenue"].id,
                            "credit": amount,
                        }
                    ),
                ],
                **values,
            }
        )
        entry.action_post()
        return entry

    def create_shared_entry(self, *debts):
        """Book opening balances of several customers in one entry.

        :param debts: of customer and day of the due date
        """
        return self.create_entry(
            line_ids=[
                *(
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_receivable"].id,
                            "partner_id": customer.id,
                            "date_maturity": day_in(due_in),
                            "debit": 100.0,
                        }
                    )
                    for customer, due_in in debts
                ),
                Command.create(
                    {
                        "account_id": self.company_data["default_account_revenue"].id,
                        "credit": 100.0 * len(debts),
                    }
                ),
            ]
        )

    def get_places(self, entry):
        """Give customer, rung and round of each debt of an entry."""
        return {
            (item.move_line_id.partner_id, item.partner_id, item.rung_days, item.round)
            for item in self.items(entry)
        }

    def test_customers_in_one_entry_keep_their_own_rungs(self):
        self.env.company.sudo().ar_is_following_entries = True
        birch = self.create_customer("Birch Ltd")
        entry = self.create_shared_entry((self.customer, -20), (birch, -10))
        self.climb(0, 1)
        told = {(self.customer, self.customer, 8, 1), (birch, birch, 8, 1)}
        self.assertEqual(self.get_places(entry), told)
        self.debts(entry)[0].date_maturity = day_in(-10)
        self.assertNothingSaid(self.follow_up(2))
        self.assertEqual(self.get_places(entry), told)

    def test_a_customer_of_an_entry_starts_below_whatever_the_others_were_told(self):
        self.env.company.sudo().ar_is_following_entries = True
        birch = self.create_customer("Birch Ltd")
        entry = self.create_shared_entry((self.customer, -20), (birch, -20))
        for day in (0, 1):
            self.follow_up(day, partner_ids=[Command.set(birch.ids)])
        self.follow_up(2, partner_ids=[Command.set(self.customer.ids)])
        self.assertEqual(
            self.get_places(entry),
            {(self.customer, self.customer, 1, 1), (birch, birch, 8, 1)},
        )

    def test_opening_balances_are_left_alone_by_default(self):
        entry = self.create_entry()
        self.assertNothingSaid(self.follow_up())
        self.assertReason(entry, "no_followup")

    def test_opening_balances_are_followed_by_choice(self):
        self.env.company.sudo().ar_is_following_entries = True
        entry = self.create_entry()
        run = self.follow_up()
        self.assertSaid(run, {entry: 1})
        self.assertRecordValues(
            self.lines_said(run),
            [{"name": entry.name, "due_date": day_in(-5), "amount_total": 100.0}],
        )

    def test_an_opening_balance_is_called_by_its_label(self):
        self.env.company.sudo().ar_is_following_entries = True
        entry = self.create_entry()
        self.debts(entry).name = "2019-0042"
        self.assertEqual(self.lines_said(self.follow_up()).name, "2019-0042")
        self.assertIn("2019-0042", self.item(entry).display_name)

    def test_single_opening_balances_can_be_taken_out(self):
        self.env.company.sudo().ar_is_following_entries = True
        entry, other = self.create_entry(), self.create_entry()
        self.follow_up(-20)
        self.item(entry).action_follow(False, "Old story")
        self.assertSaid(self.follow_up(), {other: 1})

    def test_an_opening_balance_without_due_date_is_due_on_its_day(self):
        self.env.company.sudo().ar_is_following_entries = True
        entry = self.create_entry(due_in=-5)
        self.debts(entry).date_maturity = False
        self.follow_up()
        self.assertEqual(self.item(entry).due_date, day_in(-35))
