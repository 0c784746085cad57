"""The screens in a real browser."""

from odoo.addons.ar_collections.tests.common import CollectionsCase
from odoo.tests import HttpCase, tagged


@tagged("standard", "post_install", "-at_install")
class TestScreens(CollectionsCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        levels = (cls.level(-5), cls.level(1, deadline_days=7))
        cls.policy = cls.create_policy(levels, is_approval_needed=True)
        cls.create_invoice(due_in=-5)
        cls.create_invoice(due_in=20)
        cls.collector = cls.create_user("screens_collector", "collector")
        cls.manager = cls.create_user("screens_manager", "manager")

    def test_a_collector_finds_debts_by_reason_and_sees_the_ladder(self):
        self.create_run().action_plan()
        self.start_tour("/odoo/collections", "ar_collections_look", login=self.collector.login)

    def test_a_manager_previews_plans_approves_and_sends(self):
        self.env.company.sudo().ar_has_approved_run = False
        self.start_tour("/odoo/collections", "ar_collections_run", login=self.manager.login)
        notice = self.env["ar.followup.notice"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((notice.state, notice.approved_by_id), ("done", self.manager))
        self.assertEqual(notice.delivery_ids.mail_mail_id.state, "outgoing")

    def create_run(self):
        return self.env["ar.followup.run"].create({"company_id": self.env.company.id})
