"""What nobody may change from outside, whatever the screens offer."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import call_kw, get_public_method
from odoo.tests import new_test_user

from .common import LONG_AGO, day_in
from .common_by_hand import ByHandCase


class TestGuardedFields(ByHandCase):
    """Readonly fields are written by the code alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy((1, 8), is_approval_needed=True)
        cls.invoice = cls.create_invoice(due_in=-5)

    def setUp(self):
        super().setUp()
        self.todays_run = self.follow_up(0)
        self.notice = self.todays_run.notice_ids

    def refuse(self, record, user, **values):
        with self.assertRaises(AccessError, msg=f"{record} {values}"):
            record.with_user(user).write(values)

    def test_collectors_do_not_write_what_a_notice_keeps(self):
        for values in (
            {"state": "planned"},
            {"is_delivered": True},
            {"recipient_id": self.manager.partner_id.id},
            {"deadline": day_in(9)},
            {"handed_over_on": LONG_AGO},
            {"approved_by_id": self.collector.id},
            {"is_test": True},
            {"personal_text": "<p>Hello</p>", "wait_until": day_in(3)},
        ):
            for user in (self.collector, self.manager):
                self.refuse(self.notice, user, **values)
        self.assertEqual(self.notice.state, "to_approve")

    def test_the_message_says_what_is_kept(self):
        with self.assertRaisesRegex(AccessError, "State, Deadline"):
            self.notice.with_user(self.collector).write(
                {"state": "done", "deadline": day_in(1)}
            )

    def test_collectors_add_words_of_their_own_until_it_is_sent(self):
        notice = self.notice.with_user(self.collector)
        notice.personal_text = "<p>As agreed on the phone</p>"
        with self.on_day(0):
            notice.action_approve_and_send()
        self.assertEqual(notice.state, "done")
        with self.assertRaises(UserError):
            notice.personal_text = "<p>Something else</p>"
        self.assertIn("As agreed", notice.personal_text)

    def test_cancelled_notices_stay_as_they_were(self):
        self.notice.action_cancel()
        with self.assertRaises(UserError):
            self.notice.with_user(self.collector).personal_text = "<p>Late</p>"

    def test_the_last_contact_of_a_case_is_kept_by_the_code(self):
        case = self.case_of()
        self.refuse(case, self.collector, last_notice_date=day_in(99))
        self.refuse(case, self.manager, credit_counter=99)
        case.with_user(self.collector).write({"note": "<p>Called</p>"})
        self.assertIn("Called", case.note)

    def test_managers_do_not_write_the_state_of_a_run(self):
        for values in ({"state": "done"}, {"is_test": True}, {"as_of": LONG_AGO}):
            self.refuse(self.todays_run, self.manager, **values)

    def test_managers_do_not_make_a_run_that_is_done(self):
        runs = self.env["ar.followup.run"].with_user(self.manager)
        for values in ({"state": "done"}, {"is_test": True}, {"ended_at": LONG_AGO}):
            with self.assertRaises(AccessError):
                runs.create(values)
        run = runs.create({"as_of": day_in(0), "partner_ids": self.customer.ids})
        self.assertEqual((run.state, run.partner_ids), ("draft", self.customer))


