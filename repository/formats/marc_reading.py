"""UNIMARC and MARC 21 in XML -> a record: the fields that both have in common, and those of each.

Both stand in one namespace. Which one a record is in is told by its `format` or `type` attribute where that names
UNIMARC, else by the field of its title: 200 in UNIMARC, 245 in MARC 21. Every field that has no act keeps its words.
Source: UNIMARC Manual, Bibliographic Format (IFLA); MARC 21 Format for Bibliographic Data (LC); ISO 25577.
"""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from lxml import etree

from repository.errors import UnreadableRecord
from repository.formats import xml
from repository.formats.gathering import Gathering
from repository.formats.normalise import dates, identifiers
from repository.formats.reading import Reading
from vocabularies.terms import Terms

NAMESPACE: Final = "http://www.loc.gov/MARC21/slim"

_YEAR: Final = re.compile(r"(?<![0-9])(?:1[5-9]|20)[0-9]{2}(?![0-9])")
_ENDING: Final = re.compile(r"\s*[/:;,=]\s*$")
_MARKS: Final = re.compile("[\u0088\u0089\u0098\u009c\u00ac]")
_CODES: Final = re.compile(r"[a-z]{3}")


class Field(NamedTuple):
    """One data field: its tag, and its subfields in their order."""

    tag: str
    subfields: tuple[tuple[str, str], ...]

    def words(self, codes: str, joint: str = " ") -> str:
        """The subfields with these codes in one text, without the punctuation of cards at their ends."""
        held = [_ENDING.sub("", value).strip() for code, value in self.subfields if code in codes]
        return joint.join(value for value in held if value)

    def each(self, code: str) -> list[str]:
        return [value for given, value in self.subfields if given == code]


Act = Callable[[Gathering, str, Field], None]


def _take(act: str, codes: str = "a", joint: str = " ") -> Act:
    """One statement out of these subfields."""

    def taken(found: Gathering, element: str, field: Field) -> None:
        if value := field.words(codes, joint):
            found.take(act, element, value, None)

    return taken


def _number(name: str) -> Act:
    """An ISBN or ISSN; what follows it in the same subfield ("(broché)") is kept with it where it is none."""

    def taken(found: Gathering, element: str, field: Field) -> None:
        for value in field.each("a"):
            first = value.split()[0] if value.split() else ""
            known = identifiers.identifier(f"{name} {first}") or identifiers.identifier(first)
            found.take("identifier" if known else "relation", element, known or value, None)

    return taken


def _languages(found: Gathering, element: str, field: Field) -> None:
    for value in field.each("a"):
        for code in _CODES.findall(value.lower()) if len(value) % 3 == 0 else [value]:
            found.take("language", element, code, None)


def _country(found: Gathering, element: str, field: Field) -> None:
    for value in field.each("a"):
        found.draft.country(element, value.strip(), codes=True)


def _published(found: Gathering, element: str, field: Field, name: str, date: str) -> None:
    for value in field.each(name):
        found.take("publisher", f"{element}${name}", _ENDING.sub("", value).strip(" []"), None)
    for value in field.each(date):
        year = _YEAR.search(value)
        exact = value.strip(" .[]")
        found.take("date", f"{element}${date}", exact if dates.date(exact) or not year else year.group(), None)


def _unimarc_title(found: Gathering, element: str, field: Field) -> None:
    """The title proper with its further parts, and the parallel titles in their languages."""
    language = next(iter(field.each("z")), None)
    if title := field.words("aehi", " : "):
        found.take("title", element, title, None)
    for value in field.each("d"):
        found.take("title", f"{element}$d", _ENDING.sub("", value).strip(" ="), language)
    for value in field.each("f"):
        found.take("relation", f"{element}$f", value, None)


def _parallel(found: Gathering, element: str, field: Field) -> None:
    if title := field.words("ae", " : "):
        found.take("title", element, title, next(iter(field.each("z")), None))


def _person(act: str, order: str) -> Act:
    def taken(found: Gathering, element: str, field: Field) -> None:
        """A name as libraries file it ("Dossou, A."): entry element, then the rest."""
        found.take(act, element, field.words(order, ", ").strip(" ,"), None)

    return taken


_PUBLISHER_CODES: Final = ("650", "pbl")
_FUNDER_CODES: Final = ("723", "400", "fnd", "spn")


def _other(order: str) -> Act:
    def taken(found: Gathering, element: str, field: Field) -> None:
        """Somebody with a role: publishers and those who pay have a place of their own."""
        roles = field.each("4")
        act = "contributor"
        if any(role in _PUBLISHER_CODES for role in roles) and not found.draft.get("publisher"):
            act = "publisher"
        elif any(role in _FUNDER_CODES for role in roles):
            act = "funding"
        elif any(role in ("070", "aut") for role in roles):
            act = "creator"
        found.take(act, element, field.words(order, ", ").strip(" ,"), None)

    return taken


