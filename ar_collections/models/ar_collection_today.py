"""Today: what a collector does first."""

from collections import Counter

from odoo import api, models
from odoo.tools import SQL, format_amount, format_date

# Deciding for a ledger of this size takes a second or two: done without being asked.
PREVIEW_DEBTS = 5000


class ArCollectionToday(models.AbstractModel):
    """The data of the screen "Today".

    Everything is counted with the user's own rights, in the present company. Other
    addons add cards in `_get_cards` and warnings in `_get_alerts`.
    """

    _name = "ar.collection.today"
    _description = "Today in Collections"

    @api.model
    def get_today(self):
        """Give what waits for people today.

        :return: dict of `day`, `is_manager`, `is_paused`, `alerts`, `steps` (of the setup, empty once
            follow-up is on), `run`, `cards` and `reasons`
        """
        self.env["ar.collection.case"].check_access("read")
        company = self.env.company
        return {
            "day": format_date(
                self.env, company._ar_today(), date_format="EEEE, d MMMM y"
            ),
            "company": company.name,
            "is_manager": self._is_manager(),
            "is_paused": company._ar_is_paused(),
            "alerts": self._get_alerts(company),
            "steps": self._get_steps(company),
            "run": self._get_run(company),
            "cards": self._get_counted_cards(company),
            "reasons": self._get_reasons(company),
        }

    @api.model
    def get_preview(self):
        """Give what a run would say now: `rows` of policy, level, channel and counts.

        Nothing is written. Takes seconds for a large ledger: see `run.is_preview_quick`.
        """
        self.env["ar.collection.case"].check_access("read")
        company = self.env.company
        run = self.env["ar.followup.run"].new(
            {"company_id": company.id, "as_of": company._ar_today()}
        )
        own = self._get_own_partners(company)
        proposals = [
            (customer, proposal)
            for customer, proposal in self.env["ar.followup.planner"].sudo()._propose(run)
            if own is None or customer.partner_id in own
        ]
        return self._get_preview(company, proposals)

    def _get_preview(self, company, proposals):
        """Give what these proposals come to, as the screen takes it."""
        customers, debts = Counter(), Counter()
        seen = set()
        for customer, proposal in proposals:
            for line in proposal.climbing:
                key = (line.step.level.id, proposal.channel)
                debts[key] += 1
                customers[key] += (*key, customer.partner_id) not in seen
                seen.add((*key, customer.partner_id))
        return {"rows": self._get_rows(debts, customers)}

    # === SETUP === #

    @api.model
    def _get_steps(self, company):
        """Give the steps to the first notice, empty once a policy works."""
        settings = company.sudo()._ar_get_settings_company()
        policies = self.env["ar.followup.policy"].sudo()._get_candidates(company)
        if settings.ar_start_date and policies:
            return []
        return [
            {
                "title": self.env._("Choose a policy and switch it on"),
                "text": self.env._(
                    "Read one of the ready policies, or write your own. Switching it on "
                    "shows how many debts it concerns; nothing is sent by it."
                ),
                "action": "ar_collections.ar_followup_policy_action",
                "button": self.env._("Policies"),
            },
            {
                "title": self.env._("Decide on old debts"),
                "text": self.env._(
                    "Debts due before the start date wait until you say where they stand."
                ),
                "action": "ar_collections.ar_followup_item_action",
                "context": {"search_default_opening_review": 1},
                "button": self.env._("Open debts"),
            },
            {
                "title": self.env._("Approve the first notices"),
                "text": self.env._(
                    "The first run proposes and waits: you read each notice before it leaves."
                ),
                "action": "ar_collections.ar_followup_notice_action",
                "context": {"search_default_to_approve": 1},
                "button": self.env._("Letters"),
            },
        ]

    # === RUN === #

    @api.model
    def _get_run(self, company):
        """Give the run of today and what was proposed today, or that it is to come."""
        today = company._ar_today()
        run = self.env["ar.followup.run"].search(
            [
                ("company_id", "=", company.id),
                ("as_of", "=", today),
                ("partner_ids", "=", False),
                ("state", "!=", "draft"),
            ],
            limit=1,
        )
        if not run:
            return {
                "id": False,
                "is_preview_quick": self._count_debts(company) <= PREVIEW_DEBTS,
            }
        states = dict(run._fields["state"]._description_selection(self.env))
        notices, customers = self._count_notices(company, today)
        return {
            "id": run.id,
            "state": states[run.state],
            "progress": run.progress if run.state == "planning" else 100,
            "failures": run.failure_count,
            "rows": self._get_rows(notices, customers),
        }

    def _count_notices(self, company, day):
        """Count what was proposed on a day, by level and channel.

        :return: two dicts by (level id, channel): of notices and of customers
        """
        groups = self.env["ar.followup.notice"]._read_group(
            [
                ("company_id", "=", company.id),
                ("as_of", "=", day),
                ("state", "!=", "cancelled"),
                ("level_id", "!=", False),
            ],
            ["level_id", "channel"],
            ["__count", "partner_id:count_distinct"],
        )
        notices = {(level.id, channel): count for level, channel, count, _c in groups}
        customers = {(level.id, channel): count for level, channel, _n, count in groups}
        return notices, customers

    def _get_rows(self, debts, customers):
        """Give the rows of a table of what is said, in the order of the ladder."""
        levels = (
            self.env["ar.followup.level"].sudo().browse({level for level, _ in debts})
        )
        channels = dict(
            self.env["ar.followup.notice"]
            ._fields["channel"]
            ._description_selection(self.env)
        )
        rows = [
            {
                "policy": level.policy_id.name,
                "level": level.name,
                "level_id": level.id,
                "days": level.days,
                "channel": channels[channel],
                "channel_code": channel,
                "count": count,
                "customers": customers[level.id, channel],
            }
            for (level_id, channel), count in debts.items()
            for level in levels.filtered(
                lambda record, level_id=level_id: record.id == level_id
            )
        ]
        return sorted(
            rows, key=lambda row: (row["policy"], row["days"], row["channel"])
        )

    def _count_debts(self, company):
        """Count the open lines of the ledger. SQL: no need to fetch or to check them."""
        lines = self.env["ar.followup.facts"].sudo()._get_lines_condition(company)
        [[count]] = self.env.execute_query(
            SQL("SELECT COUNT(*) FROM account_move_line l WHERE %s", lines)
        )
        return count

    # === DEBTS === #

    @api.model
    def _get_reasons(self, company):
        """Give where the open debts are: rows of reason, count and amount."""
        items = self.env["ar.followup.item"]
        labels = dict(items._fields["reason"]._description_selection(self.env))
        groups = items._read_group(
            [
                ("company_id", "=", company.id),
                ("is_open", "=", True),
                ("reason", "!=", False),
            ],
            ["reason"],
            ["__count", "open_amount_company:sum"],
        )
        rows = [
            {
                "reason": reason,
                "label": labels[reason],
                "count": count,
                "amount": format_amount(self.env, amount, company.currency_id),
                "value": amount,
            }
            for reason, count, amount in groups
        ]
        return sorted(rows, key=lambda row: -row["value"])

    # === USER === #

    def _is_manager(self):
        return self.env.user.has_group("ar_collections.ar_collections_group_manager")

    def _get_own_partners(self, company):
        """Give the ids of the customers a collector may see; ``None``: all of them."""
        if not self.env.user._ar_get_own_case_companies():
            return None
        cases = self.env["ar.collection.case"].search([("company_id", "=", company.id)])
        return set(cases.partner_id.ids)
