"""Nested nodes: their classes, their addresses, and the statements that follow from the record.

There are no blank nodes: a nested node is a fragment of its resource, named after its property and a digest
of its content, so that writing a record again gives the same triples. An agent with a web address is that
address.
"""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, Final

import msgspec

from repository.namespaces import PREFIXES
from repository.profile import forms
from repository.profile.row import Range
from repository.profile.spelling import SPELL, XSD, Spelt, resource_iri
from repository.profile.table import properties
from repository.record import Agent, CatalogRecord, Distribution, Record
from vocabularies.terms import Terms

RECORD_TYPES: Final = ("schema:LearningResource", "dcat:Dataset")

TYPES: Final[Mapping[str, str]] = {
    "attribution": "prov:Attribution",
    "catalog-record": "dcat:CatalogRecord",
    "checksum": "spdx:Checksum",
    "derivation": "prov:Derivation",
    "distribution": "dcat:Distribution",
    "source-word": "mu:SourceWord",
    "validation": "mu:Validation",
}
"""Range -> class of its nodes; that of an agent depends on its kind."""

AGENT_TYPES: Final[Mapping[str | None, str]] = {
    "organisation": "foaf:Organization",
    "person": "foaf:Person",
    None: "foaf:Agent",
}

AGENT_IDENTIFIER: Final = "dcterms:identifier"
"""Where the id of an agent stands that is no web address, and so cannot be its node."""

ORDERED: Final = tuple(
    (each, (f"{each.row.not_before}From", f"{each.key}Until")) for each in properties(Record) if each.row.not_before
)
"""Dates that may not come before another one, each with the keys of the two days that are compared."""

DERIVED: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = {
    "": {
        "wasDerivedFrom": ("prov:wasDerivedFrom", "@id"),
        **{key: (f"mu:{key}", XSD + "date") for _, keys in ORDERED for key in keys},
    },
    "agent": {"identifier": (AGENT_IDENTIFIER, "")},
    "catalog-record": {
        "primaryTopic": ("foaf:primaryTopic", "@id"),
        "modified": ("dcterms:modified", XSD + "dateTime"),
    },
    "distribution": {"licence": ("dcterms:license", "@id")},
}
"""Range ("" for the record itself) -> JSON key -> (property, usual form), of statements that a writer adds.

prov:wasDerivedFrom stands beside the qualified derivation; the licence is copied down to each distribution as
DCAT-AP expects it; `issuedFrom` and `modifiedUntil` are the first and the last day that the two dates may
mean, so that dates of different precision can be compared (SHACL cannot compare a year with a day).
"""

Statements = list[tuple[str, Spelt]]


def type_of(kind: Range, node: Any) -> str:
    """The class of a nested node, as a prefixed name."""
    return AGENT_TYPES.get(node.kind, "foaf:Agent") if kind == "agent" else TYPES[kind]


def is_web_agent(node: Agent) -> bool:
    """Whether the agent is known by a web address, which is then its node."""
    return node.id is not None and forms.is_web_address(node.id)


def digest(node: msgspec.Struct) -> str:
    """Eight hexadecimal digits of a node's content (blake2b of its canonical JSON)."""
    try:
        content = msgspec.json.encode(node)
    except UnicodeEncodeError:
        content = msgspec.json.encode(without_surrogates(msgspec.to_builtins(node)))
    return blake2b(content, digest_size=4).hexdigest()


def fragment(name: str, node: msgspec.Struct) -> str:
    """The fragment of a nested node: the property's name and the node's digest, "creator-1a2b3c4d"."""
    return f"{name}-{digest(node)}"


def without_surrogates(value: Any) -> Any:
    """A tree of JSON values without lone surrogates, which UTF-8 cannot write."""
    if isinstance(value, str):
        return value.encode("utf-8", "ignore").decode()
    if isinstance(value, dict):
        return {key: without_surrogates(held) for key, held in value.items()}
    return [without_surrogates(each) for each in value] if isinstance(value, list) else value


def of_record(record: Record, terms: Terms) -> Statements:
    """What follows from the record as a whole."""
    found: Statements = [
        ("wasDerivedFrom", SPELL["resource"](each.source, each, terms)) for each in record.derivation if each.source
    ]
    for each, keys in ORDERED:
        later, earlier = getattr(record, each.attribute), getattr(record, each.row.not_before)
        if later and earlier and forms.date_type(later) and forms.date_type(earlier):
            days = forms.first_day(earlier), forms.last_day(later)
            found.extend((key, (XSD + "date", day)) for key, day in zip(keys, days, strict=True))
    return found


def _of_agent(node: Agent, _record: Record, _terms: Terms) -> Statements:
    return [("identifier", ("", node.id))] if node.id is not None and not is_web_agent(node) else []


def _of_catalog_record(node: CatalogRecord, record: Record, terms: Terms) -> Statements:
    found: Statements = [("primaryTopic", ("@id", resource_iri(record.id, terms)))]
    for moment in (node.harvested, node.datestamp):
        if moment and forms.is_timestamp(moment):
            return [*found, ("modified", (XSD + "dateTime", moment))]
    return found


def _of_distribution(_node: Distribution, record: Record, terms: Terms) -> Statements:
    return [] if record.licence is None else [("licence", SPELL["concept"](record.licence, record, terms))]


OF_NODE: Final[Mapping[str, Callable[[Any, Record, Terms], Statements]]] = {
    "agent": _of_agent,
    "catalog-record": _of_catalog_record,
    "distribution": _of_distribution,
}
"""Range -> what follows for one of its nodes from the record that holds it."""

TYPE: Final = PREFIXES["rdf"] + "type"
