"""Change numbers and datestamps: given under the write lock, written down with who did what and why.

Every function that takes a connection expects one of `Database.writing`, except the three that read the feed.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Literal

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, insert, select

from repository.store import rows
from repository.store.packing import pack, unpack
from repository.store.tables import history, meta

_META = select(meta.c.value).where(meta.c.name == bindparam("named"))
_NEWEST = select(history.c.change, history.c.datestamp).order_by(history.c.change.desc()).limit(1)

Kind = Literal["record", "kit", "scheme", "concept", "collection"]
Action = Literal["created", "changed", "withdrawn", "restored"]
Clock = Callable[[], datetime]


class Act(Struct, frozen=True, kw_only=True):
    """Why something is changed: one act (its UUID) may be many changes; an undo is another act."""

    id: str
    who: str
    why: str


class Change(Struct, frozen=True):
    """One entry of the feed, in the order of `number`; the state it brought is looked up by kind and id."""

    number: int
    kind: Kind
    id: str
    action: Action
    datestamp: str = ""


class Event(Struct, frozen=True):
    """One entry of an object's history. `datestamp` is UTC with seconds; `body` the state it brought."""

    number: int
    datestamp: str
    action: Action
    act: str
    who: str
    why: str
    body: bytes


class Stamp(Struct, frozen=True):
    """What a batch of changes is numbered from, and the datestamp they share."""

    number: int
    datestamp: str


def written(moment: datetime) -> str:
    """A moment as OAI-PMH writes it: UTC with seconds. Source: OAI-PMH 2.0 section 3.3."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stamp(connection: Connection, clock: Clock) -> Stamp:
    """The next change number, and a datestamp no earlier than any given or any responseDate issued before.

    The clock is read here, after the lock was taken: a time taken before it lost changes in nearly every trial.
    """
    newest = connection.execute(_NEWEST).first()
    number, datestamp = (newest.change, newest.datestamp) if newest else (0, "")
    return Stamp(number + 1, max(written(clock()), datestamp, read_meta(connection, "response_date") or ""))


def log(
    connection: Connection, given: Stamp, kind: Kind, act: Act, changes: Sequence[tuple[int, str, Action, bytes]]
) -> None:
    """Write changes (number, id, action, body) into the history."""
    fresh = [
        (number, given.datestamp, kind, id, action, act.id, act.who, act.why, pack(body))
        for number, id, action, body in changes
    ]
    rows.add(connection, history, fresh)


def read_meta(connection: Connection, name: str) -> str | None:
    return connection.scalar(_META, {"named": name})


def write_meta(connection: Connection, name: str, value: str) -> None:
    changed = connection.execute(meta.update().where(meta.c.name == name).values(value=value))
    if not changed.rowcount:
        connection.execute(insert(meta).values(name=name, value=value))


def feed(connection: Connection, after: int, limit: int, kinds: Iterable[Kind] = ()) -> list[Change]:
    """The changes numbered above `after`, oldest first; of the given kinds, or of all."""
    columns = (history.c.change, history.c.kind, history.c.id, history.c.action, history.c.datestamp)
    wanted = select(*columns).where(history.c.change > after)
    if kinds:
        wanted = wanted.where(history.c.kind.in_(list(kinds)))
    return [Change(*row) for row in connection.execute(wanted.order_by(history.c.change).limit(limit))]


def newest(connection: Connection) -> int:
    """The number of the newest committed change; 0 for an empty catalogue."""
    return connection.scalar(select(func.max(history.c.change))) or 0


def of_act(connection: Connection, act: str, kind: Kind) -> list[str]:
    """The ids of the objects of a kind that an act changed."""
    wanted = select(history.c.id).where(history.c.act == act, history.c.kind == kind).distinct()
    return list(connection.scalars(wanted.order_by(history.c.id)))


def events(connection: Connection, kind: Kind, id: str) -> list[Event]:
    """The history of one object, oldest first."""
    found = connection.execute(
        select(
            history.c.change,
            history.c.datestamp,
            history.c.action,
            history.c.act,
            history.c.who,
            history.c.why,
            history.c.body,
        )
        .where(history.c.kind == kind, history.c.id == id)
        .order_by(history.c.change)
    )
    return [Event(*row[:-1], unpack(row.body)) for row in found]
