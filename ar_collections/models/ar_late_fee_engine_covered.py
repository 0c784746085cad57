"""Debts that money of the customer covers already: nothing is proposed for them."""

from odoo import models
from odoo.tools import SQL

from ..tools.setoff import set_off
from ..tools.sql_rows import as_array

# Money on its way or waiting to be matched; a part on hold is no money.
_MONEY = frozenset({"covered", "in_process", "unmatched_receipt"})


class ArLateFeeEngine(models.AbstractModel):
    _inherit = "ar.late.fee.engine"

    def _leave_out_covered(self, company, made, day):
        """Leave out charges on open debts that the customer's money covers in full.

        The ladder does not remind of them either. Once the money is matched, its date
        tells whether the debt was late, and until when it bears interest.

        :param made: list of `Made`
        """
        partner_ids = self._find_partners_with_money(company, [one.row for one in made])
        if not partner_ids:
            return made
        covered = self._find_covered(company, partner_ids, day)
        return [one for one in made if one.row.line_id not in covered]

    def _find_covered(self, company, partner_ids, day):
        """Find the debts that credits, receipts and payments in process cover in full.

        :return: set of journal item ids
        """
        covered = set()
        facts = self.env["ar.followup.facts"]._gather(company, partner_ids, day)
        for customer, debts, _policy in facts:
            money = [credit for credit in customer.credits if credit.reason in _MONEY]
            shares = set_off(debts, money)
            covered.update(
                debt.line_id
                for debt in debts
                if sum(shares.get(debt.line_id, {}).values()) >= debt.open
            )
        return covered

    def _find_partners_with_money(self, company, rows):
        """Find the customers who may have money that is not matched yet.

        SQL: one statement for a batch; few customers have any.
        """
        if not rows:
            return []
        facts = self.env["ar.followup.facts"]
        self.env["payment.transaction"].flush_model()
        self.env["account.payment"].flush_model()
        self.env["account.bank.statement.line"].flush_model()
        found = self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id
                  FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
                 WHERE %(open)s AND l.amount_residual_currency < 0
                   AND p.commercial_partner_id = ANY(%(partners)s)
                 UNION
                SELECT p.commercial_partner_id
                  FROM account_bank_statement_line s
                  JOIN account_move m ON m.id = s.move_id AND m.company_id = %(company)s
                  JOIN res_partner p ON p.id = s.partner_id
                 WHERE %(is_receipt)s
                   AND p.commercial_partner_id = ANY(%(partners)s)
                 UNION
                SELECT m.commercial_partner_id
                  FROM account_invoice_transaction_rel r
                  JOIN payment_transaction t ON t.id = r.transaction_id
                  JOIN account_move m ON m.id = r.invoice_id
                 WHERE r.invoice_id = ANY(%(moves)s)
                   AND %(is_online_payment)s
                 UNION
                SELECT m.commercial_partner_id
                  FROM account_move__account_payment r
                  JOIN account_payment y ON y.id = r.payment_id
                  JOIN account_move m ON m.id = r.invoice_id
                 WHERE r.invoice_id = ANY(%(moves)s)
                   AND %(is_registered)s
                """,
                open=facts._get_lines_condition(company),
                is_receipt=facts._get_receipt_condition(),
                is_online_payment=facts._get_online_payment_condition(),
                is_registered=facts._get_registered_condition(),
                company=company.id,
                partners=as_array({row.partner_id for row in rows}),
                moves=as_array({row.move_id for row in rows}),
            )
        )
        return [partner_id for (partner_id,) in found]
