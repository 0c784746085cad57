"""Reminders that a person sends now: the ladder's clocks do not hold them back, its
facts do."""

from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..const import ITEM_REASONS, STOPS_BY_HAND
from ..tools.by_hand import is_formal_allowed, level_in_notice, sayable
from ..tools.ladder import Decision, Step
from ..tools.ladder_notices import reach


class Situation(NamedTuple):
    """Where a customer's debts stand at this moment."""

    case: models.Model
    day: object
    customer: tuple
    policy: models.Model
    rules: object
    decision: Decision

    @property
    def lines(self):
        """Give {item id: line of the decision}."""
        return {line.debt.item_id: line for line in self.decision.lines}

    def get_choices(self, line):
        """Give the levels that may be said for a debt, the usual one first; a formal
        one before its time comes last."""
        choices = sayable(line.debt, self.customer.kind, self.rules, self.day)
        is_allowed = is_formal_allowed(line.debt, self.rules, self.day)
        return sorted(choices, key=lambda level: level.is_formal and not is_allowed)


class ArFollowupReminder(models.AbstractModel):
    _name = "ar.followup.reminder"
    _description = "Reminders by Hand"

    # === LOOK === #

    @api.model
    def _look(self, case):
        """Take the facts of a customer now.

        :raise UserError: where nothing may be said to the customer at all, with the
            reason in words
        """
        case.ensure_one()
        company, partner = case.company_id, case.partner_id
        planner = self.env["ar.followup.planner"].sudo()
        planner._ensure_items(company, partner.ids)
        day = company._ar_today()
        facts = self.env["ar.followup.facts"].sudo()._gather(company, partner.ids, day)
        if not facts:
            raise UserError(
                self.env._("%(customer)s owes nothing.", customer=partner.display_name)
            )
        [(customer, debts, policy)] = facts
        self._check_customer(case, customer, policy)
        rules = policy._get_rules(company, day)
        self._check_pause(rules)
        decision = planner._decide(customer, debts, rules, day)
        return Situation(case, day, customer, policy, rules, decision)

    def _check_customer(self, case, customer, policy):
        if not policy:
            raise UserError(
                self.env._(
                    "No policy fits %(customer)s: choose one on the case, or switch "
                    "one on.",
                    customer=case.partner_id.display_name,
                )
            )
        for hold in customer.holds:
            if hold.amount is None:
                raise UserError(
                    self.env._(
                        "Nothing is sent to %(customer)s: %(reason)s. "
                        "Lift the hold first if that is over.",
                        customer=case.partner_id.display_name,
                        reason=self._describe_reason(hold.reason, hold.until),
                    )
                )

    def _check_pause(self, rules):
        if rules.is_paused:
            raise UserError(
                self.env._("Follow-up is paused: nothing is sent until the pause ends.")
            )

    def _describe_reason(self, code, until=None):
        """Give a reason in words, such as “Dispute until 24 December 2026”."""
        field = self.env["ar.followup.item"]._fields["reason"]
        label = dict(field._description_selection(self.env)).get(code)
        label = label or dict(ITEM_REASONS)[code]
        if not until:
            return label
        return self.env._(
            "%(reason)s until %(day)s", reason=label, day=format_date(self.env, until)
        )

    @api.model
    def _get_refusal(self, line):
        """Tell in words why nothing may be said for a debt, or ``None``."""
        code = line.step.reason
        if code not in STOPS_BY_HAND:
            return None
        until = next((h.until for h in line.debt.holds if h.reason == code), None)
        return self._describe_reason(code, until)

    @api.model
    def _get_warnings(self, situation):
        """Tell what speaks against sending at this hour; a person decides."""
        company = situation.case.company_id
        warnings = []
        if not situation.rules.days.is_open(situation.day):
            warnings.append(self.env._("Today is a day off in the policy's calendar."))
        if not company._ar_is_window_open():
            warnings.append(self.env._("It is outside the hours for sending."))
        return warnings

    # === SEND === #

    @api.model
    def _send(self, case, level, items, **values):
        """Send a reminder for some debts of a customer at once.

        :param level: the highest level of the notice; a debt that is not that far
            takes its own next level
        :param values: `channel`, `recipient`, `personal_text`, `note`, and
            `is_anyway`: also on a day off or outside the hours
        :return: the notice; to approve where that is asked for, failed with what went
            wrong, or cancelled with the reason
        :raise UserError: where something may not be said, with all reasons
        """
        case._ar_check_collector()
        situation = self._look(case)
        warnings = self._get_warnings(situation)
        if warnings and not values.get("is_anyway"):
            raise UserError(
                "\n".join(
                    [
                        *warnings,
                        self.env._("Tick “Send anyway” to send it all the same."),
                    ]
                )
            )
        notice = self._create_notice(situation, level, items, **values)
        is_waiting = notice.state == "to_approve"
        if not is_waiting:
            executor = self.env["ar.followup.executor"].sudo()
            executor._check_not_busy(notice)
            executor._execute_notices(notice)
        code = "proposed_by_hand" if is_waiting else "sent_by_hand"
        case._log(code, values.get("note") or level.name, notice=notice)
        case._refresh_outlook()
        return notice

    @api.model
    def _render(self, case, level, items, **values):
        """Render the text that `_send` would send; nothing is kept.

        :return: subject and body
        """
        case._ar_check_collector()
        situation = self._look(case)
        with self.env.cr.savepoint() as savepoint:
            notice = self._create_notice(situation, level, items, **values)
            text = notice.preview_subject, notice.preview_body
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return text

    # === NOTICE === #

    def _create_notice(self, situation, level, items, **values):
        """Write the notice of a reminder by hand, and take its debts out of others."""
        climbing = self._choose(situation, level, items)
        self._check_formal(situation, climbing)
        head = max((line.step.level for line in climbing), key=lambda rung: rung.days)
        recipient = values.get("recipient") or self._get_recipient(
            situation, climbing[0].debt.recipient_id, head
        )
        channel = values.get("channel") or self._get_channel(situation, head, recipient)
        self._check_recipient(situation, recipient)
        self._check_address(channel, recipient)
        items._cancel_open_lines("by_hand")
        notice = self._create_head(
            situation, head, climbing, recipient, channel, values
        )
        self._create_lines(situation, notice, climbing, head)
        return notice

    def _choose(self, situation, level, items):
        """Give the lines of the chosen debts with their level in this notice."""
        if not items:
            raise UserError(self.env._("Choose the debts to remind of."))
        chosen, problems = [], []
        for item in items:
            line = situation.lines.get(item.id)
            rung = line and level_in_notice(situation.get_choices(line), level)
            refusal = self._get_problem(line, rung)
            if refusal:
                problems.append(f"{item.display_name}: {refusal}")
            else:
                occurrence = self._get_next_occurrence(item, rung, line.debt.round)
                reason = self._get_said_reason(rung, occurrence)
                step = Step(reason, rung, situation.day, occurrence)
                chosen.append(line._replace(step=step))
        if problems:
            raise UserError("\n".join(problems))
        return chosen

    def _get_problem(self, line, rung):
        if line is None:
            return self.env._("not open any more")
        if refusal := self._get_refusal(line):
            return refusal
        if not rung:
            return self.env._(
                "cannot be reminded on this level now; choose its own, or set its rung"
            )
        return None

    def _get_said_reason(self, rung, occurrence):
        if rung.days <= 0:
            return "courtesy"
        return "repeats" if occurrence > 1 else "climbs"

    def _get_next_occurrence(self, item, rung, round_):
        """Give the next free occurrence of a level for a debt (L9)."""
        [[last]] = (
            self.env["ar.followup.notice.line"]
            .sudo()
            ._read_group(
                [
                    ("item_id", "=", item.id),
                    ("round", "=", round_),
                    ("level_id", "=", rung.id),
                    ("role", "=", "climbing"),
                    ("is_cancelled", "=", False),
                    ("is_test", "=", False),
                    ("is_open", "=", False),
                ],
                aggregates=["occurrence:max"],
            )
        )
        is_repeat = rung.days > 0 and rung.days == item.rung_days
        return max(last or 0, item.occurrence if is_repeat else 0) + 1

    def _check_formal(self, situation, climbing):
        """Refuse a formal notice before its time (L5), whoever sends it."""
        for line in climbing:
            is_allowed = is_formal_allowed(line.debt, situation.rules, situation.day)
            if line.step.level.is_formal and not is_allowed:
                raise UserError(
                    self.env._(
                        "A formal notice needs %(needed)s reminders that have arrived, "
                        "and the last deadline past. %(count)s have arrived for this "
                        "debt.",
                        needed=situation.rules.min_reminders,
                        count=line.debt.reminders,
                    )
                )

    def _get_recipient(self, situation, named_id, level):
        """Give who is told on a level: whom the debts name, else the customer itself."""
        found = reach(named_id, level.channels, situation.customer)
        return self.env["res.partner"].browse(found[0] if found else named_id)

    def _get_channel(self, situation, head, recipient):
        known = self.env["ar.followup.facts"].sudo()._read_addresses(recipient.ids)
        known = known.get(recipient.id, ())
        return next((channel for channel in head.channels if channel in known), None)

    def _check_recipient(self, situation, recipient):
        """Refuse to tell strangers what a customer owes."""
        if not recipient._ar_is_contact_of(situation.case.partner_id):
            raise UserError(
                self.env._(
                    "%(recipient)s is not a contact of %(customer)s: choose one of the "
                    "customer's contacts.",
                    recipient=recipient.display_name,
                    customer=situation.case.partner_id.display_name,
                )
            )

    def _check_address(self, channel, recipient):
        known = self.env["ar.followup.facts"].sudo()._read_addresses(recipient.ids)
        if not channel or channel not in known.get(recipient.id, ()):
            raise UserError(
                self.env._(
                    "%(recipient)s has no address for this channel: enter one, or "
                    "choose another channel or recipient.",
                    recipient=recipient.display_name,
                )
            )

    def _create_head(self, situation, head, climbing, recipient, channel, values):
        case = situation.case
        deadline_days = max(line.step.level.deadline_days for line in climbing)
        head_level = self.env["ar.followup.level"].browse(head.id)
        return (
            self.env["ar.followup.notice"]
            .sudo()
            .with_context(mail_create_nolog=True, mail_create_nosubscribe=True)
            .create(
                {
                    "case_id": case.id,
                    "company_id": case.company_id.id,
                    "partner_id": case.partner_id.id,
                    "recipient_id": recipient.id,
                    "policy_id": situation.policy.id,
                    "level_id": head.id,
                    "level_days": head.days,
                    "channel": channel,
                    "as_of": situation.day,
                    "deadline_days": deadline_days,
                    "is_formal": head.is_formal,
                    "is_test": case.company_id._ar_is_test_mode(),
                    "is_manual": True,
                    "personal_text": values.get("personal_text"),
                    **self._get_approval(case.company_id, head_level),
                }
            )
        )

    def _create_lines(self, situation, notice, climbing, head):
        """Write the lines as a run does: the same snapshot, the same key (L9)."""
        planner = self.env["ar.followup.planner"].sudo()
        run = self.env["ar.followup.run"].new(
            {"company_id": notice.company_id.id, "as_of": situation.day}
        )
        roles = {"climbing": climbing, **self._get_listed(situation, climbing, head)}
        items = {
            line.debt.line_id: item_id for item_id, line in situation.lines.items()
        }
        self.env.flush_all()
        is_complete = planner._insert_lines(
            run,
            [(notice.id, role, line) for role, lines in roles.items() for line in lines],
            items,
        )
        notice.invalidate_recordset(["line_ids"])
        if not is_complete:
            raise UserError(
                self.env._("A debt was reminded meanwhile: open the window again.")
            )

    def _get_listed(self, situation, climbing, head):
        """Give the debts that are listed besides those reminded now (L7)."""
        chosen = {line.debt.line_id for line in climbing}
        others = [
            line
            for line in situation.decision.lines
            if line.debt.line_id not in chosen and line.claim > 0
        ]
        is_overdue = [
            situation.day > situation.rules.days.forward(line.debt.due)
            for line in others
        ]
        overdue = [line for line, late in zip(others, is_overdue, strict=True) if late]
        not_due = [
            line for line, late in zip(others, is_overdue, strict=True) if not late
        ]
        if head.is_formal:
            return {}
        return {"overdue": overdue if head.days > 0 else [], "not_due": not_due}
