"""The end of the ladder: one task for a customer."""

from .common import CollectionsCase, day_in


class TestLadderEnd(CollectionsCase):
    """L5 and L10: one task per customer, exactly once, and the other debts go on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy([1, cls.level(2, deadline_days=5)])
        cls.collector = cls.create_user("collector", "collector")

    def tasks(self, partner=None):
        case = (partner or self.customer).ar_case_id
        kind = self.env.ref("ar_collections.mail_activity_type_ladder_end")
        return case.activity_ids.filtered(lambda task: task.activity_type_id == kind)

    def test_the_task_comes_the_day_after_the_last_deadline(self):
        invoice = self.create_invoice(due_in=-2)
        self.climb(-1, 0)
        self.assertEqual(self.item(invoice).deadline, day_in(5))
        self.follow_up(5)
        self.assertReason(invoice, "ladder_end", next_date=6)
        self.assertFalse(self.tasks())
        self.follow_up(6)
        task = self.tasks()
        self.assertEqual(len(task), 1)
        self.assertEqual(task.date_deadline, day_in(6))
        self.assertIn(invoice.name, task.note)

    def test_the_task_is_made_once(self):
        self.create_invoice(due_in=-2)
        self.climb(-1, 0, 6)
        self.follow_up(6)
        self.follow_up(7)
        self.assertEqual(len(self.tasks()), 1)
        self.tasks().action_feedback("Handed to the agency")
        self.follow_up(8)
        self.assertFalse(self.tasks())

    def test_debts_that_end_together_make_one_task(self):
        one = self.create_invoice(due_in=-2)
        two = self.create_invoice(due_in=-2)
        self.climb(-1, 0, 6)
        self.assertEqual(len(self.tasks()), 1)
        for invoice in (one, two):
            self.assertIn(invoice.name, self.tasks().note)

    def test_a_debt_that_ends_later_is_added_to_the_task_that_is_open(self):
        self.create_invoice(due_in=-2)
        later = self.create_invoice(due_in=3)
        self.climb(-1, 0, 6, 7, 12)
        self.assertEqual(len(self.tasks()), 1)
        self.assertNotIn(later.name, self.tasks().note)
        self.climb(13)
        self.assertEqual(len(self.tasks()), 1)
        self.assertIn(later.name, self.tasks().note)

    def test_a_debt_that_ends_after_the_task_was_done_makes_another(self):
        self.create_invoice(due_in=-2)
        later = self.create_invoice(due_in=3)
        self.climb(-1, 0, 6, 7)
        self.tasks().action_feedback("Called")
        self.climb(13)
        self.assertEqual(len(self.tasks()), 1)
        self.assertIn(later.name, self.tasks().note)

    def test_other_debts_of_the_customer_go_on(self):
        self.create_invoice(due_in=-2)
        self.climb(-1, 0, 6)
        other = self.create_invoice(due_in=6)
        self.assertSaid(self.follow_up(7), {other: 1})

    def test_each_customer_has_a_task(self):
        other = self.create_customer("Other Ltd")
        self.create_invoice(due_in=-2)
        self.create_invoice(due_in=-2, partner=other)
        self.climb(-1, 0, 6)
        self.assertEqual((len(self.tasks()), len(self.tasks(other))), (1, 1))

    def test_the_collector_of_the_case_has_the_task(self):
        self.create_invoice(due_in=-2)
        self.climb(-1, 0)
        self.customer.ar_case_id.sudo().collector_id = self.collector
        self.climb(6)
        self.assertEqual(self.tasks().user_id, self.collector)

    def test_a_paid_debt_makes_no_task(self):
        invoice = self.create_invoice(due_in=-2)
        self.climb(-1, 0)
        self.pay(invoice)
        self.climb(6)
        self.assertFalse(self.tasks())

    def test_a_held_debt_makes_its_task_when_the_hold_is_over(self):
        invoice = self.create_invoice(due_in=-2)
        self.climb(-1, 0)
        hold = self.hold(invoice, "promise")
        self.climb(6)
        self.assertFalse(self.tasks())
        hold.action_lift()
        self.climb(7)
        self.assertEqual(len(self.tasks()), 1)

    def test_a_longer_ladder_goes_on_and_ends_again_with_a_task(self):
        invoice = self.create_invoice(due_in=-2)
        self.climb(-1, 0, 6)
        self.tasks().action_feedback("Called")
        self.env["ar.followup.level"].create(
            {**self.level(9, deadline_days=1), "policy_id": self.policy.id}
        )
        self.assertSaid(self.follow_up(7), {invoice: 9})
        self.follow_up(9)
        self.assertEqual(len(self.tasks()), 1)

    def test_too_few_reminders_make_a_task_that_says_so(self):
        self.create_policy([1, self.level(2, is_formal=True)], min_reminders=1)
        invoice = self.create_invoice(due_in=-2)
        lost = self.follow_up(-1)
        lost.notice_ids.delivery_ids._update_state("failed", error="Lost")
        self.follow_up()
        self.follow_up(1)
        task = self.tasks()
        self.assertEqual(len(task), 1)
        self.assertIn("Too few reminders", task.note)
        self.assertIn(invoice.name, task.note)
        ended = self.item(invoice).event_ids.filtered(lambda e: e.code == "ladder_ended")
        self.assertEqual(
            ended.mapped("note"), ["Too few reminders before the formal notice"]
        )

    def test_both_dead_ends_of_a_debt_have_their_task(self):
        self.create_policy([1, self.level(2, is_formal=True)], min_reminders=1)
        invoice = self.create_invoice(due_in=-2)
        lost = self.follow_up(-1)
        lost.notice_ids.delivery_ids._update_state("failed", error="Lost")
        self.follow_up()
        self.tasks().action_feedback("Told by phone")
        lost.notice_ids.delivery_ids.sudo().state = "sent"
        lost.notice_ids.sudo().is_delivered = True
        self.assertSaid(self.follow_up(1), {invoice: 2})
        self.follow_up(2)
        self.assertEqual(len(self.tasks()), 1)
        self.assertIn("Every level was said", self.tasks().note)

    def test_a_debt_that_nobody_was_told_of_makes_no_task(self):
        self.create_policy([-3])
        invoice = self.create_invoice(due_in=-2)
        self.follow_up()
        self.assertReason(invoice, "ladder_end")
        self.assertFalse(self.tasks())

    def test_a_test_run_makes_no_task_and_leaves_it_to_the_real_one(self):
        self.create_invoice(due_in=-2)
        self.climb(-1, 0)
        company = self.env.company.sudo()
        company.write({"ar_is_test_mode": True, "ar_test_email": "test@example.com"})
        self.follow_up(6)
        self.assertFalse(self.tasks())
        company.ar_is_test_mode = False
        self.follow_up(6)
        self.assertEqual(len(self.tasks()), 1)
