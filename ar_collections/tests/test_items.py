"""Items: what planning writes, an outlook that stays true."""

from contextlib import contextmanager

from psycopg2 import IntegrityError

from odoo.tools import SQL, mute_logger

from .common import TODAY, CollectionsCase, day_in


class TestWrittenBySql(CollectionsCase):
    """What SQL writes is what the ORM would have written: the same in every column.

    The ORM leaves a column empty where it means zero or no; both read alike.
    """

    # Two records never share these.
    OWN = frozenset({"id", "create_date", "write_date", "create_uid", "write_uid"})

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy([-3, cls.level(1, deadline_days=7)], is_approval_needed=True)
        cls.invoice = cls.create_invoice(due_in=-1)
        cls.create_invoice(due_in=9)

    def read_columns(self, record):
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT * FROM %s WHERE id = %s", SQL.identifier(record._table), record.id)
        )
        row = self.env.cr.dictfetchone()
        return {name: value or None for name, value in row.items()}

    def assertSameColumns(self, record, *given, leave=()):
        """Compare a record with one that the ORM creates from the values of `given`.

        :param given: names of the fields that planning sets
        :param leave: fields that the two cannot share
        """
        values = {}
        for name in given:
            value = record[name]
            values[name] = value.id if record._fields[name].relational else value
        for name in leave:
            values.pop(name, None)
        twin = record.sudo().create(values)
        found, expected = self.read_columns(record), self.read_columns(twin)
        for name in self.OWN.union(leave):
            found.pop(name), expected.pop(name)
        self.assertEqual(found, expected)
        for name, field in record._fields.items():
            if field.store and name not in self.OWN.union(leave) and not field.relational:
                self.assertEqual(record[name], twin[name], name)

    def test_an_item(self):
        self.follow_up()
        self.assertSameColumns(
            self.item(self.invoice),
            "case_id",
            "company_id",
            "partner_id",
            "move_id",
            "move_line_id",
            "due_date",
            "review_state",
            "reason",
            "next_level_id",
            "next_date",
            leave=("move_line_id",),
        )

    def test_a_notice(self):
        self.assertSameColumns(
            self.follow_up().notice_ids,
            "run_id",
            "case_id",
            "company_id",
            "partner_id",
            "recipient_id",
            "policy_id",
            "level_id",
            "level_days",
            "channel",
            "state",
            "as_of",
            "deadline_days",
            "is_formal",
            "is_test",
        )

    def test_its_lines(self):
        lines = self.follow_up().notice_ids.line_ids
        self.assertEqual(set(lines.mapped("role")), {"climbing", "not_due"})
        for line in lines:
            with self.subTest(line.role):
                self.assertSameColumns(
                    line,
                    "notice_id",
                    "company_id",
                    "role",
                    "level_id",
                    "level_days",
                    "round",
                    "occurrence",
                    "reason",
                    "move_id",
                    "move_line_id",
                    "name",
                    "invoice_date",
                    "due_date",
                    "days_overdue",
                    "currency_id",
                    "amount_total",
                    "open_amount",
                    "credit_amount",
                    "held_amount",
                    "claim_amount",
                    "is_open",
                    "is_test",
                    leave=("item_id",),
                )

    def test_a_case(self):
        self.follow_up()
        case = self.customer.ar_case_id
        partner = self.create_customer("Twin Ltd")
        ids = self.env["ar.collection.case"].sudo()._ensure_cases(
            self.env.company, partner.ids
        )
        by_sql = case.browse(ids[partner.id])
        by_orm = case.sudo().create(
            {
                "partner_id": self.create_customer("Orm Ltd").id,
                "company_id": self.env.company.id,
            }
        )
        leave = self.OWN | {"partner_id"}
        found, expected = self.read_columns(by_sql), self.read_columns(by_orm)
        for name in leave:
            found.pop(name), expected.pop(name)
        self.assertEqual(found, expected)

    def test_models_that_sql_writes_have_nothing_that_sql_would_miss(self):
        """No stored computed field of their own and no tracking."""
        for model in ("ar.followup.item", "ar.followup.notice.line"):
            with self.subTest(model):
                fields = self.env[model]._fields.values()
                missed = [f.name for f in fields if f.store and (f.compute or f.related)]
                tracked = [f.name for f in fields if getattr(f, "tracking", None)]
                self.assertEqual((missed, tracked), ([], []))

    @contextmanager
    def assertRefused(self, constraint):
        """Check that the database itself refuses what the block writes."""
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(IntegrityError, constraint):
            yield

    def test_the_database_holds_that_a_level_is_said_once(self):
        line = self.lines_said(self.follow_up())
        with self.assertRefused("said_once_uniq"):
            line.sudo().copy()

    def test_the_database_holds_that_a_debt_is_there_once(self):
        self.follow_up()
        item = self.item(self.invoice)
        with self.assertRefused("move_line_uniq"):
            item.sudo().copy()


