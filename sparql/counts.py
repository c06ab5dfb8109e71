"""How much there is of everything in the triples, as VoID tells it. Source: VoID (W3C, 2011), sections 4.6 and 5."""

from importlib import resources
from typing import Any, Final

import pyoxigraph as ox
from msgspec import Struct

from repository.namespaces import MU, expand

_LINKS: Final = ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")
_RESOURCES: Final = expand("schema:LearningResource")


class Links(Struct, frozen=True):
    """How many statements of one property lead to one other dataset, named by the beginning of its addresses."""

    target: str
    property: str
    number: int


class Coverage(Struct, frozen=True):
    """Of one country (its IRI) how many descriptions there are, how many resources they describe, and how many of the
    descriptions say a date, a licence, a métier, a level and a file."""

    place: str
    descriptions: int
    resources: int
    dated: int
    licensed: int
    metiers: int
    levels: int
    files: int


class Counts(Struct, frozen=True, rename="camel"):
    """`triples` are all statements, each once; `resources` the described ones; by IRI how many things are in each
    class, and how many statements each property has; `coverage` of each country."""

    triples: int = 0
    resources: int = 0
    classes: dict[str, int] = {}
    properties: dict[str, int] = {}
    links: tuple[Links, ...] = ()
    coverage: tuple[Coverage, ...] = ()


def counted(store: ox.Store, base_iri: str) -> Counts:
    """Count a store; takes as long as reading it once or twice."""
    classes = _table(store, "SELECT ?key (COUNT(?s) AS ?n) { ?s a ?key } GROUP BY ?key")
    properties = _table(store, "SELECT ?key (COUNT(*) AS ?n) { ?s ?key ?o } GROUP BY ?key")
    properties.pop(MU + "followed", None)  # where the projection stands is nothing that the catalogue says
    links = []
    for name in _LINKS:
        kind = expand(f"skos:{name}")
        asked = f"""SELECT ?key (COUNT(*) AS ?n) {{
            ?s <{kind}> ?o BIND(REPLACE(STR(?o), "^(https?://[^/]+/([^/]+/)*)[^/]*$", "$1") AS ?key)
        }} GROUP BY ?key"""
        found = _table(store, asked)
        links += [Links(each, kind, number) for each, number in found.items() if not each.startswith(base_iri)]
    return Counts(
        sum(properties.values()), classes.get(_RESOURCES, 0), classes, properties, tuple(links), _coverage(store)
    )


def _coverage(store: ox.Store) -> tuple[Coverage, ...]:
    text = (resources.files("sparql") / "queries" / "internal" / "coverage.rq").read_text("utf-8")
    rows: Any = store.query(text)
    _, *names = Coverage.__struct_fields__
    return tuple(Coverage(row["place"].value, *(int(row[name].value) for name in names)) for row in rows)


def _table(store: ox.Store, text: str) -> dict[str, int]:
    rows: Any = store.query(text)
    return dict(sorted((row["key"].value, int(row["n"].value)) for row in rows))
