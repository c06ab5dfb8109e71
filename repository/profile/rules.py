"""Field rules: every constraint of the profile as a plain function, fast enough to run on every record.

The functions are put together once from the profile's table. They name the same shape IRIs as the SHACL
shapes (`repository.profile.shapes`). That a property with one place holds one value, and that a nested node
is a node, is already in the types of `repository.record`.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from repository.namespaces import MU
from repository.profile import forms
from repository.profile.constraints import (
    FORM,
    IDENTIFIABLE,
    KIT,
    LANGUAGE,
    MIN,
    ORDER,
    SENTENCES,
    UNIQUE_LANGUAGE,
    is_mandatory,
    is_term_for,
    sentence,
    shape_iri,
)
from repository.profile.nodes import ORDERED
from repository.profile.row import Range, Row
from repository.profile.spelling import SPELL
from repository.profile.table import NODES, Property, properties
from repository.record import Record, Text
from vocabularies.terms import Terms

KIT_PART: Final = MU + "kitPart"
"""Property of the resource types that belong to a kit."""

Severity = Literal["violation", "warning"]


class Violation(Struct, frozen=True):
    """One constraint that one value breaks.

    `shape` is the IRI of the constraint's SHACL shape; `key` the place in the record's JSON
    ("distribution[0].mediaType"); `value` what was found there ("" where nothing was); `message` the English
    sentence with placeholders, to be told through `repository.profile.labels.tell`.
    """

    shape: str
    key: str
    value: str
    message: str
    severity: Severity = "violation"


VisitAll = Callable[[Any, str, Terms, list[Violation]], None]
"""(node, its key path with a dot after it, terms, violations to append to)."""

Visit = Callable[[Any, Any, str, Terms, list[Violation]], None]
"""(the value or values of one property, the node that holds them, and the rest as above)."""

Test = Callable[[Any, Any, Terms], bool]
"""(value, the node that holds it, terms) -> whether the value has its form."""


def check(record: Record, terms: Terms, need: Literal["deposit", "harvest"] = "deposit") -> tuple[Violation, ...]:
    """All constraints that a record breaks, in the profile's order.

    A deposit must meet them all. Of a harvest only a record with neither title nor identifier is a violation
    (shape `constraints.IDENTIFIABLE`); the rest are warnings, to be reported to the partner.
    """
    found: list[Violation] = []
    _VISITS[""](record, "", terms, found)
    _check_order(record, found)
    if need == "deposit":
        _check_kit(record, terms, found)
        return tuple(found)
    warnings = tuple(Violation(each.shape, each.key, each.value, each.message, "warning") for each in found)
    if is_identifiable(record):
        return warnings
    return (Violation(IDENTIFIABLE, "title", "", SENTENCES["identifiable"]), *warnings)


def is_identifiable(record: Record) -> bool:
    """Whether the record has a title or an identifier that is not blank."""
    return any(map(_is_text, record.title)) or any(map(_is_string, record.identifier))


def is_kit_part(record: Record, terms: Terms) -> bool:
    """Whether one of the record's resource types belongs to a kit."""
    return any(is_kit_type(iri, terms) for iri in record.resource_type)


def is_kit_type(iri: str, terms: Terms) -> bool:
    """Whether the vocabulary says of a resource type, or of a broader one, that it is part of a kit."""
    return any(
        True in concept.property_values(KIT_PART)
        for each in (iri, *terms.ancestors(iri))
        if (concept := terms.concepts.get(each)) is not None
    )


def _report(found: list[Violation], each: Property, constraint: str, key: str, value: str) -> None:
    found.append(Violation(shape_iri(each.name, constraint), key, value, sentence(each, constraint)))


def _check_order(record: Record, found: list[Violation]) -> None:
    for each, _ in ORDERED:
        later, earlier = getattr(record, each.attribute), getattr(record, each.row.not_before)
        known = later and earlier and forms.date_type(later) and forms.date_type(earlier)
        if known and forms.last_day(later) < forms.first_day(earlier):
            _report(found, each, ORDER, each.key, later)


def _check_kit(record: Record, terms: Terms, found: list[Violation]) -> None:
    missing = [each for each in _KIT if not getattr(record, each.attribute)]
    if missing and is_kit_part(record, terms):
        for each in missing:
            _report(found, each, KIT, each.key, "")


def _is_text(value: Text) -> bool:
    return bool(value.value) and not value.value.isspace()


def _is_string(value: str) -> bool:
    return bool(value) and not value.isspace()


def _text(value: Text, _node: Any, _terms: Terms) -> bool:
    return _is_text(value)


