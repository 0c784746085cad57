"""Calls: the task, its outcome, what changes meanwhile."""

from odoo import SUPERUSER_ID
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import Form
from odoo.tools import mute_logger

from ..const import CALL_OUTCOMES, CALL_REACHED
from .common import TODAY, day_in
from .common_channels import CallCase


class TestChannelPhone(CallCase):
    # === THE TASK === #

    def test_call_is_a_task_on_the_case(self):
        notice, delivery = self.remind_by_phone()
        call = delivery.activity_id
        self.assertDelivery(delivery, "phone", "queued", address="+1 202 555 0100")
        self.assertEqual((call.res_model, call.res_id), ("ar.collection.case", notice.case_id.id))
        self.assertEqual((call.user_id, call.date_deadline), (self.responsible, TODAY))
        self.assertEqual(call.activity_type_id.name, "Collection call")
        self.assertIn("Acorn Ltd", call.summary)
        self.assertFalse(notice.is_delivered)

    def test_note_has_script_numbers_and_debts(self):
        contact = self.create_customer("Ann", parent_id=self.customer.id, phone="+1 202 555 0177")
        self.customer.ar_collections_contact_id = contact
        _notice, delivery = self.remind_by_phone()
        note = delivery.activity_id.note
        for wanted in (
            "Ask for the person who pays.",
            "tel:+12025550177",
            "tel:+12025550100",
            self.invoice.name,
            "100.00",
        ):
            self.assertIn(wanted, note)

    def test_tasks_of_a_run_send_no_mail_for_each(self):
        self.remind_by_phone()
        mails = self.env["mail.mail"].sudo().search([("subject", "ilike", "Acorn")])
        self.assertFalse(mails)

    def test_person_of_the_level_makes_the_call(self):
        person = self.create_user("person", "collector")
        _notice, delivery = self.remind_by_phone(
            responsible_type="user", responsible_id=person.id
        )
        self.assertEqual(delivery.activity_id.user_id, person)

    def test_salesperson_makes_the_call(self):
        seller = self.create_user("seller", "collector")
        self.customer.user_id = seller
        _notice, delivery = self.remind_by_phone(responsible_type="salesperson")
        self.assertEqual(delivery.activity_id.user_id, seller)

    def test_collector_of_the_case_makes_the_call(self):
        collector = self.create_user("own", "collector")
        self.customer._ar_ensure_case(self.env.company).collector_id = collector
        _notice, delivery = self.remind_by_phone()
        self.assertEqual(delivery.activity_id.user_id, collector)

    def test_substitute_makes_the_call_while_the_person_is_away(self):
        substitute = self.create_user("substitute", "collector")
        self.responsible.sudo().write(
            {
                "ar_substitute_id": substitute.id,
                "ar_away_from": day_in(-1),
                "ar_away_until": day_in(1),
            }
        )
        _notice, delivery = self.remind_by_phone()
        self.assertEqual(delivery.activity_id.user_id, substitute)

    def test_nobody_who_has_left_gets_a_call(self):
        leaver = self.create_user("leaver", "collector")
        self.customer._ar_ensure_case(self.env.company).collector_id = leaver
        leaver.sudo().active = False
        _notice, delivery = self.remind_by_phone()
        self.assertEqual(delivery.activity_id.user_id, self.responsible)

    def test_the_substitute_of_one_who_has_left_makes_the_call(self):
        leaver = self.create_user("leaver", "collector")
        leaver.sudo().ar_substitute_id = self.create_user("heir", "collector")
        leaver.sudo().active = False
        person = {"responsible_type": "user", "responsible_id": leaver.id}
        _notice, delivery = self.remind_by_phone(**person)
        self.assertEqual(delivery.activity_id.user_id.login, "heir")

    def test_a_substitute_who_has_left_gets_no_call(self):
        substitute = self.create_user("substitute", "collector")
        self.responsible.sudo().write(
            {"ar_substitute_id": substitute.id, "ar_away_until": day_in(1)}
        )
        substitute.sudo().active = False
        _notice, delivery = self.remind_by_phone()
        self.assertEqual(delivery.activity_id.user_id, self.responsible)

    def test_calls_of_the_system_do_not_lie_with_the_system(self):
        self.env.company.sudo().ar_responsible_id = False
        level = self.level(1, channel="phone", call_script="<p>Ask who pays.</p>")
        self.env["ar.followup.policy"].search([]).is_on = False
        self.create_policy([level])
        self.create_invoice(due_in=-5)
        with self.on_day(0):
            self.env(user=SUPERUSER_ID)["ar.followup.run"]._cron_followup()
        call = self.env["ar.followup.delivery"].search([], limit=1).activity_id
        in_charge = self.env.company._ar_get_users_in_charge(TODAY)
        self.assertIn(call.user_id, in_charge)

    def test_note_is_in_the_language_of_the_caller(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.responsible.sudo().lang = "fr_FR"
        self.policy = None
        level = self.level(1, channel="phone", call_script="<p>Ask who pays.</p>")
        policy = self.create_policy([level])
        policy.level_ids.with_context(lang="fr_FR").call_script = "<p>Demandez qui paie.</p>"
        self.create_invoice(due_in=-5)
        call = self.follow_up().notice_ids.delivery_ids.activity_id
        self.assertIn("Demandez qui paie.", call.note)

    # === OUTCOMES === #

    def test_every_outcome_decides_what_becomes_of_the_call(self):
        expected = {
            "reached_promise": "done",
            "reached_dispute": "done",
            "reached_paid": "done",
            "reached_callback": "done",
            "reached_refuses": "done",
            "left_message": "done",
            "no_answer": "queued",
            "wrong_number": "failed",
        }
        self.assertEqual(set(expected), set(dict(CALL_OUTCOMES)))
        for outcome, state in expected.items():
            with self.subTest(outcome=outcome):
                notice, delivery = self.remind_by_phone()
                extra = {"callback_date": day_in(1)} if outcome == "reached_callback" else {}
                self.say(delivery, outcome, note="Spoke with Ann", **extra)
                self.assertDelivery(delivery, "phone", state, call_outcome=outcome)
                self.assertEqual(notice.is_delivered, outcome in CALL_REACHED)
                event = notice.case_id.event_ids.filtered(lambda e: e.code == "called")[:1]
                self.assertIn("Spoke with Ann", event.note)
                self.pay(self.invoice)
                notice.case_id.hold_ids.action_lift()
                notice.case_id.activity_ids.filtered(
                    lambda call: call.activity_category == "phonecall"
                ).unlink()

    def test_no_answer_puts_the_call_off_to_the_next_business_day(self):
        notice, delivery = self.remind_by_phone()
        self.policy.calendar_id = self.create_calendar(holidays=[day_in(1)])
        first = delivery.activity_id
        self.say(delivery, "no_answer")
        self.assertFalse(first.active)
        self.assertEqual(delivery.attempts, 2)
        # Thursday is a holiday.
        self.assertEqual(delivery.activity_id.date_deadline, day_in(2))
        self.assertEqual(notice.case_id.activity_ids, delivery.activity_id)

    def test_third_call_without_an_answer_brings_the_fallback(self):
        notice, delivery = self.remind_by_phone()
        for day in range(3):
            self.assertEqual(delivery.state, "queued")
            with self.on_day(day):
                self.say(delivery, "no_answer")
        self.assertDelivery(delivery, "phone", "failed", attempts=3)
        self.assertIn("3", delivery.error)
        self.look_after(day=2)
        letter = notice.delivery_ids - delivery
        self.assertDelivery(letter, "letter", "queued", date=day_in(2))

    def test_wrong_number_brings_the_fallback_at_once(self):
        notice, delivery = self.remind_by_phone()
        self.say(delivery, "wrong_number")
        self.look_after()
        self.assertDelivery(notice.delivery_ids - delivery, "letter", "queued")

    def test_wrong_number_without_a_fallback_asks_for_another(self):
        notice, delivery = self.remind_by_phone(fallback=None)
        self.say(delivery, "wrong_number")
        self.look_after()
        self.assertEqual(notice.state, "failed")
        self.assertTask(notice.case_id, "did not arrive")

    def test_promise_offers_to_note_it(self):
        notice, delivery = self.remind_by_phone()
        action = self.say(delivery, "reached_promise")
        self.assertEqual(action["res_model"], "ar.collection.promise.note")
        wizard = Form(
            self.env[action["res_model"]].with_context(**action["context"])
        )
        wizard.date = day_in(3)
        wizard.save().action_promise()
        hold = notice.case_id.hold_ids
        self.assertEqual((hold.reason, hold.item_id), ("promise", self.item(self.invoice)))

    def test_dispute_holds_the_debts_of_the_call(self):
        other = self.create_invoice(due_in=30)
        notice, delivery = self.remind_by_phone()
        self.say(delivery, "reached_dispute", note="Goods broken")
        hold = notice.case_id.hold_ids
        self.assertEqual((hold.reason, hold.note), ("dispute", "Goods broken"))
        self.assertEqual(hold.item_id, self.item(self.invoice))
        self.assertReason(self.invoice, "dispute")
        self.assertReason(other, "not_due")

    def test_call_back_makes_the_next_call(self):
        notice, delivery = self.remind_by_phone()
        self.say(delivery, "reached_callback", callback_date=day_in(6))
        call = notice.case_id.activity_ids
        self.assertEqual((call.date_deadline, call.activity_category), (day_in(6), "phonecall"))
        self.assertEqual(delivery.state, "done")

    def test_call_back_in_the_past_is_refused(self):
        _notice, delivery = self.remind_by_phone()
        with self.assertRaises(UserError):
            self.say(delivery, "reached_callback", callback_date=day_in(-1))
        self.assertEqual(delivery.state, "queued")

    def test_what_was_said_stays_in_the_chatter(self):
        notice, delivery = self.remind_by_phone()
        self.say(delivery, "reached_refuses", note="Never again")
        self.assertIn("Never again", notice.case_id.message_ids[0].body)

    # === ONE WAY TO CLOSE A CALL === #

    def test_call_cannot_be_closed_without_its_outcome(self):
        _notice, delivery = self.remind_by_phone()
        call = delivery.activity_id
        ways = {
            "done": call.action_done,
            "feedback": lambda: call.action_feedback("Spoke with Ann"),
            "schedule next": call.action_feedback_schedule_next,
            "archive": call.action_archive,
            "flag of a client": call.with_context(ar_call_outcome=True).action_done,
        }
        for name, close in ways.items():
            with self.subTest(way=name), self.assertRaises(RedirectWarning) as warning:
                close()
            action = warning.exception.args[1]
            self.assertEqual(action["res_model"], "ar.followup.call.outcome")
            self.assertEqual(action["context"], {"default_activity_id": call.id})
        self.assertTrue(call.active)

    def test_many_calls_are_closed_one_by_one(self):
        self.create_invoice(due_in=-5, partner=self.create_customer("Oak Ltd"))
        _notices, deliveries = self.remind_by_phone()
        with self.assertRaises(UserError):
            deliveries.activity_id.action_done()

    def test_call_that_is_taken_off_the_list_is_not_made(self):
        notice, delivery = self.remind_by_phone()
        delivery.activity_id.unlink()
        self.assertEqual((delivery.state, notice.is_delivered), ("cancelled", False))
        self.look_after()
        self.assertEqual(len(notice.delivery_ids), 1)

    def test_closed_call_has_no_second_outcome(self):
        _notice, delivery = self.remind_by_phone()
        call = delivery.activity_id
        self.say(delivery, "left_message")
        with self.assertRaises(UserError):
            self.say(call, "no_answer")

    def test_auditor_cannot_close_a_call(self):
        _notice, delivery = self.remind_by_phone()
        auditor = self.create_user("auditor", "auditor")
        with mute_logger("odoo.addons.base.models.ir_model"), self.assertRaises(AccessError):
            self.say(delivery, "left_message", user=auditor)

    def test_collector_closes_a_call(self):
        _notice, delivery = self.remind_by_phone()
        self.say(delivery, "left_message", user=self.responsible)
        self.assertEqual(delivery.state, "done")

    def test_call_planned_by_a_person_has_an_outcome_too(self):
        case = self.customer._ar_ensure_case(self.env.company)
        call = case.activity_schedule(
            "ar_collections.mail_activity_type_call", user_id=self.responsible.id
        )
        self.say(call, "no_answer")
        again = case.activity_ids
        self.assertEqual(again.date_deadline, day_in(1))
        self.say(again, "left_message")
        self.assertFalse(case.activity_ids)
        self.assertEqual(case.event_ids.mapped("code").count("called"), 2)

    def test_other_tasks_close_as_ever(self):
        case = self.customer._ar_ensure_case(self.env.company)
        task = case.activity_schedule("mail.mail_activity_data_todo")
        task.action_feedback("Done")
        self.assertFalse(task.active)

    # === WHAT CHANGES MEANWHILE === #

    def test_paid_meanwhile_takes_the_call_off_the_list(self):
        notice, delivery = self.remind_by_phone()
        self.pay(self.invoice)
        self.look_after()
        self.assertEqual(delivery.state, "cancelled")
        self.assertFalse(notice.case_id.activity_ids)

    def test_withdrawn_notice_takes_its_call_off_the_list(self):
        notice, delivery = self.remind_by_phone()
        notice.action_withdraw("Wrong customer", is_apologising=False)
        self.assertEqual(delivery.state, "cancelled")
        self.assertFalse(notice.case_id.activity_ids)

    def test_calls_not_made_alert_the_responsible(self):
        notice, _delivery = self.remind_by_phone()
        self.look_after(day=4)
        self.assertTask(notice.case_id, "three business days")

    # === TEST MODE === #

    def test_test_mode_shows_the_call_to_the_tester_by_mail(self):
        self.env.company.sudo().write(
            {"ar_is_test_mode": True, "ar_test_email": "tester@example.org"}
        )
        notice, delivery = self.remind_by_phone()
        self.assertFalse(notice.case_id.activity_ids)
        self.send_mails(delivery.mail_mail_id)
        [mail] = self._mails
        self.assertEqual(mail["email_to"], ["tester@example.org"])
        self.assertIn("Ask for the person who pays.", mail["body"])
