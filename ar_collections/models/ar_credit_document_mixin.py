"""Documents that use credit: checked, flagged, let through."""

from collections import defaultdict
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools.credit import ZERO

_COMPUTED = (
    "ar_credit_bar",
    "ar_credit_warning",
    "ar_is_on_credit_hold",
    "ar_can_ask_release",
    "ar_has_asked_release",
)


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

    def _ar_get_credit_stopped(self):
        """Give those of these documents that must wait.

        First all of a company together: nearly always nothing speaks against them.
        """
        return self._ar_get_credit_doubted().filtered(
            lambda document: document._ar_get_credit_stops()
        )

    def _ar_get_credit_doubted(self):
        """Give the documents against which something speaks before releases are asked.

        All that a customer asks for is looked at together: where nothing speaks against
        the sum, nothing speaks against any of them.
        """
        if len(self) == 1:
            return self
        doubted = self.browse()
        for root, documents in self.grouped(
            lambda document: document._ar_get_credit_company().sudo().root_id
        ).items():
            totals = defaultdict(Decimal)
            for document, asked in documents._ar_get_credit_asked().items():
                totals[document._ar_get_credit_partner().id] += max(asked, ZERO)
            checks = self.env["ar.credit.engine"]._check(root, totals, documents)
            doubted |= documents.filtered(
                lambda one, checks=checks: checks[one._ar_get_credit_partner().id].reasons
            )
        # In their order: the first of them gets the credit.
        return self & doubted

    def _ar_in_rounds(self):
        """Give the documents in groups: the second of a customer waits for the first.

        It is checked when that one counts. Where all of a customer's may go on together,
        as nearly always, none has to wait.
        """
        by_customer = self._ar_get_holdable().grouped(lambda one: one._ar_get_credit_head())
        many = self.browse().union(*(one for one in by_customer.values() if len(one) > 1))
        many._ar_claim_credit()
        later, seen = [], defaultdict(int)
        for document in many._ar_get_credit_doubted():
            number = seen[document._ar_get_credit_head()]
            seen[document._ar_get_credit_head()] += 1
            if number > len(later):
                later.append(self.browse())
            if number:
                later[number - 1] |= document
        return [self - self.browse().union(*later), *later]

    def _ar_get_holdable(self):
        """Give those that a hold would keep from going on."""
        strict = self.filtered(lambda document: document._ar_get_credit_effect() != "warn")
        return strict._ar_get_using_credit()

    def _ar_set_aside_credit(self):
        """Give those that must wait; claim the credit first, and put on record why."""
        using = self._ar_get_holdable()
        using._ar_claim_credit()
        held = using._ar_get_credit_stopped()
        for document in held:
            document._ar_flag_credit()
        return held

    def _ar_claim_credit(self):
        """Make a transaction that uses the same credit at this moment fail and start again."""
        cases = self.env["ar.collection.case"].sudo()
        for root, documents in self.grouped(
            lambda document: document._ar_get_credit_company().sudo().root_id
        ).items():
            partners = {document._ar_get_credit_partner().id for document in documents}
            partners |= {document._ar_get_credit_head().id for document in documents}
            cases |= cases.browse(cases._ensure_cases(root, sorted(partners)).values())
        if cases:
            cases._use_credit()

    # === FLAGS === #

    def _ar_give_held_task(self, user, summary):
        """Make a task: nobody was at the screen when the document was held."""
        self.ensure_one()
        user = user or self._ar_get_credit_case()._get_collector()
        self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            summary=summary,
            note=plaintext2html(self._ar_get_credit_held_text()),
            user_id=user.id or self.env.uid,
        )

    def _ar_flag_credit(self):
        """Put on record that the document is held, and why."""
        self.ensure_one()
        case = self._ar_get_credit_case()
        check = self._ar_check_credit()
        reasons = case._get_credit_sentences(check)
        new = self.env["ar.credit.hold"]._hold(case, reasons, self)
        if new:
            self.sudo().message_post(body=plaintext2html(self._ar_get_credit_held_text()))
        return new

    def _ar_note_passed(self):
        """Put on record what goes on though credit speaks against it, and why it may.

        First all of a company together: nearly always there is nothing to note.
        """
        using = self._ar_get_using_credit()
        for root, documents in using.grouped(
            lambda document: document._ar_get_credit_company().sudo().root_id
        ).items():
            totals = defaultdict(Decimal)
            asked_of = documents._ar_get_credit_asked()
            for document, asked in asked_of.items():
                totals[document._ar_get_credit_partner().id] += asked
            checks = self.env["ar.credit.engine"]._check(root, totals, documents)
            documents._ar_note_passed_with(checks)
            for document, asked in asked_of.items():
                document._ar_keep_asked(asked)
            documents._ar_get_credit_holds()._lift("cleared")

    def _ar_note_passed_with(self, checks):
        """Note what documents pass with; a warning takes no second look at each of them.

        :param checks: {partner id: Check} of all that is asked for together
        """
        for partner, documents in self.grouped(lambda d: d._ar_get_credit_partner()).items():
            check = checks[partner.id]
            if not check.reasons:
                continue
            if documents[:1]._ar_get_credit_effect() == "warn":
                documents._ar_note_warned(check)
                continue
            for document in documents:
                document._ar_note_one_passed()

    def _ar_note_warned(self, check):
        """Keep the warnings of one customer; where nobody has decided, there are none."""
        if {reason.code for reason in check.reasons} == {"undecided"}:
            return
        case = self[:1]._ar_get_credit_case()
        for code, sentence, _amount in case._get_credit_sentences(check):
            if code != "undecided":
                names = ", ".join(self.mapped("display_name"))
                case._log("credit_warned", f"{names}: {sentence}")
        self._ar_get_credit_holds()._lift("warned")

    def _ar_get_credit_holds(self):
        """Give the holds in force of these documents."""
        names = [f"{self._name},{document.id}" for document in self]
        return self.env["ar.credit.hold"].sudo().search([("document", "in", names)])

    def _ar_note_one_passed(self):
        check = self._ar_check_credit()
        if not check.reasons:
            return
        if release := self._ar_find_release(check):
            release._use(self, self._ar_get_credit_used(check.asked))
            self._ar_get_credit_holds()._lift("released", release)
            return
        # What runs as superuser passes without a release.
        self._ar_note_warned(check)

    def _ar_on_released(self):
        """Go by a release that was given just now; most documents do when they pass."""

    def _ar_refresh_credit_hold(self):
        """Lift the hold of documents that would pass now; that confirms nothing."""
        for document in self:
            holds = self.env["ar.credit.hold"]._find(document)
            if holds and not document._ar_get_credit_stops():
                reason = "cleared" if document._ar_uses_credit() else "closed"
                holds._lift(reason)
                if reason == "cleared":
                    document.sudo().message_post(
                        body=self.env._("The credit hold is lifted: the reason is gone.")
                    )

    def _ar_forget_credit(self):
        """Have what the screens show of credit computed anew."""
        self.invalidate_recordset(_COMPUTED)

    # === RELEASE === #

    def _ar_get_open_request(self):
        """Give the request for a release that nobody has decided on yet."""
        self.ensure_one()
        key = self.env["ar.credit.hold"]._get_document_values(self._origin)["document"]
        releases = self.env["ar.credit.release"].sudo()
        return releases.search([("document", "=", key), ("state", "=", "requested")], limit=1)

    def _ar_close_open_request(self, why):
        """Take back the request of a document that is not held any more."""
        if request := self._ar_get_open_request():
            request._update_state("withdrawn")
            request._tell(self.env._("The request is closed: %(reason)s", reason=why))

    def action_ar_open_release_request(self):
        """Ask the credit approvers to let the document through."""
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ask for release"),
            "res_model": "ar.credit.release.request",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_res_model": self._name, "default_res_id": self.id},
        }

    def action_ar_open_release(self):
        """Open the release that was asked for, with what came of it."""
        self.ensure_one()
        self.env["ar.credit.release"].check_access("read")
        self.check_access("read")
        key = self.env["ar.credit.hold"]._get_document_values(self)["document"]
        release = self.env["ar.credit.release"].search([("document", "=", key)], limit=1)
        if not release:
            raise UserError(
                self.env._(
                    "You see the releases that you have asked for yourself, and those of "
                    "your own orders: this one is a colleague's."
                )
            )
        return release.get_formview_action()

    def _ar_request_release(self, note):
        """Ask for a release; whoever may change the document may ask."""
        self.ensure_one()
        self.check_access("write")
        if not self.sudo().ar_can_ask_release:
            raise UserError(
                self.env._(
                    "There is nothing to ask for: the document is not held, has been "
                    "asked for already, or your company does not give releases."
                )
            )
        self._ar_flag_credit()
        releases = self.env["ar.credit.release"]
        case = self._ar_get_credit_case()
        return releases._request(case, note, self, self._ar_check_credit())
