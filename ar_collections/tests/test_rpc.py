"""What a client may call: each public method of our own, as each who may not."""

import inspect

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import new_test_user

from .common_by_hand import ByHandCase

OURS = "odoo.addons.ar_collections."
# What auditors call beside reading: it opens or prints, and changes nothing.
AUDITORS_MAY = {
    "account.move.action_ar_open_calculator",
    "account.move.action_ar_open_items",
    "account.move.action_ar_open_late_fees",
    "account.move.action_ar_open_release",
    "ar.aging.action_open",
    "ar.aging.line.action_open_debts",
    "ar.aging.line.action_open_document",
    "ar.collection.case.action_open_credit_case",
    "ar.collection.case.action_open_credit_reviews",
    "ar.collection.case.action_open_items",
    "ar.collection.case.action_open_late_fees",
    "ar.collection.case.action_open_notices",
    "ar.collection.case.action_open_partner",
    "ar.collection.case.action_print_statement",
    "ar.collection.today.get_preview",
    "ar.collection.today.get_today",
    "ar.credit.hold.action_ar_open_document",
    "ar.credit.release.action_ar_open_document",
    # Whoever has asked for a release may take that back.
    "ar.credit.release.action_withdraw",
    "ar.followup.delivery.action_open_call_outcome",
    "ar.followup.delivery.action_open_copy",
    "ar.followup.delivery.action_print_again",
    "ar.followup.notice.action_open_case",
    "ar.followup.notice.action_open_letter",
    "ar.followup.policy.action_open_cases",
    "ar.followup.run.action_open_notices",
    "ar.followup.run.action_print_again",
    "ar.late.fee.action_open_document",
    "ar.late.fee.rule.action_open_unconfirmed",
    "res.partner.action_ar_open_case",
    "res.partner.action_ar_open_late_fees",
    "res.partner.action_ar_print_statement",
}
# Words that are no secret, and what asks for the right to change a document of the
# caller's choice.
EVERYBODY_MAY = {"action_request", "mail_allowed_qweb_expressions"}


def _get_own_methods(model):
    """Give the names of the public methods that this addon adds to a model.

    Overrides of core's methods are core's to guard, and tested where they matter.
    """
    classes = type(model).mro()
    names = {name for cls in classes if _is_ours(cls) for name in vars(cls)}
    for name in sorted(names):
        owners = [cls for cls in classes if name in vars(cls)]
        is_new = all(_is_ours(cls) or cls is type(model) for cls in owners)
        method = getattr(type(model), name)
        if name.startswith("_") or not is_new or not inspect.isfunction(method):
            continue
        try:
            get_public_method(model, name)
        except AccessError:
            continue
        yield name


def _is_ours(cls):
    return cls.__module__.startswith(OURS)


def _get_arguments(method):
    """Give something for each argument that a method needs."""
    parameters = list(inspect.signature(method).parameters.values())[1:]
    needed = [p for p in parameters if p.default is p.empty]
    return {p.name: None for p in needed}


class TestCallsFromOutside(ByHandCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.create_policy((1, 8))
        cls.invoice = cls.create_invoice(due_in=-5)
        cls.run_of_day = cls.follow_up(0)
        cls.notice = cls.run_of_day.notice_ids
        cls.hold(cls.create_customer("Birch Ltd"))
        cls.env["ar.credit.release"].sudo().create(
            {
                **cls.env["ar.credit.hold"]._get_document_values(None),
                "case_id": cls.notice.case_id.id,
                "requested_by_id": cls.manager.id,
                "request_note": "Once",
            }
        )

    def get_calls(self):
        """Give each model, method and the record that it is called on."""
        for name in sorted(self.env.registry):
            model = self.env[name]
            # What mixins bring is called on the models that inherit them.
            methods = () if name.endswith(".mixin") else _get_own_methods(model)
            for method in methods:
                if method not in EVERYBODY_MAY:
                    yield model, method, self.get_record(model)

    def get_record(self, model):
        known = {
            "res.partner": self.customer,
            "account.move": self.invoice,
            "ar.followup.notice": self.notice,
            "ar.followup.delivery": self.notice.delivery_ids,
            "ar.collection.case": self.notice.case_id,
            "ar.followup.run": self.run_of_day,
            "ar.followup.item": self.item(self.invoice),
        }
        if model._abstract:
            return model
        found = known.get(model._name) or model.sudo().search([], limit=1)
        return found or model.sudo().browse(1)

    def is_refused(self, record, method, user):
        """Tell whether a user is turned away; whatever else happens is not that."""
        record = record.with_env(self.env(user=user, su=False))
        function = getattr(record, method)
        # A request starts with nothing read yet.
        self.env.invalidate_all()
        with self.env.cr.savepoint() as savepoint:
            try:
                function(**_get_arguments(getattr(type(record), method)))
            except AccessError:
                return True
            except Exception:  # noqa: BLE001
                return False
            finally:
                savepoint.rollback()
                self.env.invalidate_all()
        return False

    def test_the_methods_are_found(self):
        calls = {f"{model._name}.{method}" for model, method, _r in self.get_calls()}
        self.assertLessEqual(AUDITORS_MAY, calls)
        self.assertIn("ar.followup.notice.action_approve", calls)
        self.assertIn("ar.followup.rung.set.action_set", calls)
        self.assertNotIn("ar.collection.case.message_update", calls)
        self.assertGreater(len(calls), 60)

    def get_open_calls(self, *users, without=()):
        """Give what users may call, as text, beside what they are meant to."""
        return [
            f"{name} as {user.login}"
            for model, method, record in self.get_calls()
            for user in users
            if (name := f"{model._name}.{method}") not in without
            and not self.is_refused(record, method, user)
        ]

    def test_people_outside_collections_call_nothing(self):
        portal = new_test_user(self.env, "rpc_portal", groups="base.group_portal")
        nobody = self.create_user("rpc_nobody")
        self.assertEqual(self.get_open_calls(portal, nobody), [])

    def test_auditors_change_nothing(self):
        self.assertEqual(self.get_open_calls(self.auditor, without=AUDITORS_MAY), [])

    def test_what_works_as_superuser_has_no_public_methods(self):
        """The engines are abstract models: a client reaches them without a record."""
        engines = [
            model
            for name in self.env.registry
            if (model := self.env[name])._abstract and name.startswith("ar.")
        ]
        self.assertGreater(len(engines), 5)
        public = {
            f"{model._name}.{method}"
            for model in engines
            for method in _get_own_methods(model)
            if not method.startswith("action_ar_")
        }
        screen = {name for name in public if name.startswith("ar.collection.today.")}
        self.assertEqual(public - screen, set())
