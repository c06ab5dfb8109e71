"""The SQL of records: newest states, their sets, and the lists that OAI-PMH pages through."""

import json
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict, astuple
from sqlalchemy import Connection, LargeBinary, Row, Select, bindparam, delete, func, literal, select

from repository.store import rows
from repository.store.packing import pack, unpack
from repository.store.tables import record_sets, records, source_bytes

IN_CHUNK = 400
"""Ids in one IN list: below every database's limit on bound values."""


class Selection(Struct, frozen=True):
    """Which records a list covers: a set spec, and datestamps from/until, both inclusive; "" where open. `without`
    names a source whose records it leaves out."""

    set_spec: str = ""
    earliest: str = ""
    latest: str = ""
    without: str = ""


class State(Struct, frozen=True):
    """The newest state of a record as stored: the columns of its table, in their order.

    `sets` are those it shows, `body` canonical JSON.
    """

    id: str
    change: int
    datestamp: str
    withdrawn: bool
    source: str | None
    origin: str | None
    sets: str
    body: bytes
    oai_dc: bytes | None
    renderer: str | None


_STATE = tuple(records.c[name] for name in State.__struct_fields__)


def states(connection: Connection, ids: Sequence[str]) -> dict[str, State]:
    """The newest states of those of `ids` that exist."""
    found: dict[str, State] = {}
    for start in range(0, len(ids), IN_CHUNK):
        wanted = select(*_STATE).where(records.c.id.in_(ids[start : start + IN_CHUNK]))
        found.update((row.id, State(*row)) for row in connection.execute(wanted))
    return found


def using(connection: Connection, iri: str) -> list[str]:
    """The ids of published records that name an address as the value of any property, in their order.

    Their canonical JSON is looked through, so nothing has to be kept up for it: 20,000 records take 50 ms.
    """
    named = json.dumps(iri, ensure_ascii=False).encode()
    here = records.c.body
    place = func.instr(here, named) if connection.dialect.name == "sqlite" else func.position(_in(named, here))
    wanted = select(records.c.id).where(records.c.withdrawn.is_(False), place > 0)
    return list(connection.scalars(wanted.order_by(records.c.id)))


def _in(named: bytes, column: Any) -> Any:
    """`named IN column`, as PostgreSQL's position() takes it."""
    return literal(named, LargeBinary).op("IN")(column)


def bodies(connection: Connection) -> Iterator[bytes]:
    """The canonical JSON of every published record."""
    wanted = select(records.c.body).where(records.c.withdrawn.is_(False)).execution_options(yield_per=1000)
    yield from connection.scalars(wanted)


def by_origin(connection: Connection, source: str, origins: Sequence[str]) -> dict[str, str]:
    """The ids of a source's records by their OAI identifier there."""
    found: dict[str, str] = {}
    for start in range(0, len(origins), IN_CHUNK):
        wanted = select(records.c.origin, records.c.id).where(
            records.c.source == source, records.c.origin.in_(origins[start : start + IN_CHUNK])
        )
        found.update((row.origin, row.id) for row in connection.execute(wanted))
    return found


def write(connection: Connection, fresh: Sequence[State], changed: Sequence[State]) -> None:
    """Insert new states and replace those that exist, with the sets that each shows."""
    rows.add(connection, records, [astuple(state) for state in fresh])
    rows.replace(connection, records, [astuple(state) for state in changed])
    _write_sets(connection, fresh, changed)


def _write_sets(connection: Connection, fresh: Sequence[State], changed: Sequence[State]) -> None:
    """Put each record into the sets it shows, under its new change number; remember those it has left.

    A withdrawn record shows again every set that it was ever in, so that no partner keeps a ghost.
    """
    former = _sets_of(connection, [state.id for state in changed])
    for start in range(0, len(changed), IN_CHUNK):
        ids = [state.id for state in changed[start : start + IN_CHUNK]]
        connection.execute(delete(record_sets).where(record_sets.c.record.in_(ids)))
    held = [row for state in (*fresh, *changed) for row in _set_rows(state, former.get(state.id, set()))]
    rows.add(connection, record_sets, held)


def _set_rows(state: State, former: set[str]) -> list[tuple[str, int, str, str, bool]]:
    shown = set(state.sets.split())
    return [(spec, state.change, state.id, state.datestamp, spec in shown) for spec in sorted(shown | former)]


