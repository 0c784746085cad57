"""Who and what bears charges: decided by a collections manager, kept on record."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from .ar_guarded_mixin import without_defaults


class ArLateFeeBearerMixin(models.AbstractModel):
    """A customer or an invoice: spared by a manager, whatever his other rights.

    Managers need no right to edit contacts or invoices for it, and whoever has that
    right alone decides nothing here.
    """

    _name = "ar.late.fee.bearer.mixin"
    _description = "Bears Late Fees or Is Spared"

    # What a manager decides, and what the code alone writes.
    _ar_decided_fields = frozenset({"ar_is_charge_exempt"})
    _ar_kept_fields = frozenset()

    ar_is_charge_exempt = fields.Boolean(
        string="No late fees",
        copy=False,
        tracking=True,
        help="Spared by a collections manager: bears no late fee or interest.",
        groups="base.group_user",
    )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: who may not decide it gives no such values."""
        for vals in vals_list:
            self._ar_check_decided({name for name, value in vals.items() if value})
        if self.env.su:
            return super().create(vals_list)
        clean = without_defaults(self, self._ar_decided_fields | self._ar_kept_fields)
        records = super(ArLateFeeBearerMixin, clean).create(vals_list)
        return records.with_env(self.env)

    def write(self, vals):
        """Override of `base`: who may not decide it changes no such values."""
        guarded = vals.keys() & (self._ar_decided_fields | self._ar_kept_fields)
        if guarded and not self.env.su:
            self._ar_check_decided(
                name
                for name in guarded
                if any(record[name] != vals[name] for record in self.sudo())
            )
        return super().write(vals)

    def _ar_check_decided(self, names):
        """Raise AccessError for values that are not for the user to give."""
        names = set(names)
        if self.env.su:
            return
        if not self._ar_kept_fields.isdisjoint(names):
            raise AccessError(
                self.env._(
                    "Collections keeps it itself what books charges and who was "
                    "confirmed: use its buttons instead."
                )
            )
        if not self._ar_decided_fields.isdisjoint(names):
            self.env["ar.collection.case"]._check_group("ar_collections_group_manager")

    # === ACTIONS === #

    def action_ar_open_spare(self):
        """Spare these customers or invoices late fees, or no longer."""
        self._ar_check_manager()
        return self._ar_open(
            "ar.late.fee.spare",
            self.env._("Late fees"),
            **{self._ar_get_window_field(): self},
        )

    def action_ar_spare(self, is_exempt, note):
        """Spare late fees, or no longer, for a reason that stays on record."""
        self._ar_check_manager()
        bearers = self._ar_get_bearers()
        bearers.sudo().ar_is_charge_exempt = is_exempt
        code = "spared" if is_exempt else "not_spared"
        for bearer in bearers:
            bearer._ar_get_cases()._log(code, f"{bearer.display_name}: {note}")

    # === SEAMS === #

    def _ar_get_bearers(self):
        """Give the records that are spared where a person points at these."""
        return self

    def _ar_get_window_field(self):
        """Give the field of a window that takes such records."""
        raise NotImplementedError
