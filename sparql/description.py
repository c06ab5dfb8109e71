"""What the endpoint says of itself, and the example questions that it ships.

Source: SPARQL 1.1 Service Description (W3C, 2013).
"""

import re
from functools import cache
from importlib import resources
from io import BytesIO
from typing import Final

import pyoxigraph as ox
from msgspec import Struct

from repository.messages import LANGUAGES
from repository.namespaces import PREFIXES
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
_TITLE: Final = re.compile(r"#\s*fr:(?P<fr>.*)\|\s*pt:(?P<pt>.*)\|\s*en:(?P<en>.*)")


class Example(Struct, frozen=True):
    """A shipped question: its short name, its title by language, and its text."""

    name: str
    titles: dict[str, str]
    text: str


@cache
def examples() -> tuple[Example, ...]:
    """The questions of `sparql/queries`, in the order of their names; read once a process."""
    folder = resources.files("sparql") / "queries"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".rq")), key=lambda each: each.name)
    return tuple(_example(file.name.removesuffix(".rq"), file.read_text("utf-8")) for file in files)


def _example(name: str, text: str) -> Example:
    title, _, query = text.partition("\n")
    found = _TITLE.fullmatch(title)
    if found is None:
        raise ValueError(f"{name}.rq must begin with '# fr: ... | pt: ... | en: ...'")
    return Example(name, {language: found[language].strip() for language in LANGUAGES}, query)


def service(base_iri: str, form: Format) -> bytes:
    """The service description in one of the graph formats."""
    output = BytesIO()
    triples = _triples(base_iri)
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
        (subject, _sd("defaultDataset"), data),
        (data, kind, _sd("Dataset")),
        (data, _sd("defaultGraph"), graph),
        (graph, kind, _sd("Graph")),
    ]
    said += [(subject, _sd("resultFormat"), ox.NamedNode(_FORMAT_IRIS[each.name])) for each in FORMATS]
    return [ox.Triple(*each) for each in said]


def _sd(name: str) -> ox.NamedNode:
    return ox.NamedNode(SD + name)
