"""Reading a ledger of invoices from CSV: all of it, or every reason why not."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

COLUMNS = (
    "customer",
    "invoice",
    "invoice_date",
    "due_date",
    "amount",
    "settled_date",
)
INFORMATION = ("country_code", "disputed", "paperless")
FIRST_YEAR, LAST_YEAR = 1900, 2199
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"-?[0-9]{1,13}(\.[0-9]+)?")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class LedgerRow:
    """One invoice; money is exact, an empty settlement date means still open."""

    line: int
    customer: str
    invoice: str
    invoice_date: date
    due_date: date
    amount: Decimal
    settled_date: date | None = None

    @property
    def paid_on(self) -> date | None:
        """Return the day of the payment, which is never before the invoice."""
        return self.settled_date and max(self.settled_date, self.invoice_date)


@dataclass(frozen=True, order=True)
class Problem:
    """One reason to refuse a file; line 0 is the file as a whole."""

    line: int
    text: str

    def __str__(self) -> str:
        """Return the problem as it is shown to people."""
        return f"line {self.line}: {self.text}" if self.line else self.text


class LedgerError(Exception):
    """The ledger cannot be used; `problems` lists every reason, in order of lines."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


def read_ledger(path: Path, decimals: int = 2) -> list[LedgerRow]:
    """Return the invoices of a file, whose amounts have at most so many decimals.

    Raise LedgerError with all problems at once.
    """
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        problem = Problem(0, f"cannot be read: {error.strerror}")
        raise LedgerError([problem]) from error
    return parse_ledger(decode(data), decimals)


def decode(data: bytes) -> str:
    """Return the text of UTF-8 or UTF-16 (with byte order mark) or Latin-1 bytes.

    Bytes that give control characters in each of them are refused.
    """
    is_utf16 = data.startswith(_UTF16_MARKS)
    for encoding in ("utf-16",) if is_utf16 else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not _CONTROLS.search(text):
            return text
    raise LedgerError(
        [Problem(0, "unknown encoding: save the file as CSV in UTF-8 and try again")]
    )


def parse_ledger(text: str, decimals: int = 2) -> list[LedgerRow]:
    """Return the invoices of a CSV text, or raise LedgerError with all problems."""
    problems: list[Problem] = []
    records = _records(text, problems)
    _line, header = next(records, (1, []))
    header = [name.strip() for name in header]
    problems += (Problem(1, text) for text in _check_header(header))
    if problems:
        raise LedgerError(problems)
    rows = []
    for line, cells in records:
        row, faults = _parse_record(line, header, cells, decimals)
        problems += (Problem(line, fault) for fault in faults)
        rows.append(row)
    problems += _find_duplicates(rows)
    if problems:
        raise LedgerError(problems)
    return [LedgerRow(**row) for row in rows]


def _records(text: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Give (first line, cells) of each record that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error as error:
        problems.append(Problem(line, f"not valid CSV: {error}"))


def _check_header(header: list[str]) -> Iterator[str]:
    """Give what is wrong with the names of the columns."""
    if not header:
        yield "the file is empty"
        return
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        hint = " (separate columns with commas)" if len(header) == 1 else ""
        yield f"missing column: {', '.join(missing)}{hint}"
    known = (*COLUMNS, *INFORMATION)
    twice = [name for name in known if header.count(name) > 1]
    if twice:
        yield f"column given twice: {', '.join(twice)}"


def _parse_record(
    line: int, header: list[str], cells: list[str], decimals: int
) -> tuple[dict, list[str]]:
    """Return the values that could be read and what was wrong with the others."""
    if len(cells) != len(header):
        return {}, [f"{len(cells)} values for {len(header)} columns"]
    record = {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
    values: dict = {"line": line}
    faults = []
    for name in COLUMNS:
        try:
            values[name] = _parse_value(name, record[name], decimals)
        except ValueError as error:
            faults.append(f"{name}: {error}")
    if {"invoice_date", "due_date"} <= values.keys():
        if values["due_date"] < values["invoice_date"]:
            faults.append(
                f"due_date {values['due_date']} is before "
                f"invoice_date {values['invoice_date']}"
            )
    return values, faults


def _parse_value(name: str, text: str, decimals: int) -> str | date | Decimal | None:
    """Return the value of one cell, or raise ValueError saying what is wrong."""
    if name == "settled_date" and not text:
        return None
    if not text:
        raise ValueError("is empty")
    if name == "amount":
        return parse_amount(text, decimals)
    return parse_date(text) if name.endswith("_date") else text


def parse_date(text: str) -> date:
    """Return the date of an ISO text such as 2026-03-31, or raise ValueError."""
    if not _DATE.fullmatch(text):
        raise ValueError(f"“{text}” is not a date like 2026-03-31")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{text}” is not a day of the calendar") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"“{text}” is not between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def parse_amount(text: str, decimals: int) -> Decimal:
    """Return an amount that is not negative, or raise ValueError."""
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"“{text}” is not an amount like 1250.39")
    amount = Decimal(text)
    if amount < 0:
        raise ValueError(f"{text} is negative")
    if amount != round(amount, decimals):
        raise ValueError(f"{text} has more than {decimals} decimals")
    return amount


def _find_duplicates(rows: list[dict]) -> Iterator[Problem]:
    """Give each line whose invoice was on an earlier line."""
    lines: dict[str, int] = {}
    for row in rows:
        if "invoice" not in row:
            continue
        first = lines.setdefault(row["invoice"], row["line"])
        if first != row["line"]:
            text = f"invoice {row['invoice']} is already on line {first}"
            yield Problem(row["line"], text)
