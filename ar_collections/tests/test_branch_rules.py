"""People of a branch read what its parent has set up, and leave it as it is."""

from odoo import Command
from odoo.exceptions import AccessError

from .common_deposits import DepositCase


class TestParentsRecords(DepositCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.parent = cls.env.company
        cls.policy = cls.create_policy([1, 8])
        cls.policy.company_id = cls.parent
        cls.rule = cls.create_rule(company_id=cls.parent.id, **cls.thirds())
        euro = cls.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])
        cls.rule.amount_ids = [Command.create({"currency_id": euro.id, "amount_from": 1.0})]
        cls.branch = cls.create_branch("Acorn North")
        cls.manager = cls.create_user("branch_manager", "manager")

    def records(self, companies):
        """Give what the parent has set up, as the manager of these companies."""
        self.manager.sudo().write(
            {"company_id": companies[0].id, "company_ids": [Command.set(companies.ids)]}
        )
        env = self.env(user=self.manager, context={"allowed_company_ids": companies.ids})
        rule, policy = self.rule.with_env(env), self.policy.with_env(env)
        for record in (rule, rule.milestone_ids, rule.amount_ids, policy, policy.level_ids):
            yield record[:1]

    def test_a_manager_of_the_branch_reads_and_changes_nothing(self):
        for record in self.records(self.branch):
            with self.subTest(record._name):
                self.assertTrue(record.display_name)
                self.assertEqual(record.search([("id", "=", record.id)]), record)
                name = "sequence" if "sequence" in record._fields else "amount_from"
                for act in (lambda: record.write({name: 3}), record.unlink):  # noqa: B023
                    with self.isolated(), self.assertRaises(AccessError):
                        act()

    def test_nobody_adds_to_what_the_parent_has(self):
        values = {"rule_id": self.rule.id, "name": "More", "sequence": 2, "trigger": "hand"}
        *_others, level = self.records(self.branch)
        with self.isolated(), self.assertRaises(AccessError):
            level.env["ar.deposit.milestone"].create(values)
        with self.isolated(), self.assertRaises(AccessError):
            level.copy({"days": 40})
        with self.isolated(), self.assertRaises(AccessError):
            level.env["ar.deposit.rule"].create({"name": "X", "company_id": self.parent.id})

    def test_a_manager_of_the_parent_does(self):
        for record in self.records(self.parent | self.branch):
            with self.subTest(record._name):
                record.check_access("write")
                record.check_access("unlink")

    def test_the_branch_has_rules_of_its_own(self):
        rule, *_others = self.records(self.branch)
        own = rule.create({"name": "Ours", "company_id": self.branch.id, "percent": 10.0})
        own.percent = 20.0
        own.unlink()
