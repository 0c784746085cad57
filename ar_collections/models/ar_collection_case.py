"""Cases: a customer's collection file in one company."""

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..const import REPLIED_BUSINESS_DAYS
from ..tools.sql_rows import as_array


class ArCollectionCase(models.Model):
    _name = "ar.collection.case"
    _description = "Collection File of a Customer"
    _inherit = ["ar.guarded.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_name = "partner_id"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    collector_id = fields.Many2one(
        "res.users", index="btree_not_null", tracking=True
    )
    policy_id = fields.Many2one(
        "ar.followup.policy",
        string="Policy by hand",
        check_company=True,
        tracking=True,
        help="Empty: the first policy that fits the customer.",
    )
    note = fields.Html()

    # What was said
    last_notice_date = fields.Date(string="Last notice", readonly=True)
    last_run_id = fields.Many2one("ar.followup.run", readonly=True, ondelete="set null")
    # Raised by acts that use credit: a racing transaction fails and is retried.
    credit_counter = fields.Integer(readonly=True)

    # What comes
    item_ids = fields.One2many("ar.followup.item", "case_id", string="Debts")
    open_item_ids = fields.One2many(
        "ar.followup.item", "case_id", domain=[("is_open", "=", True)], string="Open debts"
    )
    hold_ids = fields.One2many("ar.collection.hold", "case_id", string="Holds")
    notice_ids = fields.One2many("ar.followup.notice", "case_id", string="Notices")
    event_ids = fields.One2many("ar.followup.event", "case_id", string="Events")

    _partner_company_uniq = models.Constraint(
        "UNIQUE(partner_id, company_id)", "A customer has one case in each company."
    )

    # === MAIL === #

    @api.private
    def message_update(self, msg_dict, update_vals=None):
        """Override of `mail`: a customer's reply holds the case and makes a task.

        Not what a program has answered, nor what a colleague writes.
        """
        result = super().message_update(msg_dict, update_vals=update_vals)
        is_automatic = self.env.context.get("ar_is_automatic_reply")
        author = self.env["res.partner"].sudo().browse(msg_dict.get("author_id") or ())
        if not is_automatic and not (author and author.user_ids and not author.partner_share):
            self._on_reply(msg_dict)
        return result

    def _on_reply(self, msg_dict):
        """Hold the case for some business days, and ask its collector to answer.

        Further replies make the hold last longer; the open task serves for them too.
        """
        summary = self.env._("Answer the customer's reply")
        for case in self:
            today = case.company_id._ar_today()
            case._hold_for_reply(
                today,
                case._get_business_days().add(today, REPLIED_BUSINESS_DAYS),
                msg_dict.get("subject"),
            )
            case._log("replied", msg_dict.get("subject"))
            if summary not in case.activity_ids.mapped("summary"):
                case._schedule_task(summary, today)

    def _hold_for_reply(self, today, until, note):
        self.ensure_one()
        hold = self.sudo().hold_ids.filtered(
            lambda hold: hold.reason == "replied"
            and not (hold.item_id or hold.move_id)
            and (not hold.until or hold.until >= today)
        )[:1]
        if hold:
            hold.until = max(hold.until, until) if hold.until else False
            self._refresh_outlook()
            return
        self.env["ar.collection.hold"].sudo().create(
            {
                "case_id": self.id,
                "reason": "replied",
                "date": today,
                "until": until,
                "note": note,
            }
        )

    # === BUSINESS === #

    def _check_group(self, name):
        """Raise AccessError unless the user has a group of this addon (or is sudo)."""
        if not self.env.su and not self.env.user.has_group(f"ar_collections.{name}"):
            group = self.env.ref(f"ar_collections.{name}").sudo()
            raise AccessError(
                self.env._(
                    "This needs the role “%(role)s” in Collections: "
                    "ask your administrator for it.",
                    role=group.name,
                )
            )

    def _log(self, code, note=None, item=None, notice=None):
        """Keep what happened, by whom and why."""
        self._log_notes(code, [(case, note) for case in self], item, notice)

    def _log_notes(self, code, notes, item=None, notice=None):
        """Keep what happened to cases, each with a reason of its own.

        :param notes: list of (case, why)
        """
        self._log_events(code, [(case, note, item, notice) for case, note in notes])

    def _log_events(self, code, events):
        """Keep what happened to cases, each with all that it is about.

        :param events: list of (case, why, item, notice)
        """
        days = {company: company._ar_today() for company in self.company_id}
        self.env["ar.followup.event"].sudo().create(
            [
                {
                    "case_id": case.id,
                    "item_id": item.id if item else False,
                    "notice_id": notice.id if notice else False,
                    "code": code,
                    "note": note,
                    "date": days[case.company_id],
                    "user_id": self.env.uid,
                }
                for case, note, item, notice in events
            ]
        )

    def _get_collector(self):
        """Give the case's collector, else the company's responsible.

        For one who has left, the substitute.
        """
        self.ensure_one()
        responsible = self.company_id._ar_get_settings_company().ar_responsible_id
        for user in (self.collector_id, responsible):
            if user and not user.active:
                user = user._ar_get_present(self.company_id._ar_today())
            if user:
                return user
        return self.env["res.users"]

    def _get_present_collector(self, day):
        """Give who takes tasks on `day`: the collector, or the present substitute.

        Where there is none, the tasks of a scheduled action go to those in charge: with
        the system they would lie where nobody looks.
        """
        self.ensure_one()
        collector = self._get_collector()
        user = collector and collector._ar_get_present(day)
        if not user and self.env.uid == SUPERUSER_ID:
            return self.company_id._ar_get_users_in_charge(day)[:1]
        return user

    def _get_policy(self):
        """Give the policy in force: by hand, else the first that fits."""
        self.ensure_one()
        if self.policy_id:
            is_in_force = self.policy_id.is_on and self.policy_id.active
            return self.policy_id if is_in_force else self.policy_id.browse()
        partner = self.partner_id
        for policy in self.env["ar.followup.policy"].sudo()._get_candidates(self.company_id):
            kind = partner.ar_customer_kind or "consumer"
            if policy._fits(kind, partner.country_id.id, set(partner.category_id.ids)):
                return policy
        return self.env["ar.followup.policy"]

    def _schedule_task(self, summary, deadline, note="", user=None):
        """Make a to-do on the case for its collector, or the present substitute."""
        self.ensure_one()
        user = user and user._ar_get_present(deadline)
        user = user or self._get_present_collector(deadline)
        return self.sudo().activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=deadline,
            summary=summary,
            note=note,
            user_id=user.id or self.env.uid,
        )

    def _refresh_outlook(self):
        """Decide anew what comes next for the debts of these cases."""
        for company, cases in self.grouped("company_id").items():
            if company._ar_get_settings_company().ar_start_date:
                self.env["ar.followup.planner"].sudo()._refresh(company, cases.partner_id.ids)

    @api.model
    def _ensure_cases(self, company, partner_ids):
        """Open the cases that are missing, whatever other workers do meanwhile.

        SQL: exactly once is held by the unique constraint, not by a search.

        :return: {partner id: case id}
        """
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO ar_collection_case
                       (partner_id, company_id, collector_id, credit_counter,
                        credit_state, payer_rating, create_date, write_date)
                SELECT p.id, %s, NULL, 0, 'undecided', 'new',
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM unnest(%s::int[]) AS p(id)
                    ON CONFLICT (partner_id, company_id) DO NOTHING
                """,
                company.id,
                as_array(partner_ids),
            ),
            log_exceptions=False,
        )
        return dict(
            self.env.execute_query(
                SQL(
                    "SELECT partner_id, id FROM ar_collection_case"
                    " WHERE company_id = %s AND partner_id = ANY(%s)",
                    company.id,
                    as_array(partner_ids),
                )
            )
        )
