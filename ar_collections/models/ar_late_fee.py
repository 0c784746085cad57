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
TRANSITIONS = {
    "posted": ("proposed",),
    "waived": ("memo", "proposed", "posted"),
    "cancelled": ("memo", "proposed"),
}


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
        "ar.followup.item", string="Debt", index=True, ondelete="cascade", readonly=True
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, index=True, readonly=True
    )
    notice_id = fields.Many2one(
        "ar.followup.notice", index="btree_not_null", ondelete="set null", readonly=True
    )
    level_id = fields.Many2one("ar.followup.level", readonly=True)
    round = fields.Integer(default=1, readonly=True)
    date = fields.Date(required=True, readonly=True)
    date_from = fields.Date(string="From", readonly=True)
    date_to = fields.Date(string="To", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    base_amount = fields.Monetary(readonly=True)
    percent = fields.Float(digits=(8, 4), readonly=True)
    computed_amount = fields.Monetary(string="Computed", readonly=True)
    amount = fields.Monetary(help="What is charged; a person may lower a proposal.")
    waived_amount = fields.Monetary(string="Waived", readonly=True)
    correction_amount = fields.Monetary(
        string="Charged too much",
        readonly=True,
        help="The ledger has changed since this was booked: credit the difference.",
    )
    example = fields.Json(readonly=True)
    example_text = fields.Text(string="Worked example", compute="_compute_example_text")
    document_id = fields.Many2one(
        "account.move", string="Booked in", readonly=True, index="btree_not_null", copy=False
    )
    waive_note = fields.Char(string="Waived because", readonly=True, copy=False)
    waived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    waived_date = fields.Date(readonly=True, copy=False)

    _flat_uniq = models.UniqueIndex(
        "(move_id, rule_id) WHERE kind = 'flat' AND state <> 'cancelled'",
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
    _amounts = models.Constraint(
        "CHECK(amount >= 0 AND waived_amount >= 0 AND amount <= computed_amount)",
        "A charge cannot be negative, nor above what was computed.",
    )

    # === COMPUTES === #

    @api.depends("kind", "move_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for charge in self:
            charge.display_name = f"{labels[charge.kind]} · {charge.sudo().move_id.name}"

    @api.depends("example")
    def _compute_example_text(self):
        for charge in self:
            charge.example_text = "\n".join(charge._get_example_lines())

    def _get_example_lines(self):
        """Give the worked example as lines of text, one per stretch."""
        self.ensure_one()
        return [
            self.env._("%(start)s to %(end)s: %(formula)s = %(amount)s", **stretch)
            if stretch.get("start")
            else f"{stretch['formula']} = {stretch['amount']}"
            for stretch in self.example or ()
        ]

    # === ACTIONS === #

    def action_accept(self):
        """Book proposals, one document per customer, company and currency."""
        self._check_may_decide()
        proposed = self.filtered(lambda charge: charge.state == "proposed")
        proposed._book(self.env.context.get("ar_due_date"))
        return True

    def action_waive(self, note, amount=None):
        """Waive charges in full, or a part of one, for a reason that stays on record.

        A booked charge is corrected by a credit note.

        :param note: the reason
        :param amount: the part to waive, of a single charge; ``None``: all
        """
        self._check_may_decide()
        if not note:
            raise UserError(self.env._("Say why the charge is waived."))
        for charge in self.filtered(lambda c: c.state in TRANSITIONS["waived"]):
            charge._waive(note, charge.amount if amount is None else amount)
        return True

    def action_correct(self):
        """Credit what was charged too much, as the ledger stands now."""
        self._check_may_decide()
        for charge in self.filtered("correction_amount"):
            amount = min(charge.correction_amount, charge.amount)
            charge._waive(self.env._("The debt was corrected after the charge"), amount)
            charge.sudo().correction_amount = 0.0
        return True

    def _check_may_decide(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_manager")
        self.check_access("read")

    # === BUSINESS === #

    def _update_state(self, target, **values):
        """Move charges to `target`; the only writer of the state."""
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

    def _waive(self, note, amount):
        self.ensure_one()
        if not 0 < amount <= self.amount:
            raise UserError(
                self.env._(
                    "Waive an amount between 0 and %(amount)s.", amount=self.amount
                )
            )
        values = {
            "waived_amount": self.waived_amount + amount,
            "amount": self.currency_id.round(self.amount - amount),
            "waive_note": note,
            "waived_by_id": self.env.uid,
            "waived_date": self.company_id._ar_today(),
        }
        if self.state == "posted":
            self._credit(amount, note)
        if self.currency_id.is_zero(values["amount"]):
            self._update_state("waived", **values)
        else:
            self.sudo().write(values)
        self.case_id._log("waived", note, self.item_id, self.notice_id)

    def _cancel_proposals(self):
        """Cancel what is not booked; its key is free again."""
        self.filtered(lambda c: c.state in ("memo", "proposed"))._update_state("cancelled")

    @api.model
    def _on_match_undone(self, lines):
        """Take proposals back whose stretches no longer hold (a payment was undone)."""
        proposals = self.sudo().search(
            [("state", "in", ("memo", "proposed")), ("item_id.move_line_id", "in", lines.ids)]
        )
        proposals._cancel_proposals()
