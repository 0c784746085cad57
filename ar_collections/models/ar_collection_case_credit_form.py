"""What the form of a case shows of credit, and where its buttons lead."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_list

from ..tools.credit import ZERO


class ArCollectionCase(models.Model):
    _inherit = "ar.collection.case"

    credit_review_ids = fields.One2many("ar.credit.review", "case_id", string="Reviews")
    all_credit_hold_ids = fields.One2many(
        "ar.credit.hold",
        "case_id",
        string="Credit holds, lifted ones too",
        context={"active_test": False},
    )
    is_credit_case = fields.Boolean(compute="_compute_is_credit_case", compute_sudo=True)
    credit_company_note = fields.Char(
        compute="_compute_credit_company_note",
        compute_sudo=True,
        help="Why the user cannot open the file that holds the decision on credit.",
    )
    credit_bar = fields.Json(compute="_compute_credit_bar", compute_sudo=True)
    credit_case_review_count = fields.Integer(compute="_compute_review_count")

    @api.depends("company_id")
    def _compute_is_credit_case(self):
        for case in self:
            case.is_credit_case = case.company_id == case.company_id.root_id

    @api.depends("company_id")
    @api.depends_context("uid", "lang", "allowed_company_ids")
    def _compute_credit_company_note(self):
        for case in self:
            case.credit_company_note = self._get_closed_sentence(case.company_id.root_id)

    @api.depends("credit_state")
    @api.depends_context("lang")
    def _compute_credit_bar(self):
        engine = self.env["ar.credit.engine"]
        for company, cases in self.grouped(lambda case: case.company_id.root_id).items():
            checks = engine._check(company, dict.fromkeys(cases.partner_id.ids, ZERO))
            for case in cases:
                check = checks[case.partner_id.id]
                case.credit_bar = engine._get_bar(check, company.currency_id)

    @api.depends("credit_review_ids")
    def _compute_review_count(self):
        for case in self:
            case.credit_case_review_count = len(case.credit_review_ids)

    # === ACTIONS === #

    def action_open_credit_case(self):
        """Open the file of the root company, which holds the decision on credit."""
        self.ensure_one()
        self.check_access("read")
        self._check_credit_open(self.sudo().company_id.root_id)
        return self._get_credit_case().get_formview_action()

    def action_new_credit_review(self):
        """Start a credit review of the customer."""
        self.ensure_one()
        self.env["ar.credit.review"].check_access("create")
        self._check_credit_open(self.sudo().company_id.root_id)
        return {
            "type": "ir.actions.act_window",
            "res_model": "ar.credit.review",
            "views": [(False, "form")],
            "context": {"default_partner_id": self.partner_id.id},
        }

    def action_open_credit_reviews(self):
        """Open the history of the customer's credit."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit reviews"),
            "res_model": "ar.credit.review",
            "views": [(False, "list"), (False, "form")],
            "domain": [("case_id", "=", self.id)],
            "context": {"default_partner_id": self.partner_id.id},
        }

    def action_open_stop_credit(self):
        """Stop the credit of these customers by hand."""
        self._check_group("ar_collections_group_credit_approver")
        return self._ar_open("ar.credit.stop", self.env._("Stop credit"), case_ids=self)

    def action_open_credit_group(self):
        """Say with which company's credit these customers' counts."""
        self._check_group("ar_collections_group_credit_approver")
        return self._ar_open(
            "ar.credit.group.set", self.env._("Group of companies"), case_ids=self
        )

    # === WHO IS AT A BRANCH ALONE === #

    @api.model
    def _check_credit_open(self, root):
        """Say in words who decides, where the user cannot open the root company's files."""
        if sentence := not self.env.su and self._get_closed_sentence(root):
            raise UserError(sentence)

    @api.model
    def _get_closed_sentence(self, root):
        """Say why the user cannot deal with credit of a root company; False where they can."""
        root = root.sudo()
        if root in self.env.companies:
            return False
        if root in self.env.user.sudo().company_ids:
            return self.env._(
                "Credit is decided in %(company)s for all its branches: switch to that "
                "company first.",
                company=root.name,
            )
        people = self.env["ar.credit.release"]._get_approvers_of(root).mapped("name")
        if not people:
            return self.env._(
                "Credit is decided in %(company)s for all its branches, where you have no "
                "access: ask an administrator.",
                company=root.name,
            )
        return self.env._(
            "Credit is decided in %(company)s for all its branches, where you have no "
            "access: ask %(people)s.",
            company=root.name,
            people=format_list(self.env, people, style="or"),
        )
