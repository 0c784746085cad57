"""Every list, form and filter of the app works for every role, and tells the truth."""

import ast
from unittest.mock import patch

from lxml import etree

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form

from .common import CollectionsCase, day_in

ACTIONS = (
    "ar_collection_case_action",
    "ar_collection_hold_action",
    "ar_followup_delivery_action",
    "ar_followup_delivery_action_failed",
    "ar_followup_delivery_action_to_call",
    "ar_followup_delivery_action_to_post",
    "ar_followup_event_action",
    "ar_followup_item_action",
    "ar_followup_notice_action",
    "ar_followup_notice_action_to_approve",
    "ar_followup_pause_action",
    "ar_followup_policy_action",
    "ar_followup_run_action",
)


class TestEveryScreen(CollectionsCase):
    """All screens over a ledger in which everything has happened once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        letter = cls.level(8, channel="letter", letter_text="<p>Please pay.</p>")
        cls.policy = cls.create_policy((cls.level(-5), cls.level(1), letter))
        cls.create_invoice(due_in=-5)
        cls.create_invoice(due_in=-20, partner=cls.create_customer("Birch Ltd"))
        cls.create_invoice(due_in=20, terms=(20, 40))
        run = cls.env["ar.followup.run"].create({"company_id": cls.env.company.id})
        run.action_plan()
        run.action_execute()
        cls.hold(cls.customer, "dispute")
        cls.env["ar.followup.pause"].create(
            {"name": "Fair", "date_from": day_in(30), "date_until": day_in(33)}
        )
        cls.users = {
            role: cls.create_user(f"views_{role}", role)
            for role in ("auditor", "collector", "manager")
        }

    def actions(self, user):
        for name in ACTIONS:
            action = self.env.ref(f"ar_collections.{name}").sudo()
            yield action, self.env[action.res_model].with_user(user)

    def specification(self, node, model):
        """Give what the web client would read for the fields of a view."""
        specification = {}
        for child in node.xpath(".//field[not(ancestor::field)]"):
            field = model._fields[child.get("name")]
            inner = {"display_name": {}} if field.relational else {}
            views = child.xpath("./list|./kanban")
            if views:
                comodel = model.env[field.comodel_name]
                wrapped = etree.Element("view")
                wrapped.extend(views)
                inner = self.specification(wrapped, comodel)
            specification[field.name] = {"fields": inner} if field.relational else {}
        return specification

    def test_each_view_of_each_screen_is_read_by_each_role(self):
        read = 0
        for role, user in self.users.items():
            for action, model in self.actions(user):
                kinds = [
                    kind for kind in action.view_mode.split(",") if kind != "pivot"
                ]
                views = model.get_views([(False, kind) for kind in kinds])["views"]
                for kind in kinds:
                    with self.subTest(role=role, action=action.name, view=kind):
                        arch = etree.fromstring(views[kind]["arch"])
                        records = model.web_search_read(
                            [], self.specification(arch, model)
                        )
                        read += len(records["records"])
        self.assertGreater(read, 0)

    def test_each_filter_and_grouping_works(self):
        user = self.users["auditor"]
        for action, model in self.actions(user):
            arch = etree.fromstring(
                model.get_views([(False, "search")])["views"]["search"]["arch"]
            )
            for node in arch.iter("filter"):
                with self.subTest(action=action.name, filter=node.get("name")):
                    self.assertTrue(node.get("name"))
                    self._use(node, model)

    def _use(self, node, model):
        if node.get("context") and "group_by" in node.get("context"):
            group = ast.literal_eval(node.get("context"))["group_by"]
            names = [
                n for n, field in model.fields_get().items() if field.get("aggregator")
            ]
            aggregates = [
                f"{name}:{model._fields[name].aggregator}"
                for name in names
                if name != "id"
            ]
            model.formatted_read_group([], [group], ["__count", *aggregates])
        elif node.get("domain"):
            domain = node.get("domain").replace("uid", str(model.env.uid))
            model.search_count(ast.literal_eval(domain))

    def test_each_screen_says_what_to_do_when_it_is_empty(self):
        for action, _model in self.actions(self.env.user):
            with self.subTest(action=action.name):
                self.assertIn("</p>", action.help or "")

    def test_menus_are_seen_by_the_roles_and_by_nobody_else(self):
        root = self.env.ref("ar_collections.ar_collections_menu_root")
        for user in self.users.values():
            self.assertIn(
                root.id, self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            )
        nobody = self.create_user("views_nobody")
        self.assertNotIn(
            root.id, self.env["ir.ui.menu"].with_user(nobody)._visible_menu_ids()
        )

    def test_lists_are_sorted_by_every_column_that_says_so(self):
        for action, model in self.actions(self.users["auditor"]):
            for name, field in model.fields_get(attributes=["sortable"]).items():
                if field["sortable"]:
                    with self.subTest(action=action.name, column=name):
                        model.search([], order=f"{name} desc", limit=1)


class TestLists(CollectionsCase):
    """Figures of the ledger in lists: sorted, summed and filtered as they are computed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy((1, 8))
        cls.birch = cls.create_customer("Birch Ltd")
        cls.create_invoice(due_in=-5, amount=100.0)
        cls.create_invoice(due_in=10, amount=30.0)
        cls.create_invoice(due_in=-3, amount=500.0, partner=cls.birch)
        cls.create_credit_note(50.0, partner=cls.birch)
        run = cls.env["ar.followup.run"].create({"company_id": cls.env.company.id})
        run.action_plan()
        cls.todays_run = run
        cls.cases = cls.env["ar.collection.case"].search([])
        cls.case = cls.cases.filtered(lambda case: case.partner_id == cls.customer)

    def found(self, *domain):
        return self.env["ar.collection.case"].search(list(domain)).partner_id

    def test_cases_are_sorted_and_summed_by_what_is_overdue(self):
        by_amount = self.cases.search([], order="overdue_amount desc")
        self.assertEqual(by_amount.mapped("overdue_amount"), [450.0, 100.0])
        [[total, still_open]] = self.cases._read_group(
            [], [], ["overdue_amount:sum", "open_amount:sum"]
        )
        self.assertEqual((total, still_open), (550.0, 580.0))

    def test_cases_are_found_by_amounts(self):
        self.assertEqual(self.found(("overdue_amount", ">", 100)), self.birch)
        self.assertEqual(self.found(("open_amount", "<=", 130)), self.customer)
        self.assertEqual(self.found(("overdue_amount", "in", [100])), self.customer)

    def test_what_is_paid_is_not_overdue(self):
        self.pay(self.case.item_ids.move_id.sorted("invoice_date_due")[:1])
        self.assertEqual(self.case.overdue_amount, 0.0)
        self.assertEqual(self.found(("overdue_amount", ">", 0)), self.birch)

    def test_cases_know_their_next_step(self):
        self.assertEqual(
            self.case.next_date, day_in(0), "a step that is due is due today"
        )
        self.assertEqual(self.case.next_level_id, self.policy.level_ids[0])
        self.assertEqual(
            self.found(("next_date", "<=", "today")), self.customer | self.birch
        )
        self.hold(self.customer, until=day_in(6))
        self.case.invalidate_recordset()
        self.assertEqual(self.case.next_date, day_in(7))
        self.assertEqual(self.found(("next_date", "<=", "today")), self.birch)

    def test_at_the_end_of_the_ladder_no_step_comes_by_itself(self):
        item = self.case.item_ids.sorted("due_date")[:1]
        item.sudo().write({"reason": "ladder_end", "next_date": day_in(-2)})
        self.assertFalse(item.next_day)
        self.case.invalidate_recordset()
        self.assertEqual(self.case.next_date, day_in(11))

    def test_a_case_uses_the_policy_that_python_chooses(self):
        tag = self.env["res.partner.category"].create({"name": "Key account"})
        greece = self.env.ref("base.gr")
        none = {"for_business": False, "for_consumer": False, "for_public": False}
        first = {"sequence": -1, "is_on": True}
        policies = self.create_policy(
            (1,),
            **(
                none
                | first
                | {"for_business": True, "category_ids": [Command.link(tag.id)]}
            ),
        )
        policies |= self.create_policy(
            (1,),
            **(
                none
                | first
                | {"for_consumer": True, "country_ids": [Command.link(greece.id)]}
            ),
        )
        policies |= self.create_policy((1,), is_on=False, sequence=-2)
        by_hand = self.create_policy((1,), sequence=9)
        makes = (
            {},
            {"category_id": [Command.link(tag.id)]},
            {"is_company": False, "country_id": greece.id},
            {"is_company": False},
            {"ar_customer_kind": "public"},
        )
        cases = self.env["ar.collection.case"]
        for number, values in enumerate(makes):
            partner = self.create_customer(f"Customer {number}", **values)
            cases |= partner._ar_ensure_case(self.env.company)
        cases |= self.create_customer("By hand")._ar_ensure_case(self.env.company)
        cases[-1].policy_id = by_hand
        expected = [case._get_policy() for case in cases]
        self.assertGreaterEqual(len(set(expected)), 4)
        self.assertEqual([case.used_policy_id for case in cases], expected)
        groups = dict(
            cases._read_group(
                [("id", "in", cases.ids)], ["used_policy_id"], ["id:recordset"]
            )
        )
        for policy, found in groups.items():
            self.assertEqual(
                set(found),
                {c for c, p in zip(cases, expected, strict=True) if p == policy},
            )
        self.assertEqual(by_hand.case_count, 1)
        cases[-1].policy_id.is_on = False
        cases.invalidate_recordset()
        self.assertFalse(cases[-1].used_policy_id)
        self.assertIn(cases[-1], cases.search([("used_policy_id", "=", False)]))

    def test_replies_and_holds_are_found(self):
        self.assertFalse(self.found(("has_replied", "=", True)))
        self.hold(self.customer, "replied", until=day_in(2))
        self.assertEqual(self.found(("has_replied", "=", True)), self.customer)
        self.assertEqual(self.found(("is_on_hold", "=", True)), self.customer)
        self.assertIn("Customer replied until", self.case.hold_summary)
        with self.on_day(3):
            self.assertFalse(self.found(("has_replied", "=", True)))
            self.case.invalidate_recordset()
            self.assertFalse(self.case.hold_summary)

    def test_debts_are_sorted_and_summed_by_the_ledger(self):
        items = self.env["ar.followup.item"].search([], order="days_overdue desc")
        self.assertEqual(items.mapped("days_overdue"), [5, 3, -10])
        self.assertEqual(
            items.search([], order="open_amount desc")[0].partner_id, self.birch
        )
        groups = items._read_group([], ["partner_id"], ["open_amount_company:sum"])
        self.assertEqual(dict(groups), {self.customer: 130.0, self.birch: 500.0})
        self.assertEqual(
            items.search([("policy_id", "=", self.policy.id)]), items.sorted("id")
        )

    def test_debts_in_another_currency_are_summed_in_the_companys(self):
        euro = self.setup_other_currency("EUR", rates=[("2020-01-01", 0.5)])
        invoice = self.create_invoice(due_in=-4, amount=60.0, currency=euro)
        self.follow_up()
        item = self.item(invoice)
        self.assertEqual((item.open_amount, item.open_amount_company), (60.0, 120.0))
        [[total]] = item._read_group(
            [("id", "=", item.id)], [], ["open_amount_company:sum"]
        )
        self.assertEqual(total, 120.0)

    def test_letters_that_lie_too_long_are_late(self):
        letter = self.level(1, channel="letter", letter_text="<p>Please pay.</p>")
        self.create_policy(
            (letter,), sequence=-1, calendar_id=self.create_calendar().id
        )
        self.create_invoice(due_in=-2, partner=self.create_customer("Cedar Ltd"))
        delivery = self.follow_up().notice_ids.delivery_ids
        self.assertEqual(delivery.channel, "letter")
        # Wednesday; the third business day after it is a Monday.
        for day, is_late in ((5, False), (6, True)):
            with self.on_day(day):
                delivery.invalidate_recordset()
                self.assertEqual(delivery.is_late, is_late, day)
                found = delivery.search([("is_late", "=", True)])
                self.assertEqual(delivery in found, is_late, day)

    def test_the_run_log_counts_reasons(self):
        self.assertIn("Climbs to the next level", self.todays_run.reason_table)
        self.assertIn(">2<", self.todays_run.reason_table)


