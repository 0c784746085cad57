"""Where the ladder ends, a person decides: one task per customer."""

from collections import defaultdict

from markupsafe import Markup

from odoo import models
from odoo.tools import SQL, format_amount, format_date

from ..tools.ladder import get_dead_end


class ArFollowupPlanner(models.AbstractModel):
    _inherit = "ar.followup.planner"

    def _make_end_tasks(self, lines, items, day):
        """Make one task per customer whose debts have come to a dead end (L5, L10).

        Exactly once: the item keeps the key of the dead end. Two workers who find the
        same one write the same row, which the database lets one of them do.

        :param items: {line id: item id}
        """
        ends = defaultdict(list)
        for customer, line in lines:
            key = get_dead_end(line, day)
            if key and key != line.debt.task_key and line.debt.line_id in items:
                ends[customer.case_id].append((items[line.debt.line_id], key))
        self._keep_task_keys([pair for pairs in ends.values() for pair in pairs])
        for case in self.env["ar.collection.case"].browse(ends):
            concerned = dict(ends[case.id])
            self._make_end_task(case, concerned, day)

    def _keep_task_keys(self, pairs):
        if not pairs:
            return
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_followup_item i SET task_key = v.key
                  FROM unnest(%s::int[], %s::text[]) AS v(id, key)
                 WHERE i.id = v.id
                """,
                [item_id for item_id, _key in pairs],
                [key for _item_id, key in pairs],
            )
        )
        self.env["ar.followup.item"].invalidate_model(["task_key"])

    def _make_end_task(self, case, keys, day):
        """Make the task, or add the debts to the one that is still open.

        :param keys: {item id: key of its dead end}
        """
        items = self.env["ar.followup.item"].browse(keys)
        note = self._describe_dead_ends(items, keys)
        task = case.activity_ids.filtered(
            lambda activity: activity.activity_type_id
            == self.env.ref("ar_collections.mail_activity_type_ladder_end")
        )[:1]
        if task:
            task.note = (task.note or Markup()) + note
        else:
            user = self._get_end_responsible(case, items, day)
            case.activity_schedule(
                "ar_collections.mail_activity_type_ladder_end",
                date_deadline=day,
                note=note,
                user_id=user.id or self.env.uid,
            )
        labels = dict(items._fields["reason"]._description_selection(self.env))
        for item in items:
            reason = keys[item.id].split(":", 1)[0]
            case._log("ladder_ended", labels[reason], item)

    def _get_end_responsible(self, case, items, day):
        level = items.rung_level_id.sorted("days")[-1:]
        if level:
            return level._get_responsible(case, day)
        return case._get_present_collector(day)

    def _describe_dead_ends(self, items, keys):
        """Give the debts as a list, those apart that no formal notice can follow."""
        short = items.filtered(lambda i: keys[i.id].startswith("too_few_reminders"))
        texts = (
            (
                items - short,
                self.env._(
                    "Every level was said. Decide what comes next: a call, a payment "
                    "plan, an agency, the court, or a write-off."
                ),
            ),
            (
                short,
                self.env._(
                    "Too few reminders have arrived for a formal notice. Check the "
                    "addresses and letters not marked as posted, or set the level."
                ),
            ),
        )
        return Markup().join(
            Markup("<p>%s</p><ul>%s</ul>") % (text, self._list_debts(some))
            for some, text in texts
            if some
        )

    def _list_debts(self, items):
        return Markup().join(
            Markup("<li>%s</li>")
            % self.env._(
                "%(number)s, due %(due)s: %(amount)s",
                number=item.move_line_id._ar_get_number(),
                due=format_date(self.env, item.due_date),
                amount=format_amount(self.env, item.open_amount, item.currency_id),
            )
            for item in items
        )
