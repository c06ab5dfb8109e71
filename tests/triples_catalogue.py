"""A small real catalogue with its triple store, for the tests of SPARQL: what they build, follow and ask."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Final

from repository.catalogue import Catalogue, Entry
from repository.identity import imported_id
from repository.kit import expected
from repository.namespaces import COUNTRY, VOCABULARY
from repository.projections import Follower
from repository.record import Agent, Distribution, Record, Text
from repository.store import changes
from repository.store.changes import Act
from repository.store.database import Database
from repository.store.tables import metadata
from sparql import admission, results
from sparql.graphs import TripleProjection
from sparql.query import Question
from vocabularies import shipped
from vocabularies import store as vocabulary_store
from vocabularies.terms import Terms

BASE: Final = "https://data.example.org/"
ACT: Final = Act(id="0190b2c4-0000-7000-8000-000000000001", who="test", why="a test")
COUNTRIES: Final = ("BEN", "BFA", "CIV", "GNB", "MLI", "NER", "SEN", "TCD", "TGO")
TYPES: Final = ("RF", "RE", "RMC", "GP", "SA-MANUEL")
OCCUPATIONS: Final = tuple(each.iri for each in shipped.terms().in_scheme("occupation"))
SECTORS: Final = tuple(each.iri for each in shipped.terms().in_scheme("sector"))
_SMALL: Final = (
    "access",
    "adaptation",
    "country",
    "kit-part-status",
    "level",
    "licence",
    "occupation",
    "participants",
    "regional-level",
    "resource-type",
    "sector",
)


class House:
    """A catalogue in a folder, its follower and the folder that readers of the triples are given."""

    def __init__(self, data: Path, schemes: Sequence[str] = _SMALL) -> None:
        data.mkdir(parents=True, exist_ok=True)
        self.folder = data / "triples"
        self.database = Database(f"sqlite:///{data / 'catalogue.sqlite'}")
        seconds = count()
        self.clock = lambda: datetime(2026, 1, 1, 0, next(seconds) // 60 % 60, next(seconds) % 60, tzinfo=UTC)
        fresh = not (data / "catalogue.sqlite").exists()
        metadata.create_all(self.database.engine)
        if fresh:
            self._begin(schemes)
        self._terms: Terms | None = None
        self.catalogue = Catalogue(self.database, self.terms, self.clock)

    def terms(self) -> Terms:
        if self._terms is None or self._terms.version != vocabulary_store.version(self.database):
            self._terms = vocabulary_store.snapshot(self.database, BASE)
        return self._terms

    def follower(self, projection: TripleProjection | None = None) -> Follower:
        return Follower(self.catalogue, projection or TripleProjection(), self.folder)

    def put(self, *records: Record) -> None:
        self.catalogue.put_many((Entry(record) for record in records), ACT)

    def _begin(self, schemes: Sequence[str]) -> None:
        with self.database.writing() as connection:
            changes.write_meta(connection, "epoch", "0123456789abcdef")
        vocabularies, collections = shipped.load()
        for vocabulary in vocabularies:
            if not schemes or vocabulary.scheme.id in schemes:
                vocabulary_store.put(self.database, vocabulary, ACT, self.clock)
        vocabulary_store.put_collections(self.database, collections, ACT, self.clock)


def record(number: int, **changed: object) -> Record:
    """One of many records that differ in country, métier, type, sector and date."""
    country = COUNTRIES[number % len(COUNTRIES)]
    values: dict[str, object] = {
        "id": imported_id(f"record {number}"),
        "identifier": (f"DOC-{number}",),
        "title": (Text(f"Document {number}", "fr"), Text(f"Documento {number}", "pt")),
        "description": (Text(f"Ce que dit le document {number}.", "fr"),),
        "language": ("http://publications.europa.eu/resource/authority/language/FRA",),
        "sector": (SECTORS[number % len(SECTORS)],),
        "resource_type": (f"{VOCABULARY}resource-type/{TYPES[number // 9 % len(TYPES)]}",),
        "level": (_level(country),),
        "occupation": (OCCUPATIONS[number // 45 % len(OCCUPATIONS)],),
        "publisher": Agent(id="https://ministry.example/", name=(Text("Ministère", "fr"),), kind="organisation"),
        "issued": f"{2015 + number % 11}-0{1 + number % 9}-15",
        "licence": "http://creativecommons.org/licenses/by/4.0/",
        "access": f"{VOCABULARY}access/open",
        "adaptation": f"{VOCABULARY}adaptation/allowed",
        "country": (COUNTRY + country,),
        "distribution": (Distribution(access_url=f"https://files.example/{number}.pdf", media_type="application/pdf"),),
    }
    return Record(**{**values, **changed})  # type: ignore[arg-type]


def complete_kit() -> list[Record]:
    """A document of every type that a kit is expected to have, of one métier, level and country."""
    one = record(9000)
    types = expected(shipped.terms())
    return [
        record(9001 + number, country=one.country, level=one.level, occupation=one.occupation, resource_type=(kind,))
        for number, kind in enumerate(types)
    ]


class Same:
    """Clusters that say of one description that another one stands for it."""

    def stamp(self) -> str:
        return "1"

    def represented(self) -> list[tuple[str, str]]:
        return [(record(3).id, record(2).id)]


def records(number: int) -> Iterator[Record]:
    return (record(each) for each in range(number))


def _level(country: str) -> str:
    """A national level of a country; any where the country has none."""
    for concept in shipped.terms().in_scheme("level"):
        if COUNTRY + country in concept.property_values("http://purl.org/dc/terms/spatial"):
            return concept.iri
    return f"{VOCABULARY}level/BF-BEP"


def question(text: str, form: str = "", **more: object) -> Question:
    """An admitted question as the endpoint would put it."""
    admitted = admission.admit(text)
    kind = results.kind_of(admitted.form)
    chosen = results.named(form or ("json" if kind == "results" else "ntriples"), kind)
    assert chosen is not None
    return Question(text=admitted.text, form=admitted.form, format=chosen, base_iri=BASE, **more)  # type: ignore[arg-type]
