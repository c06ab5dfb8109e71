"""Any RDF graph that describes one resource -> a record, generic over the rows of the profile.

A graph of this catalogue is read without change. In foreign ones, other properties that mean the same are
followed (`ALIKE`), literals where the profile wants a concept go through the rules of every other reader, and
statements that fit nowhere are kept as source's words.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import msgspec
import pyoxigraph as ox

from repository.errors import UnreadableRecord
from repository.formats import graph
from repository.formats.acts import ACTS
from repository.formats.draft import Draft
from repository.formats.normalise import identifiers
from repository.formats.reading import Reading
from repository.namespaces import PREFIXES, expand
from repository.profile import jsonld, nodes
from repository.profile.forms import date_type
from repository.profile.spelling import IANA
from repository.profile.table import NODES, Property, properties
from repository.record import Agent, Record
from vocabularies.terms import Terms

Node = ox.NamedNode | ox.BlankNode
Statements = dict[Any, list[tuple[str, Any]]]

TYPE: Final = expand("rdf:type")
_SECURE: Final = "https://schema.org/"
_RESOURCES: Final = tuple(
    expand(name)
    for name in ("schema:LearningResource", "dcat:Dataset", "schema:CreativeWork", "schema:Course", "dcat:Resource")
)
_FILE_TYPES: Final = "http://publications.europa.eu/resource/authority/file-type/"
_LICENCE: Final = "dcat:distribution/dcterms:license"
_LINKED: Final = frozenset({"concept", "resource", "url", "source", "media-type", "checksum-algorithm"})

ALIKE: Final[dict[str, str]] = {
    **{expand(f"dc:{name}"): name for name in ("title", "description", "creator", "publisher", "contributor")},
    **{expand(f"dc:{name}"): name for name in ("identifier", "language", "rights", "subject", "type", "relation")},
    expand("dc:date"): "issued",
    expand("dc:coverage"): "country",
    expand("dcterms:created"): "issued",
    expand("dcterms:date"): "issued",
    expand("dcterms:available"): "issued",
    expand("dcterms:abstract"): "description",
    expand("dcterms:contributor"): "contributor",
    expand("dcterms:educationLevel"): "level",
    expand("dcterms:source"): "source",
    expand("dcterms:hasVersion"): "relation",
    expand("foaf:page"): "landingPage",
    expand("foaf:homepage"): "landingPage",
    expand("prov:wasDerivedFrom"): "derivation",
    expand("rdfs:label"): "title",
    expand("schema:about"): "subject",
    expand("schema:audience"): "audience",
    expand("schema:creator"): "creator",
    expand("schema:author"): "creator",
    expand("schema:dateModified"): "modified",
    expand("schema:datePublished"): "issued",
    expand("schema:description"): "description",
    expand("schema:educationalLevel"): "level",
    expand("schema:identifier"): "identifier",
    expand("schema:inLanguage"): "language",
    expand("schema:isBasedOn"): "derivation",
    expand("schema:keywords"): "subject",
    expand("schema:learningResourceType"): "type",
    expand("schema:license"): "rights",
    expand("schema:name"): "title",
    expand("schema:publisher"): "publisher",
    expand("schema:url"): "landingPage",
    expand("skos:prefLabel"): "title",
}
"""Property of other profiles -> JSON key of ours, or the name of an act of the draft."""

_NAMES: Final = (
    *(expand(name) for name in ("foaf:name", "schema:name", "rdfs:label", "skos:prefLabel")),
    *(expand(name) for name in ("dcterms:title", "dc:title")),
    *(f"http://www.w3.org/2006/vcard/ns#{name}" for name in ("fn", "organization-name")),
)


def read_turtle(data: bytes, terms: Terms) -> Reading:
    """The record of a Turtle document. Raises UnreadableRecord."""
    return read(data, terms, "text/turtle")


def read_ntriples(data: bytes, terms: Terms) -> Reading:
    """The record of an N-Triples document. Raises UnreadableRecord."""
    return read(data, terms, "application/n-triples")


def read_rdfxml(data: bytes, terms: Terms) -> Reading:
    """The record of an RDF/XML document. Raises UnreadableRecord."""
    return read(data, terms, "application/rdf+xml")


def read_jsonld(data: bytes, terms: Terms) -> Reading:
    """The record of a JSON-LD document: the canonical form as it is, any other as the graph that it means."""
    if _is_canonical(data):
        return Reading(jsonld.read(data, terms))
    return read(data, terms, "application/ld+json")


def _is_canonical(data: bytes) -> bool:
    try:
        found = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
        context = msgspec.json.decode(found.get("@context", b"{}"))
    except (msgspec.MsgspecError, RecursionError):
        return False
    title = context.get("title") if isinstance(context, dict) else None
    return isinstance(title, dict) and title.get("@id") == expand("dcterms:title") and "sourceWord" in context


def read(data: bytes, terms: Terms, syntax: str | None = None) -> Reading:
    """The record that a graph describes. Raises UnreadableRecord where it describes none or several."""
    about: Statements = {}
    for subject, predicate, value in graph.parse(data, syntax, base=f"{terms.base_iri}resource/"):
        about.setdefault(subject, []).append((_insecure(predicate), value))
    return _Reader(about, terms).reading(_resource(about, terms))


def _insecure(iri: str) -> str:
    return PREFIXES["schema"] + iri[len(_SECURE) :] if iri.startswith(_SECURE) else iri


def _resource(about: Statements, terms: Terms) -> Node:
    """The node that is described: of a resource's class, or the only one that no other points to."""
    pointed = {value for held in about.values() for _, value in held if not isinstance(value, ox.Literal)}
    for wanted in _RESOURCES:
        found = [node for node, held in about.items() if any(_is_type(pair, wanted) for pair in held)]
        own = [node for node in found if isinstance(node, ox.NamedNode) and terms.local_id(node.value) != node.value]
        roots = [node for node in found if node not in pointed]
        for several in (own, roots, found):
            if len(several) == 1:
                return several[0]
    roots = [node for node in about if node not in pointed]
    if len(roots) == 1:
        root: Node = roots[0]
        return root
    raise UnreadableRecord(format="RDF", reason=f"it describes {len(about)} things, none of them as the one resource")


