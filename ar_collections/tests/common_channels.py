"""What the tests of channels stand on: a mail gateway, a print shop, days that pass.

No tests in here.
"""

from datetime import time
from io import BytesIO
from unittest.mock import patch

from reportlab.pdfgen.canvas import Canvas

from odoo import SUPERUSER_ID
from odoo.addons.base.models.ir_mail_server import IrMail_Server
from odoo.addons.mail.tests.common import MockEmail
from odoo.tests import Form
from odoo.tools import mute_logger

from .common import CollectionsCase

DOMAIN = "collections.example.org"


def make_pdf(text):
    """Make a PDF of one page, as a print shop would without a browser."""
    file = BytesIO()
    canvas = Canvas(file)
    canvas.drawString(72, 720, text)
    canvas.save()
    return file.getvalue()


class ChannelCase(CollectionsCase, MockEmail):
    """A company that gets answers to its e-mails, and prints without wkhtmltopdf."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.alias_domain_id = cls.env["mail.alias.domain"].create(
            {"name": DOMAIN, "bounce_alias": "bounce", "catchall_alias": "catchall"}
        )
        cls.responsible = cls.create_user("responsible", "collector", email="resp@example.org")
        cls.env.company.sudo().ar_responsible_id = cls.responsible
        cls.sms_template = cls.env["sms.template"].sudo().create(
            {
                "name": "Reminder",
                "model_id": cls.env["ir.model"]._get_id("ar.followup.notice"),
                "body": "Please pay {{ object._format_total() }}.",
            }
        )

    def setUp(self):
        super().setUp()
        self.startPatcher(
            patch.object(
                type(self.env["ar.followup.delivery"]),
                "_render_letters",
                lambda _deliveries, notices: {
                    notice.id: make_pdf(f"Letter {notice.id}") for notice in notices
                },
            )
        )

    # === ACTS === #

    def remind(self, channel="email", fallback=None, day=0, **level):
        """Remind the customer of one overdue debt on a channel.

        :return: the notice
        """
        values = {
            "channel": channel,
            "fallback_channel": fallback,
            "sms_template_id": self.sms_template.id,
            "deadline_days": 7,
            **level,
        }
        self.env["ar.followup.policy"].search([]).is_on = False
        self.policy = self.create_policy([self.level(1, **values)])
        self.invoice = self.create_invoice(due_in=-5)
        return self.follow_up(day).notice_ids

    def send_mails(self, mails, error=None):
        """Let the mail queue send, or fail with an exception."""
        with self.mock_mail_gateway():
            if error is None:
                mails.send()
                return
            with (
                patch.object(IrMail_Server, "send_email", side_effect=error),
                mute_logger("odoo.addons.mail.models.mail_mail"),
            ):
                mails.send()

    def look_after(self, day=0, hour=12):
        """Let the scheduled action look after deliveries, as it does: as the system."""
        with self.on_day(day, at=time(hour)):
            system = self.env(user=SUPERUSER_ID, su=True)
            system["ar.followup.delivery"]._cron_deliveries()

    @staticmethod
    def hour(hour):
        return time(hour)

    def send_at(self, hour, mails, error=None, day=0):
        """Let the mail queue send at an hour of TODAY, or fail."""
        with self.on_day(day, at=time(hour)):
            self.send_mails(mails, error)

    def receive(self, source):
        """Take in an e-mail, given as the text of an RFC 822 message."""
        with self.mock_mail_gateway(), mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].with_user(self.env.ref("base.user_root")).message_process(
                False, source
            )

    # === ASSERTIONS === #

    def assertTask(self, case, summary):
        """Check that a case has one open task with these words in its summary."""
        found = case.activity_ids.filtered(lambda task: summary in (task.summary or ""))
        self.assertEqual(len(found), 1, case.activity_ids.mapped("summary"))
        return found

    def assertDelivery(self, delivery, channel, state, **values):
        """Check a delivery's channel, state and other values."""
        self.assertEqual((delivery.channel, delivery.state), (channel, state))
        for name, value in values.items():
            self.assertEqual(delivery[name], value, name)


class CallCase(ChannelCase):
    """Reminders by phone, and the window in which a call is closed."""

    def remind_by_phone(self, **level):
        """Have a customer called; give the notice and the call."""
        values = {
            "fallback": "letter",
            "call_script": "<p>Ask for the person who pays.</p>",
            **level,
        }
        notice = self.remind("phone", **values)
        return notice, notice.delivery_ids

    def say(self, call, outcome, user=None, **values):
        """Close a call with its outcome, in the window that asks for it."""
        activity = call.activity_id if call._name == "ar.followup.delivery" else call
        window = self.env["ar.followup.call.outcome"].with_user(user or self.env.user)
        form = Form(window.with_context(default_activity_id=activity.id))
        form.outcome = outcome
        for name, value in values.items():
            form[name] = value
        return form.save().action_save()
