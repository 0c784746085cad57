"""Rows of a CSV file of unknown origin, with the numbers of their lines."""

import codecs
import csv
import io
from typing import NamedTuple

_DELIMITERS = ",;\t|"
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


class CsvError(ValueError):
    """The file cannot be read as a table."""


class Row(NamedTuple):
    """A row of a table.

    :param line: the number of its first line in the file, from 1
    :param values: {column: text without spaces around}
    """

    line: int
    values: dict


def decode(data: bytes) -> str:
    """Decode a file by its mark, as UTF-8, or as Latin-1, which fits every byte.

    UTF-16 without a mark is known by the zeros that text in Latin letters has there.
    """
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding)
    if b"\0" in data:
        is_little = data[1:2] == b"\0"
        return data.decode("utf-16-le" if is_little else "utf-16-be")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def read_rows(data: bytes, columns) -> list[Row]:
    """Read the rows of a CSV file; columns may come in any order, others are ignored.

    :param columns: the names that the header must have, in lower case
    :raise CsvError: with the columns that are not in the header, or the number of the
        line where quotes do not match
    """
    try:
        text = decode(data)
    except UnicodeDecodeError as error:
        raise CsvError("encoding") from error
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=_get_delimiter(text), strict=True)
    header = [name.strip().lower() for name in next(_read_cells(reader), [])]
    missing = [name for name in columns if name not in header]
    if missing:
        raise CsvError(", ".join(missing))
    rows, last = [], reader.line_num
    for cells in _read_cells(reader):
        first, last = last + 1, reader.line_num
        if any(cell.strip() for cell in cells):
            padded = cells + [""] * (len(header) - len(cells))
            values = dict(zip(header, (cell.strip() for cell in padded), strict=False))
            rows.append(Row(first, values))
    return rows


def _read_cells(reader):
    try:
        yield from reader
    except csv.Error as error:
        raise CsvError(f"{reader.line_num}: {error}") from error


def _get_delimiter(text):
    """Give the delimiter that the header has most of."""
    header = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=header.count)
