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
        cls.todays_run = cls.env["ar.followup.run"].create({"company_id": cls.env.company.id})
        cls.todays_run.action_plan()

    def test_a_collector_finds_debts_by_reason_and_sees_the_ladder(self):
        self.start_tour("/odoo/collections", "ar_collections_look", login=self.collector.login)
