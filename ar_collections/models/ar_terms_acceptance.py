"""Proof that a customer has accepted the terms: text, version, who, when, how (B4)."""

from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import is_html_empty
from odoo.tools.mail import html_to_inner_content

WAYS = [
    ("signature", "Signed online"),
    ("payment", "Paid online"),
    ("hand", "Noted by hand"),
]


class ArTermsAcceptance(models.Model):
    _name = "ar.terms.acceptance"
    _description = "Terms That a Customer Has Accepted"
    _order = "date desc, id desc"
    _rec_name = "version"

    move_id = fields.Many2one(
        "account.move", string="Invoice", index="btree_not_null", readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )
    date = fields.Datetime(string="Accepted on", required=True, readonly=True)
    accepted_by = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Noted by", readonly=True)
    way = fields.Selection(WAYS, string="How", required=True, readonly=True)
    note = fields.Char(readonly=True, help="Where the customer has said so: e-mail, call, paper.")
    deposit_amount = fields.Float(
        string="Deposit accepted", readonly=True, digits=0,
        help="In the currency of the document.",
    )
    version = fields.Char(required=True, readonly=True)
    text = fields.Html(required=True, readonly=True)
    digest = fields.Char(
        string="SHA-256",
        compute="_compute_digest",
        store=True, help="Fingerprint of the text as it was accepted."
    )

    @api.depends("text")
    def _compute_digest(self):
        for acceptance in self:
            acceptance.digest = sha256(str(acceptance.text).encode()).hexdigest()

    def write(self, vals):
        """Override: proof is never changed."""
        if vals:
            raise AccessError(
                self.env._(
                    "What a customer has accepted is kept as it is: note a new acceptance."
                )
            )
        return super().write(vals)

    @api.model
    def _read_terms(self, document):
        """Give the version and the text of the terms in the customer's language."""
        return document.with_context(lang=document.partner_id.lang)._ar_get_terms()

    @api.model
    def _is_noted(self, document):
        """Tell whether the last acceptance is of the terms as they read now."""
        version, text = self._read_terms(document)
        newest = document._ar_get_acceptances().sorted(lambda one: (one.date, one.id))[-1:]
        # HTML is cleaned on its way to the database: the words are compared.
        old, new = (
            html_to_inner_content(one or "").replace("\xa0", " ")
            for one in (newest.text, text)
        )
        return newest.version == version and old == new

    @api.model
    def _note(self, document, way, accepted_by, date=None, note=None):
        """Keep what was accepted, as it reads now in the customer's language.

        :param document: record with `_ar_get_terms()` -> (version, text)
        """
        partner = document.partner_id
        version, text = self._read_terms(document)
        if is_html_empty(text):
            raise UserError(
                self.env._(
                    "%(document)s shows no terms to accept: enter its terms and "
                    "conditions first.",
                    document=document.display_name,
                )
            )
        return self.sudo().create(
            {
                document._ar_get_acceptance_field(): document.id,
                "company_id": document.company_id.id,
                "partner_id": partner.commercial_partner_id.id,
                "date": date or fields.Datetime.now(),
                "accepted_by": accepted_by or partner.name,
                "user_id": self.env.uid,
                "way": way,
                "note": note,
                "deposit_amount": document.ar_deposit_amount,
                "version": version,
                "text": text,
            }
        )
