"""Releases: an approver lets through what credit would stop."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import CREDIT_RELEASE_STATES, CREDIT_RELEASE_TRANSITIONS

# What an approver fills in before deciding; all else is written by the verbs.
_TERMS = frozenset({"until", "amount", "is_for_document", "decision_note"})
_MAIL = ("message_", "activity_", "my_activity_")


class ArCreditRelease(models.Model):
    """A request with a note becomes a release until a day, up to an amount, for a document.

    The approver is another person than the one who asks, where there are two.
    """

    _name = "ar.credit.release"
    _description = "Credit Release"
    _inherit = ["ar.credit.record.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    document_name = fields.Char(string="For")
    state = fields.Selection(
        CREDIT_RELEASE_STATES,
        required=True,
        default="requested",
        readonly=True,
        index=True,
        tracking=True,
        copy=False,
    )
    requested_by_id = fields.Many2one(
        "res.users", string="Asked by", required=True, readonly=True
    )
    request_note = fields.Text(string="Why", required=True, readonly=True)
    reasons = fields.Text(string="What stops it", readonly=True)
    asked_amount = fields.Monetary(
        string="Credit asked for", readonly=True, help="What the document adds to the exposure."
    )
    until = fields.Date(
        string="Released until", tracking=True, help="Included. Empty: without an end."
    )
    amount = fields.Monetary(
        string="Up to",
        tracking=True,
        help="The credit that is let through, without taking note of what else the "
        "customer owes. 0: any amount.",
    )
    is_for_document = fields.Boolean(
        string="This document only",
        default=True,
        help="Off: all documents of the customer, up to the amount together.",
    )
    used_amount = fields.Monetary(string="Used", compute="_compute_used_amount")
    # {document: the credit that it was let through with}
    uses = fields.Json(readonly=True, copy=False)
    decision_note = fields.Text(string="Note on the decision", tracking=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True, copy=False)
    decided_on = fields.Date(string="Decided on", readonly=True, copy=False)
    credit_bar = fields.Json(related="case_id.credit_bar")
    is_mine_to_decide = fields.Boolean(compute="_compute_is_mine_to_decide")

    _amounts = models.Constraint(
        "CHECK(amount >= 0)",
        "A release cannot be for a negative amount: enter 0 for any amount.",
    )

    # === COMPUTES === #

    @api.depends("partner_id", "document")
    def _compute_display_name(self):
        for release in self:
            name = release.sudo().partner_id.display_name
            release.display_name = f"{name} · {release.document_name}"

    @api.depends("state", "requested_by_id")
    @api.depends_context("uid")
    def _compute_is_mine_to_decide(self):
        for release in self:
            release.is_mine_to_decide = (
                release.state == "requested" and release._may_decide()
            )

    @api.depends("uses")
    def _compute_used_amount(self):
        for release in self:
            release.used_amount = sum((release.uses or {}).values())

    # === CONSTRAINS === #

    @api.constrains("until", "state")
    def _check_until(self):
        for release in self.filtered(lambda release: release.state == "requested"):
            if release.until and release.until < release.company_id._ar_today():
                raise ValidationError(
                    self.env._("A release cannot end in the past: choose a later day.")
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: a release is asked for, it is not made up."""
        if not self.env.su:
            raise UserError(
                self.env._("Ask for a release from the document that is on credit hold.")
            )
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base`: only verbs decide, and a decision is not edited later."""
        if not self.env.su and self._is_closed_for(vals):
            raise UserError(
                self.env._(
                    "A release is decided with its buttons, and stays as it was decided: "
                    "refuse it and ask for another one."
                )
            )
        return super().write(vals)

    def _is_closed_for(self, vals):
        names = {name for name in vals if not name.startswith(_MAIL)}
        if any(release.state != "requested" for release in self):
            # The note explains why a release is ended.
            return bool(names - {"decision_note"})
        return bool(names - _TERMS)

    # === ACTIONS === #

    def action_approve(self):
        """Let the document through, on the terms that are filled in."""
        self._check_approver()
        self._check_until()
        for release in self:
            if not release.is_for_document and not (release.amount and release.until):
                raise UserError(
                    self.env._(
                        "A release for all documents of a customer needs an amount and "
                        "a last day."
                    )
                )
        self._update_state("approved")
        for release in self:
            release._tell(release._get_release_text())
            release.case_id._log("credit_released", release._get_log_text())
            if not release._is_too_small():
                release.sudo()._apply()
        return True

    def action_refuse(self):
        """Refuse the release; one that was given ends now."""
        self._check_approver()
        if any(not (release.decision_note or "").strip() for release in self):
            raise UserError(self.env._("Say why: fill in the note on the decision."))
        given = self.filtered(lambda release: release.state == "approved")
        self._update_state("refused")
        for release in self:
            note = release.decision_note
            release._tell(
                self.env._("The release has ended: %(note)s", note=note)
                if release in given
                else self.env._("Refused: %(note)s", note=note)
            )
            release.case_id._log("credit_refused", release._get_log_text())
        return True

    def action_withdraw(self):
        """Take the request back."""
        for release in self:
            if release.requested_by_id != self.env.user and not self.env.su:
                raise UserError(
                    self.env._("Only the person who asked can take the request back.")
                )
        self._update_state("withdrawn")
        self.sudo().activity_ids.unlink()
        return True

    # === BUSINESS === #

    def _get_name_of_all(self):
        return self.env._("All documents")

    def _update_state(self, target):
        """Move to `target`: the one writer of the state."""
        allowed = CREDIT_RELEASE_TRANSITIONS[target]
        for release in self:
            if release.state not in allowed:
                raise UserError(
                    self.env._("This request has been decided already: reload the page.")
                )
        values = {"state": target}
        if target != "withdrawn":
            values |= {"decided_by_id": self.env.uid}
        for release in self.sudo():
            release.write({**values, "decided_on": release.company_id._ar_today()})
            if document := release._get_document():
                document._ar_forget_credit()