def _is_type(pair: tuple[str, Any], wanted: str) -> bool:
    return pair[0] == TYPE and isinstance(pair[1], ox.NamedNode) and _insecure(pair[1].value) == wanted


class _Reader:
    """One graph being read into a draft."""

    def __init__(self, about: Statements, terms: Terms) -> None:
        self.about = about
        self.terms = terms
        self.draft = Draft(terms)
        self.own = False
        self.left: list[tuple[str, Any]] = []

    def reading(self, root: Node) -> Reading:
        """The record of the resource; a graph that has both classes of our records is taken as it is."""
        types = [pair for pair in self.about[root] if pair[0] == TYPE]
        self.own = all(any(_is_type(pair, expand(name)) for pair in types) for name in nodes.RECORD_TYPES)
        record = self._record(root)
        for each in properties(Record):
            for value in _values(record, each):
                if each.key == "title" and not self.own:
                    self.draft.text("title", "dcterms:title", value.value, value.language)
                else:
                    self.draft.set(each.key, value)
        for predicate, value in self.left:
            self._leftover(predicate, value)
        if not self.own:
            self.draft.default_language()
            self.draft.adaptation_of_licence()
        reading = self.draft.reading()
        return Reading(msgspec.structs.replace(reading.record, id=record.id), reading.notes)

    def _record(self, root: Node) -> Record:
        document = self._node(Record, root, "")
        document["@id"] = root.value if isinstance(root, ox.NamedNode) else ""
        try:
            return jsonld.record_of(document, self.terms)
        except (msgspec.MsgspecError, ValueError, TypeError) as error:
            raise UnreadableRecord(format="RDF", reason=str(error)) from error

    def _node(self, struct: type[msgspec.Struct], node: Node, path: str) -> dict[str, Any]:
        """The JSON form of a node; what does not fit goes to `left` with the path of properties it stood at."""
        found: dict[str, Any] = {}
        by_predicate = _by_predicate(struct)
        for predicate, value in self.about.get(node, []):
            each = by_predicate.get(predicate)
            fit = self._value(each, value, f"{path}{_prefixed(predicate)}/") if each else None
            if each is None or fit is None:
                self._set_aside(struct, path, predicate, value)
            elif each.many:
                found.setdefault(each.key, []).append(fit)
            elif each.key in found:
                self.left.append((path + predicate, value))
            else:
                found[each.key] = fit
        return found

    def _set_aside(self, struct: type[msgspec.Struct], path: str, predicate: str, value: Any) -> None:
        copied = self.own or _prefixed(predicate) != "dcterms:license"
        if predicate != TYPE and not (copied and predicate in _derived(struct)):
            self.left.append((path + predicate, value))

    def _value(self, each: Property, value: Any, path: str) -> Any:
        """The JSON form of a value of this property; None where it is not of the property's kind."""
        kind = each.row.range
        if kind in NODES:
            return None if isinstance(value, ox.Literal) else self._nested(NODES[kind], value, path)
        if isinstance(value, ox.BlankNode):
            return None
        if kind == "text":
            return _text(value) if isinstance(value, ox.Literal) else None
        if self.own:
            return value.value
        if kind == "media-type":
            return _media_type(value.value)
        if (kind in _LINKED) != isinstance(value, ox.NamedNode):
            return None
        if kind == "concept" and self._scheme(value.value) not in each.row.scheme:
            return None
        if kind == "date" and not date_type(value.value):
            return None
        return value.value

    def _scheme(self, iri: str) -> str:
        concept = self.terms.concept(iri)
        return concept.scheme if concept else ""

    def _nested(self, struct: type[msgspec.Struct], node: Node, path: str) -> dict[str, Any] | None:
        found = self._node(struct, node, path)
        if isinstance(node, ox.NamedNode):
            found["@id"] = node.value
        found["@type"] = [value.value for name, value in self.about.get(node, []) if name == TYPE]
        if struct is Agent and "name" not in found:
            found["name"] = [_text(text) for text in self._names(node)]
        required = [each for each in properties(struct) if each.row.min and each.row.max == 1]
        return found if all(each.key in found for each in required) else None

    def _names(self, node: Any) -> list[ox.Literal]:
        held = self.about.get(node, [])
        for name in _NAMES:
            found = [value for predicate, value in held if predicate == name and isinstance(value, ox.Literal)]
            if found:
                return found
        return []

    def _leftover(self, predicate: str, value: Any) -> None:
        """A value of another property or kind: by the rules of the other readers, else as source's words."""
        path, _, last = predicate.rpartition("/http")
        iri = f"http{last}" if path else predicate
        element = f"{path}/{_prefixed(iri)}" if path else _prefixed(iri)
        key = ALIKE.get(iri) or (_by_predicate(Record)[iri].key if iri in _by_predicate(Record) else "")
        act = ACTS["relation"] if path else ACTS.get(key, ACTS["relation"])
        if element == _LICENCE and not self.draft.get("licence"):
            act = ACTS["rights"]
        for words, language in self._words(value):
            act(self.draft, element, words, language)

    def _words(self, value: Any, depth: int = 0) -> Iterator[tuple[str, str | None]]:
        """The words of a value: a literal, the names of a node, its address, else its leaves."""
        if isinstance(value, ox.Literal):
            yield value.value, value.language
        elif names := self._names(value):
            yield from ((name.value, name.language) for name in names)
        elif isinstance(value, ox.NamedNode):
            yield value.value, None
        elif depth < 4:
            for predicate, inner in self.about.get(value, []):
                if predicate != TYPE:
                    yield from self._words(inner, depth + 1)


