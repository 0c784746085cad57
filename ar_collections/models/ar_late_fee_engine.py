"""Which charges debts bear: facts by SQL, a pure decision, one insert for a batch."""

from bisect import bisect_right
from typing import Any, NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..tools.charges import Charge, Terms, propose
from ..tools.interest import MissingRateError, first_day

# So many take one or two seconds.
BATCH_DEBTS = 5000


class Made(NamedTuple):
    """A charge that a debt bears: what is written and shown of it."""

    rule: Any
    row: Any
    charge: Charge
    terms: Terms
    announcement: Any = None


class Announcement(NamedTuple):
    """A message that announces charges: a notice, or one that is only foreseen.

    :param key: the id of the notice, or a number of the one foreseen
    :param line_ids: journal items of the debts that it reminds of
    :param item_ids: all debts that it asks for
    :param notice: the notice; ``None`` where there is none yet
    """

    key: int
    level: Any
    case_id: int | None
    line_ids: frozenset
    item_ids: frozenset
    notice: Any = None


class Tariff:
    """The rules in force for a company on a day, as plain values.

    :param level: that of the notice which announces charges; ``None``: the daily pass
    """

    def __init__(self, rules, company, day, level=None):
        self.company, self.day = company, day
        # What could not be computed, and whether it would have been booked.
        self.problems = {}
        scoped = [(rule, rule._get_scope(), bool(rule.level_ids)) for rule in rules]
        allowed = self._filter(rules, level)
        self.rules = [one for one in scoped if one[0] in allowed]
        self._scopes = {rule: scope for rule, scope, _is_linked in self.rules}
        # They hold whatever other rules and levels say.
        self._no_interest = [one for one in scoped if one[0].is_no_interest]
        self.has_exempt_products = any(
            scope.exempt_product_ids for _rule, scope, _is_linked in scoped
        )
        self._level = level
        self._terms = {}

    def _filter(self, rules, level):
        if level is None:
            return rules
        if level.charge_mode == "some":
            return rules & level.late_fee_rule_ids
        return rules.filtered(lambda rule: not rule.level_ids)

    def choose(self, row, known_rule_ids=()):
        """Give the first rule that fits a debt; none while the kind is not confirmed.

        The daily pass uses a rule that is linked to levels only for what it has charged.
        """
        if not row.is_confirmed:
            return None
        for rule, scope, _is_linked in self._no_interest:
            if self._fits(scope, row):
                return rule if rule in {one[0] for one in self.rules} else None
        for rule, scope, is_linked in self.rules:
            if self._level is None and is_linked and rule.id not in known_rule_ids:
                continue
            if self._fits(scope, row):
                return rule
        return None

    def get_void_reason(self, charge, row):
        """Tell why a charge that is not decided is not due any more, or ``None``.

        :param row: its debt; ``None`` where the debt bears no charges
        :return: ``rule``, ``debt`` or ``fit``
        """
        rule = charge.rule_id
        if rule not in self._scopes:
            return "rule"
        if row is None or self.day < first_day(row.due, rule.grace_days):
            return "debt"
        if not row.is_confirmed or not self._fits(self._scopes[rule], row):
            return "fit"
        spared = [one for one in self._no_interest if self._fits(one[1], row)]
        return "fit" if spared and rule not in {one[0] for one in spared} else None

    @staticmethod
    def _fits(scope, row):
        return scope.fits(
            row.kind, row.country_id, row.partner_id, row.due, row.product_ids or ()
        )

    def get_terms(self, rule, currency_id):
        """Give a rule's terms for debts in a currency, made once."""
        key = (rule.id, currency_id)
        if key not in self._terms:
            currency = rule.env["res.currency"].browse(currency_id)
            self._terms[key] = rule._get_terms(currency, self.company, self.day)
        return self._terms[key]


