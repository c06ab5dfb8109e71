"""Which constraints a property has, the address of each one's shape, and its sentence.

The field rules, the SHACL shapes, the labels and the reference page all walk this list, so that a fault has the
same name wherever it is found.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from repository.namespaces import SHAPE
from repository.profile.forms import CHECKSUMS
from repository.profile.row import Range, Row
from repository.profile.table import NODES, Property
from vocabularies.concept import Concept
from vocabularies.terms import Terms

IDENTIFIABLE: Final = SHAPE + "identifiable"
"""The shape of a record that has a title or an identifier: the only one that keeps a harvested record out."""

FORM, MIN, MAX = "form", "min", "max"
LANGUAGE, UNIQUE_LANGUAGE, ORDER, KIT = "language", "unique-language", "order", "kit"

SENTENCES: Final[Mapping[str, str]] = {
    MIN: "{label}: give at least one value.",
    MAX: "{label}: give one value only.",
    LANGUAGE: "{label}: {value} is not a language tag; choose a language such as fr, pt or en.",
    UNIQUE_LANGUAGE: "{label}: two texts have the language {value}; keep one of them.",
    ORDER: "{label}: {value} comes before the date in the field {other}; correct one of the two.",
    KIT: "{label}: a document that belongs to a kit needs at least one value here.",
    "identifiable": "The record has neither a title nor an identifier; give it one of the two.",
}
"""Constraint -> sentence in English, which is also its key in the catalogue of messages."""

FORMS: Final[Mapping[Range, str]] = {
    "text": "{label}: the text is empty; write something or remove it.",
    "string": "{label}: the value is empty; write something or remove it.",
    "concept": "{label}: {value} is not in the list {scheme}; choose a term from that list.",
    "resource": (
        "{label}: {value} is neither a resource of this catalogue nor the address of another one; correct it."
    ),
    "url": "{label}: {value} is not a web address; write one that begins with http:// or https://.",
    "date": "{label}: {value} is not a date; write a year, a month or a day, such as 2024, 2024-05 or 2024-05-31.",
    "timestamp": "{label}: {value} is not a time in UTC; write it like 2024-05-31T12:00:00Z.",
    "duration": "{label}: {value} is not a duration; write it like PT40H (40 hours) or P3M (3 months).",
    "integer": "{label}: {value} is not a whole number; write 0 or more, in digits only.",
    "media-type": "{label}: {value} is not a media type; write it like application/pdf.",
    "hexadecimal": (
        "{label}: {value} is not a checksum of the chosen algorithm; "
        "copy all of its digits (0 to 9 and a to f, in lower case)."
    ),
    "checksum-algorithm": "{label}: {value} is not a checksum algorithm known here; choose one of: "
    f"{', '.join(CHECKSUMS)}.",
    "source": "{label}: {value} is not the name of a source; use letters, digits, dots and hyphens only.",
}
"""Range -> sentence about a value that does not have its form."""

NODE: Final = "{label}: {value} stands where a description with fields of its own is expected; describe it."


def shape_iri(name: str, constraint: str = FORM) -> str:
    """The address of one constraint of the property `name`; that of its form is the property's own."""
    return SHAPE + name if constraint == FORM else f"{SHAPE}{name}/{constraint}"


def is_term_for(concept: Concept, row: Row) -> bool:
    """Whether a property may hold a concept: one of its schemes and, of LOM's value lists, its own list."""
    if concept.scheme not in row.scheme:
        return False
    return concept.scheme != "lom" or (concept.notation or "").startswith(f"{row.lom}-")


def terms_for(each: Property, terms: Terms) -> list[Concept]:
    """The concepts that a property may hold, scheme by scheme."""
    return [
        concept for scheme in each.row.scheme for concept in terms.in_scheme(scheme) if is_term_for(concept, each.row)
    ]


def is_mandatory(each: Property) -> bool:
    """Whether a deposit must have the property (in a nested node: whether the node must)."""
    return each.row.need == "M" or each.row.min > 0


@cache
def constraints(each: Property) -> tuple[str, ...]:
    """The constraints of a property, its form first."""
    row = each.row
    held = {
        FORM: True,
        MIN: is_mandatory(each),
        MAX: not each.many,
        LANGUAGE: row.range == "text",
        UNIQUE_LANGUAGE: row.unique_language,
        ORDER: bool(row.not_before),
        KIT: row.kit,
    }
    return tuple(constraint for constraint, applies in held.items() if applies)


def sentence(each: Property, constraint: str) -> str:
    """The sentence that tells a person what is wrong, in English with placeholders."""
    if constraint != FORM:
        return SENTENCES[constraint]
    return NODE if each.row.range in NODES else FORMS[each.row.range]
