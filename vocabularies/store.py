"""Where schemes and concepts live, and the snapshot of them that everybody looks words up in."""

from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Table, bindparam, func, insert, select, update

from repository.store import changes
from repository.store.changes import Act, Action, Clock, Kind
from repository.store.database import Database
from repository.store.tables import collections, concepts, schemes
from vocabularies.concept import Collection, Concept, Scheme, Vocabulary
from vocabularies.terms import Terms

_encoder = msgspec.json.Encoder()
_concept, _scheme = msgspec.json.Decoder(Concept), msgspec.json.Decoder(Scheme)
_collection = msgspec.json.Decoder(Collection)
_CHUNK = 400


class Stored(Struct, frozen=True):
    """How many concepts of a scheme were created, changed and left as they were."""

    scheme: str
    created: int
    changed: int
    unchanged: int


def put(database: Database, vocabulary: Vocabulary, act: Act, clock: Clock) -> Stored:
    """Store a scheme and its concepts in one transaction. Concepts that the file lacks are left as they are.

    A file that adds concepts and says nothing about their scheme leaves the scheme's own description as it is.
    """
    with database.writing() as connection:
        return put_within(connection, vocabulary, act, clock)


def put_within(connection: Connection, vocabulary: Vocabulary, act: Act, clock: Clock) -> Stored:
    """`put` in a transaction that does more than this."""
    given = changes.stamp(connection, clock)
    numbers = count(given.number)
    scheme = (vocabulary.scheme.id, _described(connection, vocabulary.scheme))
    _write(connection, schemes, schemes.c.id, "scheme", [scheme], numbers, given, act, _scheme_columns)
    rows = list({concept.iri: _encoder.encode(concept) for concept in vocabulary.concepts}.items())
    created, changed = _write(
        connection, concepts, concepts.c.iri, "concept", rows, numbers, given, act, _concept_columns
    )
    return Stored(vocabulary.scheme.id, created, changed, len(rows) - created - changed)


def put_collections(database: Database, held: Iterable[Collection], act: Act, clock: Clock) -> tuple[int, int]:
    """Store collections whole; returns (created, changed)."""
    with database.writing() as connection:
        given = changes.stamp(connection, clock)
        rows = list({each.iri: _encoder.encode(each) for each in held}.items())
        numbers = count(given.number)
        return _write(connection, collections, collections.c.iri, "collection", rows, numbers, given, act, lambda _: {})


def version(database: Database) -> int:
    """The number of the newest change to any scheme, concept or collection; 0 when there are none."""
    with database.reading() as connection:
        return newest(connection)


def newest(connection: Connection) -> int:
    """`version`, as a transaction sees it."""
    tables = (schemes, concepts, collections)
    return max(connection.scalar(select(func.max(table.c.change))) or 0 for table in tables)


def snapshot(database: Database, base_iri: str) -> Terms:
    """All vocabularies as they are now, frozen."""
    with database.reading() as connection:
        return read(connection, base_iri)


def read(connection: Connection, base_iri: str) -> Terms:
    """`snapshot`, as a transaction sees it. Concepts come in the order of their IRIs."""
    held: dict[str, list[Concept]] = {}
    rows = select(concepts.c.scheme, concepts.c.body).where(concepts.c.withdrawn.is_(False))
    for row in connection.execute(rows.order_by(concepts.c.iri)):
        held.setdefault(row.scheme, []).append(_concept.decode(row.body))
    described = map(_scheme.decode, connection.scalars(select(schemes.c.body).order_by(schemes.c.id)))
    vocabularies = [Vocabulary(scheme, tuple(held.get(scheme.id, ()))) for scheme in described]
    groups = connection.scalars(select(collections.c.body).order_by(collections.c.iri))
    return Terms(vocabularies, map(_collection.decode, groups), base_iri=base_iri, version=newest(connection))


def concepts_of(connection: Connection, scheme: str) -> list[Concept]:
    """The published concepts of a scheme, in the order of their IRIs."""
    wanted = select(concepts.c.body).where(concepts.c.scheme == scheme, concepts.c.withdrawn.is_(False))
    return [_concept.decode(body) for body in connection.scalars(wanted.order_by(concepts.c.iri))]


def _described(connection: Connection, scheme: Scheme) -> bytes:
    """The body to store for a scheme: the one that is there, where `scheme` has an address and no title."""
    held = _bodies(connection, schemes, schemes.c.id, [scheme.id]).get(scheme.id)
    return held if held is not None and not scheme.title else _encoder.encode(scheme)


def _write(
    connection: Connection,
    table: Table,
    key: Any,
    kind: Kind,
    rows: Sequence[tuple[str, bytes]],
    numbers: Any,
    given: changes.Stamp,
    act: Act,
    columns: Any,
) -> tuple[int, int]:
    """Insert or replace rows (id, body) whose body is new; returns (created, changed)."""
    before = _bodies(connection, table, key, [id for id, _ in rows])
    done: list[tuple[int, str, Action, bytes]] = []
    values: dict[Action, list[dict[str, Any]]] = {"created": [], "changed": []}
    for id, body in rows:
        if before.get(id) == body:
            continue
        action: Action = "changed" if id in before else "created"
        number = next(numbers)
        values[action].append({"change": number, "body": body, "key": id, **columns(body)})
        done.append((number, id, action, body))
    if values["created"]:
        connection.execute(insert(table).values({key.name: bindparam("key")}), values["created"])
    if values["changed"]:
        connection.execute(update(table).where(key == bindparam("key")), values["changed"])
    changes.log(connection, given, kind, act, done)
    created = sum(action == "created" for _, _, action, _ in done)
    return created, len(done) - created


def _bodies(connection: Connection, table: Table, key: Any, ids: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for start in range(0, len(ids), _CHUNK):
        wanted = select(key, table.c.body).where(key.in_(ids[start : start + _CHUNK]))
        found.update((row[0], row.body) for row in connection.execute(wanted))
    return found


def _scheme_columns(body: bytes) -> dict[str, Any]:
    return {"iri": _scheme.decode(body).iri}


def _concept_columns(body: bytes) -> dict[str, Any]:
    return {"scheme": _concept.decode(body).scheme, "withdrawn": False}
