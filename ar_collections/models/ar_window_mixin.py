"""What every window of Collections keeps to itself."""

from odoo import api, models


class ArWindowMixin(models.AbstractModel):
    """A window knows nothing that its user may not read.

    Its related fields are read as superuser, and its acts take the company or the
    working calendar from it: a record that was only named by its id would be enough.
    Nobody else opens it: see the record rules of windows.
    """

    _name = "ar.window.mixin"
    _description = "Window of Collections"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to refuse records that are closed to the user."""
        windows = super().create(vals_list)
        windows._check_reach()
        return windows

    def write(self, vals):
        """Override of `base` to refuse records that are closed to the user."""
        result = super().write(vals)
        self._check_reach(vals)
        return result

    def _check_reach(self, names=None):
        """Raise AccessError for a record that the user may not read.

        :param names: the fields to look at; default: all
        """
        if self.env.su:
            return
        for name in names or self._fields:
            field = self._fields.get(name)
            if field and field.store and field.type in ("many2one", "many2many"):
                records = self[name]
                if name not in models.MAGIC_COLUMNS:
                    records.check_access("read")
