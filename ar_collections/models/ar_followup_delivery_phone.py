"""Phone: a call task with script, numbers and debts; its outcome decides what follows."""

from odoo import api, fields, models

from ..const import CALL_OUTCOMES, CALL_REACHED, MAX_ATTEMPTS

CALL_TYPE = "ar_collections.mail_activity_type_call"


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    activity_id = fields.Many2one(
        "mail.activity",
        string="Call task",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    call_outcome = fields.Selection(CALL_OUTCOMES, string="Outcome of the call", readonly=True)

    # === QUEUE === #

    def _queue_phone(self):
        """Make one call task per delivery, for the day on which it is handed over."""
        for day, deliveries in self.grouped("date").items():
            deliveries._schedule_calls(day)

    def _schedule_calls(self, day):
        """Make call tasks for a day; the person responsible is told on the worklist.

        Not by an e-mail for each: a run may make dozens.
        """
        callers = {delivery: delivery._get_caller(day) for delivery in self}
        notes = self._render_call_notes(callers)
        activities = (
            self.env["mail.activity"]
            .sudo()
            .with_context(mail_activity_quick_update=True)
            .create(
                [
                    self._get_call_values(delivery, callers[delivery], day, notes[delivery])
                    for delivery in self
                ]
            )
        )
        for delivery, activity in zip(self, activities, strict=True):
            delivery.sudo().activity_id = activity

    @api.model
    def _get_call_values(self, delivery, caller, day, note):
        notice = delivery.notice_id.with_context(lang=caller.lang or self.env.lang)
        return {
            "activity_type_id": self.env.ref(CALL_TYPE).id,
            "res_model_id": self.env["ir.model"]._get_id("ar.collection.case"),
            "res_id": notice.case_id.id,
            "summary": notice.env._(
                "Call %(customer)s: %(total)s",
                customer=notice.partner_id.name,
                total=notice._format_total(),
            ),
            "note": note,
            "date_deadline": day,
            "user_id": caller.id,
            "automated": True,
        }

    def _get_caller(self, day):
        """Give the level's responsible on `day`, or the substitute; empty where none is set."""
        self.ensure_one()
        notice = self.notice_id.sudo()
        return notice.level_id._get_responsible(notice.case_id, day)

    def _render_call_notes(self, callers=None):
        """Render what a caller needs: numbers, script, debts, in the caller's language.

        :param callers: {delivery: user}; default: the user of the environment
        :return: {delivery: Markup}
        """
        notes = {}
        languages = {
            delivery.id: (callers and callers[delivery].lang) or self.env.user.lang
            for delivery in self
        }
        for lang, deliveries in self.grouped(lambda d: languages[d.id]).items():
            notices = deliveries.notice_id.sudo().with_context(
                lang=lang, ar_is_compiling_once=True
            )
            scripts = notices._render_call_scripts()
            for delivery in deliveries:
                notice = delivery.notice_id.with_env(notices.env)
                lines = notice._get_lines("overdue")
                notes[delivery] = notice.env["ir.qweb"]._render(
                    "ar_collections.call_note",
                    {
                        "numbers": notice._get_phone_numbers(),
                        "script": scripts[notice.id],
                        "lines": lines,
                        "has_changed": any(line._has_changed() for line in lines),
                        "total": notice._format_total(),
                    },
                    lang=lang,
                    minimal_qcontext=True,
                )
        return notes

    def _call_back_phone(self):
        """Take call tasks off the worklist."""
        activities = self.sudo().activity_id.filtered("active")
        self.sudo().activity_id = False
        activities.unlink()

    # === CALLS BESIDES A MESSAGE === #

    @api.model
    def _add_calls(self, notices, day):
        """Make the call tasks that levels ask for besides their message."""
        to_call = notices.filtered(
            lambda notice: not notice.is_test
            and notice.channel != "phone"
            and notice.level_id._asks_for_call(notice, day)
        )
        deliveries = self._create_for(to_call, "phone", day, is_extra=True)
        deliveries._queue()
        return deliveries

    # === OUTCOME === #

    def _on_call_outcome(self, outcome):
        """Conclude calls that reached the customer; try the others again, or give up."""
        for delivery in self.filtered(lambda delivery: delivery.state == "queued"):
            delivery.sudo().call_outcome = outcome
            if outcome in CALL_REACHED:
                day = delivery.company_id._ar_today()
                delivery._update_state("done", done_date=day, error=False)
            elif outcome == "wrong_number":
                delivery._fail(self.env._("The phone number is wrong."))
            elif delivery.attempts >= MAX_ATTEMPTS:
                delivery._fail(
                    self.env._("Nobody answered %(count)s calls.", count=delivery.attempts)
                )
            else:
                delivery._call_again()

    def _call_again(self):
        """Put the call off to the next business day."""
        self.ensure_one()
        days = self.case_id._get_business_days()
        day = days.add(self.company_id._ar_today(), 1)
        self.sudo().attempts += 1
        self._schedule_calls(day)