class TestGuardedHolds(ByHandCase):
    """A hold stays on record as it was set."""

    def setUp(self):
        super().setUp()
        self.create_policy((1, 8))
        self.invoice = self.create_invoice(due_in=-5)
        self.follow_up(0)
        self.case = self.case_of()

    def test_nobody_rewrites_a_hold(self):
        hold = self.hold(self.customer, "insolvency")
        for values in (
            {"reason": "hold"},
            {"date": LONG_AGO},
            {"user_id": self.manager.id},
            {"until": day_in(0)},
            {"active": False, "reason": "hold"},
            {"case_id": self.case.id},
        ):
            for user in (self.collector, self.manager):
                with self.assertRaises(AccessError, msg=values):
                    hold.with_user(user).write(values)
        self.assertEqual((hold.active, hold.reason), (True, "insolvency"))

    def test_nobody_lifts_a_hold_through_its_case_unnoticed(self):
        hold = self.hold(self.customer)
        with self.assertRaises(AccessError):
            self.case.with_user(self.collector).write(
                {"hold_ids": [(1, hold.id, {"until": day_in(0)})]}
            )

    def test_a_hold_says_who_has_set_it(self):
        holds = self.env["ar.collection.hold"].with_user(self.collector)
        with self.assertRaises(AccessError):
            holds.create({"case_id": self.case.id, "user_id": self.manager.id})
        forged = holds.with_context(default_user_id=self.manager.id)
        for model in (holds, forged):
            self.assertEqual(model.create({"case_id": self.case.id}).user_id, self.collector)

    def test_to_archive_a_hold_is_to_lift_it_on_record(self):
        hold = self.hold(self.customer)
        self.assertEqual(self.item(self.invoice).reason, "hold")
        hold.with_user(self.collector).action_archive()
        self.assertEqual((hold.active, hold.lifted_date), (False, day_in(0)))
        event = self.events(self.case, "hold_lifted")
        self.assertEqual((len(event), event.user_id), (1, self.collector))
        self.assertNotEqual(self.item(self.invoice).reason, "hold")

    def test_a_lifted_hold_is_not_revived(self):
        hold = self.hold(self.customer)
        hold.action_lift()
        with self.assertRaises(AccessError):
            hold.with_user(self.collector).action_unarchive()
        self.assertFalse(hold.active)

    def test_auditors_do_not_lift(self):
        hold = self.hold(self.customer)
        with self.assertRaises(AccessError):
            hold.with_user(self.auditor).action_lift()
        self.assertTrue(hold.active)

    def test_a_hold_is_on_the_customers_own_debts(self):
        stranger = self.create_customer("Birch Ltd")
        invoice = self.create_invoice(due_in=-5, partner=stranger)
        self.follow_up(0)
        holds = self.env["ar.collection.hold"]
        for target in (
            {"item_id": self.item(invoice).id},
            {"move_id": invoice.id},
        ):
            with self.assertRaises(ValidationError):
                holds.create({"case_id": self.case.id, **target})
            holds.create({"case_id": self.case_of(stranger).id, **target})

    def test_a_hold_is_on_debts_in_its_own_company(self):
        other = self.setup_other_company()["company"]
        self.env.user.sudo().company_ids += other
        case = self.customer._ar_ensure_case(other)
        with self.assertRaises(ValidationError):
            self.env["ar.collection.hold"].sudo().create(
                {"case_id": case.id, "move_id": self.invoice.id}
            )

    def test_the_invoice_of_a_contact_is_the_customers(self):
        person = self.create_customer(
            "Ann Acorn", is_company=False, parent_id=self.customer.id
        )
        invoice = self.create_invoice(due_in=-5, partner=person)
        hold = self.hold(invoice)
        self.assertEqual(hold.case_id, self.case)


class TestGuardedReplies(ByHandCase):
    """Only the mail gateway brings replies."""

    def test_nobody_makes_up_a_reply(self):
        self.create_policy((1, 8))
        self.create_invoice(due_in=-5)
        notice = self.follow_up(0).notice_ids
        for record in (notice, notice.case_id):
            for user in (self.auditor, self.collector, self.manager):
                with self.assertRaises(AccessError):
                    get_public_method(record.with_user(user), "message_update")
        self.assertFalse(notice.case_id.hold_ids)


class TestGuardedRecipients(ByHandCase):
    """What a customer owes is told to nobody else."""

    def setUp(self):
        super().setUp()
        self.create_policy((1, 8))
        self.invoice = self.create_invoice(due_in=-5)
        self.stranger = self.create_customer("Stranger Ltd")
        self.person = self.create_customer(
            "Ann Acorn", is_company=False, parent_id=self.customer.id
        )

    def test_the_collections_contact_is_the_customers(self):
        with self.assertRaises(ValidationError):
            self.customer.ar_collections_contact_id = self.stranger
        self.customer.ar_collections_contact_id = self.person
        self.assertEqual(self.follow_up(0).notice_ids.recipient_id, self.person)

    def test_a_subsidiary_may_take_care_of_it(self):
        branch = self.create_customer("Acorn Finance Ltd", parent_id=self.customer.id)
        self.customer.ar_collections_contact_id = branch
        self.assertEqual(self.follow_up(0).notice_ids.recipient_id, branch)

    def test_who_leaves_the_customer_gets_no_more_of_its_reminders(self):
        self.customer.ar_collections_contact_id = self.person
        self.person.parent_id = self.stranger
        self.assertFalse(self.customer.ar_collections_contact_id)
        self.assertIn("Ann Acorn", self.customer.message_ids[0].body)
        self.assertEqual(self.follow_up(0).notice_ids.recipient_id, self.customer)

    def test_who_moves_within_the_customer_stays_its_contact(self):
        self.customer.ar_collections_contact_id = self.person
        office = self.create_customer(
            "Acorn Office", is_company=False, parent_id=self.customer.id
        )
        self.person.parent_id = office
        self.assertEqual(self.customer.ar_collections_contact_id, self.person)

    def test_nor_does_a_collector_choose_a_stranger_on_the_case(self):
        case = self.case_of().with_user(self.collector)
        with self.assertRaises(ValidationError):
            case.collections_contact_id = self.stranger
        case.collections_contact_id = self.person
        self.assertEqual(self.customer.ar_collections_contact_id, self.person)

    def test_nor_for_a_reminder_by_hand(self):
        action = self.customer.with_user(self.collector).action_ar_open_send_reminder()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(self.collector)
        wizard.write({"recipient_id": self.stranger.id, "channel": "email"})
        with self.assertRaisesRegex(UserError, "not a contact of Acorn Ltd"):
            wizard.action_send()
        self.assertFalse(self.case_of().notice_ids)
        wizard.recipient_id = self.person
        wizard.action_send()
        self.assertEqual(self.case_of().notice_ids.recipient_id, self.person)


