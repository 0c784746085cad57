"""Documents that use credit: checked, flagged, let through."""

from odoo import api, fields, models


class ArCreditDocumentMixin(models.AbstractModel):
    """A model says who owes its documents, how much of it is credit, and what a hold does."""

    _name = "ar.credit.document.mixin"
    _description = "Document That Uses Credit"

    # Sudoed values: colleagues who may read the document see them, without accounting
    # rights; customers on the portal do not.
    ar_credit_bar = fields.Json(
        string="Credit",
        compute="_compute_ar_credit",
        compute_sudo=True,
        groups="base.group_user",
    )
    ar_credit_warning = fields.Text(
        compute="_compute_ar_credit", compute_sudo=True, groups="base.group_user"
    )
    ar_is_on_credit_hold = fields.Boolean(
        string="On credit hold",
        compute="_compute_ar_credit",
        search="_search_ar_is_on_credit_hold",
        compute_sudo=True,
        groups="base.group_user",
        help="The document waits for a release, or for the customer to pay.",
    )
    ar_can_ask_release = fields.Boolean(
        compute="_compute_ar_credit", compute_sudo=True, groups="base.group_user"
    )
    ar_has_asked_release = fields.Boolean(
        compute="_compute_ar_credit", compute_sudo=True, groups="base.group_user"
    )

    # === SEAMS === #

    def _ar_get_credit_partner(self):
        """Give the commercial partner who will owe the document."""
        raise NotImplementedError

    def _ar_get_credit_company(self):
        """Give the document's company."""
        self.ensure_one()
        return self.company_id

    def _ar_uses_credit(self):
        """Tell whether the document would use credit if it went on now."""
        raise NotImplementedError

    def _ar_get_using_credit(self):
        """Give those of these documents that would use credit if they went on now."""
        return self.filtered(lambda document: document._ar_uses_credit())

    def _ar_get_credit_effect(self):
        """Give what a credit hold does: a code of ``const.CREDIT_EFFECTS``."""
        raise NotImplementedError

    def _ar_get_credit_asked(self):
        """Give {document: the credit it asks for, in the root company's currency}."""
        raise NotImplementedError

    def _ar_get_credit_used(self, asked):
        """Give all the credit that the document uses of a release.

        :param asked: what of it was not let through before
        """
        self.ensure_one()
        return asked

    def _ar_keep_asked(self, asked):
        """Remember what the document went on with, where that counts another time."""

    def _ar_get_customer_warning(self):
        """Give what is to be told of the customer where the document asks for nothing."""
        return False

    # === COMPUTES === #

    def _compute_ar_credit(self):
        for document in self:
            check = document._ar_check_credit() if document._ar_shows_credit() else None
            reasons = check.reasons if check else []
            release = document._ar_find_release(check) if reasons else None
            is_held = bool(reasons) and not release
            effect = document._ar_get_credit_effect() if is_held else "warn"
            asked = document._ar_get_open_request() if is_held and document._origin else False
            document.ar_credit_bar = document._ar_get_credit_bar(check)
            document.ar_credit_warning = (
                document._ar_get_credit_warning(check, release)
                if check
                else document._ar_get_customer_warning()
            )
            document.ar_is_on_credit_hold = is_held and effect != "warn"
            document.ar_has_asked_release = bool(asked)
            document.ar_can_ask_release = is_held and effect == "ask" and not asked

    def _ar_shows_credit(self):
        """Tell whether the screens of the document tell of credit."""
        self.ensure_one()
        return bool(self._ar_get_credit_partner()._origin) and self._ar_uses_credit()

    @api.model
    def _search_ar_is_on_credit_hold(self, operator, value):
        if operator != "in":
            return NotImplemented
        holds = self.env["ar.credit.hold"].sudo().search([("document", "=like", f"{self._name},%")])
        held = [("id", "in", [int(hold.document.split(",")[1]) for hold in holds])]
        wanted = set(value)
        if wanted == {True}:
            return held
        return ["!", *held] if wanted == {False} else []

    # === CHECKING === #

    def _ar_get_credit_case(self):
        """Give the case that holds the decision on credit of who will owe the document."""
        self.ensure_one()
        root = self._ar_get_credit_company().sudo().root_id
        return self._ar_get_credit_partner()._ar_ensure_case(root).sudo()

    def _ar_get_credit_head(self):
        """Give the customer whose limit counts: the head of a group of companies."""
        self.ensure_one()
        partner = self._ar_get_credit_partner()
        return partner.sudo().ar_credit_head_id.with_env(self.env) or partner

    def _ar_check_credit(self):
        """Check the credit that the document asks for, itself left out of what is owed."""
        self.ensure_one()
        partner_id = self._ar_get_credit_partner()._origin.id
        checks = self.env["ar.credit.engine"]._check(
            self._ar_get_credit_company(),
            {partner_id: self._ar_get_credit_asked()[self]},
            exclude=self._origin,
        )
        return checks[partner_id]

    def _ar_find_release(self, check):
        """Give the release that lets the document through; none where nothing is released."""
        self.ensure_one()
        releases = self.env["ar.credit.release"].sudo()
        if self._ar_get_credit_effect() == "block" or not self._origin:
            return releases
        root = self._ar_get_credit_company().sudo().root_id
        partner = self._ar_get_credit_partner()._origin
        case = self.env["ar.collection.case"].sudo().search(
            [("company_id", "=", root.id), ("partner_id", "=", partner.id)]
        )
        if not case:
            return releases
        return releases._find(case, self._origin, self._ar_get_credit_used(check.asked))

    def _ar_get_credit_stops(self):
        """Give [(code, sentence)] of what holds the document; empty where nothing does."""
        self.ensure_one()
        if not self._ar_uses_credit() or self._ar_get_credit_effect() == "warn":
            return []
        check = self._ar_check_credit()
        if not check.reasons or self._ar_find_release(check):
            return []
        sentences = self._ar_get_credit_case()._get_credit_sentences(check)
        return [(code, sentence) for code, sentence, _amount in sentences]
