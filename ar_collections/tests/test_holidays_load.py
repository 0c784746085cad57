"""Public holidays come into the working calendar from a library."""

import builtins
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from .common import day_in
from .common_by_hand import ByHandCase


class TestHolidaysLoad(ByHandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.create_calendar()
        cls.policy = cls.create_policy([1], calendar_id=cls.calendar.id)
        cls.germany = cls.env.ref("base.de")
        cls.bavaria = cls.env.ref("base.state_de_by")

    def load(self, user=None, **values):
        wizard = self.open(
            self.policy,
            "action_open_load_holidays",
            user or self.manager,
            **{
                "country_id": self.germany,
                "year_from": 2026,
                "year_to": 2026,
                **values,
            },
        )
        return wizard.action_load()

    def holidays(self):
        """Give the days off of 2026, as the ladder reads the calendar."""
        days = self.policy._get_business_days(self.env.company, date(2026, 7, 1))
        return {day for day in days.holidays if day.year == 2026}

    def test_the_holidays_of_a_country_are_days_off(self):
        self.load()
        saturdays = {date(2026, 10, 3), date(2026, 12, 26)}
        working_days = {
            date(2026, 1, 1),
            date(2026, 4, 3),
            date(2026, 4, 6),
            date(2026, 5, 1),
            date(2026, 5, 14),
            date(2026, 5, 25),
            date(2026, 12, 25),
        }
        loaded = {leave.date_from.date() for leave in self.calendar.leave_ids}
        self.assertEqual(loaded, working_days | saturdays)
        weekdays = {day for day in self.holidays() if day.weekday() < 5}
        self.assertEqual(weekdays, working_days)

    def test_the_ladder_does_not_speak_on_them(self):
        self.load()
        invoice = self.create_invoice(due_in=29)
        # Good Friday to Easter Monday, 3 to 6 April: 30 to 33 days from TODAY.
        for day in (30, 31, 32, 33):
            self.assertNothingSaid(self.follow_up(day))
        self.assertSaid(self.follow_up(34), {invoice: 1})

    def test_loaded_twice_nothing_is_doubled(self):
        self.load()
        action = self.load(year_to=2027)
        leaves = self.calendar.leave_ids
        self.assertEqual(
            len(leaves.filtered(lambda leave: leave.date_from.year == 2026)), 9
        )
        self.assertIn("9 were there already", action["params"]["message"])
        self.load(year_to=2027)
        self.assertEqual(self.calendar.leave_ids, leaves)

    def test_a_day_entered_by_hand_is_left_alone(self):
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "Our own New Year",
                "calendar_id": self.calendar.id,
                "date_from": "2026-01-01 00:00:00",
                "date_to": "2026-01-01 23:59:59",
            }
        )
        self.load()
        names = self.calendar.leave_ids.filtered(
            lambda leave: leave.date_from.month == 1
        )
        self.assertEqual(names.mapped("name"), ["Our own New Year"])

    def test_regions_have_holidays_of_their_own(self):
        self.load(state_id=self.bavaria)
        self.assertIn(date(2026, 1, 6), self.holidays())

    def test_a_region_in_another_language_is_the_same_region(self):
        ticino = self.env["res.country.state"].search(
            [("country_id.code", "=", "CH"), ("code", "=", "TI-IT")]
        )
        self.load(country_id=self.env.ref("base.ch"), state_id=ticino)
        self.assertIn(date(2026, 3, 19), self.holidays())

    def test_a_day_begins_and_ends_in_the_time_zone_of_the_calendar(self):
        for zone, first, last in (
            ("Pacific/Auckland", "2025-12-31 11:00:00", "2026-01-01 10:59:59"),
            ("America/New_York", "2026-01-01 05:00:00", "2026-01-02 04:59:59"),
        ):
            with self.subTest(zone):
                self.calendar.tz = zone
                self.calendar.leave_ids.unlink()
                self.load()
                leave = self.calendar.leave_ids.sorted("date_from")[0]
                self.assertEqual(
                    (str(leave.date_from), str(leave.date_to)), (first, last)
                )
                self.assertIn(date(2026, 1, 1), self.holidays())
                self.assertNotIn(date(2025, 12, 31), self.holidays())
                self.assertNotIn(date(2026, 1, 2), self.holidays())

    def test_without_the_library_it_says_how_to_install_it(self):
        real = builtins.__import__

        def missing(name, *args, **kwargs):
            if name == "holidays":
                raise ImportError(name)
            return real(name, *args, **kwargs)

        with (
            patch.object(builtins, "__import__", missing),
            self.assertRaisesRegex(UserError, "pip install holidays"),
        ):
            self.load()
        self.assertFalse(self.calendar.leave_ids)

    def test_what_the_library_does_not_know_is_refused(self):
        with self.assertRaisesRegex(UserError, "not known"):
            self.load(country_id=self.env.ref("base.xk"))
        with self.assertRaisesRegex(UserError, "no holidays for"):
            state = self.env["res.country.state"].create(
                {"name": "Atlantis", "code": "ZZ", "country_id": self.germany.id}
            )
            self.load(state_id=state)
        for years in ((2027, 2026), (1, 2026), (2026, 2050)):
            with self.assertRaisesRegex(UserError, "years"):
                self.load(year_from=years[0], year_to=years[1])

    def test_a_policy_without_a_calendar_has_no_days_off(self):
        self.policy.calendar_id = False
        with self.assertRaisesRegex(UserError, "no working calendar"):
            self.policy.action_open_load_holidays()

    def test_the_calendar_of_another_company_is_left_alone(self):
        other = self.setup_other_company(name="Other Company")["company"]
        theirs = self.create_policy([1], company_id=other.id, calendar_id=False)
        theirs.calendar_id = self.env["resource.calendar"].create(
            {"name": "Theirs", "company_id": other.id}
        )
        with self.assertRaises(AccessError):
            theirs.with_user(self.manager).action_open_load_holidays()
        self.load()
        self.assertFalse(theirs.calendar_id.leave_ids)

    def test_only_managers_load_holidays(self):
        for user in (self.collector, self.auditor):
            with self.assertRaises(AccessError):
                self.policy.with_user(user).action_open_load_holidays()
            with self.assertRaises(AccessError):
                self.env["ar.followup.holidays.load"].with_user(user).create(
                    {"calendar_id": self.calendar.id}
                )

    def test_a_holiday_today_asks_before_sending_by_hand(self):
        self.env["resource.calendar.leaves"].sudo().create(
            {
                "name": "Today",
                "calendar_id": self.calendar.id,
                "date_from": f"{day_in(0)} 00:00:00",
                "date_to": f"{day_in(0)} 23:59:59",
            }
        )
        self.create_invoice()
        action = self.customer.action_ar_open_send_reminder()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        self.assertIn("day off", wizard.warning)
