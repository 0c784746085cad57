"""What was charged, collected and waived, by rule, customer and month."""

from odoo import fields, models
from odoo.tools import SQL


class ArLateFeeReport(models.Model):
    _name = "ar.late.fee.report"
    _description = "Late Fees: charged, collected, waived"
    _auto = False
    _order = "date desc"

    date = fields.Date(readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    case_id = fields.Many2one("ar.collection.case", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    rule_id = fields.Many2one("ar.late.fee.rule", readonly=True)
    kind = fields.Selection(
        selection=lambda self: self.env["ar.late.fee"]._fields["kind"].selection,
        readonly=True,
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    charged = fields.Monetary(readonly=True, help="Booked, waived parts left out.")
    collected = fields.Monetary(
        readonly=True, help="The paid share of the document that books the charge."
    )
    waived = fields.Monetary(readonly=True)
    proposed = fields.Monetary(readonly=True, help="Waits for a decision.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT f.id, f.date, f.company_id, f.case_id, f.partner_id, f.rule_id, f.kind,
                   f.currency_id,
                   CASE WHEN f.state = 'posted' THEN f.amount ELSE 0 END AS charged,
                   CASE WHEN f.state = 'posted' AND d.asked > 0
                        THEN f.amount * (1 - d.open / d.asked)
                        ELSE 0 END AS collected,
                   f.waived_amount AS waived,
                   CASE WHEN f.state = 'proposed' THEN f.amount ELSE 0 END AS proposed
              FROM ar_late_fee f
         LEFT JOIN LATERAL (
                SELECT SUM(l.amount_residual) AS open,
                       SUM(l.balance - COALESCE((
                            SELECT SUM(r.amount)
                              FROM account_partial_reconcile r
                              JOIN account_move_line c ON c.id = r.credit_move_id
                              JOIN account_move credit ON credit.id = c.move_id
                             WHERE r.debit_move_id = l.id
                               AND credit.reversed_entry_id = l.move_id), 0)) AS asked
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id
                 WHERE l.move_id = f.document_id AND l.parent_state = 'posted'
                   AND a.account_type = 'asset_receivable'
               ) d ON TRUE
             WHERE f.state <> 'cancelled'
            """
        )
