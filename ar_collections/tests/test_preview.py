"""A preview tells what a run of any day would say, and touches nothing."""

from odoo.exceptions import AccessError
from odoo.tools import SQL

from .common import day_in
from .common_by_hand import ByHandCase


class TestPreview(ByHandCase):
    def preview(self, days=0, **values):
        preview = self.env["ar.followup.preview"].create(
            {"date": day_in(days), **values}
        )
        preview.action_preview()
        return preview

    def said(self, preview):
        return {line.move_id: line.level_id.days for line in preview.line_ids}

    def reasons(self, preview):
        return {line.reason: line.debt_count for line in preview.reason_ids}

    def snapshot(self):
        """Give every row of our tables and of the ledger, previews left out."""
        self.env.flush_all()
        tables = [
            name
            for (name,) in self.env.execute_query(
                SQL(
                    """
                    SELECT table_name FROM information_schema.tables
                     WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
                       AND (table_name LIKE 'ar\\_%%' OR table_name LIKE 'account\\_%%'
                            OR table_name LIKE 'mail\\_%%' OR table_name = 'res_partner')
                       AND table_name NOT LIKE 'ar\\_followup\\_preview%%'
                    """
                )
            )
        ]
        self.assertIn("ar_followup_item", tables)
        self.assertIn("account_move_line", tables)
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT t::text FROM %s t ORDER BY 1",
                    SQL.identifier(table),
                )
            )
            for table in tables
        }

    def test_it_says_what_the_run_of_the_day_then_says(self):
        self.create_policy([-3, 1, 8])
        old, coming = self.create_invoice(due_in=-9), self.create_invoice(due_in=2)
        preview = self.preview()
        self.assertEqual(self.said(preview), {old: 1, coming: -3})
        self.assertEqual((preview.notice_count, preview.customer_count), (1, 1))
        self.assertSaid(self.follow_up(), {old: 1, coming: -3})

    def test_a_day_in_the_future_is_decided_from_todays_ledger(self):
        self.create_policy([1, 8])
        invoice = self.create_invoice(due_in=-1)
        self.climb(0)
        self.assertEqual(self.said(self.preview(6)), {})
        self.assertEqual(self.said(self.preview(7)), {invoice: 8})

    def test_the_other_tab_counts_why_not(self):
        self.create_policy([1, 8])
        self.hold(self.create_invoice(), "dispute")
        self.create_invoice(due_in=30)
        self.create_invoice(due_in=40)
        said = self.create_invoice(due_in=-2)
        preview = self.preview()
        self.assertEqual(self.said(preview), {said: 1})
        self.assertEqual(self.reasons(preview), {"dispute": 1, "not_due": 2})
        self.assertEqual(preview.debt_count, 4)

    def test_it_writes_nothing_but_itself(self):
        self.create_policy([-3, 1, self.level(8, amount_from=500)])
        self.create_invoice(due_in=-9)
        self.create_invoice(due_in=2)
        self.follow_up(-8)
        self.create_invoice(due_in=-20)
        before = self.snapshot()
        for days in (0, 1, 90):
            self.preview(days)
        after = self.snapshot()
        changed = [table for table in before if before[table] != after[table]]
        self.assertEqual(changed, [])

    def test_the_maximum_of_a_day_counts(self):
        self.create_policy([1])
        self.env.company.ar_max_per_day = 1
        self.create_invoice()
        self.create_invoice(partner=self.create_customer("Birch Ltd"))
        preview = self.preview()
        self.assertEqual(preview.notice_count, 1)
        self.assertEqual(self.reasons(preview), {"run_limit": 1})

    def test_chosen_customers_only(self):
        self.create_policy([1])
        other = self.create_customer("Birch Ltd")
        self.create_invoice()
        chosen = self.create_invoice(partner=other)
        self.assertEqual(self.said(self.preview(partner_ids=other.ids)), {chosen: 1})

    def test_amounts_are_those_of_the_notice(self):
        self.create_policy([1])
        self.create_invoice(amount=100.0)
        self.create_credit_note(30.0)
        line = self.preview().line_ids
        self.assertEqual(
            (line.open_amount, line.claim_amount, line.channel, line.days_overdue),
            (100.0, 70.0, "email", 5),
        )
        self.assertEqual(line.recipient_id, self.customer)

    def test_a_run_opens_its_own_preview(self):
        self.create_policy([1])
        invoice = self.create_invoice(due_in=4)
        run = self.env["ar.followup.run"].create({"as_of": day_in(5)})
        action = run.action_open_preview()
        preview = self.env["ar.followup.preview"].browse(action["res_id"])
        self.assertEqual(self.said(preview), {invoice: 1})
        self.assertFalse(run.notice_ids)

    def test_worked_out_again_it_holds_the_new_day_only(self):
        self.create_policy([1])
        self.create_invoice(due_in=4)
        preview = self.preview(0)
        self.assertFalse(preview.line_ids)
        preview.date = day_in(5)
        preview.action_preview()
        self.assertEqual(len(preview.line_ids), 1)
        preview.action_preview()
        self.assertEqual(len(preview.line_ids), 1)

    def test_the_other_company_is_not_looked_at(self):
        other = self.setup_other_company(name="Other Company")["company"]
        self.switch_on(other)
        self.create_policy([1], company_id=False)
        mine, theirs = self.create_invoice(), self.create_invoice(company=other)
        self.assertEqual(self.said(self.preview()), {mine: 1})
        self.assertEqual(self.said(self.preview(company_id=other.id)), {theirs: 1})
        with self.assertRaises(AccessError):
            preview = self.env["ar.followup.preview"].with_user(self.manager)
            preview.create({"company_id": other.id}).action_preview()

    def test_only_managers_preview(self):
        run = self.env["ar.followup.run"].create({})
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                run.with_user(user).action_open_preview()
            with self.assertRaises(AccessError):
                self.env["ar.followup.preview"].with_user(user).create({})
