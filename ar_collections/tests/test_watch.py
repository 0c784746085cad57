from unittest.mock import patch

from odoo import SUPERUSER_ID
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tools import SQL, mute_logger

from ..const import CHANNELS
from .common import LONG_AGO, TODAY, day_in
from .common_channels import ChannelCase


class TestWatch(ChannelCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy()
        cls.runs = cls.env["ar.followup.run"]
        cls.cron = cls.env.ref("ar_collections.ir_cron_followup").sudo()

    def alert(self, day=0, hour=12):
        with self.on_day(day, at=self.hour(hour)):
            return self.runs._get_missed_run_alert(self.env.company)

    def tell(self, *times):
        for day, hour in times:
            self.look_after(day, hour)

    @property
    def tasks(self):
        return self.get_tasks(self.responsible)

    def get_tasks(self, user):
        tasks = self.env["mail.activity"].sudo()
        return tasks.search(
            [("user_id", "=", user.id), ("summary", "ilike", "no follow-up run")]
        )

    @property
    def messages(self):
        return self.env["mail.message"].sudo().search(
            [
                ("subject", "ilike", "no follow-up run"),
                ("partner_ids", "in", self.responsible.partner_id.ids),
            ]
        )

    # === RUNS THAT DID NOT COME === #

    def test_run_of_the_day_is_no_alert(self):
        self.follow_up()
        self.assertFalse(self.alert())

    def test_missed_day_is_told(self):
        self.follow_up()
        self.assertFalse(self.alert(day=1, hour=1), "The hourly action may still come")
        self.assertIn("03/05/2026", self.alert(day=1))

    def test_action_that_is_switched_off_is_told_at_once(self):
        self.follow_up()
        self.cron.active = False
        self.assertIn("switched off", self.alert())

    def test_run_that_was_not_planned_to_the_end_is_missed(self):
        self.follow_up(-1)
        run = self.runs.create({"company_id": self.env.company.id, "as_of": TODAY})
        run._start()
        self.assertEqual(run.state, "planning")
        self.assertIn("03/04/2026", self.alert())

    def test_run_for_chosen_customers_is_not_the_run_of_the_day(self):
        self.follow_up(-1)
        self.follow_up(partner_ids=[(6, 0, self.customer.ids)])
        self.assertIn("03/04/2026", self.alert())

    def test_company_that_is_off_or_paused_misses_nothing(self):
        company = self.env.company.sudo()
        self.follow_up(-1)
        for values in ({"ar_is_paused": True}, {"ar_start_date": False}):
            with self.subTest(values=values):
                company.write(values)
                self.assertFalse(self.alert())
                company.write({"ar_is_paused": False, "ar_start_date": LONG_AGO})

    def test_company_without_a_policy_misses_nothing(self):
        self.follow_up(-1)
        self.env["ar.followup.policy"].search([]).is_on = False
        self.assertFalse(self.alert())

    def test_screen_says_the_same(self):
        self.cron.active = False
        texts = [alert["text"] for alert in self.env["ar.collection.today"].get_today()["alerts"]]
        self.assertIn(self.alert(), texts)

    # === WHO IS TOLD === #

    def test_responsible_gets_a_task_and_a_message_once_a_day(self):
        self.follow_up()
        self.tell((1, 12), (1, 13))
        self.assertFalse(self.tasks, "The next pass may still come")
        self.tell((1, 14), (1, 15), (1, 16))
        self.assertEqual((len(self.tasks), len(self.messages)), (1, 1))
        self.assertIn("03/05/2026", self.tasks.note)
        self.tell((2, 12))
        self.assertEqual((len(self.tasks), len(self.messages)), (1, 2))

    def test_substitute_is_told_while_the_responsible_is_away(self):
        substitute = self.create_user("substitute", "manager")
        self.responsible.sudo().write(
            {"ar_substitute_id": substitute.id, "ar_away_until": day_in(9)}
        )
        self.follow_up()
        self.tell((1, 12), (1, 15))
        self.assertFalse(self.tasks)
        self.assertTrue(self.get_tasks(substitute))

    def test_run_that_comes_late_ends_the_alert(self):
        self.follow_up()
        self.tell((1, 12))
        self.follow_up(1)
        self.tell((1, 15))
        self.assertFalse(self.tasks)
        self.assertFalse(self.env.company.ar_missed_since)

    def test_without_a_responsible_the_managers_are_told(self):
        manager = self.create_user("boss", "manager")
        stranger = self.create_user("elsewhere", "manager")
        company = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        stranger.sudo().write({"company_ids": [(6, 0, company.ids)], "company_id": company.id})
        self.env.company.sudo().ar_responsible_id = False
        self.follow_up()
        self.tell((1, 12), (1, 15))
        self.assertTrue(self.get_tasks(manager))
        self.assertFalse(self.get_tasks(stranger))

    def test_tasks_of_the_system_do_not_lie_with_the_system(self):
        manager = self.create_user("boss", "manager")
        self.env.company.sudo().ar_responsible_id = False
        system = self.env(user=SUPERUSER_ID, su=True)
        case = self.customer._ar_ensure_case(self.env.company).with_env(system)
        with patch.object(
            type(self.env["res.company"]), "_ar_get_users_in_charge", lambda *args: manager
        ):
            task = case._schedule_task("Look here", TODAY)
        self.assertEqual(task.user_id, manager)

    # === ONE FAILURE IS NOT ALL === #

    @mute_logger("odoo.addons.ar_collections.models.ar_followup_watch")
    def test_steps_that_fail_do_not_stop_the_others(self):
        self.follow_up()
        notice = self.remind(fallback="letter", day=0)
        notice.delivery_ids._fail("Refused")
        deliveries = type(self.env["ar.followup.delivery"])

        def fail(_deliveries):
            raise ValueError("broken")

        with (
            patch.object(deliveries, "_sync_reports", fail),
            patch.object(deliveries, "_retry_due", fail),
        ):
            self.tell((1, 12), (1, 15))
        self.assertEqual(len(notice.delivery_ids), 2, "The fallback was used")
        self.assertTrue(self.tasks, "The alarm was heard")

    @mute_logger("odoo.addons.ar_collections.models.ar_followup_watch")
    def test_alarm_that_fails_leaves_no_half_of_its_work(self):
        self.follow_up()

        def fail(runs):
            self.customer.name = "Half done"
            raise ValueError("broken")

        with patch.object(type(self.runs), "_alert_missed_run", fail):
            self.look_after(1)
        self.assertEqual(self.customer.name, "Acorn Ltd")

    @mute_logger("odoo.addons.ar_collections.models.ar_followup_watch")
    def test_one_report_that_fails_does_not_stop_the_others(self):
        first, second = self.remind().delivery_ids, self.remind().delivery_ids
        deliveries = first | second
        (deliveries.mail_mail_id.sudo()).state = "sent"
        deliveries.flush_recordset()
        original = type(first)._sync_mail

        def sync(delivery):
            if delivery.id == first.id:
                raise ValueError("broken")
            original(delivery)

        with patch.object(type(first), "_sync_mail", sync):
            self.look_after()
        self.assertEqual((first.state, second.state), ("queued", "sent"))

    @mute_logger("odoo.addons.ar_collections.models.ar_followup_watch")
    def test_one_that_cannot_be_given_up_does_not_stop_the_others(self):
        first, second = self.remind(), self.remind()
        deliveries = first.delivery_ids | second.delivery_ids
        deliveries._fail("Refused")
        original = type(self.env["ar.followup.delivery"])._stop

        def stop(group):
            if first.delivery_ids & group:
                raise ValueError("broken")
            original(group)

        with patch.object(type(deliveries), "_stop", stop):
            deliveries._give_up()
        self.assertEqual((first.state, second.state), ("done", "failed"))

    # === CHANNELS === #

    def test_each_channel_has_what_the_readme_asks_of_a_new_one(self):
        for channel, _label in CHANNELS:
            for name in ("_queue", "_call_back", "_make_test"):
                with self.subTest(channel=channel, name=name):
                    self.assertTrue(
                        hasattr(self.env["ar.followup.delivery"], f"{name}_{channel}")
                    )

    # === THE SCHEDULED ACTION === #

    def test_scheduled_action_does_all_of_it(self):
        notice = self.remind(fallback="letter")
        notice.delivery_ids._fail("Refused")
        cron = self.env.ref("ar_collections.ir_cron_deliveries")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(len(notice.delivery_ids), 2)

    def test_failure_wakes_the_scheduled_action(self):
        notice = self.remind()
        cron = self.env.ref("ar_collections.ir_cron_deliveries")
        triggers = self.env["ir.cron.trigger"].sudo()
        before = triggers.search_count([("cron_id", "=", cron.id)])
        notice.delivery_ids._fail("Refused")
        self.assertEqual(triggers.search_count([("cron_id", "=", cron.id)]), before + 1)

    # === A COPY OF THE DATABASE === #

    def test_neutralized_copy_sends_nothing(self):
        self.create_customer("Oak Ltd")
        mail = self.remind(fallback="letter").delivery_ids.mail_mail_id
        delivery = self.env["ar.followup.delivery"].search([], limit=1)
        delivery._fail("Refused")
        planned = self.create_invoice(due_in=-5, partner=self.create_customer("Elm Ltd"))
        run = self.follow_up(execute=False)
        self.env.flush_all()
        for query in get_neutralization_queries(["ar_collections"]):
            self.env.cr.execute(SQL(query))
        self.env.invalidate_all()
        company = self.env.company
        self.assertTrue(company.ar_is_paused)
        self.assertTrue(company.ar_is_test_mode)
        self.assertTrue(company.ar_test_email.endswith(".invalid"))
        self.assertEqual(mail.state, "cancel")
        self.assertFalse(delivery.is_fallback_due)
        names = ("ir_cron_followup", "ir_cron_deliveries")
        for name in names:
            self.assertFalse(self.env.ref(f"ar_collections.{name}").active)
        run.action_execute()
        self.assertEqual(set(run.notice_ids.mapped("state")), {"planned"})
        self.assertFalse(self.item(planned).last_notice_date)
