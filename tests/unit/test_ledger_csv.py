"""A ledger is read whole or refused whole, with every reason and its line."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from lib.replay_ledger import LedgerError, LedgerRow, decode, parse_ledger, read_ledger
from lib.replay_options import (
    Level,
    OptionsError,
    check_out,
    parse_interval,
    parse_levels,
    read_options,
    write_out,
)

HEADER = (
    "country_code,customer,invoice,invoice_date,due_date,amount,"
    "disputed,settled_date,paperless"
)
GOOD = "391,Ada,A1,2026-03-02,2026-04-01,50.39,no,2026-03-23,paper"


def text_of(*lines, header=HEADER):
    """Return a CSV text of a header and some lines."""
    return "\n".join((header, *lines)) + "\n"


def line_of(**values):
    """Return a good line with some values replaced."""
    cells = dict(zip(HEADER.split(","), GOOD.split(","), strict=True))
    return ",".join((cells | values).values())


def problems_of(text):
    """Return the problems of a text that must be refused."""
    with pytest.raises(LedgerError) as refused:
        parse_ledger(text)
    return [str(problem) for problem in refused.value.problems]


# === GOOD LEDGERS === #


def test_a_row_is_read_exactly():
    assert parse_ledger(text_of(GOOD)) == [
        LedgerRow(
            line=2,
            customer="Ada",
            invoice="A1",
            invoice_date=date(2026, 3, 2),
            due_date=date(2026, 4, 1),
            amount=Decimal("50.39"),
            settled_date=date(2026, 3, 23),
        )
    ]


def test_no_settlement_date_means_still_open():
    (row,) = parse_ledger(text_of(line_of(settled_date="")))
    assert (row.settled_date, row.paid_on) == (None, None)


def test_a_payment_before_the_invoice_is_booked_on_the_invoice_date():
    (row,) = parse_ledger(text_of(line_of(settled_date="2026-02-01")))
    assert row.paid_on == row.invoice_date


def test_other_columns_and_their_order_do_not_matter():
    header = "note,amount,due_date,settled_date,invoice_date,invoice,customer"
    line = '"two, and\nthree",7,2026-03-02,,2026-03-02,A1, Ada '
    (row,) = parse_ledger(text_of(line, header=header))
    assert (row.customer, row.amount, row.due_date) == ("Ada", 7, row.invoice_date)


def test_blank_lines_are_passed_over_and_counted():
    rows = parse_ledger(text_of("", GOOD, ",,,,,,,,", line_of(invoice="A2")))
    assert [row.line for row in rows] == [3, 5]


def test_a_ledger_without_invoices_is_empty():
    assert parse_ledger(text_of()) == []


def test_trailing_zeros_are_not_decimals():
    (row,) = parse_ledger(text_of(line_of(amount="50.3900")))
    assert row.amount == Decimal("50.39")


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "cp1252"]
)
def test_usual_encodings_are_recognised(tmp_path, encoding):
    path = tmp_path / "ledger.csv"
    path.write_bytes(text_of(line_of(customer="Müller & Söhne")).encode(encoding))
    assert read_ledger(path)[0].customer == "Müller & Söhne"


def test_both_byte_orders_of_utf16_are_recognised():
    text = text_of(line_of(customer="Ωμέγα"))
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert decode(mark + text.encode(encoding)) == text


def test_windows_line_ends_are_lines():
    rows = parse_ledger(text_of(GOOD, line_of(invoice="A2")).replace("\n", "\r\n"))
    assert [(row.line, row.invoice) for row in rows] == [(2, "A1"), (3, "A2")]


# === BAD LEDGERS === #


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"customer": " "}, "customer: is empty"),
        ({"invoice": ""}, "invoice: is empty"),
        ({"invoice_date": ""}, "invoice_date: is empty"),
        ({"invoice_date": "2.3.2026"}, "“2.3.2026” is not a date like 2026-03-31"),
        ({"invoice_date": "20260302"}, "“20260302” is not a date"),
        ({"due_date": "2026-02-30"}, "“2026-02-30” is not a day of the calendar"),
        ({"due_date": "2026-03-01"}, "due_date 2026-03-01 is before invoice_date"),
        ({"due_date": "9999-12-31"}, "“9999-12-31” is not between 1900 and 2199"),
        ({"settled_date": "soon"}, "settled_date: “soon” is not a date"),
        ({"amount": ""}, "amount: is empty"),
        ({"amount": "ten"}, "amount: “ten” is not an amount like 1250.39"),
        ({"amount": "-0.01"}, "amount: -0.01 is negative"),
        ({"amount": "nan"}, "amount: “nan” is not an amount"),
        ({"amount": "inf"}, "amount: “inf” is not an amount"),
        ({"amount": "1e3"}, "amount: “1e3” is not an amount"),
        ({"amount": "50.395"}, "amount: 50.395 has more than 2 decimals"),
        ({"amount": "99999999999999"}, "amount: “99999999999999” is not an amount"),
        ({"amount": '"50,39"'}, "amount: “50,39” is not an amount"),
        ({"amount": "٥٠"}, "amount: “٥٠” is not an amount"),
    ],
)
def test_a_bad_value_is_named_with_its_line(values, problem):
    (found,) = problems_of(text_of(GOOD.replace("A1", "A0"), line_of(**values)))
    assert found.startswith("line 3: ")
    assert problem in found


def test_every_problem_is_listed_in_order_of_lines():
    lines = GOOD, line_of(amount="x", due_date="y"), "1,2,3", line_of(), f"{GOOD},more"
    assert problems_of(text_of(*lines)) == [
        "line 3: amount: “x” is not an amount like 1250.39",
        "line 3: due_date: “y” is not a date like 2026-03-31",
        "line 3: invoice A1 is already on line 2",
        "line 4: 3 values for 9 columns",
        "line 5: invoice A1 is already on line 2",
        "line 6: 10 values for 9 columns",
    ]


def test_lines_are_counted_in_the_file_not_in_records():
    quoted = line_of(customer='"Ada\nand Bob"')
    assert problems_of(text_of(quoted, line_of(invoice="A2", amount="x"))) == [
        "line 4: amount: “x” is not an amount like 1250.39"
    ]


def test_missing_columns_are_named():
    assert problems_of(text_of(header="customer,invoice,invoice_date,amount")) == [
        "line 1: missing column: due_date, settled_date"
    ]


def test_a_semicolon_file_gets_a_hint():
    (problem,) = problems_of(text_of(header=HEADER.replace(",", ";")))
    assert "separate columns with commas" in problem


def test_a_column_given_twice_is_named():
    assert problems_of(text_of(header=f"{HEADER},amount")) == [
        "line 1: column given twice: amount"
    ]


def test_an_empty_file_is_refused():
    assert problems_of("") == ["line 1: the file is empty"]


def test_a_quote_that_never_ends_is_named():
    (problem,) = problems_of(text_of(GOOD, '1,"Ada,A2,2026-03-02'))
    assert problem.startswith("line 3: not valid CSV")


@pytest.mark.parametrize(
    "data",
    [
        HEADER.encode("utf-16-le"),
        HEADER.encode("utf-32"),
        b"PK\x03\x04\x14\x00\x06\x00\x81",
        b"\xff\xfea",
        b"\x81\x8d\x8f",
    ],
)
def test_an_unknown_encoding_is_refused(data):
    with pytest.raises(LedgerError, match="unknown encoding"):
        decode(data)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(LedgerError, match="cannot be read: No such file"):
        read_ledger(tmp_path / "none.csv")


# === OPTIONS === #


@pytest.fixture
def ledger(tmp_path):
    """Return the path of a good ledger."""
    path = tmp_path / "ledger.csv"
    path.write_text(text_of(GOOD))
    return path


def read(ledger, *words, **changes):
    """Return the options of a good command line with some words added or changed."""
    given = {
        "--from": "2024-01-01",
        "--to": "2024-12-31",
        "--out": str(ledger.with_name("out.csv")),
    } | changes
    return read_options(
        [str(ledger), *words, *(word for pair in given.items() for word in pair)]
    )


def test_levels_may_begin_with_a_minus_sign(ledger):
    for words in (("--levels", "-7:email,1:sms"), ("--levels=-7:email,1:sms",)):
        assert read(ledger, *words).levels == (Level(-7, "email"), Level(1, "sms"))


def test_good_options_are_read_with_the_ledger(ledger):
    options = read(ledger, "--policy", "Business", "--min-interval", "7", "--keep")
    assert (options.policy, options.min_interval, options.keep) == ("Business", 7, True)
    assert (options.first, options.last) == (date(2024, 1, 1), date(2024, 12, 31))
    assert [row.invoice for row in options.ledger] == ["A1"]
    assert (options.levels, options.out.name) == ((), "out.csv")


def test_everything_wrong_is_said_at_once(ledger):
    ledger.write_text(text_of(line_of(amount="x")))
    words = "--levels", "1:email,1:fax", "--min-interval", "-1"
    with pytest.raises(OptionsError) as refused:
        read(ledger, *words, **{"--from": "today", "--out": "/"})
    assert refused.value.problems == [
        "ledger.csv: line 2: amount: “x” is not an amount like 1250.39",
        "--from: “today” is not a date like 2026-03-31",
        "--levels: “fax” is not a channel; there are email, letter, post, sms, phone",
        "--min-interval: “-1” is not a number of days from 0 to 3650",
        "--out: / is a folder, not a file",
    ]


def test_from_after_to_is_refused(ledger):
    with pytest.raises(OptionsError, match="--from 2025-01-01 is after --to"):
        read(ledger, **{"--from": "2025-01-01"})


def test_days_to_come_are_refused(ledger):
    with pytest.raises(OptionsError, match="--to 2199-01-01 is in the future"):
        read(ledger, **{"--to": "2199-01-01"})


@pytest.mark.parametrize(
    "words",
    [
        ("--policy", "Business", "--levels", "1:email"),
        ("--unknown",),
        ("--levels",),
        ("more.csv",),
    ],
)
def test_a_command_line_that_makes_no_sense_ends_with_2(ledger, words):
    with pytest.raises(SystemExit) as ended:
        read(ledger, *words)
    assert ended.value.code == 2


def test_levels_are_sorted_by_their_days():
    levels = parse_levels("30:phone, 8:letter ,-7:email,+1:sms,0:post")
    assert [level.days for level in levels] == [-7, 0, 1, 8, 30]


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "“” is not a level like 8:letter"),
        ("1:email,", "“” is not a level"),
        ("email:1", "“email:1” is not a level"),
        ("1.5:email", "“1.5:email” is not a level"),
        ("1", "“1” is not a level"),
        ("1:Email", "“Email” is not a channel; there are email, letter"),
        ("4000:email", "4000 days are more than 3650"),
        ("1:email,+1:letter", "1 days are given more than once"),
    ],
)
def test_bad_levels_are_refused(text, problem):
    with pytest.raises(OptionsError) as refused:
        parse_levels(text)
    assert problem in str(refused.value)


@pytest.mark.parametrize("text", ["", "-1", "1.5", "x", "99999", "٥"])
def test_bad_intervals_are_refused(text):
    with pytest.raises(ValueError, match="is not a number of days"):
        parse_interval(text)


def test_the_ledger_is_never_overwritten(ledger):
    with pytest.raises(ValueError, match="is the ledger itself"):
        check_out(ledger, ledger)


def test_a_folder_that_is_not_there_is_refused(ledger):
    with pytest.raises(OSError, match="No such file"):
        check_out(ledger.parent / "none" / "out.csv", ledger)


def test_a_relative_path_is_that_of_the_caller(ledger, monkeypatch):
    monkeypatch.chdir(ledger.parent)
    assert check_out(Path("out.csv"), ledger) == ledger.with_name("out.csv")


def test_the_result_is_written_whole(ledger):
    path = ledger.with_name("out.csv")
    path.write_text("old")
    write_out(path, "new\n")
    assert path.read_text() == "new\n"
    assert sorted(ledger.parent.iterdir()) == [ledger, path]
