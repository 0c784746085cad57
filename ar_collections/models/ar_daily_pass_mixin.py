"""Daily work over everything that a company has: how far it has come."""

from odoo import api, fields, models


class ArDailyPassMixin(models.AbstractModel):
    """The progress of a company's daily pass.

    A scheduled action may run out of time: what is left is done in its next call, which
    begins where the last one ended.
    """

    _name = "ar.daily.pass.mixin"
    _description = "Progress of a Daily Pass"
    _log_access = False

    company_id = fields.Many2one("res.company", required=True, ondelete="cascade")
    cursor = fields.Integer(help="The last record of a pass that is under way.")

    _company_uniq = models.Constraint(
        "UNIQUE(company_id)", "A company has one daily pass of a kind."
    )

    @api.model
    def _get_for(self, company):
        """Give the progress of a company, opened when there is none."""
        return self.search([("company_id", "=", company.id)]) or self.create(
            {"company_id": company.id}
        )