class TestTestCopies(ByHandCase):
    """What was a test stays one."""

    def setUp(self):
        super().setUp()
        self.company = self.env.company.sudo()
        self.company.write(
            {"ar_is_test_mode": True, "ar_test_email": "test@example.com"}
        )

    def plan(self, **values):
        self.create_policy([self.level(1, **values)])
        self.create_invoice(due_in=-5)
        return self.follow_up(0).notice_ids

    def test_a_copy_of_a_test_needs_a_test_address(self):
        notice = self.plan().with_user(self.collector)
        self.company.write({"ar_is_test_mode": False, "ar_test_email": False})
        for address in (None, "boss@example.com"):
            with self.assertRaisesRegex(UserError, "test address"):
                notice.action_resend("email", address)
        self.assertEqual(len(notice.delivery_ids), 1)
        self.company.ar_test_email = "new@example.com"
        self.assertEqual(notice.action_resend().address, "new@example.com")

    def test_no_copy_of_a_letter_leaves_in_test_mode(self):
        self.company.ar_is_test_mode = False
        notice = self.plan(channel="letter")
        self.company.ar_is_test_mode = True
        with self.assertRaisesRegex(UserError, "test mode"):
            notice.action_resend("letter")
        self.assertEqual(notice.action_resend("email").address, "test@example.com")


class TestAuditorsOnlyRead(ByHandCase):
    """What an auditor opens is as it was afterwards."""

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


class TestArgumentsFromOutside(ByHandCase):
    """Another program sends days as text and records as ids."""

    def setUp(self):
        super().setUp()
        self.policy = self.create_policy((1, 8), is_approval_needed=True)
        self.invoice = self.create_invoice(due_in=-20)

    def call(self, records, name, user, **arguments):
        """Call a method as a client does."""
        model = records.env[records._name].with_user(user)
        return call_kw(model, name, [records.ids], arguments)

    def test_skip(self):
        notice = self.follow_up(0).notice_ids
        day = day_in(6)
        self.call(notice, "action_skip", self.collector, until=str(day), note="Later")
        self.assertEqual((notice.state, notice.wait_until), ("cancelled", day))

    def test_withdraw(self):
        notice = self.follow_up(0).notice_ids
        notice.action_approve_and_send()
        arguments = {"note": "Wrong", "is_apologising": False}
        arguments["hold_until"] = str(day_in(6))
        self.call(notice, "action_withdraw", self.manager, **arguments)
        self.assertEqual(notice.case_id.with_context(active_test=False).hold_ids.until, day_in(6))

    def test_review(self):
        self.env.company.sudo().ar_start_date = day_in(-10)
        self.follow_up(0)
        item = self.item(self.invoice)
        self.assertEqual(item.review_state, "opening")
        arguments = {"decision": "level", "level": self.policy.level_ids[0].id}
        arguments["last_contact"] = str(day_in(-3))
        self.call(item, "action_review", self.collector, **arguments)
        self.assertEqual((item.rung_days, item.last_notice_date), (1, day_in(-3)))

    def test_set_rung(self):
        self.follow_up(0)
        item = self.item(self.invoice)
        level = self.policy.level_ids[1]
        arguments = {"level": level.id, "note": "Told", "last_contact": str(day_in(-3))}
        self.call(item, "action_set_rung", self.manager, **arguments)
        self.assertEqual((item.rung_level_id, item.last_notice_date), (level, day_in(-3)))

    def test_a_level_that_is_gone_sets_nothing(self):
        self.follow_up(0)
        item = self.item(self.invoice)
        arguments = {"level": self.policy.level_ids[-1].id + 1000, "note": "Told"}
        with self.assertRaisesRegex(UserError, "does not exist"):
            self.call(item, "action_set_rung", self.manager, **arguments)


class TestHarmlessTexts(ByHandCase):
    """A name is text, whatever is in it, wherever a screen shows it."""

    TRAP = "<img src=x onerror=alert(1)>"

    def setUp(self):
        super().setUp()
        self.create_policy((1, 8))
        self.trap = self.create_customer(self.TRAP, email="a@example.com", phone=False)
        self.create_invoice(due_in=-5, partner=self.trap)

    def assertHarmless(self, html):
        self.assertNotIn("<img", str(html))
        self.assertIn("&lt;img", str(html))

    def test_what_cannot_be_sent_by_hand_says_why_as_text(self):
        action = self.trap.with_user(self.collector).action_ar_open_send_reminder()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(self.collector)
        wizard.channel = "sms"
        wizard.action_preview()
        wizard.invalidate_recordset()
        self.assertHarmless(wizard.preview_body)

    def test_a_text_with_a_mistake_says_why_as_text(self):
        notice = self.follow_up(0, execute=False).notice_ids
        self.assertHarmless(notice._get_problem_html(ValueError(self.TRAP)))

    def test_a_text_message_is_shown_as_text(self):
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
