"""The SQL of records: newest states, their sets, and the lists that OAI-PMH pages through."""

import zlib
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, update

from repository.store.tables import record_sets, records, source_bytes

IN_CHUNK = 400
"""Ids in one IN list: below every database's limit on bound values."""


class Selection(Struct, frozen=True):
    """Which records a list covers: a set spec, and datestamps from/until, both inclusive; "" where open."""

    set_spec: str = ""
    earliest: str = ""
    latest: str = ""


class State(Struct, frozen=True):
    """The newest state of a record as stored; `sets` are those it shows, `body` canonical JSON."""

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
    """Insert new states and replace those that exist."""
    if fresh:
        connection.execute(insert(records), [_columns(state) for state in fresh])
    if changed:
        names = [name for name in State.__struct_fields__ if name != "id"]
        statement = (
            update(records).where(records.c.id == bindparam("b_id")).values({n: bindparam(f"b_{n}") for n in names})
        )
        rows = [{f"b_{name}": value for name, value in _columns(state).items()} for state in changed]
        connection.execute(statement, rows)


def _columns(state: State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in State.__struct_fields__}


def write_sets(connection: Connection, written: Iterable[State]) -> None:
    """Put each record into the sets it shows, under its new change number; remember those it has left.

    A withdrawn record shows again every set that it was ever in, so that no partner keeps a ghost.
    """
    held = list(written)
    former = _sets_of(connection, [state.id for state in held])
    rows = [row for state in held for row in _set_rows(state, former.get(state.id, set()))]
    for start in range(0, len(held), IN_CHUNK):
        ids = [state.id for state in held[start : start + IN_CHUNK]]
        connection.execute(delete(record_sets).where(record_sets.c.record.in_(ids)))
    if rows:
        connection.execute(insert(record_sets), rows)


def _set_rows(state: State, former: set[str]) -> list[dict[str, Any]]:
    shown = set(state.sets.split())
    common = {"change": state.change, "record": state.id, "datestamp": state.datestamp}
    return [{**common, "set_spec": spec, "visible": spec in shown} for spec in sorted(shown | former)]


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


def write_source_bytes(connection: Connection, kept: Sequence[tuple[str, str, bytes]]) -> None:
    """Keep what a partner sent: (record id, metadata prefix, bytes), one for each record; the same again is
    not written again."""
    for start in range(0, len(kept), IN_CHUNK):
        part = kept[start : start + IN_CHUNK]
        rows = {id: {"record": id, "format": prefix, "bytes": zlib.compress(held, 1)} for id, prefix, held in part}
        held = connection.execute(select(source_bytes).where(source_bytes.c.record.in_(list(rows))))
        before = {row.record: row._asdict() for row in held}
        if replaced := [id for id, row in before.items() if row != rows[id]]:
            connection.execute(delete(source_bytes).where(source_bytes.c.record.in_(replaced)))
        if fresh := [row for id, row in rows.items() if before.get(id) != row]:
            connection.execute(insert(source_bytes), fresh)


def read_source_bytes(connection: Connection, id: str) -> tuple[str, bytes] | None:
    """What a partner sent for a record: (metadata prefix, bytes), or None for one of our own."""
    wanted = select(source_bytes.c.format, source_bytes.c.bytes).where(source_bytes.c.record == id)
    row = connection.execute(wanted).first()
    return (row.format, zlib.decompress(row.bytes)) if row else None


def page(
    connection: Connection, chosen: Selection, after: int, frozen: int, limit: int, columns: Sequence[str]
) -> Sequence[Row[Any]]:
    """One page of a list: the rows with after < change <= frozen, in the order of their change numbers.

    Datestamps never fall as change numbers rise, so the order is also that of the datestamps.
    """
    source, where = _filtered(chosen)
    change = record_sets.c.change if chosen.set_spec else records.c.change
    wanted = (
        select(*(records.c[name] for name in columns))
        .select_from(source)
        .where(change > after, change <= frozen, *where)
        .order_by(change)
        .limit(limit)
    )
    return connection.execute(wanted).all()


def count(connection: Connection, chosen: Selection, frozen: int) -> int:
    """How many records a list covers, up to the change number that its first page froze."""
    source, where = _filtered(chosen)
    change = record_sets.c.change if chosen.set_spec else records.c.change
    wanted = select(func.count()).select_from(source).where(change <= frozen, *where)
    return connection.scalar(wanted) or 0


def _filtered(chosen: Selection) -> tuple[Any, list[Any]]:
    table = record_sets if chosen.set_spec else records
    where = []
    if chosen.earliest:
        where.append(table.c.datestamp >= chosen.earliest)
    if chosen.latest:
        where.append(table.c.datestamp <= chosen.latest)
    if not chosen.set_spec:
        return records, where
    joined = record_sets.join(records, and_(records.c.id == record_sets.c.record))
    return joined, [record_sets.c.set_spec == chosen.set_spec, record_sets.c.visible, *where]


def set_specs(connection: Connection) -> list[str]:
    """All sets that any record shows, sorted."""
    wanted = select(record_sets.c.set_spec).where(record_sets.c.visible).distinct().order_by(record_sets.c.set_spec)
    return list(connection.scalars(wanted))


def earliest(connection: Connection) -> str | None:
    """The datestamp of the oldest newest-state, the lower bound that Identify states; None when empty."""
    return connection.scalar(select(records.c.datestamp).order_by(records.c.change).limit(1))


def ids_after(connection: Connection, after: str, limit: int, source: str | None = None) -> list[str]:
    """Ids of published records in the order of ids, for walks over the whole catalogue or one source."""
    wanted = select(records.c.id).where(records.c.id > after, records.c.withdrawn.is_(False))
    if source is not None:
        wanted = wanted.where(records.c.source == source)
    return list(connection.scalars(wanted.order_by(records.c.id).limit(limit)))


def totals(connection: Connection) -> tuple[int, int]:
    """(published, withdrawn) records."""
    rows = connection.execute(select(records.c.withdrawn, func.count()).group_by(records.c.withdrawn))
    found = {bool(withdrawn): number for withdrawn, number in rows}
    return found.get(False, 0), found.get(True, 0)
