"""Which rule of deposits fits an order or an invoice."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import ormcache

from ..const import CREDIT_STATES, PAYER_RATINGS
from ..tools.deposits import Condition, Customer
from .ar_deposit_rule import to_decimal


class ArDepositRule(models.Model):
    _name = "ar.deposit.rule"
    _inherit = ["ar.deposit.rule", "ar.remembered.mixin"]

    _ar_remembered_fields = frozenset(
        {"active", "company_id", "for_invoices", "for_orders", "is_on", "sequence"}
    )

    @api.model
    def _get_rule(self, document, use):
        """Give the first rule that fits an order or an invoice.

        :param document: record with `_ar_get_deposit_facts()`
        :param use: ``for_orders`` or ``for_invoices``
        """
        rules = self.sudo().browse(self._get_candidate_ids(use, document.company_id.id))
        if not rules:
            return self.browse()
        customer = rules._get_customer(**document._ar_get_deposit_facts())
        for rule in rules:
            if rule._get_condition(document).fits(customer):
                return rule.with_env(self.env)
        return self.browse()

    @ormcache("use", "company_id")
    def _get_candidate_ids(self, use, company_id):
        """Remember which rules are in use, in their order: each document asks for them,
        and nearly always there are none.
        """
        company = self.env["res.company"].sudo().browse(company_id)
        rules = self.sudo().with_context(active_test=True).search(
            Domain(use, "=", True)
            & Domain("is_on", "=", True)
            & Domain("company_id", "in", [False, *company.parent_ids.ids])
        )
        return tuple(rules.ids)

    # === FITTING === #

    def _get_condition(self, document):
        self.ensure_one()
        currency = document.currency_id
        return Condition(
            is_for_new=self.is_for_new,
            credit_states=self._get_ticked("for_", CREDIT_STATES),
            ratings=self._get_ticked("for_rating_", PAYER_RATINGS),
            amount_from=to_decimal(
                self._in_currency("amount_from", currency, document), currency
            ),
            category_ids=frozenset(self.product_categ_ids.ids),
            country_ids=frozenset(self.country_ids.ids),
        )

    def _get_ticked(self, prefix, table):
        return frozenset(code for code, _label in table if self[prefix + code])

    def _in_currency(self, name, currency, document):
        """Give an amount of the rule in the currency of a document."""
        self.ensure_one()
        own = self.amount_ids.filtered(lambda line: line.currency_id == currency)
        if own and own[name]:
            return own[name]
        return self.currency_id._convert(
            self[name],
            currency,
            document.company_id,
            document._ar_get_deposit_day(),
        )

    @api.model
    def _get_customer(self, partner, company, amount, products, currency):
        """Gather what rules ask about a customer and what is sold to them."""
        partner = partner.sudo().commercial_partner_id
        state, rating = self._get_case(partner, company)._get_deposit_standing()
        if state == "undecided" and not company.sudo().root_id.ar_is_undecided_stopped:
            # They get credit as if somebody had decided so: no rule is for them.
            state = None
        paths = products.sudo().categ_id.mapped("parent_path")
        categories = {int(one) for path in paths for one in path.split("/") if one}
        return Customer(
            is_new=self._is_new(partner, company),
            credit_state=state,
            rating=rating,
            amount=to_decimal(amount, currency),
            category_ids=frozenset(categories),
            country_id=partner.country_id.id or None,
        )

    @api.model
    def _is_new(self, partner, company):
        """Tell whether a customer has never paid an invoice of the company's tree.

        An invoice of nothing, such as for a sample, counts as paid.
        """
        return not self.env["account.move"].sudo().search_count(
            [
                ("commercial_partner_id", "=", partner.id),
                ("company_id", "child_of", company.root_id.id),
                ("move_type", "in", ("out_invoice", "out_receipt")),
                ("state", "=", "posted"),
                ("payment_state", "in", ("paid", "in_payment")),
                ("amount_total", ">", 0),
            ],
            limit=1,
        )

    @api.model
    def _get_case(self, partner, company):
        """Give the case with the decision on a customer's credit, if there is one."""
        return (
            self.env["ar.collection.case"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", partner.commercial_partner_id.id),
                    ("company_id", "=", company.sudo().root_id.id),
                ]
            )
        )
