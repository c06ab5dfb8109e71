"""Drafts: descriptions that are not public. No feed, no projection and no public interface reads them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, insert, select, update

from repository.exchange.errors import DraftNotFound
from repository.record import Record
from repository.store.changes import written
from repository.store.database import Database
from repository.store.records import IN_CHUNK
from repository.store.tables import drafts

Outcome = Literal["created", "changed", "unchanged"]
_record = msgspec.json.Decoder(Record)


class Draft(Struct, frozen=True):
    """A description to be kept under a key of its own: the same key again is the same draft."""

    key: str
    record: Record


class Saved(Struct, frozen=True):
    """A draft as stored: who saved it last, and when (UTC with seconds)."""

    id: str
    key: str
    who: str
    saved: str
    record: Record


def save_many(database: Database, held: Sequence[Draft], who: str, now: datetime) -> list[Outcome]:
    """Store drafts in one transaction; returns what became of each, in their order.

    A draft whose description is the one already stored is left as it is, its date and author included.
    """
    with database.writing() as connection:
        before = _bodies(connection, [draft.key for draft in held])
        return [_save(connection, draft, before, who, written(now)) for draft in held]


def _save(connection: Connection, draft: Draft, before: dict[str, bytes], who: str, moment: str) -> Outcome:
    body = msgspec.json.encode(draft.record)
    known = before.get(draft.key)
    if known == body:
        return "unchanged"
    before[draft.key] = body
    values = {"who": who, "saved": moment, "body": body}
    if known is not None:
        connection.execute(update(drafts).where(drafts.c.key == draft.key).values(**values))
        return "changed"
    connection.execute(insert(drafts).values(id=draft.record.id, key=draft.key, **values))
    return "created"


def _bodies(connection: Connection, keys: Sequence[str]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for start in range(0, len(keys), IN_CHUNK):
        wanted = select(drafts.c.key, drafts.c.body).where(drafts.c.key.in_(keys[start : start + IN_CHUNK]))
        found.update((row.key, bytes(row.body)) for row in connection.execute(wanted))
    return found


def get(database: Database, id: str) -> Saved:
    """One draft; raises DraftNotFound."""
    with database.reading() as connection:
        row = connection.execute(select(drafts).where(drafts.c.id == id)).first()
    if row is None:
        raise DraftNotFound(identifier=id)
    return _saved([row])[0]


def listed(database: Database, who: str | None = None, limit: int = 1000) -> list[Saved]:
    """The drafts that were saved last, newest first; of one author where `who` is given."""
    wanted = select(drafts).order_by(drafts.c.saved.desc(), drafts.c.key).limit(limit)
    with database.reading() as connection:
        return _saved(connection.execute(wanted if who is None else wanted.where(drafts.c.who == who)))


def _saved(rows: Iterable[object]) -> list[Saved]:
    return [Saved(row.id, row.key, row.who, row.saved, _record.decode(row.body)) for row in rows]  # type: ignore[attr-defined]
