"""What a person does with debts on the ladder, with a reason and on record."""

from odoo import fields, models
from odoo.exceptions import UserError

REVIEW_DECISIONS = [
    ("first", "Start at the first level"),
    ("level", "Already at a level"),
    ("skip", "Do not follow up"),
]


class ArFollowupItem(models.Model):
    _name = "ar.followup.item"
    _inherit = ["ar.followup.item", "ar.by.hand.mixin"]

    # === SEAMS === #

    def _ar_get_cases(self):
        return self.case_id

    def _ar_get_items(self):
        return self.filtered("is_open")

    def _ar_get_chosen_items(self):
        return self._ar_get_some_items()

    def _ar_get_hold_defaults(self):
        return {"item_ids": self._ar_get_some_items()}

    def _ar_get_hold_domain(self):
        return [("item_id", "in", self.ids)]

    # === ACTIONS === #

    def action_set_rung(self, level, note, last_contact=None):
        """Set debts on the rung of `level` (empty: before the first), on record.

        Setting a rung back starts a new round, so that its levels can be said again.
        A debt under opening review is decided by it.

        :param level: a level, or its id
        :param note: why, kept with the event
        :param last_contact: the day of the last reminder, as told by a person
        :raise UserError: without a note, for a level that is not of the debts'
            policy or not after due, or for a contact in the future
        """
        self._ar_check_manager()
        self._check_note(note)
        level, last_contact = self._read_arguments(level, last_contact)
        self._check_level(level)
        self._check_contact(last_contact)
        for item in self:
            item._cancel_open_lines("rung_reset")
            item.sudo().write(item._get_rung_values(level, last_contact))
        self._log_by_hand("rung_set", self._describe_rung(level, note))
        self._conclude_by_hand(last_contact)

    def action_review(self, decision, note=None, level=None, last_contact=None):
        """Decide the opening review of debts, on record; others are left alone.

        :param decision: ``first`` (start at the first level), ``level`` (already at
            `level`, last reminded on `last_contact`) or ``skip`` (do not follow)
        :param level: a level, or its id
        :raise UserError: for a decision that is not one of these, a level without the
            day of the last contact, or a debt taken out without a note
        """
        self._ar_check_collector()
        if decision == "skip":
            self._check_note(note)
        level, last_contact = self._read_arguments(level, last_contact)
        items = self.filtered(lambda item: item.review_state == "opening")
        values = {"review_state": "not_followed" if decision == "skip" else "followed"}
        if decision == "level":
            items._check_review_level(level, last_contact)
            values |= {
                "rung_days": level.days,
                "rung_level_id": level.id,
                "last_notice_date": last_contact,
            }
            note = items._describe_rung(level, note)
        elif decision not in dict(REVIEW_DECISIONS):
            raise UserError(
                self.env._(
                    "“%(decision)s” is no decision of the opening review: choose one "
                    "of first, level and skip.",
                    decision=decision,
                )
            )
        items.sudo().write(values)
        code = "not_followed" if decision == "skip" else "opening_decided"
        items._log_by_hand(code, note)
        items._conclude_by_hand(last_contact if decision == "level" else None)

    def action_follow(self, is_followed, note=None):
        """Take debts out of follow-up, or back into it, on record.

        Debts under opening review start at the first level when taken in.

        :raise UserError: without a note
        """
        self._ar_check_collector()
        self._check_note(note)
        target = "followed" if is_followed else "not_followed"
        items = self.filtered(lambda item: item.review_state != target)
        items.sudo().review_state = target
        if not is_followed:
            items._cancel_open_lines("no_followup")
        items._log_by_hand(target, note)
        items._conclude_by_hand()

    # === CHECKS === #

    def _read_arguments(self, level, day):
        """Take a level and a day as another program sends them: as id and as text.

        :raise UserError: for a level that does not exist
        """
        if not isinstance(level, models.BaseModel):
            level = self.env["ar.followup.level"].browse(level or ())
        if level != level.exists():
            raise UserError(
                self.env._("This level does not exist any more: choose another one.")
            )
        return level, fields.Date.to_date(day)

    def _check_note(self, note):
        if not (note or "").strip():
            raise UserError(
                self.env._("Say why: the reason is kept with the debts on record.")
            )

    def _check_contact(self, last_contact):
        if not last_contact:
            return
        for company in self.company_id:
            if last_contact > company._ar_today():
                raise UserError(
                    self.env._(
                        "The last contact cannot be in the future: enter today or "
                        "an earlier day."
                    )
                )

    def _check_level(self, level):
        """Refuse a level that the ladder of one of the debts does not have."""
        if not level:
            return
        if level.days <= 0:
            raise UserError(
                self.env._(
                    "“%(level)s” is a courtesy level before the due date: choose a "
                    "level after it, or “before the first”.",
                    level=level.name,
                )
            )
        for case in self.case_id:
            policy = case.used_policy_id
            if level.policy_id != policy:
                raise UserError(
                    self.env._(
                        "“%(level)s” is not a level of the policy of %(customer)s "
                        "(%(policy)s): choose one of that policy.",
                        level=level.name,
                        customer=case.partner_id.display_name,
                        policy=policy.name or self.env._("none"),
                    )
                )

    def _check_review_level(self, level, last_contact):
        if not level or not last_contact:
            raise UserError(
                self.env._(
                    "“Already at a level” needs the level and the day of the last contact."
                )
            )
        self._check_level(level)
        self._check_contact(last_contact)

    # === BUSINESS === #

    def _get_policies(self):
        """Give the policies that the debts climb."""
        return self.case_id.used_policy_id

    def _get_rung_values(self, level, last_contact):
        """Give what the debt remembers once it is set on `level`."""
        self.ensure_one()
        days = level.days if level else 0
        is_told = bool(self.rung_days or self.has_courtesy)
        is_back = is_told and (days < self.rung_days or not days)
        is_same = days == self.rung_days and not is_back
        values = {
            "round": self.round + 1 if is_back else self.round,
            "rung_days": days,
            "rung_level_id": level.id if level else False,
            "passed_days": 0,
            "occurrence": self.occurrence if is_same else 1,
            "has_courtesy": False,
            "deadline": False,
            "held_since": False,
            "task_key": False,
        }
        if is_back:
            values["inherited_reminders"] = 0
        if last_contact or not days:
            values |= {
                "last_notice_date": last_contact or False,
                "last_notice_id": False,
            }
        if self.review_state == "opening":
            values["review_state"] = "followed"
        return values

    def _share_amount(self, amount, currency):
        """Share an amount among debts in its currency, oldest due first.

        :return: {debt: amount on hold, 0 for all of it}
        """
        shares = {}
        debts = self.filtered(
            lambda item: item.is_open and item.currency_id == currency
        )
        for item in debts.sorted(lambda item: (item.due_now, item.id)):
            if currency.compare_amounts(amount, 0.0) <= 0:
                break
            is_whole = currency.compare_amounts(amount, item.open_amount) >= 0
            shares[item] = 0.0 if is_whole else currency.round(amount)
            amount -= item.open_amount
        if not shares:
            raise UserError(
                self.env._(
                    "No open debt in %(currency)s: choose the currency of the debts.",
                    currency=currency.name,
                )
            )
        return shares

    def _describe_rung(self, level, note):
        name = level.display_name if level else self.env._("Before the first level")
        return f"{name}: {note}" if note else name

    def _log_by_hand(self, code, note=None, notice=None):
        """Keep what was done with each debt, by whom and why."""
        self.env["ar.followup.event"].sudo().create(
            [
                {
                    "case_id": item.case_id.id,
                    "item_id": item.id,
                    "notice_id": notice.id if notice else False,
                    "code": code,
                    "note": note,
                    "date": item.company_id._ar_today(),
                    "user_id": self.env.uid,
                }
                for item in self
            ]
        )

    def _conclude_by_hand(self, last_contact=None):
        if last_contact:
            self.case_id._note_contact(last_contact)
        self.case_id._refresh_outlook()

    def _cancel_open_lines(self, reason):
        """Take debts out of notices that are not sent yet."""
        self.sudo().notice_line_ids.filtered("is_open")._cancel(reason)
