"""Who takes a collector's tasks while the collector is away."""

from odoo import fields, models

SUBSTITUTE_FIELDS = ["ar_substitute_id", "ar_away_from", "ar_away_until"]


class ResUsers(models.Model):
    _inherit = "res.users"

    ar_substitute_id = fields.Many2one(
        "res.users",
        string="Substitute in collections",
        help="Gets the collection tasks while this person is away.",
        groups="base.group_user",
    )
    ar_away_from = fields.Date(string="Away from", groups="base.group_user")
    ar_away_until = fields.Date(string="Away until", groups="base.group_user")

    @property
    def SELF_READABLE_FIELDS(self):
        """Override of `base`: people read their own substitute in their preferences."""
        return super().SELF_READABLE_FIELDS + SUBSTITUTE_FIELDS

    @property
    def SELF_WRITEABLE_FIELDS(self):
        """Override of `base`: people name their own substitute, and when they are away."""
        return super().SELF_WRITEABLE_FIELDS + SUBSTITUTE_FIELDS

    def _ar_get_present(self, day):
        """Give the user, or the first substitute in the chain who is there on `day`.

        :return: the user, where nobody of the chain is there; empty, where the user has
            left for good
        """
        user, seen = self, self.browse()
        while user and user not in seen and user._ar_is_away(day):
            seen |= user
            user = user.ar_substitute_id
        return user if user and user not in seen else self.filtered("active")

    def _ar_is_away(self, day):
        """Tell whether the user is not there on `day`; who is archived is never there."""
        self.ensure_one()
        if not self.active:
            return True
        if not (self.ar_away_from or self.ar_away_until):
            return False
        begun = not self.ar_away_from or self.ar_away_from <= day
        return begun and (not self.ar_away_until or day <= self.ar_away_until)

    def _ar_get_own_case_companies(self):
        """Give the companies in which the user sees only some of the cases.

        Read by record rules, whose domains are remembered: see `ar.remembered.mixin`.
        """
        self.ensure_one()
        is_collector = self.has_group("ar_collections.ar_collections_group_collector")
        if not is_collector or self.has_group("ar_collections.ar_collections_group_manager"):
            return self.env["res.company"]
        return self.sudo().company_ids.filtered(
            lambda company: company._ar_get_settings_company().ar_is_own_cases_only
        )
