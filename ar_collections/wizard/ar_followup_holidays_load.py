"""Load public holidays into a working calendar."""

from datetime import date, datetime, time, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

LIBRARY = "holidays"


class ArFollowupHolidaysLoad(models.TransientModel):
    _name = "ar.followup.holidays.load"
    _description = "Load Public Holidays"
    _inherit = "ar.window.mixin"

    calendar_id = fields.Many2one("resource.calendar", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        readonly=True,
        default=lambda self: self.env.company,
    )
    country_id = fields.Many2one(
        "res.country",
        required=True,
        default=lambda self: self.env.company.country_id,
    )
    state_id = fields.Many2one(
        "res.country.state",
        string="State or region",
        domain="[('country_id', '=', country_id)]",
        help="Some countries have holidays of their own in each region.",
    )
    year_from = fields.Integer(
        string="From year", required=True, default=lambda self: self._get_this_year()
    )
    year_to = fields.Integer(
        string="To year", required=True, default=lambda self: self._get_this_year() + 1
    )

    @api.model
    def _get_this_year(self):
        return self.env.company._ar_today().year

    # === ACTIONS === #

    def action_load(self):
        """Add the holidays that the calendar does not know yet.

        :raise UserError: without the library, for a country or region that it does not
            know, or for years that make no sense
        """
        self.ensure_one()
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self._check_calendar()
        days = self._get_holidays()
        known = self._get_known_days()
        leaves = (
            self.env["resource.calendar.leaves"].sudo().with_company(self.company_id)
        )
        new = leaves.create(
            [
                self._get_leave_values(day, name)
                for day, name in sorted(days.items())
                if day not in known
            ]
        )
        return self._get_result_action(len(new), len(days) - len(new))

    def _check_calendar(self):
        """Refuse calendars of other companies: everybody may read them, in core."""
        self.company_id.check_access("read")
        company = self.calendar_id.company_id
        if company and company not in self.env.companies:
            raise UserError(
                self.env._(
                    "“%(calendar)s” is the calendar of another company, %(company)s: "
                    "switch to that company first.",
                    calendar=self.calendar_id.name,
                    company=company.sudo().name,
                )
            )

    # === LIBRARY === #

    def _get_holidays(self):
        """Give {date: name} of the public holidays.

        The library is asked for only here, so that the addon works without it.
        """
        if not 1900 < self.year_from <= self.year_to <= self.year_from + 20:
            raise UserError(
                self.env._("Choose years such as 2026 to 2027, at most twenty at once.")
            )
        library = self._get_library()
        region = self._get_region(library)
        years = range(self.year_from, self.year_to + 1)
        return dict(library.country_holidays(self.country_id.code, region, years=years))

    @api.model
    def _get_library(self):
        try:
            import holidays
        except ImportError as error:
            raise UserError(
                self.env._(
                    "The Python library “%(library)s” is missing on the server. Ask "
                    "your administrator to run “pip install %(library)s”, or enter "
                    "the public holidays in the calendar by hand.",
                    library=LIBRARY,
                )
            ) from error
        return holidays

    def _get_region(self, library):
        """Give the library's code of the region; ``None`` where none is chosen."""
        supported = library.list_supported_countries()
        if self.country_id.code not in supported:
            raise UserError(
                self.env._(
                    "The holidays of %(country)s are not known to the library: enter "
                    "them in the calendar by hand.",
                    country=self.country_id.name,
                )
            )
        if not self.state_id:
            return None
        # Odoo writes DE-BY and, for a canton in French, AG-FR; the library BY and AG.
        code = self.state_id.code.removeprefix(f"{self.country_id.code}-").split("-")[0]
        if code not in supported[self.country_id.code]:
            raise UserError(
                self.env._(
                    "The library knows no holidays for %(state)s: leave the region "
                    "empty for those of the whole country.",
                    state=self.state_id.name,
                )
            )
        return code

    # === CALENDAR === #

    def _get_zone(self):
        """Give the time zone in which the calendar's days begin and end."""
        zone = self.calendar_id.tz
        return pytz.timezone(zone) if zone else self.company_id._ar_get_timezone()

    def _to_utc(self, day, hour):
        local = self._get_zone().localize(datetime.combine(day, hour))
        return local.astimezone(pytz.utc).replace(tzinfo=None)

    def _to_local_day(self, moment):
        return pytz.utc.localize(moment).astimezone(self._get_zone()).date()

    def _get_leave_values(self, day, name):
        """Give the values of a holiday: the whole day in the calendar's time zone."""
        return {
            "name": name,
            "calendar_id": self.calendar_id.id,
            "company_id": (self.calendar_id.company_id or self.company_id).id,
            "resource_id": False,
            "date_from": self._to_utc(day, time.min),
            "date_to": self._to_utc(day, time(23, 59, 59)),
        }

    def _get_known_days(self):
        """Give the days on which the calendar is closed for everybody already."""
        company = self.calendar_id.company_id or self.company_id
        leaves = (
            self.env["resource.calendar.leaves"]
            .sudo()
            .search(
                [
                    ("resource_id", "=", False),
                    ("calendar_id", "in", [self.calendar_id.id, False]),
                    ("company_id", "in", [company.id, False]),
                    (
                        "date_to",
                        ">=",
                        self._to_utc(date(self.year_from, 1, 1), time.min),
                    ),
                    (
                        "date_from",
                        "<",
                        self._to_utc(date(self.year_to + 1, 1, 1), time.min),
                    ),
                ]
            )
        )
        known = set()
        for leave in leaves:
            first = self._to_local_day(leave.date_from)
            last = self._to_local_day(leave.date_to - timedelta(seconds=1))
            known.update(
                first + timedelta(days=n) for n in range((last - first).days + 1)
            )
        return known

    def _get_result_action(self, added, present):
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "%(added)s holidays were added to “%(calendar)s”; %(present)s were "
                    "there already.",
                    added=added,
                    calendar=self.calendar_id.name,
                    present=present,
                ),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
