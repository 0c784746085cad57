from odoo import fields, models
from odoo.exceptions import UserError


class ArTermsAccept(models.TransientModel):
    """Note that a customer has accepted the terms: on paper, by e-mail or by telephone."""

    _name = "ar.terms.accept"
    _description = "Terms Accepted"

    move_id = fields.Many2one("account.move", string="Invoice", readonly=True)
    accepted_by = fields.Char(
        required=True, help="The name of the person who has accepted for the customer."
    )
    date = fields.Datetime(
        string="Accepted on", required=True, default=lambda self: fields.Datetime.now()
    )
    note = fields.Char(
        string="How",
        required=True,
        help="So that it can be found again: e-mail of a day, signed paper, call.",
    )

    def _open_for(self, document):
        """Open the window for an order or an invoice."""
        document.check_access("write")
        field = document._ar_get_acceptance_field()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Terms accepted"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "new",
            "context": {
                f"default_{field}": document.id,
                "default_accepted_by": document.partner_id.name,
            },
        }

    def _get_document(self):
        return self.move_id

    def action_confirm(self):
        """Keep the text that the document shows now, with who has accepted it."""
        self.ensure_one()
        document = self._get_document()
        document.check_access("write")
        self._check_date()
        self.env["ar.terms.acceptance"]._note(
            document, "hand", self.accepted_by, self.date, self.note
        )
        return True

    def _check_date(self):
        """Refuse a time at which nobody can have accepted anything."""
        if self.date > fields.Datetime.now():
            raise UserError(
                self.env._("Nobody has accepted yet what is dated later than now.")
            )
