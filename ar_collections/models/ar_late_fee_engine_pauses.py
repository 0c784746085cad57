"""Days on which a customer was stopped: they bear no interest, also afterwards."""

from collections import defaultdict

from odoo import models
from odoo.tools import SQL

from ..const import CUSTOMER_STOPS
from ..tools.interest import Pause
from ..tools.sql_rows import as_array


class ArLateFeeEngine(models.AbstractModel):
    _inherit = "ar.late.fee.engine"

    def _with_pauses(self, company, rows):
        """Add the pauses of their customers to debts."""
        pauses = self._read_pauses(company, {row.partner_id for row in rows})
        if not pauses:
            return rows
        return [
            row._replace(pauses=pauses[row.partner_id]) if row.partner_id in pauses else row
            for row in rows
        ]

    def _read_pauses(self, company, partner_ids):
        """Give {customer id: pauses}, by stops whose days bear no interest.

        A stop counts in all companies of a family, to the day before it was lifted.

        SQL: one statement for a batch; few customers were ever stopped.
        """
        found = self.env.execute_query(
            SQL(
                """
                SELECT k.partner_id, h.date,
                       CASE WHEN h.active THEN h.until
                            ELSE LEAST(h.until, h.lifted_date - 1) END
                  FROM ar_collection_hold h
                  JOIN ar_collection_case k ON k.id = h.case_id
                  JOIN res_company b ON b.id = k.company_id
                 WHERE h.reason = ANY(%(stops)s) AND h.is_interest_running IS NOT TRUE
                   AND (h.active OR h.lifted_date IS NOT NULL)
                   AND b.parent_path LIKE %(family)s AND k.partner_id = ANY(%(partners)s)
              ORDER BY h.date, h.id
                """,
                stops=sorted(CUSTOMER_STOPS),
                family=f"{company.root_id.id}/%",
                partners=as_array(partner_ids),
            )
        )
        pauses = defaultdict(tuple)
        for partner_id, first, last in found:
            if last is None or last >= first:
                pauses[partner_id] += (Pause(first, last),)
        return dict(pauses)
