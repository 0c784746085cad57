from odoo import api, models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    @api.model
    def _update_foreign_keys(self, src_partners, dst_partner):
        """Override of `base`: merge the collection cases before core deletes
        the rows that would break their unique key."""
        self.env["ar.collection.case"].sudo()._merge_for(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
