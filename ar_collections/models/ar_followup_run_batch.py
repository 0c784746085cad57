from odoo import fields, models


class ArFollowupRunBatch(models.Model):
    """A range of customers that one worker plans in one transaction."""

    _name = "ar.followup.run.batch"
    _description = "Batch of a Follow-up Run"
    _order = "run_id, id"
    _log_access = False

    run_id = fields.Many2one(
        "ar.followup.run", required=True, index=True, ondelete="cascade"
    )
    partner_from = fields.Integer(required=True)
    partner_to = fields.Integer(required=True)
    debts = fields.Integer(help="Open lines of these customers when the run began.")
    is_done = fields.Boolean()

    _open_idx = models.Index("(run_id, id) WHERE is_done IS NOT TRUE")


class ArFollowupRunEntry(models.Model):
    """A line of the run log: how many debts got a reason, or what went wrong."""

    _name = "ar.followup.run.entry"
    _description = "Entry of the Run Log"
    _order = "is_failure desc, debts desc, id"

    run_id = fields.Many2one(
        "ar.followup.run", required=True, index=True, ondelete="cascade"
    )
    batch_id = fields.Many2one("ar.followup.run.batch", ondelete="cascade")
    reason = fields.Selection(
        selection=lambda self: self.env["ar.followup.item"]._fields["reason"].selection
    )
    debts = fields.Integer()
    is_failure = fields.Boolean()
    partner_id = fields.Many2one("res.partner", string="Customer", ondelete="cascade")
    message = fields.Char()
