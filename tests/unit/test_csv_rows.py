"""Rows of CSV files of unknown origin."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo.addons.ar_collections.tools.csv_rows import CsvError, decode, read_rows

TEXT = "name,note\r\nÄpfel,süß\r\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"]
)
def test_usual_encodings_are_recognised(encoding):
    assert decode(TEXT.encode(encoding)) == TEXT


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0\ufeff")))
def test_every_text_in_utf8_comes_back(text):
    assert decode(text.encode()) == text


@given(st.binary())
def test_any_bytes_are_a_text_or_an_encoding_error(data):
    try:
        assert isinstance(decode(data), str)
    except UnicodeDecodeError as error:
        assert error.encoding.startswith("utf-16")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_of_the_header(delimiter):
    [row] = read_rows(f"a{delimiter}b\n1{delimiter}2,5\n".encode(), ["a", "b"])
    assert row.values["a"] == "1"


def test_lines_are_counted_as_an_editor_does():
    data = b'a,b\n\n1,"two\nlines"\n,\n2,x\n'
    assert [(row.line, row.values["a"]) for row in read_rows(data, ["a"])] == [
        (3, "1"),
        (6, "2"),
    ]


def test_columns_may_come_in_any_order_with_others_between():
    [row] = read_rows(b" B ,other, A \n 2 ,x, 1 \n", ["a", "b"])
    assert (row.values["a"], row.values["b"]) == ("1", "2")


def test_short_rows_are_filled_with_nothing():
    [row] = read_rows(b"a,b,c\n1\n", ["a", "b", "c"])
    assert row.values == {"a": "1", "b": "", "c": ""}


def test_missing_columns_are_named():
    with pytest.raises(CsvError, match="b, c"):
        read_rows(b"a\n1\n", ["a", "b", "c"])


def test_an_empty_file_has_no_columns():
    with pytest.raises(CsvError, match="a"):
        read_rows(b"", ["a"])


def test_a_quote_that_never_ends_is_told():
    with pytest.raises(CsvError, match="3: unexpected end of data"):
        read_rows(b'a,b\n1,"x\n2,y\n', ["a", "b"])
