"""What the ledger gives more than was booked: proposed as a charge of its own."""

from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from ..tools.fees import capped


class ArLateFee(models.Model):
    _inherit = "ar.late.fee"

    supplements_id = fields.Many2one(
        "ar.late.fee",
        string="Adds to",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
        copy=False,
        help="What the ledger gives more than this charge, since it has changed.",
    )
    supplement_ids = fields.One2many("ar.late.fee", "supplements_id", readonly=True)

    # === ACTIONS === #

    def action_propose_missing(self):
        """Propose what was charged too little, as the ledger stands now.

        :raise UserError: when nothing was, or the rule takes no more
        """
        self._check_may_decide()
        booked = self.sudo().filtered(
            lambda charge: charge.state == "posted" and charge.move_id.state == "posted"
        )
        for company, group in booked.grouped("company_id").items():
            group._compare(company, company._ar_today())
        short = booked.filtered("missing_amount")
        if not short:
            raise UserError(
                self.env._("Nothing of these charges is below what the ledger gives now.")
            )
        groups = short.grouped("company_id").items()
        made = self.browse().union(*(group._propose_missing(one) for one, group in groups))
        if not made:
            raise UserError(
                self.env._("The rule takes no more: what it takes at most is charged.")
            )
        return True

    # === BUSINESS === #

    def _propose_missing(self, company):
        """Propose what is missing of charges; nothing of one that a cap has reached."""
        debts = self._read_debts(company, company._ar_today())
        charged = self.env["ar.late.fee.engine"]._read_charged(
            [row for _charge, rows in debts for row in rows]
        )
        made = self.browse()
        for charge, rows in debts:
            more = charge._propose_more([charged.get_debt(row) for row in rows])
            if more:
                # The caps of the next count what is proposed here.
                charged.add_more(more)
            made |= more
        return made

    def _propose_more(self, debts):
        """Propose what is missing of one charge; nothing where a cap is reached."""
        amount = self._cap_missing(debts)
        if amount <= 0:
            return self.browse()
        more = self.sudo().create(
            {
                **self._get_missing_values(),
                "computed_amount": amount,
                "amount": amount,
                "example": self._get_missing_example(debts, amount),
            }
        )
        self.sudo().missing_amount = 0.0
        added = formatLang(self.env, amount, currency_obj=self.currency_id)
        self.case_id._log("charge_changed", f"{more.display_name}: + {added}", self.item_id)
        return more

    def _cap_missing(self, debts):
        """Give what is missing, cut by the caps of the rule."""
        today = self.company_id._ar_today()
        terms = self.rule_id._get_terms(self.currency_id, self.company_id, today)
        caps = terms.caps._replace(minimum=Decimal(0))
        earlier = [(was.day, was.amount) for debt in debts for was in debt.charged]
        amount = capped(Decimal(str(self.missing_amount)), caps, earlier, today)
        return self.currency_id.round(float(amount))

    def _get_missing_values(self):
        number = len(self.supplement_ids) + 1
        return {
            "supplements_id": self.id,
            "key": f"{self.key} more {self.id}/{number}",
            "state": "proposed",
            "date": self.company_id._ar_today(),
            **{
                name: self[name].id
                for name in (
                    "rule_id", "company_id", "case_id", "partner_id", "item_id", "move_id",
                    "currency_id", "reference_id",
                )
            },
            **{
                name: self[name]
                for name in (
                    "kind", "round", "date_from", "date_to", "base_amount", "percent",
                    "terms",
                )
            },
        }

    def _get_missing_example(self, debts, amount):
        """Give what the ledger makes of the charge now, less what was charged before."""
        engine, parts = self.env["ar.late.fee.engine"], []
        for charge in self._remake_on(debts, self._get_terms()):
            parts += engine._get_example(self.rule_id, charge)
        before = str(self._get_computed_in_all())
        return [*parts, {"charged_before": before, "amount": str(amount)}]

    # === WHAT IT COMES TO === #

    def _get_computed_in_all(self):
        """Give what was claimed with the charge and with what adds to it."""
        more = self.supplement_ids.filtered(lambda one: one.state != "cancelled")
        return (self | more)._get_claimed()

    def _get_claimed(self):
        """Give what was computed, but for what was credited as the ledger has changed."""
        return sum(charge.computed_amount - charge.corrected_amount for charge in self)

    def _recompute_on(self, debts, terms=None, **known):
        """Override: a charge that adds to another is what the ledger gives more.

        It goes by what the other was computed by, whatever its rule says today.
        """
        first = self.supplements_id
        if not first:
            return super()._recompute_on(debts, terms, **known)
        now = first._recompute_on(debts)
        if now is None:
            return None
        earlier = first.supplement_ids.filtered(
            lambda one: one.state != "cancelled" and one.id < self.id
        )
        return self._cut(now - (first | earlier)._get_claimed())

    def _cut(self, amount):
        """Override: a charge that adds to another never comes to more by itself."""
        amount = super()._cut(amount)
        return min(amount, self.computed_amount) if self.supplements_id else amount

    def _credit_back(self, note):
        """Override: what adds to a charge goes with it: all of it is charged anew."""
        more = self.sudo().supplement_ids
        more._cancel_undecided()
        return super(ArLateFee, self | more)._credit_back(note)

    def _update_state(self, target, **values):
        """Override: what is not added after all is missing again."""
        result = super()._update_state(target, **values)
        if target == "cancelled":
            first = self.sudo().supplements_id
            first.filtered(lambda charge: charge.state == "posted").is_to_check = True
        return result
