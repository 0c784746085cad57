"""A policy drawn as a ladder, and the figures beside it."""

from odoo import api, fields, models


class ArFollowupPolicy(models.Model):
    _inherit = "ar.followup.policy"

    ladder = fields.Json(
        compute="_compute_ladder",
        help="The levels in order: courtesy before the due date, reminders after it.",
    )
    summary = fields.Char(string="For whom", compute="_compute_summary")
    case_count = fields.Integer(
        string="Customers",
        compute="_compute_case_count",
        help="Customers who climb this ladder.",
    )

    @api.depends(
        "level_ids.active",
        "level_ids.name",
        "level_ids.days",
        "level_ids.channel",
        "level_ids.fallback_channel",
        "level_ids.deadline_days",
        "level_ids.is_formal",
        "level_ids.is_call_added",
        "level_ids.repeat_days",
        "level_ids.repeat_max",
        "level_ids.is_stopping_credit",
    )
    @api.depends_context("lang")
    def _compute_ladder(self):
        for policy in self:
            levels = policy.level_ids.filtered("active").sorted("days")
            policy.ladder = [level._get_rung() for level in levels]

    @api.depends(
        "for_business", "for_consumer", "for_public", "country_ids", "category_ids"
    )
    @api.depends_context("lang")
    def _compute_summary(self):
        names = ("for_business", "for_consumer", "for_public")
        for policy in self:
            kinds = [
                self._fields[name]._description_string(self.env)
                for name in names
                if policy[name]
            ]
            parts = [
                ", ".join(kinds) or self.env._("Nobody"),
                ", ".join(policy.country_ids.mapped("name")),
                ", ".join(policy.category_ids.mapped("name")),
            ]
            policy.summary = " · ".join(filter(None, parts))

    def _compute_case_count(self):
        counts = dict(
            self.env["ar.collection.case"]._read_group(
                [("used_policy_id", "in", self.ids)], ["used_policy_id"], ["__count"]
            )
        )
        for policy in self:
            policy.case_count = counts.get(policy, 0)

    def action_open_cases(self):
        """Open the customers who climb this ladder."""
        self.ensure_one()
        self.check_access("read")
        xmlid = "ar_collections.ar_collection_case_action"
        action = self.env["ir.actions.act_window"]._for_xml_id(xmlid)
        return {**action, "domain": [("used_policy_id", "=", self.id)], "context": {}}


class ArFollowupLevel(models.Model):
    _inherit = "ar.followup.level"

    def _get_rung(self):
        """Give what the drawing of a ladder shows of a level."""
        self.ensure_one()
        channels = dict(self._fields["channel"]._description_selection(self.env))
        return {
            "id": self.id if isinstance(self.id, int) else False,
            "name": self.name or "",
            "days": self.days,
            "channel": self.channel,
            "channel_name": channels.get(self.channel, ""),
            "fallback_name": channels.get(self.fallback_channel, ""),
            "deadline": self.deadline_days,
            "is_formal": self.is_formal,
            "has_call": self.is_call_added,
            "repeats": self.repeat_max if self.repeat_days else 0,
            "repeat_days": self.repeat_days,
            "is_stopping_credit": self.is_stopping_credit,
        }
