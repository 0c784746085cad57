"""What the tests of late fees share: rules, the daily pass, the charges it made."""

from odoo import Command

from .common import CollectionsCase


class LateFeeCase(CollectionsCase):
    """A company whose one customer is a confirmed business. No tests in here."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.company_data["default_account_revenue"]
        cls.customer.ar_is_kind_confirmed = True

    @classmethod
    def rule(cls, **values):
        """Put a rule in force: 10 % a year with each notice, unless told otherwise."""
        company = values.pop("company", cls.env.company)
        return cls.env["ar.late.fee.rule"].create(
            {
                "name": "Ten percent",
                "is_on": True,
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "has_interest": True,
                "interest_percent": 10.0,
                "frequency": "level",
                "account_id": cls.income.id,
                **values,
            }
        )

    @classmethod
    def flat_rule(cls, *tiers, **values):
        """Put a rule in force that takes a flat sum and no interest."""
        tiers = cls.flat(*(tiers or [(0, 40)]))
        return cls.rule(has_interest=False, tier_ids=tiers, **values)

    @classmethod
    def flat(cls, *tiers):
        return [
            Command.create({"amount_from": amount_from, "fee": fee})
            for amount_from, fee in tiers
        ]

    @classmethod
    def reference(cls, *values, name="Central bank", code="cb"):
        """Create a reference rate: (from, to, percent) each."""
        return cls.env["ar.reference.rate"].create(
            {
                "name": name,
                "code": code,
                "value_ids": [
                    Command.create({"date_from": first, "date_to": last, "percent": percent})
                    for first, last, percent in values
                ],
            }
        )

    def daily_pass(self, day=0, company=None):
        """Live the daily pass of a day; give all charges there are."""
        company = company or self.env.company
        with self.on_day(day) as today:
            progress = self.env["ar.late.fee.pass"].sudo()._get_for(company)
            progress.done_on = False
            self.env["ar.late.fee"].sudo()._pass_company(company, today)
        return self.charges()

    def booked_flat_sum(self, **values):
        """Give an invoice and its flat sum, booked.

        :param values: of the rule
        """
        self.flat_rule(**values)
        invoice = self.create_invoice(due_in=-20)
        charge = self.daily_pass()
        charge.action_accept()
        return invoice, charge

    def charges(self, **domain):
        return self.env["ar.late.fee"].search(
            [(name, "=", value) for name, value in domain.items()], order="id"
        )

    def product_without_account(self):
        category = self.env["product.category"].sudo().create({"name": "Charges"})
        category.property_account_income_categ_id = False
        self.env.company.sudo().income_account_id = False
        return (
            self.env["product.product"]
            .sudo()
            .create({"name": "Late fee", "type": "service", "categ_id": category.id})
        )
