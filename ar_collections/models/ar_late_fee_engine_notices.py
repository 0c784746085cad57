"""Charges that notices announce: proposed, and booked, before their text is made."""

from collections import defaultdict

from odoo import api, models

from ..const import OPEN_NOTICE_STATES
from .ar_late_fee_engine import Announcement, Tariff

_CHARGED = "ar_charged_notices"


class ArLateFeeEngine(models.AbstractModel):
    _inherit = "ar.late.fee.engine"

    # === ENTRY POINTS === #

    @api.model
    def _charge_notices(self, notices, day):
        """Propose, and book where the rule says so, what notices announce.

        In the transaction of the notice and before its text is made: what cannot be
        booked stops the notice with the reason.

        :raise UserError: where a rate is missing, an account, or the period is closed
        """
        real = notices.filtered(lambda n: not n.is_test and n._may_charge())
        for company, group in real.grouped("company_id").items():
            made, problems = self._decide_notices(company, group, day)
            self._check_problems(company, problems)
            self._insert(company, made, day)
            self._book_with_notices(group, day)
        self.env.cr.cache.setdefault(_CHARGED, set()).update(notices.ids)

    @api.model
    def _get_coming(self, notices):
        """Give what notices would announce if they were sent today; writes nothing.

        Nothing for notices whose charges were made in this transaction.

        :return: {notice id: (ids of charges that wait, values of new charges)}
        """
        is_charged = self.env.cr.cache.get(_CHARGED, ())
        open_notices = notices.filtered(
            lambda n: n.id not in is_charged
            and n.state in OPEN_NOTICE_STATES
            and n._may_charge()
        )
        coming = {}
        for company, group in open_notices.grouped("company_id").items():
            day = max(group.mapped("as_of"), default=company._ar_today())
            day = max(day, company._ar_today())
            announcements = self._announce(group)
            made, _problems = self._decide_announcements(company, announcements, day)
            waiting = self._find_waiting(announcements, day)
            new = defaultdict(list)
            for one in made:
                if one.rule.mode != "proposal":
                    values = self._get_values(company, one, day)
                    new[one.announcement.key].append(values)
            for notice in group:
                known = waiting.get(notice.id, self.env["ar.late.fee"])
                coming[notice.id] = (known.ids, new[notice.id])
        return coming

    # === DECIDE === #

    def _announce(self, notices):
        """Give what notices announce charges for.

        :return: list of `Announcement`
        """
        listed = notices.line_ids.filtered(
            lambda line: not line.is_cancelled and line.role != "not_due"
        ).grouped("notice_id")
        reminded = (
            notices._get_climbing_lines()
            .filtered(lambda line: line.level_days > 0)
            .grouped("notice_id")
        )
        none = self.env["ar.followup.notice.line"]
        return [
            Announcement(
                key=notice.id,
                level=notice.level_id,
                case_id=notice.case_id.id,
                line_ids=frozenset(reminded.get(notice, none).move_line_id.ids),
                item_ids=frozenset(listed.get(notice, none).item_id.ids),
                notice=notice,
            )
            for notice in notices
        ]

    def _decide_notices(self, company, notices, day):
        """Decide what the debts that notices remind of bear.

        :return: list of `Made`, and what could not be computed: {text: whether the
            rule books with the notice}
        """
        return self._decide_announcements(company, self._announce(notices), day)

    def _decide_announcements(self, company, announcements, day):
        """Decide what the debts that are reminded bear.

        :return: as `_decide_notices`
        """
        rules = self.env["ar.late.fee.rule"]._get_candidates(company)
        if not rules:
            return [], {}
        by_line = {line_id: one for one in announcements for line_id in one.line_ids}
        rows = self._read_debts(company, list(by_line), day)
        by_key = defaultdict(list)
        for row in rows:
            by_key[by_line[row.line_id].key].append(row)
        charged = self._read_charged(rows)
        notice_ids = [one.notice.id for one in announcements if one.notice]
        told = self._read_told(rows, notice_ids)
        tariffs, made = {}, []
        for one in announcements:
            if one.level not in tariffs:
                tariffs[one.level] = Tariff(rules, company, day, one.level)
            mine = by_key[one.key]
            made += self._decide_notice(tariffs[one.level], one, mine, charged, told)
        problems = {}
        for tariff in tariffs.values():
            for text, is_booking in tariff.problems.items():
                problems[text] = is_booking or problems.get(text, False)
        return made, problems

    def _decide_notice(self, tariff, announcement, rows, charged, told):
        """Give what the debts of one notice bear, and the fee of the reminder itself.

        A reminder costs once, on its oldest debt, unless its rule says: for each debt.
        """
        made, has_fee = [], False
        for row in rows:
            rule = tariff.choose(row, charged.get_rule_ids(row))
            if not rule:
                continue
            made += self._decide_debt(tariff, rule, row, charged, announcement)
            if rule.reminder_fee and (rule.is_reminder_per_debt or not has_fee):
                fee = self._decide_reminder(
                    tariff, rule, row, charged, announcement, told
                )
                made += fee
                has_fee = has_fee or bool(fee)
        return made

    # === BOOK === #

    def _book_with_notices(self, notices, day):
        """Book what waits under rules that book with the notice."""
        self._drop_void(self._search_waiting(notices.case_id.ids), day)
        waiting = self._find_waiting(self._announce(notices), day)
        for notice_id, charges in waiting.items():
            charges.sudo().notice_id = notice_id
        waiting = self.env["ar.late.fee"].search(
            [
                ("notice_id", "in", notices.ids),
                ("state", "=", "proposed"),
                ("rule_id.mode", "=", "automatic"),
            ]
        )
        waiting.sudo().is_announced = True
        waiting.sudo()._book(day)

    def _find_waiting(self, announcements, day):
        """Find proposals that wait for a notice to announce them.

        Those of debts that a notice lists, and of debts of its customer that were
        paid late meanwhile: charges never start a notice, they come with one.

        :return: {key of the announcement: charges}
        """
        by_case = defaultdict(list)
        for one in announcements:
            by_case[one.case_id].append(one)
        charges = self._search_waiting([case_id for case_id in by_case if case_id])
        void, found = self._find_void(charges, day), {}
        for charge in charges:
            one = self._choose_announcement(charge, by_case[charge.case_id.id])
            if one and charge not in void:
                found[one.key] = found.get(one.key, charges.browse()) | charge
        return found

    def _search_waiting(self, case_ids):
        return self.env["ar.late.fee"].search(
            [
                ("case_id", "in", case_ids),
                ("state", "=", "proposed"),
                ("rule_id.mode", "=", "automatic"),
                ("kind", "!=", "reminder"),
                "|",
                ("notice_id", "=", False),
                ("notice_id.state", "in", ("done", "cancelled", "failed")),
            ]
        )

    def _choose_announcement(self, charge, announcements):
        """Give what announces a waiting charge, or ``None``."""
        listing = [one for one in announcements if charge.item_id.id in one.item_ids]
        if not listing and charge.item_id.sudo().move_line_id.reconciled:
            listing = announcements
        first = next(iter(listing), None)
        return first if first and first.level._may_charge_by(charge.rule_id) else None
