"""The ledger's invoices and payments as real entries of a company, day by day.

Works with an `env` inside Odoo; imports nothing of Odoo itself.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from .replay_ledger import LedgerRow

# Core is much faster with many invoices at once than with a few each day.
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
        self.rows = sorted(rows, key=lambda row: (row.invoice_date, row.line))
        self.drafts: dict = {}
        self.invoices: dict = {}
        self.partners = self._create_partners()
        self.journal = self._create_journal()
        self.bank = self._get_bank()
        self._to_invoice = list(reversed(self.rows))
        self._to_pay = self._payments_by_day()

    def book(self, day: date) -> tuple[int, int]:
        """Book all that happened until a day; count invoices and payments."""
        rows = self._take_rows(day)
        self._post_invoices(rows)
        days = sorted(when for when in self._to_pay if when <= day)
        paid = sum(self._pay(self._to_pay.pop(when), when) for when in days)
        return len(rows), paid

    def _take_rows(self, day: date) -> list[LedgerRow]:
        """Take the rows dated until a day from those to invoice."""
        rows = []
        while self._to_invoice and self._to_invoice[-1].invoice_date <= day:
            rows.append(self._to_invoice.pop())
        return rows

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

    def _create_journal(self):
        """Create a sales journal that takes the ledger's own invoice numbers."""
        company = self.env.company
        sales = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
        )
        return self.env["account.journal"].create(
            {
                "name": "Ledger",
                "code": "LEDGR",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": sales.default_account_id.id,
                "sequence_override_regex": _ANY_NUMBER,
            }
        )

    def _get_bank(self):
        """Return the bank journal on which payments are booked."""
        return self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.env.company.id)], limit=1
        )

    def _payments_by_day(self) -> dict[date, list[LedgerRow]]:
        """Return the rows to pay by the day of the payment."""
        days = defaultdict(list)
        for row in self.rows:
            if row.paid_on and row.amount:
                days[row.paid_on].append(row)
        return days

    # === BOOKING === #

    def _post_invoices(self, rows: list[LedgerRow]) -> None:
        """Post the invoices of some rows, of which drafts are made ahead."""
        if not rows:
            return
        self._create_drafts([row for row in rows if row.invoice not in self.drafts])
        moves = self.env["account.move"].union(
            *(self.drafts.pop(row.invoice) for row in rows)
        )
        moves.action_post()
        self.invoices.update((move.ref, move) for move in moves)

    def _create_drafts(self, rows: list[LedgerRow]) -> None:
        """Create the missing drafts, and with them those of the next rows."""
        if not rows:
            return
        rows = rows + self._to_invoice[-DRAFTS_AT_ONCE:]
        moves = self.env["account.move"].create([self._invoice(row) for row in rows])
        self.drafts.update((move.ref, move) for move in moves)

    def _invoice(self, row: LedgerRow) -> dict:
        """Return the values of one invoice."""
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

    def _pay(self, rows: list[LedgerRow], day: date) -> int:
        """Book the payments of a day, each matched with its invoice; return how many.

        What is not invoiced until the last day is never paid either.
        """
        rows = [row for row in rows if row.invoice in self.invoices]
        payments = self.env["account.payment"].create(
            [self._payment(row, day) for row in rows]
        )
        payments.action_post()
        self.env["account.move.line"]._reconcile_plan(
            [
                self._receivables(self.invoices[row.invoice], payment.move_id)
                for row, payment in zip(rows, payments, strict=True)
            ]
        )
        return len(rows)

    def _payment(self, row: LedgerRow, day: date) -> dict:
        """Return the values of the payment of one invoice."""
        return {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": self.partners[row.customer].id,
            "amount": float(row.amount),
            "date": day,
            "journal_id": self.bank.id,
            "memo": row.invoice,
            "invoice_ids": [(4, self.invoices[row.invoice].id)],
        }

    @staticmethod
    def _receivables(invoice, payment):
        """Return the receivable lines of an invoice and of its payment."""
        return (invoice.line_ids | payment.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
