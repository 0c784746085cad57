"""The ledger's invoices and payments as real entries of a company, day by day.

Works with an `env` inside Odoo; imports nothing of Odoo itself.
"""

from collections import deque
from collections.abc import Callable, Iterable
from datetime import date

from .replay_ledger import LedgerRow

# Core is much faster with many entries at once than with a few each day.
DRAFTS_AT_ONCE = 100
# No year in a number, so that the ledger's own numbers fit every date.
_ANY_NUMBER = r"^(?P<prefix1>.*?)(?P<seq>\d{0,9})(?P<suffix>\D*?)$"
_QUIET = {
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
}


class Books:
    """Books the rows of a ledger in the company of an environment.

    :ivar invoices: the moves by invoice number, as far as they are booked
    """

    def __init__(self, env, rows: Iterable[LedgerRow]):
        self.env = env(context={**env.context, **_QUIET})
        self.rows = list(rows)
        self.invoices: dict = {}
        self.partners = self._create_partners()
        self.bank = self._find_journal("bank")
        self.journal = self._create_journal()
        self._to_invoice = self._queue_invoices()
        self._to_pay = self._queue_payments()

    def book(self, day: date) -> tuple[int, int]:
        """Book all that happened until a day; count invoices and payments."""
        invoices = self._to_invoice.post(day)
        self.invoices.update((row.invoice, move) for row, move in invoices)
        payments = self._to_pay.post(day)
        self.env["account.move.line"]._reconcile_plan(
            [
                self._receivables(self.invoices[row.invoice], move)
                for row, move in payments
            ]
        )
        return len(invoices), len(payments)

    @staticmethod
    def _receivables(invoice, payment):
        """Return the open receivable lines of an invoice and of its payment."""
        return (invoice.line_ids | payment.line_ids).filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and not line.reconciled
            )
        )

    # === PREPARATION === #

    def _create_partners(self) -> dict:
        """Create each customer with placeholder addresses that open every channel."""
        names = sorted({row.customer for row in self.rows})
        country = self.env.company.country_id or self.env.ref("base.us")
        partners = self.env["res.partner"].create(
            [
                {
                    "name": name,
                    "ref": name,
                    "is_company": True,
                    "email": f"customer{number}@example.com",
                    "phone": "+1 202-555-0123",
                    "street": f"{number} Example Street",
                    "zip": "20001",
                    "city": "Example",
                    "country_id": country.id,
                    "lang": self.env.lang or "en_US",
                }
                for number, name in enumerate(names, 1)
            ]
        )
        return dict(zip(names, partners, strict=True))

    def _find_journal(self, kind: str):
        """Return the first journal of a type."""
        domain = [("type", "=", kind), ("company_id", "=", self.env.company.id)]
        return self.env["account.journal"].search(domain, limit=1)

    def _create_journal(self):
        """Create a sales journal that takes the ledger's own invoice numbers."""
        return self.env["account.journal"].create(
            {
                "name": "Ledger",
                "code": "LEDGR",
                "type": "sale",
                "company_id": self.env.company.id,
                "default_account_id": self._find_journal("sale").default_account_id.id,
                "sequence_override_regex": _ANY_NUMBER,
            }
        )

    def _queue_invoices(self) -> "EntryQueue":
        """Return the invoices to come."""
        days = [(row.invoice_date, row) for row in self.rows]
        return EntryQueue(self.env, days, self._get_invoice_values)

    def _queue_payments(self) -> "EntryQueue":
        """Return the payments to come."""
        days = [(row.paid_on, row) for row in self.rows if row.paid_on and row.amount]
        return EntryQueue(self.env, days, self._get_payment_values)

    # === ENTRIES === #

    def _get_invoice_values(self, row: LedgerRow) -> dict:
        """Return the values of the invoice of a row."""
        line = {
            "name": row.invoice,
            "price_unit": float(row.amount),
            "tax_ids": [(6, 0, [])],
        }
        return {
            "move_type": "out_invoice",
            "name": row.invoice,
            "ref": row.invoice,
            "partner_id": self.partners[row.customer].id,
            "journal_id": self.journal.id,
            "invoice_date": row.invoice_date,
            "date": row.invoice_date,
            "invoice_payment_term_id": False,
            "invoice_date_due": row.due_date,
            "invoice_line_ids": [(0, 0, line)],
        }

    def _get_payment_values(self, row: LedgerRow) -> dict:
        """Return the values of the bank entry that pays a row."""
        partner = self.partners[row.customer]
        amount = float(row.amount)
        receivable = partner.property_account_receivable_id
        sides = ((self.bank.default_account_id, amount, 0), (receivable, 0, amount))
        return {
            "move_type": "entry",
            "ref": row.invoice,
            "journal_id": self.bank.id,
            "date": row.paid_on,
            "line_ids": [
                (
                    0,
                    0,
                    {
                        "name": row.invoice,
                        "partner_id": partner.id,
                        "account_id": account.id,
                        "debit": debit,
                        "credit": credit,
                    },
                )
                for account, debit, credit in sides
            ],
        }


class EntryQueue:
    """Entries in order of days: made as drafts well ahead, posted when the day comes."""

    def __init__(
        self,
        env,
        days: Iterable[tuple[date, LedgerRow]],
        get_values: Callable[[LedgerRow], dict],
    ):
        self.env = env
        self._get_values = get_values
        self._waiting = deque(sorted(days, key=lambda one: (one[0], one[1].line)))
        self._drafts: deque = deque()

    def post(self, day: date) -> list[tuple]:
        """Post what is dated until a day; return pairs of row and move."""
        posted = []
        while self._prepare() and self._drafts[0][0] <= day:
            _day, row, move = self._drafts.popleft()
            posted.append((row, move))
        if posted:
            self.env["account.move"].union(
                *(move for _row, move in posted)
            ).action_post()
        return posted

    def _prepare(self) -> bool:
        """Have drafts, if anything is left to come."""
        if not self._drafts:
            some = [
                self._waiting.popleft()
                for _draft in range(min(DRAFTS_AT_ONCE, len(self._waiting)))
            ]
            values = [self._get_values(row) for _day, row in some]
            moves = self.env["account.move"].create(values)
            self._drafts.extend(
                (day, row, move) for (day, row), move in zip(some, moves, strict=True)
            )
        return bool(self._drafts)
