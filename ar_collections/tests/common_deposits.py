"""What the tests of deposits stand on: rules that are on, and nobody else's."""

from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError

from .common import CollectionsCase


class DepositCase(CollectionsCase):
    """No rule is on but those that a test makes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ar.deposit.rule"].search([]).is_on = False

    @classmethod
    def create_rule(cls, **values):
        """Create a rule for invoices that asks for 30 percent within 5 days."""
        return cls.env["ar.deposit.rule"].create(
            {
                "name": "Test rule",
                "sequence": 1,
                "for_invoices": values.get("kind") != "all",
                "for_orders": True,
                "currency_id": cls.env.company.currency_id.id,
                "kind": "percent",
                "percent": 30.0,
                "due_days": 5,
                "consequence": "Nothing starts without it.",
                **values,
            }
        )

    @classmethod
    def thirds(cls, **values):
        """Give the values of a rule that asks for thirds."""
        milestones = [
            {"sequence": 1, "name": "Before start", "trigger": "acceptance"},
            {"sequence": 2, "name": "Halfway", "trigger": "delivered"},
            {"sequence": 3, "name": "On completion", "trigger": "completion"},
        ]
        return {
            "kind": "milestones",
            "milestone_ids": [Command.create(one) for one in milestones],
            **values,
        }

    def change(self, document, **values):
        """Change a deposit by hand, through the window that people use."""
        action = document.action_ar_change_deposit()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_env(document.env)
        wizard.write({"reason": "Agreed on the phone", **values})
        return wizard.action_confirm()

    @contextmanager
    def assertRefused(self, words):
        """Check that the block is refused in these words, and undo what it did."""
        with self.assertRaises(UserError) as caught:
            yield
        self.assertRegex(str(caught.exception), words)
