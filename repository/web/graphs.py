"""The RDF of what is no record, in the syntaxes that are asked for. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import pyoxigraph as ox

from harvest.source import Source
from repository.formats.ntriples import iri, literal
from repository.namespaces import PREFIXES, expand
from repository.web.negotiation import Offer
from vocabularies import turtle
from vocabularies.terms import Terms

SYNTAXES: Final = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
"""Extension -> (media type, writer)."""

QUADS: Final = {
    "trig": ("application/trig", ox.RdfFormat.TRIG),
    "nq": ("application/n-quads", ox.RdfFormat.N_QUADS),
}
"""The same for syntaxes that name the graph."""

OFFERS: Final = tuple(Offer(media_type) for media_type, _ in SYNTAXES.values())


DCAT_AP: Final = "http://data.europa.eu/r5r/"
"""The profile of what is described as DCAT-AP wants it. Source: DCAT-AP 3.0.1 (SEMIC)."""


def write(statements: Iterable[str], extension: str) -> bytes:
    """N-Triples lines in the syntax of `SYNTAXES`."""
    data = "".join(line if line.endswith("\n") else f"{line}\n" for line in statements).encode("utf-8", "replace")
    if extension == "nt":
        return data
    triples = (quad.triple for quad in ox.parse(data, ox.RdfFormat.N_TRIPLES, lenient=True))
    return ox.serialize(triples, format=SYNTAXES[extension][1], prefixes=_used(data)) or b""


def write_named(statements: Iterable[str], extension: str, name: str) -> bytes:
    """N-Triples lines as one named graph, in a syntax of `QUADS`."""
    data = "".join(f"{line}\n" for line in statements).encode("utf-8", "replace")
    place = ox.NamedNode(name)
    quads = (
        ox.Quad(quad.subject, quad.predicate, quad.object, place)
        for quad in ox.parse(data, ox.RdfFormat.N_TRIPLES, lenient=True)
    )
    syntax = QUADS[extension][1]
    return ox.serialize(quads, format=syntax, prefixes=_used(data) if extension == "trig" else None) or b""


def of_concept(address: str, terms: Terms) -> list[str]:
    """A concept with what it says of itself, and its scheme's own description."""
    concept = terms.concepts[address]
    return [*turtle.triples(concept, terms.schemes), *turtle.triples(terms.schemes[concept.scheme], terms.schemes)]


def of_source(source: Source, base_iri: str) -> Iterator[str]:
    """A partner's list of records: a data service with its address and names."""
    subject = iri(f"{base_iri}source/{source.id}")
    yield f"{subject} {iri(expand('rdf:type'))} {iri(expand('dcat:DataService'))} ."
    yield f"{subject} {iri(expand('dcterms:identifier'))} {literal(source.id)} ."
    for text in source.name:
        yield f"{subject} {iri(expand('dcterms:title'))} {literal(text.value, text.language)} ."
    for text in source.terms:
        yield f"{subject} {iri(expand('dcterms:rights'))} {literal(text.value, text.language)} ."
    if source.base_url:
        yield f"{subject} {iri(expand('dcat:endpointURL'))} {iri(source.base_url)} ."


def lines(turtle_document: bytes) -> list[str]:
    """A Turtle document of our own as N-Triples lines."""
    triples = (quad.triple for quad in ox.parse(turtle_document, ox.RdfFormat.TURTLE))
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode().splitlines()


def _used(data: bytes) -> dict[str, str]:
    return {prefix: start for prefix, start in PREFIXES.items() if f"<{start}".encode() in data}


def links(path: str, extensions: Sequence[str] = tuple(SYNTAXES)) -> str:
    """A Link header that names the same graph's files. Source: RFC 8288."""
    types = {**SYNTAXES, **QUADS}
    return ", ".join(f'<{path}.{each}>; rel="alternate"; type="{types[each][0]}"' for each in extensions)
