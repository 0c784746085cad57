from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base`: merge the collection cases before core deletes
        the rows that would break their unique key."""
        self.env["ar.collection.case"].sudo()._merge_for(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _update_values(self, src_partners, dst_partner):
        """Override of `base`: a merged limit is no new decision on credit, and what
        was decided on late fees goes with the customers.

        The cases were merged before, with the decision that counts.
        """
        dst_partner._ar_take_over_fee_decisions(src_partners)
        with dst_partner._ar_merging_limits():
            return super()._update_values(src_partners, dst_partner)
