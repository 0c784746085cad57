"""The settings that a collections manager changes without being an administrator."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form

from ..wizard.ar_collections_settings import SETTINGS
from .common import LONG_AGO, CollectionsCase


class TestSettings(CollectionsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.create_user("settings_manager", "manager")
        cls.company = cls.env.company

    def settings(self, user=None, company=None):
        model = self.env["ar.collections.settings"].with_user(user or self.manager)
        return Form(model.with_company(company or self.company))

    def create_branch(self, *users):
        branch = self.env["res.company"].sudo().create(
            {"name": "Branch", "parent_id": self.company.id}
        )
        for user in users:
            user.sudo().company_ids += branch
        return branch

    def test_the_form_shows_what_is_in_force(self):
        self.company.sudo().write({"ar_max_per_day": 12, "ar_responsible_id": self.manager.id})
        form = self.settings()
        self.assertEqual(form.ar_max_per_day, 12)
        self.assertEqual(form.ar_start_date, LONG_AGO)
        self.assertEqual(form.ar_responsible_id, self.manager)
        self.assertEqual(form.company_name, self.company.name)
        self.assertFalse(form.branch_name)

    def test_a_manager_who_is_no_administrator_saves_them_all(self):
        journal = self.company_data["default_journal_bank"]
        values = {
            "ar_start_date": date(2026, 1, 2),
            "ar_is_paused": True,
            "ar_tz": "Europe/Berlin",
            "ar_window_from": 9.0,
            "ar_window_to": 16.5,
            "ar_max_per_day": 7,
            "ar_is_test_mode": True,
            "ar_test_email": "me@example.com",
            "ar_is_following_entries": True,
            "ar_is_bank_gated": True,
            "ar_bank_known_date": date(2026, 3, 1),
            "ar_responsible_id": self.manager,
            "ar_promise_tolerance_days": 5,
            "ar_is_own_cases_only": True,
        }
        with self.settings() as form:
            for name, value in values.items():
                setattr(form, name, value)
            form.ar_bank_journal_ids.add(journal)
        form.record.action_save()
        self.assertEqual({name: self.company[name] for name in values}, values)
        self.assertEqual(self.company.ar_bank_journal_ids, journal)

    def test_nothing_else_is_written(self):
        before = self.company.sudo().read()[0]
        form = self.settings()
        form.ar_max_per_day = 3
        form.save().action_save()
        after = self.company.sudo().read()[0]
        changed = {name for name in after if after[name] != before[name]}
        self.assertEqual(changed - {"write_uid", "write_date"}, {"ar_max_per_day"})

    def test_all_its_settings_are_in_the_administrators_form_too(self):
        fields = self.env["res.config.settings"]._fields.items()
        editable = {
            name
            for name, field in fields
            if "ar_collections" in field._modules and field.related and not field.readonly
        }
        self.assertLessEqual(set(SETTINGS), editable)

    def test_the_checks_of_the_company_hold(self):
        form = self.settings()
        form.ar_window_from = 20.0
        settings = form.save()
        with self.assertRaisesRegex(ValidationError, "start before it ends"):
            settings.action_save()

    def test_other_roles_have_no_form(self):
        for role in ("collector", "auditor"):
            user = self.create_user(f"settings_{role}", role)
            with self.assertRaises(AccessError):
                self.settings(user)
            with self.assertRaises(AccessError):
                self.env["ar.collections.settings"].with_user(user).create({})

    def test_the_form_is_not_open_to_others(self):
        settings = self.settings().save()
        other = self.create_user("settings_other", "manager")
        with self.assertRaises(AccessError):
            settings.with_user(other).action_save()

    # === BRANCHES === #

    def test_a_branch_shows_its_parents_settings_and_changes_them(self):
        branch = self.create_branch(self.manager)
        form = self.settings(company=branch)
        self.assertEqual((form.company_name, form.branch_name), (self.company.name, "Branch"))
        form.ar_max_per_day = 4
        form.save().action_save()
        self.assertEqual((self.company.ar_max_per_day, branch.ar_max_per_day), (4, 0))

    def test_a_branch_gets_settings_of_its_own(self):
        branch = self.create_branch(self.manager)
        self.company.sudo().ar_max_per_day = 12
        action = self.settings(company=branch).save().action_own_settings()
        own = self.env["ar.collections.settings"].with_user(self.manager)
        own = own.with_company(branch).browse(action["res_id"])
        own.ar_window_from = 10.0
        own.action_save()
        self.assertEqual(branch._ar_get_settings_company(), branch)
        self.assertEqual((branch.ar_max_per_day, branch.ar_window_from), (12, 10.0))
        self.assertEqual(self.company.ar_window_from, 8.0)

    def test_a_manager_of_the_branch_alone_leaves_the_parent_alone(self):
        branch = self.create_branch()
        user = self.create_user("branch_manager", "manager")
        user.sudo().write({"company_ids": [Command.set(branch.ids)], "company_id": branch.id})
        form = self.settings(user, branch)
        self.assertFalse(form.may_change)
        with self.assertRaisesRegex(AccessError, "settings of"):
            form.save().action_save()

    def test_settings_of_an_unrelated_company_are_out_of_reach(self):
        other = self.env["res.company"].sudo().create({"name": "Other"})
        settings = self.settings().save()
        settings.sudo().company_id = other
        with self.assertRaises(AccessError):
            settings.action_save()
