"""What the form of a run shows: the log as a person reads it."""

from markupsafe import Markup

from odoo import api, fields, models


class ArFollowupRun(models.Model):
    _inherit = "ar.followup.run"

    reason_table = fields.Html(
        string="What happened to the debts",
        compute="_compute_reason_table",
        sanitize=False,
        help="How many debts climb, and why the others wait.",
    )
    failure_ids = fields.One2many(
        "ar.followup.run.entry",
        "run_id",
        string="Failures",
        domain=[("is_failure", "=", True)],
        readonly=True,
    )

    @api.depends("entry_ids.debts", "entry_ids.reason")
    @api.depends_context("lang")
    def _compute_reason_table(self):
        entries = self.env["ar.followup.run.entry"]
        labels = dict(entries._fields["reason"]._description_selection(self.env))
        groups = entries._read_group(
            [("run_id", "in", self.ids), ("reason", "!=", False)],
            ["run_id", "reason"],
            ["debts:sum"],
        )
        rows = {}
        for run, reason, debts in groups:
            rows.setdefault(run.id, []).append((debts, labels.get(reason, "")))
        for run in self:
            run.reason_table = self._get_table(
                sorted(rows.get(run.id, ()), reverse=True)
            )

    def _get_table(self, rows):
        cell = Markup("<tr><td>%s</td><td class='text-end'>%s</td></tr>")
        body = Markup().join(cell % (label, debts) for debts, label in rows)
        return (
            Markup("<table class='table table-sm w-auto'>%s</table>") % body
            if rows
            else ""
        )

    # === ACTIONS === #

    def action_open_notices(self):
        """Open the notices of this run."""
        return self._get_notices_action()
