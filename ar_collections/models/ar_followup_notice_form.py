"""What the screens show of a notice: its text, before it leaves and afterwards."""

import logging

from markupsafe import escape

from odoo import api, fields, models
from odoo.addons.base.models.ir_qweb import QWebError
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from .ar_followup_delivery_letter import REPORT

_logger = logging.getLogger(__name__)


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    preview_subject = fields.Char(string="Subject", compute="_compute_preview")
    preview_body = fields.Html(
        string="Text", compute="_compute_preview", sanitize=False
    )
    has_letter = fields.Boolean(compute="_compute_has_letter")
    line_count = fields.Integer(
        string="Reminded debts",
        compute="_compute_line_count",
        help="Debts that it reminds of now.",
    )
    outcome = fields.Char(
        string="Remark",
        compute="_compute_outcome",
        help="What went wrong, or why it was cancelled.",
    )

    @api.depends(
        "level_id",
        "channel",
        "recipient_id",
        "deadline",
        "line_ids.is_cancelled",
        "personal_text",
        "state",
        "delivery_ids.state",
    )
    def _compute_preview(self):
        for notice in self:
            notice.preview_subject, notice.preview_body = notice._get_preview()

    @api.depends("channel", "delivery_ids.evidence_id")
    def _compute_has_letter(self):
        for notice in self:
            is_printed = notice.channel in ("letter", "post")
            notice.has_letter = is_printed or bool(notice.delivery_ids.evidence_id)

    def _compute_line_count(self):
        counts = dict(
            self.env["ar.followup.notice.line"]._read_group(
                [
                    ("notice_id", "in", self.ids),
                    ("role", "=", "climbing"),
                    ("is_cancelled", "=", False),
                ],
                ["notice_id"],
                ["__count"],
            )
        )
        for notice in self:
            notice.line_count = counts.get(notice, 0)

    @api.depends("state", "failure", "cancel_reason")
    def _compute_outcome(self):
        reasons = dict(self._fields["cancel_reason"]._description_selection(self.env))
        for notice in self:
            remark = {
                "failed": notice.failure,
                "cancelled": reasons.get(notice.cancel_reason),
            }
            notice.outcome = remark.get(notice.state, "")

    # === ACTIONS === #

    def action_open_case(self):
        """Open the customer's case."""
        self.ensure_one()
        self.check_access("read")
        return self.case_id.get_formview_action()

    def action_open_letter(self):
        """Open the letter: the copy that was handed over, else how it would look now."""
        self.ensure_one()
        copies = self.delivery_ids.filtered("evidence_id").sorted("id")
        if copies:
            return copies[-1].action_open_copy()
        report = self.env["ir.actions.report"]._get_report(REPORT)
        return report.report_action(self, config=False)

    # === TEXT === #

    def _get_preview(self):
        """Give subject and body of the notice's text.

        What was sent is shown as it was sent; what is still to come is rendered now.

        :return: two strings; empty where the channel has no written text
        """
        self.ensure_one()
        sent = self.delivery_ids.sudo().mail_message_id[:1]
        if sent:
            return sent.subject, sent.body
        try:
            return self._render_preview()
        except (QWebError, UserError, ValueError) as error:
            # A mistake in a text must not close the screen on which it is mended.
            _logger.info("Notice %s cannot be rendered", self.id, exc_info=True)
            return "", self._get_problem_html(error)

    def _get_problem_html(self, error):
        # What went wrong may quote a name, as somebody from outside has entered it.
        return self.env._("The text cannot be shown: %(error)s", error=escape(str(error)))

    def _render_preview(self):
        """Render the text as the recipient reads it."""
        level = self.sudo().level_id
        if self.channel == "email":
            return self._render_mail(level.mail_template_id)
        if self.channel == "sms":
            texts = level.sms_template_id._render_field(
                "body", self.ids, compute_lang=True
            )
            return "", plaintext2html(texts.get(self.id, ""))
        if self.channel == "phone":
            return "", self._render_call_scripts()[self.id]
        text = self._render_letter_texts()[self.id]
        return text["title"], text["body"]

    def _render_mail(self, template):
        if not template:
            return "", ""
        values = template._generate_template(self.ids, ("subject", "body_html"))[
            self.id
        ]
        return values["subject"], values["body_html"]