class TestForms(CollectionsCase):
    """What forms show and let a person change."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy((cls.level(-5), 1, 8), is_approval_needed=True)
        cls.invoice = cls.create_invoice(due_in=-5)
        cls.collector = cls.create_user("forms_collector", "collector")
        run = cls.env["ar.followup.run"].create({"company_id": cls.env.company.id})
        run.action_plan()
        cls.notice = run.notice_ids
        cls.case = cls.notice.case_id

    def test_a_policy_is_drawn_as_a_ladder(self):
        rungs = self.policy.ladder
        self.assertEqual([rung["days"] for rung in rungs], [-5, 1, 8])
        self.assertEqual(rungs[0]["channel_name"], "E-mail")

    def test_the_drawing_follows_the_levels_while_they_are_edited(self):
        with Form(self.policy) as form:
            with form.level_ids.edit(2) as level:
                level.days = 12
            self.assertEqual([rung["days"] for rung in form.ladder], [-5, 1, 12])

    def test_a_collector_chooses_who_gets_the_reminders(self):
        contact = self.env["res.partner"].create(
            {"name": "Accounts", "parent_id": self.customer.id}
        )
        with Form(self.case.with_user(self.collector)) as form:
            form.collections_contact_id = contact
            form.note = "<p>Call before noon</p>"
        self.assertEqual(self.customer.ar_collections_contact_id, contact)

    def test_a_notice_shows_its_text_before_it_leaves(self):
        self.assertEqual(self.notice.preview_subject, "Open invoices")
        self.assertIn("Please pay", self.notice.with_user(self.collector).preview_body)

    def test_a_mistake_in_a_text_does_not_close_the_form(self):
        with patch.object(
            type(self.notice), "_render_mail", side_effect=UserError("Mistake")
        ):
            self.assertIn("cannot be shown: Mistake", self.notice.preview_body)

    def test_a_notice_shows_what_was_sent(self):
        self.notice.action_approve_and_send()
        self.template.body_html = "<p>Other words</p>"
        self.notice.invalidate_recordset()
        self.assertIn("Please pay", self.notice.preview_body)

    def test_a_letter_opens_as_it_was_printed(self):
        self.policy.level_ids[1].write(
            {"channel": "letter", "letter_text": "<p>Please pay.</p>"}
        )
        self.notice.sudo().channel = "letter"
        self.assertEqual(self.notice.action_open_letter()["type"], "ir.actions.report")
        self.notice.action_approve_and_send()
        self.assertTrue(self.notice.has_letter)
        action = self.notice.with_user(self.collector).action_open_letter()
        copy = self.notice.delivery_ids.evidence_id
        self.assertEqual(action["url"], f"/web/content/{copy.id}")
        self.assertFalse(copy.access_token, "Nobody may pass a link on")

    def test_the_customers_form_shows_the_case(self):
        form = Form(self.customer, view="base.view_partner_form")
        self.assertEqual(form.ar_overdue_amount, 100.0)
        self.assertEqual(form.ar_policy_id, self.policy)
        self.assertEqual(form.ar_next_level_id, self.policy.level_ids[1])
        self.assertEqual(self.customer.action_ar_open_case()["res_id"], self.case.id)

    def test_a_customer_without_debts_opens_a_new_case(self):
        partner = self.create_customer("New Ltd")
        self.assertFalse(partner.ar_case_id)
        partner.with_user(self.collector).action_ar_open_case()
        partner.invalidate_recordset()
        self.assertTrue(partner.ar_case_id)

    def test_the_invoices_form_shows_its_place_on_the_ladder(self):
        self.notice.action_approve_and_send()
        self.hold(self.invoice, "dispute", until=day_in(3))
        form = Form(self.invoice, view="account.view_move_form")
        self.assertEqual(form.ar_rung_level_id, self.policy.level_ids[1])
        self.assertEqual(self.invoice.ar_last_notice_date, day_in(0))
        self.assertEqual(form.ar_reason, "dispute")
        self.assertIn("Dispute until", form.ar_hold_summary)
        action = self.invoice.action_ar_open_items()
        self.assertEqual(action["res_id"], self.item(self.invoice).id)

    def test_a_call_that_nobody_has_on_the_list_says_so(self):
        self.notice.action_approve_and_send()
        with self.assertRaises(UserError):
            self.notice.delivery_ids.action_open_call_outcome()

    def test_settings_are_the_companys(self):
        admin = self.create_user("forms_admin", "manager")
        admin.sudo().group_ids += self.env.ref("base.group_system")
        with Form(self.env["res.config.settings"].with_user(admin)) as form:
            form.ar_max_per_day = 25
            form.ar_is_test_mode = True
            form.ar_test_email = "test@example.com"
        form.record.execute()
        self.assertEqual(self.env.company.ar_max_per_day, 25)
        self.assertTrue(self.env.company.ar_is_test_mode)

    def test_people_name_their_own_substitute(self):
        colleague = self.create_user("forms_colleague", "collector")
        me = self.collector.with_user(self.collector)
        form = Form(me, view="base.view_users_form_simple_modif")
        form.ar_substitute_id = colleague
        form.ar_away_from = day_in(0)
        form.save()
        self.assertEqual(self.collector._ar_get_present(day_in(1)), colleague)
