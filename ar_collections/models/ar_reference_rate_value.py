"""Values of reference rates: dated, without gap or overlap, each with its source."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

# A rate above this is a slip of the pen, such as a decimal point left out.
HIGHEST_PERCENT = Decimal(100)
# In the context while values are written one by one: they are checked in the end. An
# object, so that no caller from outside can give it.
WRITTEN_TOGETHER = object()

_COMPUTED_WITH = frozenset({"rate_id", "date_from", "date_to", "percent"})


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

    _dates = models.Constraint("CHECK(date_from <= date_to)",
        "A value must start before it ends: change one of its days.",)

    @api.model
    def _put(self, values):
        """Create values, or change those of the same rate and first day."""
        rates = self.env["ar.reference.rate"].browse({vals["rate_id"] for vals in values})
        known = {(value.rate_id.id, value.date_from): value for value in rates.value_ids}
        result, new = self.browse(), []
        for vals in values:
            value = known.get((vals["rate_id"], vals["date_from"]))
            if value:
                # One that is cut short leaves a gap until the next is there.
                value.with_context(ar_values=WRITTEN_TOGETHER).write(vals)
                result |= value
            else:
                new.append(vals)
        result |= self.with_context(ar_values=WRITTEN_TOGETHER).create(new)
        rates._check_gaps()
        return result.with_env(self.env)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: charges over the rate are looked at again."""
        values = super().create(vals_list)
        values._look_at_charges()
        return values

    def write(self, vals):
        """Override of `base`: no gap where a value was, and charges follow."""
        self._filter_changed(vals)._check_others()
        before = self.rate_id
        is_other = not _COMPUTED_WITH.isdisjoint(vals)
        if is_other:
            self._look_at_charges()
        result = super().write(vals)
        if "rate_id" in vals:
            (before - self.rate_id)._check_gaps()
        if is_other:
            self._look_at_charges()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_middle(self):
        self._check_others()
        if not self._are_written_together():
            self.rate_id._check_gaps(without=self)
        self._look_at_charges()

    def _look_at_charges(self):
        """Have charges computed anew, or compared, that a corrected value concerns."""
        charges = self.env["ar.late.fee"]
        for rate, values in self.grouped("rate_id").items():
            charges._on_rate_changed(
                rate, min(values.mapped("date_from")), max(values.mapped("date_to"))
            )

    @api.constrains("percent")
    def _check_percent(self):
        """Refuse by hand what the import refuses."""
        for value in self:
            if abs(value.percent) > HIGHEST_PERCENT:
                raise ValidationError(
                    self.env._(
                        "“%(text)s” is no percent, write 2.15", text=f"{value.percent:g}"
                    )
                )

    @api.constrains("rate_id", "date_from", "date_to")
    def _check_values(self):
        if not self._are_written_together():
            self.rate_id._check_gaps()

    def _are_written_together(self):
        return self.env.context.get("ar_values") is WRITTEN_TOGETHER

    # === WHO MAY CHANGE WHAT IS KNOWN === #

    def _filter_changed(self, vals):
        """Give the values that `vals` make others of."""
        names = [name for name in _COMPUTED_WITH if name in vals]
        return self.filtered(
            lambda value: any(
                value._fields[name].convert_to_cache(vals[name], value)
                != value._fields[name].convert_to_cache(value[name], value)
                for name in names
            )
        )

    def _check_others(self):
        """Refuse to change what companies compute with in which the user has no part."""
        if self.env.su or not self:
            return
        rules = self.env["ar.late.fee.rule"].sudo()
        others = rules.search(
            [
                ("is_on", "=", True),
                ("reference_id", "in", self.rate_id.ids),
                ("company_id", "not in", self.env.user.company_ids.ids),
            ],
            limit=1,
        )
        if others:
            raise UserError(
                self.env._(
                    "Other companies compute with what is known of “%(rate)s”: values "
                    "may be added, but only somebody who works in those companies too "
                    "may change or delete one.",
                    rate=others.reference_id.name,
                )
            )
