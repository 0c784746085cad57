"""Debts follow the ledger: terms rebuilt in draft, and what a commit has changed."""

import logging
from collections import defaultdict

from odoo import api, models
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools.sql_rows import as_table

_logger = logging.getLogger(__name__)

_STALE = "ar_followup_stale"


class ArFollowupItem(models.Model):
    _inherit = "ar.followup.item"

    # === TERMS REBUILT IN DRAFT === #

    @api.model
    def _match_rebuilt_moves(self, rows):
        """Match items of moves whose terms were rebuilt with the lines of today.

        By due date, then by order; a line without an item inherits the highest
        rung already told for its move, so that nobody starts again from below.

        :param rows: the open lines of customers, as the facts read them
        :return: whether there were any
        """
        move_ids = self._find_rebuilt_moves(rows)
        for move_id in move_ids:
            self._match_move(move_id)
        return bool(move_ids)

    def _find_rebuilt_moves(self, rows):
        """Find moves whose items and open lines no longer fit each other.

        Those with an open line that has no item while the move has some, and those
        with several items where a due date has moved. The debts of other customers in
        the same journal entry, such as opening balances, have nothing to do with it.

        SQL: a handful of moves is picked out of all debts of a batch. OFFSET has
        PostgreSQL look the items up: see the joins of the facts.
        """
        changed = [
            (row["move_id"], row["item_id"], row["partner_id"], row["is_entry"])
            for row in rows
            if row["amount"] > 0 and (row["item_id"] is None or row["said_due"] != row["due"])
        ]
        if not changed:
            return []
        columns = {"move_id": "int", "item_id": "int", "partner_id": "int", "is_entry": "bool"}
        found = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT v.move_id
                  FROM %s
                  JOIN LATERAL (
                        SELECT id, partner_id FROM ar_followup_item
                         WHERE move_id = v.move_id OFFSET 0
                       ) o ON o.id IS DISTINCT FROM v.item_id
                  JOIN res_partner op ON op.id = o.partner_id
                 WHERE v.is_entry IS NOT TRUE OR op.commercial_partner_id = v.partner_id
                """,
                as_table(columns, changed),
            )
        )
        return [move_id for (move_id,) in found]

    def _match_move(self, move_id):
        items = self.search([("move_id", "=", move_id)], order="due_date, id")
        lines = items.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))
        if items.move_id.move_type != "entry":
            self._match(items, lines)
            return
        for partner, own in items.grouped(
            lambda item: item.partner_id.commercial_partner_id
        ).items():
            self._match(
                own,
                lines.filtered(
                    lambda line, partner=partner: line.partner_id.commercial_partner_id
                    == partner
                ),
            )

    def _match(self, items, lines):
        """Match items and lines of one customer."""
        pairs = self._pair(items, lines)
        if any(item.move_line_id != line for item, line in pairs.items()):
            # Free the unique links before they are given anew.
            items.write({"move_line_id": False})
            items.flush_recordset(["move_line_id"])
            for item, line in pairs.items():
                item.move_line_id = line
        taken = lines.browse().concat(*pairs.values())
        rest = (lines - taken).filtered(lambda line: not line.reconciled)
        self._inherit_rung(items, rest)

    def _pair(self, items, lines):
        """Pair items and lines of one move: same due date first, then in order."""
        pairs, free = {}, list(lines)
        for item in items:
            twin = next(
                (line for line in free if line.date_maturity == item.due_date), None
            )
            if twin:
                pairs[item] = twin
                free.remove(twin)
        for item in items:
            if item not in pairs and free:
                pairs[item] = free.pop(0)
        return pairs

    def _inherit_rung(self, items, lines):
        """Give `lines` items of their own, which remember the highest rung told, and how
        many reminders have led to it.

        They keep its due date too: a line that is due in the future then starts a new
        round, as for any other due date that has moved.
        """
        told = max(items, key=lambda item: (item.rung_days, item.passed_days))
        reminders = told._count_reminders() if lines else 0
        for line in lines:
            told.copy({"move_line_id": line.id, "inherited_reminders": reminders})

    def _count_reminders(self):
        """Count the reminders after due that have arrived for a debt in its round (L5)."""
        self.ensure_one()
        self.env["ar.followup.notice"].flush_model()
        self.env["ar.followup.notice.line"].flush_model()
        said = self.env["ar.followup.facts"]._read_said(self.ids)
        own, _level_ids = said.get(self.id, (0, ()))
        return own + self.inherited_reminders

    # === INVOICE DELETED === #

    def _on_move_deleted(self):
        """Take debts whose invoice is deleted out of what waits to be said, on record.

        The debts go with their invoice; notices and events stay, as they were told.
        """
        for item in self:
            item._cancel_open_lines("changed")
            item.case_id._log("deleted", item.display_name)

    # === THE OUTLOOK AFTER A CHANGE === #

    @api.model
    def _on_ledger_changed(self, lines):
        """Have what comes next decided anew for the customers of journal items.

        Once, just before the commit, however many documents were posted or paid.
        """
        precommit = self.env.cr.precommit
        if _STALE not in precommit.data:
            precommit.data[_STALE] = defaultdict(set)
            precommit.add(self.sudo()._refresh_stale)
        stale = precommit.data[_STALE]
        for line in lines.sudo():
            if line.account_type == "asset_receivable" and line.partner_id:
                partner = line.partner_id.commercial_partner_id
                stale[line.company_id.id].add(partner.id)

    def _refresh_stale(self):
        """Refresh the customers that this transaction has touched, in branches too: what
        a company has received holds their debts.
        """
        for company_id, partner_ids in self.env.cr.precommit.data.pop(_STALE, {}).items():
            for company in self.env["res.company"].search([("id", "child_of", company_id)]):
                self._try_refresh(company, list(partner_ids))

    def _try_refresh(self, company, partner_ids):
        """Refresh customers of a company, if nothing is in the way.

        Nobody's posting or payment may fail or wait for it: customers whom a run
        works on at the moment are left to that run or the next.
        """
        try:
            with self.env.cr.savepoint():
                self._refresh_customers(company, partner_ids)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.info("A run is at work: the outlook waits for the next one")
        except Exception:  # noqa: BLE001
            _logger.warning("The outlook waits for the next run", exc_info=True)

    def _refresh_customers(self, company, partner_ids):
        if not company._ar_get_settings_company().ar_start_date:
            return
        partner_ids = self._lock_customers(company, partner_ids)
        if partner_ids:
            self._drop_settled_lines(company, partner_ids)
            self.env["ar.followup.planner"]._refresh(company, partner_ids)

    def _lock_customers(self, company, partner_ids):
        """Lock the items of customers on the ladder; leave out whom others work on.

        SQL: the ORM has no lock that skips groups of rows.

        :return: ids of the customers whose items are all locked now
        """
        self.flush_model()
        rows = SQL(
            "SELECT id, partner_id FROM ar_followup_item"
            " WHERE company_id = %s AND partner_id = ANY(%s) ORDER BY id",
            company.id,
            partner_ids,
        )
        wanted = set(self.env.execute_query(rows))
        self.env.cr.execute(
            SQL("%s FOR NO KEY UPDATE SKIP LOCKED", rows), log_exceptions=False
        )
        busy = {partner_id for _id, partner_id in wanted - set(self.env.cr.fetchall())}
        return sorted({partner_id for _id, partner_id in wanted} - busy)

    def _drop_settled_lines(self, company, partner_ids):
        """Take debts that are settled out of notices that have not left.

        A notice is checked again before it leaves; this keeps the lists true meanwhile.
        """
        lines = self.env["ar.followup.notice.line"].search(
            [
                ("is_open", "=", True),
                ("company_id", "=", company.id),
                ("item_id.partner_id", "in", partner_ids),
                ("role", "=", "climbing"),
            ]
        )
        settled = lines.filtered(lambda line: line.item_id._is_settled())
        for notice, notice_lines in settled.grouped("notice_id").items():
            if notice.try_lock_for_update(allow_referencing=True):
                notice_lines._cancel("settled")

    def _is_settled(self):
        """Tell whether nothing is open of a debt, in a document that is posted."""
        self.ensure_one()
        line = self.move_line_id
        return line.parent_state == "posted" and line.reconciled
