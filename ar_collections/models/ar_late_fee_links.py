"""Where charges touch invoices, customers, companies, levels and events."""

from datetime import timedelta

from odoo import api, fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    ar_is_charge = fields.Boolean(
        string="Document of charges",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Books late fees and interest. It never starts a reminder by itself.",
    )
    ar_is_charge_exempt = fields.Boolean(
        string="No late fees", copy=False, help="This invoice bears no late fee or interest."
    )
    ar_late_fee_ids = fields.One2many(
        "ar.late.fee", "move_id", string="Late fees", groups="ar_collections.ar_collections_group_auditor"
    )
    ar_booked_fee_ids = fields.One2many(
        "ar.late.fee", "document_id", string="Charges booked here",
        groups="ar_collections.ar_collections_group_auditor",
    )  # fmt: skip


class ResPartner(models.Model):
    _inherit = "res.partner"

    ar_is_kind_confirmed = fields.Boolean(
        string="Kind confirmed",
        compute="_compute_ar_is_kind_confirmed",
        store=True,
        readonly=False,
        help="No late fee is charged before: law differs for businesses and consumers. "
        "A tax id confirms a business.",
    )
    ar_is_charge_exempt = fields.Boolean(
        string="No late fees", help="This customer bears no late fee or interest."
    )

    @api.depends("vat")
    def _compute_ar_is_kind_confirmed(self):
        for partner in self:
            partner.ar_is_kind_confirmed = partner.ar_is_kind_confirmed or bool(partner.vat)


class ResCompany(models.Model):
    _inherit = "res.company"

    ar_charged_until = fields.Date(
        readonly=True, help="The last day whose charges were proposed by the daily pass."
    )

    def _ar_get_charged_since(self):
        """Give the day from which matches may still lack their interest."""
        self.ensure_one()
        last = self.ar_charged_until or self.ar_start_date or fields.Date.to_date("1900-01-01")
        return last - timedelta(days=1)

    def _ar_tell_responsible(self, text):
        """Make a task about charges for the company's responsible, once while open."""
        self.ensure_one()
        user = self._ar_get_settings_company().ar_responsible_id
        if not user:
            return
        summary = self.env._("Late fees could not be computed")
        partner = self.partner_id.sudo()
        if not partner.activity_ids.filtered(lambda activity: activity.summary == summary):
            partner.activity_schedule(
                "mail.mail_activity_data_todo",
                summary=summary,
                note=text,
                user_id=user.id,
            )


class ArFollowupLevel(models.Model):
    _inherit = "ar.followup.level"

    charge_mode = fields.Selection(
        [
            ("fit", "Those of the rules that fit the customer"),
            ("none", "None"),
        ],
        string="Late fees",
        default="fit",
        required=True,
        help="Charges that a notice of this level announces.",
    )
    is_example_printed = fields.Boolean(
        string="Print the computation", help="The letter shows how each charge was computed."
    )


class ArFollowupEvent(models.Model):
    _inherit = "ar.followup.event"

    code = fields.Selection(selection_add=[("waived", "Charge waived")], ondelete={"waived": "cascade"})


class ArFollowupNotice(models.Model):
    _inherit = "ar.followup.notice"

    late_fee_ids = fields.One2many("ar.late.fee", "notice_id", string="Late fees")

    def _cancel(self, reason, *, keep_keys=False):
        """Override: a cancelled notice takes its proposals back."""
        self.sudo().late_fee_ids._cancel_proposals()
        return super()._cancel(reason, keep_keys=keep_keys)


class ArFollowupExecutor(models.AbstractModel):
    _inherit = "ar.followup.executor"

    def _recheck(self, notices, run, day):
        """Override: charge what the notices announce before their text is made."""
        ready = super()._recheck(notices, run, day)
        if ready and not (run and run._is_replay()):
            self.env["ar.late.fee.engine"]._charge_notices(ready, day)
        return ready


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def unlink(self):
        """Override of `account`: proposals whose stretches no longer hold go back."""
        lines = self.debit_move_id
        result = super().unlink()
        self.env["ar.late.fee"]._on_match_undone(lines)
        return result


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    late_fee_count = fields.Integer(compute="_compute_late_fee_count")

    def _compute_late_fee_count(self):
        groups = self.env["ar.late.fee"]._read_group(
            [("case_id", "in", self.ids), ("state", "!=", "cancelled")],
            ["case_id"],
            ["__count"],
        )
        counts = {case.id: count for case, count in groups}
        for case in self:
            case.late_fee_count = counts.get(case.id, 0)

    def action_open_late_fees(self):
        """Open the charges of the customer."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id(
            "ar_collections.ar_late_fee_action"
        )
        return {**action, "domain": [("case_id", "=", self.id)], "context": {}}


class ArFollowupItem(models.Model):
    _inherit = "ar.followup.item"

    late_fee_ids = fields.One2many("ar.late.fee", "item_id", string="Late fees")

    def _get_settled_date(self):
        """Give the day on which the last match settled the debt, or ``None``."""
        self.ensure_one()
        line = self.sudo().move_line_id
        if not line.reconciled:
            return None
        days = line.matched_credit_ids.credit_move_id.mapped("date")
        return max(days, default=None)
