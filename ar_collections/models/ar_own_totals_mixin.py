"""Amounts that a document computes are taken from nobody."""

from odoo import api, models

from .ar_guarded_mixin import without_defaults


class ArOwnTotalsMixin(models.AbstractModel):
    """Keeps computed totals what the lines say.

    Whoever may edit a document may write its stored totals from outside, and they stay
    until they are computed again: credit and deposits would go by them. Such values are
    left out instead of refused, since some programs send back all that they have read.
    """

    _name = "ar.own.totals.mixin"
    _description = "Document Whose Totals Nobody Writes"

    _ar_own_totals = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: the totals come from the lines."""
        if self.env.su:
            return super().create(vals_list)
        vals_list = [self._ar_without_totals(vals) for vals in vals_list]
        clean = without_defaults(self, self._ar_own_totals)
        return super(ArOwnTotalsMixin, clean).create(vals_list).with_env(self.env)

    def write(self, vals):
        """Override of `base`: the totals come from the lines."""
        return super().write(vals if self.env.su else self._ar_without_totals(vals))

    @api.model
    def _ar_without_totals(self, vals):
        return {name: vals[name] for name in vals if name not in self._ar_own_totals}
