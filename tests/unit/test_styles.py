"""Stylesheets cut down to what a document uses."""

import pytest

from odoo.addons.ar_collections.tools import styles


@pytest.mark.parametrize(
    ("css", "used", "expected"),
    [
        ("p{margin:0}", set(), "p{margin:0}"),
        (".a{x:1}.b{x:2}", {"b"}, ".b{x:2}"),
        (".a .b{x:1}", {"a"}, ""),
        (".a .b{x:1}", {"a", "b"}, ".a .b{x:1}"),
        (".a,.b{x:1}", {"b"}, ".a,.b{x:1}"),
        ("#id{x:1}", {"id"}, "#id{x:1}"),
        ("table:not(.b) td{x:1}", set(), "table:not(.b) td{x:1}"),
        (".a:not(.b){x:1}", {"a"}, ".a:not(.b){x:1}"),
        ("@media print{.a{x:1}.b{x:2}}", {"a"}, "@media print{.a{x:1}}"),
        ("@media print{.b{x:2}}.a{x:1}", {"a"}, ".a{x:1}"),
        ("@font-face{src:url(a)}", set(), "@font-face{src:url(a)}"),
        ('@charset "utf-8";p{x:1}', set(), "p{x:1}"),
        ("/* .b{ } */p{x:1}", set(), "p{x:1}"),
        ("", {"a"}, ""),
        ("p{x:1", set(), "p{x:1}"),
    ],
)
def test_rules_that_may_concern_a_document_stay(css, used, expected):
    assert styles.prune(styles.parse(css), used) == expected


def test_names_of_a_document():
    html = '<div class="a  b"><p id="c" data-class="no">class="d"</p></div>'
    assert styles.find_names(html) >= {"a", "b", "c"}


def test_rules_keep_their_order():
    css = ".a{x:1}p{x:2}.a{x:3}"
    assert styles.prune(styles.parse(css), {"a"}) == css