class ArLateFeeEngine(models.AbstractModel):
    _name = "ar.late.fee.engine"
    _description = "Engine of Late Fees and Interest"

    # === THE DAILY PASS === #

    @api.model
    def _propose_for_company(self, company, day):
        """Propose what debts of `company` bear on `day`, batch by batch.

        Open overdue debts, and those settled late whose interest is not charged yet.
        Each batch is committed; an interrupted pass goes on where it ended.

        :raise odoo.addons.ar_collections.models.ar_followup_run_work.OutOfTime: when
            the scheduled action has used its time
        """
        progress = self.env["ar.late.fee.pass"]._get_for(company)
        rules = self.env["ar.late.fee.rule"]._get_candidates(company)
        if not rules:
            return
        line_ids = self._find_candidates(company, day, progress._get_since())

        def step():
            first = bisect_right(line_ids, progress.cursor)
            batch = line_ids[first : first + BATCH_DEBTS]
            if not batch:
                return False
            problems = self._propose_for_lines(company, batch, day)
            progress.write(
                {
                    "cursor": batch[-1],
                    "is_incomplete": progress.is_incomplete or bool(problems),
                }
            )
            progress._note(problems)
            return True

        self.env["ar.followup.run"]._work_off(step)

    @api.model
    def _propose_for_lines(self, company, line_ids, day):
        """Propose what debts bear; what was charged stays charged once.

        :return: what could not be computed, and why: {text: whether it books}
        """
        rules = self.env["ar.late.fee.rule"]._get_candidates(company)
        tariff = Tariff(rules, company, day)
        rows = self._read_debts(company, line_ids, day, tariff.has_exempt_products)
        charged = self._read_charged(rows)
        made = []
        for row in rows:
            rule = tariff.choose(row, charged.get_rule_ids(row))
            if rule:
                made += self._decide_debt(tariff, rule, row, charged)
        self._insert(company, self._leave_out_covered(company, made, day), day)
        return tariff.problems

    @api.model
    def _get_calculator_defaults(self, move):
        """Give what the calculator starts with for an invoice, as a context.

        Its first instalment that is open, else the last, with what was matched, by the
        rule that fits now.
        """
        company = move.company_id
        lines = move.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and line.balance > 0
        ).sorted("date_maturity")
        lines = lines.filtered(lambda line: not line.reconciled)[:1] or lines[-1:]
        defaults = {
            "default_company_id": company.id,
            "default_currency_id": move.currency_id.id,
            "default_amount": move.amount_total,
            "default_due_date": lines[:1].date_maturity or move.invoice_date_due,
        }
        day = company._ar_today()
        rules = self.env["ar.late.fee.rule"]._get_candidates(company)
        tariff = Tariff(rules, company, day)
        for row in self._read_debts(company, lines[:1].ids, day)[:1]:
            defaults["default_amount"] = float(row.amount)
            defaults["default_payment_ids"] = [
                (0, 0, {"date": date_, "amount": float(amount)})
                for date_, amount in row.changes or ()
            ]
            rule = tariff.choose(row, rules.ids)
            if rule:
                defaults["default_rule_id"] = rule.id
        return defaults

    # === ONE DEBT === #

    @api.model
    def _decide_debt(self, tariff, rule, row, charged, announcement=None):
        """Give what one debt bears; a missing rate is told and stops nothing else.

        :return: list of `Made`
        """
        terms = tariff.get_terms(rule, row.currency_id)
        debt = charged.get_debt(row)
        try:
            charges = self._decide(rule, debt, terms, tariff.day, announcement)
        except MissingRateError as error:
            text = self._get_missing_rate_text(rule, error)
            is_booking = rule.mode == "automatic"
            tariff.problems[text] = is_booking or tariff.problems.get(text, False)
            return []
        made = [Made(rule, row, charge, terms, announcement) for charge in charges]
        charged.add(made, tariff.day)
        return made

    @api.model
    def _decide(self, rule, debt, terms, day, announcement):
        """Decide for one debt; other addons refine the result of the pure arithmetic.

        :param announcement: what announces the charges; ``None``: the daily pass
        :raise MissingRateError: when a reference rate is not known
        """
        return propose(debt, terms, day, "notice" if announcement else "pass")

    def _get_missing_rate_text(self, rule, error):
        return self.env._(
            "“%(rule)s” cannot be computed: no value of %(rate)s is known from %(day)s "
            "on. Import it under Settings, Reference rates.",
            rule=rule.name,
            rate=error.name,
            day=format_date(self.env, error.day),
        )

    def _check_problems(self, company, problems):
        """Refuse what would have been booked; tell those in charge of the rest.

        :raise UserError: where a rule that books with the notice cannot be computed
        """
        blocking = [text for text, is_booking in problems.items() if is_booking]
        if blocking:
            raise UserError("\n".join(sorted(blocking)))
        if problems:
            company._ar_tell_late_fees(problems)
