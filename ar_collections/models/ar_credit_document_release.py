"""Asking for the release of a document that is on credit hold."""

from odoo import models
from odoo.exceptions import UserError


class ArCreditDocumentMixin(models.AbstractModel):
    _inherit = "ar.credit.document.mixin"

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
