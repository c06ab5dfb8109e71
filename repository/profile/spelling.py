"""How a value of each range is spelt in RDF, and read back: one table for the N-Triples and JSON-LD writers.

A value whose form is wrong (a date that does not exist, an address that is no IRI) is written as a plain
string: nothing is lost, no reader stumbles over an ill-typed literal, and the SHACL shape that asks for the
type names the fault. Source: RDF 1.1 Concepts, section 3.3 (ill-typed literals).
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from repository.namespaces import MU, PREFIXES
from repository.profile import forms
from repository.profile.row import Range
from repository.record import Text
from vocabularies.terms import Terms

XSD: Final = PREFIXES["xsd"]
IANA: Final = "https://www.iana.org/assignments/media-types/"
"""Media types are IRIs under this address, as DCAT 3 asks (range dcterms:MediaType)."""

ALGORITHM: Final = PREFIXES["spdx"] + "checksumAlgorithm_"
MALFORMED: Final = MU + "malformedLanguage"
"""Datatype of a text whose language tag is not well-formed, which no RDF syntax can carry as a tag."""

Spelt = tuple[str, str]
"""(form, text): form "@id" for an IRI, a datatype IRI for a typed literal, "" for a plain string."""

Spell = Callable[[Any, Any, Terms], Spelt]
"""(value, the node that holds it, terms) -> how it is written."""


def source_iri(identifier: str, terms: Terms) -> str:
    """The IRI of a registered source."""
    return f"{terms.base_iri}source/{identifier}"


def resource_iri(identifier: str, terms: Terms) -> str:
    """The IRI of a record's resource, safe to stand in any RDF syntax."""
    iri = terms.resource_iri(identifier)
    return forms.absolute_iri(iri) or forms.absolute_iri(f"{terms.base_iri}resource/{iri}") or iri


def text(value: Text) -> tuple[str, str]:
    """(language tag in lower case or "", datatype or "") of a text."""
    if value.language is None:
        return "", ""
    tag = forms.language_tag(value.language)
    return (tag, "") if tag else ("", MALFORMED)


def _string(value: str, _node: Any, _terms: Terms) -> Spelt:
    return "", value


def _concept(value: str, _node: Any, _terms: Terms) -> Spelt:
    iri = forms.known_iri(value)
    return ("@id", iri) if iri else ("", value)


def _url(value: str, _node: Any, _terms: Terms) -> Spelt:
    iri = forms.absolute_iri(value)
    return ("@id", iri) if iri else ("", value)


def _resource(value: str, _node: Any, terms: Terms) -> Spelt:
    iri = forms.absolute_iri(terms.resource_iri(value)) if value else None
    return ("@id", iri) if iri else ("", value)


def _date(value: str, _node: Any, _terms: Terms) -> Spelt:
    kind = forms.date_type(value)
    return (XSD + kind if kind else "", value)


def _timestamp(value: str, _node: Any, _terms: Terms) -> Spelt:
    return (XSD + "dateTime" if forms.is_timestamp(value) else "", value)


def _duration(value: str, _node: Any, _terms: Terms) -> Spelt:
    return (XSD + "duration" if forms.is_duration(value) else "", value)


def _integer(value: int, _node: Any, _terms: Terms) -> Spelt:
    right = type(value) is int and value >= 0
    return (XSD + "nonNegativeInteger" if right else "", str(value))


def _media_type(value: str, _node: Any, _terms: Terms) -> Spelt:
    return ("@id", IANA + value) if forms.is_media_type(value) else ("", value)


def _hexadecimal(value: str, node: Any, _terms: Terms) -> Spelt:
    return (XSD + "hexBinary" if forms.is_checksum(value, node.algorithm) else "", value)


def _algorithm(value: str, _node: Any, _terms: Terms) -> Spelt:
    return ("@id", ALGORITHM + value) if value in forms.CHECKSUMS else ("", value)


def _source(value: str, _node: Any, terms: Terms) -> Spelt:
    return ("@id", source_iri(value, terms)) if forms.is_source_id(value) else ("", value)


SPELL: Final[Mapping[Range, Spell]] = {
    "string": _string,
    "concept": _concept,
    "resource": _resource,
    "url": _url,
    "date": _date,
    "timestamp": _timestamp,
    "duration": _duration,
    "integer": _integer,
    "media-type": _media_type,
    "hexadecimal": _hexadecimal,
    "checksum-algorithm": _algorithm,
    "source": _source,
}
"""Range -> how its values are written; texts and nested nodes are written by their own structure."""

COERCED: Final[Mapping[Range, str]] = {
    "concept": "@id",
    "resource": "@id",
    "url": "@id",
    "media-type": "@id",
    "checksum-algorithm": "@id",
    "source": "@id",
    "timestamp": XSD + "dateTime",
    "duration": XSD + "duration",
    "integer": XSD + "nonNegativeInteger",
    "hexadecimal": XSD + "hexBinary",
}
"""Range -> the form that all its well-formed values take; dates have three and are not here."""


def _local(text: str, terms: Terms) -> str:
    return terms.local_id(text)


READ: Final[Mapping[Range, Callable[[str, Terms], str | int]]] = {
    "resource": _local,
    "source": lambda text, terms: text.removeprefix(f"{terms.base_iri}source/"),
    "media-type": lambda text, _terms: text.removeprefix(IANA),
    "checksum-algorithm": lambda text, _terms: text.removeprefix(ALGORITHM),
    "integer": lambda text, _terms: int(text),
}
"""Range -> the record's value from the text of an IRI or literal; the other ranges take the text as it is.

Raises ValueError where an integer is none.
"""
