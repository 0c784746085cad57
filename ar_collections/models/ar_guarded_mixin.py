"""Fields that only the code writes."""

from odoo import api, models
from odoo.exceptions import AccessError


def without_defaults(records, names):
    """Give `records` without the context's defaults for fields: any caller can set them."""
    keys = {f"default_{name}" for name in names} & records.env.context.keys()
    if not keys:
        return records
    rest = {key: value for key, value in records.env.context.items() if key not in keys}
    return records.with_env(records.env(context=rest))


class ArGuardedMixin(models.AbstractModel):
    """Makes `readonly` of stored fields hold on the server, too.

    A form never sends a readonly field, but whoever may write a record may call
    `write` from outside. The code writes these fields as superuser.
    """

    _name = "ar.guarded.mixin"
    _description = "Record with Fields that Nobody Edits"

    # Readonly fields that a person chooses when the record is made, and never after.
    _chosen_fields = frozenset()

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: nobody makes up what the code keeps."""
        for vals in vals_list:
            self._check_guarded(vals.keys() - self._chosen_fields)
        if self.env.su:
            return super().create(vals_list)
        kept = {field.name for field in self._get_kept(self._fields)} - self._chosen_fields
        records = super(ArGuardedMixin, without_defaults(self, kept)).create(vals_list)
        return records.with_env(self.env)

    def write(self, vals):
        """Override of `base`: nobody edits what the code keeps."""
        self._check_guarded(vals)
        return super().write(vals)

    # === CHECKS === #

    @api.model
    def _check_guarded(self, names):
        """Raise AccessError where a person gives values to fields of the code."""
        if self.env.su:
            return
        if kept := self._get_kept(names):
            labels = self.fields_get([field.name for field in kept], ["string"])
            raise AccessError(
                self.env._(
                    "Collections keeps these fields itself, nobody edits them: "
                    "%(fields)s. Use the buttons instead.",
                    fields=", ".join(label["string"] for label in labels.values()),
                )
            )

    def _get_kept(self, names):
        """Give those of the fields that the code keeps."""
        known = (self._fields[name] for name in names if name in self._fields)
        return [field for field in known if field.store and field.readonly]
