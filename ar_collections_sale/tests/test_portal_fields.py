"""Customers on the portal read no field of ours that is about them and not for them."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common_credit import OrderCreditCase

# What customers may read: their own deposits, and what an invoice of charges is.
ALLOWED = {
    "res.partner": set(),
    "res.users": set(),
    "res.company": set(),
    "payment.transaction": set(),
    "account.payment": set(),
    "sale.order": {
        "ar_deposit_amount",
        "ar_deposit_is_soft",
        "ar_deposit_received",
        "ar_deposit_state",
    },
    "sale.order.line": set(),
    "account.move": {
        "ar_deposit_amount",
        "ar_deposit_date",
        "ar_deposit_id",
        "ar_deposit_residual",
        "ar_is_charge",
        "ar_is_fee_credit",
    },
    "account.move.line": set(),
}


class TestPortalFields(OrderCreditCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal = new_test_user(cls.env, "field_portal", "base.group_portal")
        cls.public = cls.env.ref("base.public_user").sudo()

    def get_readable(self, model, user):
        """Give the names of our fields that a user may read."""
        model = self.env[model].with_user(user)
        return {
            name
            for name, field in model._fields.items()
            if name.startswith("ar_") and model._has_field_access(field, "read")
        }

    def test_only_these_fields_are_for_customers(self):
        for model, allowed in ALLOWED.items():
            for user in (self.portal, self.public):
                with self.subTest(model=model, user=user.login):
                    self.assertEqual(self.get_readable(model, user), allowed)

    def test_colleagues_read_more(self):
        admin = self.env.ref("base.user_admin")
        for model, allowed in ALLOWED.items():
            if any(name.startswith("ar_") for name in self.env[model]._fields):
                with self.subTest(model=model):
                    self.assertGreater(self.get_readable(model, admin), allowed)

    def test_a_customer_reads_not_what_we_think_of_them(self):
        own = self.portal.partner_id.with_user(self.portal)
        self.assertTrue(own.read(["name"]))
        for name in ("ar_customer_kind", "ar_is_charge_exempt", "ar_payer_rating"):
            if name in own._fields:
                with self.subTest(name=name), self.assertRaises(AccessError):
                    own.read([name])
        company = self.portal.company_id.with_user(self.portal)
        with self.assertRaises(AccessError):
            company.read(["ar_credit_effect"])
