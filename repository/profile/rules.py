"""Field rules: every constraint of the profile as a plain function, fast enough to run on every record.

The functions are put together once from the profile's table. They name the same shape IRIs as the SHACL
shapes (`repository.profile.shapes`). That a property with one place holds one value, and that a nested node
is a node, is already in the types of `repository.record`.
"""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, Final, Literal

from msgspec import Struct

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


Visit = Callable[[Any, str, Terms, list[Violation]], None]
"""(node, its key path with a dot after it, terms, violations to append to)."""

Test = Callable[[Any, Any, Terms], bool]
"""(value, the node that holds it, terms) -> whether the value has its form."""


def check(record: Record, terms: Terms, need: Literal["deposit", "harvest"] = "deposit") -> tuple[Violation, ...]:
    """All constraints that a record breaks, in the profile's order.

    A deposit must meet them all. Of a harvest only a record with neither title nor identifier is a violation
    (shape `constraints.IDENTIFIABLE`); the rest are warnings, to be reported to the partner.
    """
    found: list[Violation] = []
    for visit in _VISITS[""]:
        visit(record, "", terms, found)
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


_One = Callable[[Any, Any, str, Terms, list[Violation]], None]


def _of_value(each: Property) -> _One:
    test = _test(each)

    def one(value: Any, node: Any, key: str, terms: Terms, found: list[Violation]) -> None:
        if not test(value, node, terms):
            _report(found, each, FORM, key, value.value if isinstance(value, Text) else str(value))

    return one


def _of_text(each: Property) -> _One:
    def one(value: Text, _node: Any, key: str, _terms: Terms, found: list[Violation]) -> None:
        if not value.value or value.value.isspace():
            _report(found, each, FORM, key, value.value)
        if value.language is not None and forms.language_tag(value.language) is None:
            _report(found, each, LANGUAGE, key, value.language)

    return one


def _of_node(each: Property) -> _One:
    kind = each.row.range

    def one(value: Any, _node: Any, key: str, terms: Terms, found: list[Violation]) -> None:
        for visit in _VISITS[kind]:
            visit(value, key + ".", terms, found)

    return one


def _visit(each: Property) -> Visit:
    row, key, get = each.row, each.key, attrgetter(each.attribute)
    one = (_of_node if row.range in NODES else _of_text if row.range == "text" else _of_value)(each)
    mandatory, unique = is_mandatory(each), row.unique_language

    def visit_many(node: Any, prefix: str, terms: Terms, found: list[Violation]) -> None:
        held = get(node)
        if not held:
            if mandatory:
                _report(found, each, MIN, prefix + key, "")
            return
        for number, value in enumerate(held):
            one(value, node, f"{prefix}{key}[{number}]", terms, found)
        if unique and len(held) > 1:
            _check_languages(each, held, prefix + key, found)

    def visit_one(node: Any, prefix: str, terms: Terms, found: list[Violation]) -> None:
        value = get(node)
        if value is not None:
            one(value, node, prefix + key, terms, found)
        elif mandatory:
            _report(found, each, MIN, prefix + key, "")

    return visit_many if each.many else visit_one


def _check_languages(each: Property, held: tuple[Text, ...], key: str, found: list[Violation]) -> None:
    """Each language once; the same words twice in one language are one text."""
    tagged = {(tag, text.value) for text in held if text.language and (tag := forms.language_tag(text.language))}
    tags = [tag for tag, _ in tagged]
    for tag in sorted({tag for tag in tags if tags.count(tag) > 1}):
        _report(found, each, UNIQUE_LANGUAGE, key, forms.usual_case(tag))


_VISITS: Final[dict[str, tuple[Visit, ...]]] = {
    "": tuple(map(_visit, properties(Record))),
    **{kind: tuple(map(_visit, properties(struct))) for kind, struct in NODES.items()},
}
_KIT: Final = tuple(each for each in properties(Record) if each.row.kit)
