"""A run that a person starts for chosen customers."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from .common_by_hand import ByHandCase


class TestRunNow(ByHandCase):
    def test_only_the_chosen_customers_are_planned(self):
        self.create_policy([1], is_approval_needed=True)
        other = self.create_customer("Birch Ltd")
        chosen, _not_chosen = self.create_invoice(), self.create_invoice(partner=other)
        wizard = self.open(self.customer, "action_ar_open_run_now", self.manager)
        self.assertEqual(wizard.partner_ids, self.customer)
        action = wizard.action_plan()
        notices = self.env["ar.followup.notice"].search(action["domain"])
        self.assertEqual(
            (notices.partner_id, notices.state), (self.customer, "to_approve")
        )
        self.assertSaid(notices.run_id, {chosen: 1})

    def test_planned_and_sent_at_once(self):
        self.create_policy([1])
        self.create_invoice()
        wizard = self.open(self.case_of(), "action_ar_open_run_now", self.manager)
        action = wizard.action_plan_and_send()
        notices = self.env["ar.followup.notice"].search(action["domain"])
        self.assertEqual(notices.state, "done")

    def test_the_window_leaves_no_recipients_in_the_messages(self):
        self.create_policy([1])
        other = self.create_customer("Birch Ltd")
        self.create_invoice()
        self.create_invoice(partner=other)
        action = (self.customer + other).action_ar_open_run_now()
        # The web client sends the window's context along with its buttons.
        context = {**action["context"], "active_model": "ar.followup.run.now"}
        wizard = self.env["ar.followup.run.now"].with_context(**context).create({})
        sent = self.env["ar.followup.notice"].search(
            wizard.action_plan_and_send()["domain"]
        )
        self.assertEqual(sent.mapped("state"), ["done", "done"])
        for notice in sent:
            mail = notice.delivery_ids.mail_mail_id
            self.assertEqual(mail.recipient_ids, notice.partner_id)

    def test_the_link_to_pay_is_that_of_the_invoice(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        notice = self.follow_up(execute=False).notice_ids
        notice._give_tokens(invoice)
        notice = notice.with_context(active_model=notice._name, active_id=notice.id)
        with patch.object(
            self.registry["ar.followup.notice"], "_has_payment_provider", lambda *args: True
        ):
            link = notice._get_payment_link(notice.line_ids, 100.0)
        self.assertIn(f"/my/invoices/{invoice.id}", link)

    def test_the_run_of_the_day_does_not_say_it_again(self):
        self.create_policy([1])
        invoice = self.create_invoice()
        wizard = self.open(self.case_of(), "action_ar_open_run_now", self.manager)
        wizard.action_plan()
        self.assertNothingSaid(self.follow_up())
        self.assertReason(invoice, "proposed")

    def test_what_was_planned_is_sent_by_the_scheduled_action(self):
        self.create_policy([1])
        self.create_invoice()
        wizard = self.open(self.case_of(), "action_ar_open_run_now", self.manager)
        notices = self.env["ar.followup.notice"].search(wizard.action_plan()["domain"])
        self.assertEqual(notices.state, "planned")
        with self.enter_registry_test_mode():
            self.env.ref("ar_collections.ir_cron_followup").method_direct_trigger()
        self.assertEqual(notices.state, "done")

    def test_without_customers_it_is_the_run_of_the_day(self):
        wizard = self.env["ar.followup.run.now"].create({})
        with self.assertRaisesRegex(UserError, "Choose the customers"):
            wizard.action_plan()

    def test_only_a_manager_runs_the_ladder(self):
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                self.case_of().with_user(user).action_ar_open_run_now()
            with self.assertRaises(AccessError):
                self.env["ar.followup.run.now"].with_user(user).create({})
