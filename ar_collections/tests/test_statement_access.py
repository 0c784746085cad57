"""Who may read a customer's statement of account; its text is that of `test_aging`."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .common_by_hand import ByHandCase

REPORT = "ar_collections.report_statement"


class TestStatementAccess(ByHandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.invoice = cls.create_invoice(due_in=-5, amount=4321)
        cls.case = cls.customer._ar_ensure_case(cls.env.company)

    def render(self, user, company=None):
        reports = self.env["ir.actions.report"].with_user(user)
        if company:
            reports = reports.with_context(allowed_company_ids=company.ids)
        self.env.invalidate_all()
        return str(reports._render_qweb_html(REPORT, self.case.ids)[0])

    def test_people_of_collections_read_it(self):
        for user in (self.auditor, self.collector, self.manager):
            html = self.render(user)
            self.assertIn("4,321.00", html)
            self.assertIn(self.invoice.name, html)

    def test_nobody_else_does(self):
        for groups in ("base.group_portal", "base.group_user"):
            user = new_test_user(self.env, groups, groups=groups)
            with self.assertRaises(AccessError):
                self.render(user)

    def test_nor_do_people_of_another_company(self):
        other = self.setup_other_company()["company"]
        user = new_test_user(
            self.env,
            "statement_abroad",
            groups="ar_collections.ar_collections_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        with self.assertRaises(AccessError):
            self.render(user, other)

    def test_nor_does_a_collector_whose_case_it_is_not(self):
        self.case.collector_id = self.manager
        self.env.company.sudo().ar_is_own_cases_only = True
        with self.assertRaises(AccessError):
            self.render(self.collector)
        self.assertIn("4,321.00", self.render(self.manager))


@tagged("standard", "post_install", "-at_install")
class TestStatementAddress(HttpCase):
    """The address of a report is open to everybody who is logged in."""

    def test_portal_users_get_nothing(self):
        customer = self.env["res.partner"].create(
            {"name": "Quietly Owing Ltd", "is_company": True}
        )
        case = customer._ar_ensure_case(self.env.company)
        login = "statement_portal"
        new_test_user(self.env, login, groups="base.group_portal", password=login)
        self.authenticate(login, login)
        for report in (REPORT, "ar_collections.report_dunning_letter"):
            with mute_logger("odoo.http"):
                answer = self.url_open(f"/report/html/{report}/{case.id}")
            self.assertGreaterEqual(answer.status_code, 400)
            self.assertNotIn(customer.name, answer.text)

    def test_collectors_get_it(self):
        customer = self.env["res.partner"].create(
            {"name": "Quietly Owing Ltd", "is_company": True}
        )
        case = customer._ar_ensure_case(self.env.company)
        login = "statement_collector"
        groups = "base.group_user,ar_collections.ar_collections_group_collector"
        new_test_user(self.env, login, groups=groups, password=login)
        self.authenticate(login, login)
        answer = self.url_open(f"/report/html/{REPORT}/{case.id}")
        self.assertEqual(answer.status_code, 200)
        self.assertIn(customer.name, answer.text)
