"""SKOS: RDF into vocabularies and back. Pure. Source: SKOS Reference (W3C, 18 August 2009).

One table per kind of statement says which predicate fills which attribute; what no table knows is kept in
`Concept.properties`, so that reading and writing a file lose no statement about a concept but the shape of
blank nodes, whose leaves are kept.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import pyoxigraph as ox

from repository.formats import graph
from repository.formats.ntriples import XSD
from repository.namespaces import expand
from repository.record import Text
from repository.thrift import HARDLY_EVER, collecting_seldom
from vocabularies.concept import Collection, Concept, Scheme, Vocabulary
from vocabularies.statements import (
    DEPRECATED,
    LINKS,
    NOTATION,
    SCHEME_STRINGS,
    SCHEME_TEXTS,
    SKOS,
    TEXTS,
    TYPE,
    XL,
    text_order,
    value_order,
)
from vocabularies.turtle import triples, write

__all__ = ("read", "triples", "write")


_ABOUT_CONCEPTS: Final = {SKOS + name for name in ("inScheme", "topConceptOf", "broader", "narrower")}
_ABOUT_SCHEMES: Final = {SKOS + name for name in ("inScheme", "topConceptOf", "narrower", "hasTopConcept")}
_COLLECTIONS: Final = {SKOS + "Collection", SKOS + "OrderedCollection"}

Node = ox.NamedNode | ox.BlankNode | ox.Literal
Statements = dict[Any, list[tuple[str, Any]]]


def read(
    data: bytes, syntax: str | None = None, ids: Mapping[str, str] | None = None
) -> tuple[list[Vocabulary], list[Collection]]:
    """The schemes of a file with their concepts, and its collections, each in the order of their addresses.

    `syntax` is a media type or extension of `graph.SYNTAXES`, None to look at the data. `ids` gives the short
    ids of schemes by their IRI; others take the last part of theirs. A concept in several schemes goes to the
    first; one in none goes where those go whose addresses begin alike, else to the largest. Raises UnreadableRecord.
    """
    return read_together([data], syntax, ids)


def read_together(
    files: Iterable[bytes], syntax: str | None = None, ids: Mapping[str, str] | None = None
) -> tuple[list[Vocabulary], list[Collection]]:
    """`read` for a vocabulary that is given in several files: names in one, definitions in another."""
    about: Statements = {}
    with collecting_seldom(HARDLY_EVER):
        for data in files:
            for subject, predicate, value in graph.parse(data, syntax):
                about.setdefault(subject, []).append((predicate, value))
        reader = _Reader(about, dict(ids or {}))
        return reader.vocabularies(), reader.collections()


class _Reader:
    """One graph being read: the statements by subject, and what their inverses say."""

    def __init__(self, about: Statements, ids: dict[str, str]) -> None:
        self.about = about
        self.ids = ids
        self.types = {node: set(_iris(held, TYPE)) for node, held in about.items()}
        self.broader = self._inverse("narrower")
        self.top = self._inverse("hasTopConcept")
        self.related = self._inverse("related")

    def _inverse(self, name: str) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for subject, held in self.about.items():
            if isinstance(subject, ox.NamedNode):
                for value in _iris(held, SKOS + name):
                    found.setdefault(value, set()).add(subject.value)
        return found

    def vocabularies(self) -> list[Vocabulary]:
        grouped: dict[str, list[tuple[str, Any]]] = {iri: [] for iri in self._scheme_iris()}
        loose: list[tuple[str, Any]] = []
        for node in self.about:
            if isinstance(node, ox.NamedNode) and self._is_concept(node):
                schemes = self._schemes_of(node)
                (grouped.setdefault(schemes[0], []) if schemes else loose).append((node.value, node))
        for scheme, iri, node in list(self._housed(grouped, loose)):
            grouped.setdefault(scheme, []).append((iri, node))
        taken: set[str] = set()
        return [self._vocabulary(iri, held, taken) for iri, held in sorted(grouped.items())]

    def _scheme_iris(self) -> Iterator[str]:
        for node, types in self.types.items():
            if isinstance(node, ox.NamedNode) and SKOS + "ConceptScheme" in types:
                yield node.value

    def _is_concept(self, node: ox.NamedNode) -> bool:
        types = self.types[node]
        if SKOS + "Concept" in types:
            return True
        if types & {SKOS + "ConceptScheme", *_COLLECTIONS}:
            return False
        predicates = {predicate for predicate, _ in self.about[node]}
        return bool(predicates & _ABOUT_CONCEPTS) or (not types and SKOS + "prefLabel" in predicates)

    def _schemes_of(self, node: ox.NamedNode) -> list[str]:
        held = self.about[node]
        named = {*_iris(held, SKOS + "inScheme"), *_iris(held, SKOS + "topConceptOf")}
        return sorted(named | self.top.get(node.value, set()))

    def _housed(
        self, grouped: Mapping[str, Sequence[tuple[str, Any]]], loose: list[tuple[str, Any]]
    ) -> Iterator[tuple[str, str, Any]]:
        """Concepts that name no scheme, each with the one that it is put into."""
        starts: dict[str, str] = {}
        ranked = sorted(grouped, key=lambda iri: (-len(grouped[iri]), iri))
        for scheme in ranked:
            for iri, _ in grouped[scheme]:
                starts.setdefault(_start(iri), scheme)
        [only] = self.ids if not ranked and len(self.ids) == 1 else [""]
        largest = ranked[0] if ranked else only
        for iri, node in loose:
            yield starts.get(_start(iri)) or largest or _start(iri), iri, node

    def _vocabulary(self, iri: str, held: list[tuple[str, Any]], taken: set[str]) -> Vocabulary:
        identifier = _fresh(self.ids.get(iri) or _short(iri), taken)
        concepts = (self._concept(name, node, identifier, iri) for name, node in sorted(held, key=_first))
        return Vocabulary(self._scheme(iri, identifier), tuple(concepts))

    def _scheme(self, iri: str, identifier: str) -> Scheme:
        held = self.about.get(ox.NamedNode(iri), [])
        fields: dict[str, Any] = {}
        for attribute, names in SCHEME_TEXTS:
            found = [_texts(held, expand(name)) for name in names]
            fields[attribute] = next((texts for texts in found if texts), ())
        for attribute, names in SCHEME_STRINGS:
            values = [value.value for name in names for predicate, value in held if predicate == expand(name)]
            fields[attribute] = values[0] if values else None
        sources = {value.value for predicate, value in held if predicate == expand("dcterms:source")}
        return Scheme(id=identifier, iri=iri, source=tuple(sorted(sources)), **fields)

    def _concept(self, iri: str, node: ox.NamedNode, scheme: str, scheme_iri: str) -> Concept:
        held = self.about[node]
        fields: dict[str, Any] = {name: self._labels(held, predicate) for predicate, name in TEXTS.items()}
        links = {name: set(_iris(held, predicate)) for predicate, name in LINKS.items()}
        links["broader"] |= self.broader.get(iri, set())
        links["related"] |= self.related.get(iri, set())
        fields.update((name, tuple(sorted(found - {iri}))) for name, found in links.items())
        notations = [value.value for predicate, value in held if predicate == NOTATION]
        return Concept(
            iri=iri,
            scheme=scheme,
            notation=notations[0] if notations else None,
            top=bool(_iris(held, SKOS + "topConceptOf") or self.top.get(iri)),
            deprecated=any(predicate == DEPRECATED and value.value != "false" for predicate, value in held),
            properties=tuple(self._properties(held, scheme_iri)),
            **fields,
        )

    def _labels(self, held: list[tuple[str, Any]], predicate: str) -> tuple[Text, ...]:
        """Texts of a predicate; notes kept as nodes give their rdf:value, SKOS-XL labels their literal form."""
        found = set(_texts(held, predicate))
        for name, value in held:
            inner = self.about.get(value, []) if not isinstance(value, ox.Literal) else []
            if name == predicate:
                found.update(_texts(inner, expand("rdf:value")))
            elif name == predicate.replace(SKOS, XL):
                found.update(_texts(inner, XL + "literalForm"))
        return tuple(sorted(found, key=text_order))

    def _properties(self, held: list[tuple[str, Any]], scheme_iri: str) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        notations = 0
        for predicate, value in held:
            notations += predicate == NOTATION
            if self._told(predicate, value, scheme_iri) or (predicate == NOTATION and notations == 1):
                continue
            found.extend((predicate, leaf) for leaf in self._leaves(value))
        return sorted(dict.fromkeys(found), key=lambda pair: (pair[0], value_order(pair[1])))

    def _told(self, predicate: str, value: Node, scheme_iri: str) -> bool:
        """Whether an attribute of the concept already says this."""
        if predicate == SKOS + "inScheme":
            return isinstance(value, ox.NamedNode) and value.value == scheme_iri
        if predicate == TYPE:
            return value == ox.NamedNode(SKOS + "Concept")
        if predicate in TEXTS:
            return isinstance(value, ox.Literal) or bool(_texts(self.about.get(value, []), expand("rdf:value")))
        if predicate in LINKS:
            return isinstance(value, ox.NamedNode)
        return predicate in _ABOUT_SCHEMES or predicate == DEPRECATED or predicate.startswith(XL)

    def _leaves(self, value: Node, depth: int = 0) -> Iterator[str | int | bool | Text]:
        """A value as the profile's types; the leaves of a blank node stand for it."""
        if isinstance(value, ox.NamedNode):
            yield value.value
        elif isinstance(value, ox.Literal):
            yield plain(value)
        elif depth < 8:
            for predicate, inner in self.about.get(value, []):
                if predicate != TYPE:
                    yield from self._leaves(inner, depth + 1)

    def collections(self) -> list[Collection]:
        found = []
        for node, types in self.types.items():
            if isinstance(node, ox.NamedNode) and types & _COLLECTIONS:
                held = self.about[node]
                label = _texts(held, SKOS + "prefLabel") or _texts(held, expand("rdfs:label"))
                listed = [
                    item for predicate, head in held if predicate == SKOS + "memberList" for item in self._list(head)
                ]
                members = dict.fromkeys([*listed, *sorted(_iris(held, SKOS + "member"))])
                found.append(Collection(iri=node.value, label=label, member=tuple(members)))
        return sorted(found, key=lambda each: each.iri)

    def _list(self, head: Any) -> Iterator[str]:
        seen = set()
        while head in self.about and head not in seen:
            seen.add(head)
            yield from _iris(self.about[head], expand("rdf:first"))
            head = next((value for name, value in self.about[head] if name == expand("rdf:rest")), None)


