"""Letters and calls that wait for a person: what they say must still be true then."""

from datetime import timedelta

from odoo import api, models

# What a letter prints, and what makes it another one.
_PRINTED = ("due_date", "open_amount", "credit_amount", "held_amount", "claim_amount")


class ArFollowupExecutor(models.AbstractModel):
    _inherit = "ar.followup.executor"

    @api.model
    def _refresh_waiting(self, notices, anew, decided, day):
        """Take out what must not be said any more, and bring up to date what has changed.

        A notice with nothing left is cancelled, and its debts go back to their rungs. The
        clocks of a notice that has changed count from `day`, since its message is made
        anew.

        :param notices: handed over, and not delivered
        :param anew: those of them whose message is made anew whatever it says, since
            its address or its day has changed
        :param decided: what `_decide_again` gave
        :return: the notices that have changed
        """
        before = {notice: notice._get_climbing_lines() for notice in notices}
        for notice in notices:
            self._drop_lines(notice, decided, self._get_stop_reason)
        changed = notices.filtered(
            lambda notice: notice.state == "done"
            and (
                notice in anew
                or notice._get_climbing_lines() != before[notice]
                or self._says_otherwise(notice, decided, day)
            )
        )
        self._refresh_lines(changed, decided, day)
        changed = self._refresh_heads(changed, decided, day)
        for days, group in changed.grouped("deadline_days").items():
            group._restart_clocks(day, day + timedelta(days=days) if days else False)
        return changed

    def _says_otherwise(self, notice, decided, day):
        """Tell whether a message would be another one today, its ages aside."""
        lines = notice._get_climbing_lines()
        if self._get_fresh_recipient(notice, lines, decided) != notice.recipient_id.id:
            return True
        for line in notice.line_ids.filtered(lambda line: not line.is_cancelled):
            found = decided.get(line.item_id.id)
            if self._get_unlisted_reason(line, found):
                return True
            fresh = self._get_fresh_values(line, found, day)
            if any(fresh[name] != line[name] for name in _PRINTED):
                return True
        return False

    @api.model
    def _get_moot_reason(self, notice, decided):
        """Tell why nothing that a notice reminds of may be spoken of now, or ``None``."""
        reasons = [
            self._get_stop_reason(line, decided.get(line.item_id.id))
            for line in notice._get_climbing_lines()
        ]
        return reasons[0] if reasons and all(reasons) else None
