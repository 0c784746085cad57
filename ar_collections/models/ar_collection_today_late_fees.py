"""What the notices of today charge, on the screen "Today"."""

from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..const import OPEN_NOTICE_STATES

# So many notices that wait are computed while somebody opens the screen.
MOST_WAITING = 500
_OUTCOMES = {"posted": "booked", "proposed": "proposed", "memo": "memo"}


class ArCollectionToday(models.AbstractModel):
    _inherit = "ar.collection.today"

    # === BEFORE THE RUN === #

    def _get_preview(self, company, proposals):
        """Override to tell what the notices would charge."""
        preview = super()._get_preview(company, proposals)
        engine = self.env["ar.late.fee.engine"].sudo()
        found, problems = engine._foresee(
            company, engine._announce_proposals(proposals), company._ar_today()
        )
        rows = [(proposal.level.id, proposal.channel) for _customer, proposal in proposals]
        sums = self._sum_by_row((rows[one.key], one) for one in found)
        return preview | self._get_fees(sums, problems)

    # === AFTER IT === #

    def _get_run(self, company):
        """Override to tell what the notices of today charge, or would."""
        run = super()._get_run(company)
        if not run["id"]:
            return run
        sums, problems = self._foresee_waiting(company, company._ar_today())
        for row, outcome, currency, amount in self._read_made(company, company._ar_today()):
            sums[row][outcome][currency] += amount
        return run | self._get_fees(sums, problems)

    def _foresee_waiting(self, company, day):
        """Give what notices of a day would charge that are not sent; a few only."""
        waiting = self.env["ar.followup.notice"].search(
            [*self._get_notice_domain(company, day), ("state", "in", OPEN_NOTICE_STATES)],
            limit=MOST_WAITING,
        )
        engine = self.env["ar.late.fee.engine"].sudo()
        notices = {notice.id: notice for notice in waiting}
        found, problems = engine._foresee(company, engine._announce(waiting.sudo()), day)
        rows = {key: (notice.level_id.id, notice.channel) for key, notice in notices.items()}
        return self._sum_by_row((rows[one.key], one) for one in found), problems

    def _get_notice_domain(self, company, day):
        return [
            ("company_id", "=", company.id),
            ("as_of", "=", day),
            ("level_id", "!=", False),
        ]

    def _read_made(self, company, day):
        """Read the charges that notices of a day have made.

        SQL: sums by fields of the notice; the user's own rules choose the notices.

        :return: list of ((level id, channel), outcome, currency, sum)
        """
        notices = self.env["ar.followup.notice"]._search(
            self._get_notice_domain(company, day)
        )
        self.env["ar.late.fee"].flush_model()
        self.env["ar.followup.notice"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT n.level_id, n.channel, f.state, f.currency_id, SUM(f.amount)
                  FROM ar_late_fee f JOIN ar_followup_notice n ON n.id = f.notice_id
                 WHERE n.id IN %s AND f.state = ANY(%s) AND f.amount > 0
              GROUP BY n.level_id, n.channel, f.state, f.currency_id
                """,
                notices.subselect(),
                list(_OUTCOMES),
            )
        )
        currencies = self.env["res.currency"]
        return [
            ((level_id, channel), _OUTCOMES[state], currencies.browse(currency_id), amount)
            for level_id, channel, state, currency_id, amount in rows
        ]

    # === SUMS === #

    def _sum_by_row(self, charges):
        """Give {row: {outcome: {currency: sum}}} of pairs of row and charge."""
        sums = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
        currencies = self.env["res.currency"]
        for row, one in charges:
            sums[row][one.outcome][currencies.browse(one.currency_id)] += float(one.amount)
        return sums

    def _get_fees(self, sums, problems):
        """Give late fees as the screen takes them.

        :param sums: {(level id, channel): {outcome: {currency: sum}}}
        :return: dict of `fees` (text by row), `fee_total` (lines) and `fee_problems`
        """
        engine, total = self.env["ar.late.fee.engine"], {}
        for outcomes in sums.values():
            for outcome, amounts in outcomes.items():
                total[outcome] = self._add(total.get(outcome, {}), amounts)
        return {
            "fees": {
                f"{level_id}{channel}": engine._format_fee_sums(
                    self._add(*outcomes.values())
                )
                for (level_id, channel), outcomes in sums.items()
            },
            "fee_total": engine._format_fees(total),
            "fee_problems": sorted(problems),
        }

    @staticmethod
    def _add(*sums):
        """Add dicts of {currency: sum}; nothing adds two currencies."""
        result = defaultdict(float)
        for amounts in sums:
            for currency, amount in amounts.items():
                result[currency] += amount
        return result
