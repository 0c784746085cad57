"""Reference rates of central banks, as dated data with a source."""

import csv
import io
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.interest import ReferenceRate


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
        values = [(value.date_from, Decimal(str(value.percent))) for value in self.value_ids]
        return ReferenceRate(self.display_name, values, ends=self.known_until or None)

    @api.model
    def _import_values(self, text):
        """Read values from CSV: code, date_from, date_to, percent, source.

        :raise UserError: lists all bad rows; nothing is imported then
        """
        rates = {rate.code: rate for rate in self.search([])}
        errors, values = [], []
        reader = csv.DictReader(io.StringIO(text))
        missing = {"code", "date_from", "date_to", "percent"} - set(reader.fieldnames or ())
        if missing:
            raise UserError(
                self.env._("The file has no column %(names)s.", names=", ".join(sorted(missing)))
            )
        for number, row in enumerate(reader, start=2):
            try:
                values.append(self._parse_value(rates, row))
            except (KeyError, ValueError, InvalidOperation) as error:
                errors.append(self.env._("Line %(line)s: %(error)s", line=number, error=error))
        if errors:
            raise UserError("\n".join(errors))
        return self.env["ar.reference.rate.value"].create(values)

    def _parse_value(self, rates, row):
        percent = Decimal(row["percent"])
        if not percent.is_finite():
            raise ValueError(self.env._("the percent is not a number"))
        return {
            "rate_id": rates[row["code"]].id,
            "date_from": date.fromisoformat(row["date_from"]),
            "date_to": date.fromisoformat(row["date_to"]),
            "percent": float(percent),
            "source": row.get("source"),
        }


class ArReferenceRateValue(models.Model):
    _name = "ar.reference.rate.value"
    _description = "Value of a Reference Rate"
    _order = "date_from desc"
    _rec_name = "date_from"

    rate_id = fields.Many2one(
        "ar.reference.rate", required=True, index=True, ondelete="cascade"
    )
    date_from = fields.Date(string="From", required=True)
    date_to = fields.Date(string="To", required=True, help="The last day, included.")
    percent = fields.Float(digits=(8, 4), required=True)
    source = fields.Char()

    _dates = models.Constraint("CHECK(date_from <= date_to)", "A value must start before it ends.")

    @api.constrains("rate_id", "date_from", "date_to")
    def _check_gaps(self):
        """Refuse overlaps and gaps: a missing period must be seen, not guessed."""
        for rate in self.rate_id:
            values = rate.value_ids.sorted("date_from")
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