def all_sets(connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    """Every set that each record is or ever was in."""
    return _sets_of(connection, ids)


def _sets_of(connection: Connection, ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for start in range(0, len(ids), IN_CHUNK):
        wanted = select(record_sets.c.record, record_sets.c.set_spec).where(
            record_sets.c.record.in_(ids[start : start + IN_CHUNK])
        )
        for row in connection.execute(wanted):
            found.setdefault(row.record, set()).add(row.set_spec)
    return found


def write_source_bytes(connection: Connection, kept: Sequence[tuple[str, str, bytes]], known: Collection[str]) -> None:
    """Keep what a partner sent: (record id, metadata prefix, bytes), one for each record; the same again is
    not written again. `known` are the records that were there before, so that only theirs are looked for."""
    given = {id: (id, prefix, pack(held)) for id, prefix, held in kept}
    sought = [id for id in given if id in known]
    before: dict[str, tuple[Any, ...]] = {}
    for start in range(0, len(sought), IN_CHUNK):
        wanted = select(source_bytes).where(source_bytes.c.record.in_(sought[start : start + IN_CHUNK]))
        before.update((row.record, tuple(row)) for row in connection.execute(wanted))
    rows.replace(connection, source_bytes, [given[id] for id, row in before.items() if row != given[id]])
    rows.add(connection, source_bytes, [row for id, row in given.items() if id not in before])


def read_source_bytes(connection: Connection, id: str) -> tuple[str, bytes] | None:
    """What a partner sent for a record: (metadata prefix, bytes), or None for one of our own."""
    return source_bytes_of(connection, [id]).get(id)


def source_bytes_of(connection: Connection, ids: Sequence[str]) -> dict[str, tuple[str, bytes]]:
    """What partners sent for those of `ids` that came from one: id -> (metadata prefix, bytes)."""
    found: dict[str, tuple[str, bytes]] = {}
    for start in range(0, len(ids), IN_CHUNK):
        wanted = select(source_bytes).where(source_bytes.c.record.in_(ids[start : start + IN_CHUNK]))
        for row in connection.execute(wanted):
            found[row.record] = row.format, unpack(row.bytes)
    return found


def page(
    connection: Connection, chosen: Selection, after: int, frozen: int, limit: int, columns: Sequence[str]
) -> Sequence[Row[Any]]:
    """One page of a list: the rows with after < change <= frozen, in the order of their change numbers.

    Datestamps never fall as change numbers rise, so the order is also that of the datestamps.
    """
    wanted = _page_of(_shape(chosen), tuple(columns))
    return connection.execute(wanted, {**_given(chosen), "after": after, "frozen": frozen, "most": limit}).all()


def count(connection: Connection, chosen: Selection, frozen: int) -> int:
    """How many records a list covers, up to the change number that its first page froze."""
    return connection.scalar(_count_of(_shape(chosen)), {**_given(chosen), "frozen": frozen}) or 0


_Shape = tuple[bool, bool, bool, bool]


def _shape(chosen: Selection) -> _Shape:
    return bool(chosen.set_spec), bool(chosen.earliest), bool(chosen.latest), bool(chosen.without)


def _given(chosen: Selection) -> dict[str, Any]:
    return {name: value for name, value in asdict(chosen).items() if value}


@lru_cache(maxsize=64)
def _page_of(shape: _Shape, columns: tuple[str, ...]) -> Select[Any]:
    """The statement of a page, made once for each shape: putting it together takes as long as running it."""
    in_set = shape[0]
    table = record_sets if in_set else records
    source = record_sets.join(records, records.c.id == record_sets.c.record) if in_set else records
    return (
        select(*(records.c[name] for name in columns))
        .select_from(source)
        .where(table.c.change > bindparam("after"), *_filters(shape))
        .order_by(table.c.change)
        .limit(bindparam("most"))
    )


@lru_cache(maxsize=16)
def _count_of(shape: _Shape) -> Select[Any]:
    table = record_sets if shape[0] else records
    return select(func.count()).select_from(table).where(*_filters(shape))


def _filters(shape: _Shape) -> list[Any]:
    in_set, since, until, without = shape
    table = record_sets if in_set else records
    where: list[Any] = [table.c.change <= bindparam("frozen")]
    if since:
        where.append(table.c.datestamp >= bindparam("earliest"))
    if until:
        where.append(table.c.datestamp <= bindparam("latest"))
    if in_set:
        where += [record_sets.c.set_spec == bindparam("set_spec"), record_sets.c.visible]
    if without:
        where.append(func.coalesce(records.c.source, "") != bindparam("without"))
    return where


def set_specs(connection: Connection) -> list[str]:
    """All sets that any record shows, sorted."""
    return list(connection.scalars(_SET_SPECS))


def _set_specs() -> Select[Any]:
    """From each set spec to the next by the index: sets are few, and their rows are several for each record."""
    first = select(func.min(record_sets.c.set_spec).label("spec")).cte("specs", recursive=True)
    following = select(func.min(record_sets.c.set_spec)).where(record_sets.c.set_spec > first.c.spec)
    specs = first.union_all(select(following.scalar_subquery()).where(first.c.spec.is_not(None)))
    shown = select(record_sets.c.change).where(record_sets.c.set_spec == specs.c.spec, record_sets.c.visible)
    return select(specs.c.spec).where(shown.exists()).order_by(specs.c.spec)


_SET_SPECS = _set_specs()


def earliest(connection: Connection) -> str | None:
    """The datestamp of the oldest newest-state, the lower bound that Identify states; None when empty."""
    return connection.scalar(select(records.c.datestamp).order_by(records.c.change).limit(1))


def ids_after(connection: Connection, after: str, limit: int, source: str | None = None) -> list[str]:
    """Ids of published records in the order of ids, for walks over the whole catalogue or one source."""
    wanted = select(records.c.id).where(records.c.id > after, records.c.withdrawn.is_(False))
    if source is not None:
        wanted = wanted.where(records.c.source == source)
    return list(connection.scalars(wanted.order_by(records.c.id).limit(limit)))


def published_count(connection: Connection, source: str) -> int:
    chosen = (records.c.source == source, records.c.withdrawn.is_(False))
    return connection.scalar(select(func.count()).select_from(records).where(*chosen)) or 0


def totals(connection: Connection) -> tuple[int, int]:
    """(published, withdrawn) records: all less the withdrawn ones, of which there is a short index."""
    total = select(func.count()).select_from(records)
    withdrawn = total.where(records.c.withdrawn).scalar_subquery()
    row = connection.execute(select(total.scalar_subquery() - withdrawn, withdrawn)).one()
    return row[0], row[1]
