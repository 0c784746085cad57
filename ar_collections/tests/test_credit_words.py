"""What a person reads who enters what the database refuses."""

from psycopg2.errors import IntegrityError

from odoo import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_credit import CreditCase

REVIEW, RULE = "ar.credit.review", "ar.deposit.rule"


@tagged("post_install", "-at_install")
class TestWordsOfConstraints(CreditCase):
    def get_words(self, model, values):
        """Give what the screen says when `values` are saved."""
        with (
            self.assertRaises(IntegrityError) as caught,
            mute_logger("odoo.sql_db"),
            self.cr.savepoint(),
        ):
            self.env[model].create(values)
            self.env.flush_all()
        table = caught.exception.diag.table_name
        [refusing] = (one for one in self.env.values() if one._table == table)
        return str(refusing._sql_error_to_message(caught.exception))

    def test_each_says_what_to_do(self):
        customer = {"partner_id": self.customer.id}
        line = {"currency_id": self.env.company.currency_id.id}
        parts = [
            {"name": "a", "trigger": "acceptance"},
            {"name": "b", "trigger": "hand"},
        ]

        def review(**values):
            return REVIEW, {**customer, **values}

        def rule(**values):
            return RULE, {"name": "Rule", **values}

        def milestone(**values):
            lines = [parts[0], {**parts[1], **values}]
            return rule(kind="milestones", milestone_ids=[Command.create(v) for v in lines])

        def amounts(*lines):
            return rule(amount_ids=[Command.create({**line, **v}) for v in lines])

        cases = [
            (review(requested_limit=-1.0), "enter 0 or more"),
            (review(limit=-1.0), "enter 0 or more"),
            (review(deposit_percent=100.01), "between 0 and 100"),
            (
                review(check_ids=[Command.create({"source": "x", "price": -1.0})]),
                "0 where it was free",
            ),
            (rule(amount_from=-1.0), "enter 0 or more"),
            (rule(due_days=-1), "enter 0 or more"),
            (milestone(share=0.0), "enter 1 for one part"),
            (milestone(days=-1), "Days of a milestone"),
            (milestone(delivered_percent=100.01), "between 0 and 100"),
            (amounts({"amount_from": -1.0}), "Amounts of a deposit rule"),
            (amounts({}, {}), "change the line that is there"),
            (("res.company", {"name": "C", "ar_credit_overdue_days": -1}), "enter 0 or more"),
        ]
        for (model, values), words in cases:
            with self.subTest(model=model, values=values):
                self.assertIn(words, self.get_words(model, values))
