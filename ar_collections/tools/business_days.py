"""Business days of one calendar, as plain values.

The days come from `resource.calendar` (attendances and public holidays); this
module only walks over them, so that the ladder can be tested without a database.
"""

from datetime import date, timedelta
from functools import lru_cache

ONE_DAY = timedelta(days=1)
# A calendar that closes longer than this is a mistake in the calendar: every
# loop below ends there and gives the day it has reached.
MAX_CLOSED_DAYS = 366


class BusinessDays:
    """The open days of a calendar.

    :param weekdays: the weekdays on which work is done (0 = Monday).
    :param holidays: dates on which nothing is done although the weekday says so.
    """

    def __init__(self, weekdays=(0, 1, 2, 3, 4, 5, 6), holidays=()):
        self.weekdays = frozenset(weekdays)
        self.holidays = frozenset(holidays)
        # An instance lives for one run; the cache goes with it.
        self.forward = lru_cache(maxsize=4096)(self._forward)
        self.back = lru_cache(maxsize=4096)(self._back)

    def is_open(self, day: date) -> bool:
        """Tell whether work is done on `day`; a calendar without days is always open."""
        return not self.weekdays or (
            day.weekday() in self.weekdays and day not in self.holidays
        )

    def _forward(self, day: date) -> date:
        return self._walk(day, ONE_DAY)

    def _back(self, day: date) -> date:
        return self._walk(day, -ONE_DAY)

    def _walk(self, day, step):
        for _attempt in range(MAX_CLOSED_DAYS):
            if self.is_open(day):
                break
            day += step
        return day

    def add(self, day: date, count: int) -> date:
        """Give the `count`-th business day after `day`."""
        for _business_day in range(count):
            day = self.forward(day + ONE_DAY)
        return day


EVERY_DAY = BusinessDays()
