"""A search with six facet counts, beside SQLite's FTS5 over the same records in the same run."""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from bench.figures import Figure
from bench.synthetic import records
from repository.catalogue import Catalogue, Stored
from repository.projections import Position, Step
from repository.record import Record
from repository.search import SearchIndex, SearchProjection
from repository.search.fields import FACETS
from repository.store.database import Database
from repository.store.records import State
from vocabularies import shipped
from vocabularies.terms import Terms

RECORDS: Final = 20_000
MANY: Final = 1_000_000
PEER: Final = "SQLite FTS5"
_COUNTED: Final = FACETS[:6]
_ROUNDS: Final = 3
_QUESTIONS: Final = (
    "électricien bâtiment",
    "maintenance",
    "référentiel soudure",
    "guide formation professionnelle",
    "élevage",
    "contrôle qualité atelier",
    "manuel",
    "chantier sécurité",
)
_MISSPELT: Final = ("batimant", "maintenence", "eletricien")


def figures(full: bool) -> list[Figure]:
    """Times at 20,000 records, or at 1,000,000 when `full`."""
    number = MANY if full else RECORDS
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as name:
        folder, terms = Path(name), shipped.terms()
        ours_rate = _index(folder, number, terms)
        peer_rate = _peer_index(folder, number, terms)
        index, peer = SearchIndex(folder / "search"), sqlite3.connect(folder / "peer.sqlite")
        ours = _p95(lambda words: _ask(index, words, {}), _QUESTIONS)
        beside = _p95(lambda words: _ask_peer(peer, words), _QUESTIONS)
        chosen = {"country": [terms.participants[0]], "type": [terms.in_scheme("resource-type")[0].iri]}
        narrowed = _p95(lambda words: _ask(index, words, chosen), _QUESTIONS)
        forgiving = _p95(lambda words: _ask(index, words, {}), _MISSPELT)
        peer.close()
        sizes = _bytes(folder / "search") / 1e6, _bytes(folder / "peer.sqlite") / 1e6
    at = f"at {number:,} records"
    return [
        Figure(f"search with six facet counts, p95, {at}", ours, "ms", PEER, beside),
        Figure(f"the same with two facets chosen, p95, {at}", narrowed, "ms"),
        Figure(f"misspelt words, p95, {at}", forgiving, "ms"),
        Figure(f"index, {at}", sizes[0], "MB", PEER, sizes[1]),
        Figure("indexing", ours_rate, "records/s", PEER, peer_rate),
    ]


def _index(folder: Path, number: int, terms: Terms) -> float:
    generation = folder / "search" / "1"
    generation.mkdir(parents=True)
    database = Database(f"sqlite:///{folder / 'empty.sqlite'}")
    projection = SearchProjection(Catalogue(database, lambda: terms, lambda: datetime(2026, 1, 1, tzinfo=UTC)))
    projection.open(generation)
    started, held, done = time.perf_counter(), records(number, terms), 0
    while some := list(islice(held, 1000)):
        done += len(some)
        position = Position("bench", done, projection.version(terms))
        projection.apply(Step(position=position, terms=terms, records=tuple(map(_stored, some))))
    projection.finish()
    projection.close()
    database.close()
    (folder / "search" / "current").write_text("1")
    return number / (time.perf_counter() - started)


def _stored(record: Record) -> Stored:
    state = State(
        id=record.id,
        change=1,
        datestamp="2026-01-01T00:00:00Z",
        withdrawn=False,
        source=None,
        origin=None,
        sets="",
        body=b"",
        oai_dc=None,
        renderer=None,
    )
    return Stored(record, state)


def _peer_index(folder: Path, number: int, terms: Terms) -> float:
    """The same words in one FTS5 table without accents, and a row for each value of each facet."""
    peer = sqlite3.connect(folder / "peer.sqlite")
    peer.execute("CREATE VIRTUAL TABLE words USING fts5(title, rest, tokenize='unicode61 remove_diacritics 2')")
    peer.execute("CREATE TABLE facets (record INTEGER, facet TEXT, value TEXT)")
    started = time.perf_counter()
    with peer:
        for place, record in enumerate(records(number, terms), 1):
            labels = [text.value for iri in _concepts(record) for text in terms.concepts[iri].pref_label]
            rest = " ".join([record.description[0].value, *labels])
            peer.execute(
                "INSERT INTO words (rowid, title, rest) VALUES (?, ?, ?)", (place, record.title[0].value, rest)
            )
            rows = [(place, name, iri) for name, iri in zip(_COUNTED, _concepts(record), strict=True)]
            peer.executemany("INSERT INTO facets VALUES (?, ?, ?)", rows)
        peer.execute("CREATE INDEX of_record ON facets (record, facet, value)")
    rate = number / (time.perf_counter() - started)
    peer.close()
    return rate


def _concepts(record: Record) -> tuple[str, ...]:
    """One value for each counted facet, in their order."""
    return (
        record.country[0],
        record.sector[0],
        record.occupation[0],
        record.resource_type[0],
        record.level[0],
        record.language[0],
    )


def _ask(index: SearchIndex, words: str, chosen: dict[str, list[str]]) -> int:
    return index.search(words, "fr", chosen, counted=_COUNTED).total


def _ask_peer(peer: sqlite3.Connection, words: str) -> int:
    asked = " AND ".join(f'"{word}"' for word in words.split())
    peer.execute("SELECT rowid FROM words WHERE words MATCH ? ORDER BY rank LIMIT 20", (asked,)).fetchall()
    counts = peer.execute(
        "SELECT facet, value, count(*) FROM words JOIN facets ON facets.record = words.rowid "
        "WHERE words MATCH ? GROUP BY facet, value",
        (asked,),
    )
    return len(counts.fetchall())


def _p95(ask: Callable[[str], int], questions: Sequence[str]) -> float:
    """The 95th percentile of the times in milliseconds, after one round that is not counted."""
    times = []
    for turn in range(_ROUNDS + 1):
        for words in questions:
            started = time.perf_counter()
            ask(words)
            if turn:
                times.append((time.perf_counter() - started) * 1000)
    return sorted(times)[int(len(times) * 0.95)]


def _bytes(path: Path) -> int:
    files = [each for each in path.rglob("*") if each.is_file()] if path.is_dir() else [path]
    return sum(each.stat().st_size for each in files)
