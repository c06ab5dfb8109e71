"""What the endpoint says of itself.

Source: SPARQL 1.1 Service Description (W3C, 2013).
"""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pyoxigraph as ox

from repository.namespaces import MU, PREFIXES
from sparql import admission
from sparql.plan import TEXT
from sparql.query import Limits
from sparql.results import FORMATS, Format, write

SD: Final = "http://www.w3.org/ns/sparql-service-description#"
_FORMAT_IRIS: Final = {
    "json": "http://www.w3.org/ns/formats/SPARQL_Results_JSON",
    "xml": "http://www.w3.org/ns/formats/SPARQL_Results_XML",
    "csv": "http://www.w3.org/ns/formats/SPARQL_Results_CSV",
    "tsv": "http://www.w3.org/ns/formats/SPARQL_Results_TSV",
    "turtle": "http://www.w3.org/ns/formats/Turtle",
    "ntriples": "http://www.w3.org/ns/formats/N-Triples",
    "rdfxml": "http://www.w3.org/ns/formats/RDF_XML",
    "jsonld": "http://www.w3.org/ns/formats/JSON-LD",
}


def service(base_iri: str, form: Format, limits: Limits) -> bytes:
    """The service description in one of the graph formats."""
    output = BytesIO()
    triples = [*_triples(base_iri), *_limits(base_iri, limits)]
    write(triples, form, output, len(triples), 1 << 20)
    return output.getvalue()


def _triples(base_iri: str) -> list[ox.Triple]:
    subject, data = ox.NamedNode(base_iri + "sparql"), ox.NamedNode(base_iri + "dataset")
    graph = ox.NamedNode(base_iri + "dataset#default")
    kind = ox.NamedNode(PREFIXES["rdf"] + "type")
    said = [
        (subject, kind, _sd("Service")),
        (subject, _sd("endpoint"), subject),
        (subject, _sd("supportedLanguage"), _sd("SPARQL11Query")),
        (subject, _sd("feature"), _sd("UnionDefaultGraph")),
        (subject, _sd("propertyFeature"), ox.NamedNode(TEXT)),
        (subject, _sd("defaultDataset"), data),
        (data, kind, _sd("Dataset")),
        (data, _sd("defaultGraph"), graph),
        (graph, kind, _sd("Graph")),
    ]
    said += [(subject, _sd("resultFormat"), ox.NamedNode(_FORMAT_IRIS[each.name])) for each in FORMATS]
    return [ox.Triple(*each) for each in said]


def _limits(base_iri: str, limits: Limits) -> Iterator[ox.Triple]:
    """What one query may cost, for programs that ask before they are refused."""
    subject, whole = ox.NamedNode(base_iri + "sparql"), ox.NamedNode(PREFIXES["xsd"] + "integer")
    held = {
        "maxSeconds": int(limits.seconds),
        "maxRows": limits.rows,
        "maxBytes": limits.bytes,
        "maxCharacters": admission.MOST_CHARACTERS,
        "maxNesting": admission.MOST_NESTED,
    }
    for name, value in held.items():
        yield ox.Triple(subject, ox.NamedNode(MU + name), ox.Literal(str(value), datatype=whole))


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)
