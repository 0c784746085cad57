"""A demo ledger: customers of every kind, with a history on the ladder.

All dates count back from today, so that there is something to say on any day.
"""

import base64
from datetime import timedelta

from odoo import Command, api, models
from odoo.tools import file_open

LANGUAGE = "en_GB"

# ruff: noqa: E501 -- a customer is a row
# name, kind, country, e-mail, street, zip, city, phone
CUSTOMERS = {
    "adler": ("Adler Maschinenbau GmbH", "business", "de", "buchhaltung@adler.example", "Industriestraße 14", "70565", "Stuttgart", "+49 711 555010"),
    "birch": ("Birch & Daughters Ltd", "business", "gb", "accounts@birch.example", "8 Mill Lane", "LS1 4DY", "Leeds", "+44 113 496 0112"),
    "cortina": ("Cortina Arredi S.r.l.", "business", "it", "contabilita@cortina.example", "Via Roma 21", "20121", "Milano", "+39 02 5550 0133"),
    "dubois": ("Dubois Frères SARL", "business", "fr", "compta@dubois.example", "3 rue des Lilas", "69003", "Lyon", "+33 4 5555 0144"),
    "eklund": ("Eklund Bygg AB", "business", "se", "ekonomi@eklund.example", "Storgatan 5", "411 38", "Göteborg", "+46 31 555 0155"),
    "fjord": ("Fjordfisk AS", "business", "no", "faktura@fjordfisk.example", "Havnegata 2", "5003", "Bergen", "+47 55 55 01 66"),
    "galanis": ("Galanis Foods S.A.", "business", "gr", "", "Ermou 40", "105 63", "Athína", "+30 21 0555 0177"),
    "harbour": ("Harbour Hotels Group", "business", "ie", "ap@harbour.example", "1 Quay Street", "D02 X285", "Dublin", "+353 1 555 0188"),
    "kallio": ("Kallio Rakennus Oy", "business", "fi", "laskut@kallio.example", "Fleminginkatu 9", "00530", "Helsinki", "+358 9 5550 199"),
    "papadaki": ("Maria Papadaki", "consumer", "gr", "maria.papadaki@mail.example", "Solonos 12", "106 72", "Athína", "+30 69 5550 0211"),
    "lindqvist": ("Erik Lindqvist", "consumer", "se", "erik.lindqvist@mail.example", "Björkvägen 3", "752 28", "Uppsala", "+46 70 555 0222"),
    "murphy": ("Aoife Murphy", "consumer", "ie", "aoife.murphy@mail.example", "27 Elm Park", "T12 K8AF", "Cork", "+353 87 555 0233"),
    "keller": ("Jonas Keller", "consumer", "de", "jonas.keller@mail.example", "Gartenweg 6", "04109", "Leipzig", "+49 170 555 0244"),
    "rivertown": ("Municipality of Rivertown", "public", "ie", "invoices@rivertown.example", "Town Hall, Main Street", "H91 E2K3", "Galway", "+353 91 555 0255"),
    "school": ("St. Brigid's School Board", "public", "ie", "office@stbrigid.example", "School Road", "V94 T9PX", "Limerick", "+353 61 555 0266"),
}  # fmt: skip

COMPANY = {
    "name": "Cork Paper Company Ltd",
    "street": "12 Harbour Road",
    "city": "Cork",
    "zip": "T23 XY45",
    "email": "accounts@corkpaper.example",
    "phone": "+353 1 555 0100",
    "website": "https://corkpaper.example",
    "vat": "IE1234567FA",
}

