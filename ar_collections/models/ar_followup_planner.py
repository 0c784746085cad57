"""Planning: facts, decision, and the notices that follow, batch by batch."""

import logging
from collections import Counter
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL, split_every
from odoo.tools.gc import disabling_gc

from ..const import PLAN_BATCH_DEBTS
from ..tools.ladder import decide
from ..tools.ladder_notices import limit
from ..tools.ladder_values import Customer, Decision, Rules

_logger = logging.getLogger(__name__)


class Decided(NamedTuple):
    """The decision on a customer, with what it was taken from."""

    customer: Customer
    policy: models.BaseModel
    rules: Rules | None
    decision: Decision


class ArFollowupPlanner(models.AbstractModel):
    _name = "ar.followup.planner"
    _description = "Planner of Follow-up Runs"

    # === SEAM === #

    @api.model
    def _decide(self, customer, debts, rules, day):
        """Decide for one customer; other addons refine the result of the pure ladder.

        :rtype: odoo.addons.ar_collections.tools.ladder_values.Decision
        """
        return decide(customer, debts, rules, day)

    # === ENTRY POINTS === #

    @api.model
    def _plan_batch(self, run, batch):
        """Plan the customers of a batch, one by one where they fail together.

        :raise psycopg2.OperationalError: another transaction is in the way; the batch
            is planned again in a new one
        """
        self._prefer_indexes()
        partner_ids = self._get_partner_ids(run, batch)
        try:
            # Tuples of plain values: nothing for the garbage collector to find.
            with self.env.cr.savepoint(), disabling_gc():
                reasons = self._plan_partners(run, partner_ids)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # noqa: BLE001
            _logger.warning("Batch %s of run %s failed as a whole", batch.id, run.id)
            reasons = self._plan_one_by_one(run, batch, partner_ids)
        self._log_reasons(run, batch, reasons)
        batch.is_done = True

    @api.model
    def _preview(self, run):
        """Give what `run` would say, as a list of dicts; nothing is written."""
        return [
            self._preview_line(customer, proposal, line)
            for customer, proposal in self._propose(run)
            for line in proposal.climbing
        ]

    @api.model
    def _propose(self, run):
        """Give what `run` would say, as (customer, proposal); nothing is written."""
        proposed = 0
        for partner_ids in split_every(PLAN_BATCH_DEBTS, self._get_open_partner_ids(run)):
            decisions = self._decide_all(run.company_id, partner_ids, run.as_of, run)
            for decided in self._apply_run_limit(run, decisions, proposed):
                for proposal in decided.decision.proposals:
                    proposed += 1
                    yield decided.customer, proposal

    @api.model
    def _ensure_items(self, company, partner_ids):
        """Put debts on the ladder that no run has seen yet, without proposing anything.

        :raise UserError: where follow-up is not switched on; which debts wait for the
            opening review is only known with the start date
        """
        if not company._ar_get_settings_company().ar_start_date:
            raise UserError(
                self.env._(
                    "Follow-up is not switched on for %(company)s: "
                    "switch on one of its policies first.",
                    company=company.name,
                )
            )
        cases = self.env["ar.collection.case"]
        cases._adopt_cases(company, partner_ids)
        cases._ensure_cases(company, partner_ids)
        self._refresh(company, partner_ids, is_adding=True)

    @api.model
    def _refresh(self, company, partner_ids, day=None, *, is_adding=False):
        """Decide anew what comes next for customers, without proposing anything.

        :param day: by default the company's own
        :param is_adding: put debts on the ladder that are not on it yet
        """
        day = day or company._ar_today()
        rows = self.env["ar.followup.facts"]._read_matched_rows(company, partner_ids)
        lines = [
            (decided.customer, line)
            for decided in self._decide_all(company, partner_ids, day, rows=rows)
            for line in decided.decision.lines
            if is_adding or line.debt.item_id
        ]
        self._write_outlooks(lines, day, company)

    # === CUSTOMERS === #

    def _get_partner_ids(self, run, batch):
        """Give the customers of a batch who have open lines (and are chosen)."""
        return self._read_partner_ids(
            run,
            SQL(
                "p.commercial_partner_id BETWEEN %s AND %s",
                batch.partner_from,
                batch.partner_to,
            ),
        )

    @api.model
    def _get_open_partner_ids(self, run):
        """Give the customers with open lines whom `run` concerns, stored or not."""
        return self._read_partner_ids(run, SQL("TRUE"))

    def _read_partner_ids(self, run, condition):
        facts = self.env["ar.followup.facts"]
        facts._flush_ledger()
        chosen = SQL("TRUE")
        if run.partner_ids:
            chosen = SQL(
                "p.commercial_partner_id = ANY(%s)",
                run.partner_ids.commercial_partner_id.ids,
            )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT p.commercial_partner_id
                  FROM account_move_line l JOIN res_partner p ON p.id = l.partner_id
                 WHERE %s AND %s AND %s
              ORDER BY p.commercial_partner_id
                """,
                facts._get_lines_condition(run.company_id),
                chosen,
                condition,
            )
        )
        return [partner_id for (partner_id,) in rows]

    # === DECIDE === #

    def _decide_all(self, company, partner_ids, day, run=None, **known):
        """Decide for customers with open debts, one after the other.

        :param known: what the facts are to know besides, see their `_gather`
        """
        rules = {}
        facts = self.env["ar.followup.facts"]._gather(
            company, partner_ids, day, run=run, **known
        )
        for customer, debts, policy in facts:
            if policy.id not in rules:
                rules[policy.id] = policy._get_rules(company, day) if policy else None
            decision = self._decide(customer, debts, rules[policy.id], day)
            yield Decided(customer, policy, rules[policy.id], decision)

    def _apply_run_limit(self, run, decisions, proposed=0):
        """Keep the notices of the day under the company's maximum (L0).

        :param proposed: notices of the run that are not written
        """
        maximum = run.company_id._ar_get_settings_company().ar_max_per_day
        if not maximum:
            return decisions
        left = maximum - self._count_notices_of_day(run) - proposed
        return self._limit(decisions, left, run.as_of)

    @api.model
    def _limit(self, decisions, left, day):
        """Keep the first `left` notices; those come first whose debts wait longest."""
        limited = []
        for decided in sorted(decisions, key=_get_first_day):
            decision = limit(decided.decision, max(left, 0), decided.rules, day)
            left -= len(decision.proposals)
            limited.append(decided._replace(decision=decision))
        return limited

    def _count_notices_of_day(self, run):
        """Count what other batches and runs have proposed for the day.

        Nobody else counts meanwhile: see `_take_turn` of runs.
        """
        self.env["ar.followup.notice"].flush_model()
        return self.env["ar.followup.notice"].search_count(
            [
                ("company_id", "=", run.company_id.id),
                ("as_of", "=", run.as_of),
                ("state", "!=", "cancelled"),
                ("is_test", "=", run.is_test),
            ]
        )

    # === PLAN === #

    def _execute(self, statement):
        """Run a statement that another transaction may be in the way of.

        That is no error to be logged: the batch is then planned again.
        """
        self.env.cr.execute(statement, log_exceptions=False)

    def _prefer_indexes(self):
        """Have this transaction look a batch's rows up, and never read a whole table.

        PostgreSQL weighs by what disks cost that have to move a head, and by statistics
        that are old while a run fills empty tables: it would then read all customers,
        cases and items for each batch.
        """
        for setting in (
            SQL("SET LOCAL random_page_cost = 1.1"),
            SQL("SET LOCAL max_parallel_workers_per_gather = 0"),
            SQL("SET LOCAL jit = off"),
        ):
            self.env.cr.execute(setting)

    def _plan_partners(self, run, partner_ids):
        """Plan customers in one go.

        :return: Counter of the reasons of their debts
        """
        company = run.company_id
        cases = self.env["ar.collection.case"]
        cases._adopt_cases(company, partner_ids)
        cases._ensure_cases(company, partner_ids)
        rows = self.env["ar.followup.facts"]._read_matched_rows(company, partner_ids)
        decisions = list(
            self._decide_all(company, partner_ids, run.as_of, run, rows=rows)
        )
        decisions = self._apply_run_limit(run, decisions)
        lines = [
            (decided.customer, line)
            for decided in decisions
            for line in decided.decision.lines
        ]
        items = self._write_outlooks(lines, run.as_of, company, is_test=run.is_test)
        self._write_notices(run, decisions, items)
        if not run.is_test:
            self._make_end_tasks(lines, items, run.as_of)
        return Counter(line.step.reason for _customer, line in lines)

    def _plan_one_by_one(self, run, batch, partner_ids):
        reasons = Counter()
        for partner_id in partner_ids:
            try:
                with self.env.cr.savepoint():
                    reasons += self._plan_partners(run, [partner_id])
            except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
                raise
            except Exception as error:  # noqa: BLE001
                # The error may name the customer: it stays in the database.
                _logger.info("Customer %s failed: %s", partner_id, type(error).__name__)
                self.env["ar.followup.run.entry"].create(
                    {
                        "run_id": run.id,
                        "batch_id": batch.id,
                        "is_failure": True,
                        "partner_id": partner_id,
                        "message": str(error)[:500],
                    }
                )
        return reasons

    def _log_reasons(self, run, batch, reasons):
        self.env["ar.followup.run.entry"].create(
            [
                {"run_id": run.id, "batch_id": batch.id, "reason": reason, "debts": count}
                for reason, count in reasons.items()
            ]
        )

    def _preview_line(self, customer, proposal, line):
        return {
            "partner_id": customer.partner_id,
            "recipient_id": proposal.recipient_id,
            "channel": proposal.channel,
            "level_id": line.step.level.id,
            "move_line_id": line.debt.line_id,
            "due_date": line.debt.due,
            "open_amount": line.debt.open,
            "claim": line.claim,
            "currency_id": line.debt.currency_id,
            "reason": line.step.reason,
        }


def _get_first_day(decided):
    """Give the order of customers under a maximum: whose debt has waited longest."""
    days = [
        line.step.day
        for proposal in decided.decision.proposals
        for line in proposal.climbing
    ]
    return (not days, min(days, default=None), decided.customer.partner_id)
