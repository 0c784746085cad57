"""What a level needs for its channels: texts, and the calls besides."""

from odoo import models
from odoo.exceptions import UserError


class ArFollowupLevel(models.Model):
    _inherit = "ar.followup.level"

    def _get_mail_template(self):
        """Give the text of the level's e-mails.

        :raise UserError: when there is none
        """
        self.ensure_one()
        if not self.mail_template_id:
            raise UserError(
                self.env._(
                    "The level “%(level)s” has no e-mail text: choose one in its policy.",
                    level=self.name,
                )
            )
        return self.mail_template_id

    def _get_sms_template(self):
        """Give the text of the level's SMS.

        :raise UserError: when there is none
        """
        self.ensure_one()
        if not self.sms_template_id:
            raise UserError(
                self.env._(
                    "The level “%(level)s” has no SMS text: choose one in its policy.",
                    level=self.name,
                )
            )
        return self.sms_template_id

    def _asks_for_call(self, notice, day):
        """Tell whether a call comes besides a notice: from an amount on, in company currency.

        Sums in several currencies are converted to compare them; nothing shows that sum.
        """
        self.ensure_one()
        if not self.is_call_added:
            return False
        company = notice.company_id
        total = sum(
            currency._convert(amount, company.currency_id, company, day)
            for currency, amount in notice._get_totals().items()
        )
        least = self.currency_id._convert(
            self.call_amount_from, company.currency_id, company, day
        )
        return company.currency_id.compare_amounts(total, least) >= 0