class TestOutlook(CollectionsCase):
    """What comes next is true soon after the ledger has changed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([1, 8, 15], is_approval_needed=True)

    def test_after_a_message_the_next_rung_is_told(self):
        invoice = self.create_invoice(due_in=-1)
        run = self.follow_up()
        self.assertReason(invoice, "climbs", 1, 0)
        run.notice_ids.action_approve_and_send()
        self.assertReason(invoice, "too_soon_level", 8, 7)

    def test_after_a_payment_a_settled_debt_leaves_the_notice_that_waits(self):
        paid = self.create_invoice(due_in=-1)
        other = self.create_invoice(due_in=-2)
        run = self.follow_up()
        self.pay(paid)
        self.commit()
        self.assertSaid(run, {other: 1})
        self.assertEqual(run.notice_ids.state, "to_approve")
        self.pay(other)
        self.commit()
        self.assertEqual(run.notice_ids.state, "cancelled")
        self.assertEqual(run.notice_ids.cancel_reason, "settled")

    def test_after_an_undone_payment_the_outlook_is_back(self):
        invoice = self.create_invoice(due_in=-1)
        self.follow_up()
        payment = self.pay(invoice)
        self.commit()
        self.unmatch(invoice)
        self.commit()
        self.assertReason(invoice, "covered")
        payment.action_draft()
        self.commit()
        self.assertReason(invoice, "climbs", 1)

    def test_after_a_block_the_debt_is_held(self):
        invoice = self.create_invoice(due_in=-5)
        self.follow_up(-6)
        invoice.action_toggle_block_payment()
        self.commit()
        self.assertReason(invoice, "blocked")
        self.assertEqual(self.item(invoice).held_since, TODAY)
        invoice.action_toggle_block_payment()
        self.commit()
        self.assertReason(invoice, "climbs", 1)

    def test_after_an_exclusion_the_debt_is_held(self):
        invoice = self.create_invoice(due_in=-5)
        self.follow_up(-6)
        invoice.no_followup = True
        self.commit()
        self.assertReason(invoice, "no_followup")

    def test_after_a_new_due_date_the_next_step_is_told(self):
        invoice = self.create_invoice(due_in=-5)
        self.follow_up(-6)
        invoice.invoice_date_due = day_in(3)
        self.commit()
        self.assertReason(invoice, "not_due", 1, 4)

    def test_after_a_new_due_date_a_round_starts_at_once_and_once(self):
        invoice = self.create_invoice(due_in=-5)
        self.follow_up().notice_ids.action_approve_and_send()
        invoice.invoice_date_due = day_in(9)
        self.commit()
        self.follow_up(1)
        item = self.item(invoice)
        self.assertEqual((item.round, item.rung_days), (2, 0))
        self.assertEqual(item.event_ids.mapped("code").count("round_started"), 1)

    def test_after_a_credit_note_its_invoice_is_covered(self):
        invoice = self.create_invoice(due_in=-5)
        self.follow_up(-6)
        self.create_credit_note(100.0)
        self.commit()
        self.assertReason(invoice, "covered")

    def test_a_new_invoice_gets_its_item_with_the_next_run(self):
        self.follow_up()
        invoice = self.create_invoice(due_in=5)
        self.commit()
        self.follow_up(1)
        self.assertReason(invoice, "not_due", 1, 6)

    def test_customers_who_are_not_on_the_ladder_cost_one_query(self):
        invoice = self.create_invoice(due_in=-5)
        self.pay(invoice)
        self.commit()
        model = self.env["ar.followup.item"].sudo()
        model._on_ledger_changed(invoice.line_ids)
        self.env.flush_all()
        self.env.company._ar_get_settings_company()
        with self.assertQueryCount(3):
            # Savepoint, the items of the customer, and the end of the savepoint.
            model._refresh_stale()

    def test_a_failing_refresh_does_not_stop_a_payment(self):
        invoice = self.create_invoice(due_in=-5)
        self.follow_up(-6)
        self.patch(
            self.env.registry["ar.followup.planner"],
            "_decide",
            lambda *args: (_ for _ in ()).throw(ValueError("broken")),
        )
        with self.assertLogs("odoo.addons.ar_collections", "WARNING"):
            self.pay(invoice, 40.0)
            self.commit()
        self.assertEqual(invoice.amount_residual, 60.0)

    def test_without_a_start_date_nothing_is_refreshed(self):
        invoice = self.create_invoice(due_in=-5)
        self.follow_up(-6)
        self.env.company.sudo().ar_start_date = False
        invoice.no_followup = True
        self.commit()
        self.assertReason(invoice, "not_due")
