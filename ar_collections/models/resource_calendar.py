"""Business days of working calendars, read once and kept until a calendar changes."""

from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.tools import ormcache

from ..tools.business_days import EVERY_DAY, BusinessDays

# The days around a run's day whose holidays are known.
_SPAN = timedelta(days=400)


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

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

    def write(self, vals):
        """Override of `resource` to read the business days anew."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `resource` to read the business days anew."""
        attendances = super().create(vals_list)
        self.env.registry.clear_cache()
        return attendances

    def write(self, vals):
        """Override of `resource` to read the business days anew."""
        result = super().write(vals)
        self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override of `resource` to read the business days anew."""
        result = super().unlink()
        self.env.registry.clear_cache()
        return result


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `resource` to read the business days anew."""
        leaves = super().create(vals_list)
        leaves._ar_forget_business_days()
        return leaves

    def write(self, vals):
        """Override of `resource` to read the business days anew."""
        self._ar_forget_business_days()
        result = super().write(vals)
        self._ar_forget_business_days()
        return result

    def unlink(self):
        """Override of `resource` to read the business days anew."""
        self._ar_forget_business_days()
        return super().unlink()

    def _ar_forget_business_days(self):
        """Read the business days anew, unless only persons or machines are away."""
        if any(not leave.resource_id for leave in self):
            self.env.registry.clear_cache()