def _media_type(words: str) -> str | None:
    """A media type as a literal, an address of IANA's registry, or a file type of the EU's table ("…/PDF")."""
    found = identifiers.media_type(words.removeprefix(IANA))
    return found or (identifiers.media_type(words.rpartition("/")[2]) if words.startswith(_FILE_TYPES) else None)


def _text(value: ox.Literal) -> dict[str, str]:
    return {"@value": value.value, **({"@language": value.language} if value.language else {})}


def _values(record: Record, each: Property) -> tuple[Any, ...]:
    held = getattr(record, each.attribute)
    return held if isinstance(held, tuple) else () if held is None else (held,)


@cache
def _by_predicate(struct: type[msgspec.Struct]) -> dict[str, Property]:
    return {expand(each.row.rdf): each for each in properties(struct) if each.row.rdf}


@cache
def _derived(struct: type[msgspec.Struct]) -> frozenset[str]:
    kinds = {"": Record, **NODES}
    return frozenset(
        expand(name)
        for kind, keys in nodes.DERIVED.items()
        if kinds[kind] is struct
        for name, _ in keys.values()
        if name != "prov:wasDerivedFrom"
    )


def _prefixed(iri: str) -> str:
    for prefix, start in PREFIXES.items():
        if iri.startswith(start):
            return f"{prefix}:{iri[len(start) :]}"
    return iri