def _subject(codes: str) -> Act:
    def taken(found: Gathering, element: str, field: Field) -> None:
        """A heading with its subdivisions, as one keyword."""
        if heading := field.words(codes, " -- ").rstrip("."):
            found.take("subject", element, heading, None)

    return taken


def _keywords(found: Gathering, element: str, field: Field) -> None:
    for value in field.each("a"):
        found.take("subject", element, value, None)


def _place(found: Gathering, element: str, field: Field) -> None:
    for value in field.each("u"):
        found.take("identifier", element, value.strip(), None)
    for value in field.each("q"):
        found.take("format", element, value.strip(), None)
    for value in (*field.each("z"), *field.each("y"), *field.each("3")):
        found.take("relation", element, value, None)


UNIMARC: Final[dict[str, Act]] = {
    "010": _number("ISBN"),
    "011": _number("ISSN"),
    "017": _take("identifier"),
    "101": _languages,
    "102": _country,
    "200": _unimarc_title,
    "205": _take("version"),
    "210": lambda found, element, field: _published(found, element, field, "c", "d"),
    "214": lambda found, element, field: _published(found, element, field, "c", "d"),
    "310": _take("rights"),
    "371": _take("rights"),
    "330": _take("description"),
    "333": _take("audience"),
    "510": _parallel,
    "600": _subject("abxyz"),
    "601": _subject("abxyz"),
    "606": _subject("axyz"),
    "607": _subject("axyz"),
    "608": _take("type"),
    "610": _keywords,
    "700": _person("creator", "ab"),
    "701": _other("ab"),
    "702": _other("ab"),
    "710": _person("creator", "ab"),
    "711": _other("ab"),
    "712": _other("ab"),
    "856": _place,
}
MARC21: Final[dict[str, Act]] = {
    "020": _number("ISBN"),
    "022": _number("ISSN"),
    "024": _take("identifier"),
    "041": _languages,
    "100": _person("creator", "a"),
    "110": _person("creator", "ab"),
    "111": _person("creator", "a"),
    "245": _take("title", "abnp", " : "),
    "246": _take("title", "ab", " : "),
    "250": _take("version"),
    "260": lambda found, element, field: _published(found, element, field, "b", "c"),
    "264": lambda found, element, field: _published(found, element, field, "b", "c"),
    "506": _take("access"),
    "520": _take("description"),
    "521": _take("audience"),
    "540": _take("rights"),
    "600": _subject("abxvyz"),
    "610": _subject("abxvyz"),
    "650": _subject("axvyz"),
    "651": _subject("axvyz"),
    "653": _keywords,
    "655": _take("type"),
    "700": _other("a"),
    "710": _other("ab"),
    "856": _place,
}
_SILENT: Final = frozenset(("001", "003", "005", "006", "007", "008", "100", "801", "040", "035", "181", "182"))
"""Control and coded fields, which say nothing about the resource that another field does not say in words; but
field 100 of MARC 21 is a person, and stands in its table."""


def read(data: bytes, terms: Terms) -> Reading:
    """The record of one MARC record element. Raises UnreadableRecord for what has no data fields."""
    root = xml.parse(data, format="MARC")
    record = next((each for each in root.iter() if isinstance(each.tag, str) and xml.local(each) == "record"), root)
    fields = [_field(each) for each in xml.children(record, "datafield")]
    if not fields:
        raise UnreadableRecord(format="MARC", reason=f"the element {xml.local(root)} holds no datafield")
    name, acts = ("unimarc", UNIMARC) if _is_unimarc(record, fields) else ("marc", MARC21)
    found = Gathering(terms)
    if acts is MARC21:
        _fixed_language(found, record, fields)
    for field in fields:
        act = acts.get(field.tag)
        element = f"{name}:{field.tag}"
        if act is not None:
            act(found, element, field)
        elif field.tag not in _SILENT:
            found.take("relation", element, field.words("abcdefghijklmnopqrstuvwxyz"), None)
    return found.reading()


def _is_unimarc(record: etree._Element, fields: list[Field]) -> bool:
    named = f"{record.get('format', '')} {record.get('type', '')}".lower()
    if "unimarc" in named:
        return True
    tags = {field.tag for field in fields}
    return "200" in tags and "245" not in tags


def _fixed_language(found: Gathering, record: etree._Element, fields: list[Field]) -> None:
    """The language in the fixed field 008 of MARC 21, characters 35 to 37, where field 041 gives none."""
    if any(field.tag == "041" for field in fields):
        return
    for each in xml.children(record, "controlfield"):
        code = (each.text or "")[35:38].strip()
        if each.get("tag") == "008" and code.isalpha() and code not in ("und", "zxx", "mul"):
            found.take("language", "marc:008", code, None)


def _field(element: etree._Element) -> Field:
    held = tuple((each.get("code", ""), _MARKS.sub("", xml.words(each))) for each in xml.children(element, "subfield"))
    return Field(element.get("tag", ""), held)
