"""What a person does with a customer's collection file."""

from odoo import models


class ArCollectionCase(models.Model):
    _name = "ar.collection.case"
    _inherit = ["ar.collection.case", "ar.by.hand.mixin"]

    # === BY HAND === #

    def _ar_get_cases(self):
        return self

    def _ar_get_items(self):
        """Override to put debts on the ladder that no run has seen yet."""
        for company, cases in self.grouped("company_id").items():
            self.env["ar.followup.planner"].sudo()._ensure_items(
                company, cases.partner_id.ids
            )
        return self.env["ar.followup.item"].search(
            [("case_id", "in", self.ids), ("is_open", "=", True)]
        )

    def _get_business_days(self):
        """Give the business days of the customer's policy; every day where none fits."""
        self.ensure_one()
        policy = self.sudo()._get_policy()
        return policy._get_business_days(self.company_id, self.company_id._ar_today())

    # === LAST CONTACT === #

    def _note_contact(self, day):
        """Remember that the customer was last reminded on `day`, unless later since."""
        for case in self.sudo():
            if not case.last_notice_date or case.last_notice_date < day:
                case.write({"last_notice_date": day, "last_run_id": False})

    def _recompute_last_notice(self):
        """Take the day of the last notice again, from the notices that still stand
        and from what persons have said of earlier contacts."""
        for case in self.sudo():
            notices = case.notice_ids.filtered(
                lambda notice: notice.state in ("done", "failed")
                and notice.level_days > 0
                and notice.handed_over_on
                and not notice.is_test
            )
            last = notices.sorted("handed_over_on")[-1:]
            told = case.item_ids.filtered(lambda item: not item.last_notice_id)
            days = [last.handed_over_on, *told.mapped("last_notice_date")]
            day = max(filter(None, days), default=False)
            is_of_run = last and last.handed_over_on == day
            case.write(
                {
                    "last_notice_date": day,
                    "last_run_id": last.run_id.id if is_of_run else False,
                }
            )