def _start(iri: str) -> str:
    """What an address has in common with those of its kin."""
    return re.sub(r"[^/#]*$", "", iri) or iri


def _first(pair: tuple[str, Any]) -> str:
    return pair[0]


def _iris(held: Iterable[tuple[str, Any]], predicate: str) -> list[str]:
    return [value.value for name, value in held if name == predicate and isinstance(value, ox.NamedNode)]


def _texts(held: Iterable[tuple[str, Any]], predicate: str) -> tuple[Text, ...]:
    found = {graph.text(value) for name, value in held if name == predicate and isinstance(value, ox.Literal)}
    return tuple(sorted(found, key=text_order))


def plain(literal: ox.Literal) -> int | bool | Text:
    """A literal as the type that `Concept.properties` holds."""
    datatype = literal.datatype.value
    if datatype == XSD + "boolean":
        return literal.value in ("true", "1")
    if datatype == XSD + "integer" and re.fullmatch(r"[+-]?[0-9]{1,18}", literal.value):
        return int(literal.value)
    return graph.text(literal)


def _short(iri: str) -> str:
    """The last part of an IRI as a short id: "https://example.org/Themes/" -> "themes"."""
    parts = [part for part in re.split(r"[/#:]", iri) if part]
    return re.sub(r"[^a-z0-9]+", "-", parts[-1].lower()).strip("-") or "scheme"


def _fresh(identifier: str, taken: set[str]) -> str:
    number, candidate = 2, identifier
    while candidate in taken:
        candidate, number = f"{identifier}-{number}", number + 1
    taken.add(candidate)
    return candidate
