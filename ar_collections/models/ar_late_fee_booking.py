"""Booking of charges: one document per customer, company and currency."""

from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import UserError


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    # === BOOK === #

    def _book(self, due=None):
        """Book proposals and link them to their documents.

        Posts at once, so that a lock date or a missing account stops everything
        before anything is half booked.

        :param due: the due date of the documents; their notice's deadline otherwise
        :return: the documents
        """
        documents = self.env["account.move"]
        for charges in self._group_for_documents():
            documents |= charges._book_document(due)
        return documents

    def _group_for_documents(self):
        groups = defaultdict(self.browse)
        for charge in self:
            rule = charge.rule_id
            groups[
                charge.partner_id,
                charge.company_id,
                charge.currency_id,
                rule.document_type,
                rule.journal_id,
            ] |= charge
        return groups.values()

    def _book_document(self, due):
        company, rule = self.company_id, self.rule_id[0]
        day = company._ar_today()
        due = due or max(self.notice_id.mapped("deadline"), default=False) or day
        values = {
            "partner_id": self._get_invoice_partner().id,
            "currency_id": self.currency_id.id,
            "journal_id": rule.journal_id.id or False,
            "company_id": company.id,
            "ar_is_charge": True,
        }
        moves = self.env["account.move"].sudo().with_company(company)
        moves = moves.with_context(allowed_company_ids=company.ids)
        if rule.document_type == "out_invoice":
            document = moves.create(self._get_invoice_values(values, day, due))
        else:
            document = moves.create(self._get_entry_values(values, day, due))
        document.action_post()
        self._update_state("posted", document_id=document.id)
        return document

    def _get_invoice_partner(self):
        """The invoice of charges goes where the invoice of the oldest debt went."""
        return self.sort_by_debt()[:1].move_id.partner_id or self.partner_id[:1]

    def sort_by_debt(self):
        return self.sorted(lambda charge: (charge.move_id.invoice_date_due, charge.id))

    def _get_invoice_values(self, values, day, due):
        values = {name: value for name, value in values.items() if value is not False}
        return {
            **values,
            "move_type": "out_invoice",
            "invoice_date": day,
            "invoice_payment_term_id": False,
            "invoice_date_due": due,
            "invoice_origin": ", ".join(sorted(set(self.move_id.mapped("name")))),
            "narration": "\n".join(filter(None, set(self.rule_id.mapped("legal_basis")))),
            "invoice_line_ids": [
                Command.create(charge._get_document_line())
                for charge in self.sort_by_debt()
            ],
        }

    def _get_document_line(self):
        self.ensure_one()
        rule = self.rule_id
        account = rule._get_income_account(self.company_id)
        if not account:
            raise UserError(
                self.env._(
                    "“%(rule)s” has no income account in %(company)s: "
                    "choose one in the rule.",
                    rule=rule.name,
                    company=self.company_id.name,
                )
            )
        return {
            "name": self._get_document_text(),
            "product_id": rule.product_id.id,
            "account_id": account.id,
            "quantity": 1,
            "price_unit": self.amount,
            "tax_ids": [Command.set(rule.tax_ids.ids)],
        }

    def _get_document_text(self):
        """Say what a charge is for, in the customer's language."""
        self.ensure_one()
        charge = self.with_context(lang=self.partner_id.lang or self.env.lang)
        labels = dict(charge._fields["kind"]._description_selection(charge.env))
        text = charge.env._(
            "%(kind)s for %(invoice)s, due on %(due)s",
            kind=labels[charge.kind],
            invoice=charge.move_id.name,
            due=fields.Date.to_string(charge.item_id.due_now or charge.move_id.invoice_date_due),
        )
        if charge.kind == "interest":
            text += "\n" + charge.example_text
        return text

    def _get_entry_values(self, values, day, due):
        company = self.company_id
        partner = self.partner_id[:1].with_company(company)
        journal = self.rule_id[0].journal_id or self.env["account.journal"].sudo().search(
            [("type", "=", "general"), ("company_id", "parent_of", company.ids)], limit=1
        )
        lines = []
        for charge in self.sort_by_debt():
            balance = charge.currency_id._convert(
                charge.amount, company.currency_id, company, day
            )
            common = {
                "name": charge._get_document_text(),
                "partner_id": partner.id,
                "currency_id": charge.currency_id.id,
            }
            income = charge.rule_id._get_income_account(company)
            receivable = partner.property_account_receivable_id
            lines += [
                {**common, "account_id": receivable.id, "balance": balance,
                 "amount_currency": charge.amount, "date_maturity": due},
                {**common, "account_id": income.id, "balance": -balance,
                 "amount_currency": -charge.amount},
            ]  # fmt: skip
        return {
            **values,
            "move_type": "entry",
            "journal_id": journal.id,
            "date": day,
            "ref": ", ".join(sorted(set(self.move_id.mapped("name")))),
            "line_ids": [Command.create(line) for line in lines],
        }

    # === CORRECT === #

    def _credit(self, amount, note):
        """Correct a booked charge by a credit note, reconciled with its document."""
        self.ensure_one()
        document = self.document_id.sudo()
        if document.move_type == "entry":
            credit = self._credit_entry(document, amount, note)
        else:
            credit = self._credit_invoice(document, amount, note)
        credit.action_post()
        lines = (document | credit).line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        lines.reconcile()
        return credit

    def _credit_invoice(self, document, amount, note):
        line = self._get_document_line()
        return document.create(
            {
                "move_type": "out_refund",
                "partner_id": document.partner_id.id,
                "currency_id": document.currency_id.id,
                "journal_id": document.journal_id.id,
                "company_id": document.company_id.id,
                "invoice_date": self.company_id._ar_today(),
                "reversed_entry_id": document.id,
                "ar_is_charge": True,
                "ref": note,
                "invoice_line_ids": [
                    Command.create({**line, "price_unit": amount, "name": note})
                ],
            }
        )

    def _credit_entry(self, document, amount, note):
        values = self._get_entry_values(
            {"currency_id": self.currency_id.id, "ar_is_charge": True,
             "company_id": self.company_id.id, "partner_id": document.partner_id.id},
            self.company_id._ar_today(),
            False,
        )  # fmt: skip
        share = amount / self.amount if self.amount else 1.0
        for _command, _zero, line in values["line_ids"]:
            line["balance"] = self.company_id.currency_id.round(-line["balance"] * share)
            line["amount_currency"] = -self.currency_id.round(
                line["amount_currency"] * share
            )
            line["name"] = note
        return document.create({**values, "reversed_entry_id": document.id})
