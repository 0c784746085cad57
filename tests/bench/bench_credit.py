"""A customer with many open invoices and orders is checked for credit; so is a page of
customers, and the whole ledger is rated."""

from grown_ledger import KINDS, Ledger, switch_on

from odoo import Command
from odoo.tools import SQL

# Open invoices of the customer who is checked.
ITEMS = (1, 1_000, 10_000)
ORDERS = 50
LEDGER = 20_000
# A check is too short to be timed once.
TIMES = 100


class OneAccount(Ledger):
    """The open invoices of one customer, overdue and not, beside a ledger built before."""

    def fill(self, customer):
        self.seed_partner = customer
        self.cr.execute("DROP TABLE IF EXISTS bench_debt")
        self.cr.execute(
            SQL(
                """
                CREATE TEMPORARY TABLE bench_debt AS
                SELECT n, 0 AS customer, n AS copy, 'open' AS kind, 'USD' AS currency,
                       %(today)s::date - 45 + (n %% 75)::int AS due, 1 AS factor,
                       %(partner)s::int AS customer_id, %(partner)s::int AS contact_id
                  FROM generate_series(1000000, 999998 + %(items)s) n
                """,
                today=self.today,
                partner=customer.id,
                items=self.items,
            )
        )
        self._copy_group("open", "USD", self._post_seeds(KINDS[0], "USD"))
        self.env.invalidate_all()


def prepare(env, items):
    switch_on(env)
    Ledger(env, LEDGER, env.company._ar_today()).build()
    customer = _create_customer(env)
    OneAccount(env, items, env.company._ar_today()).fill(customer)
    _create_orders(env, customer)
    env["ar.collection.case"]._take_over_credit(env.company)
    customer.credit_limit = 1e9
    env.company.ar_credit_effect = "ask"


def _create_customer(env):
    return env["res.partner"].create({"name": "Checked customer", "is_company": True})


def _create_orders(env, customer):
    product = env["product.product"].create({"name": "Goods", "taxes_id": [Command.clear()]})
    line = {"product_id": product.id, "price_unit": 10.0}
    orders = env["sale.order"].create(
        [
            {"partner_id": customer.id, "order_line": [Command.create(line)]}
            for _number in range(ORDERS + 1)
        ]
    )
    orders[1:].action_confirm()


def _get_customer(env):
    return env["res.partner"].search([("name", "=", "Checked customer")])


def _get_quotation(env):
    return env["sale.order"].search(
        [("partner_id", "=", _get_customer(env).id), ("state", "=", "draft")]
    )


def check_customer(env, _items):
    """Check one customer, each time with nothing remembered but the last query plans."""
    partner_id = _get_customer(env).id
    engine = env["ar.credit.engine"]
    engine._check(env.company, {partner_id: 1})
    yield
    for _time in range(TIMES):
        env.invalidate_all()
        engine._check(env.company, {partner_id: 1})
    yield TIMES


def check_order_once(env, _items):
    """Ask a quotation once, as its confirmation does, with nothing in memory."""
    order = _get_quotation(env)
    yield
    order._ar_get_stops()
    yield 1


def check_order(env, _items):
    """Ask a quotation what holds it, as its confirmation does."""
    order = _get_quotation(env)
    order._ar_get_stops()
    yield
    for _time in range(TIMES):
        env.invalidate_all()
        order._ar_get_stops()
    yield TIMES


def list_page(env, _items):
    """Show the exposure of a page of customers."""
    cases = env["ar.collection.case"].search([], limit=80)
    yield
    cases.mapped("exposure_amount")
    yield len(cases)


def rate_all(env, _items):
    """Rate how all customers pay."""
    cases = env["ar.collection.case"].search([])
    yield
    cases._rate_payers()
    yield len(cases)


WORKS = {
    "check an order's credit once": check_order_once,
    "check a customer's credit": check_customer,
    "check an order's credit": check_order,
    "exposure of a page of customers": list_page,
    "rate how customers pay": rate_all,
}
