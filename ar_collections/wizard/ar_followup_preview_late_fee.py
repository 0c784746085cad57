"""What the notices of a preview would bear, with the worked example of each charge."""

import json

from odoo import api, fields, models
from odoo.tools import SQL, split_every

from ..const import FEE_OUTCOMES, PLAN_BATCH_DEBTS
from ..models.ar_late_fee import KINDS
from ..tools.sql_rows import as_table

_CHARGE = {
    "notice_name": "varchar",
    "partner_id": "int",
    "level_id": "int",
    "outcome": "varchar",
    "rule_id": "int",
    "kind": "varchar",
    "move_id": "int",
    "move_line_id": "int",
    "currency_id": "int",
    "base_amount": "numeric",
    "amount": "numeric",
    "example": "text",
}


class ArFollowupPreview(models.TransientModel):
    _inherit = "ar.followup.preview"

    charge_ids = fields.One2many(
        "ar.followup.preview.charge", "preview_id", string="Late fees"
    )
    charge_count = fields.Integer(string="Number of late fees", readonly=True)
    charge_text = fields.Text(
        string="Late fees in sum",
        readonly=True,
        help="What these notices would charge; nothing is booked by a preview.",
    )
    problem_text = fields.Text(string="What cannot be computed", readonly=True)

    def action_open_charges(self):
        """Show the charges as a list of their own, by customer and notice."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Late fees of the %(preview)s", preview=self.display_name),
            "res_model": "ar.followup.preview.charge",
            "views": [(False, "list"), (False, "form")],
            "domain": [("preview_id", "=", self.id)],
            "context": {"group_by": ["partner_id", "notice_name"]},
        }

    # === BUSINESS === #

    def _write_lines(self, proposals):
        """Override to write what the notices would bear."""
        result = super()._write_lines(proposals)
        self.charge_ids.unlink()
        engine = self.env["ar.late.fee.engine"].sudo()
        found, problems = engine._foresee(
            self.company_id, engine._announce_proposals(proposals), self.date
        )
        self.write(
            {
                "charge_count": len(found),
                "charge_text": "\n".join(engine._format_fees(engine._sum_foreseen(found))),
                "problem_text": "\n".join(sorted(problems)),
            }
        )
        self._write_charges(proposals, found)
        return result

    def _write_charges(self, proposals, found):
        """Write the charges, and their sums on the debts.

        SQL: a statement for thousands; charges have no stored computed fields.
        """
        self.env.flush_all()
        columns = SQL(", ").join(SQL.identifier(name) for name in _CHARGE)
        picked = SQL(", ").join(
            SQL("v.example::jsonb") if name == "example" else SQL("v.%s", SQL.identifier(name))
            for name in _CHARGE
        )
        for rows in split_every(PLAN_BATCH_DEBTS, self._get_charge_rows(proposals, found)):
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO ar_followup_preview_charge
                           (%(columns)s, preview_id, create_uid, write_uid,
                            create_date, write_date)
                    SELECT %(picked)s, %(preview)s, %(user)s, %(user)s,
                           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                      FROM %(values)s
                    """,
                    columns=columns,
                    picked=picked,
                    preview=self.id,
                    user=self.env.uid,
                    values=as_table(_CHARGE, list(rows)),
                )
            )
        self._write_charge_sums()
        self.invalidate_recordset(["charge_ids"])
        self.line_ids.invalidate_recordset(["charge_amount"])

    def _write_charge_sums(self):
        """Write on each debt what would be booked for it with its notice."""
        self.env.cr.execute(
            SQL(
                """
                UPDATE ar_followup_preview_line l SET charge_amount = charged.amount
                  FROM (SELECT move_line_id, currency_id, SUM(amount) AS amount
                          FROM ar_followup_preview_charge
                         WHERE preview_id = %(preview)s AND outcome = 'booked'
                      GROUP BY move_line_id, currency_id) charged
                 WHERE l.preview_id = %(preview)s
                   AND l.move_line_id = charged.move_line_id
                   AND l.currency_id = charged.currency_id
                """,
                preview=self.id,
            )
        )

    def _get_charge_rows(self, proposals, found):
        """Give the values of the charges, in the order of `_CHARGE`."""
        levels = {
            level.id: level
            for level in self.env["ar.followup.level"].browse(
                {proposal.level.id for _customer, proposal in proposals}
            )
        }
        partners = self.env["res.partner"].browse(
            {proposal.recipient_id for _customer, proposal in proposals}
        )
        names = {partner.id: partner.display_name for partner in partners}
        for one in found:
            proposal = proposals[one.key][1]
            level = levels[proposal.level.id]
            yield (
                f"{level.name} · {names[proposal.recipient_id]}",
                one.partner_id,
                level.id,
                one.outcome,
                one.rule_id,
                one.kind,
                one.move_id,
                one.line_id or None,
                one.currency_id,
                one.base_amount,
                one.amount,
                json.dumps(one.example),
            )


class ArFollowupPreviewLine(models.TransientModel):
    _inherit = "ar.followup.preview.line"

    charge_amount = fields.Monetary(
        string="Late fees",
        help="Booked with the notice and to be paid with it. Proposals and what is "
        "only shown are under Late fees.",
    )


class ArFollowupPreviewCharge(models.TransientModel):
    _name = "ar.followup.preview.charge"
    _description = "Late Fee in a Preview"
    _order = "partner_id, notice_name, move_id, id"

    preview_id = fields.Many2one(
        "ar.followup.preview", required=True, ondelete="cascade", index=True
    )
    notice_name = fields.Char(string="Notice")
    partner_id = fields.Many2one("res.partner", string="Customer")
    level_id = fields.Many2one("ar.followup.level")
    outcome = fields.Selection(FEE_OUTCOMES, string="What becomes of it")
    rule_id = fields.Many2one("ar.late.fee.rule")
    kind = fields.Selection(KINDS)
    move_id = fields.Many2one("account.move", string="Invoice")
    move_line_id = fields.Many2one("account.move.line", string="Journal Item")
    currency_id = fields.Many2one("res.currency")
    base_amount = fields.Monetary(string="On")
    amount = fields.Monetary()
    example = fields.Json()
    example_text = fields.Text(string="Worked example", compute="_compute_example_text")

    @api.depends("kind", "move_id")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for charge in self:
            charge.display_name = f"{labels.get(charge.kind)} · {charge.move_id.name}"

    @api.depends("example", "currency_id")
    @api.depends_context("lang")
    def _compute_example_text(self):
        words = self.env["ar.late.fee"]
        for charge in self:
            values = {"currency_id": charge.currency_id.id, "example": charge.example}
            charge.example_text = "\n".join(words.new(values)._get_example_lines())
