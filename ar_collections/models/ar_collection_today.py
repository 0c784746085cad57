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

        :return: dict of `day`, `is_manager`, `alerts`, `steps` (of the setup, empty once
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
            "alerts": self._get_alerts(company),
            "steps": self._get_steps(company),
            "run": self._get_run(company),
            "cards": self._get_counted_cards(company),
            "reasons": self._get_reasons(company),
        }

    @api.model
    def get_preview(self):
        """Give what a run would say now: rows of policy, level, channel and counts.

        Nothing is written. Takes seconds for a large ledger: see `run.is_preview_quick`.
        """
        self.env["ar.collection.case"].check_access("read")
        company = self.env.company
        run = self.env["ar.followup.run"].new(
            {"company_id": company.id, "as_of": company._ar_today()}
        )
        own = self._get_own_partners(company)
        customers, debts = Counter(), Counter()
        seen = set()
        for line in self.env["ar.followup.planner"].sudo()._preview(run):
            if own is not None and line["partner_id"] not in own:
                continue
            key = (line["level_id"], line["channel"])
            debts[key] += 1
            customers[key] += (*key, line["partner_id"]) not in seen
            seen.add((*key, line["partner_id"]))
        return self._get_rows(debts, customers)

    # === ALERTS === #

    @api.model
    def _get_alerts(self, company):
        """Give warnings: dicts of `level` and `text`, and of a `button` where one helps.

        What it does is one of `action` (an XML id), `open` (a method of this model that
        returns an action) and `method` (a method after which the screen is loaded anew).
        """
        settings = company.sudo()._ar_get_settings_company()
        alerts = []
        if missed := self.env["ar.followup.run"]._get_missed_run_alert(company):
            alerts.append(self._get_missed_alert(missed))
        if settings.ar_is_paused:
            alerts.append(
                {
                    "level": "warning",
                    "text": self.env._(
                        "Everything is paused: no reminder leaves this company."
                    ),
                    "method": "resume" if self._is_manager() else False,
                    "button": self.env._("Go on"),
                }
            )
        if settings.ar_is_test_mode:
            text = self.env._(
                "Test mode: every message goes to %(address)s, and no debt moves.",
                address=settings.ar_test_email,
            )
            alerts.append({"level": "info", "text": text})
        alerts += self._get_pause_alerts(company)
        alerts += self._get_bank_alerts(company, settings)
        return alerts

    def _get_missed_alert(self, text):
        return {
            "level": "danger",
            "text": text,
            "open": "open_run" if self._is_manager() else False,
            "button": self.env._("Today's run"),
        }

    def _get_pause_alerts(self, company):
        today = company._ar_today()
        pauses = self.env["ar.followup.pause"].search(
            [
                ("company_id", "in", company.sudo().parent_ids.ids),
                ("date_from", "<=", today),
                ("date_until", ">=", today),
            ]
        )
        return [
            {
                "level": "info",
                "text": self.env._(
                    "Paused until %(day)s: %(reason)s",
                    day=format_date(self.env, pause.date_until),
                    reason=pause.name,
                ),
                "action": "ar_collections.ar_followup_pause_action",
                "button": self.env._("Pauses"),
            }
            for pause in pauses
        ]

    def _get_bank_alerts(self, company, settings):
        if not settings.ar_is_bank_gated:
            return []
        known = company._ar_get_bank_known()
        text = self.env._(
            "The bank is booked up to %(day)s; later debts are not reminded.",
            day=format_date(self.env, known),
        )
        return [
            {
                "level": "info",
                "text": text,
                "method": "vouch_for_bank" if self._is_manager() else False,
                "button": self.env._("All receipts up to today are booked"),
            }
        ]

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

    # === CARDS === #

    @api.model
    def _get_cards(self, company):
        """Give the cards, each a dict of:

        * `name`, `title`, `icon`, `empty` (what to say when there is nothing)
        * `model`, `domain`: what is counted
        * `urgent` (a domain) and `urgent_text`: what is counted in red
        * `action`, `context`: the list that a click opens
        """
        today = company._ar_today()
        own = [("company_id", "=", company.id)]
        notices = {
            "model": "ar.followup.notice",
            "action": "ar_collections.ar_followup_notice_action",
        }
        transport = {
            "model": "ar.followup.delivery",
            "action": "ar_collections.ar_followup_delivery_action",
            "urgent": [("is_late", "=", True)],
            "urgent_text": self.env._("waiting for more than three business days"),
        }
        items = {
            "model": "ar.followup.item",
            "action": "ar_collections.ar_followup_item_action",
        }
        cases = {
            "model": "ar.collection.case",
            "action": "ar_collections.ar_collection_case_action",
        }
        return [
            {
                **notices,
                "name": "to_approve",
                "title": self.env._("To approve"),
                "icon": "fa-check-square-o",
                "domain": [*own, ("state", "=", "to_approve")],
                "context": {"search_default_to_approve": 1},
                "empty": self.env._("No notice waits for your approval."),
            },
            {
                **notices,
                "name": "failed",
                "title": self.env._("Did not arrive"),
                "icon": "fa-exclamation-triangle",
                "domain": [*own, ("state", "=", "failed")],
                "is_bad": True,
                "context": {"search_default_failed": 1},
                "empty": self.env._("Every notice found its way."),
            },
            {
                **transport,
                "name": "letters",
                "title": self.env._("Letters to post"),
                "icon": "fa-envelope-o",
                "domain": [*own, ("channel", "=", "letter"), ("state", "=", "queued")],
                "context": {"search_default_to_post": 1},
                "empty": self.env._("No letter lies in the tray."),
            },
            {
                **transport,
                "name": "calls",
                "title": self.env._("Calls to make"),
                "icon": "fa-phone",
                "domain": [*own, ("channel", "=", "phone"), ("state", "=", "queued")],
                "context": {"search_default_to_call": 1},
                "empty": self.env._("Nobody waits for a call."),
            },
            {
                **cases,
                "name": "replied",
                "title": self.env._("Customers who replied"),
                "icon": "fa-reply",
                "domain": [*own, ("has_replied", "=", True)],
                "context": {"search_default_replied": 1},
                "empty": self.env._("No answer waits to be read."),
            },
            {
                **cases,
                "name": "activities",
                "title": self.env._("My activities today"),
                "icon": "fa-clock-o",
                "domain": [
                    *own,
                    ("activity_user_id", "=", self.env.uid),
                    ("my_activity_date_deadline", "<=", today),
                ],
                "urgent": [("my_activity_date_deadline", "<", today)],
                "urgent_text": self.env._("late"),
                "context": {"search_default_my_activities": 1},
                "empty": self.env._("Your list is empty."),
            },
            {
                **items,
                "name": "review",
                "title": self.env._("Opening review"),
                "icon": "fa-folder-open-o",
                "domain": [
                    *own,
                    ("is_open", "=", True),
                    ("review_state", "=", "opening"),
                ],
                "context": {"search_default_opening_review": 1},
                "empty": self.env._("All old debts are decided."),
            },
            {
                **items,
                "name": "ladder_end",
                "title": self.env._("End of the ladder"),
                "icon": "fa-flag-checkered",
                "domain": [*own, ("is_open", "=", True), ("reason", "=", "ladder_end")],
                "context": {"search_default_ladder_end": 1},
                "empty": self.env._("No debt has passed its last level."),
            },
        ]

    def _get_counted_cards(self, company):
        """Give the cards with their counts, as the screen takes them."""
        cards = []
        for card in self._get_cards(company):
            model = self.env[card["model"]]
            domain, urgent = card["domain"], card.get("urgent")
            count = model.search_count(domain)
            cards.append(
                {
                    "name": card["name"],
                    "title": card["title"],
                    "icon": card["icon"],
                    "empty": card["empty"],
                    "action": card["action"],
                    "context": card["context"],
                    "count": count,
                    "is_bad": card.get("is_bad", False) and bool(count),
                    "urgent": model.search_count([*domain, *urgent])
                    if urgent and count
                    else 0,
                    "urgent_text": card.get("urgent_text", ""),
                }
            )
        return cards

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

    # === BY HAND === #

    @api.model
    def open_run(self):
        """Open the run of today, made where there is none yet."""
        runs = self.env["ar.followup.run"]
        runs._check_may_run()
        company = self.env.company
        domain = [("company_id", "=", company.id), ("as_of", "=", company._ar_today())]
        run = runs.search([*domain, ("partner_ids", "=", False)], limit=1)
        return (run or runs.create({"company_id": company.id}))._get_form_action()

    @api.model
    def open_preview(self):
        """Open the preview of the run of today."""
        run = self.env["ar.followup.run"].new(
            {"company_id": self.env.company.id, "as_of": self.env.company._ar_today()}
        )
        return run.action_open_preview()

    @api.model
    def resume(self):
        """End the pause of everything."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.env.company.sudo()._ar_get_settings_company().sudo().ar_is_paused = False

    @api.model
    def pause(self):
        """Pause everything, at once."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.env.company.sudo()._ar_get_settings_company().sudo().ar_is_paused = True

    @api.model
    def vouch_for_bank(self):
        """Record that a person has checked the bank up to today."""
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        settings = self.env.company.sudo()._ar_get_settings_company().sudo()
        settings.ar_bank_known_date = self.env.company._ar_today()

    def _is_manager(self):
        return self.env.user.has_group("ar_collections.ar_collections_group_manager")

    def _get_own_partners(self, company):
        """Give the ids of the customers a collector may see; ``None``: all of them."""
        if not self.env.user._ar_get_own_case_companies():
            return None
        cases = self.env["ar.collection.case"].search([("company_id", "=", company.id)])
        return set(cases.partner_id.ids)
