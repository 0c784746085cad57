"""Who bears charges: confirmed and spared by a manager, by nobody else, on record."""

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user

from .common_late_fees import LateFeeCase


class TestLateFeeBearers(LateFeeCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("bearers", "manager")
        cls.collector = cls.create_user("collects", "collector")
        cls.clerk = cls.plain_user("clerk", "base.group_partner_manager")
        cls.accountant = cls.plain_user("books", "account.group_account_invoice")
        cls.unsure = cls.create_customer("Unsure")
        cls.unsure._ar_ensure_case(cls.env.company)

    @classmethod
    def plain_user(cls, login, group):
        """Create a user without any role in Collections."""
        return new_test_user(
            cls.env,
            login=login,
            groups=f"base.group_user,{group}",
            company_id=cls.env.company.id,
            company_ids=[(6, 0, cls.env.company.ids)],
        )

    def window(self, action, user, **values):
        """Fill in the window that an action opens, as its user."""
        windows = self.env[action["res_model"]].with_user(user)
        return windows.with_context(**action["context"]).create(values)

    def events(self, code):
        return self.env["ar.followup.event"].search([("code", "=", code)])

    # === THE KIND === #

    def test_a_manager_without_contact_rights_confirms_the_kind(self):
        self.flat_rule()
        mine = self.unsure.with_user(self.manager)
        with self.assertRaises(AccessError):
            mine.name = "Sure"
        window = self.window(mine.action_ar_open_confirm_kind(), self.manager)
        self.assertEqual(window.customer_kind, "business")
        window.action_confirm()
        self.assertTrue(self.unsure.ar_is_kind_confirmed)
        event = self.events("kind_confirmed")
        self.assertEqual((event.user_id, event.note), (self.manager, "Business"))
        self.create_invoice(due_in=-20, partner=self.unsure)
        self.assertEqual(self.daily_pass().amount, 40)

    def test_a_manager_says_what_customers_are(self):
        both = (self.unsure | self.create_customer("Joe", is_company=False)).with_user(
            self.manager
        )
        window = self.window(both.action_ar_open_confirm_kind(), self.manager)
        self.assertFalse(window.customer_kind, "Each stays what it is")
        window.customer_kind = "public"
        window.action_confirm()
        self.assertEqual(both.mapped("ar_customer_kind"), ["public", "public"])
        self.assertTrue(all(both.mapped("ar_is_kind_confirmed")))

    def test_a_form_that_is_saved_confirms_nothing(self):
        with Form(self.env["res.partner"]) as form:
            form.name = "Carol"
        carol = form.record
        with Form(carol) as form:
            form.company_type = "company"
        self.assertEqual(carol.ar_customer_kind, "business")
        self.assertFalse(carol.ar_is_kind_confirmed)

    def test_a_slash_is_no_tax_id(self):
        person = self.create_customer("Slash", is_company=False, vat="/")
        self.assertEqual(person.ar_customer_kind, "consumer")
        company = self.create_customer("Slash Ltd", vat="/")
        self.assertFalse(company.ar_is_kind_confirmed)
        company.vat = "US123456789"
        self.assertTrue(company.ar_is_kind_confirmed)

    def test_a_kind_that_is_chosen_at_creation_is_confirmed(self):
        council = self.create_customer("Council", ar_customer_kind="public")
        self.assertTrue(council.ar_is_kind_confirmed)

    def test_what_was_confirmed_lapses_with_the_kind(self):
        person = self.create_customer("Joe", is_company=False)
        person.ar_is_kind_confirmed = True
        person.is_company = True
        self.assertFalse(person.ar_is_kind_confirmed, "A consumer was confirmed")
        person.is_company = False
        self.assertTrue(person.ar_is_kind_confirmed)

    def test_a_tax_id_confirms_no_other_kind(self):
        taxed = self.create_customer("Taxed", vat="US123456789")
        taxed.with_user(self.clerk).ar_customer_kind = "consumer"
        self.assertFalse(taxed.ar_is_kind_confirmed)

    def test_who_edits_contacts_alone_confirms_and_spares_nobody(self):
        theirs = self.unsure.with_user(self.clerk)
        theirs.ar_customer_kind = "public"
        self.assertFalse(theirs.ar_is_kind_confirmed)
        for values in (
            {"ar_is_kind_confirmed": True},
            {"ar_is_charge_exempt": True},
            {"ar_confirmed_kind": "public"},
        ):
            with self.subTest(values), self.assertRaises(AccessError):
                theirs.write(values)
            with self.subTest(values), self.assertRaises(AccessError):
                theirs.create({"name": "New", **values})
        for action in ("action_ar_open_confirm_kind", "action_ar_open_spare"):
            with self.subTest(action), self.assertRaises(AccessError):
                getattr(theirs, action)()

    def test_a_copy_is_neither_confirmed_nor_spared(self):
        self.unsure.write({"ar_is_charge_exempt": True, "ar_is_kind_confirmed": True})
        copy = self.unsure.with_user(self.clerk).copy()
        self.assertFalse(copy.ar_is_charge_exempt or copy.ar_is_kind_confirmed)

    def test_what_was_decided_goes_with_a_customer_who_is_merged(self):
        self.unsure.write({"ar_is_charge_exempt": True, "ar_is_kind_confirmed": True})
        kept = self.create_customer("Sure")
        wizard = self.env["base.partner.merge.automatic.wizard"].with_user(self.clerk)
        wizard._merge((self.unsure | kept).ids, kept.with_user(self.clerk), False)
        self.assertTrue(kept.ar_is_charge_exempt and kept.ar_is_kind_confirmed)

    # === SPARED === #

    def test_a_manager_without_contact_rights_spares_a_customer(self):
        self.flat_rule()
        contact = self.create_customer("Ada", is_company=False, parent_id=self.customer.id)
        action = contact.with_user(self.manager).action_ar_open_spare()
        self.window(action, self.manager, note="Our own fault").action_change()
        self.assertTrue(self.customer.ar_is_charge_exempt)
        self.assertEqual(self.events("spared").note, "Acorn Ltd: Our own fault")
        self.create_invoice(due_in=-20)
        self.assertFalse(self.daily_pass())
        window = self.window(action, self.manager, note="Enough")
        self.assertEqual(window.change, "charge")
        window.action_change()
        self.assertEqual(self.events("not_spared").user_id, self.manager)
        self.assertEqual(self.daily_pass().amount, 40)

    def test_a_manager_without_accounting_rights_spares_an_invoice(self):
        self.flat_rule()
        invoice = self.create_invoice(due_in=-20)
        mine = invoice.with_user(self.manager)
        with self.assertRaises(AccessError):
            mine.ref = "Changed"
        self.window(mine.action_ar_open_spare(), self.manager, note="Late").action_change()
        self.assertFalse(self.daily_pass())
        self.assertEqual(self.events("spared").case_id.partner_id, self.customer)

    def test_nobody_else_spares_an_invoice_or_calls_it_a_document_of_charges(self):
        invoice = self.create_invoice(due_in=-20)
        for user in (self.accountant, self.collector):
            for name in ("ar_is_charge", "ar_is_charge_exempt"):
                with self.subTest(f"{user.login} {name}"), self.assertRaises(AccessError):
                    invoice.with_user(user).write({name: True})
        draft = {"move_type": "out_invoice", "partner_id": self.customer.id}
        moves = self.env["account.move"].with_user(self.accountant)
        with self.assertRaises(AccessError):
            moves.create({**draft, "ar_is_charge": True})
        self.assertTrue(moves.create(draft))
        with self.assertRaises(AccessError):
            invoice.ar_is_charge = True

    def test_collectors_open_no_such_window(self):
        for model in ("ar.customer.kind.confirm", "ar.late.fee.spare"):
            with self.subTest(model), self.assertRaises(AccessError):
                self.env[model].with_user(self.collector).create({})
        invoice = self.create_invoice().with_user(self.collector)
        with self.assertRaises(AccessError):
            invoice.action_ar_spare(is_exempt=True, note="Please")
        with self.assertRaises(AccessError):
            self.unsure.with_user(self.collector).action_ar_confirm_kind()
