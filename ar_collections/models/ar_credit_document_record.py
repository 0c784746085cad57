"""What is put on record of documents that use credit: holds, warnings, releases used."""

from collections import defaultdict
from decimal import Decimal

from odoo import models
from odoo.tools import plaintext2html

_COMPUTED = (
    "ar_credit_bar",
    "ar_credit_warning",
    "ar_is_on_credit_hold",
    "ar_can_ask_release",
    "ar_has_asked_release",
)


class ArCreditDocumentMixin(models.AbstractModel):
    _inherit = "ar.credit.document.mixin"

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
