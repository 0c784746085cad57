from odoo import fields, models


class ArFollowupPause(models.Model):
    """Weeks in which nothing is sent: year end, a strike at the post, a fair."""

    _name = "ar.followup.pause"
    _description = "Pause of Follow-up"
    _order = "date_from desc"
    _check_company_auto = True

    name = fields.Char(string="Reason", required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(string="From", required=True)
    date_until = fields.Date(string="Until", required=True, help="The last day, included.")
    policy_ids = fields.Many2many(
        "ar.followup.policy", string="Policies", help="Empty: all policies."
    )

    _order_of_dates = models.Constraint(
        "CHECK(date_from <= date_until)", "A pause must start before it ends: change one of its days."
    )

    def _covers(self, policy):
        return not self.policy_ids or policy in self.policy_ids
