"""Who may do what: roles against acts, own cases, and what is open of the ledger."""

from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .common import LONG_AGO, CollectionsCase

MODULES = ("ar_collections", "ar_collections_sale", "ar_collections_portal")
ROLES = ("auditor", "collector", "manager")
# act: roles that may do it; nobody else may
MATRIX = {
    "read": ROLES,
    "approve": ("collector", "manager"),
    "skip": ("collector", "manager"),
    "hold": ("collector", "manager"),
    "lift": ("collector", "manager"),
    "review": ("collector", "manager"),
    "choose_contact": ("collector", "manager"),
    "write_message": ("collector", "manager"),
    "set_level": ("manager",),
    "withdraw": ("manager",),
    "plan": ("manager",),
    "execute": ("manager",),
    "preview": ("manager",),
    "edit_policy": ("manager",),
    "switch_on": ("manager",),
    "pause": ("manager",),
    "pause_everything": ("manager",),
    "edit_settings": (),
    "edit_ledger": (),
    "delete_case": (),
    "delete_event": (),
}


class AccessCase(CollectionsCase):
    """Two customers with a debt each, and a user of each role."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy((1, 8), is_approval_needed=True)
        cls.other = cls.create_customer("Birch Ltd")
        cls.invoice = cls.create_invoice(due_in=-5)
        cls.other_invoice = cls.create_invoice(due_in=-5, partner=cls.other)
        run = cls.env["ar.followup.run"].create({"company_id": cls.env.company.id})
        run.action_plan()
        cls.todays_run = run
        cls.case = run.notice_ids.case_id.filtered(
            lambda c: c.partner_id == cls.customer
        )
        cls.other_case = run.notice_ids.case_id - cls.case
        cls.users = {role: cls.create_user(f"access_{role}", role) for role in ROLES}
        cls.users["nobody"] = cls.create_user("access_nobody")


class TestMatrix(AccessCase):
    """Each act as each role: done by those who may, refused to all others."""

    def _notice(self, env):
        return self.case.notice_ids.with_env(env)[:1]

    def _item(self, env):
        return self.case.item_ids.with_env(env)[:1]

    def _read(self, env):
        for model in (
            "ar.collection.case",
            "ar.followup.item",
            "ar.followup.notice",
            "ar.followup.policy",
            "ar.followup.run",
            "account.move",
        ):
            env[model].search([], limit=1).display_name  # noqa: B018

    def _approve(self, env):
        self._notice(env).action_approve()

    def _skip(self, env):
        self._notice(env).action_skip(note="Said on the phone")

    def _hold(self, env):
        env["ar.collection.hold"].create({"case_id": self.case.id, "reason": "hold"})

    def _lift(self, env):
        self.hold(self.customer)
        self.case.hold_ids.with_env(env).action_lift()

    def _review(self, env):
        self._item(env).sudo().review_state = "opening"
        self._item(env).action_review("first")

    def _choose_contact(self, env):
        self.case.with_env(env).collections_contact_id = self.customer

    def _write_message(self, env):
        self._notice(env).message_post(body="Called, no answer")

    def _set_level(self, env):
        self._item(env).action_set_rung(
            self.policy.level_ids[0].with_env(env), "Agreed"
        )

    def _withdraw(self, env):
        notice = self._notice(env)
        notice.sudo().action_approve_and_send()
        notice.action_withdraw("Wrong address", is_apologising=False)

    def _plan(self, env):
        env["ar.followup.run"].create({}).action_plan()

    def _execute(self, env):
        self.todays_run.with_env(env).action_execute()

    def _preview(self, env):
        self.todays_run.with_env(env).action_preview()

    def _edit_policy(self, env):
        self.policy.with_env(env).minimum_amount = 12.0

    def _switch_on(self, env):
        self.policy.is_on = False
        self.policy.with_env(env).action_open_switch_on()

    def _pause(self, env):
        env["ar.followup.pause"].create(
            {"name": "Year end", "date_from": LONG_AGO, "date_until": LONG_AGO}
        )

    def _pause_everything(self, env):
        env["ar.collection.today"].pause()

    def _edit_settings(self, env):
        env["res.config.settings"].create({"ar_max_per_day": 3}).execute()

    def _edit_ledger(self, env):
        self.invoice.with_env(env).invoice_date_due = LONG_AGO

    def _delete_case(self, env):
        self.case.with_env(env).unlink()

    def _delete_event(self, env):
        self.case._log("hold_set", "A test")
        self.case.event_ids[:1].with_env(env).unlink()

    def _may(self, act, user):
        """Try an act and undo it.

        :return: whether it was let through
        """
        env = self.env(user=user)
        with suppress(AccessError), self.env.cr.savepoint() as savepoint:
            getattr(self, f"_{act}")(env)
            env.flush_all()
            savepoint.rollback()
            self.env.invalidate_all()
            return True
        self.env.invalidate_all()
        return False

    def test_each_act_is_open_to_its_roles_only(self):
        for act, roles in MATRIX.items():
            for role, user in self.users.items():
                with self.subTest(act=act, role=role):
                    self.assertEqual(self._may(act, user), role in roles)


class TestOwnCases(AccessCase):
    """Collectors see their own customers where the company wants it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector, cls.auditor = cls.users["collector"], cls.users["auditor"]
        cls.colleague = cls.create_user("access_colleague", "collector")
        cls.case.collector_id = cls.collector
        cls.other_case.collector_id = cls.colleague
        cls.env.company.sudo().ar_is_own_cases_only = True

    def seen_by(self, user, model="ar.collection.case", field="partner_id"):
        return self.env[model].with_user(user).search([]).sudo()[field]

    def test_collectors_see_their_own_customers(self):
        self.assertEqual(self.seen_by(self.collector), self.customer)

    def test_managers_and_auditors_see_all(self):
        for role in ("manager", "auditor"):
            self.assertEqual(self.seen_by(self.users[role]), self.customer | self.other)

    def test_all_see_all_where_the_company_does_not_ask(self):
        self.seen_by(self.collector)
        self.env.company.sudo().ar_is_own_cases_only = False
        self.assertEqual(self.seen_by(self.collector), self.customer | self.other)

    def test_customers_without_a_collector_are_everybodys(self):
        self.other_case.collector_id = False
        self.assertEqual(self.seen_by(self.collector), self.customer | self.other)

    def test_the_substitute_sees_them_too(self):
        self.colleague.ar_substitute_id = self.collector
        self.assertEqual(self.seen_by(self.collector), self.customer | self.other)

    def test_what_hangs_on_a_case_follows_it(self):
        self.hold(self.other)
        for model in ("ar.followup.item", "ar.followup.notice", "ar.collection.hold"):
            self.assertNotIn(self.other, self.seen_by(self.collector, model), model)
        lines = self.seen_by(self.collector, "ar.followup.notice.line", "move_id")
        self.assertEqual(lines, self.invoice)
        events = self.seen_by(self.collector, "ar.followup.event", "case_id")
        self.assertNotIn(self.other_case, events)

    def test_the_log_of_a_run_follows_the_case_too(self):
        entries = self.env["ar.followup.run.entry"].sudo()
        nobodys = self.create_customer("Elm Ltd")
        for partner in (self.customer, self.other, nobodys):
            values = {"run_id": self.todays_run.id, "is_failure": True}
            entries.create({**values, "partner_id": partner.id, "message": "Ouch"})
        entries.create({"run_id": self.todays_run.id, "reason": "hold", "debts": 3})
        model = "ar.followup.run.entry"
        seen = self.env[model].with_user(self.collector).search([("debts", "=", 3)])
        self.assertTrue(seen, "Counts name nobody")
        self.assertEqual(self.seen_by(self.collector, model), self.customer | nobodys)
        self.assertIn(self.other, self.seen_by(self.users["auditor"], model))
        run = self.todays_run.with_user(self.collector)
        self.assertEqual(run.failure_ids.partner_id, self.customer | nobodys)

    def test_deliveries_follow_their_notice(self):
        self.todays_run.notice_ids.action_approve()
        self.todays_run.action_execute()
        seen = self.seen_by(self.collector, "ar.followup.delivery")
        self.assertEqual(seen, self.customer)

    def test_notices_of_others_cannot_be_approved(self):
        notice = self.other_case.notice_ids.with_user(self.collector)
        with self.assertRaises(AccessError):
            notice.action_approve()

    def test_a_branch_follows_its_parent(self):
        company = self.env.company
        branch = (
            self.env["res.company"]
            .sudo()
            .create({"name": "Branch", "parent_id": company.id})
        )
        self.collector.sudo().company_ids = [Command.link(branch.id)]
        own = self.collector._ar_get_own_case_companies()
        self.assertEqual(own, company | branch)


