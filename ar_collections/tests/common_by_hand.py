"""What the tests of acts by hand stand on: a user of each role, windows filled in."""

from odoo.tests import Form

from .common import CollectionsCase


class ByHandCase(CollectionsCase):
    """Users of each role, and windows opened as a person opens them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.create_user("by_hand_collector", "collector")
        cls.auditor = cls.create_user("by_hand_auditor", "auditor")
        cls.manager = cls.create_user("by_hand_manager", "manager")

    def open(self, records, method, user=None, **values):
        """Open a window by a model method, and fill it in.

        :return: the window's record
        """
        action = getattr(records.with_user(user or self.env.user), method)()
        return self.fill(action, user, **values)

    def fill(self, action, user=None, **values):
        model = self.env[action["res_model"]].with_user(user or self.env.user)
        model = model.with_context(**action.get("context", {}))
        form = Form(model.browse(action["res_id"]) if action.get("res_id") else model)
        for name, value in values.items():
            setattr(form, name, value)
        return form.save()

    def events(self, record, code):
        """Give the events of a debt or a case."""
        field = {"ar.followup.item": "item_id", "ar.collection.case": "case_id"}
        domain = [(field[record._name], "=", record.id), ("code", "=", code)]
        return self.env["ar.followup.event"].search(domain)

    @classmethod
    def case_of(cls, partner=None):
        return (partner or cls.customer)._ar_ensure_case(cls.env.company)
