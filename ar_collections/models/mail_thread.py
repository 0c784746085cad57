"""What a machine has written is no answer, and what is only late has not bounced."""

from odoo import api, models

# Values of `Precedence` by which programs that answer mark their messages.
_PRECEDENCE = frozenset({"auto_reply", "bulk", "junk", "list"})
# Present in any form, these mark the answer of a program.
_AUTOMATIC_HEADERS = (
    "X-Autoreply",
    "X-Autorespond",
    "X-Autoreply-From",
    "X-Auto-Response-Suppress",
)
# What a delivery report says when the message may still arrive, or has arrived (RFC 3464).
_NOT_LOST = frozenset({"delayed", "delivered", "relayed", "expanded"})


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Override of `mail` to tell records that a message was written by a program."""
        thread = self
        if self._ar_is_automatic(message):
            thread = self.with_context(ar_is_automatic_reply=True)
        return super(MailThread, thread)._message_route_process(message, message_dict, routes)

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """Override of `mail` to tell records what has bounced, and whether it is lost.

        For core every report is a bounce, receipts and warnings of delay among them.
        """
        bounced = message_dict.get("bounced_message")
        return super(
            MailThread,
            self.with_context(
                ar_is_lost=self._ar_is_lost(email_message),
                ar_bounced_message_id=bounced.id if bounced else False,
            ),
        )._routing_handle_bounce(email_message, message_dict)

    @api.model
    def _ar_is_automatic(self, message):
        """Tell whether a program has written an incoming e-mail (RFC 3834).

        :param message: email.message.EmailMessage
        """
        submitted = str(message.get("Auto-Submitted", "no")).split(";")[0].strip().lower()
        precedence = str(message.get("Precedence", "")).strip().lower()
        return (
            submitted not in ("", "no")
            or precedence in _PRECEDENCE
            or any(name in message for name in _AUTOMATIC_HEADERS)
        )

    @api.model
    def _ar_is_lost(self, message):
        """Tell whether a delivery report says that a message did not arrive.

        :param message: email.message.EmailMessage
        """
        for part in message.walk():
            if part.get_content_type() == "message/disposition-notification":
                return False
            if part.get_content_type() == "message/delivery-status":
                actions = {
                    str(block.get("Action", "")).strip().lower()
                    for block in part.get_payload()
                    if "Action" in block
                }
                return not actions or bool(actions - _NOT_LOST)
        return True
