"""Who gets a notice: the contact of the invoice, where the channel reaches them (L7)."""

from .common import CollectionsCase


class TestRecipients(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.contact = cls.create_contact("Invoices Dept", email="invoices@example.com")

    @classmethod
    def create_contact(cls, name, **values):
        """Create an address for invoices, which is reached as `values` say and no other."""
        unreachable = dict.fromkeys(("email", "phone", "street", "city", "zip"), False)
        values = {"type": "invoice", "parent_id": cls.customer.id, **unreachable, **values}
        return cls.create_customer(name, is_company=False, **values)

    def letters(self, **values):
        return self.create_policy([self.level(1, channel="letter", **values)])

    def assertTold(self, run, partner, channel):
        notice = run.notice_ids
        told = (notice.state, notice.recipient_id, notice.channel)
        self.assertEqual(told, ("done", partner, channel))

    def test_a_letter_goes_to_the_company_where_the_contact_has_no_address(self):
        self.letters()
        self.create_invoice(partner=self.contact)
        run = self.follow_up()
        self.assertTold(run, self.customer, "letter")
        self.assertIn("Main Street", run.notice_ids.delivery_ids.address)

    def test_an_e_mail_still_goes_to_the_contact(self):
        self.create_policy([1])
        self.create_invoice(partner=self.contact)
        self.assertTold(self.follow_up(), self.contact, "email")

    def test_an_archived_contact_gets_nothing_any_more(self):
        self.create_policy([1])
        self.create_invoice(partner=self.contact)
        self.contact.active = False
        self.assertTold(self.follow_up(), self.customer, "email")

    def test_an_archived_collections_contact_gets_nothing_any_more(self):
        self.create_policy([1])
        self.customer.ar_collections_contact_id = self.contact
        self.create_invoice()
        self.contact.active = False
        run = self.follow_up()
        self.assertTold(run, self.customer, "email")
        case = run.notice_ids.case_id
        self.assertEqual(case.statement_recipient_id, self.customer)

    def test_the_channel_of_the_level_comes_before_the_fallback(self):
        self.letters(fallback_channel="email")
        self.create_invoice(partner=self.contact)
        self.assertTold(self.follow_up(), self.customer, "letter")

    def test_where_nobody_has_an_address_the_fallback_goes_to_the_contact(self):
        self.letters(fallback_channel="email")
        self.customer.write(dict.fromkeys(("street", "city", "zip"), False))
        self.create_invoice(partner=self.contact)
        self.assertTold(self.follow_up(), self.contact, "email")

    def test_an_sms_reaches_a_contact_who_has_only_a_phone(self):
        template = self.env["sms.template"].sudo()
        template = template.create(
            {
                "name": "Reminder",
                "model_id": self.env["ir.model"]._get_id("ar.followup.notice"),
                "body": "Please pay",
            }
        )
        self.create_policy([self.level(1, channel="sms", sms_template_id=template.id)])
        mobile = self.create_contact("Bob", phone="+1 202 555 0199")
        self.create_invoice(partner=mobile)
        self.assertTold(self.follow_up(), mobile, "sms")

    def test_debts_of_the_contact_and_of_the_company_share_a_letter(self):
        self.letters()
        theirs = self.create_invoice(partner=self.contact)
        ours = self.create_invoice()
        run = self.follow_up()
        self.assertTold(run, self.customer, "letter")
        self.assertSaid(run, {theirs: 1, ours: 1})

    def test_without_any_address_the_reason_is_told(self):
        self.letters()
        self.customer.write(dict.fromkeys(("street", "city", "zip"), False))
        invoice = self.create_invoice(partner=self.contact)
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "no_address")

    def test_an_address_that_comes_after_planning_is_used(self):
        self.letters()
        self.create_invoice(partner=self.contact)
        run = self.follow_up(execute=False)
        self.assertEqual(run.notice_ids.recipient_id, self.customer)
        self.contact.write({"street": "2 Side Street", "city": "Springfield"})
        with self.on_day(0):
            run.action_execute()
        self.assertTold(run, self.contact, "letter")

    def test_a_fallback_letter_goes_to_the_company(self):
        self.create_policy([self.level(1, fallback_channel="letter")])
        self.create_invoice(partner=self.contact)
        run = self.follow_up()
        notice = run.notice_ids
        with self.on_day(0):
            delivery = notice.delivery_ids
            delivery._update_state("bounced")
            delivery.sudo().is_fallback_due = True
            self.env["ar.followup.delivery"].sudo()._use_due_fallbacks()
        letter = notice.delivery_ids - delivery
        self.assertEqual((letter.channel, notice.recipient_id), ("letter", self.customer))
        self.assertIn("Main Street", letter.address)

    def test_a_reminder_by_hand_proposes_who_can_be_reached(self):
        self.letters()
        self.create_invoice(partner=self.contact)
        action = self.customer.action_ar_open_send_reminder()
        wizard = self.env["ar.followup.reminder.send"].browse(action["res_id"])
        self.assertEqual((wizard.recipient_id, wizard.channel), (self.customer, "letter"))
