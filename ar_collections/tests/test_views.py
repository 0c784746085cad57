"""Every screen works for every role; forms show what is and let a person change it."""

import ast
from unittest.mock import patch

from lxml import etree

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
