"""The windows in which a person acts on debts, invoices and customers by hand."""

from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import format_list


class ArByHandMixin(models.AbstractModel):
    """Opens the windows; a model says which debts and which customers it stands for."""

    _name = "ar.by.hand.mixin"
    _description = "Acts by Hand in Collections"

    # === SEAMS === #

    def _ar_get_cases(self):
        """Give the customers' cases that these records stand for, opened where missing."""
        raise NotImplementedError

    def _ar_get_items(self):
        """Give the open debts that these records stand for, put on the ladder where missing."""
        raise NotImplementedError

    def _ar_get_hold_defaults(self):
        """Give what a hold on these records is set on, as defaults of its window."""
        return {"case_ids": self._ar_get_cases()}

    def _ar_get_hold_domain(self):
        """Give the domain of the holds that are set on these very records."""
        return [
            ("case_id", "in", self._ar_get_cases().ids),
            ("item_id", "=", False),
            ("move_id", "=", False),
        ]

    # === ACTIONS === #

    def action_ar_open_hold(self):
        """Put on hold: until a day, all or a part, with a reason."""
        self._ar_check_collector()
        targets = self._ar_get_hold_defaults()
        return self._ar_open(
            "ar.collection.hold.set", self.env._("Put on hold"), **targets
        )

    def action_ar_open_promise(self):
        """Note what the customer promises to pay, and when."""
        self._ar_check_collector()
        targets = self._ar_get_hold_defaults()
        return self._ar_open(
            "ar.collection.promise.note", self.env._("Note a promise"), **targets
        )

    def action_ar_lift_holds(self):
        """End the holds that are set on these very records.

        Not what stops a whole customer, such as an insolvency: that is lifted alone.
        """
        self._ar_check_collector()
        holds = self.env["ar.collection.hold"].search(self._ar_get_hold_domain())
        if not holds:
            raise UserError(self.env._("There is no hold to lift here."))
        stops = holds._get_stops()
        ordinary = holds - stops
        if not ordinary:
            return stops.action_lift()
        ordinary.action_lift()
        return stops._get_stays_notification() if stops else True

    def action_ar_open_set_rung(self):
        """Set debts on another rung of the ladder."""
        self._ar_check_manager()
        return self._ar_open(
            "ar.followup.rung.set",
            self.env._("Set the rung"),
            item_ids=self._ar_get_some_items(),
        )

    def action_ar_open_review(self):
        """Decide what happens to debts that wait for the opening review."""
        self._ar_check_collector()
        items = self._ar_get_items().filtered(
            lambda item: item.review_state == "opening"
        )
        if not items:
            raise UserError(
                self.env._("None of these debts waits for the opening review.")
            )
        return self._ar_open(
            "ar.followup.review.decide", self.env._("Opening review"), item_ids=items
        )

    def action_ar_open_follow(self):
        """Take debts out of follow-up, or back into it."""
        self._ar_check_collector()
        return self._ar_open(
            "ar.followup.follow.change",
            self.env._("Take out of follow-up"),
            item_ids=self._ar_get_some_items(),
        )

    def action_ar_open_send_reminder(self):
        """Send a reminder now, whatever the clocks of the ladder say."""
        self._ar_check_collector()
        wizards = self.env["ar.followup.reminder.send"]
        return wizards._open_for(self._ar_get_cases(), self._ar_get_chosen_items())

    def action_ar_open_run_now(self):
        """Run the ladder now for these customers only, in the company of their cases."""
        self._ar_check_manager()
        cases = self._ar_get_cases()
        company = cases.company_id or self.env.company
        if len(company) > 1:
            raise UserError(
                self.env._(
                    "A run is for one company: choose customers of %(companies)s "
                    "separately.",
                    companies=format_list(self.env, company.mapped("name")),
                )
            )
        action = self._ar_open(
            "ar.followup.run.now", self.env._("Run now"), partner_ids=cases.partner_id
        )
        action["context"]["default_company_id"] = company.id
        return action

    # === BUSINESS === #

    def _ar_get_chosen_items(self):
        """Give the debts that a person has pointed at; empty where a customer is meant."""
        return self.env["ar.followup.item"]

    def _ar_get_some_items(self):
        items = self._ar_get_items()
        if not items:
            raise UserError(
                self.env._(
                    "No open debt is on the ladder here: choose posted invoices "
                    "that are not paid yet."
                )
            )
        return items

    def _ar_check_collector(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_collector")
        self.check_access("read")

    def _ar_check_manager(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.check_access("read")

    def _ar_open(self, model, name, **targets):
        """Open a window on `model` for records.

        :param targets: {many2many field of the window: records}
        """
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                f"default_{field}": [Command.set(records.ids)]
                for field, records in targets.items()
            },
        }
