"""Facts of the ledger for the ladder, read with SQL that narrows and never decides."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..const import OPEN_NOTICE_STATES
from ..tools.ladder_values import Customer, Debt, Hold


class ArFollowupFacts(models.AbstractModel):
    """Gathers what the ladder needs to know about customers in one company.

    Other addons add columns to a debt's row in `_get_facts_columns`, joins in
    `_get_facts_joins`, holds in `_get_debt_holds` and money in `_get_credits`.
    """

    _name = "ar.followup.facts"
    _description = "Facts for the Follow-up Ladder"

    # === SEAMS === #

    @api.model
    def _get_lines_condition(self, company):
        """Give the condition on `l` (journal item) for open receivables of a company."""
        accounts = self._get_receivable_accounts(company)
        return SQL(
            "l.account_id = ANY(%s) AND l.reconciled IS NOT TRUE"
            " AND l.parent_state = 'posted' AND l.company_id = %s",
            accounts.ids or [0],
            company.id,
        )

    @api.model
    def _get_receivable_accounts(self, company):
        """Give the receivable accounts of a company, those no longer in use too."""
        accounts = self.env["account.account"]
        return accounts.browse(accounts._ar_get_receivable_ids(company)).sudo()

    @api.model
    def _get_facts_columns(self, company):
        """Give {alias: SQL} of a debt's row; every alias is a key of `_read_rows`."""
        follows_entries = company._ar_get_settings_company().ar_is_following_entries
        return {
            "partner_id": SQL("p.commercial_partner_id"),
            "line_id": SQL("l.id"),
            "move_id": SQL("l.move_id"),
            "reversed_id": SQL("m.reversed_entry_id"),
            "due": SQL("COALESCE(l.date_maturity, l.date)"),
            "open": SQL("l.amount_residual_currency::text"),
            "open_company": SQL("l.amount_residual::text"),
            "currency_id": SQL("l.currency_id"),
            "is_entry": SQL("m.move_type = 'entry'"),
            # Money paid back to a customer is not owed.
            "is_debt": SQL(
                """(m.move_type IN ('out_invoice', 'out_receipt')
                    OR m.move_type = 'entry' AND m.origin_payment_id IS NULL
                       AND m.statement_line_id IS NULL)"""
            ),
            "is_excluded": SQL(
                "l.no_followup AND m.ar_is_charge IS NOT TRUE"
                " AND NOT (%s AND m.move_type = 'entry')",
                follows_entries,
            ),
            "payment_state": SQL("m.payment_state"),
            "recipient_id": SQL(
                """COALESCE(
                    cc.id,
                    CASE WHEN mp.active AND CONCAT(mp.email, mp.street, mp.phone) <> ''
                         THEN mp.id END,
                    cp.id)"""
            ),
            "is_charge": SQL("m.ar_is_charge IS TRUE"),
            "item_id": SQL("i.id"),
            "item_case_id": SQL("i.case_id"),
            "item_partner_id": SQL("ip.commercial_partner_id"),
            "said_due": SQL("i.due_date"),
            "round": SQL("i.round"),
            "rung": SQL("i.rung_days"),
            "passed": SQL("i.passed_days"),
            "occurrence": SQL("i.occurrence"),
            "has_courtesy": SQL("i.has_courtesy"),
            "courtesy": SQL("i.courtesy_days"),
            "last_notice": SQL("i.last_notice_date"),
            "deadline": SQL("i.deadline"),
            "held_since": SQL("i.held_since"),
            "inherited": SQL("i.inherited_reminders"),
            "review": SQL("i.review_state"),
            "task_key": SQL("i.task_key"),
            "reason": SQL("i.reason"),
            "next_level_id": SQL("i.next_level_id"),
            "next_date": SQL("i.next_date"),
        }

    @api.model
    def _get_facts_joins(self):
        """Give the joins that the columns need, beside `l` and its partner `p`.

        OFFSET keeps PostgreSQL from joining items as a whole: while a run fills their
        table its statistics say that it is empty, and each batch would read all of it.
        """
        return SQL(
            """
              JOIN account_move m ON m.id = l.move_id
              JOIN res_partner cp ON cp.id = p.commercial_partner_id
         LEFT JOIN res_partner cc ON cc.id = cp.ar_collections_contact_id AND cc.active
         LEFT JOIN res_partner mp ON mp.id = m.partner_id
         LEFT JOIN LATERAL (
                SELECT * FROM ar_followup_item WHERE move_line_id = l.id OFFSET 0
              ) i ON TRUE
         LEFT JOIN res_partner ip ON ip.id = i.partner_id
            """
        )

    @api.model
    def _get_debt_holds(self, row, holds):
        """Give the holds of one debt: those set by people, and those of the ledger.

        :param row: the debt's facts, a dict
        :param holds: what people set on the debt or its invoice
        """
        found = list(holds)
        if row["is_excluded"]:
            found.append(Hold("no_followup"))
        if row["payment_state"] == "blocked":
            found.append(Hold("blocked"))
        return tuple(found)

    # === GATHER === #

    @api.model
    def _gather(
        self, company, partner_ids, day, *, run=None, except_notice_ids=(), rows=None
    ):
        """Read the facts of customers: a constant number of queries.

        :param partner_ids: commercial partners
        :param run: the run that asks; its own notices do not make a customer too soon
        :param except_notice_ids: notices that are checked again: their lines do not
            count as proposed, and they wait for no other notice
        :param rows: the open lines of the customers, where they were read before
        :return: list of (Customer, [Debt], policy), customers without open debts left out
        """
        partner_ids = list(partner_ids)
        if rows is None:
            rows = self._read_rows(company, partner_ids)
        partners = self._read_partners(company, partner_ids, run)
        policies = self._choose_policies(company, partners)
        holds = self._read_holds(company, rows, partners, day)
        credits = self._get_credits(company, rows, day, _Days(company, policies, day))
        for partner_id, parts in holds.parts.items():
            credits[partner_id].extend(parts)
        debts = self._get_debts(company, rows, holds, except_notice_ids)
        formally_told = self._read_formally_told(company, partner_ids, day, run)
        # Where a recipient has no address on a channel, the customer's own is used.
        addresses = self._read_addresses(
            {row["recipient_id"] for row in rows}.union(partner_ids)
        )
        return [
            (
                Customer(
                    partner_id=partner_id,
                    case_id=partners[partner_id]["case_id"],
                    kind=partners[partner_id]["kind"],
                    last_notice=partners[partner_id]["last_notice"],
                    is_waiting=partner_id in debts.waiting,
                    is_formally_told=partner_id in formally_told,
                    holds=tuple(holds.by_partner[partner_id]),
                    credits=tuple(credits[partner_id]),
                    addresses=addresses,
                ),
                debts.by_partner[partner_id],
                policies[partner_id],
            )
            for partner_id in partner_ids
            if partner_id in debts.by_partner
        ]

    # === DEBTS === #

    def _get_debts(self, company, rows, holds, except_notice_ids):
        """Give the debts of each customer, and the customers who have a notice waiting."""
        item_ids = [row["item_id"] for row in rows if row["item_id"]]
        proposed = self._read_proposed(company, item_ids, except_notice_ids)
        said = self._read_said(
            [row["item_id"] for row in rows if row["rung"] or row["has_courtesy"]]
        )
        by_partner, waiting = defaultdict(list), set()
        for row in rows:
            if row["amount"] <= 0 or not row["is_debt"]:
                continue
            state = proposed.get(row["item_id"])
            if state in OPEN_NOTICE_STATES and not except_notice_ids:
                waiting.add(row["partner_id"])
            row["is_proposed"] = state is not None
            own, row["said_levels"] = said.get(row["item_id"], (0, ()))
            row["reminders"] = own + (row["inherited"] or 0)
            by_partner[row["partner_id"]].append(
                self._get_debt(row, holds.get(row["item_id"], row["move_id"]))
            )
        return _Debts(by_partner, waiting)

    def _get_debt(self, row, holds):
        is_known = row["item_id"] is not None
        return Debt(
            line_id=row["line_id"],
            move_id=row["move_id"],
            currency_id=row["currency_id"],
            due=row["due"],
            open=row["amount"],
            open_company=Decimal(row["open_company"]),
            recipient_id=row["recipient_id"],
            item_id=row["item_id"],
            case_id=row["item_case_id"],
            said_due=row["said_due"],
            round=row["round"] or 1,
            rung=row["rung"] or 0,
            passed=row["passed"] or 0,
            occurrence=row["occurrence"] or 1,
            courtesy=row["courtesy"] if row["has_courtesy"] else None,
            last_notice=row["last_notice"],
            deadline=row["deadline"],
            said_levels=frozenset(row["said_levels"]),
            reminders=row["reminders"],
            held_since=row["held_since"],
            review=row["review"] if is_known else row["new_review"],
            is_proposed=row["is_proposed"],
            is_charge=row["is_charge"],
            is_taken_over=row["item_partner_id"] not in (None, row["partner_id"]),
            task_key=row["task_key"],
            holds=self._get_debt_holds(row, holds),
            outlook=(row["reason"], row["next_level_id"], row["next_date"]),
        )


class _Debts:
    """The debts of a batch of customers."""

    def __init__(self, by_partner, waiting):
        self.by_partner = by_partner
        self.waiting = waiting


class _Days(dict):
    """The business days of customers: {partner id: business days}, by their policies.

    A calendar takes longer to read than hundreds of debts, and few customers have a
    payment in process: it is read when somebody asks for it.
    """

    def __init__(self, company, policies, day):
        super().__init__()
        self.company = company
        self.policies = policies
        self.day = day

    def __missing__(self, partner_id):
        policy = self.policies[partner_id]
        days = policy._get_business_days(self.company, self.day)
        for other_id, other in self.policies.items():
            if other == policy:
                self[other_id] = days
        return days