# customer, days since due (negative: still to come), amount, term in days
INVOICES = [
    ("adler", 20, 4280.00, 30),
    ("adler", 2, 615.50, 30),
    ("birch", 28, 1840.00, 30),
    ("birch", -9, 920.00, 30),
    ("cortina", 20, 12600.00, 30),
    ("dubois", 11, 2310.75, 30),
    ("dubois", 1, 488.20, 30),
    ("eklund", 1, 7450.00, 30),
    ("fjord", -5, 3105.00, 30),
    ("galanis", 11, 1990.00, 30),
    ("harbour", 45, 15400.00, 30),
    ("harbour", 12, 6200.00, 30),
    ("kallio", 35, 870.00, 30),
    ("kallio", 4, 1260.00, 14),
    ("papadaki", 3, 129.90, 14),
    ("lindqvist", 20, 349.00, 14),
    ("murphy", 36, 212.40, 14),
    ("keller", -3, 89.00, 14),
    ("rivertown", 40, 5120.00, 30),
    ("school", 5, 760.00, 30),
    ("school", -10, 1420.00, 30),
]
# customer, invoice amount, part paid, days ago
PAYMENTS = [
    ("harbour", 15400.00, 5000.00, 30),
    ("harbour", 15400.00, 2400.00, 12),
    ("kallio", 870.00, 300.00, 10),
]
# Terms of sale: customer, how charges are booked
LATE_FEES = [("harbour", "automatic"), ("kallio", "proposal"), ("rivertown", "memo")]
# customer, invoice amount, disputed amount
DISPUTES = [("harbour", 6200.00, 1200.00)]
HISTORY_DAYS = 60


