"""Builders of what a ledger holds: customers, invoices, credit notes, payments.

Days are told relative to `TODAY`: ``due_in=-5`` is a debt that was due five days ago.
"""

from datetime import date, timedelta

from odoo import Command

# A Wednesday, so that weekends lie well before and after it.
TODAY = date(2026, 3, 4)


def day_in(days):
    """Give the day `days` after TODAY."""
    return TODAY + timedelta(days=days)


class LedgerBuilders:
    """Class methods, so that they serve in `setUpClass`; what is left out is plain."""

    @classmethod
    def create_customer(cls, name, **values):
        """Create a business customer who can be reached on every channel."""
        slug = name.lower().replace(" ", ".")
        return cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "email": f"{slug}@example.com",
                "phone": "+1 202 555 0100",
                "street": "1 Main Street",
                "city": "Springfield",
                "zip": "12345",
                "country_id": cls.env.ref("base.us").id,
                **values,
            }
        )

    @classmethod
    def create_invoice(cls, due_in=-5, amount=100.0, partner=None, **values):
        """Create and post an invoice without taxes, due `due_in` days from TODAY.

        :param values: of the invoice; `terms` gives instalments instead of `due_in`,
            as days from TODAY (the last takes the cents); `company`, `currency` and
            `post` are what they say
        """
        terms, company = values.pop("terms", None), values.pop("company", None)
        post = values.pop("post", True)
        first = min(terms or (due_in,))
        invoiced = day_in(min(first, 0)) - timedelta(days=30)
        due = {"invoice_date_due": day_in(due_in), "invoice_payment_term_id": False}
        if terms:
            due = {"invoice_payment_term_id": cls.create_terms(terms, invoiced).id}
        move = (
            cls.env["account.move"]
            .with_company(company or cls.env.company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": (partner or cls.customer).id,
                    "invoice_date": invoiced,
                    "date": invoiced,
                    "currency_id": values.pop("currency", cls._currency(company)).id,
                    "invoice_line_ids": [cls._invoice_line(amount)],
                    **due,
                    **values,
                }
            )
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _currency(cls, company):
        return (company or cls.env.company).currency_id

    @classmethod
    def _invoice_line(cls, amount):
        values = {"name": "Goods", "price_unit": amount, "tax_ids": [Command.clear()]}
        return Command.create(values)

    @classmethod
    def create_terms(cls, days, invoiced):
        """Create payment terms of equal shares, due on `days` from TODAY."""
        share = round(100 / len(days), 2)
        shares = [share] * (len(days) - 1) + [100 - share * (len(days) - 1)]
        return cls.env["account.payment.term"].create(
            {
                "name": f"Instalments {days}",
                "line_ids": [
                    Command.create(
                        {
                            "value": "percent",
                            "value_amount": share,
                            "delay_type": "days_after",
                            "nb_days": (day_in(day) - invoiced).days,
                        }
                    )
                    for day, share in zip(sorted(days), shares, strict=True)
                ],
            }
        )

    @classmethod
    def create_credit_note(cls, amount, invoice=None, partner=None, **values):
        """Create and post a credit note that is not matched with anything.

        :param invoice: the invoice that it corrects
        """
        note = cls.create_invoice(
            due_in=-1,
            amount=amount,
            partner=partner or (invoice and invoice.partner_id),
            move_type="out_refund",
            reversed_entry_id=invoice.id if invoice else False,
            **values,
        )
        cls.unmatch(note)
        return note

    @classmethod
    def create_receipt(cls, amount, partner=None):
        """Create money on the bank statement that nobody has matched yet."""
        journal = cls.company_data["default_journal_bank"]
        return cls.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "date": TODAY,
                "payment_ref": "Thank you",
                "partner_id": (partner or cls.customer).id,
                "amount": amount,
            }
        )

    @classmethod
    def pay(cls, record, amount=None, day=None):
        """Register a payment of invoices or of their journal items, and match it."""
        values = {"payment_date": day or TODAY}
        if amount is not None:
            values["amount"] = amount
        wizard = cls.env["account.payment.register"].with_context(
            active_model=record._name, active_ids=record.ids
        )
        return wizard.create(values)._create_payments()

    @classmethod
    def create_transaction(cls, invoices, state="pending", amount=None):
        """Create an online payment of invoices that is not booked yet.

        :param state: ``pending``, ``authorized`` or ``done`` (before post-processing)
        """
        provider = (
            cls.env["payment.provider"]
            .sudo()
            .create({"name": "Dummy", "code": "none", "company_id": cls.env.company.id})
        )
        transaction = (
            cls.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": cls.env.ref(
                        "payment.payment_method_unknown"
                    ).id,
                    "reference": f"{invoices[0].name} {provider.id}",
                    "amount": amount or sum(invoices.mapped("amount_residual")),
                    "currency_id": invoices.currency_id.id,
                    "partner_id": invoices.partner_id.id,
                    "operation": "online_redirect",
                    "invoice_ids": [Command.set(invoices.ids)],
                }
            )
        )
        # A provider that can hold money back, as many real ones.
        provider.support_manual_capture = "full_only"
        getattr(transaction, f"_set_{state}")()
        return transaction

    @classmethod
    def unmatch(cls, move):
        """Undo what was matched with the receivables of an invoice or payment."""
        cls.debts(move).remove_move_reconcile()

    @classmethod
    def debts(cls, move):
        """Give the receivable journal items of a move, first due first."""
        return move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        ).sorted(lambda line: (line.date_maturity or line.date, line.id))
