"""Many letters of earlier days are made anew outside the request that prints them."""

from odoo import api, fields, models

# About five seconds of work: a person waits for that.
MAX_IN_REQUEST = 50


class ArFollowupDelivery(models.Model):
    _inherit = "ar.followup.delivery"

    print_wanted_by_id = fields.Many2one(
        "res.users",
        string="To be printed by",
        readonly=True,
        index="btree_not_null",
        help="Who is told when the letter has been made anew, with its deadline counting "
        "from that day.",
    )

    def _filter_outdated(self):
        """Keep the letters of earlier days that are made anew before they are printed."""
        return self._filter_first_word().filtered(
            lambda letter: letter.date < letter.company_id._ar_today()
        )

    def _make_anew_later(self):
        """Have the scheduled action make letters anew, and tell the user when it has."""
        self.sudo().print_wanted_by_id = self.env.user
        self._wake()
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "sticky": True,
                "title": self.env._("Letters are made anew"),
                "message": self.env._(
                    "%(count)s letters are of earlier days: they are made anew, so that "
                    "their deadlines count from today. You get a message when they can "
                    "be printed; you may close this window.",
                    count=len(self),
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    @api.model
    def _tell_ready_to_print(self):
        """Tell users that the letters which they want to print have been made anew."""
        wanted = self.sudo().search(
            [*self._get_waiting_domain(), ("print_wanted_by_id", "!=", False)]
        )
        for user, letters in wanted.grouped("print_wanted_by_id").items():
            if not letters._filter_outdated():
                letters.print_wanted_by_id = False
                letters.with_context(lang=user.lang)._tell_ready(user)

    def _tell_ready(self, user):
        title = self.env._("Letters can be printed")
        message = self.env._(
            "%(count)s letters have been made anew: print them under Letters to post.",
            count=len(self),
        )
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids, subject=title, body=message
        )
        user._bus_send(
            "simple_notification",
            {"type": "success", "sticky": True, "title": title, "message": message},
        )
