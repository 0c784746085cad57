"""Stylesheets cut down to what a document uses.

A report's stylesheet holds thousands of rules for screens; wkhtmltopdf reads it again
for each page's header, body and footer, which takes far longer than the page itself.
"""

import re
from typing import NamedTuple

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_NEGATION = re.compile(r":not\([^()]*\)")
_NAME = re.compile(r"[.#]((?:[\w-]|\\.)+)")
_ATTRIBUTE = re.compile(r'\b(?:class|id)\s*=\s*"([^"]*)"')
_NESTED = ("@media", "@supports")


class Rule(NamedTuple):
    """A rule of a stylesheet.

    :param names: per selector, the classes and ids that an element must have
    :param rules: those of a block such as ``@media``; ``None`` for a plain rule
    """

    selector: str
    text: str
    names: tuple = ()
    rules: tuple | None = None


def parse(css):
    """Give the rules of a stylesheet in their order."""
    return tuple(_parse(_COMMENT.sub("", css)))


def prune(rules, used):
    """Give the text of those `rules` that may concern a document.

    :param used: the classes and ids of the document, a set
    """
    parts = []
    for rule in rules:
        if rule.rules is not None:
            inner = prune(rule.rules, used)
            if inner:
                parts.append(f"{rule.selector}{{{inner}}}")
        elif not rule.names or any(names <= used for names in rule.names):
            parts.append(f"{rule.selector}{{{rule.text}}}")
    return "".join(parts)


def find_names(html):
    """Give the classes and ids that occur in a document."""
    return {name for value in _ATTRIBUTE.findall(html) for name in value.split()}


def _parse(css):
    place = 0
    while (opening := css.find("{", place)) >= 0:
        selector = css[place:opening].rpartition(";")[2].strip()
        closing = _find_closing(css, opening)
        text = css[opening + 1 : closing]
        place = closing + 1
        if selector.startswith(_NESTED):
            yield Rule(selector, "", rules=tuple(_parse(text)))
        elif selector.startswith("@"):
            yield Rule(selector, text)
        else:
            yield Rule(selector, text, _get_names(selector))


def _find_closing(css, opening):
    depth, place = 1, opening + 1
    while depth:
        nearest = css.find("}", place)
        if nearest < 0:
            return len(css)
        depth += css.count("{", place, nearest) - 1
        place = nearest + 1
    return place - 1


def _get_names(selector):
    alternatives = _NEGATION.sub("", selector).split(",")
    return tuple(frozenset(_NAME.findall(part)) for part in alternatives)
