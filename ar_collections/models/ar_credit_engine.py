"""Whether customers get more credit: facts, decision."""

from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..const import EXPOSURE_PARTS
from ..tools import credit
from ..tools.credit import Exposure, Facts, Group, Terms

# What a check asks of a company, which has some hundred and fifty fields.
_COMPANY_FIELDS = (
    "active",
    "parent_path",
    "currency_id",
    "resource_calendar_id",
    "ar_start_date",
    "ar_tz",
    "ar_is_undecided_stopped",
    "ar_credit_overdue_days",
    "ar_credit_overdue_from",
    *(f"ar_is_counting_{code}" for code, _label in EXPOSURE_PARTS),
)


class Check(NamedTuple):
    """What speaks against more credit for a customer, and what was looked at."""

    exposure: Exposure
    facts: Facts
    terms: Terms
    asked: Decimal
    reasons: list
    group: Group | None = None

    @property
    def limit(self):
        """The credit that may be used; ``None`` for as much as they like."""
        is_groups = self.group and self.group.is_decided and self.terms.state == "undecided"
        return self.group.limit if is_groups else credit.get_limit(self.terms)

    @property
    def free(self):
        """What is free of the customer's own credit, and of the group's."""
        own = None if self.limit is None else self.limit - self.exposure.total - self.asked
        frees = [own, self.group.free if self.group else None]
        return min((free for free in frees if free is not None), default=None)


