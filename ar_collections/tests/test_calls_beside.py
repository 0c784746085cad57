"""Calls that come besides a message, and in the browser."""

from odoo.tests import HttpCase, tagged

from .common import CollectionsCase, day_in
from .common_channels import CallCase


class TestCallsBeside(CallCase):
    def test_call_comes_besides_the_message_from_its_amount(self):
        for amount, calls in ((99.99, 0), (100.0, 1), (100.01, 1)):
            with self.subTest(amount=amount):
                partner = self.create_customer(f"Customer {amount}")
                self.create_policy([self.level(1, is_call_added=True, call_amount_from=100.0)])
                self.create_invoice(due_in=-5, amount=amount, partner=partner)
                deliveries = self.follow_up().notice_ids.delivery_ids
                extra = deliveries.filtered("is_extra")
                self.assertEqual(len(extra), calls)
                self.assertEqual((deliveries - extra).channel, "email")

    def test_amount_of_a_foreign_currency_is_compared_in_ours(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.env["res.currency.rate"].sudo().create(
            {
                "currency_id": euro.id,
                "company_id": self.env.company.id,
                "name": day_in(-60),
                "rate": 0.5,
            }
        )
        self.create_policy([self.level(1, is_call_added=True, call_amount_from=100.0)])
        self.create_invoice(due_in=-5, amount=60.0, currency=euro)
        self.assertTrue(self.follow_up().notice_ids.delivery_ids.filtered("is_extra"))

    def test_extra_call_alone_is_no_reminder(self):
        notice = self.remind(is_call_added=True)
        extra = notice.delivery_ids.filtered("is_extra")
        message = notice.delivery_ids - extra
        message._fail("Mailbox full", is_bounce=True)
        self.say(extra, "reached_refuses")
        self.assertEqual((extra.state, notice.is_delivered), ("done", False))

    def test_extra_call_that_fails_takes_no_fallback(self):
        notice = self.remind(fallback="letter", is_call_added=True)
        extra = notice.delivery_ids.filtered("is_extra")
        self.say(extra, "wrong_number")
        self.look_after()
        self.assertEqual(len(notice.delivery_ids), 2)
        self.assertEqual(notice.state, "done")

    def test_call_of_the_level_itself_is_not_doubled(self):
        _notice, delivery = self.remind_by_phone(is_call_added=True)
        self.assertEqual(len(delivery), 1)

    def test_extra_call_tells_what_is_open_today(self):
        notice = self.remind(is_call_added=True)
        extra = notice.delivery_ids.filtered("is_extra")
        (notice.delivery_ids - extra)._update_state("sent")
        self.assertNotIn("Open today", extra.activity_id.note)
        task = extra.activity_id
        self.pay(self.invoice, 30.0)
        self.look_after()
        self.assertEqual((extra.state, extra.activity_id), ("queued", task))
        self.assertIn("Open today", task.note)
        self.assertIn("70.00", task.note)

    def test_extra_call_without_a_number_asks_to_find_one(self):
        self.customer.phone = False
        notice = self.remind(is_call_added=True)
        call = notice.delivery_ids.filtered("is_extra").activity_id
        self.assertIn("find one first", call.note)


@tagged("standard", "post_install", "-at_install")
class TestCallInTheBrowser(CollectionsCase, HttpCase):
    def test_mark_as_done_asks_for_the_outcome(self):
        self.create_user("caller", "collector", password="caller-caller")
        self.create_policy([self.level(1, channel="phone")])
        self.create_invoice(due_in=-5)
        delivery = self.follow_up().notice_ids.delivery_ids
        self.env.flush_all()
        case = delivery.case_id
        self.start_tour(
            f"/odoo/ar.collection.case/{case.id}", "ar_collections_call_outcome", login="caller"
        )
        self.assertEqual((delivery.state, delivery.call_outcome), ("done", "left_message"))
