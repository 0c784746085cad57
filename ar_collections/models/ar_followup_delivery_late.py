"""Letters and calls that wait too long for a person."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import UNPOSTED_BUSINESS_DAYS
from ..tools.business_days import EVERY_DAY


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    is_late = fields.Boolean(
        string="Late",
        compute="_compute_is_late",
        search="_search_is_late",
        help="A letter not posted, or a call not made, within three business days.",
    )

    @api.depends("state", "channel", "date")
    def _compute_is_late(self):
        for company, deliveries in self.grouped("company_id").items():
            last = self._get_last_timely_day(company) if company else None
            for delivery in deliveries:
                is_waiting = delivery.state == "queued" and delivery.channel in (
                    "letter",
                    "phone",
                )
                delivery.is_late = bool(is_waiting and last and delivery.date <= last)

    @api.model
    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "=", "queued") & Domain(
            "channel", "in", ("letter", "phone")
        )
        late &= Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("date", "<=", self._get_last_timely_day(company))
            for company in self.env.companies
        )
        wanted = set(value)
        if wanted == {True}:
            return late
        return ~late if wanted == {False} else Domain.TRUE

    @api.model
    def _get_last_timely_day(self, company):
        """Give the last day whose letters and calls are late today.

        Business days are those of the first policy in force.
        """
        today = company._ar_today()
        policy = self.env["ar.followup.policy"].sudo()._get_candidates(company)[:1]
        days = policy._get_business_days(company, today) if policy else EVERY_DAY
        day = today
        while days.add(day, UNPOSTED_BUSINESS_DAYS) >= today:
            day -= timedelta(days=1)
        return day
