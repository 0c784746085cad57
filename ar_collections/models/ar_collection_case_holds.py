"""Which customers are on hold as a whole, and why."""

from odoo import api, fields, models
from odoo.fields import Domain

from ..const import CUSTOMER_STOPS


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    is_on_hold = fields.Boolean(compute="_compute_hold_summary", search="_search_is_on_hold")
    hold_summary = fields.Char(
        string="Hold",
        compute="_compute_hold_summary",
        help="Why the whole customer is on hold, and until when.",
    )
    has_replied = fields.Boolean(
        string="Replied",
        compute="_compute_hold_summary",
        search="_search_has_replied",
        help="The customer has answered, and follow-up waits for somebody to read it.",
    )

    @api.depends("hold_ids.active", "hold_ids.until", "hold_ids.reason")
    def _compute_hold_summary(self):
        stops = self._get_stops_elsewhere()
        for case in self:
            own = case.hold_ids.filtered(lambda hold: hold._is_on_customer())
            elsewhere = stops.get((case.partner_id, case.company_id.sudo().root_id))
            texts = [hold._get_summary() for hold in own]
            texts += [
                self.env._(
                    "%(hold)s (noted in %(company)s)",
                    hold=hold._get_summary(),
                    company=hold.company_id.name,
                )
                for hold in (elsewhere or own) - own
            ]
            case.hold_summary = ", ".join(texts)
            case.is_on_hold = bool(texts)
            case.has_replied = "replied" in own.mapped("reason")

    def _get_stops_elsewhere(self):
        """Give {(customer, root company): stops in force in any of its branches}."""
        stops = (
            self.env["ar.collection.hold"]
            .sudo()
            .search(
                [
                    ("case_id.partner_id", "in", self.partner_id.ids),
                    ("reason", "in", list(CUSTOMER_STOPS)),
                ]
            )
        )
        return stops.filtered(lambda hold: hold._is_on_customer()).grouped(
            lambda hold: (
                hold.partner_id.with_env(self.env),
                hold.company_id.root_id.with_env(self.env),
            )
        )

    # === SEARCH === #

    @api.model
    def _search_is_on_hold(self, operator, value):
        held = Domain("hold_ids", "any", self._get_holds_domain())
        held |= Domain.OR(
            Domain("company_id", "child_of", root.id)
            & Domain("partner_id", "in", self._find_stopped(root))
            for root in self.env.companies.sudo().root_id
        )
        return self._search_either(held, operator, value)

    @api.model
    def _search_has_replied(self, operator, value):
        replied = self._get_holds_domain() & Domain("reason", "=", "replied")
        return self._search_either(Domain("hold_ids", "any", replied), operator, value)

    @api.model
    def _find_stopped(self, root):
        """Give the ids of customers who are stopped in any branch of a company."""
        stops = self._get_holds_domain() & Domain("reason", "in", list(CUSTOMER_STOPS))
        stops &= Domain("case_id.company_id", "child_of", root.id)
        return self.env["ar.collection.hold"].sudo().search(stops).partner_id.ids

    @api.model
    def _get_holds_domain(self):
        """Give the condition on holds that stop a whole customer today."""
        today = self.env.company._ar_today()
        return (
            Domain("item_id", "=", False)
            & Domain("move_id", "=", False)
            & (Domain("until", "=", False) | Domain("until", ">=", today))
        )

    @api.model
    def _search_either(self, condition, operator, value):
        """Give the condition for a yes-or-no field."""
        if operator != "in":
            return NotImplemented
        wanted = set(value)
        if wanted == {True}:
            return condition
        return ~condition if wanted == {False} else Domain.TRUE
