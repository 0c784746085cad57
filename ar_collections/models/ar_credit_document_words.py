"""What screens and messages say of credit on a document."""

from collections import defaultdict

from odoo import api, models


class ArCreditDocumentMixin(models.AbstractModel):
    _inherit = "ar.credit.document.mixin"

    def _ar_get_held_name(self):
        """Give how messages on holds tell the document from others."""
        self.ensure_one()
        return self.display_name

    def _ar_get_credit_warning(self, check, release):
        """Give what the banner says; empty where nothing speaks against the document."""
        self.ensure_one()
        if not check or not check.reasons:
            return False
        if release:
            return self.env._(
                "Credit: released, %(terms)s.", terms=release._get_terms_text()
            )
        company = self._ar_get_credit_company()
        engine = self.env["ar.credit.engine"]
        return "\n".join(engine._get_sentence(company, check, r) for r in check.reasons)

    def _ar_get_credit_held_text(self):
        """Give why these documents wait, and what to do; what is the same is said once."""
        names = defaultdict(list)
        for document in self:
            stops = document._ar_get_credit_stops()
            reasons = "\n".join(f"• {sentence}" for _code, sentence in stops)
            names[reasons, document._ar_get_credit_effect()].append(
                document._ar_get_held_name()
            )
        return "\n\n".join(
            self._ar_format_held(", ".join(documents), reasons, effect)
            for (reasons, effect), documents in names.items()
        )

    def _ar_format_held(self, names, reasons, effect):
        title = self.env._("On credit hold: %(documents)s", documents=names)
        return "\n".join([title, reasons, self._ar_get_next_credit_step(effect)])

    def _ar_get_next_credit_step(self, effect):
        """Say what a person can do about documents on credit hold."""
        if effect == "ask":
            return self.env._("Ask for a release, or for payment in advance.")
        return self.env._("Ask for payment, or for a decision on credit.")

    def _ar_tell_credit_held(self):
        """Give the message on the screen for documents that have to wait."""
        return self._ar_get_held_notification(self._ar_get_credit_held_text())

    @api.model
    def _ar_get_held_notification(self, text):
        """Give a message that stays on the screen, with its lines kept apart."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": text,
                # Without it the reasons of several documents run together.
                "className": "text-prewrap",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _ar_get_credit_bar(self, check):
        """Give what the bar shows: the parts, what this document adds, what is free."""
        if not check:
            return False
        self.ensure_one()
        currency = self._ar_get_credit_company().sudo().root_id.currency_id
        return self.env["ar.credit.engine"]._get_bar(check, currency)
