"""Facts of the ledger for the ladder, read with SQL that narrows and never decides."""

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..const import IN_PROCESS_BUSINESS_DAYS
from ..tools.business_days import EVERY_DAY
from ..tools.ladder import Customer, Debt, Hold
from ..tools.setoff import Credit

# Columns of a fact row that are not plain attributes of a debt.
_PARTNER, _SIGN = "partner_id", "is_debt"


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
        return self.env["account.account"].sudo().search(
            [
                ("account_type", "=", "asset_receivable"),
                ("company_ids", "parent_of", company.ids),
            ]
        )

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
            "is_debt": SQL("m.move_type IN ('out_invoice', 'out_receipt', 'entry')"),
            "is_excluded": SQL(
                "l.no_followup AND NOT (%s AND m.move_type = 'entry')", follows_entries
            ),
            "payment_state": SQL("m.payment_state"),
            "recipient_id": SQL(
                """COALESCE(
                    cp.ar_collections_contact_id,
                    CASE WHEN COALESCE(mp.email, '') <> '' OR COALESCE(mp.street, '') <> ''
                         THEN mp.id END,
                    cp.id)"""
            ),
            "item_id": SQL("i.id"),
            "said_due": SQL("i.due_date"),
            "round": SQL("i.round"),
            "rung": SQL("i.rung_days"),
            "occurrence": SQL("i.occurrence"),
            "has_courtesy": SQL("i.has_courtesy"),
            "courtesy": SQL("i.courtesy_days"),
            "last_notice": SQL("i.last_notice_date"),
            "deadline": SQL("i.deadline"),
            "held_since": SQL("i.held_since"),
            "review": SQL("i.review_state"),
            "reason": SQL("i.reason"),
            "next_level_id": SQL("i.next_level_id"),
            "next_date": SQL("i.next_date"),
        }

    @api.model
    def _get_facts_joins(self):
        """Give the joins that the columns need."""
        return SQL(
            """
              JOIN account_move m ON m.id = l.move_id
              JOIN res_partner p ON p.id = l.partner_id
              JOIN res_partner cp ON cp.id = p.commercial_partner_id
         LEFT JOIN res_partner mp ON mp.id = m.partner_id
         LEFT JOIN ar_followup_item i ON i.move_line_id = l.id
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
        if row["payment_state"] == "in_payment":
            found.append(Hold("in_process"))
        return tuple(found)

    @api.model
    def _get_credits(self, company, rows, day, days):
        """Give {partner id: [Credit]}: free credits, payments in process, receipts.

        :param rows: fact rows of the batch, credits among them
        :param days: business days, for the time a payment may be in process
        """
        credits = defaultdict(list)
        for row in rows:
            if row["amount"] < 0:
                credits[row["partner_id"]].append(
                    Credit("covered", -row["amount"], row["currency_id"], row["reversed_id"])
                )
        self._add_payments_in_process(credits, rows, day, days)
        self._add_unmatched_receipts(credits, company, {row["partner_id"] for row in rows})
        return credits

    # === GATHER === #

    @api.model
    def _gather(self, company, partner_ids, day, *, run=None, except_notice_ids=()):
        """Read the facts of customers: a constant number of queries.

        :param partner_ids: commercial partners
        :param run: the run that asks; its own notices do not make a customer too soon
        :param except_notice_ids: notices whose lines do not count as proposed
        :return: list of (Customer, [Debt], policy), customers without open debts left out
        """
        partner_ids = list(partner_ids)
        rows = self._read_rows(company, partner_ids)
        partners = self._read_partners(company, partner_ids, run)
        policies = self._choose_policies(company, partners)
        days = next(
            (policy._get_business_days(company, day) for policy in policies.values() if policy),
            EVERY_DAY,
        )
        credits = self._get_credits(company, rows, day, days)
        addresses = self._read_addresses({row["recipient_id"] for row in rows})
        case_holds, item_holds, move_holds = self._read_holds(company, partner_ids, day)
        proposed = self._read_proposed(company, partner_ids, except_notice_ids)
        reminders = self._count_reminders(company, partner_ids)
        debts = defaultdict(list)
        for row in rows:
            if row["amount"] <= 0 or not row["is_debt"]:
                continue
            row["is_proposed"] = row["item_id"] in proposed
            row["reminders"] = reminders.get(row["item_id"], 0)
            holds = (*item_holds.get(row["item_id"], ()), *move_holds.get(row["move_id"], ()))
            debts[row["partner_id"]].append(self._debt(row, holds))
        return [
            (
                self._customer(partners[partner_id], case_holds, credits, addresses),
                debts[partner_id],
                policies[partner_id],
            )
            for partner_id in partner_ids
            if debts.get(partner_id)
        ]

    def _debt(self, row, holds):
        is_told = row["item_id"] is not None
        return Debt(
            line_id=row["line_id"],
            move_id=row["move_id"],
            currency_id=row["currency_id"],
            due=row["due"],
            open=row["amount"],
            open_company=Decimal(row["open_company"]),
            recipient_id=row["recipient_id"],
            item_id=row["item_id"],
            said_due=row["said_due"],
            round=row["round"] or 1,
            rung=row["rung"] or 0,
            occurrence=row["occurrence"] or 1,
            courtesy=row["courtesy"] if row["has_courtesy"] else None,
            last_notice=row["last_notice"],
            deadline=row["deadline"],
            reminders=row["reminders"],
            held_since=row["held_since"],
            review=row["review"] if is_told else row["new_review"],
            is_proposed=row["is_proposed"],
            holds=self._get_debt_holds(row, holds),
            outlook=(row["reason"], row["next_level_id"], row["next_date"]),
        )

    def _customer(self, partner, case_holds, credits, addresses):
        partner_id = partner["partner_id"]
        return Customer(
            partner_id=partner_id,
            case_id=partner["case_id"],
            kind=partner["kind"],
            last_notice=partner["last_notice"],
            holds=tuple(case_holds.get(partner_id, ())),
            credits=tuple(credits.get(partner_id, ())),
            addresses=addresses,
        )

    # === READ === #

    def _read_rows(self, company, partner_ids):
        """Read all open receivable lines of customers, credits among them."""
        for model in ("account.move.line", "account.move", "res.partner", "ar.followup.item"):
            self.env[model].flush_model()
        columns = self._get_facts_columns(company)
        query = SQL(
            """
            SELECT %s
              FROM account_move_line l %s
             WHERE %s
               AND l.partner_id IN (
                    SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%s))
          ORDER BY p.commercial_partner_id, due, l.id
            """,
            SQL(", ").join(
                SQL("%s AS %s", sql, SQL.identifier(alias)) for alias, sql in columns.items()
            ),
            self._get_facts_joins(),
            self._get_lines_condition(company),
            partner_ids,
        )
        start = company._ar_get_settings_company().ar_start_date
        rows = []
        for values in self.env.execute_query(query):
            row = dict(zip(columns, values, strict=True))
            row["amount"] = Decimal(row["open"])
            row["new_review"] = "opening" if start and row["due"] < start else "followed"
            rows.append(row)
        return rows

    def _read_partners(self, company, partner_ids, run):
        """Read kind, country, tags, case and last contact of customers."""
        self.env["ar.collection.case"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.id, COALESCE(p.ar_customer_kind, 'consumer'), p.country_id,
                       c.id, c.policy_id,
                       CASE WHEN c.last_run_id IS DISTINCT FROM %s
                            THEN c.last_notice_date END,
                       ARRAY(SELECT category_id FROM res_partner_res_partner_category_rel
                              WHERE partner_id = p.id)
                  FROM res_partner p
             LEFT JOIN ar_collection_case c ON c.partner_id = p.id AND c.company_id = %s
                 WHERE p.id = ANY(%s)
                """,
                (run and run._origin.id) or 0,
                company.id,
                partner_ids,
            )
        )
        names = (
            "partner_id",
            "kind",
            "country_id",
            "case_id",
            "policy_id",
            "last_notice",
            "categories",
        )
        return {row[0]: dict(zip(names, row, strict=True)) for row in rows}

    def _choose_policies(self, company, partners):
        """Give {partner id: policy or empty}: by hand, else the first that fits."""
        candidates = self.env["ar.followup.policy"].sudo()._get_candidates(company)
        empty = candidates.browse()
        chosen = {}
        for partner in partners.values():
            if partner["policy_id"]:
                policy = candidates.browse(partner["policy_id"])
                chosen[partner["partner_id"]] = policy if policy.is_on else empty
                continue
            facts = (partner["kind"], partner["country_id"], set(partner["categories"]))
            chosen[partner["partner_id"]] = next(
                (policy for policy in candidates if policy._fits(*facts)), empty
            )
        return chosen

    def _read_addresses(self, recipient_ids):
        """Give {recipient id: channels on which an address is known}."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id,
                       COALESCE(email_normalized, '') <> '',
                       COALESCE(street, zip, city, '') <> '',
                       COALESCE(phone, '') <> ''
                  FROM res_partner WHERE id = ANY(%s)
                """,
                list(recipient_ids),
            )
        )
        return {
            partner_id: (
                *(("email",) if has_email else ()),
                *(("letter", "post") if has_address else ()),
                *(("sms", "phone") if has_phone else ()),
            )
            for partner_id, has_email, has_address, has_phone in rows
        }

    def _read_holds(self, company, partner_ids, day):
        """Give the holds in force on `day`, by customer, by item and by invoice."""
        self.env["ar.collection.hold"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT c.partner_id, h.item_id, h.move_id, h.reason,
                       h.amount::text, h.until
                  FROM ar_collection_hold h
                  JOIN ar_collection_case c ON c.id = h.case_id
                 WHERE c.company_id = %s AND c.partner_id = ANY(%s)
                   AND h.active AND h.date <= %s AND (h.until IS NULL OR h.until >= %s)
              ORDER BY h.id
                """,
                company.id,
                partner_ids,
                day,
                day,
            )
        )
        by_case, by_item, by_move = defaultdict(list), defaultdict(list), defaultdict(list)
        for partner_id, item_id, move_id, reason, amount, until in rows:
            part = Decimal(amount or 0)
            hold = Hold(reason, part or None, until)
            if item_id:
                by_item[item_id].append(hold)
            elif move_id:
                by_move[move_id].append(hold)
            else:
                by_case[partner_id].append(hold)
        return by_case, by_item, by_move

    def _read_proposed(self, company, partner_ids, except_notice_ids):
        """Give the items that wait in a notice (no second proposal meanwhile, L8)."""
        self.env["ar.followup.notice.line"].flush_model()
        self.env["ar.followup.notice"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.item_id
                  FROM ar_followup_notice n
                  JOIN ar_followup_notice_line l ON l.notice_id = n.id AND l.is_open
                 WHERE n.company_id = %s AND n.partner_id = ANY(%s)
                   AND n.state IN ('planned', 'to_approve', 'executing')
                   AND n.id <> ALL(%s)
                   AND n.is_test IS NOT TRUE
                """,
                company.id,
                partner_ids,
                list(except_notice_ids),
            )
        )
        return {item_id for (item_id,) in rows}

    def _count_reminders(self, company, partner_ids):
        """Count per item the delivered notices after due of its round (L5)."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.item_id, COUNT(*)
                  FROM ar_followup_item i
                  JOIN ar_followup_notice_line l
                    ON l.item_id = i.id AND l.round = i.round
                   AND l.role = 'climbing' AND l.level_days > 0
                   AND l.is_cancelled IS NOT TRUE AND l.is_test IS NOT TRUE
                  JOIN ar_followup_notice n ON n.id = l.notice_id AND n.is_delivered
                 WHERE i.company_id = %s AND i.partner_id = ANY(%s) AND i.rung_days > 0
              GROUP BY l.item_id
                """,
                company.id,
                partner_ids,
            )
        )
        return dict(rows)

    # === MONEY ON ITS WAY === #

    def _add_payments_in_process(self, credits, rows, day, days):
        """Count pending online payments for their invoices, for a few business days."""
        debts = defaultdict(list)
        for row in rows:
            if row["amount"] > 0:
                debts[row["move_id"]].append(row)
        self.env["payment.transaction"].flush_model()
        transactions = self.env.execute_query(
            SQL(
                """
                SELECT t.id, t.amount::text, t.currency_id,
                       COALESCE(t.last_state_change, t.create_date)::date,
                       ARRAY_AGG(r.invoice_id ORDER BY r.invoice_id)
                  FROM payment_transaction t
                  JOIN account_invoice_transaction_rel r ON r.transaction_id = t.id
                 WHERE r.invoice_id = ANY(%s) AND t.state IN ('pending', 'authorized')
                   AND COALESCE(t.last_state_change, t.create_date) >= %s
              GROUP BY t.id
                """,
                list(debts),
                day - timedelta(days=4 * IN_PROCESS_BUSINESS_DAYS),
            )
        )
        for _id, amount, currency_id, since, move_ids in transactions:
            if days.add(since, IN_PROCESS_BUSINESS_DAYS) < day:
                continue
            rest = Decimal(amount)
            for move_id in move_ids:
                open_amount = sum((row["amount"] for row in debts[move_id]), Decimal(0))
                part = min(rest, open_amount)
                rest -= part
                if part > 0:
                    partner_id = debts[move_id][0]["partner_id"]
                    credits[partner_id].append(
                        Credit("in_process", part, currency_id, move_id, is_bound=True)
                    )

    def _add_unmatched_receipts(self, credits, company, partner_ids):
        """Count receipts on the bank statement that nobody has matched yet."""
        self.env["account.bank.statement.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id, s.amount::text,
                       COALESCE(j.currency_id, c.currency_id)
                  FROM account_bank_statement_line s
                  JOIN account_move m ON m.id = s.move_id AND m.state = 'posted'
                  JOIN account_journal j ON j.id = m.journal_id
                  JOIN res_company c ON c.id = m.company_id
                  JOIN res_partner p ON p.id = s.partner_id
                 WHERE s.is_reconciled IS NOT TRUE AND s.amount > 0
                   AND m.company_id = %s AND p.commercial_partner_id = ANY(%s)
                """,
                company.id,
                list(partner_ids),
            )
        )
        for partner_id, amount, currency_id in rows:
            credits[partner_id].append(
                Credit("unmatched_receipt", Decimal(amount), currency_id)
            )
