"""What is paid before a message is queued is not reminded, however close it is."""

import time
from pathlib import Path

import pytest

# Customers who owe one overdue invoice and nothing else, and are not on hold.
DEBTORS = """
    SELECT l.partner_id, MIN(l.move_id)
      FROM account_move_line l
      JOIN account_account a ON a.id = l.account_id AND a.account_type = 'asset_receivable'
 LEFT JOIN ar_collection_case c ON c.partner_id = l.partner_id
 LEFT JOIN ar_collection_hold h ON h.case_id = c.id
     WHERE l.reconciled IS NOT TRUE
  GROUP BY l.partner_id
    HAVING COUNT(*) = 1 AND MIN(l.amount_residual) > 0 AND COUNT(h.id) = 0
       AND MIN(l.date_maturity) < CURRENT_DATE - 5
  ORDER BY l.partner_id
"""
NOTICES = """
    SELECT n.partner_id, n.state, n.cancel_reason, COUNT(mail.id)
      FROM ar_followup_notice n
 LEFT JOIN mail_message message
        ON message.model = 'ar.followup.notice' AND message.res_id = n.id
 LEFT JOIN mail_mail mail ON mail.mail_message_id = message.id
     WHERE n.run_id = %d GROUP BY n.id ORDER BY n.partner_id
"""
PAYMENT_STATE = "SELECT payment_state FROM account_move WHERE id = %d"
TOKEN = "SELECT access_token FROM account_move WHERE id = %d"
EDITED = "SELECT 1 FROM account_move WHERE id = %d FOR NO KEY UPDATE"
WAITING = """
    SELECT 1 FROM pg_stat_activity
     WHERE datname = CURRENT_DATABASE() AND wait_event_type = 'Lock'
"""


@pytest.fixture(scope="module")
def debtors(crew):
    """Give pairs of customers with an invoice each, in a place of their own."""
    with crew.copy() as place:
        rows = iter(place.do("read", query=DEBTORS))
        yield place, zip(rows, rows, strict=False)
        assert not place.get_errors(), "\n".join(place.get_errors())


@pytest.fixture(params=["execute", "approve_and_send"])
def books(debtors, tmp_path, request):
    """Give the books of two customers, whose notices the action or a person sends."""
    place, pairs = debtors
    return Books(place, next(pairs), tmp_path, request.param)


class Books:
    """Two customers who owe an invoice each; the first pays it."""

    def __init__(self, place, pair, folder, job):
        self.place = place
        self.folder = folder
        self.job = job
        [(self.payer, self.invoice), (self.other, _invoice)] = pair

    def plan(self):
        self.run = self.place.do("create_run", partner_ids=[self.payer, self.other])
        self.place.do("plan", run_id=self.run)
        assert self.get_notices() == {
            self.payer: ["planned", None, 0],
            self.other: ["planned", None, 0],
        }

    def execute(self, *place):
        return self._start(self.job, place, run_id=self.run)

    def pay(self, *place):
        return self._start("pay", place, move_ids=[self.invoice])

    def _start(self, job, place, **values):
        """Start a worker that waits before a method, if one is given."""
        if not place:
            return self.place.start(job, **values), None
        model, method = place
        pause = Pause(self.folder / f"{job}.{method}")
        trap = {"path": str(pause.path), "model": model, "method": method}
        worker = self.place.start(job, {"pause": trap}, **values)
        pause.wait_until_reached()
        return worker, pause

    def get_notices(self):
        """Give {customer: [state, reason of its cancellation, number of e-mails]}."""
        rows = self.place.do("read", query=NOTICES % self.run)
        return {customer: row for customer, *row in rows}

    def check_only_other_reminded(self):
        assert self.get_notices() == {
            self.payer: ["cancelled", "settled", 0],
            self.other: ["done", None, 1],
        }


class Pause:
    """Where a worker waits."""

    def __init__(self, path):
        self.path = path

    def wait_until_reached(self):
        _wait_for(Path(f"{self.path}.reached").exists)

    def end(self):
        self.path.touch()


def _wait_for(is_there):
    deadline = time.monotonic() + 60
    while not is_there():
        assert time.monotonic() < deadline, "a worker does not get where it should"
        time.sleep(0.01)


LOCK = ("ar.followup.executor", "_lock_debts")
# What a payment writes is written, and not committed.
WRITTEN = ("ar.followup.item", "_refresh_stale")


def test_paid_between_plan_and_execution(books):
    books.plan()
    for job in (books.pay, books.execute):
        worker, _pause = job()
        worker.wait()
    books.check_only_other_reminded()


def test_paid_after_a_batch_has_taken_its_snapshot(books):
    books.plan()
    execution, pause = books.execute(*LOCK)
    payment, _pause = books.pay()
    payment.wait()
    pause.end()
    execution.wait()
    books.check_only_other_reminded()


def test_payment_that_is_being_booked_holds_its_notice_back(books):
    books.plan()
    payment, pause = books.pay(*WRITTEN)
    books.execute()[0].wait()
    assert books.get_notices()[books.payer] == ["planned", None, 0]
    assert books.get_notices()[books.other] == ["done", None, 1]
    pause.end()
    payment.wait()
    books.execute()[0].wait()
    books.check_only_other_reminded()


@pytest.mark.parametrize(
    "begun", [("account.payment.register", "_create_payments"), WRITTEN], ids=["read", "written"]
)
def test_payment_older_than_the_plan(books, begun):
    """The payment's transaction cannot see the notice that it should take back."""
    payment, payment_pause = books.pay(*begun)
    books.plan()
    execution, execution_pause = books.execute(*LOCK)
    payment_pause.end()
    payment.wait()
    execution_pause.end()
    execution.wait()
    books.check_only_other_reminded()


def test_invoice_that_somebody_edits_does_not_stop_the_batch(books):
    """Its link asks for a login then: the batch does not wait to give it a token."""
    books.plan()
    books.place.do("take_token", move_id=books.invoice)
    with books.place.hold(EDITED % books.invoice):
        books.execute()[0].wait()
    assert books.get_notices()[books.payer] == ["done", None, 1]
    assert books.place.do("read", query=TOKEN % books.invoice) == [[None]]


def test_payment_waits_for_the_batch_that_reminds_of_it(books):
    """What is true when a message is queued is said; the payment comes after."""
    books.plan()
    execution, pause = books.execute("ar.followup.delivery", "_hand_over")
    payment, _pause = books.pay()
    _wait_for(lambda: books.place.do("read", query=WAITING))
    pause.end()
    execution.wait()
    payment.wait()
    assert books.get_notices()[books.payer] == ["done", None, 1]
    assert books.place.do("read", query=PAYMENT_STATE % books.invoice) == [["paid"]]
