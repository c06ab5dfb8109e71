"""The ten example questions through the query processes, beside rdflib on the same statements in memory.

rdflib answers over a smaller catalogue (its parsing and joins are slow); the figures name both sizes. Times are
those of the second run, with everything warm, and include writing the whole answer.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import rdflib
from msgspec.structs import replace
from rdflib.query import Result

from bench import synthetic
from bench.figures import Figure
from repository.catalogue import Catalogue, Entry
from repository.projections import Follower
from repository.store import changes, schema
from repository.store.changes import Act
from repository.store.database import Database
from sparql import admission, results
from sparql.examples import examples
from sparql.graphs import TripleProjection
from sparql.pool import checkpoints
from sparql.pool.workers import Pool
from sparql.query import Limits, Question
from vocabularies import shipped
from vocabularies import store as vocabulary_store

RECORDS: Final = 5_000
MANY: Final = 100_000
PEER_RECORDS: Final = 500
_ACT: Final = Act(id="00000000-0000-7000-8000-000000000001", who="bench", why="bench")
_LONGEST_SECONDS: Final = 120
_CHANGED: Final = 100


def figures(full: bool) -> list[Figure]:
    """Filling and following the store, the cost of asking, and each example at 5,000 records (`full`: 100,000)."""
    number = MANY if full else RECORDS
    graph = _peer()
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as held:
        house = _House(Path(held), number)
        found = house.followed()
        pool = Pool(house.folder, 2, Limits(seconds=_LONGEST_SECONDS))
        found.append(_overhead(pool))
        found += [_example(pool, graph, each.name, each.text, number) for each in examples()]
        pool.close()
        house.close()
    return found


class _House:
    """A catalogue of made-up records and its triple store."""

    def __init__(self, data: Path, number: int) -> None:
        self.folder = data / "triples"
        self.number = number
        self.database = Database(f"sqlite:///{data / 'catalogue.sqlite'}")
        self.terms = shipped.terms()
        schema.upgrade(self.database)
        with self.database.writing() as connection:
            changes.write_meta(connection, "epoch", "bench")
        for vocabulary in shipped.load()[0]:
            vocabulary_store.put(self.database, vocabulary, _ACT, _now)
        self.catalogue = Catalogue(self.database, lambda: self.terms, _now)
        self.catalogue.put_many((Entry(each) for each in synthetic.records(number, self.terms)), _ACT)
        self.follower = Follower(self.catalogue, TripleProjection(), self.folder)

    def followed(self) -> list[Figure]:
        """Records per second of a rebuild, and milliseconds for one record that changed."""
        filled = self.number / _seconds(lambda: self.follower.rebuild())
        again = [Entry(replace(each, version="2")) for each in synthetic.records(_CHANGED, self.terms)]
        self.catalogue.put_many(again, _ACT)
        changed = _seconds(lambda: self.follower.catch_up()) / _CHANGED
        return [
            Figure(f"rebuild of {self.number:,} records", filled, "records/s"),
            Figure("one changed record, of a batch of 100, until readers see it", changed * 1000, "ms"),
        ]

    def close(self) -> None:
        self.follower.close()
        self.database.close()


def _overhead(pool: Pool) -> Figure:
    """What the process adds to the cheapest query, beside the same query in this process."""
    question = _question("ASK {}")
    pool.ask(question).file.close()
    with checkpoints.opened(pool.folder) as store:
        if store is None:
            raise RuntimeError("no checkpoint to ask")
        inside = min(_seconds(lambda: bool(store.query("ASK {}"))) for _ in range(50))
    outside = min(_seconds(lambda: pool.ask(question).file.close()) for _ in range(50))
    return Figure("ASK {} through a query process", outside * 1000, "ms", "in process", inside * 1000)


def _example(pool: Pool, graph: rdflib.Graph, name: str, text: str, number: int) -> Figure:
    question = _question(text)
    ours = _second(lambda: pool.ask(question).file.close())
    theirs = _second(lambda: _whole(graph.query(text)))
    return Figure(f"{name}, {number:,} records", ours * 1000, "ms", f"rdflib, {PEER_RECORDS:,} records", theirs * 1000)


def _peer() -> rdflib.Graph:
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as held:
        house = _House(Path(held), PEER_RECORDS)
        house.follower.rebuild()
        house.close()
        with checkpoints.opened(house.folder) as store:
            data = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) if store else None
    return rdflib.Graph().parse(data=data, format="nt")


def _question(text: str) -> Question:
    admitted = admission.admit(text)
    form = results.negotiate("*/*", results.kind_of(admitted.form))
    return Question(text=admitted.text, form=admitted.form, format=form)


def _whole(found: Result) -> bytes | None:
    return found.serialize(format="turtle" if found.type == "CONSTRUCT" else "json")


def _second(act: Callable[[], object]) -> float:
    act()
    return _seconds(act)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def _now() -> datetime:
    return datetime.now(UTC)
