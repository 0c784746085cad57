"""What kind a customer is: by tax id, tag or e-invoice address, or chosen by hand."""

from odoo import Command
from odoo.tests import Form

from .common import CollectionsCase


class TestCustomerKind(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.trader = cls.create_customer("Bob Trader", is_company=False)
        cls.town = cls.create_customer("Springfield Council")
        cls.tag = cls.env["res.partner.category"].create(
            {"name": "Authority", "ar_is_public_body": True}
        )

    def assertKind(self, partner, kind, is_by_hand=False):
        self.assertEqual(
            (partner.ar_customer_kind, partner.ar_is_kind_by_hand), (kind, is_by_hand)
        )

    # === USUAL === #

    def test_a_tax_number_makes_a_business(self):
        self.assertKind(self.trader, "consumer")
        self.trader.vat = "US123456789"
        self.assertKind(self.trader, "business")

    def test_a_contact_is_of_the_kind_of_its_company(self):
        contact = self.create_customer(
            "Ada Byron", is_company=False, parent_id=self.town.id
        )
        self.assertKind(contact, "business")
        self.town.category_id = self.tag
        self.assertKind(contact, "public")

    def test_a_tag_makes_a_public_body(self):
        policy = self.create_policy([1], for_business=False, for_consumer=False)
        case = self.town._ar_ensure_case(self.env.company)
        self.assertNotEqual(case._get_policy(), policy)
        self.town.category_id = self.tag
        self.assertKind(self.town, "public")
        self.assertEqual(case._get_policy(), policy)
        self.town.category_id = [Command.clear()]
        self.assertKind(self.town, "business")

    def test_a_tag_that_becomes_one_of_public_bodies(self):
        self.tag.ar_is_public_body = False
        self.town.category_id = self.tag
        self.assertKind(self.town, "business")
        self.tag.ar_is_public_body = True
        self.assertKind(self.town, "public")

    def test_an_e_invoice_address_of_public_bodies_makes_one(self):
        # Core's e-invoices come with `account`: not there is a failure, not a reason to skip.
        germany = self.env.ref("base.de")
        self.town.write({"country_id": germany.id, "peppol_eas": "0204"})
        self.town.peppol_endpoint = False
        self.assertKind(self.town, "business")
        self.town.peppol_endpoint = "991123456706"
        self.assertKind(self.town, "public")
        self.town.write({"peppol_eas": "9930", "peppol_endpoint": "DE123456788"})
        self.assertKind(self.town, "business")

    # === BY HAND === #

    def test_a_kind_chosen_by_hand_outlives_an_edit_of_the_tax_number(self):
        self.trader.ar_customer_kind = "business"
        self.trader.vat = "US123456789"
        self.assertKind(self.trader, "business", True)
        self.trader.vat = False
        self.assertKind(self.trader, "business", True)
        self.town.ar_customer_kind = "consumer"
        self.town.vat = "US123456789"
        self.assertKind(self.town, "consumer", True)

    def test_by_hand_comes_before_a_tag(self):
        self.town.category_id = self.tag
        self.town.ar_customer_kind = "business"
        self.town.is_company = False
        self.assertKind(self.town, "business", True)

    def test_back_to_the_usual_kind_follows_the_facts_again(self):
        self.trader.ar_customer_kind = "public"
        self.assertKind(self.trader, "public", True)
        self.trader.ar_customer_kind = "consumer"
        self.trader.vat = "US123456789"
        self.assertKind(self.trader, "business")

    def test_no_kind_is_the_usual_one(self):
        self.town.ar_customer_kind = "public"
        self.town.ar_customer_kind = False
        self.assertKind(self.town, "business")

    def test_a_kind_given_at_creation_is_chosen(self):
        council = self.create_customer("Shelbyville", ar_customer_kind="public")
        self.assertKind(council, "public", True)
        council.vat = "US123456789"
        self.assertKind(council.copy(), "public", True)

    def test_a_form_that_is_saved_chooses_nothing(self):
        with Form(self.env["res.partner"].sudo()) as form:
            form.name = "Carol Consumer"
        carol = form.record
        self.assertKind(carol, "consumer")
        with Form(carol) as form:
            form.vat = "US123456789"
        self.assertKind(carol, "business")
