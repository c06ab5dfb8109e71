"""Answers of a source that are kept back until the whole list has been judged: the table `staged`."""

import zlib
from collections.abc import Iterator
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, delete, func, insert, select

from repository.store.database import Database
from repository.store.tables import staged

_encoder: Final = msgspec.msgpack.Encoder()


class Kept(Struct, frozen=True, array_like=True):
    """One answer as it came, and the charset that its HTTP header named."""

    body: bytes
    charset: str = ""


class Staging:
    """What is kept back of one source."""

    def __init__(self, database: Database, source: str) -> None:
        self.database, self.source = database, source

    def numbers(self) -> list[int]:
        """The numbers of the answers that are kept, in the order in which they came."""
        wanted = select(staged.c.number).where(staged.c.source == self.source).order_by(staged.c.number)
        with self.database.reading() as connection:
            return list(connection.scalars(wanted))

    def read(self) -> Iterator[tuple[int, Kept]]:
        """Every answer with its number, one at a time."""
        for number in self.numbers():
            wanted = select(staged.c.bytes).where(staged.c.source == self.source, staged.c.number == number)
            with self.database.reading() as connection:
                data = connection.scalar(wanted)
            if data is not None:
                yield number, msgspec.msgpack.decode(zlib.decompress(data), type=Kept)

    def clear(self) -> None:
        with self.database.writing() as connection:
            connection.execute(delete(staged).where(staged.c.source == self.source))


def keep(connection: Connection, source: str, kept: Kept) -> None:
    """Keep an answer after those that are there."""
    last = connection.scalar(select(func.max(staged.c.number)).where(staged.c.source == source))
    data = zlib.compress(_encoder.encode(kept), 1)
    connection.execute(insert(staged).values(source=source, number=(last or 0) + 1, bytes=data))


def forget(connection: Connection, source: str, number: int) -> None:
    """Let go of an answer whose records are stored."""
    connection.execute(delete(staged).where(staged.c.source == source, staged.c.number == number))
