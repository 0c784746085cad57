"""Charges for lateness: proposed, booked as a document of their own, or waived."""

from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [
    ("flat", "Flat sum"),
    ("percent", "Percentage"),
    ("reminder", "Reminder fee"),
    ("interest", "Interest"),
]
STATES = [
    ("memo", "Shown, not booked"),
    ("proposed", "Proposed"),
    ("posted", "Booked"),
    ("waived", "Waived"),
    ("cancelled", "Cancelled"),
]
# target: states from which it may be reached
TRANSITIONS = {
    "memo": (),
    "proposed": (),
    # What was waived is charged again once the credit note for it is taken back.
    "posted": ("proposed", "memo", "waived"),
    "waived": ("memo", "proposed", "posted"),
    # What was booked is cancelled only with its notice, and after it was credited.
    "cancelled": ("memo", "proposed", "posted"),
}
UNDECIDED = ("memo", "proposed")


class ArLateFee(models.Model):
    _name = "ar.late.fee"
    _description = "Charge for Lateness"
    _order = "date desc, id desc"
    _check_company_auto = True

    rule_id = fields.Many2one(
        "ar.late.fee.rule", required=True, index=True, ondelete="restrict", readonly=True
    )
    kind = fields.Selection(KINDS, required=True, readonly=True)
    # With kind and debt: what the charge is for, so that it is made once.
    key = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        STATES, required=True, default="proposed", readonly=True, index=True, copy=False
    )
    company_id = fields.Many2one("res.company", required=True, index=True, readonly=True)
    case_id = fields.Many2one("ar.collection.case", index=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, readonly=True
    )
    item_id = fields.Many2one(
        "ar.followup.item", string="Debt", index=True, ondelete="set null", readonly=True
    )
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    notice_id = fields.Many2one(
        "ar.followup.notice", index="btree_not_null", ondelete="set null", readonly=True
    )
    level_id = fields.Many2one("ar.followup.level", readonly=True)
    # A proposal that a person accepts later was not in the text of its notice.
    is_announced = fields.Boolean(readonly=True, copy=False)
    round = fields.Integer(default=1, readonly=True)
    date = fields.Date(string="Day", required=True, readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    base_amount = fields.Monetary(string="On", readonly=True)
    percent = fields.Float(digits=(8, 4), readonly=True)
    computed_amount = fields.Monetary(string="Computed", readonly=True)
    amount = fields.Monetary(help="What is charged; a person may lower a proposal.")
    waived_amount = fields.Monetary(string="Waived", readonly=True)
    correction_amount = fields.Monetary(
        string="Charged too much",
        readonly=True,
        help="The ledger has changed since this was booked: credit the difference.",
    )
    corrected_amount = fields.Monetary(
        readonly=True,
        copy=False,
        help="Of what is waived: credited since the ledger has changed, by no decision.",
    )
    missing_amount = fields.Monetary(
        string="Charged too little",
        readonly=True,
        help="The ledger has changed since this was booked and now gives so much more, "
        "such as after a payment that was undone: propose the difference. Nothing is "
        "charged for it by itself.",
    )
    # The matches of the debt have changed: the daily pass looks at the charge again.
    is_to_check = fields.Boolean(readonly=True, copy=False)
    # The debts that the invoice had when its terms were opened again: what was charged
    # before counts for those that it gets by that.
    rebuilt_item_ids = fields.Json(readonly=True, copy=False)
    # What it was computed by: later changes of the rule do not make it wrong.
    terms = fields.Json(readonly=True)
    reference_id = fields.Many2one(
        "ar.reference.rate", index="btree_not_null", ondelete="restrict", readonly=True
    )
    example = fields.Json(readonly=True)
    document_id = fields.Many2one(
        "account.move", string="Booked in", readonly=True, index="btree_not_null", copy=False
    )
    document_line_id = fields.Many2one(
        "account.move.line", readonly=True, ondelete="set null", copy=False
    )
    waive_note = fields.Char(string="Waived because", readonly=True, copy=False)
    waived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    waived_date = fields.Date(string="Waived on", readonly=True, copy=False)

    _flat_uniq = models.UniqueIndex(
        "(move_id, rule_id) WHERE kind = 'flat' AND state <> 'cancelled'"
        " AND supplements_id IS NULL",
        "The flat sum of this invoice was already charged.",
    )
    _debt_uniq = models.UniqueIndex(
        "(item_id, rule_id, kind, key)"
        " WHERE kind IN ('percent', 'interest') AND state <> 'cancelled'",
        "This was already charged for the debt.",
    )
    _reminder_uniq = models.UniqueIndex(
        "(rule_id, key) WHERE kind = 'reminder' AND state <> 'cancelled'",
        "This reminder was already charged.",
    )
    _check_idx = models.Index("(company_id) WHERE is_to_check IS TRUE")
    _amounts = models.Constraint(
        "CHECK(amount >= 0 AND waived_amount >= 0 AND amount <= computed_amount)",
        "A charge cannot be negative, nor above what was computed.",
    )

    # === COMPUTES === #

    @api.depends("kind", "move_id", "item_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for charge in self:
            number = charge.sudo()._get_debt_number()
            charge.display_name = f"{labels[charge.kind]} · {number}"

    def _get_debt_number(self):
        """Give the number by which the customer knows the debt."""
        self.ensure_one()
        debt = self.item_id.sudo().move_line_id
        return debt._ar_get_number() if debt else self.move_id.name

    # === CRUD === #

    def write(self, vals):
        """Override of `base`: a person may lower a proposal, and nothing else."""
        if self.env.su:
            return super().write(vals)
        if set(vals) - {"amount"} or self.filtered(lambda c: c.state != "proposed"):
            raise UserError(
                self.env._(
                    "Only the amount of a proposed charge can be changed. Waive what "
                    "is booked, or credit the difference."
                )
            )
        self._check_may_decide()
        if vals["amount"] <= 0:
            raise UserError(
                self.env._("To charge nothing, waive the charge and say why.")
            )
        before = {charge: charge.amount for charge in self}
        result = super().write(vals)
        for charge, amount in before.items():
            if charge.amount != amount:
                note = f"{charge.display_name}: {amount} → {charge.amount}"
                charge.case_id._log("charge_changed", note, charge.item_id)
        return result

    # === STATES === #

    def _update_state(self, target, **values):
        """Move charges to `target`; the only writer of the state.

        :raise UserError: when a charge is in a state from which it may not go there
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for charge in self:
            if charge.state not in TRANSITIONS[target]:
                raise UserError(
                    self.env._(
                        "The charge %(charge)s is “%(state)s” and cannot become “%(target)s”.",
                        charge=charge.display_name,
                        state=labels[charge.state],
                        target=labels[target],
                    )
                )
        self.sudo().write({"state": target, **values})

    def _cancel_undecided(self):
        """Cancel what is not booked; its key is free again."""
        self.filtered(lambda charge: charge.state in UNDECIDED)._update_state("cancelled")

    def _sort_by_debt(self):
        return self.sorted(lambda charge: (charge.move_id.invoice_date_due, charge.id))
