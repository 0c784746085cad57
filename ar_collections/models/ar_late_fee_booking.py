"""Booking of charges: one document per customer, company and currency."""

from collections import defaultdict
from datetime import timedelta

from odoo import Command, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

# A charge that no notice announced is due so many days after it was booked.
DUE_DAYS = 14


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    def _book(self, day=None):
        """Book charges and link them to their documents.

        Posts at once, so that a lock date or a missing account stops everything
        before anything is half booked.

        :param day: the day of the documents; default: today
        :return: the documents
        :raise UserError: where a rule has no account, or the period is closed
        """
        documents = self.env["account.move"]
        for company, charges in self.grouped("company_id").items():
            documents |= charges._book_in_company(company, day or company._ar_today())
        return documents

    def _book_in_company(self, company, day):
        moves = self.env["account.move"].sudo().with_company(company)
        moves = moves.with_context(allowed_company_ids=company.ids)
        groups = self._group_for_documents()
        documents = moves.create(
            [charges._get_document_values(company, day) for charges in groups]
        )
        documents.action_post()
        documents._ar_check_booked_on(day)
        for charges, document in zip(groups, documents, strict=True):
            charges._link_document(document)
        return documents

    def _group_for_documents(self):
        """Give the charges of each document; one notice asks for its own."""
        groups = defaultdict(self.browse)
        for charge in self:
            rule, notice = charge.rule_id, charge.notice_id
            groups[
                notice if charge.is_announced else None,
                charge.partner_id,
                charge.currency_id,
                rule.document_type,
                rule.journal_id,
            ] |= charge
        return list(groups.values())

    def _group_for_lines(self):
        """Give the charges of each line: those of one debt by one rule."""
        groups = self._sort_by_debt().grouped(lambda c: (c.item_id, c.rule_id))
        return list(groups.values())

    def _link_document(self, document):
        """Link charges with the document, and with the line that books each."""
        booked = document.line_ids.filtered(
            lambda line: line.account_type != "asset_receivable"
            and line.display_type == "product"
        ).sorted("sequence")
        for charges, line in zip(self._group_for_lines(), booked, strict=True):
            charges._update_state(
                "posted", document_id=document.id, document_line_id=line.id
            )
        self.case_id._log_events(
            "charged",
            [
                (
                    charge.case_id,
                    f"{charge.display_name}: {charge.example_text}",
                    charge.item_id,
                    charge.notice_id,
                )
                for charge in self.filtered("case_id")
            ],
        )

    # === VALUES === #

    def _get_document_values(self, company, day):
        rule = self.rule_id[0]
        values = {
            "partner_id": self._get_invoice_partner().id,
            "currency_id": self.currency_id.id,
            "company_id": company.id,
            "ar_is_charge": True,
        }
        if rule.journal_id:
            values["journal_id"] = rule.journal_id.id
        if rule.document_type == "out_invoice":
            return self._get_invoice_values(values, company, day)
        return self._get_entry_values(values, company, day)

    def _get_invoice_partner(self):
        """The invoice of charges goes where the invoice of the oldest debt went."""
        return self._sort_by_debt()[:1].move_id.partner_id or self.partner_id[:1]

    def _get_salesperson(self):
        """Give who sold the newest of the debts, else who collects them."""
        newest = self.move_id.sorted(lambda move: (move.invoice_date or move.date, move.id))
        return newest[-1:].invoice_user_id.filtered("active") or self.case_id[:1].collector_id

    def _get_fiscal_position(self, company):
        """Give the fiscal position that holds for the invoices of the customer."""
        positions = self.env["account.fiscal.position"].sudo().with_company(company)
        return positions._get_fiscal_position(self._get_invoice_partner())

    def _get_due(self, day):
        """Give the deadline of the notice that announced the charges."""
        notices = self.filtered("is_announced").notice_id
        deadline = max(filter(None, notices.mapped("deadline")), default=None)
        if deadline and deadline >= day:
            return deadline
        return day + timedelta(days=DUE_DAYS)

    def _get_origin(self):
        numbers = {charge._get_debt_number() for charge in self}
        return ", ".join(sorted(filter(None, numbers)))

    def _get_invoice_values(self, values, company, day):
        partner = self._get_invoice_partner()
        position = self._get_fiscal_position(company)
        basis = self.with_context(lang=partner.lang).rule_id.mapped("legal_basis")
        return {
            **values,
            "move_type": "out_invoice",
            "invoice_date": day,
            "invoice_payment_term_id": False,
            "invoice_user_id": self._get_salesperson().id,
            "invoice_date_due": self._get_due(day),
            "invoice_origin": self._get_origin(),
            "fiscal_position_id": position.id,
            "narration": plaintext2html("\n".join(filter(None, basis))),
            "invoice_line_ids": [
                Command.create(
                    {**charges._get_line_values(company, position), "sequence": number}
                )
                for number, charges in enumerate(self._group_for_lines(), start=1)
            ],
        }

    def _get_line_values(self, company, position):
        rule = self.rule_id
        return {
            "name": self._get_line_text(),
            "product_id": rule.product_id.id,
            "account_id": self._get_income_account(company, position).id,
            "quantity": 1,
            "price_unit": sum(self.mapped("amount")),
            "tax_ids": [Command.set(position.map_tax(rule.tax_ids).ids)],
        }

    def _get_income_account(self, company, position):
        """Give the account that the fiscal position of the customer makes of the rule's."""
        account = self.rule_id._get_income_account(company)
        if not account:
            raise UserError(
                self.env._(
                    "“%(rule)s” has no income account in %(company)s: "
                    "choose one in the rule.",
                    rule=self.rule_id.name,
                    company=company.name,
                )
            )
        return position.map_account(account)

    # === JOURNAL ENTRY === #

    def _get_entry_values(self, values, company, day):
        due, position = self._get_due(day), self._get_fiscal_position(company)
        lines = []
        for charges in self._group_for_lines():
            lines += charges._get_entry_lines(company, position, day, due)
        if "journal_id" not in values:
            values["journal_id"] = self._get_entry_journal(company).id
        return {
            **values,
            "move_type": "entry",
            "date": day,
            "ref": self._get_origin(),
            "line_ids": [
                Command.create({**line, "sequence": number})
                for number, line in enumerate(lines, start=1)
            ],
        }

    def _get_entry_journal(self, company):
        journal = (
            self.env["account.journal"]
            .sudo()
            .search(
                [("type", "=", "general"), ("company_id", "parent_of", company.ids)],
                limit=1,
            )
        )
        if not journal:
            raise UserError(
                self.env._(
                    "%(company)s has no journal for entries: choose one in the rule "
                    "“%(rule)s”.",
                    company=company.name,
                    rule=self.rule_id[:1].name,
                )
            )
        return journal

    def _get_entry_lines(self, company, position, day, due):
        """Give the receivable and the income of one debt's charges."""
        amount = sum(self.mapped("amount"))
        balance = self.currency_id._convert(amount, company.currency_id, company, day)
        partner = self.partner_id.with_company(company)
        receivable = (
            self.item_id.sudo().move_line_id.account_id
            or partner.property_account_receivable_id
        )
        common = {
            "name": self._get_line_text(),
            "partner_id": partner.id,
            "currency_id": self.currency_id.id,
        }
        return [
            {
                **common,
                "account_id": receivable.id,
                "balance": balance,
                "amount_currency": amount,
                "date_maturity": due,
                "no_followup": False,
            },
            {
                **common,
                "account_id": self._get_income_account(company, position).id,
                "balance": -balance,
                "amount_currency": -amount,
            },
        ]
