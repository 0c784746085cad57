"""Send a reminder to one customer now."""

from markupsafe import escape

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..const import CHANNELS
from ..tools.by_hand import level_in_notice


class ArFollowupReminderSend(models.TransientModel):
    _name = "ar.followup.reminder.send"
    _description = "Send a Reminder Now"
    _inherit = "ar.window.mixin"

    case_id = fields.Many2one("ar.collection.case", required=True, readonly=True)
    partner_id = fields.Many2one(related="case_id.partner_id", string="Customer")
    company_id = fields.Many2one(related="case_id.company_id")
    level_ids = fields.Many2many(
        "ar.followup.level", string="Levels to choose from", readonly=True
    )
    level_id = fields.Many2one(
        "ar.followup.level",
        required=True,
        domain="[('id', 'in', level_ids)]",
        help="The highest level of the notice. A debt that is not that far takes its own.",
    )
    recipient_id = fields.Many2one(
        "res.partner",
        string="To",
        required=True,
        domain="[('id', 'child_of', partner_id)]",
    )
    channel = fields.Selection(
        CHANNELS,
        required=True,
        compute="_compute_channel",
        store=True,
        readonly=False,
        precompute=True,
    )
    line_ids = fields.One2many(
        "ar.followup.reminder.send.line", "wizard_id", string="Debts"
    )
    personal_text = fields.Html(
        string="Paragraph of your own", help="Set before the table of debts."
    )
    note = fields.Char(string="Reason", help="Kept on record with the case.")
    warning = fields.Text(readonly=True)
    is_anyway = fields.Boolean(string="Send anyway")
    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    preview_subject = fields.Char(string="Subject", readonly=True)
    preview_body = fields.Html(string="Text", readonly=True, sanitize=False)

    # === COMPUTES === #

    @api.depends("level_id", "recipient_id")
    def _compute_channel(self):
        facts = self.env["ar.followup.facts"].sudo()
        for wizard in self:
            known = facts._read_addresses(wizard.recipient_id.ids)
            known = known.get(wizard.recipient_id.id, ())
            channels = wizard.level_id._get_channels() if wizard.level_id else ()
            wizard.channel = next(
                (c for c in channels if c in known), channels[:1] and channels[0]
            )

    @api.depends("level_id")
    def _compute_needs_approval(self):
        reminders = self.env["ar.followup.reminder"]
        for wizard in self:
            wizard.needs_approval = wizard.level_id and reminders._needs_approval(
                wizard.company_id, wizard.level_id
            )

    # === OPEN === #

    @api.model
    def _open_for(self, case, items):
        """Open the window for one customer, with the text of the usual reminder.

        :param items: the debts to remind of; empty: all that can be reminded
        """
        if len(case) != 1:
            raise UserError(
                self.env._(
                    "A reminder goes to one customer: choose debts of one, or use "
                    "“Run now” for several."
                )
            )
        situation = self.env["ar.followup.reminder"]._look(case)
        wizard = self.create(self._get_first_values(situation, items))
        wizard._render_preview()
        return wizard._get_form_action()

    @api.model
    def _get_first_values(self, situation, items):
        """Propose the next level of the debt that is furthest up, and who gets it."""
        reminders = self.env["ar.followup.reminder"]
        values = [
            self._get_line_values(situation, line, items)
            for line in situation.decision.lines
        ]
        chosen = [line for line in values if line["is_chosen"]]
        if not chosen:
            reasons = {line["refusal"] for line in values if line["refusal"]}
            raise UserError(
                self.env._(
                    "Nothing can be reminded of now: %(reasons)s.",
                    reasons=", ".join(sorted(reasons))
                    or self.env._("the ladder is empty"),
                )
            )
        levels = self.env["ar.followup.level"].browse(
            {level_id for line in values for level_id in line["choice_ids"][0][2]}
        )
        firsts = levels.browse({line["choice_ids"][0][2][0] for line in chosen})
        level = max(firsts, key=lambda level: (not level.is_formal, level.days))
        if not items:
            self._leave_out_unsayable(chosen, level)
        named_id = next(
            line.debt.recipient_id
            for line, value in zip(situation.decision.lines, values, strict=True)
            if value["is_chosen"]
        )
        rung = level._get_rule(situation.case.company_id, situation.day)
        return {
            "case_id": situation.case.id,
            "level_ids": [Command.set(levels.ids)],
            "level_id": level.id,
            "recipient_id": reminders._get_recipient(situation, named_id, rung).id,
            "line_ids": [Command.create(line) for line in values],
            "warning": "\n".join(reminders._get_warnings(situation)),
        }

    @api.model
    def _get_line_values(self, situation, line, items):
        choices = situation.get_choices(line)
        refusal = self.env["ar.followup.reminder"]._get_refusal(line)
        if not refusal and not choices:
            refusal = self.env._("No level is left for it")
        is_meant = (
            line.debt.item_id in items.ids if items else line.step.reason != "not_due"
        )
        return {
            "item_id": line.debt.item_id,
            "choice_ids": [Command.set([level.id for level in choices])],
            "claim": line.claim,
            "refusal": refusal,
            "reason": line.step.reason,
            "is_chosen": bool(is_meant and not refusal),
            "seen": self._get_mark(line.debt),
        }

    @api.model
    def _leave_out_unsayable(self, lines, level):
        """Untick debts that nobody asked for by name, and that `level` cannot remind of.

        :param lines: values of lines, changed in place
        """
        for line in lines:
            choices = level.browse(line["choice_ids"][0][2])
            line["is_chosen"] = bool(level_in_notice(choices, level))

    @api.model
    def _get_mark(self, debt):
        """Give where a debt stood when the window was opened."""
        return f"{debt.round}/{debt.rung}/{debt.occurrence}/{debt.courtesy}"

    def _get_form_action(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send a reminder now"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    # === ACTIONS === #

    def action_preview(self):
        """Show the text with what is chosen now."""
        self.ensure_one()
        self._render_preview()
        return self._get_form_action()

    def action_send(self):
        """Send it, and show the notice."""
        self.ensure_one()
        self._check_unchanged()
        notice = self.env["ar.followup.reminder"]._send(
            self.case_id,
            self.level_id,
            self._get_chosen_items(),
            is_anyway=self.is_anyway,
            note=self.note,
            **self._get_options(),
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": notice._name,
            "res_id": notice.id,
            "views": [(False, "form")],
        }

    # === BUSINESS === #

    def _get_chosen_items(self):
        return self.line_ids.filtered("is_chosen").item_id

    def _get_options(self):
        return {
            "channel": self.channel,
            "recipient": self.recipient_id,
            "personal_text": self.personal_text,
        }

    def _render_preview(self):
        """Render the text; what cannot be sent shows why in its place."""
        reminders = self.env["ar.followup.reminder"]
        try:
            subject, body = reminders._render(
                self.case_id,
                self.level_id,
                self._get_chosen_items(),
                **self._get_options(),
            )
        except UserError as error:
            # It names the customer, as whoever entered that name has written it.
            subject, body = False, escape(str(error))
        self.write({"preview_subject": subject, "preview_body": body})

    def _check_unchanged(self):
        """Refuse to send what a colleague or a run has said since the window was opened."""
        situation = self.env["ar.followup.reminder"]._look(self.case_id)
        for line in self.line_ids.filtered("is_chosen"):
            now = situation.lines.get(line.item_id.id)
            if now and self._get_mark(now.debt) != line.seen:
                raise UserError(
                    self.env._(
                        "%(debt)s was reminded meanwhile: open the window again.",
                        debt=line.item_id.display_name,
                    )
                )


class ArFollowupReminderSendLine(models.TransientModel):
    _name = "ar.followup.reminder.send.line"
    _description = "Debt in a Reminder by Hand"
    _inherit = "ar.window.mixin"
    _order = "id"

    wizard_id = fields.Many2one(
        "ar.followup.reminder.send", required=True, ondelete="cascade"
    )
    item_id = fields.Many2one("ar.followup.item", string="Debt", readonly=True)
    due_date = fields.Date(related="item_id.due_date")
    currency_id = fields.Many2one(related="item_id.currency_id")
    claim = fields.Monetary(string="To pay", readonly=True)
    rung_level_id = fields.Many2one(related="item_id.rung_level_id", string="Said last")
    choice_ids = fields.Many2many("ar.followup.level", readonly=True)
    level_id = fields.Many2one(
        "ar.followup.level", string="Reminded as", compute="_compute_level_id"
    )
    is_chosen = fields.Boolean(string="Remind")
    refusal = fields.Char(string="Why not", readonly=True)
    reason = fields.Char(readonly=True)
    seen = fields.Char(readonly=True)

    @api.depends("wizard_id.level_id", "choice_ids", "refusal")
    def _compute_level_id(self):
        for line in self:
            level = line.wizard_id.level_id
            choice = level and level_in_notice(line.choice_ids, level)
            line.level_id = choice if choice and not line.refusal else False
