"""Texts: entities that were escaped twice, markup, characters XML cannot hold, white space."""

import re
from html import unescape
from html.entities import html5
from typing import Final

import nh3

from repository.formats.xml import clean

_ENTITY: Final = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKUP: Final = re.compile(
    r"</?(a|abbr|article|b|big|blockquote|body|br|center|cite|code|dd|div|dl|dt|em|font|h[1-6]|head|hr|html|i|img|li|"
    r"ol|p|pre|s|script|section|small|span|strike|strong|style|sub|sup|table|tbody|td|th|thead|tr|tt|u|ul)"
    r"(\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_BREAK: Final = re.compile(r"</?(br|p|div|li|tr|h[1-6]|blockquote|section|article|hr)(\s[^<>]*)?/?>", re.IGNORECASE)
_PARAGRAPH: Final = re.compile(r"\n[ \t\r\f\v]*(?:\n\s*)+")


def tidy(value: str, *, paragraphs: bool = False) -> tuple[str, tuple[str, ...]]:
    """The text as people read it, and the names of the rules that changed its words ("entities", "markup").

    White space is folded without a rule's name: no word changes. `paragraphs` keeps blank lines as such.
    """
    if value.isprintable() and "&" not in value and "<" not in value and "  " not in value:
        return value.strip(" "), ()  # nothing for any rule: printable text has no white space but single spaces
    rules: list[str] = []
    found = clean(value)
    if (decoded := without_entities(found)) != found:
        rules.append("entities")
        found = clean(decoded)
    if "<" in found and _MARKUP.search(found):
        rules.append("markup")
        found = clean(without_markup(found))
    return fold(found, paragraphs=paragraphs), tuple(rules)


def without_entities(value: str) -> str:
    """Named and numbered entities decoded until none is left (at most three times); a bare "&" stays."""
    for _ in range(3):
        if "&" not in value:
            break
        decoded = _ENTITY.sub(_decode, value)
        if decoded == value:
            break
        value = decoded
    return value


def _decode(found: re.Match[str]) -> str:
    name = found.group(1)
    return unescape(found.group()) if name.startswith("#") or f"{name};" in html5 else found.group()


def without_markup(value: str) -> str:
    """The words of a text with HTML in it; scripts and styles go with their content, blocks become lines."""
    kept = _BREAK.sub("\n\n", value.replace("&", "&amp;"))
    plain: str = nh3.clean(kept, tags=set())
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&nbsp;", " ").replace("&amp;", "&")


def fold(value: str, *, paragraphs: bool = False) -> str:
    """Runs of white space as one space; with `paragraphs`, blank lines between paragraphs stay."""
    if paragraphs and "\n" in value:
        return "\n\n".join(part for each in _PARAGRAPH.split(value) if (part := " ".join(each.split())))
    return " ".join(value.split())
