"""Releases: an approver lets through what credit would stop."""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_amount, format_date

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
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    case_id = fields.Many2one(
        "ar.collection.case", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    move_id = fields.Many2one(
        "account.move",
        string="Invoice",
        index="btree_not_null",
        ondelete="cascade",
        readonly=True,
    )
    document = fields.Char(default="", required=True, readonly=True, copy=False, index=True)
    document_name = fields.Char(string="For", compute="_compute_document_name")
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
    decision_note = fields.Text(tracking=True)
    decided_by_id = fields.Many2one("res.users", string="Decided by", readonly=True, copy=False)
    decided_on = fields.Date(readonly=True, copy=False)
    credit_bar = fields.Json(related="case_id.credit_bar")
    is_mine_to_decide = fields.Boolean(compute="_compute_is_mine_to_decide")

    _amounts = models.Constraint(
        "CHECK(amount >= 0)", "A release cannot be for a negative amount."
    )

    # === COMPUTES === #

    @api.depends("document", "partner_id")
    def _compute_document_name(self):
        for release in self:
            document = release.sudo()._get_document()
            release.document_name = (
                document.display_name if document else self.env._("All documents")
            )

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
                release.sudo()._get_holds()._lift("released", release)
        return True

    def action_refuse(self):
        """Refuse the release; one that was given ends now."""
        self._check_approver()
        if any(not (release.decision_note or "").strip() for release in self):
            raise UserError(self.env._("Say why: fill in the note on the decision."))
        self._update_state("refused")
        for release in self:
            release._tell(self.env._("Refused: %(note)s", note=release.decision_note))
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

    def action_open_document(self):
        """Open what the release is for."""
        self.ensure_one()
        return (self._get_document() or self.case_id).get_formview_action()

    # === BUSINESS === #

    def _get_document(self):
        """Give the document that is released, or nothing; other addons add theirs."""
        self.ensure_one()
        return self.move_id

    @api.model
    def _request(self, case, note, document=None, check=None, **values):
        """Ask the approvers to let a document through.

        :param check: what the credit engine has found
        :return: the request
        """
        if not (note or "").strip():
            raise UserError(self.env._("Say why the document should be let through."))
        sentences = [sentence for _c, sentence, _a in case._get_credit_sentences(check)]
        release = self.sudo().create(
            {
                **self.env["ar.credit.hold"]._get_document_values(document),
                "case_id": case.id,
                "requested_by_id": self.env.uid,
                "request_note": note,
                "reasons": "\n".join(sentences),
                "asked_amount": float(check.asked),
                "amount": float(check.asked),
                **values,
            }
        )
        if document:
            document._ar_forget_credit()
        case._log("credit_asked", f"{release.document_name}: {note}")
        release._ask_approvers()
        return release

    def _ask_approvers(self):
        """Give an approver the task to decide, and tell the others."""
        self.ensure_one()
        approvers = self._get_approvers() - self.requested_by_id
        wanted = self.company_id.ar_credit_approver_id
        user = (wanted & approvers) or approvers[:1]
        self.message_subscribe(partner_ids=approvers.partner_id.ids)
        self.message_post(body=self.request_note, author_id=self.requested_by_id.partner_id.id)
        if user:
            self.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.company_id._ar_today(),
                summary=self.env._("Decide on a credit release"),
                note=self.reasons,
                user_id=user.id,
            )

    def _get_approvers(self):
        self.ensure_one()
        return self._get_approvers_of(self.company_id)

    @api.model
    def _get_approvers_of(self, company):
        """Give the people who may decide on credit in a company."""
        group = self.env.ref("ar_collections.ar_collections_group_credit_approver")
        root = self.env.ref("base.user_root")
        return group.sudo().all_user_ids.filtered(
            lambda user: user.active and user != root and company in user.company_ids
        )

    def _may_decide(self):
        """Tell whether the user may decide: four eyes, where there are two approvers."""
        self.ensure_one()
        approvers = self.sudo()._get_approvers()
        if self.env.user not in approvers:
            return False
        return self.sudo().requested_by_id != self.env.user or len(approvers) < 2

    def _check_approver(self):
        self.env["ar.collection.case"]._check_group("ar_collections_group_credit_approver")
        self.check_access("read")
        for release in self:
            if not self.env.su and not release._may_decide():
                raise UserError(
                    self.env._(
                        "You have asked for this release yourself: another credit "
                        "approver decides."
                    )
                )

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

    def _tell(self, text):
        """Close the task, and tell the person who asked."""
        self.ensure_one()
        release = self.sudo()
        release.activity_ids.action_feedback(feedback=text)
        release.message_post(
            body=text, author_id=self.env.user.partner_id.id
        )
        document = release._get_document()
        if document:
            document.message_post(
                body=text,
                author_id=self.env.user.partner_id.id,
                partner_ids=release.requested_by_id.partner_id.ids,
            )

    def _get_release_text(self):
        self.ensure_one()
        text = self.env._("Released: %(terms)s", terms=self._get_terms_text())
        if not self._is_too_small():
            return text
        more = self.env._("The document asks for more and stays on hold until it is smaller.")
        return f"{text}. {more}"

    def _is_too_small(self):
        """Tell whether the document stays on hold all the same."""
        self.ensure_one()
        document = self.sudo()._get_document()
        return bool(document and document._ar_get_credit_stops())

    def _get_terms_text(self):
        """Say until when, and up to which amount."""
        self.ensure_one()
        return self.env._(
            "%(document)s, until %(day)s, up to %(amount)s",
            document=self.document_name if self.is_for_document else self.env._("all documents"),
            day=format_date(self.env, self.until) if self.until else self.env._("no end"),
            amount=(
                format_amount(self.env, self.amount, self.currency_id)
                if self.amount
                else self.env._("any amount")
            ),
        )

    def _get_log_text(self):
        self.ensure_one()
        return ". ".join(filter(None, [self._get_terms_text(), self.decision_note]))

    def _get_holds(self):
        """Give the holds in force that this release is for."""
        self.ensure_one()
        holds = self.case_id.credit_hold_ids.filtered("document")
        if not self.is_for_document:
            return holds.browse()
        return holds.filtered(lambda hold: hold.document == self.document)

    @api.model
    def _find(self, case, document, used):
        """Find the release that lets a document through now.

        :param used: all the credit that the document uses, in the company's currency
        """
        key = self._get_key(document)
        today, currency = case.company_id._ar_today(), case.company_id.currency_id
        releases = self.sudo().search(
            [
                ("case_id", "=", case.id),
                ("state", "=", "approved"),
                "|",
                ("until", "=", False),
                ("until", ">=", today),
                "|",
                ("is_for_document", "=", False),
                ("document", "=", key),
            ]
        )
        return releases.filtered(
            lambda release: not release.amount
            or currency.compare_amounts(float(used), release._get_rest_for(key)) <= 0
        )[:1]

    @api.model
    def _get_key(self, document):
        return self.env["ar.credit.hold"]._get_document_values(document)["document"]

    def _get_rest_for(self, key):
        """Give what other documents leave of the amount."""
        self.ensure_one()
        return self.amount - sum(
            amount for other, amount in (self.uses or {}).items() if other != key
        )

    def _use(self, document, used):
        """Note what a document was let through with, instead of what was noted before."""
        key = self._get_key(document)
        for release in self.sudo():
            release.uses = {**(release.uses or {}), key: float(used)}
