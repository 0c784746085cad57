"""What nobody may change from outside, whatever the screens offer."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.service.model import get_public_method

from .common import LONG_AGO, day_in
from .common_by_hand import ByHandCase


class TestGuardedFields(ByHandCase):
    """Readonly fields are written by the code alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy((1, 8), is_approval_needed=True)
        cls.invoice = cls.create_invoice(due_in=-5)
        cls.todays_run = cls.follow_up(0)
        cls.notice = cls.todays_run.notice_ids

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


class TestGuardedCases(ByHandCase):
    """A hold stays on record as it was set, and only the mail gateway brings replies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy((1, 8))
        cls.invoice = cls.create_invoice(due_in=-5)
        cls.follow_up(0)
        cls.case = cls.case_of()

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

    def test_nobody_makes_up_a_reply(self):
        for record in (self.case.notice_ids, self.case):
            for user in (self.auditor, self.collector, self.manager):
                with self.assertRaises(AccessError):
                    get_public_method(record.with_user(user), "message_update")
        self.assertFalse(self.case.hold_ids)



class TestGuardedRecipients(ByHandCase):
    """What a customer owes is told to nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy((1, 8))
        cls.invoice = cls.create_invoice(due_in=-5)
        cls.stranger = cls.create_customer("Stranger Ltd")
        cls.person = cls.create_customer(
            "Ann Acorn", is_company=False, parent_id=cls.customer.id
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
