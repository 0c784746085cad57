"""What the tests of collections stand on: a frozen day, builders, assertions.

No tests in here. Days are told relative to `TODAY`: ``due_in=-5`` is a debt that was
due five days ago, ``follow_up(3)`` is the run of the day three days from now.
"""

from contextlib import contextmanager
from datetime import date, datetime, time

from odoo import Command
from odoo.addons.account.tests.common import AccountTestInvoicingCommon
from odoo.tests import freeze_time, new_test_user, tagged

from .common_ledger import TODAY, LedgerBuilders, day_in

NOON = time(12)
# Long before every debt of the tests: none of them is under opening review.
LONG_AGO = date(2020, 1, 1)


@tagged("standard", "post_install", "-at_install")
class CollectionsCase(LedgerBuilders, AccountTestInvoicingCommon):
    """A company with follow-up switched on, one business customer, and a frozen day.

    The user is a collections manager. Builders are class methods, so that they serve
    in `setUpClass` as well; what a test leaves out has a plain default.
    """

    @classmethod
    def setUpClass(cls):
        cls.clock = freeze_time(datetime.combine(TODAY, NOON))
        cls.clock.start()
        cls.addClassCleanup(cls.clock.stop)
        super().setUpClass()
        cls.switch_on(cls.env.company)
        cls.template = cls._create_mail_template()
        cls.customer = cls.create_customer("Acorn Ltd")

    @classmethod
    def get_default_groups(cls):
        """Override to make the user a collections manager."""
        manager = cls.quick_ref("ar_collections.ar_collections_group_manager")
        return super().get_default_groups() | manager

    # === SETTINGS === #

    @classmethod
    def switch_on(cls, company, **values):
        """Switch follow-up on for `company`: no review, first run already approved."""
        company.sudo().write(
            {
                "ar_start_date": LONG_AGO,
                "ar_tz": "UTC",
                "ar_has_approved_run": True,
                "ar_window_from": 8.0,
                "ar_window_to": 18.0,
                **values,
            }
        )

    @classmethod
    def create_branch(cls, name, **values):
        """Create a branch of the test's company, which the user may work in."""
        values = {"name": name, "parent_id": cls.env.company.id, **values}
        branch = cls.env["res.company"].sudo().create(values)
        cls.env.user.sudo().company_ids = [Command.link(branch.id)]
        # Core gives a branch its chart of accounts just before the commit.
        cls.env.cr.precommit.run()
        return branch

    @classmethod
    def create_user(cls, login, *groups, **values):
        """Create a user of the test's company with groups of this addon.

        :param groups: such as ``collector``
        """
        names = [f"ar_collections.ar_collections_group_{group}" for group in groups]
        return new_test_user(
            cls.env,
            login=login,
            groups=",".join(["base.group_user", *names]),
            company_id=cls.env.company.id,
            company_ids=[Command.set(cls.env.company.ids)],
            **values,
        )

    @classmethod
    def _create_mail_template(cls):
        return (
            cls.env["mail.template"]
            .sudo()
            .create(
                {
                    "name": "Reminder",
                    "model_id": cls.env["ir.model"]._get_id("ar.followup.notice"),
                    "subject": "Open invoices",
                    "partner_to": "{{ object.recipient_id.id }}",
                    "lang": "{{ object.recipient_id.lang }}",
                    "body_html": "<p>Please pay <t t-out='object._format_total()'/>.</p>",
                }
            )
        )

    # === BUILDERS === #

    @classmethod
    def create_policy(cls, levels=(1, 8, 15), **values):
        """Create a policy that is on, before all others, with nothing but its levels.

        No calendar, intervals, minimum, approval or reminders before a formal notice,
        unless `values` ask for them.

        :param levels: days after due, or dicts of `level` values
        """
        commands = [
            Command.create(cls.level(level) if isinstance(level, int) else level)
            for level in levels
        ]
        policies = cls.env["ar.followup.policy"]
        first = policies.search([], order="sequence", limit=1)
        return policies.create(
            {
                "name": "Test policy",
                "sequence": first.sequence - 1,
                "company_id": cls.env.company.id,
                "currency_id": cls.env.company.currency_id.id,
                "calendar_id": False,
                "min_interval_days": 0,
                "customer_interval_days": 0,
                "minimum_amount": 0.0,
                "min_reminders": 0,
                "is_approval_needed": False,
                "level_ids": commands,
                "is_on": True,
                **values,
            }
        )

    @classmethod
    def level(cls, days, **values):
        """Give the values of a level `days` after due, sent by e-mail."""
        return {
            "name": f"Level {days}",
            "days": days,
            "channel": "email",
            "mail_template_id": cls.template.id,
            **values,
        }

    @classmethod
    def create_calendar(cls, holidays=()):
        """Create a working calendar from Monday to Friday.

        :param holidays: dates on which nobody works
        """
        calendar = (
            cls.env["resource.calendar"]
            .sudo()
            .create(
                {"name": "Office", "tz": "UTC", "company_id": cls.env.company.id}
            )
        )
        calendar.leave_ids = [
            Command.create(
                {
                    "name": "Holiday",
                    "date_from": datetime.combine(day, time.min),
                    "date_to": datetime.combine(day, time(23, 59, 59)),
                }
            )
            for day in holidays
        ]
        return calendar

    @classmethod
    def hold(cls, record, reason="hold", **values):
        """Put a debt, an invoice or a customer on hold."""
        names = {"ar.followup.item": "item_id", "account.move": "move_id"}
        partner = record if record._name == "res.partner" else record.partner_id
        case = partner._ar_ensure_case(cls.env.company)
        target = {names[record._name]: record.id} if record._name in names else {}
        return cls.env["ar.collection.hold"].create(
            {"case_id": case.id, "reason": reason, **target, **values}
        )

    # === THE LADDER AT WORK === #

    @classmethod
    @contextmanager
    def on_day(cls, day, at=NOON):
        """Live through the block on another day (a date, or days from TODAY)."""
        day = day_in(day) if isinstance(day, int) else day
        with freeze_time(datetime.combine(day, at)):
            yield day

    @contextmanager
    def isolated(self):
        """Undo what the block does: for tables of situations in one test."""
        with self.env.cr.savepoint() as savepoint:
            yield
            savepoint.rollback()
        # What was remembered of records meanwhile, such as the rules in use, is undone too.
        self.env.registry.clear_cache()

    def commit(self):
        """Do what Odoo does just before a commit."""
        self.env.cr.flush()

    @classmethod
    def follow_up(cls, day=0, *, execute=True, company=None, **values):
        """Plan the run of a day, and execute it.

        :param day: a date, or days from TODAY
        :return: the run
        """
        with cls.on_day(day) as as_of:
            run = cls.env["ar.followup.run"].create(
                {
                    "company_id": (company or cls.env.company).id,
                    "as_of": as_of,
                    **values,
                }
            )
            run.action_plan()
            if execute:
                run.action_execute()
        return run

    @classmethod
    def climb(cls, *days):
        """Run the ladder on several days; all messages arrive on their day."""
        for day in days:
            cls.arrive(cls.follow_up(day), day)

    @classmethod
    def arrive(cls, run, day=0):
        """Let the messages of a run reach the customer."""
        with cls.on_day(day):
            run.notice_ids.delivery_ids._update_state("sent")

    # === WHAT CAME OF IT === #

    def items(self, move):
        """Give the items of a move, first due first."""
        return self.env["ar.followup.item"].search([("move_id", "=", move.id)])

    def item(self, move):
        """Give the one item of a move, or of a journal item."""
        if move._name == "account.move.line":
            found = self.env["ar.followup.item"].search([("move_line_id", "=", move.id)])
        else:
            found = self.items(move)
        self.assertEqual(len(found), 1, f"{move.display_name} has {len(found)} items")
        return found

    def lines_said(self, runs, role="climbing"):
        """Give the lines of the runs' notices that are not cancelled."""
        return runs.notice_ids.line_ids.filtered(
            lambda line: line.role == role and not line.is_cancelled
        )

    # === ASSERTIONS === #

    def assertSaid(self, run, expected, msg=None):
        """Check what a run reminds of: {invoice: days of its level}, and nothing else.

        An invoice with instalments has a list of days, first due first.
        """
        said = {}
        for line in self.lines_said(run).sorted(lambda line: (line.due_date, line.id)):
            said.setdefault(line.move_id, []).append(line.level_days)
        wanted = {
            move: list(days) if isinstance(days, list | tuple) else [days]
            for move, days in expected.items()
        }
        self.assertEqual(
            {move.name: days for move, days in said.items()},
            {move.name: days for move, days in wanted.items()},
            msg,
        )

    def assertNothingSaid(self, run, msg=None):
        """Check that a run reminds nobody of anything."""
        self.assertSaid(run, {}, msg)

    def assertReason(self, debt, reason, next_days=None, next_date=None):
        """Check why a debt is where it is, and what comes next.

        :param debt: an item, an invoice with one debt, or a journal item
        :param next_days: days of the next level
        :param next_date: a date, or days from TODAY
        """
        item = debt if debt._name == "ar.followup.item" else self.item(debt)
        self.assertEqual(item.reason, reason)
        if next_days is not None:
            self.assertEqual(item.next_level_id.days, next_days)
        if next_date is not None:
            wanted = day_in(next_date) if isinstance(next_date, int) else next_date
            self.assertEqual(item.next_date, wanted)
