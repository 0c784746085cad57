"""Stories of customers, lived day by day under the ready policies.

The runs of every single day are played, weekends too; each message arrives on its day.
The dates told here were found with a calendar and the ladder's table, not with the code.
"""

from datetime import date, timedelta

from odoo.addons.ar_collections.tests.common import CollectionsCase
from odoo.tests import tagged

BEGIN = date(2026, 3, 4)


def march(day):
    return date(2026, 3, day)


def april(day):
    return date(2026, 4, day)


@tagged("standard", "post_install", "-at_install")
class TestDayByDay(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        policies = cls.env["ar.followup.policy"]
        policies.search([]).is_on = False
        policies.sudo()._create_ready_policies(cls.env.company)
        cls.policies = policies.search([("company_id", "=", cls.env.company.id)])
        cls.policies.write({"is_on": True, "is_approval_needed": False})
        cls.policies.level_ids.is_approval_needed = False

    def live(self, until, first=BEGIN, **happenings):
        """Play the runs of all days; give what was said as [(day, {number: level})].

        :param happenings: {"d0319": what happens on 19 March before the run}
        """
        said, day = [], first
        while day <= until:
            with self.on_day(day):
                happenings.get(f"d{day:%m%d}", bool)()
            run = self.follow_up(day)
            self.arrive(run, day)
            lines = self.lines_said(run)
            if lines:
                said.append((day, {line.name: line.level_days for line in lines}))
            day += timedelta(days=1)
        return said

    def invoice(self, due, amount, **values):
        return self.create_invoice(due_in=(due - BEGIN).days, amount=amount, **values)

    def tasks(self, partner):
        kind = self.env.ref("ar_collections.mail_activity_type_ladder_end")
        return partner.ar_case_id.activity_ids.filtered(
            lambda task: task.activity_type_id == kind
        )

    def test_a_business_that_never_answers(self):
        invoice = self.invoice(march(11), 999.0)
        number = invoice.name
        said = self.live(april(18))
        self.assertEqual(
            said,
            [
                (march(6), {number: -5}),
                (march(12), {number: 1}),
                # 22 March is a Sunday
                (march(23), {number: 11}),
                (march(31), {number: 20}),
                (april(8), {number: 28}),
            ],
        )
        self.assertFalse(self.tasks(self.customer))
        # The deadline of the formal notice, Saturday 18 April, is over.
        self.assertEqual(self.live(april(30), april(19)), [])
        self.assertEqual(self.tasks(self.customer).date_deadline, april(19))

    def test_two_invoices_of_a_business_that_pays_in_parts(self):
        first = self.invoice(march(2), 600.0)
        second = self.invoice(march(9), 400.0)
        one, two = first.name, second.name
        said = self.live(
            april(30),
            d0319=lambda: self.pay(first, 300.0, day=march(19)),
            d0416=lambda: self.pay(first, day=april(16)),
            d0420=lambda: self.pay(second, day=april(20)),
        )
        self.assertEqual(
            said,
            [
                (march(4), {one: 1, two: -5}),
                (march(11), {two: 1}),
                (march(18), {one: 11}),
                (march(25), {two: 11}),
                (april(1), {one: 20}),
                (april(8), {two: 20}),
                # Formal, alone, a week after the customer was last told.
                (april(15), {one: 28}),
            ],
        )
        self.assertFalse(self.tasks(self.customer))
        formal = self.env["ar.followup.notice"].search([("is_formal", "=", True)])
        self.assertEqual(formal._get_totals(), {self.env.company.currency_id: 300.0})
        self.assertEqual(formal.line_ids.move_id, first)

    def test_a_consumer_who_promises_and_keeps_it_late(self):
        consumer = self.create_customer("Ada Byron", is_company=False)
        invoice = self.invoice(march(2), 80.0, partner=consumer)
        number = invoice.name
        said = self.live(
            april(30),
            d0310=lambda: self.hold(
                invoice, "promise", date=march(10), until=march(31), note="End of month"
            ),
            # The deadline was 15 April; the next words would leave on this very day.
            d0416=lambda: self.pay(invoice, day=april(16)),
        )
        self.assertEqual(said, [(march(5), {number: 3}), (april(1), {number: 20})])

    def test_a_consumer_on_hold_for_long_hears_the_last_words_again_first(self):
        consumer = self.create_customer("Ada Byron", is_company=False)
        invoice = self.invoice(march(2), 80.0, partner=consumer)
        number = invoice.name
        said = self.live(
            date(2026, 5, 13),
            d0310=lambda: self.hold(
                invoice, "dispute", date=march(10), until=april(27), note="Wrong size"
            ),
        )
        self.assertEqual(
            said,
            [
                (march(5), {number: 3}),
                # On hold for 49 days: the third day's words again, then the next.
                (april(28), {number: 3}),
                # The deadline was 12 May.
                (date(2026, 5, 13), {number: 20}),
            ],
        )

    def test_a_public_body_under_a_new_due_date(self):
        council = self.create_customer("Springfield Council")
        council.ar_customer_kind = "public"
        invoice = self.invoice(march(13), 5000.0, partner=council)
        number = invoice.name

        def agree():
            invoice.invoice_date_due = april(20)

        said = self.live(april(27), d0325=agree)
        self.assertEqual(
            said,
            [
                # Ten days before the due date was 3 March, before the first run.
                (march(4), {number: -10}),
                (march(18), {number: 5}),
                # The new due date is a new round: courtesy again, then from below.
                (april(10), {number: -10}),
                # 25 April is a Saturday.
                (april(27), {number: 5}),
            ],
        )
        self.assertEqual(self.item(invoice).round, 2)

    def test_instalments_and_a_credit_note(self):
        invoice = self.create_invoice(terms=(-2, 30), amount=1000.0)
        number = invoice.name
        said = self.live(
            april(12),
            d0310=lambda: self.create_credit_note(500.0, invoice),
        )
        self.assertEqual(
            said,
            [
                (march(4), {number: 1}),
                # Covered since; the second instalment is due on Friday, 3 April: its
                # courtesy of five days before, a Sunday, is told on the Friday before.
                (march(27), {number: -5}),
                # 4 April is a Saturday.
                (april(6), {number: 1}),
            ],
        )
        self.assertEqual(self.items(invoice).mapped("reason")[0], "covered")
