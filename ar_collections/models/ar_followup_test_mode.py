"""Test mode proposes anew with each run, and leaves nothing behind when it ends."""

from odoo import api, models

from ..const import OPEN_NOTICE_STATES


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    @api.model
    def _cancel_tests(self, companies, partners=None):
        """Cancel test notices that were not sent.

        :param partners: of these customers only; default: of all
        """
        domain = [
            ("company_id", "in", companies.ids),
            ("is_test", "=", True),
            ("state", "in", (*OPEN_NOTICE_STATES, "failed")),
            ("handed_over_on", "=", False),
        ]
        if partners:
            domain.append(("partner_id", "in", partners.commercial_partner_id.ids))
        self.sudo().search(domain)._cancel("test_over")


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    def _start(self):
        """Override to cancel what earlier test runs have proposed: it is proposed anew."""
        is_started = super()._start()
        if is_started and self.is_test:
            self.env["ar.followup.notice"]._cancel_tests(self.company_id, self.partner_ids)
        return is_started


class ResCompany(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        """Override of `base`: a test that ends leaves no notices that wait."""
        result = super().write(vals)
        if "ar_is_test_mode" in vals and not vals["ar_is_test_mode"]:
            family = self.sudo().search([("id", "child_of", self.ids)])
            over = family.filtered(lambda company: not company._ar_is_test_mode())
            self.env["ar.followup.notice"]._cancel_tests(over)
        return result
