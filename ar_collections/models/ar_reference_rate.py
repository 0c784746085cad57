"""Reference rates of central banks, as dated data with a source."""

from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.business_days import ONE_DAY
from ..tools.csv_rows import CsvError, read_rows
from ..tools.interest import ReferenceRate
from .ar_reference_rate_value import HIGHEST_PERCENT, WRITTEN_TOGETHER

COLUMNS = ("code", "date_from", "date_to", "percent")


class ArReferenceRate(models.Model):
    _name = "ar.reference.rate"
    _description = "Reference Rate"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True, help="Short name, used when values are imported.")
    source = fields.Char(help="Where the values are published.")
    note = fields.Text(translate=True)
    active = fields.Boolean(default=True)
    value_ids = fields.One2many("ar.reference.rate.value", "rate_id", string="Values")
    known_until = fields.Date(compute="_compute_known_until")

    _code_uniq = models.Constraint("UNIQUE(code)", "A reference rate has a code of its own.")

    @api.depends("value_ids.date_to")
    def _compute_known_until(self):
        for rate in self:
            rate.known_until = max(rate.value_ids.mapped("date_to"), default=False)

    def _get_plain(self):
        """Give the rate as plain values; days that no value covers are refused there.

        :rtype: odoo.addons.ar_collections.tools.interest.ReferenceRate
        """
        self.ensure_one()
        ordered = self.value_ids.sorted("date_from")
        values = [(value.date_from, Decimal(str(value.percent))) for value in ordered]
        gaps = [
            (earlier.date_to + ONE_DAY, later.date_from - ONE_DAY)
            for earlier, later in pairwise(ordered)
            if earlier.date_to + ONE_DAY < later.date_from
        ]
        ends = self.known_until or None
        return ReferenceRate(self.display_name, values, ends=ends, gaps=gaps)

    def _check_gaps(self, without=None):
        """Refuse overlaps and gaps: a missing period must be seen, not guessed.

        :param without: values that are being deleted
        """
        for rate in self:
            values = rate.value_ids
            if without:
                values -= without
            values = values.sorted("date_from")
            for earlier, later in pairwise(values):
                days = (later.date_from - earlier.date_to).days
                if days != 1:
                    raise ValidationError(
                        self.env._(
                            "The values of “%(rate)s” must follow each other without "
                            "gap or overlap: one ends on %(end)s, the next starts "
                            "on %(start)s.",
                            rate=rate.name,
                            end=earlier.date_to,
                            start=later.date_from,
                        )
                    )

    # === CRUD === #

    def write(self, vals):
        """Override of `base`: values that are written with their rate are checked last."""
        if "value_ids" not in vals:
            return super().write(vals)
        together = self.with_context(ar_values=WRITTEN_TOGETHER)
        result = super(ArReferenceRate, together).write(vals)
        self._check_gaps()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        """Refuse to delete what rules compute with: no rule falls back on its margin."""
        domain = [("reference_id", "in", self.ids)]
        rules = self.env["ar.late.fee.rule"].sudo().with_context(active_test=False)
        charges = self.env["ar.late.fee"].sudo()
        user = rules.search(domain, limit=1) or charges.search(domain, limit=1)
        if user:
            raise UserError(
                self.env._(
                    "“%(user)s” is computed over “%(rate)s”: keep the rate, or archive "
                    "it so that new rules do not offer it.",
                    user=user.display_name,
                    rate=user.reference_id.name,
                )
            )

    # === IMPORT === #

    @api.model
    def _import_values(self, data):
        """Read values from a CSV file: code, date_from, date_to, percent, source.

        A value of a known period takes the place of the old one.

        :param data: the bytes of the file
        :return: the values
        :raise UserError: lists all bad lines; nothing is imported then
        """
        rates = {rate.code: rate for rate in self.search([])}
        errors, values = [], []
        for row in self._read_file(data):
            found, wrong = self._parse_value(rates, row.values)
            values.append(found)
            errors += [
                self.env._("Line %(line)s: %(error)s", line=row.line, error=error)
                for error in wrong
            ]
        if errors:
            raise UserError("\n".join(errors))
        if not values:
            raise UserError(self.env._("The file has no values: nothing was imported."))
        return self.env["ar.reference.rate.value"]._put(values)

    def _read_file(self, data):
        try:
            return read_rows(data, COLUMNS)
        except CsvError as error:
            raise UserError(
                self.env._(
                    "The file cannot be read: the first line must name the columns "
                    "%(names)s.",
                    names=", ".join(COLUMNS),
                )
            ) from error

    def _parse_value(self, rates, row):
        """Give the values of a line, and all that is wrong with it."""
        wrong = []
        rate = rates.get(row["code"])
        if not rate:
            wrong.append(
                self.env._(
                    "there is no reference rate “%(code)s”; known are %(codes)s",
                    code=row["code"],
                    codes=", ".join(sorted(rates)),
                )
            )
        first, last = (self._parse_day(row[name], wrong) for name in COLUMNS[1:3])
        if first and last and first > last:
            wrong.append(self.env._("it starts after it ends"))
        values = {
            "rate_id": rate.id if rate else False,
            "date_from": first,
            "date_to": last,
            "percent": self._parse_percent(row["percent"], wrong),
        }
        if row.get("source"):
            # A file that names none leaves what is known.
            values["source"] = row["source"]
        return values, wrong

    def _parse_day(self, text, wrong):
        try:
            return date.fromisoformat(text)
        except ValueError:
            wrong.append(
                self.env._("“%(text)s” is no day, write 2026-01-31", text=text)
            )
        return None

    def _parse_percent(self, text, wrong):
        try:
            percent = Decimal(text.replace(",", "."))
        except InvalidOperation:
            percent = Decimal("NaN")
        if not percent.is_finite() or abs(percent) > HIGHEST_PERCENT:
            wrong.append(
                self.env._("“%(text)s” is no percent, write 2.15", text=text)
            )
            return 0.0
        return float(percent)
