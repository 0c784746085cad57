"""What customers could cost us now."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL, ormcache

from ..const import EXPOSURE_PARTS
from ..tools.credit import ZERO, Exposure


class ArCreditExposure(models.AbstractModel):
    """Sums the parts of the exposure: one query a source, for any number of customers.

    Other addons add parts in `_get_parts`. Amounts are `Decimal`, in the currency of the
    root company, which counts its branches.
    """

    _name = "ar.credit.exposure"
    _description = "Exposure of Customers"

    @api.model
    def _get_exposures(self, company, partner_ids, exclude=None):
        """Give the exposure of customers to a root company and its branches.

        :param partner_ids: ids of commercial partners
        :param exclude: documents that are left out, as the one that is to be checked
        :return: {partner id: Exposure}
        """
        company = company.sudo().root_id
        counted = company._ar_get_counted_parts()
        # The queries go by the customer that a contact belongs to.
        self.env["res.partner"].flush_model(["commercial_partner_id"])
        parts, overdue = self.sudo()._get_parts(company, list(partner_ids), exclude)
        return {
            partner_id: Exposure(
                {
                    code: parts[partner_id][code]
                    for code, _label in EXPOSURE_PARTS
                    if code in counted and parts[partner_id].get(code)
                },
                overdue.get(partner_id, ZERO) if "receivable" in counted else ZERO,
                min(parts[partner_id].get("credits", ZERO), ZERO),
            )
            for partner_id in partner_ids
        }

    def _get_parts(self, company, partner_ids, exclude):
        """Give ({partner id: {code: amount}}, {partner id: overdue amount})."""
        parts, overdue = defaultdict(dict), {}
        for partner_id, debts, late, credits in self._get_ledger_sums(
            company, partner_ids, exclude
        ):
            parts[partner_id] = {"receivable": Decimal(debts), "credits": Decimal(credits)}
            overdue[partner_id] = Decimal(late)
        for partner_id, amount in self._get_draft_sums(company, partner_ids, exclude):
            parts[partner_id]["draft_invoices"] = self._round(company, Decimal(amount))
        return parts, overdue

    # === SQL: sums over all customers, which the ORM would do in several passes === #

    def _get_ledger_sums(self, company, partner_ids, exclude):
        self.env["account.move.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id,
                       COALESCE(SUM(l.amount_residual) FILTER (
                           WHERE l.amount_residual > 0), 0)::text,
                       COALESCE(SUM(l.amount_residual) FILTER (
                           WHERE l.amount_residual > 0
                             AND COALESCE(l.date_maturity, l.date) < %s), 0)::text,
                       COALESCE(SUM(l.amount_residual) FILTER (
                           WHERE l.amount_residual < 0), 0)::text
                  FROM res_partner p
                  JOIN account_move_line l
                    ON l.partner_id = p.id AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE AND l.company_id = ANY(%s)
                   AND l.account_id = ANY(%s)
                 WHERE p.commercial_partner_id = ANY(%s) AND l.move_id <> ALL(%s)
              GROUP BY p.commercial_partner_id
                """,
                company._ar_today(),
                self._get_company_ids(company),
                self._get_receivable_ids(company),
                partner_ids,
                self._get_excluded_ids(exclude, "account.move"),
            )
        )

    def _get_draft_sums(self, company, partner_ids, exclude):
        """Sum draft invoices: of each, the share of the lines that count here.

        Where an invoice asks for credit, none counts: the first that is posted has it, as
        with quotations. Else two of them would hold each other for ever.
        """
        if exclude is not None and exclude._name == "account.move":
            return []
        self.env["account.move"].flush_model()
        self.env["account.move.line"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT p.commercial_partner_id,
                       SUM(m.amount_total_signed * l.counted / l.everything)::text
                  FROM res_partner p
                  JOIN account_move m ON m.partner_id = p.id
                  JOIN LATERAL (
                        SELECT SUM(l.price_total) AS everything,
                               COALESCE(SUM(l.price_total) FILTER (WHERE %s), 0) AS counted
                          FROM account_move_line l
                         WHERE l.move_id = m.id AND l.display_type = 'product'
                       ) l ON l.everything <> 0
                 WHERE m.state = 'draft' AND m.move_type IN ('out_invoice', 'out_receipt')
                   AND m.company_id = ANY(%s) AND p.commercial_partner_id = ANY(%s)
              GROUP BY p.commercial_partner_id
                """,
                self._get_draft_line_condition(),
                self._get_company_ids(company),
                partner_ids,
            )
        )

    def _get_draft_line_condition(self):
        """Give the condition on `l`, a line of a draft invoice that is no part of an order."""
        return SQL("TRUE")

    # === HELP === #

    def _get_company_ids(self, company):
        """Give the ids of a root company and its branches."""
        return list(self._get_branch_ids(company.id))

    def _get_receivable_ids(self, company):
        """Give the ids of the receivable accounts of a root company and its branches."""
        accounts = self.env["account.account"]
        companies = self.env["res.company"].browse(self._get_company_ids(company))
        return list({i for one in companies for i in accounts._ar_get_receivable_ids(one)})

    @ormcache("company_id")
    def _get_branch_ids(self, company_id):
        """Remember the tree of companies: core forgets it with every company it creates."""
        companies = self.env["res.company"].sudo().with_context(active_test=False)
        return tuple(companies.search([("id", "child_of", company_id)]).ids)

    def _get_excluded_ids(self, exclude, model):
        return exclude.ids if exclude is not None and exclude._name == model else []

    def _round(self, company, amount):
        """Round a `Decimal` to the currency of `company`."""
        if not amount:
            return ZERO
        return Decimal(str(company.currency_id.round(float(amount))))
