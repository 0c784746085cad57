"""Business days of working calendars, read once and kept until a calendar changes."""

from datetime import datetime, time, timedelta

from odoo import fields, models
from odoo.tools import ormcache

from ..tools.business_days import EVERY_DAY, BusinessDays

# The days around a run's day whose holidays are known.
_SPAN = timedelta(days=400)


class ResourceCalendar(models.Model):
    _name = "resource.calendar"
    _inherit = ["resource.calendar", "ar.remembered.mixin"]

    @ormcache("self.id", "company.id", "day")
    def _ar_get_business_days(self, company, day):
        """Read the business days for a year around `day`; further days are open where
        their weekday is.

        Kept in memory: to read them takes longer than to plan hundreds of debts.
        Other workers forget them with their next request or job; one that is at work
        goes on with what it knows, and nobody beyond the day, which is part of the key.

        :param company: whose public holidays count where the calendar has no company
        :rtype: odoo.addons.ar_collections.tools.business_days.BusinessDays
        """
        weekdays = {int(attendance.dayofweek) for attendance in self.attendance_ids}
        if self.flexible_hours:
            weekdays = set(range(7))
        if not weekdays:
            return EVERY_DAY
        start = datetime.combine(day, time.min)
        closed = self._get_unusual_days(
            start - _SPAN, start + _SPAN, company_id=self.company_id or company
        )
        holidays = (fields.Date.to_date(text) for text, is_off in closed.items() if is_off)
        return BusinessDays(weekdays, holidays)


class ResourceCalendarAttendance(models.Model):
    _name = "resource.calendar.attendance"
    _inherit = ["resource.calendar.attendance", "ar.remembered.mixin"]


class ResourceCalendarLeaves(models.Model):
    _name = "resource.calendar.leaves"
    _inherit = ["resource.calendar.leaves", "ar.remembered.mixin"]

    def _ar_is_remembered(self):
        """Override: persons or machines that are away close no day of business."""
        return any(not leave.resource_id for leave in self)