class TestLedger(AccessCase):
    """Collectors read what customers owe and pay, and nothing else of the ledger."""

    def seen(self, record, user=None):
        user = user or self.users["collector"]
        return bool(
            self.env[record._name]
            .with_user(user)
            .search_count([("id", "=", record.id)])
        )

    def test_invoices_payments_and_their_matches_are_read(self):
        payment = self.pay(self.invoice, 40.0)
        partial = self.debts(self.invoice).matched_credit_ids
        for record in (
            self.invoice,
            payment,
            payment.move_id,
            partial,
            payment.journal_id,
        ):
            self.assertTrue(self.seen(record), record)
        self.assertTrue(self.seen(self.debts(self.invoice)))

    def test_bills_and_other_entries_stay_closed(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.customer.id,
                "invoice_date": LONG_AGO,
                "invoice_line_ids": [self._invoice_line(50.0)],
            }
        )
        bill.action_post()
        self.assertFalse(self.seen(bill))
        self.assertFalse(self.seen(bill.line_ids[0]))

    def test_opening_balances_are_read(self):
        receivable = self.company_data["default_account_receivable"]
        income = self.company_data["default_account_revenue"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.customer.id,
                            "debit": 80.0,
                        }
                    ),
                    Command.create({"account_id": income.id, "credit": 80.0}),
                ],
            }
        )
        self.assertTrue(self.seen(entry))
        by_account = {line.account_id: self.seen(line) for line in entry.line_ids}
        self.assertEqual(by_account, {receivable: True, income: False})

    def test_the_invoice_form_opens(self):
        for role in ROLES:
            user = self.users[role]
            with self.subTest(role=role):
                form = Form(self.invoice.with_user(user), view="account.view_move_form")
                self.assertEqual(form.ar_reason, "climbs")

    def test_billing_users_open_customers_and_invoices_as_before(self):
        """Nothing of ours is in the way of people who have none of our groups."""
        user = self.create_user("access_billing")
        user.sudo().group_ids += self.env.ref("account.group_account_invoice")
        user.sudo().group_ids += self.env.ref("base.group_partner_manager")
        move = Form(self.invoice.with_user(user), view="account.view_move_form")
        self.assertNotIn("ar_reason", move._view["fields"])
        customer = Form(self.customer.with_user(user), view="base.view_partner_form")
        customer.ar_customer_kind = "public"
        customer.save()
        self.assertEqual(self.customer.ar_customer_kind, "public")
        # A client may ask for all fields that are open to the user.
        for record in (self.customer, self.invoice):
            names = [
                n for n in record.with_user(user).fields_get() if n.startswith("ar_")
            ]
            self.assertFalse({"ar_case_id", "ar_item_ids"} & set(names))
            record.with_user(user).read(names)

    def test_an_invoice_off_the_ladder_says_so(self):
        draft = self.create_invoice(post=False)
        with self.assertRaises(UserError):
            draft.with_user(self.users["collector"]).action_ar_open_items()


class TestRules(CollectionsCase):
    """Whatever belongs to a company or a case is closed to all others."""

    @classmethod
    def get_models(cls, field):
        return {
            name
            for name, model in cls.env.registry.items()
            if model._original_module in MODULES
            and not (model._abstract or model._transient)
            and field in model._fields
        }

    def get_ruled_models(self, word):
        rules = self.env["ir.rule"].sudo().search([("perm_read", "=", True)])
        rules = rules.filtered(lambda r: word in (r.domain_force or "") and not r.groups)
        return set(rules.mapped("model_id.model"))

    def test_each_model_of_a_company_has_a_rule_for_it(self):
        models = self.get_models("company_id")
        self.assertGreater(len(models), 10)
        ruled = self.get_ruled_models("company_id")
        self.assertEqual(models - ruled, set())

    def test_each_model_of_a_case_follows_its_collector(self):
        models = self.get_models("case_id") | {"ar.followup.run.entry"}
        self.assertGreater(len(models), 6)
        ruled = self.get_ruled_models("_ar_get_own_case_companies")
        self.assertEqual(models - ruled, set())
