"""Import the decisions of the opening review from a CSV file."""

import base64
from collections import defaultdict
from datetime import datetime
from typing import NamedTuple

from odoo import Command, fields, models
from odoo.exceptions import UserError

from ..models.ar_followup_item_by_hand import REVIEW_DECISIONS
from ..tools.csv_rows import CsvError, read_rows

COLUMNS = ("customer", "invoice", "level", "last_contact", "decision")


class Decision(NamedTuple):
    """A good row: what is decided for which debts."""

    items: models.BaseModel
    decision: str
    level: models.BaseModel
    last_contact: object


class RowError(ValueError):
    """A row is bad; the message says what is wrong with it."""


class ArFollowupReviewImport(models.TransientModel):
    _name = "ar.followup.review.import"
    _description = "Import the Opening Review"
    _inherit = "ar.window.mixin"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        readonly=True,
    )
    file = fields.Binary(string="CSV file", required=True, attachment=False)
    file_name = fields.Char()
    problem_ids = fields.One2many(
        "ar.followup.review.import.problem", "wizard_id", string="Rows to mend"
    )

    # === ACTIONS === #

    def action_import(self):
        """Take all decisions of the file, or none: bad rows are listed, all at once."""
        self.ensure_one()
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.company_id.check_access("read")
        decisions, problems = self._read()
        if problems:
            commands = [
                Command.create({"line": line, "problem": problem})
                for line, problem in problems
            ]
            self.problem_ids = [Command.clear(), *commands]
            return self._get_form_action()
        for decision in decisions:
            decision.items.action_review(
                decision.decision,
                self.env._("Imported from %(file)s", file=self.file_name or "CSV"),
                decision.level,
                decision.last_contact,
            )
        return self._get_result_action(decisions)

    def _get_form_action(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Import the opening review"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    def _get_result_action(self, decisions):
        count = sum(len(decision.items) for decision in decisions)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%(count)s debts were reviewed.", count=count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }

    # === READ === #

    def _read(self):
        """Read and check the file.

        :return: list of decisions, list of (line, problem)
        """
        rows = self._read_rows()
        finder = _Finder(self.env, self.company_id)
        finder.load({row.values["customer"] for row in rows} - {""})
        decisions, problems, seen = [], [], {}
        for row in rows:
            try:
                decision = self._read_row(finder, row.values)
                self._check_once(decision, row.line, seen)
                decisions.append(decision)
            except RowError as error:
                problems.append((row.line, str(error)))
        return decisions, problems

    def _read_rows(self):
        try:
            rows = read_rows(base64.b64decode(self.file), COLUMNS)
        except CsvError as error:
            raise UserError(
                self.env._(
                    "The file cannot be read (%(problem)s). It needs a first line with "
                    "the columns %(columns)s, in UTF-8, UTF-16 or Latin-1.",
                    problem=error,
                    columns=", ".join(COLUMNS),
                )
            ) from error
        if not rows:
            raise UserError(self.env._("The file has no rows below its header."))
        return rows

    def _read_row(self, finder, values):
        items = self._find_items(finder, values)
        decision = values["decision"].lower()
        if decision not in dict(REVIEW_DECISIONS):
            raise RowError(
                self.env._(
                    "Decision “%(decision)s” is not first, level or skip.",
                    decision=values["decision"],
                )
            )
        level, last_contact = self.env["ar.followup.level"], None
        if decision == "level":
            level = self._find_level(finder, items, values["level"])
            last_contact = self._read_day(values["last_contact"])
        return Decision(items, decision, level, last_contact)

    def _check_once(self, decision, line, seen):
        for item in decision.items:
            if item.id in seen:
                raise RowError(
                    self.env._(
                        "The invoice is in line %(line)s too.", line=seen[item.id]
                    )
                )
            seen[item.id] = line

    def _find_items(self, finder, values):
        """Find the debts of an invoice that wait for the review."""
        cases = finder.find_cases(values["customer"])
        if not cases:
            raise RowError(
                self.env._(
                    "No customer “%(customer)s” with open debts.",
                    customer=values["customer"],
                )
            )
        if len(cases) > 1:
            raise RowError(
                self.env._(
                    "Several customers are called “%(customer)s”: give the reference.",
                    customer=values["customer"],
                )
            )
        items = finder.find_items(cases, values["invoice"])
        if not items:
            raise RowError(
                self.env._(
                    "%(customer)s has no open invoice “%(invoice)s”.",
                    customer=values["customer"],
                    invoice=values["invoice"],
                )
            )
        waiting = items.filtered(lambda item: item.review_state == "opening")
        if not waiting:
            raise RowError(
                self.env._(
                    "Invoice “%(invoice)s” does not wait for the opening review.",
                    invoice=values["invoice"],
                )
            )
        return waiting

    def _find_level(self, finder, items, text):
        levels = finder.get_levels(items.case_id)
        try:
            days = int(text)
        except ValueError:
            days = None
        level = levels.filtered(lambda level: level.days == days)
        if not level:
            known = ", ".join(str(level.days) for level in levels) or self.env._("none")
            raise RowError(
                self.env._(
                    "“%(level)s” is no level of the customer's policy; its levels are "
                    "on day %(known)s.",
                    level=text,
                    known=known,
                )
            )
        return level

    def _read_day(self, text):
        """Read a date as 2026-12-31, or as the user's language writes it."""
        language = self.env["res.lang"]._lang_get(self.env.user.lang)
        for pattern in ("%Y-%m-%d", language.date_format):
            try:
                day = datetime.strptime(text, pattern).date()  # noqa: DTZ007
                break
            except (TypeError, ValueError):
                continue
        else:
            raise RowError(
                self.env._("“%(day)s” is no date: write it as 2026-12-31.", day=text)
            )
        if day > self.company_id._ar_today():
            raise RowError(self.env._("The last contact is in the future."))
        return day


class ArFollowupReviewImportProblem(models.TransientModel):
    _name = "ar.followup.review.import.problem"
    _description = "Bad Row of an Opening Review"
    _order = "line, id"

    wizard_id = fields.Many2one(
        "ar.followup.review.import", required=True, ondelete="cascade"
    )
    line = fields.Integer()
    problem = fields.Char()


class _Finder:
    """Finds customers, debts and levels of a file with a few queries for all rows."""

    def __init__(self, env, company):
        self.env = env
        self.company = company
        self._refs = defaultdict(env["ar.collection.case"].browse)
        self._names = defaultdict(env["ar.collection.case"].browse)
        self._items = defaultdict(env["ar.followup.item"].browse)
        self._levels = {}

    def load(self, names):
        """Put the debts of the named customers on the ladder, and remember them."""
        names = list(names)
        partners = self.env["res.partner"].search(
            ["|", ("ref", "in", names), ("name", "in", names)]
        )
        if not partners:
            return
        planner = self.env["ar.followup.planner"].sudo()
        planner._ensure_items(self.company, partners.commercial_partner_id.ids)
        self._load_items(partners)
        cases = {case.partner_id: case for case, _number in self._items}
        for partner in partners:
            if case := cases.get(partner.commercial_partner_id):
                self._refs[partner.ref] |= case
                self._names[partner.name] |= case

    def _load_items(self, partners):
        domain = [
            ("company_id", "=", self.company.id),
            ("partner_id", "in", partners.commercial_partner_id.ids),
            ("is_open", "=", True),
        ]
        for item in self.env["ar.followup.item"].search(domain):
            move = item.sudo().move_id
            for number in {move.name, move.ref} - {False}:
                self._items[item.case_id, number] |= item

    def find_cases(self, name):
        """Give the cases of the customers called so; a reference is meant before a name."""
        return self._refs.get(name) or self._names[name]

    def find_items(self, case, number):
        """Give a customer's open debts of an invoice, by its number or reference."""
        return self._items[case, number]

    def get_levels(self, case):
        """Give the levels after due that a customer's debts may stand on."""
        if case not in self._levels:
            policy = case.sudo()._get_policy()
            self._levels[case] = policy.level_ids.filtered(lambda level: level.days > 0)
        return self._levels[case]
