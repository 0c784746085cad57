"""The terms and conditions of a company have versions."""

from markupsafe import Markup

from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_terms_version = fields.Integer(
        string="Version of the terms", default=1, readonly=True,
        groups="base.group_user",
    )

    def write(self, vals):
        """Override of `base` to count the versions of the terms and conditions."""
        result = super().write(vals)
        if {"invoice_terms", "invoice_terms_html", "terms_type"} & vals.keys():
            for company in self:
                super(ResCompany, company).write(
                    {"ar_terms_version": company.ar_terms_version + 1}
                )
        return result

    def _ar_get_terms(self, sentences, note, rule):
        """Give the version and the text of the terms that a document shows.

        :param sentences: list of plain sentences on its deposit
        :param note: its own terms and conditions (HTML)
        """
        self.ensure_one()
        version = self.env._("Terms %s", self.ar_terms_version)
        if rule:
            version += self.env._(
                ", deposit “%(rule)s” %(version)s", rule=rule.name, version=rule.version
            )
        parts = [Markup("<p>%s</p>") % sentence for sentence in sentences]
        parts.append(note or Markup())
        if self.terms_type == "html" and self.invoice_terms_html:
            parts.append(self.invoice_terms_html)
        return version, Markup().join(parts)
