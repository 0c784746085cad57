"""What is remembered of a model's records, forgotten when one of them changes."""

from odoo import api, models


class ArRememberedMixin(models.AbstractModel):
    """Keeps what `ormcache` remembers of a model's records true.

    Other workers forget with their next request or job, and so does this one when its
    transaction is rolled back. Odoo does not so for a savepoint: whoever writes such
    records and then rolls back to a savepoint calls `registry.clear_cache()` afterwards,
    as the import of `base_import` does after its test run.
    """

    _name = "ar.remembered.mixin"
    _description = "Record of which Something is Remembered"

    # The fields on which it depends; all of them where none is named.
    _ar_remembered_fields = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to forget what is remembered."""
        records = super().create(vals_list)
        if records._ar_is_remembered():
            self.env.registry.clear_cache()
        return records

    def write(self, vals):
        """Override of `base` to forget what is remembered."""
        if self._ar_remembered_fields and not self._ar_remembered_fields & vals.keys():
            return super().write(vals)
        was_remembered = self._ar_is_remembered()
        result = super().write(vals)
        if was_remembered or self._ar_is_remembered():
            self.env.registry.clear_cache()
        return result

    def unlink(self):
        """Override of `base` to forget what is remembered."""
        was_remembered = self._ar_is_remembered()
        result = super().unlink()
        if was_remembered:
            self.env.registry.clear_cache()
        return result

    def _ar_is_remembered(self):
        """Tell whether what is remembered depends on any of these records."""
        return True
