from odoo import fields, models
from odoo.exceptions import UserError


class ArFollowupEvent(models.Model):
    """What happened to a case or a debt, by whom and why. Never changed, never deleted."""

    _name = "ar.followup.event"
    _description = "Event in a Collection File"
    _order = "id desc"
    _rec_name = "code"

    case_id = fields.Many2one(
        "ar.collection.case", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    item_id = fields.Many2one(
        "ar.followup.item", index="btree_not_null", ondelete="set null", readonly=True
    )
    notice_id = fields.Many2one(
        "ar.followup.notice", index="btree_not_null", ondelete="set null", readonly=True
    )
    code = fields.Selection(
        [
            ("level_passed", "Level passed over"),
            ("round_started", "New round started"),
            ("ladder_ended", "End of the ladder"),
            ("rung_set", "Rung set by hand"),
            ("opening_decided", "Opening review decided"),
            ("not_followed", "Taken out of follow-up"),
            ("followed", "Taken back into follow-up"),
            ("skipped_done", "Level treated as done"),
            ("skipped_wait", "Notice put off"),
            ("cancelled", "Notice cancelled"),
            ("sent_by_hand", "Reminder sent by hand"),
            ("proposed_by_hand", "Reminder by hand waits for approval"),
            ("hold_set", "Hold set"),
            ("hold_lifted", "Hold lifted"),
            ("withdrawn", "Notice withdrawn"),
            ("resent", "Copy sent again"),
            ("replied", "Customer replied"),
            ("called", "Called"),
            ("approved", "Notice approved"),
            ("changed", "Notice changed"),
            ("left_out", "Debt left out of a notice"),
            ("merged", "Cases merged"),
            ("deleted", "Invoice deleted"),
            ("credit_decided", "Credit decided"),
            ("credit_held", "Credit put on hold"),
            ("credit_lifted", "Credit hold lifted"),
            ("credit_asked", "Release asked for"),
            ("credit_released", "Released"),
            ("credit_refused", "Release refused"),
            ("credit_warned", "Went on with a warning"),
            ("charged", "Late fee charged"),
            ("charge_changed", "Late fee changed"),
            ("charge_cancelled", "Late fee taken back"),
            ("charge_differs", "Late fee differs from the ledger"),
            ("waived", "Late fee waived"),
            ("spared", "No late fees"),
            ("not_spared", "Late fees again"),
            ("kind_confirmed", "Customer kind confirmed"),
        ],
        string="What",
        required=True,
        readonly=True,
    )
    note = fields.Char(string="Why", readonly=True)
    date = fields.Date(string="Day", required=True, readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="By",
        default=lambda self: self.env.user,
        readonly=True,
    )

    def write(self, vals):
        """Override of `base`: an event is evidence, it may only lose a lost link."""
        if set(vals) - {"case_id", "item_id", "notice_id"} or not self.env.su:
            raise UserError(self.env._("Events are kept as they happened."))
        return super().write(vals)
