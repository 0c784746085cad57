"""What is kept in memory between runs follows what people change."""

from odoo import Command

from .common import TODAY, CollectionsCase, day_in


class TestKeptInMemory(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Monday to Friday",
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Work",
                            "dayofweek": str(day),
                            "hour_from": 8,
                            "hour_to": 16,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )

    def is_open(self, day, company=None):
        days = self.calendar._ar_get_business_days(company or self.env.company, TODAY)
        return days.is_open(day)

    def next_weekday(self, weekday):
        return day_in((weekday - TODAY.weekday()) % 7)

    def create_holiday(self, day, **values):
        return self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.calendar.id,
                "date_from": f"{day} 00:00:00",
                "date_to": f"{day} 23:59:59",
                **values,
            }
        )

    def test_a_holiday_that_is_added_moved_and_removed(self):
        monday, tuesday = self.next_weekday(0), self.next_weekday(1)
        self.assertTrue(self.is_open(monday))
        holiday = self.create_holiday(monday)
        self.assertFalse(self.is_open(monday))
        holiday.write(
            {"date_from": f"{tuesday} 00:00:00", "date_to": f"{tuesday} 23:59:59"}
        )
        self.assertTrue(self.is_open(monday))
        self.assertFalse(self.is_open(tuesday))
        holiday.unlink()
        self.assertTrue(self.is_open(tuesday))

    def test_the_holiday_of_another_company(self):
        monday = self.next_weekday(0)
        other = self.env["res.company"].create({"name": "Other"})
        self.calendar.company_id = False
        self.create_holiday(monday)
        self.assertFalse(self.is_open(monday))
        self.assertTrue(self.is_open(monday, other))

    def test_a_weekday_that_is_added_and_removed(self):
        saturday = self.next_weekday(5)
        self.assertFalse(self.is_open(saturday))
        attendance = self.env["resource.calendar.attendance"].create(
            {
                "calendar_id": self.calendar.id,
                "name": "Saturday",
                "dayofweek": "5",
                "hour_from": 8,
                "hour_to": 12,
                "day_period": "morning",
            }
        )
        self.assertTrue(self.is_open(saturday))
        attendance.dayofweek = "6"
        self.assertFalse(self.is_open(saturday))
        attendance.dayofweek = "5"
        attendance.unlink()
        self.assertFalse(self.is_open(saturday))

    def test_a_calendar_that_becomes_flexible(self):
        saturday = self.next_weekday(5)
        self.assertFalse(self.is_open(saturday))
        self.calendar.flexible_hours = True
        self.assertTrue(self.is_open(saturday))

    def test_business_days_are_read_once(self):
        self.is_open(TODAY)
        self.calendar.invalidate_recordset()
        with self.assertQueryCount(0):
            self.is_open(TODAY)

    def test_other_workers_are_told_to_forget(self):
        """They compare a sequence in the database before each request and job."""
        registry = self.env.registry
        for change in (
            lambda: self.create_holiday(self.next_weekday(0)),
            lambda: self.calendar.write({"flexible_hours": True}),
            lambda: self.calendar.attendance_ids[0].unlink(),
        ):
            registry.cache_invalidated.clear()
            change()
            self.assertIn("default", registry.cache_invalidated)

    def test_receivable_accounts(self):
        facts = self.env["ar.followup.facts"]
        company = self.env.company
        before = facts._get_receivable_accounts(company)
        account = self.env["account.account"].create(
            {
                "name": "Another receivable",
                "code": "121990",
                "account_type": "asset_receivable",
                "reconcile": True,
            }
        )
        self.assertEqual(facts._get_receivable_accounts(company), before | account)
        account.account_type = "asset_current"
        self.assertEqual(facts._get_receivable_accounts(company), before)
        account.account_type = "asset_receivable"
        account.active = False
        self.assertEqual(facts._get_receivable_accounts(company), before | account)
        account.unlink()
        self.assertEqual(facts._get_receivable_accounts(company), before)
