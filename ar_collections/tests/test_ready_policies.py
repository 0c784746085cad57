from itertools import pairwise
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tools.translate import code_translations

from ..data.ready_policies import translate_ready_policies
from .common import CollectionsCase

# days, channel, otherwise by, deadline, debts from, call from, formal
BUSINESS = [
    (-5, "email", False, 0, 250, None, False),
    (1, "email", "letter", 7, 0, 5000, False),
    (11, "email", "letter", 7, 0, 1000, False),
    (20, "letter", "email", 7, 0, None, False),
    (28, "letter", "email", 10, 50, None, True),
]
CONSUMER = [
    (-3, "email", False, 0, 0, None, False),
    (3, "email", "letter", 14, 0, None, False),
    (20, "email", "letter", 14, 0, None, False),
    (36, "email", "letter", 14, 0, None, False),
    (51, "letter", "email", 17, 50, None, True),
]
PUBLIC = [
    (-10, "email", False, 0, 0, None, False),
    (5, "email", "letter", 14, 0, None, False),
    (23, "email", "letter", 14, 0, 1000, False),
    (40, "letter", "email", 14, 0, None, False),
    (56, "letter", "email", 30, 50, None, True),
]


class TestReadyPolicies(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.business, cls.consumer, cls.public = cls.get_policies(cls.env.company)

    @classmethod
    def get_policies(cls, company):
        policies = cls.env["ar.followup.policy"].sudo()
        return policies.search([("company_id", "=", company.id)], order="sequence")

    def read_ladder(self, policy):
        return [
            (
                level.days,
                level.channel,
                level.fallback_channel,
                level.deadline_days,
                level.amount_from,
                level.call_amount_from if level.is_call_added else None,
                level.is_formal,
            )
            for level in policy.level_ids.sorted("days")
        ]

    # === THE TABLE === #

    def test_ladders_are_those_of_the_table(self):
        self.assertEqual(self.read_ladder(self.business), BUSINESS)
        self.assertEqual(self.read_ladder(self.consumer), CONSUMER)
        self.assertEqual(self.read_ladder(self.public), PUBLIC)

    def test_pace_and_rules(self):
        paces = [
            (policy.min_interval_days, policy.customer_interval_days)
            for policy in (self.business, self.consumer, self.public)
        ]
        self.assertEqual(paces, [(7, 7), (14, 14), (14, 14)])
        for policy in self.business | self.consumer | self.public:
            self.assertFalse(policy.is_on, "Somebody switches it on")
            self.assertTrue(policy.is_approval_needed)
            self.assertTrue(policy.calendar_id)
            self.assertEqual(policy.minimum_amount, 10.0)
            self.assertEqual(policy.min_reminders, 3)

    def test_invoices_and_credit(self):
        attached = self.business.level_ids.filtered(
            lambda level: level.attach_invoices == "overdue"
        )
        self.assertEqual(sorted(attached.mapped("days")), [20, 28])
        stopping = self.env["ar.followup.level"].search(
            [
                ("policy_id", "in", (self.business | self.consumer | self.public).ids),
                ("is_stopping_credit", "=", True),
            ]
        )
        self.assertEqual(stopping.mapped("days"), [20])
        self.assertEqual(stopping.policy_id, self.business)

    def test_every_level_has_all_its_texts(self):
        for level in (self.business | self.consumer | self.public).level_ids:
            for name in ("mail_template_id", "sms_template_id", "letter_title", "call_script"):
                self.assertTrue(level[name], f"{level.display_name}: {name}")

    def test_each_level_waits_for_the_deadline_before_it(self):
        for policy in self.business | self.consumer | self.public:
            levels = policy.level_ids.filtered(lambda level: level.days > 0).sorted("days")
            for first, second in pairwise(levels):
                self.assertGreater(second.days, first.days + first.deadline_days)

    def test_each_can_be_switched_on(self):
        policies = self.business | self.consumer | self.public
        policies.is_on = True
        policies._check_ladder()
        self.assertTrue(all(policies.mapped("is_on")))

    def test_ladder_that_cannot_be_climbed_is_refused(self):
        with self.assertRaises(ValidationError):
            self.business.min_reminders = 4

    # === WHO === #

    def test_kind_decides(self):
        (self.business | self.consumer | self.public).is_on = True
        person = self.create_customer("Mary Jones", is_company=False)
        library = self.create_customer("City Library", ar_customer_kind="public")
        chosen = [
            partner._ar_ensure_case(self.env.company)._get_policy()
            for partner in (self.customer, person, library)
        ]
        self.assertEqual(chosen, [self.business, self.consumer, self.public])

    # === ONCE === #

    def test_given_once(self):
        self.consumer.unlink()
        self.business.name = "Our customers"
        self.business.level_ids[0].deadline_days = 9
        self.env["ar.followup.policy"]._create_ready_policies(self.env.company)
        left = self.get_policies(self.env.company)
        self.assertEqual(left, self.business | self.public)
        self.assertEqual(self.business.name, "Our customers")
        self.assertEqual(self.business.level_ids[0].deadline_days, 9)

    def test_new_company_has_them_in_its_currency(self):
        company = self.env["res.company"].sudo().create(
            {"name": "Rowan GmbH", "currency_id": self.env.ref("base.EUR").id}
        )
        policies = self.get_policies(company)
        self.assertEqual(policies.mapped("name"), ["Business", "Consumer", "Public body"])
        self.assertEqual(policies.currency_id.name, "EUR")
        self.assertEqual(policies.calendar_id, company.resource_calendar_id)
        self.assertFalse(any(policies.mapped("is_on")))

    def test_branch_uses_those_of_its_parent(self):
        branch = self.env["res.company"].sudo().create(
            {"name": "Branch", "parent_id": self.env.company.id}
        )
        self.assertFalse(self.get_policies(branch))

    def test_policies_follow_the_currency_until_they_are_on(self):
        company = self.env["res.company"].sudo().create({"name": "Rowan GmbH"})
        before = company.currency_id
        policies = self.get_policies(company)
        policies[0].is_on = True
        company.currency_id = self.env.ref("base.CHF")
        self.assertEqual(policies[0].currency_id, before)
        self.assertEqual(policies[1:].currency_id.name, "CHF")

    # === LANGUAGES === #

    def translate(self, texts):
        """Let the addon know French words."""
        self.env["res.lang"]._activate_lang("fr_FR")
        known = {**code_translations.python_translations, ("ar_collections", "fr_FR"): texts}
        with patch.object(code_translations, "python_translations", known):
            translate_ready_policies(self.env(su=True), ["fr_FR"])

    def test_texts_speak_a_language_that_is_added_later(self):
        last = self.business.level_ids.filtered(lambda level: level.days == 20)
        listen = "Would a later day or instalments help?"
        source = last.with_context(lang="en_US").call_script
        self.translate(
            {
                "Business": "Entreprises",
                "Last reminder": "Dernier rappel",
                self.get_script(listen): self.get_script(listen).replace(
                    listen, "Un délai vous aiderait-il ?"
                ),
            }
        )
        self.assertEqual(self.business.with_context(lang="fr_FR").name, "Entreprises")
        french = last.with_context(lang="fr_FR")
        self.assertEqual(french.name, "Dernier rappel")
        self.assertIn("Un délai vous aiderait-il ?", french.call_script)
        self.assertIn("object.amount_text", french.call_script)
        self.assertEqual(last.with_context(lang="en_US").call_script, source)

    def get_script(self, sentence):
        from ..data import ready_policies

        scripts = (ready_policies.SCRIPT_FIRST, ready_policies.SCRIPT_LAST)
        texts = [script._translate("en_US") for script in scripts]
        return next(text for text in texts if sentence in text)

    def test_texts_of_people_stay_as_they_are(self):
        self.business.with_context(lang="en_US").name = "Our customers"
        self.env["res.lang"]._activate_lang("fr_FR")
        last = self.business.level_ids.filtered(lambda level: level.days == 20)
        last.with_context(lang="fr_FR").name = "Dernier avertissement"
        self.translate({"Business": "Entreprises", "Last reminder": "Dernier rappel"})
        self.assertEqual(self.business.with_context(lang="fr_FR").name, "Our customers")
        self.assertEqual(last.with_context(lang="fr_FR").name, "Dernier avertissement")
