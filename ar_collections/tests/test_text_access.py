"""Who may have the texts of notices and statements rendered, in whatever window."""

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common_by_hand import ByHandCase


class TestTextAccess(ByHandCase):
    """Everybody may open core's windows for e-mails and text messages, on any record."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy((1, 8))
        cls.create_invoice(due_in=-5, amount=4321)
        cls.nobody = cls.create_user("text_nobody")
        cls.template.body_html = "<p>Pay <t t-out='object.amount_text'/></p>"
        cls.template.lang = False
        cls.sms = cls.env["sms.template"].create(
            {
                "name": "Amount",
                "model_id": cls.env["ir.model"]._get_id("ar.followup.notice"),
                "body": "{{ object.amount_text }}",
            }
        )
        cls.notice = cls.follow_up(0, execute=False).notice_ids

    def compose(self, record, template, user):
        self.env.invalidate_all()
        composer = self.env["mail.compose.message"].with_user(user)
        values = {"model": record._name, "res_ids": str(record.ids)}
        return composer.create({**values, "template_id": template.id}).body

    def text(self, user):
        self.env.invalidate_all()
        values = {"res_model": "ar.followup.notice", "res_id": self.notice.id}
        composer = self.env["sms.composer"].with_user(user)
        return composer.create({**values, "template_id": self.sms.id}).body

    def read_all(self, user):
        """Read the texts in each window."""
        statement = self.env.ref("ar_collections.mail_template_statement")
        yield lambda: self.compose(self.notice.case_id, statement, user)
        yield lambda: self.compose(self.notice, self.template, user)
        yield lambda: self.text(user)

    def assertClosed(self, user):
        for read in self.read_all(user):
            with self.assertRaises(AccessError):
                read()

    def test_collectors_read_them(self):
        for read in self.read_all(self.collector):
            self.assertIn("4,321", str(read()))

    def test_people_outside_collections_do_not(self):
        self.assertClosed(self.nobody)

    def test_nor_do_people_of_another_company(self):
        other = self.setup_other_company()["company"]
        stranger = new_test_user(
            self.env,
            "text_abroad",
            groups="ar_collections.ar_collections_group_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        self.assertClosed(stranger)

    def test_nor_do_collectors_of_other_cases(self):
        self.notice.case_id.collector_id = self.manager
        self.env.company.sudo().ar_is_own_cases_only = True
        self.assertClosed(self.collector)