def _string(value: str, _node: Any, _terms: Terms) -> bool:
    return _is_string(value)


def _url(value: str, _node: Any, _terms: Terms) -> bool:
    return forms.is_web_address(value)


_OWN: Final[Mapping[Range, Test]] = {"text": _text, "string": _string, "url": _url}


def _test(each: Property) -> Test:
    if each.row.range == "concept":
        return _of_scheme(each.row)
    return _OWN.get(each.row.range) or _well_spelt(each.row.range)


def _of_scheme(row: Row) -> Test:
    def test(value: str, _node: Any, terms: Terms) -> bool:
        concept = terms.concepts.get(value)
        return concept is not None and is_term_for(concept, row)

    return test


def _well_spelt(kind: Range) -> Test:
    """A value has its form where a writer would not have to leave it a plain string."""
    spell = SPELL[kind]

    def test(value: Any, node: Any, terms: Terms) -> bool:
        return spell(value, node, terms)[0] != ""

    return test


_One = Callable[[Any, Any, Terms, list[Violation]], None]
"""(value, the node that holds it, terms, violations to append to). Their keys begin at the value, and are completed
by the caller: most values break nothing, so no key is written before one does."""


def _of_value(each: Property) -> _One:
    test = _test(each)

    def one(value: Any, node: Any, terms: Terms, found: list[Violation]) -> None:
        if not test(value, node, terms):
            _report(found, each, FORM, "", value.value if isinstance(value, Text) else str(value))

    return one


def _of_text(each: Property) -> _One:
    def one(value: Text, _node: Any, _terms: Terms, found: list[Violation]) -> None:
        if not value.value or value.value.isspace():
            _report(found, each, FORM, "", value.value)
        if value.language is not None and forms.language_tag(value.language) is None:
            _report(found, each, LANGUAGE, "", value.language)

    return one


def _of_node(each: Property) -> _One:
    kind = each.row.range

    def one(value: Any, _node: Any, terms: Terms, found: list[Violation]) -> None:
        _VISITS[kind](value, ".", terms, found)

    return one


def _visit(each: Property) -> Visit:
    """What is done with one property's value, or values; where it has none, see `_visit_all`."""
    key, unique = each.key, each.row.unique_language
    one = (_of_node if each.row.range in NODES else _of_text if each.row.range == "text" else _of_value)(each)

    def visit_many(held: Any, node: Any, prefix: str, terms: Terms, found: list[Violation]) -> None:
        for number, value in enumerate(held):
            before = len(found)
            one(value, node, terms, found)
            if len(found) > before:
                _complete(found, before, f"{prefix}{key}[{number}]")
        if unique and len(held) > 1:
            _check_languages(each, held, prefix + key, found)

    def visit_one(held: Any, node: Any, prefix: str, terms: Terms, found: list[Violation]) -> None:
        before = len(found)
        one(held, node, terms, found)
        if len(found) > before:
            _complete(found, before, prefix + key)

    return visit_many if each.many else visit_one


def _complete(found: list[Violation], start: int, beginning: str) -> None:
    """Put the beginning of their keys to the violations from `start` on."""
    found[start:] = [replace(each, key=beginning + each.key) for each in found[start:]]


def _visit_all(struct: type[Struct]) -> VisitAll:
    """The rules of a record or nested node. All values are fetched at once, since most properties hold none."""
    rows = tuple((each, _visit(each), is_mandatory(each)) for each in properties(struct))
    get = attrgetter(*(each.attribute for each, _, _ in rows))

    def visit_all(node: Any, prefix: str, terms: Terms, found: list[Violation]) -> None:
        for (each, visit, mandatory), held in zip(rows, get(node), strict=True):
            if held or (held is not None and held != ()):  # "" and 0 are values
                visit(held, node, prefix, terms, found)
            elif mandatory:
                _report(found, each, MIN, prefix + each.key, "")

    return visit_all


def _check_languages(each: Property, held: tuple[Text, ...], key: str, found: list[Violation]) -> None:
    """Each language once; the same words twice in one language are one text."""
    tagged = {(tag, text.value) for text in held if text.language and (tag := forms.language_tag(text.language))}
    tags = [tag for tag, _ in tagged]
    for tag in sorted({tag for tag in tags if tags.count(tag) > 1}):
        _report(found, each, UNIQUE_LANGUAGE, key, forms.usual_case(tag))


_VISITS: Final[dict[str, VisitAll]] = {
    "": _visit_all(Record),
    **{kind: _visit_all(struct) for kind, struct in NODES.items()},
}
_KIT: Final = tuple(each for each in properties(Record) if each.row.kit)
