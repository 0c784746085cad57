"""One replay inside Odoo: a ladder, a ledger, and what was said day by day.

Works with an `env`; imports nothing of Odoo itself.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .replay_books import Books
from .replay_options import Level, Options, OptionsError

LONG_AGO = date(1900, 1, 1)
ANALYZE_EVERY_DAYS = 30
LEDGER_TABLES = (
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_full_reconcile",
)


@dataclass(frozen=True, order=True)
class Row:
    """One line that climbed, as it is written to the result."""

    date: date
    customer: str
    invoice: str
    level: int
    channel: str
    days_overdue: int
    open_amount: str


class Replay:
    """Plays a ledger through the follow-up models of the environment's company.

    :raise OptionsError: the policy is not there
    """

    def __init__(self, env, options: Options):
        self.env = env
        self.options = options
        self.company = env.company
        env["ir.config_parameter"].set_param("ar_collections.replay", "1")
        self._switch_on()
        self._choose_policy()
        self.books = self._open_books()

    def play(self) -> Iterator[tuple[date, Counter]]:
        """Play every day; give each with counts of what was booked and sent."""
        day = self.options.first
        while day <= self.options.last:
            invoices, payments = self.books.book(day)
            if (day - self.options.first).days % ANALYZE_EVERY_DAYS == 0:
                self._analyze()
            notices = self._follow_up(day)
            yield day, Counter(invoices=invoices, payments=payments, notices=notices)
            day += timedelta(days=1)

    def get_rows(self) -> list[Row]:
        """Return the lines that climbed until now, in order."""
        return sorted(self.get_row(line) for line in self.get_lines())

    def get_lines(self):
        """Return the lines of notices that climbed and were sent until now."""
        return self.env["ar.followup.notice.line"].search(
            [
                ("company_id", "=", self.company.id),
                ("role", "=", "climbing"),
                ("is_cancelled", "=", False),
                ("notice_id.state", "=", "done"),
            ]
        )

    # === PREPARATION === #

    def _switch_on(self) -> None:
        """Open the company: no review, test mode, first approval, maximum or window."""
        self.company.write(
            {
                "ar_start_date": LONG_AGO,
                "ar_tz": "UTC",
                "ar_is_paused": False,
                "ar_is_test_mode": False,
                "ar_has_approved_run": True,
                "ar_max_per_day": 0,
                "ar_window_from": 0.0,
                "ar_window_to": 24.0,
            }
        )
        if self.options.levels:
            self.company.ar_is_bank_gated = False

    def _open_books(self) -> Books:
        """Return the books of the ledger's invoices and payments."""
        return Books(self.env, self.options.ledger)

    def _choose_policy(self) -> None:
        """Put the wanted ladder in force; by default every one there is."""
        everything = self.env["ar.followup.policy"].search([])
        chosen = everything
        if self.options.levels:
            chosen = self._create_policy()
        elif self.options.policy is not None:
            chosen = self._find_policy(everything)
        (everything - chosen).is_on = False
        chosen.is_on = True
        if self.options.min_interval is not None:
            chosen.min_interval_days = self.options.min_interval

    def _create_policy(self):
        """Create a policy of nothing but the given levels."""
        return self.env["ar.followup.policy"].create(
            {
                "name": "Replay",
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "calendar_id": False,
                "min_interval_days": 0,
                "customer_interval_days": 0,
                "minimum_amount": 0.0,
                "min_reminders": 0,
                "is_approval_needed": False,
                "level_ids": [
                    (0, 0, self._get_level_values(level))
                    for level in self.options.levels
                ],
            }
        )

    @staticmethod
    def _get_level_values(level: Level) -> dict:
        """Return the values of a level."""
        return {
            "name": f"{level.days:+d} {level.channel}",
            "days": level.days,
            "channel": level.channel,
        }

    def _find_policy(self, policies):
        """Return the named policy, opened to every customer, or raise OptionsError."""
        found = policies.filtered(lambda policy: policy.name == self.options.policy)[:1]
        if not found:
            names = ", ".join(sorted(policies.mapped("name"))) or "none"
            raise OptionsError(
                [f"--policy: there is no “{self.options.policy}”; there are: {names}"]
            )
        found.write(
            {
                "for_business": True,
                "for_consumer": True,
                "for_public": True,
                "country_ids": [(5,)],
                "category_ids": [(5,)],
            }
        )
        return found

    # === DAY BY DAY === #

    def _analyze(self) -> None:
        """Let the database count its rows, which are far more than it was made with.

        Inside one long transaction it would go on planning for empty tables.
        """
        self.env.flush_all()
        models = (model for model in self.env.values() if model._auto)
        names = (model._table for model in models if model._name.startswith("ar."))
        self.env.cr.execute(f"ANALYZE {', '.join([*LEDGER_TABLES, *sorted(names)])}")

    def _follow_up(self, day: date) -> int:
        """Plan and execute the run of a day; return how many notices were sent."""
        run = self.env["ar.followup.run"].create(
            {"company_id": self.company.id, "as_of": day}
        )
        run.action_plan()
        run.notice_ids.filtered(
            lambda notice: notice.state == "to_approve"
        ).action_approve()
        run.action_execute()
        states = Counter(run.notice_ids.mapped("state"))
        return states["done"]

    @staticmethod
    def get_row(line) -> Row:
        """Return the row of a notice line."""
        decimals = line.currency_id.decimal_places
        return Row(
            date=line.notice_id.as_of,
            customer=line.notice_id.partner_id.ref,
            invoice=line.name,
            level=line.level_days,
            channel=line.notice_id.channel,
            days_overdue=line.days_overdue,
            open_amount=f"{line.open_amount:.{decimals}f}",
        )
