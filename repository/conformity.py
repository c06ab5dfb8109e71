"""SHACL over every record, behind its writing: which shapes each does not meet.

The field rules have judged a record when it is stored; this is the second look, by an engine of its own over the RDF
that goes out. It follows the change feed in batches, as a command that a served catalogue starts by itself.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Final, Literal

from sqlalchemy import Connection, delete, func, select

from repository import feed
from repository.catalogue import Catalogue, Stored
from repository.namespaces import SHAPE
from repository.profile import nquads, shapes, validation
from repository.record import Record
from repository.store import changes, positions, rows
from repository.store.database import Database
from repository.store.tables import records, shortcomings
from vocabularies.terms import Terms

FOLLOWER: Final = "shacl"
VERSION: Final = 1
UNJUDGED: Final = "unjudged"
"""Stands for the shapes of a record over which the engine failed."""

_BATCH: Final = 200

Need = Literal["deposit", "harvest"]
Progress = Callable[[int, int | None], None]


class Conformity:
    """The table of shortcomings."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def is_behind(self, before: str = "") -> bool:
        """Whether any record has changed since the last look; where `before` is given (a datestamp), only once none has
        changed later than that, so that a harvest is over first."""
        with self.database.reading() as connection:
            after = positions.read(connection, FOLLOWER, VERSION)
            newest = connection.scalar(select(func.max(records.c.datestamp))) or ""
            rests = not before or newest <= before
            return rests and bool(changes.feed(connection, after, 1, ("record",)))

    def follow(self, catalogue: Catalogue, progress: Progress = lambda _done, _total: None) -> int:
        """Look at the records that have changed since the last time; returns how many."""
        seen = 0

        def look_at(held: Mapping[str, Stored]) -> feed.Write:
            nonlocal seen
            found = look(held, catalogue.terms())
            seen += len(held)
            progress(seen, None)
            return lambda connection: _replace(connection, list(held), found)

        return feed.follow(catalogue, FOLLOWER, VERSION, look_at, _BATCH)

    def faulty(self, source: str) -> int:
        """How many published records of a source do not meet some shape."""
        wanted = select(func.count()).select_from(shortcomings.join(records, records.c.id == shortcomings.c.record))
        with self.database.reading() as connection:
            return connection.scalar(wanted.where(records.c.source == source)) or 0

    def totals(self, source: str = "") -> Counter[str]:
        """How many published records do not meet each shape, and under "" how many do not meet some; of one source
        where it is named."""
        wanted = select(shortcomings.c.shapes).join(records, records.c.id == shortcomings.c.record)
        if source:
            wanted = wanted.where(records.c.source == source)
        counted: Counter[str] = Counter()
        with self.database.reading() as connection:
            for names in connection.scalars(wanted):
                counted.update(["", *names.split()])
        return counted


def _replace(connection: Connection, ids: list[str], found: Mapping[str, list[str]]) -> None:
    connection.execute(delete(shortcomings).where(shortcomings.c.record.in_(ids)))
    rows.add(connection, shortcomings, [(id, " ".join(names)) for id, names in sorted(found.items())])


def look(held: Mapping[str, Stored], terms: Terms) -> dict[str, list[str]]:
    """Those of the published records that do not meet some shape -> the names of the shapes, sorted.

    Harvested records are held to what is asked of a harvest, our own to what is asked of a deposit.
    """
    found: dict[str, set[str]] = {}
    by_need: dict[Need, list[Record]] = {}
    for each in held.values():
        if not each.withdrawn:
            by_need.setdefault("harvest" if each.state.source else "deposit", []).append(each.record)
    for need, chosen in by_need.items():
        for id, names in _judged(chosen, terms, _shapes(terms, need)).items():
            found.setdefault(id, set()).update(names)
    return {id: sorted(names) for id, names in found.items() if id in held}


def _judged(chosen: Sequence[Record], terms: Terms, wanted: bytes) -> dict[str, set[str]]:
    """The names of the shapes that records do not meet, by id. Where an engine fails over a batch, each record goes
    alone, and one that it cannot judge is noted under `UNJUDGED`: it must not keep those after it waiting."""
    try:
        findings = validation.shacl(b"".join(nquads.write(each, terms) for each in chosen), wanted)
    except validation.NoShaclEngine:
        raise
    except Exception:
        if len(chosen) == 1:
            return {chosen[0].id: {UNJUDGED}}
        return {id: names for each in chosen for id, names in _judged([each], terms, wanted).items()}
    found: dict[str, set[str]] = {}
    for focus, shape in findings:
        found.setdefault(terms.local_id(focus.partition("#")[0]), set()).add(shape.removeprefix(SHAPE))
    return found


def _shapes(terms: Terms, need: Need) -> bytes:
    key = terms.version, need
    if key not in _made:
        _made[key] = shapes.graph(terms, need)
    return _made[key]


_made: dict[tuple[int, Need], bytes] = {}
