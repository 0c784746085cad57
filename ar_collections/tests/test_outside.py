"""What comes in from outside, or is only looked at, does no harm."""

from odoo.exceptions import AccessError, UserError
from odoo.service.model import call_kw
from odoo.tests import new_test_user

from .common import day_in
from .common_by_hand import ByHandCase


class TestOutside(ByHandCase):
    # === TESTS: WHAT WAS ONE STAYS ONE === #

    def set_test_mode(self, is_on):
        self.env.company.sudo().write(
            {
                "ar_is_test_mode": is_on,
                "ar_test_email": "test@example.com" if is_on else False,
            }
        )

    def plan(self, **values):
        self.create_policy([self.level(1, **values)])
        self.create_invoice(due_in=-5)
        return self.follow_up(0).notice_ids

    def test_a_copy_of_a_test_needs_a_test_address(self):
        self.set_test_mode(is_on=True)
        notice = self.plan().with_user(self.collector)
        self.set_test_mode(is_on=False)
        for address in (None, "boss@example.com"):
            with self.assertRaisesRegex(UserError, "test address"):
                notice.action_resend("email", address)
        self.assertEqual(len(notice.delivery_ids), 1)
        self.env.company.sudo().ar_test_email = "new@example.com"
        self.assertEqual(notice.action_resend().address, "new@example.com")

    def test_no_copy_of_a_letter_leaves_in_test_mode(self):
        notice = self.plan(channel="letter")
        self.set_test_mode(is_on=True)
        with self.assertRaisesRegex(UserError, "test mode"):
            notice.action_resend("letter")
        self.assertEqual(notice.action_resend("email").address, "test@example.com")

    # === AUDITORS: WHAT THEY OPEN IS AS IT WAS === #

    def cases_of(self, partner):
        return self.env["ar.collection.case"].search([("partner_id", "=", partner.id)])

    def test_they_open_a_case_but_make_none(self):
        customer = self.create_customer("Unseen Ltd")
        for method in ("action_ar_open_case", "action_ar_print_statement"):
            with self.assertRaisesRegex(UserError, "Unseen Ltd: no case"):
                getattr(customer.with_user(self.auditor), method)()
        self.assertFalse(self.cases_of(customer))
        action = customer.with_user(self.collector).action_ar_open_case()
        case = self.cases_of(customer)
        self.assertEqual(action["res_id"], case.id)
        seen = customer.with_user(self.auditor)
        seen.invalidate_recordset()
        self.assertEqual(seen.action_ar_open_case()["res_id"], case.id)
        self.assertTrue(seen.action_ar_print_statement())

    def test_nobody_else_opens_or_makes_cases(self):
        customer = self.create_customer("Unseen Ltd")
        nobody = self.create_user("guard_nobody")
        portal = new_test_user(self.env, "guard_portal", groups="base.group_portal")
        for user in (nobody, portal):
            for method in (
                "action_ar_open_case",
                "action_ar_print_statement",
                "action_ar_send_statement",
                "action_ar_open_hold",
                "action_ar_open_run_now",
            ):
                with self.assertRaises(AccessError), self.env.cr.savepoint():
                    getattr(customer.with_user(user), method)()
        self.assertFalse(self.cases_of(customer))

    def test_the_copy_of_a_letter_opens_for_those_who_read_it_alone(self):
        self.create_policy([self.level(1, channel="letter")])
        self.create_invoice(due_in=-5)
        delivery = self.follow_up(0).notice_ids.delivery_ids
        copy = delivery.evidence_id
        action = delivery.with_user(self.auditor).action_open_copy()
        self.assertEqual(action["url"], f"/web/content/{copy.id}")
        self.assertFalse(copy.sudo().access_token)
        self.assertTrue(copy.with_user(self.auditor).has_access("read"))
        self.assertFalse(copy.with_user(self.collector).has_access("write"))
        nobody = self.create_user("guard_nobody")
        self.assertFalse(copy.with_user(nobody).has_access("read"))

    # === ANOTHER PROGRAM: DAYS ARE TEXT, RECORDS ARE IDS === #

    def owe(self):
        """Have the customer owe an invoice, under a policy that waits for approval."""
        self.policy = self.create_policy((1, 8), is_approval_needed=True)
        self.invoice = self.create_invoice(due_in=-20)

    def call(self, records, name, user, **arguments):
        """Call a method as a client does."""
        model = records.env[records._name].with_user(user)
        return call_kw(model, name, [records.ids], arguments)

    def test_skip(self):
        self.owe()
        notice = self.follow_up(0).notice_ids
        day = day_in(6)
        self.call(notice, "action_skip", self.collector, until=str(day), note="Later")
        self.assertEqual((notice.state, notice.wait_until), ("cancelled", day))

    def test_withdraw(self):
        self.owe()
        notice = self.follow_up(0).notice_ids
        notice.action_approve_and_send()
        arguments = {"note": "Wrong", "is_apologising": False}
        arguments["hold_until"] = str(day_in(6))
        self.call(notice, "action_withdraw", self.manager, **arguments)
        self.assertEqual(notice.case_id.with_context(active_test=False).hold_ids.until, day_in(6))

    def test_review(self):
        self.owe()
        self.env.company.sudo().ar_start_date = day_in(-10)
        self.follow_up(0)
        item = self.item(self.invoice)
        self.assertEqual(item.review_state, "opening")
        arguments = {"decision": "level", "level": self.policy.level_ids[0].id}
        arguments["last_contact"] = str(day_in(-3))
        self.call(item, "action_review", self.collector, **arguments)
        self.assertEqual((item.rung_days, item.last_notice_date), (1, day_in(-3)))

    def test_set_rung(self):
        self.owe()
        self.follow_up(0)
        item = self.item(self.invoice)
        level = self.policy.level_ids[1]
        arguments = {"level": level.id, "note": "Told", "last_contact": str(day_in(-3))}
        self.call(item, "action_set_rung", self.manager, **arguments)
        self.assertEqual((item.rung_level_id, item.last_notice_date), (level, day_in(-3)))

    def test_a_level_that_is_gone_sets_nothing(self):
        self.owe()
        self.follow_up(0)
        item = self.item(self.invoice)
        arguments = {"level": self.policy.level_ids[-1].id + 1000, "note": "Told"}
        with self.assertRaisesRegex(UserError, "does not exist"):
            self.call(item, "action_set_rung", self.manager, **arguments)

    # === NAMES: TEXT, WHATEVER IS IN THEM === #

    TRAP = "<img src=x onerror=alert(1)>"

    def set_trap(self):
        self.create_policy((1, 8))
        self.trap = self.create_customer(self.TRAP, email="a@example.com", phone=False)
        self.create_invoice(due_in=-5, partner=self.trap)

    def assertHarmless(self, html):
        self.assertNotIn("<img", str(html))
        self.assertIn("&lt;img", str(html))

    def test_what_cannot_be_sent_by_hand_says_why_as_text(self):
        self.set_trap()
        action = self.trap.with_user(self.collector).action_ar_open_send_reminder()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(self.collector)
        wizard.channel = "sms"
        wizard.action_preview()
        wizard.invalidate_recordset()
        self.assertHarmless(wizard.preview_body)

    def test_a_text_with_a_mistake_says_why_as_text(self):
        self.set_trap()
        notice = self.follow_up(0, execute=False).notice_ids
        self.assertHarmless(notice._get_problem_html(ValueError(self.TRAP)))

    def test_a_text_message_is_shown_as_text(self):
        self.set_trap()
        self.trap.phone = "+1 202 555 0100"
        template = self.env["sms.template"].create(
            {
                "name": "Reminder",
                "model_id": self.env["ir.model"]._get_id("ar.followup.notice"),
                "body": "{{ object.partner_id.name }}: please pay",
            }
        )
        level = self.level(1, channel="sms", sms_template_id=template.id)
        self.create_policy([level])
        notice = self.follow_up(0, execute=False).notice_ids
        self.assertEqual(notice.channel, "sms")
        self.assertHarmless(notice.preview_body)
