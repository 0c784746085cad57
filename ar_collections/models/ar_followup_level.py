"""Levels: the rungs of a ladder."""

from collections import Counter
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..const import CHANNELS, FORMAL_AMOUNT_FROM
from ..tools.ladder_values import Level


class ArFollowupLevel(models.Model):
    _name = "ar.followup.level"
    _description = "Follow-up Level"
    _inherit = ["mail.render.mixin"]
    _order = "policy_id, days, id"
    # Placeholders other than a notice's building blocks need the template editors' role.
    _unrestricted_rendering = True

    policy_id = fields.Many2one(
        "ar.followup.policy", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="policy_id.company_id", store=True)
    currency_id = fields.Many2one(related="policy_id.currency_id")
    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        string="Days after due",
        required=True,
        help="Negative or 0: a courtesy reminder before the due date.",
    )
    channel = fields.Selection(CHANNELS, required=True, default="email")
    fallback_channel = fields.Selection(
        CHANNELS,
        string="Otherwise by",
        help="Used when the customer has no address on the channel, "
        "or when the message does not arrive.",
    )
    deadline_days = fields.Integer(
        string="Deadline in days",
        help="Each notice asks for payment within this many days and prints the date.",
    )

    # Texts
    mail_template_id = fields.Many2one(
        "mail.template",
        string="E-mail",
        domain=[("model", "=", "ar.followup.notice")],
        ondelete="restrict",
    )
    sms_template_id = fields.Many2one(
        "sms.template",
        string="SMS",
        domain=[("model", "=", "ar.followup.notice")],
        ondelete="restrict",
    )
    letter_title = fields.Char(translate=True)
    letter_text = fields.Html(
        translate=True,
        render_engine="qweb",
        sanitize="email_outgoing",
        help="Printed above the table of debts. Empty: the text of the e-mail.",
    )
    call_script = fields.Html(
        translate=True, render_engine="qweb", sanitize="email_outgoing"
    )

    # Calls
    is_call_added = fields.Boolean(
        string="Call too", help="A call task comes besides the message."
    )
    call_amount_from = fields.Monetary(
        string="Call from", help="The notice's total from which a call task is made."
    )
    responsible_type = fields.Selection(
        [
            ("collector", "Collector of the case"),
            ("salesperson", "Salesperson"),
            ("user", "A person"),
        ],
        default="collector",
        required=True,
        string="Responsible",
    )
    responsible_id = fields.Many2one("res.users", string="Person")

    # Rules
    attach_invoices = fields.Selection(
        [("none", "None"), ("overdue", "Overdue invoices"), ("all", "All listed invoices")],
        required=True,
        default="none",
    )
    is_approval_needed = fields.Boolean(string="Approve")
    is_formal = fields.Boolean(
        string="Formal notice",
        help="Sent on its own, only after enough reminders have arrived.",
    )
    amount_from = fields.Monetary(
        string="Debts from",
        compute="_compute_amount_from",
        store=True,
        readonly=False,
        precompute=True,
        help="Smaller debts pass this level over.",
    )
    for_kind = fields.Selection(
        [("business", "Businesses"), ("consumer", "Consumers"), ("public", "Public bodies")],
        string="Only for",
    )
    repeat_days = fields.Integer(
        string="Repeat every (days)", help="0: the level is not repeated."
    )
    repeat_max = fields.Integer(string="Repeats at most")
    is_stopping_credit = fields.Boolean(
        string="Stop credit", help="From this level on the customer gets no credit."
    )

    _positive = models.Constraint(
        "CHECK(deadline_days >= 0 AND repeat_days >= 0 AND repeat_max >= 0"
        " AND amount_from >= 0 AND call_amount_from >= 0)",
        "Days, repeats and amounts of a level cannot be negative: enter 0 or more.",
    )

    # === COMPUTES === #

    @api.depends("name", "days")
    def _compute_display_name(self):
        for level in self:
            level.display_name = f"{level.name} ({level.days:+d})"

    def _compute_render_model(self):
        """Override of `mail`: the level's texts speak of a notice."""
        self.render_model = "ar.followup.notice"

    @api.depends("is_formal")
    def _compute_amount_from(self):
        """Propose a smallest debt for formal notices, which a person may change."""
        for level in self:
            default = FORMAL_AMOUNT_FROM if level.is_formal else 0.0
            level.amount_from = level.amount_from or default

    # === CONSTRAINS === #

    @api.constrains(
        "days", "policy_id", "is_formal", "for_kind", "active", "repeat_days", "repeat_max"
    )
    def _check_policy(self):
        self.policy_id._check_ladder()

    def _check_days(self):
        days = Counter(self.filtered("active").mapped("days"))
        twice = [day for day, count in days.items() if count > 1]
        if twice:
            raise ValidationError(
                self.env._(
                    "Two levels of a policy are on day %(day)s: give each its own day.",
                    day=twice[0],
                )
            )

    @api.constrains("is_formal", "days")
    def _check_formal_days(self):
        if self.filtered(lambda level: level.is_formal and level.days <= 0):
            raise ValidationError(
                self.env._("A formal notice can only come after the due date.")
            )

    @api.constrains("responsible_type", "responsible_id")
    def _check_responsible(self):
        if self.filtered(
            lambda level: level.responsible_type == "user" and not level.responsible_id
        ):
            raise ValidationError(self.env._("Choose the person responsible."))

    # === CRUD === #

    def write(self, vals):
        """Override of `base` to check the ladder that a level leaves, too."""
        left = self.policy_id if "policy_id" in vals else self.policy_id.browse()
        result = super().write(vals)
        (left - self.policy_id)._check_ladder()
        return result

    def unlink(self):
        """Override of `base` to check the ladder that is left."""
        policies = self.policy_id
        result = super().unlink()
        policies._check_ladder()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        lines = self.env["ar.followup.notice.line"].sudo()
        if used := lines.search([("level_id", "in", self.ids)], limit=1).level_id:
            raise UserError(
                self.env._(
                    "“%(level)s” was used in notices: archive it instead.",
                    level=used.name,
                )
            )

    # === BUSINESS === #

    def _get_channels(self):
        """Give the channels of the level in the order they are tried."""
        self.ensure_one()
        return tuple(filter(None, (self.channel, self.fallback_channel)))

    def _get_rule(self, company, day):
        """Give the level as plain values, amounts in the company's currency."""
        self.ensure_one()
        amount_from = Decimal(0)
        if self.amount_from:
            amount_from = self.policy_id._to_company_amount(self.amount_from, company, day)
        return Level(
            id=self.id,
            days=self.days,
            channels=self._get_channels(),
            deadline_days=self.deadline_days,
            is_formal=self.is_formal,
            amount_from=amount_from,
            kinds=frozenset([self.for_kind] if self.for_kind else ()),
            repeat_days=self.repeat_days,
            repeat_max=self.repeat_max,
        )

    def _get_responsible(self, case, day):
        """Give the user who takes the tasks of this level, or the present substitute.

        Where nobody is set who is still here, the system's tasks go to those in charge.
        """
        self.ensure_one()
        user = self.env["res.users"]
        if self.responsible_type == "user":
            user = self.responsible_id
        elif self.responsible_type == "salesperson":
            user = case.partner_id.user_id
        user = user and user._ar_get_present(day)
        return user or case._get_present_collector(day)
