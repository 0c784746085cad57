"""What may leave now: switched on, no pause, no test of real notices, hours, business day."""

from collections import defaultdict

from odoo import api, models
from odoo.exceptions import UserError


class ArFollowupExecutor(models.AbstractModel):
    _inherit = "ar.followup.executor"

    def _may_send(self, run):
        """Tell whether notices of `run` may leave at this hour."""
        return run._is_replay() or self._is_gate_open(run.company_id, run.is_test)

    def _is_gate_open(self, company, is_test):
        """Tell whether anything may leave a company at this hour.

        In test mode only test notices may, whatever was planned before it.
        """
        settings = company._ar_get_settings_company()
        return bool(
            settings.ar_start_date
            and not company._ar_is_paused()
            and company._ar_is_window_open()
            and (is_test or not company._ar_is_test_mode())
        )

    def _get_open_policies(self, run):
        """Give the waiting notices' policies that work today: neither day off nor pause.

        Not through `run.notice_ids`: a run's notices would be read for every batch.

        :return: {channel: ids of policies, 0 for those without one}
        """
        day = run._get_day()
        waiting = [("run_id", "=", run.id), ("state", "in", ("planned", "executing"))]
        open_policies = defaultdict(list)
        for channel, policy in (
            self.env["ar.followup.notice"]
            .sudo()
            ._read_group(waiting, ["channel", "policy_id"])
        ):
            if policy._is_working(run.company_id, day):
                open_policies[channel].append(policy.id or 0)
        return open_policies

    @api.model
    def _filter_may_leave(self, notices):
        """Keep notices that may leave now."""
        if self.env["ar.followup.run"]._is_replay():
            return notices
        ready = notices.browse()
        for (company, policy, is_test), group in notices.grouped(
            lambda notice: (notice.company_id, notice.policy_id, notice.is_test)
        ).items():
            is_open = self._is_gate_open(company, is_test)
            if is_open and policy._is_working(company, company._ar_today()):
                ready |= group
        return ready

    @api.model
    def _filter_not_paused(self, notices):
        """Keep notices that no pause stops: a pause ends, and cancels nothing."""
        working = notices.browse()
        for (company, policy), group in notices.grouped(
            lambda notice: (notice.company_id, notice.policy_id)
        ).items():
            if not policy._is_paused(company, company._ar_today()):
                working |= group
        return working

    @api.model
    def _check_may_leave(self, notices):
        """Refuse what may not leave now.

        :raise UserError: with what may be the cause
        """
        if notices - self._filter_may_leave(notices):
            raise UserError(
                self.env._(
                    "Nothing is sent now: follow-up is switched off or paused, test mode "
                    "is on, today is no business day, or it is outside the sending "
                    "window. Try again then."
                )
            )

    @api.model
    def _check_not_busy(self, notices):
        """Keep the debts of notices as they are until the messages are queued.

        :raise UserError: where another transaction is changing one of them
        """
        busy = self.env["ar.followup.notice"].browse(self._lock_debts(notices.ids))
        if busy:
            raise UserError(
                self.env._(
                    "Somebody is booking on debts of %(customers)s at this moment: try "
                    "again in a minute.",
                    customers=", ".join(busy.partner_id.mapped("display_name")),
                )
            )
