"""Windows belong to whoever opened them, and show what that person may read."""

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .common_by_hand import ByHandCase

MODULES = ("ar_collections", "ar_collections_sale", "ar_collections_portal")


class TestWindows(ByHandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.create_policy((1, 8))
        cls.invoice = cls.create_invoice(due_in=-5)
        cls.other = cls.setup_other_company()["company"]
        cls.stranger = cls.create_customer("Birch Ltd")

    def test_each_window_is_its_users_own(self):
        windows = {
            name
            for name, model in self.env.registry.items()
            if model._transient and model._original_module in MODULES
        }
        self.assertGreater(len(windows), 20)
        rules = self.env["ir.rule"].sudo().search([("model_id.model", "in", [*windows])])
        own = rules.filtered(
            lambda rule: "create_uid" in rule.domain_force
            and not rule.groups
            and rule.perm_read
            and rule.perm_write
        )
        self.assertEqual(set(own.mapped("model_id.model")), windows)

    def test_colleagues_neither_read_nor_send_it(self):
        customer = self.customer.with_user(self.manager)
        action = customer.action_ar_open_send_reminder()
        windows = self.env[action["res_model"]].with_user(self.collector)
        window = windows.browse(action["res_id"])
        for act in (
            lambda: window.read(["preview_body"]),
            lambda: window.write({"personal_text": "<p>Pay me instead</p>"}),
            lambda: window.line_ids.read(["claim"]),
            window.action_send,
        ):
            with self.assertRaises(AccessError):
                act()
        self.assertFalse(windows.search([]))
        self.assertTrue(window.with_user(self.manager).read(["preview_body"]))

    def test_a_preview_is_its_managers_own(self):
        run = self.env["ar.followup.run"].with_user(self.manager).create({})
        preview = self.env["ar.followup.preview"].browse(
            run.action_open_preview()["res_id"]
        )
        boss = self.create_user("windows_boss", "manager")
        self.assertTrue(preview.with_user(self.manager).line_ids.read(["claim_amount"]))
        for record in (preview, preview.line_ids):
            self.assertTrue(record)
            with self.assertRaises(AccessError):
                record.with_user(boss).read(["create_date"])

    def refuse_to_open(self, model, user, **values):
        with self.assertRaises(AccessError, msg=model), self.env.cr.savepoint():
            self.env[model].with_user(user).create(values)

    def test_a_window_is_not_opened_for_another_company(self):
        case = self.stranger._ar_ensure_case(self.other)
        company = {"company_id": self.other.id}
        partners = {"partner_ids": self.stranger.ids}
        for model, values in (
            ("ar.followup.run.now", company | partners),
            ("ar.followup.preview", company),
            ("ar.followup.switch.on", company | {"start_date": "2026-01-01"}),
            ("ar.followup.review.import", company | {"file": "Y3VzdG9tZXI="}),
            ("ar.collection.hold.set", {"case_ids": case.ids}),
            ("ar.collection.promise.note", {"case_ids": case.ids, "date": "2030-01-01"}),
        ):
            self.refuse_to_open(model, self.manager, **values)

    def test_an_open_window_is_not_turned_to_another_company(self):
        values = {"partner_ids": self.stranger.ids}
        window = self.env["ar.followup.run.now"].with_user(self.manager).create(values)
        with self.assertRaises(AccessError):
            window.company_id = self.other

    def test_holidays_go_into_calendars_of_ones_own_company(self):
        calendar = self.other.resource_calendar_id
        self.assertEqual(calendar.company_id, self.other)
        windows = self.env["ar.followup.holidays.load"].with_user(self.manager)
        window = windows.create(
            {"calendar_id": calendar.id, "country_id": self.env.ref("base.de").id}
        )
        with self.assertRaisesRegex(UserError, "another company"):
            window.action_load()
        self.assertFalse(calendar.leave_ids)

    def test_a_call_shows_no_note_that_is_closed_to_the_collector(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.stranger.id,
                "invoice_line_ids": [Command.create({"name": "Paper", "price_unit": 9})],
            }
        )
        note = "<p>Our secret supplier</p>"
        activity = bill.activity_schedule("mail.mail_activity_data_todo", note=note)
        self.refuse_to_open(
            "ar.followup.call.outcome",
            self.collector,
            activity_id=activity.id,
            outcome="no_answer",
        )

    def test_a_reminder_shows_no_debt_that_is_closed_to_the_collector(self):
        self.follow_up(0)
        self.case_of().collector_id = self.manager
        self.env.company.sudo().ar_is_own_cases_only = True
        item, level = self.item(self.invoice), self.policy.level_ids[0]
        own = self.stranger._ar_ensure_case(self.env.company)
        values = {"level_id": level.id, "recipient_id": self.stranger.id}
        line = Command.create({"item_id": item.id})
        self.refuse_to_open(
            "ar.followup.reminder.send", self.collector, case_id=item.case_id.id, **values
        )
        self.refuse_to_open(
            "ar.followup.reminder.send",
            self.collector,
            case_id=own.id,
            line_ids=[line],
            **values,
        )