class ArCollectionsDemo(models.AbstractModel):
    _name = "ar.collections.demo"
    _description = "Demo Ledger of Collections"

    @api.model
    def _prepare_company(self, company):
        """Make `company` a paper merchant in Cork with a collector, open every day.

        It works seven days a week, so that the demo has something to say on each.
        """
        self.env["res.lang"]._activate_lang(LANGUAGE)
        users = self.env.user | self.env.ref("base.user_admin")
        (users.partner_id | company.partner_id).lang = LANGUAGE
        with file_open("ar_collections/demo/cork_paper_logo.png", "rb") as logo:
            company.logo = base64.b64encode(logo.read())
        company.write(COMPANY | {"country_id": self.env.ref("base.ie").id})
        euro = self.env.ref("base.EUR")
        euro.active = True
        company.currency_id = euro
        self.env["res.partner.bank"].create(
            {
                "acc_number": "IE29 AIBK 9311 5212 3456 78",
                "partner_id": company.partner_id.id,
                "allow_out_payment": True,
            }
        )
        groups = self.env.ref("ar_collections.ar_collections_group_collector")
        collector = self.env["res.users"].create(
            {
                "name": "Clara Byrne",
                "login": "collector",
                "password": "collector",
                "email": "clara.byrne@corkpaper.example",
                "phone": "+353 1 555 0102",
                "group_ids": [Command.link(groups.id)],
                "lang": LANGUAGE,
                "tz": "Europe/Dublin",
            }
        )
        company.ar_responsible_id = collector
        return collector

    @api.model
    def _switch_on(self, company):
        """Switch the ready policies on, with a calendar that knows no day off."""
        calendar = self.env["resource.calendar"].create(
            {
                "name": "Every day",
                "tz": "Europe/Dublin",
                "company_id": company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": f"Day {weekday}",
                            "dayofweek": str(weekday),
                            "hour_from": 8,
                            "hour_to": 16,
                        }
                    )
                    for weekday in range(7)
                ],
            }
        )
        today = company._ar_today()
        company.write(
            {
                "ar_start_date": today - timedelta(days=365),
                "ar_tz": "Europe/Dublin",
                "ar_window_from": 0.0,
                "ar_window_to": 24.0,
            }
        )
        policies = self.env["ar.followup.policy"].search([("company_id", "=", company.id)])
        policies.write({"calendar_id": calendar.id, "is_on": True})

    @api.model
    def _create_ledger(self, company=None):
        """Create the demo customers, their invoices and payments in `company`.

        :return: the customers, by their short name; none without a chart of accounts
        """
        company = company or self.env.company
        if not company.chart_template:
            return {}
        self = self.with_company(company)
        customers = {
            key: self._create_customer(*values) for key, values in CUSTOMERS.items()
        }
        for customer in customers.values():
            customer.lang = company.partner_id.lang
        today = company._ar_today()
        invoices = self.env["account.move"].create(
            [
                self._get_invoice_values(customers[key], today, *values)
                for key, *values in INVOICES
            ]
        )
        invoices.action_post()
        return customers

    @api.model
    def _play_history(self, company):
        """Let the last weeks of the ledger climb the ladder, day by day.

        Nothing leaves the database: each message counts as delivered on its day.
        """
        parameters = self.env["ir.config_parameter"].sudo()
        today = company._ar_today()
        parameters.set_param("ar_collections.replay", "1")
        self._agree_on_late_fees(company)
        for days in range(HISTORY_DAYS, 0, -1):
            day = today - timedelta(days=days)
            self._book_payments(company, days)
            run = self.env["ar.followup.run"].create(
                {"company_id": company.id, "as_of": day}
            )
            run.action_plan()
            run.notice_ids.action_approve()
            run.action_execute()
            if not run.notice_ids:
                run.unlink()
            if days == 1:
                self.env["ar.late.fee"]._pass_company(company, day)
        parameters.set_param("ar_collections.replay", False)
        self._set_disputes(company, today)

    def _agree_on_late_fees(self, company):
        """Let some customers bear interest and a flat sum by the terms of sale."""
        for key, mode in LATE_FEES:
            name = CUSTOMERS[key][0]
            customer = self.env["res.partner"].search([("name", "=", name)], limit=1)
            customer.ar_is_kind_confirmed = True
            rule = self.env["ar.late.fee.rule"].create(
                {
                    "name": self.env._("Terms of sale: %(customer)s", customer=name),
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "partner_ids": [Command.set(customer.ids)],
                    "has_interest": True,
                    "interest_percent": 10.0,
                    "tier_ids": [Command.create({"amount_from": 0, "fee": 40.0})],
                    "mode": mode,
                    "source": self.env._("Contract of 2 January"),
                    "legal_basis": self.env._(
                        "Clause 7 of our terms of sale: interest of 10 %% a year and "
                        "%(currency)s 40 for each late invoice.",
                        currency=company.currency_id.name,
                    ),
                }
            )
            rule.action_choose()
        levels = self.env["ar.followup.level"].search([("company_id", "=", company.id)])
        levels.filtered(lambda level: level.channel == "letter").is_example_printed = True

    def _create_customer(self, name, kind, country, email, street, zip_code, city, phone):
        return self.env["res.partner"].create(
            {
                "name": name,
                "is_company": kind != "consumer",
                "ar_customer_kind": kind,
                "country_id": self.env.ref(f"base.{'uk' if country == 'gb' else country}").id,
                "email": email,
                "street": street,
                "zip": zip_code,
                "city": city,
                "phone": phone,
            }
        )

    def _get_invoice_values(self, customer, today, days, amount, term):
        due = today - timedelta(days=days)
        return {
            "move_type": "out_invoice",
            "partner_id": customer.id,
            "invoice_user_id": self.env.company.ar_responsible_id.id,
            "invoice_date": due - timedelta(days=term),
            "invoice_payment_term_id": False,
            "invoice_date_due": due,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": self.env._("Goods and services as ordered"),
                        "quantity": 1,
                        "price_unit": amount,
                        "tax_ids": False,
                    }
                )
            ],
        }

    def _find_invoice(self, company, key, amount):
        return self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("partner_id.name", "=", CUSTOMERS[key][0]),
                ("amount_total", "=", amount),
            ],
            limit=1,
        )

    def _book_payments(self, company, days_ago):
        day = company._ar_today() - timedelta(days=days_ago)
        for key, amount, paid, when in PAYMENTS:
            if when == days_ago:
                self.env["account.payment.register"].with_context(
                    active_model="account.move",
                    active_ids=self._find_invoice(company, key, amount).ids,
                ).create({"amount": paid, "payment_date": day})._create_payments()

    def _set_disputes(self, company, today):
        for key, amount, disputed in DISPUTES:
            invoice = self._find_invoice(company, key, amount)
            self.env["ar.collection.hold"].create(
                {
                    "case_id": invoice.partner_id._ar_ensure_case(company).id,
                    "move_id": invoice.id,
                    "reason": "dispute",
                    "amount": disputed,
                    "date": today,
                    "note": self.env._("Two pallets arrived damaged"),
                }
            )