class ArCreditEngine(models.AbstractModel):
    """Gathers facts with one query a source, and has a pure function decide.

    Customers are told by commercial partner and root company, so that those without a
    case can be looked at as well.
    """

    _name = "ar.credit.engine"
    _description = "Credit Checks"

    @api.model
    def _check(self, company, asked, exclude=None):
        """Check what customers ask of a root company's credit.

        :param asked: {commercial partner id: amount in the root company's currency}
        :param exclude: the documents that ask, left out of what is owed already
        :return: {partner id: Check}
        """
        company.sudo().fetch(_COMPANY_FIELDS)
        engine, company = self.sudo(), company.sudo().root_id
        partner_ids = list(asked)
        exposures = self.env["ar.credit.exposure"]._get_exposures(
            company, partner_ids, exclude
        )
        facts = engine._get_facts(company, partner_ids, exposures)
        terms = engine._get_terms(company, partner_ids)
        today = company._ar_today()
        return {
            partner_id: Check(
                exposures[partner_id],
                facts[partner_id],
                terms[partner_id],
                asked[partner_id],
                credit.decide(facts[partner_id], terms[partner_id], asked[partner_id], today),
            )
            for partner_id in partner_ids
        }

    # === FACTS === #

    def _get_terms(self, company, partner_ids):
        """Give what was decided; customers without a case are not decided."""
        rules = {
            "is_undecided_stopped": company.ar_is_undecided_stopped,
            "overdue_from": Decimal(str(company.ar_credit_overdue_from)),
        }
        terms = dict.fromkeys(partner_ids, Terms(**rules))
        for partner_id, state, review_date, limit in self._get_decisions(
            company, partner_ids
        ):
            terms[partner_id] = Terms(state, Decimal(limit), review_date, **rules)
        return terms

    def _get_facts(self, company, partner_ids, exposures):
        late = {
            partner_id: max(Decimal(amount) + exposures[partner_id].free, credit.ZERO)
            for partner_id, amount in self._get_late_sums(company, partner_ids)
        }
        levels = self._get_levels(company, partner_ids, exposures)
        by_hand = self.env["ar.credit.hold"]._get_stops_by_hand(company, partner_ids)
        return {
            partner_id: Facts(
                exposure=exposures[partner_id].total,
                late=late.get(partner_id, credit.ZERO),
                level=levels.get(partner_id),
                by_hand=by_hand.get(partner_id),
            )
            for partner_id in partner_ids
        }

    def _get_levels(self, company, partner_ids, exposures):
        """Give {partner id: name of the level that stops credit}.

        Money that is not matched yet has paid the debts that have come to such a level,
        and what is disputed or in a payment plan stops nothing.
        """
        levels = dict(self._get_stopping_levels(company, partner_ids))
        if not levels:
            return {}
        open_sums = dict(self._get_stopping_sums(company, list(levels)))
        names = self.env["ar.followup.level"].browse(levels.values())
        names = {level.id: level.name for level in names}
        return {
            partner_id: names[level_id]
            for partner_id, level_id in levels.items()
            if Decimal(open_sums.get(partner_id, 0)) + exposures[partner_id].free > credit.ZERO
        }

    # === SQL: a customer may have thousands of open debts, a check is asked for often === #

    def _get_decisions(self, company, partner_ids):
        """Read the credit of cases; an increase counts to the day beside it."""
        self.env["ar.collection.case"].flush_model()
        partners = self.env["res.partner"].with_company(company)
        partners.flush_model(["credit_limit"])
        return self.env.execute_query(
            SQL(
                """
                SELECT c.partner_id, c.credit_state, c.credit_review_date,
                       (ROUND((p.credit_limit + CASE
                                WHEN c.credit_increase_until >= %(today)s
                                THEN COALESCE(c.credit_increase, 0) ELSE 0 END)
                              / r.rounding) * r.rounding)::text
                  FROM ar_collection_case c
                  JOIN (SELECT p.id, COALESCE(%(limit)s, 0)::numeric AS credit_limit
                          FROM res_partner p) p ON p.id = c.partner_id
                  JOIN res_currency r ON r.id = %(currency)s
                 WHERE c.company_id = %(company)s AND c.partner_id = ANY(%(partners)s)
                """,
                today=company._ar_today(),
                limit=partners._field_to_sql("p", "credit_limit"),
                currency=company.currency_id.id,
                company=company.id,
                partners=partner_ids,
            )
        )

    def _get_late_sums(self, company, partner_ids):
        """Sum what is overdue for longer than the company bears, before free credits."""
        condition = SQL(
            "COALESCE(l.date_maturity, l.date) < %s - %s",
            company._ar_today(),
            company.ar_credit_overdue_days,
        )
        return self._get_debt_sums(company, partner_ids, condition)

    def _get_stopping_sums(self, company, partner_ids):
        """Sum what is open of debts that have come to a level that stops credit."""
        condition = SQL(
            """
            EXISTS (SELECT 1
                      FROM ar_followup_item i
                      JOIN ar_followup_level reached ON reached.id = i.rung_level_id
                      JOIN ar_followup_level stop
                        ON stop.policy_id = reached.policy_id AND stop.is_stopping_credit
                       AND stop.days <= i.rung_days
                     WHERE i.move_line_id = l.id AND i.rung_days > 0)
            """
        )
        return self._get_debt_sums(company, partner_ids, condition)

    def _get_debt_sums(self, company, partner_ids, condition):
        """Sum open debts, before free credits.

        Disputed amounts, payment plans, blocked invoices and charges are left out.

        :param condition: SQL on `l`, the journal item of a debt
        """
        for model in ("account.move.line", "ar.collection.hold", "ar.followup.item"):
            self.env[model].flush_model()
        exposures = self.env["ar.credit.exposure"]
        return self.env.execute_query(
            SQL(
                """
                WITH holds AS MATERIALIZED (
                    SELECT h.amount, h.move_id, h.item_id, i.move_line_id,
                           c.partner_id, c.company_id
                      FROM ar_collection_hold h
                      JOIN ar_collection_case c ON c.id = h.case_id
                 LEFT JOIN ar_followup_item i ON i.id = h.item_id
                     WHERE c.partner_id = ANY(%(partners)s)
                       AND c.company_id = ANY(%(companies)s)
                       AND h.active AND h.reason IN ('dispute', 'plan')
                       AND (h.until IS NULL OR h.until >= %(today)s)
                ), late AS MATERIALIZED (
                    SELECT p.commercial_partner_id AS partner_id, l.id, l.move_id,
                           l.company_id, l.amount_residual, l.amount_residual_currency,
                           m.amount_residual AS move_residual
                      FROM res_partner p
                      JOIN account_move_line l
                        ON l.partner_id = p.id AND l.parent_state = 'posted'
                       AND l.reconciled IS NOT TRUE AND l.amount_residual > 0
                       AND l.company_id = ANY(%(companies)s)
                       AND l.account_id = ANY(%(accounts)s)
                      JOIN account_move m ON m.id = l.move_id
                     WHERE p.commercial_partner_id = ANY(%(partners)s) AND %(condition)s
                       AND m.ar_is_charge IS NOT TRUE
                       AND COALESCE(m.payment_state, '') <> 'blocked'
                ), held AS (
                    SELECT l.id, SUM(
                               CASE WHEN COALESCE(h.amount, 0) = 0 THEN l.amount_residual
                                    ELSE h.amount * l.amount_residual / NULLIF(
                                        CASE WHEN h.move_id IS NULL
                                             THEN l.amount_residual_currency
                                             ELSE l.move_residual END, 0)
                                    END) AS amount
                      FROM holds h
                      JOIN late l
                        ON h.move_line_id = l.id OR h.move_id = l.move_id
                        OR (h.item_id IS NULL AND h.move_id IS NULL
                            AND h.partner_id = l.partner_id
                            AND h.company_id = l.company_id)
                  GROUP BY l.id
                )
                SELECT l.partner_id,
                       SUM(GREATEST(l.amount_residual - COALESCE(h.amount, 0), 0))::text
                  FROM late l LEFT JOIN held h ON h.id = l.id
              GROUP BY l.partner_id
                """,
                partners=partner_ids,
                companies=exposures._get_company_ids(company),
                accounts=exposures._get_receivable_ids(company),
                today=company._ar_today(),
                condition=condition,
            )
        )

    def _get_stopping_levels(self, company, partner_ids):
        """Find the highest level reached that stops credit, one row a customer."""
        self.env["ar.followup.level"].flush_model()
        return self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT ON (p.commercial_partner_id)
                       p.commercial_partner_id, stop.id
                  FROM res_partner p
                  JOIN ar_followup_item i ON i.partner_id = p.id AND i.rung_days > 0
                  JOIN account_move_line l
                    ON l.id = i.move_line_id AND l.parent_state = 'posted'
                   AND l.reconciled IS NOT TRUE
                  JOIN ar_followup_level reached ON reached.id = i.rung_level_id
                  JOIN ar_followup_level stop
                    ON stop.policy_id = reached.policy_id AND stop.is_stopping_credit
                   AND stop.days <= i.rung_days
                 WHERE p.commercial_partner_id = ANY(%s) AND i.company_id = ANY(%s)
              ORDER BY p.commercial_partner_id, stop.days DESC
                """,
                partner_ids,
                self.env["ar.credit.exposure"]._get_company_ids(company),
            )
        )
