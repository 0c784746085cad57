"""What the customer's form shows of the case; only for people of Collections."""

from odoo import api, fields, models
from odoo.exceptions import UserError

READERS = "ar_collections.ar_collections_group_auditor"


class ResPartner(models.Model):
    """The fields carry the group themselves: whoever reads a partner without a list of
    fields must not stumble over models that are closed to them."""

    _inherit = "res.partner"

    ar_case_ids = fields.One2many(groups=READERS)
    ar_case_id = fields.Many2one(search="_search_ar_case_id", groups=READERS)
    ar_overdue_amount = fields.Monetary(groups=READERS)
    ar_policy_id = fields.Many2one(
        related="ar_case_id.used_policy_id", string="Policy", groups=READERS
    )
    ar_collector_id = fields.Many2one(
        related="ar_case_id.collector_id", string="Collector", groups=READERS
    )
    ar_hold_summary = fields.Char(
        related="ar_case_id.hold_summary", string="On hold", groups=READERS
    )
    ar_last_notice_date = fields.Date(
        related="ar_case_id.last_notice_date", string="Last notice", groups=READERS
    )
    ar_next_date = fields.Date(
        related="ar_case_id.next_date", string="Next step on", groups=READERS
    )
    ar_next_level_id = fields.Many2one(
        related="ar_case_id.next_level_id", string="Next level", groups=READERS
    )

    @api.model
    def _search_ar_case_id(self, operator, value):
        return [("commercial_partner_id.ar_case_ids", operator, value)]

    def action_ar_open_case(self):
        """Open the customer's case in the present company, made where there is none.

        :raise UserError: for an auditor, where there is none
        """
        self.ensure_one()
        return self._ar_find_cases().get_formview_action()

    def _ar_find_cases(self):
        """Give the cases of customers in the present company, for a look at them.

        Those who work on cases have them made where they are missing; auditors only
        read.

        :raise UserError: for an auditor, where there is none
        """
        self.check_access("read")
        cases = self.env["ar.collection.case"]
        cases.check_access("read")
        if cases.has_access("write"):
            return self._ar_get_cases()
        if found := self.ar_case_id:
            return found
        raise UserError(
            self.env._(
                "%(customers)s: no case in %(company)s yet. It is opened with the first "
                "debt on the ladder, or by a collector.",
                customers=", ".join(self.commercial_partner_id.mapped("display_name")),
                company=self.env.company.name,
            )
        )
