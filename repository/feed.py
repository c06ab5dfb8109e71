"""Following the records of the change feed with a place that is kept in the database, in the transaction of what
comes of it."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import Connection

from repository.catalogue import Catalogue, Stored
from repository.store import positions

BATCH: Final = 400

Write = Callable[[Connection], None]
Look = Callable[[Mapping[str, Stored]], Write]
"""Looks at records that have changed, by id, without holding up any writer; returns what is then written."""


def follow(catalogue: Catalogue, name: str, version: int, look: Look, batch: int = BATCH) -> int:
    """Take in what records have changed since the last time; returns how many were looked at.

    `name` and `version` say whose place it is; another version begins anew. Where two follow at once, what the second
    one found is dropped and looked for again.
    """
    database, seen = catalogue.database, 0
    while True:
        with database.reading() as connection:
            after = positions.read(connection, name, version)
        newest = catalogue.newest()
        if newest <= after:
            return seen
        feed = catalogue.changes(after, batch, ("record",))
        held = catalogue.get_many(list({each.id for each in feed}))
        write = look(held)
        with database.writing() as connection:
            if positions.read(connection, name, version) == after:
                write(connection)
                # Where no record has changed, the next look need not pass by all the other changes again.
                positions.write(connection, name, feed[-1].number if feed else newest, version)
        seen += len(held)
