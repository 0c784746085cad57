"""The translations that are shipped: complete, polite, with all their placeholders."""

import ast
import re
from pathlib import Path

import polib
import pytest

from odoo.addons.ar_collections.sentences import SENTENCES

ADDON = Path(__file__).parents[2] / "ar_collections"
FOLDER = ADDON / "i18n"
# All that these say is read by customers.
SPEAKING_MODULES = ("ar_late_fee_notice_words", "ar_late_fee_texts")
LANGUAGES = ("de", "fr", "es", "nl")
# Placeholders of Python, of templates and of views; tags of what is not text.
PLACEHOLDER = re.compile(
    r"%\(\w+\)[sd]|\{\{.*?\}\}|t-out=[\"'][\w.]+[\"']|<(?:br|img|i|b|strong|ol|li)\b"
)
# How one speaks to friends, which customers are not.
FAMILIAR = {
    "de": r"\b(du|dich|dir|dein\w*)\b",
    "fr": r"\b(tu|toi|ton|ta|tes)\b",
    "es": r"\b(tú|tu|tus|te|ti)\b",
    "nl": r"\b(je|jij|jou|jouw)\b",
}
BLAME = {
    "de": r"\b(versäum\w*|Schuldner|Säum\w*|unverzüglich|sofort|Inkasso|Drohung)\b",
    "fr": r"\b(débiteur|négligence|immédiatement|menace|huissier|défaillant)\b",
    "es": r"\b(deudor|moroso|inmediatamente|amenaza|embargo|incumplimiento)\b",
    "nl": r"\b(schuldenaar|wanbetaler|onmiddellijk|dreig\w*|deurwaarder|nalatig)\b",
}


def read(lang):
    return polib.pofile(str(FOLDER / f"{lang}.po"))


def is_read_by_customers(entry):
    """Leave out the names of laws, which choose their own words."""
    return not any("legal_basis" in place for place, _line in entry.occurrences)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_placeholders_are_those_of_the_source(lang):
    for entry in read(lang):
        expected = sorted(PLACEHOLDER.findall(entry.msgid))
        assert sorted(PLACEHOLDER.findall(entry.msgstr)) == expected, entry.msgid


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_sentence_is_translated(lang):
    known = {entry.msgid: entry.msgstr for entry in read(lang)}
    for sentence in SENTENCES.values():
        assert known.get(sentence._source), sentence._source


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nobody_is_shouted_at_blamed_or_called_by_the_first_name(lang):
    for entry in filter(is_read_by_customers, read(lang)):
        text = re.sub(r"<[^>]*>|\{\{.*?\}\}|%\(\w+\)s", " ", entry.msgstr)
        assert not re.search(r"[!¡]", text), entry.msgstr
        for words in (FAMILIAR[lang], BLAME[lang]):
            assert not re.search(words, text, re.IGNORECASE), entry.msgstr


def test_all_languages_have_the_same_terms():
    terms = {lang: {entry.msgid for entry in read(lang)} for lang in LANGUAGES}
    assert len({frozenset(found) for found in terms.values()}) == 1


def read_terms(module):
    """Give the texts that a module has translated."""
    tree = ast.parse((ADDON / "models" / f"{module}.py").read_text())
    return [
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "_"
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("module", SPEAKING_MODULES)
def test_what_is_said_of_late_fees_is_translated(lang, module):
    known = {
        entry.msgid: entry.msgstr
        for entry in read(lang)
        if "odoo-python" in entry.comment
    }
    terms = read_terms(module)
    assert len(terms) > 5
    assert [term for term in terms if not known.get(term)] == []
