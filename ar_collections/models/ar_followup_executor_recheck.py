"""Execution checks again: facts of this moment, and only what is still true."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, models

from ..const import STOPS_BY_HAND
from ..tools.ladder_notices import SAID, get_deadline_days, is_overdue, reach


class ArFollowupExecutor(models.AbstractModel):
    _inherit = "ar.followup.executor"

    # === CHECK AGAIN === #

    def _recheck(self, notices, run, day):
        """Take the facts again; drop what is no longer true.

        :return: the notices that have something left to say, with fresh lines,
            level, channel and deadline
        """
        decided = self._decide_again(notices, run, day)
        for notice in notices:
            self._drop_lines(notice, decided, self._get_drop_reason)
        ready = notices.filtered(lambda notice: notice.state != "cancelled")
        self._refresh_lines(ready, decided, day)
        return self._refresh_heads(ready, decided, day)

    @api.model
    def _recheck_said(self, notices, day):
        """Take the facts again for notices that were said but did not arrive.

        The clocks count from the message that goes out now (design: L5, clocks).

        :return: the notices that may be sent once more, with fresh lines and deadline
        """
        notices = notices.filtered(lambda notice: notice.state == "done")
        decided = self._decide_again(notices, notices.run_id.browse(), day)
        for notice in notices:
            self._drop_lines(notice, decided, self._get_stop_reason)
        ready = notices.filtered(lambda notice: notice.state == "done")
        self._refresh_lines(ready, decided, day)
        for days, group in ready.grouped("deadline_days").items():
            group._restart_clocks(day, day + timedelta(days=days) if days else False)
        return ready

    def _decide_again(self, notices, run, day):
        """Decide anew from the facts of this moment.

        :return: {item id: (customer, line, rules)}
        """
        company, partner_ids = notices.company_id, notices.partner_id.ids
        rows = self.env["ar.followup.facts"]._read_matched_rows(company, partner_ids)
        return {
            line.debt.item_id: (decided.customer, line, decided.rules)
            for decided in self.env["ar.followup.planner"]._decide_all(
                company, partner_ids, day, run, except_notice_ids=notices.ids, rows=rows
            )
            for line in decided.decision.lines
        }

    def _drop_lines(self, notice, decided, get_reason):
        """Take out what is no longer said; a notice with nothing left is cancelled."""
        for line in notice._get_climbing_lines():
            reason = get_reason(line, decided.get(line.item_id.id))
            if reason:
                line._cancel(reason)

    def _get_drop_reason(self, line, found):
        """Tell why a line is no longer said, or ``None``.

        :param found: customer, fresh line and rules, ``None`` where nothing is open
        """
        if line.notice_id.is_manual or not found:
            return self._get_stop_reason(line, found)
        fresh = found[1]
        if fresh.step.reason not in SAID:
            return fresh.step.reason
        is_same = (fresh.step.level.id, fresh.debt.round, fresh.step.occurrence) == (
            line.level_id.id,
            line.round,
            line.occurrence,
        )
        return None if is_same else "changed"

    def _get_stop_reason(self, line, found):
        """Tell why a debt must not be spoken of, whatever the clocks say, or ``None``."""
        if not found:
            is_settled = line.item_id and line.item_id._is_settled()
            return "settled" if is_settled else "changed"
        fresh = found[1]
        is_stopped = fresh.step.reason in STOPS_BY_HAND
        is_unclaimed = not fresh.claim and not line.notice_id.is_manual
        return fresh.step.reason if is_stopped or is_unclaimed else None

    def _refresh_lines(self, notices, decided, day):
        """Bring amounts and ages up to this moment; what is not claimed leaves the lists."""
        for line in notices.line_ids.filtered(lambda line: not line.is_cancelled):
            found = decided.get(line.item_id.id)
            reason = self._get_unlisted_reason(line, found)
            if reason:
                line.sudo().write({"is_cancelled": True, "cancel_reason": reason})
                continue
            values = self._get_fresh_values(line, found, day)
            changed = {name: value for name, value in values.items() if line[name] != value}
            if changed:
                line.sudo().write(changed)

    def _get_unlisted_reason(self, line, found):
        """Tell why a debt is not listed any more, or ``None``."""
        if not found:
            return self._get_stop_reason(line, found)
        is_listed = found[1].claim or line.notice_id.is_manual
        return None if is_listed else found[1].step.reason

    def _get_fresh_values(self, line, found, day):
        _customer, fresh, rules = found
        amounts = {
            "open_amount": fresh.debt.open,
            "credit_amount": fresh.credit,
            "held_amount": fresh.held,
            "claim_amount": fresh.claim,
        }
        values = {name: line.currency_id.round(float(value)) for name, value in amounts.items()}
        values["due_date"] = fresh.debt.due
        values["days_overdue"] = (day - fresh.debt.due).days
        if line.role == "not_due" and line.notice_id.level_days > 0:
            is_late = rules and is_overdue(fresh, rules, day)
            values["role"] = "overdue" if is_late else "not_due"
        return values

    def _refresh_heads(self, notices, decided, day):
        """Take level, deadline and channel again from the lines that remain.

        :return: the notices that can still reach their recipient
        """
        groups = defaultdict(list)
        for notice in notices:
            recipient, *head = self._get_fresh_head(notice, decided)
            if recipient != notice.recipient_id.id:
                notice.sudo().recipient_id = recipient
            groups[tuple(head)].append(notice.id)
        for (level, channel, days), ids in groups.items():
            group = notices.browse(ids)
            if not channel:
                for notice in group:
                    notice._cancel("no_address")
                continue
            group.sudo().write(
                {
                    "level_id": level.id,
                    "level_days": level.days,
                    "channel": channel,
                    "is_formal": level.is_formal,
                    "deadline_days": days,
                    "deadline": day + timedelta(days=days) if days else False,
                }
            )
        notices._apply_chosen_deadline(day)
        return notices.filtered(lambda notice: notice.state != "cancelled")

    def _get_fresh_head(self, notice, decided):
        """Give (recipient id, level, channel, days of the deadline).

        :return: ``None`` as channel where the recipient has no address on the level's
        """
        lines = notice._get_climbing_lines()
        level = max(lines.level_id, key=lambda level: level.days)
        days = get_deadline_days(lines.level_id)
        customer = decided[lines[0].item_id.id][0]
        recipient_id = self._get_fresh_recipient(notice, lines, decided)
        addresses = customer.addresses
        if notice.is_manual or notice.chosen_recipient_id:
            # A person may write to somebody whom no invoice names.
            addresses = self.env["ar.followup.facts"]._read_addresses([recipient_id])
        known = addresses.get(recipient_id, ())
        channel = notice.channel
        is_usual = level != notice.level_id and not notice.chosen_channel
        if is_usual or channel not in known:
            channel = next((c for c in level._get_channels() if c in known), None)
        return (recipient_id, level, channel, days)

    def _get_fresh_recipient(self, notice, lines, decided):
        """Give who is told now: a person's choice, else the contact of this moment."""
        chosen = notice.chosen_recipient_id
        if chosen and notice._is_own_contact(chosen):
            return chosen.id
        recipients = {decided[line.item_id.id][1].debt.recipient_id for line in lines}
        if notice.is_manual or len(recipients) > 1:
            return notice.recipient_id.id
        [recipient_id] = recipients
        level = max(lines.level_id, key=lambda level: level.days)
        channels = level._get_channels()
        if level == notice.level_id:
            channels = (notice.channel, *channels)
        customer = decided[lines[0].item_id.id][0]
        reached = reach(recipient_id, channels, customer)
        return reached[0] if reached else recipient_id
