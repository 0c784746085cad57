"""Debts leave a notice; where a debt stood before, and how it gets back there."""

from odoo import Command, models
from odoo.tools import SQL

_COURTESY_MEMORY = ("has_courtesy", "courtesy_days")
_RUNG_MEMORY = (
    "rung_days",
    "rung_level_id",
    "occurrence",
    "last_notice_date",
    "last_notice_id",
    "deadline",
    "held_since",
)


class ArFollowupNoticeLine(models.Model):
    _inherit = "ar.followup.notice.line"

    def action_open_leave_out(self):
        """Leave debts out of their notice, which has not left yet."""
        action = self.notice_id.action_open_change()
        action["context"]["default_left_out_ids"] = [Command.set(self.ids)]
        return action

    def _restore_item(self):
        """Put the debt of a withdrawn line back to where it stood before.

        Not where it has moved on since: a later notice or a person's word stands.
        """
        self.ensure_one()
        item, before = self.item_id.sudo(), self._get_item_before()
        if not item or before is None or item.round != self.round:
            return
        if self.level_days <= 0:
            if item.has_courtesy and item.courtesy_days == self.level_days:
                item.write({name: before[name] for name in _COURTESY_MEMORY})
        elif (
            item.last_notice_id == self.notice_id and item.rung_days == self.level_days
        ):
            item.write({name: before[name] for name in _RUNG_MEMORY})

    def _get_item_before(self):
        """Give what the debt remembered before this notice; notices withdrawn earlier
        do not count."""
        self.ensure_one()
        before = self.item_before
        withdrawn = before and self.search(
            [
                ("item_id", "=", self.item_id.id),
                ("notice_id", "=", before["last_notice_id"]),
                ("role", "=", "climbing"),
                ("cancel_reason", "=", "withdrawn"),
                ("level_days", ">", 0),
            ],
            limit=1,
        )
        return withdrawn._get_item_before() if withdrawn else before


class ArFollowupItem(models.Model):
    _inherit = "ar.followup.item"

    def _get_rung_memory_sql(self):
        """Give what a debt remembers of its notices, as SQL: `jsonb` of a table `i` of items."""
        pairs = [
            SQL("%s::text, i.%s", name, SQL.identifier(name))
            for name in (*_COURTESY_MEMORY, *_RUNG_MEMORY)
        ]
        return SQL("jsonb_build_object(%s)", SQL(", ").join(pairs))
