"""The cards on the screen "Today": what waits for people, counted."""

from odoo import api, models


class ArCollectionToday(models.AbstractModel):
    _inherit = "ar.collection.today"

    # === CARDS === #

    @api.model
    def _get_cards(self, company):
        """Give the cards, each a dict of:

        * `name`, `title`, `icon`, `empty` (what to say when there is nothing)
        * `model`, `domain`: what is counted
        * `urgent` (a domain) and `urgent_text`: what is counted in red
        * `action`, `context`: the list that a click opens
        """
        own = [("company_id", "=", company.id)]
        return [
            *self._get_notice_cards(own),
            *self._get_delivery_cards(own),
            *self._get_case_cards(own, company._ar_today()),
            *self._get_item_cards(own),
        ]

    def _get_notice_cards(self, own):
        """Give the cards of notices; `own` is the domain of the company's records."""
        notices = {
            "model": "ar.followup.notice",
            "action": "ar_collections.ar_followup_notice_action",
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
        ]

    def _get_delivery_cards(self, own):
        """Give the cards of letters and calls that a person takes care of."""
        transport = {
            "model": "ar.followup.delivery",
            "action": "ar_collections.ar_followup_delivery_action",
            "urgent": [("is_late", "=", True)],
            "urgent_text": self.env._("waiting for more than three business days"),
        }
        return [
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
        ]

    def _get_case_cards(self, own, today):
        """Give the cards of customers who expect something from us."""
        cases = {
            "model": "ar.collection.case",
            "action": "ar_collections.ar_collection_case_action",
        }
        mine = ("activity_user_id", "=", self.env.uid)
        return [
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
                "domain": [*own, mine, ("my_activity_date_deadline", "<=", today)],
                "urgent": [("my_activity_date_deadline", "<", today)],
                "urgent_text": self.env._("late"),
                "context": {"search_default_my_activities": 1},
                "empty": self.env._("Your list is empty."),
            },
        ]

    def _get_item_cards(self, own):
        """Give the cards of debts on which somebody has to decide."""
        items = {
            "model": "ar.followup.item",
            "action": "ar_collections.ar_followup_item_action",
        }
        is_open = ("is_open", "=", True)
        return [
            {
                **items,
                "name": "review",
                "title": self.env._("Opening review"),
                "icon": "fa-folder-open-o",
                "domain": [*own, is_open, ("review_state", "=", "opening")],
                "context": {"search_default_opening_review": 1},
                "empty": self.env._("All old debts are decided."),
            },
            {
                **items,
                "name": "ladder_end",
                "title": self.env._("End of the ladder"),
                "icon": "fa-flag-checkered",
                "domain": [*own, is_open, ("reason", "=", "ladder_end")],
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
