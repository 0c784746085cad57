"""What the screen "Today" tells."""

from datetime import time

from odoo.exceptions import AccessError

from .common import TODAY, CollectionsCase, day_in


class TestToday(CollectionsCase):
    """A ledger on a morning: the run of the day is still to come."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy((cls.level(1), cls.level(8, channel="letter")))
        cls.invoice = cls.create_invoice(due_in=-5)
        cls.birch = cls.create_customer("Birch Ltd")
        cls.create_invoice(due_in=-3, partner=cls.birch)
        cls.create_invoice(due_in=9)
        cls.collector = cls.create_user("today_collector", "collector")

    @property
    def today(self):
        return self.env["ar.collection.today"]

    def card(self, name, user=None):
        cards = self.today.with_user(user or self.env.user).get_today()["cards"]
        return next(card for card in cards if card["name"] == name)

    def alerts(self):
        return [alert["text"] for alert in self.today.get_today()["alerts"]]

    # === SETUP === #

    def test_without_a_policy_it_says_what_to_do(self):
        self.env["ar.followup.policy"].search([]).is_on = False
        steps = self.today.get_today()["steps"]
        self.assertEqual(steps[0]["title"], "Choose a policy and switch it on")
        self.assertEqual(len(steps), 3)
        for step in steps:
            self.assertTrue(self.env.ref(step["action"]))

    def test_with_a_policy_the_steps_are_gone(self):
        self.assertEqual(self.today.get_today()["steps"], [])

    def test_it_is_closed_to_people_without_a_role(self):
        with self.assertRaises(AccessError):
            self.today.with_user(self.create_user("today_nobody")).get_today()

    # === RUN === #

    def test_before_the_run_it_tells_what_a_run_would_say(self):
        run = self.today.get_today()["run"]
        self.assertEqual(run, {"id": False, "is_preview_quick": True})
        rows = self.today.with_user(self.collector).get_preview()["rows"]
        self.assertEqual(
            [
                (r["policy"], r["days"], r["channel"], r["customers"], r["count"])
                for r in rows
            ],
            [("Test policy", 1, "E-mail", 2, 2)],
        )
        self.assertFalse(
            self.env["ar.followup.item"].search([]), "a preview writes nothing"
        )

    def test_a_collector_of_own_cases_previews_them_only(self):
        self.env.company.sudo().ar_is_own_cases_only = True
        self.birch._ar_ensure_case(self.env.company).collector_id = self.env.user
        self.customer._ar_ensure_case(self.env.company).collector_id = self.collector
        rows = self.today.with_user(self.collector).get_preview()["rows"]
        self.assertEqual([row["customers"] for row in rows], [1])

    def test_after_the_run_it_tells_what_was_proposed(self):
        run = self.follow_up(execute=False)
        told = self.today.get_today()["run"]
        self.assertEqual(
            (told["id"], told["state"], told["progress"]), (run.id, "Planned", 100)
        )
        self.assertEqual(
            [(row["level"], row["count"]) for row in told["rows"]], [("Level 1", 2)]
        )

    def test_a_manager_opens_the_run_of_today_once(self):
        first, second = self.today.open_run(), self.today.open_run()
        self.assertEqual(first["res_id"], second["res_id"])
        with self.assertRaises(AccessError):
            self.today.with_user(self.collector).open_run()

    def test_a_manager_opens_the_preview(self):
        self.assertEqual(self.today.open_preview()["res_model"], "ar.followup.preview")

    # === CARDS === #

    def test_every_card_opens_a_list_that_shows_what_it_counts(self):
        """The filter behind a card must find the very records that the card counts."""
        self.policy.is_approval_needed = True
        run = self.follow_up(execute=False)
        run.notice_ids[:1].action_approve()
        run.action_execute()
        self.hold(self.birch, "replied", until=day_in(2))
        run.notice_ids.case_id[:1]._schedule_task("Look", TODAY, user=self.env.user)
        for card in self.today._get_cards(self.env.company):
            with self.subTest(card=card["name"]):
                action = self.env.ref(card["action"]).sudo()
                self.assertEqual(action.res_model, card["model"])
                search = self.env[card["model"]].get_view(view_type="search")["arch"]
                for key in card["context"]:
                    self.assertIn(
                        f'name="{key.removeprefix("search_default_")}"', search
                    )

    def test_notices_to_approve_are_counted(self):
        self.policy.is_approval_needed = True
        self.follow_up()
        self.assertEqual(self.card("to_approve")["count"], 2)
        self.assertEqual(self.card("failed")["count"], 0)

    def test_letters_are_counted_and_late_ones_in_red(self):
        self.policy.level_ids.write(
            {"channel": "letter", "letter_text": "<p>Please pay.</p>"}
        )
        self.follow_up()
        self.assertEqual(
            (self.card("letters")["count"], self.card("letters")["urgent"]), (2, 0)
        )
        with self.on_day(4):
            self.assertEqual(self.card("letters")["urgent"], 2)

    def test_replies_and_the_end_of_the_ladder_are_counted(self):
        self.climb(0, 7)
        self.hold(self.birch, "replied", until=day_in(20))
        with self.on_day(16):
            self.follow_up(16)
            self.assertEqual(self.card("replied")["count"], 1)
            self.assertEqual(self.card("ladder_end")["count"], 1)

    def test_debts_under_opening_review_are_counted(self):
        self.env.company.sudo().ar_start_date = day_in(-4)
        self.follow_up()
        self.assertEqual(self.card("review")["count"], 1)

    def test_activities_are_ones_own(self):
        case = self.customer._ar_ensure_case(self.env.company)
        case._schedule_task("Call", day_in(-1), user=self.collector)
        case._schedule_task("Call again", day_in(1), user=self.collector)
        mine = self.card("activities", self.collector)
        self.assertEqual((mine["count"], mine["urgent"]), (1, 1))
        self.assertEqual(self.card("activities")["count"], 0)

    def test_debts_are_counted_by_what_happens_to_them(self):
        self.follow_up()
        rows = {
            row["reason"]: row["count"] for row in self.today.get_today()["reasons"]
        }
        self.assertEqual(sum(rows.values()), 3)
        self.assertEqual(rows["not_due"], 1)

    # === ALERTS === #

    def test_nothing_to_tell(self):
        self.follow_up()
        self.assertEqual(self.alerts(), [])

    def test_a_missed_run_is_told(self):
        self.follow_up(-2)
        self.assertIn("No run was made", self.alerts()[0])
        self.follow_up(0)
        self.assertEqual(self.alerts(), [])

    def test_a_run_that_is_a_little_late_is_not_missed(self):
        self.follow_up(-1)
        with self.on_day(0, at=time(1, 30)):
            self.assertEqual(self.alerts(), [])
        with self.on_day(0, at=time(2, 30)):
            self.assertEqual(len(self.alerts()), 1)

    def test_runs_for_chosen_customers_or_tests_are_not_the_run_of_the_day(self):
        self.follow_up(-1)
        self.follow_up(0, partner_ids=self.customer.ids)
        self.assertEqual(len(self.alerts()), 1)

    def test_a_pause_is_no_missed_run(self):
        self.follow_up(-2)
        self.today.pause()
        [text] = self.alerts()
        self.assertIn("Everything is paused", text)
        self.today.resume()
        self.assertIn("No run was made", self.alerts()[0])

    def test_a_scheduled_action_that_is_off_is_told_before_the_first_run(self):
        self.env.ref("ar_collections.ir_cron_followup").sudo().active = False
        self.assertIn("is switched off", self.alerts()[0])

    def test_test_mode_and_pauses_are_told(self):
        self.follow_up()
        self.env["ar.followup.pause"].create(
            {"name": "Fair", "date_from": day_in(-1), "date_until": day_in(1)}
        )
        self.assertIn("Fair", self.alerts()[0])
        self.env.company.sudo().write(
            {"ar_test_email": "test@example.com", "ar_is_test_mode": True}
        )
        self.assertTrue(any("test@example.com" in text for text in self.alerts()))

    def test_a_person_vouches_for_the_bank(self):
        self.env.company.sudo().ar_is_bank_gated = True
        self.follow_up()
        self.assertTrue(
            any("No receipt is booked at the bank" in text for text in self.alerts())
        )
        self.today.vouch_for_bank()
        self.assertEqual(self.env.company.ar_bank_known_date, TODAY)
        with self.assertRaises(AccessError):
            self.today.with_user(self.collector).vouch_for_bank()
