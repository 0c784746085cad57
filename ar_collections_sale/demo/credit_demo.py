"""The demo's story of credit: asked for, checked, given, used up, released, lifted."""

from datetime import timedelta

from odoo import Command, api, models

LIMIT = 5000.0
# key: name, street, zip, city, country, e-mail
CUSTOMERS = {
    "nordlys": ("Nordlys Interiør ApS", "Havnegade 18", "8000", "Aarhus", "dk", "bogholderi@nordlys.example"),
    "oakfield": ("Oakfield Printers Ltd", "4 Canal Walk", "T45 PX20", "Cobh", "ie", "accounts@oakfield.example"),
    "brightside": ("Brightside Café Ltd", "22 Patrick Street", "T12 W5K8", "Cork", "ie", "hello@brightside.example"),
    "lumen": ("Lumen Buchhandlung GmbH", "Marktplatz 2", "28195", "Bremen", "de", "einkauf@lumen.example"),
}
OVERDUE_CUSTOMER = "Harbour Hotels Group"
# login: name, groups
PEOPLE = {
    "seller": (
        "Sam Reilly",
        ("sales_team.group_sale_salesman_all_leads", "base.group_partner_manager"),
    ),
    "approver": (
        "Nora Walsh",
        ("ar_collections.ar_collections_group_credit_approver",),
    ),
}


class ArCollectionsDemo(models.AbstractModel):
    _inherit = "ar.collections.demo"

    @api.model
    def _create_credit_story(self, company=None):
        """Tell the story of credit, up to states that a visitor can go on from.

        :return: {key: order}; none without a chart of accounts
        """
        company = company or self.env.company
        if not company.chart_template:
            return {}
        self = self.with_company(company)
        company.ar_credit_effect = "ask"
        self._use_own_currency(company)
        people = {login: self._create_person(company, login, *values)
                  for login, values in PEOPLE.items()}
        company.ar_credit_approver_id = people["approver"]
        customers = {
            key: self._create_story_customer(company, *values)
            for key, values in CUSTOMERS.items()
        }
        self._decide_on_credit(customers["nordlys"], people)
        self._apply_for_credit(customers["lumen"], people["seller"]).action_submit()
        seller = people["seller"]
        product = self._get_story_product()
        return {
            "released": self._tell_released(customers["nordlys"], people, product),
            "held": self._tell_held(seller, product),
            "lifted": self._tell_lifted(company, customers["oakfield"], seller, product),
            "first": self._create_quotation(customers["brightside"], seller, product, 640.0),
        }

    def _use_own_currency(self, company):
        """Have new quotations come in the currency of the company, which was changed."""
        self.env["product.pricelist"].search(
            [("company_id", "in", (False, company.id)), ("item_ids", "=", False)]
        ).currency_id = company.currency_id

    # === WHO === #

    def _create_person(self, company, login, name, groups):
        """Create somebody who plays a part; known ones are taken as they are."""
        users = self.env["res.users"].with_context(no_reset_password=True)
        return users.search([("login", "=", login)], limit=1) or users.create(
            {
                "name": name,
                "login": login,
                "password": login,
                "email": f"{login}@corkpaper.example",
                "company_id": company.id,
                "company_ids": [Command.set(company.ids)],
                "group_ids": [Command.link(self.env.ref(group).id) for group in groups],
                "lang": self.env.user.lang,
            }
        )

    def _create_story_customer(self, company, name, street, zip_code, city, country, email):
        return self.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "street": street,
                "zip": zip_code,
                "city": city,
                "country_id": self.env.ref(f"base.{country}").id,
                "email": email,
                "lang": company.partner_id.lang,
            }
        )

    def _get_story_product(self):
        return self.env["product.product"].create(
            {
                "name": self.env._("Paper and packaging"),
                "type": "consu",
                "invoice_policy": "delivery",
                "taxes_id": False,
            }
        )

    # === WHAT HAPPENED === #

    def _apply_for_credit(self, customer, user):
        """Note an application, with a check that has cost 40."""
        return self.env["ar.credit.review"].create(
            {
                "partner_id": customer.id,
                "applicant": self.env._("Finance manager"),
                "requested_limit": 8000.0,
                "requested_terms": self.env._("Within 30 days"),
                "has_consented": True,
                "references": self.env._("Two suppliers confirm that they are paid on time."),
                "user_id": user.id,
                "check_ids": [
                    Command.create(
                        {
                            "source": self.env._("Credit register"),
                            "currency_id": self.env.company.currency_id.id,
                            "price": 40.0,
                            "score": self.env._("71 of 100"),
                            "note": self.env._("Founded four years ago, no entries"),
                        }
                    )
                ],
            }
        )

    def _decide_on_credit(self, customer, people):
        """Have the approver give a new customer less than was asked for."""
        review = self._apply_for_credit(customer, people["seller"])
        review.action_submit()
        review = review.with_user(people["approver"])
        review.write(
            {
                "decision": "limit",
                "limit": LIMIT,
                "review_date": self.env.company._ar_today() + timedelta(days=365),
                "decision_note": self.env._("A first year with a smaller limit."),
            }
        )
        review.action_decide()
        return review

    def _create_quotation(self, customer, seller, product, amount):
        """Create a quotation as the salesperson does, and send it."""
        line = {"product_id": product.id, "product_uom_qty": 10, "price_unit": amount / 10}
        order = self.env["sale.order"].with_user(seller).create(
            {
                "partner_id": customer.id,
                "user_id": seller.id,
                "company_id": self.env.company.id,
                "pricelist_id": False,  # in the company's currency
                "order_line": [Command.create(line)],
            }
        )
        order.action_quotation_sent()
        return order

    def _tell_released(self, customer, people, product):
        """An order over the limit is held, and released for a week."""
        order = self._create_quotation(customer, people["seller"], product, 6400.0)
        order.action_confirm()
        order._ar_request_release(self.env._("They open a second shop, and pay on time."))
        release = self.env["ar.credit.release"].search(
            [("order_id", "=", order.id), ("state", "=", "requested")]
        )
        release = release.with_user(people["approver"])
        release.write(
            {
                "until": self.env.company._ar_today() + timedelta(days=7),
                "decision_note": self.env._("For this order only."),
            }
        )
        release.action_approve()
        return order

    def _tell_held(self, seller, product):
        """An overdue invoice holds the next order; somebody has to decide."""
        customer = self.env["res.partner"].search([("name", "=", OVERDUE_CUSTOMER)], limit=1)
        order = self._create_quotation(customer, seller, product, 2300.0)
        order.action_confirm()
        order._ar_request_release(self.env._("Menus for the holidays, payment is promised."))
        return order

    def _tell_lifted(self, company, customer, seller, product):
        """An overdue invoice holds an order, and the payment lifts the hold."""
        today = company._ar_today()
        review = self._apply_for_credit(customer, seller)
        review.sudo().write({"decision": "limit", "limit": LIMIT})
        review.sudo().action_decide()
        values = self._get_invoice_values(customer, today, 41, 1150.0, 30)
        invoice = self.env["account.move"].create(values)
        invoice.action_post()
        order = self._create_quotation(customer, seller, product, 1800.0)
        order.action_confirm()
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard.create({})._create_payments()
        order.sudo()._ar_refresh_credit_hold()
        return order
