"""One run of a source at a time, by a lock that its holder takes along when it dies.

On SQLite it is an advisory lock on a file beside the database, on PostgreSQL one of the server's own. Nobody has to
clear up after a run that was killed, and whoever looks can tell such a run from one that goes on.
"""

import fcntl
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from sqlalchemy import BigInteger, Connection, Select, cast, column, func, select, table

from harvest.errors import SourceBusy
from repository.store.database import Database

_FOLDER: Final = "harvests"
_PATIENCE: Final = 0.5
_PAUSE: Final = 0.05
_CLASS: Final = 0x4D5552  # "MUR": runs, beside the key of the write lock

_locks: Final = table("pg_locks", *map(column, ("locktype", "database", "classid", "objid", "objsubid")))
_databases: Final = table("pg_database", column("oid"), column("datname"))


@contextmanager
def alone(database: Database, source: str) -> Iterator[None]:
    """Hold a source for the length of the block; raises SourceBusy where another run holds it."""
    with (_by_file if database.is_sqlite else _by_server)(database, source):
        yield


def is_held(database: Database, source: str) -> bool:
    """Whether a run of a source goes on, here or in any other process."""
    if not database.is_sqlite:
        with database.reading() as connection:
            return bool(connection.scalar(_look(source)))
    path = _path(database, source)
    if path is None or not path.exists():
        return False
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _by_file(database: Database, source: str) -> Iterator[None]:
    path = _path(database, source)
    if path is None:
        yield
        return
    path.parent.mkdir(exist_ok=True)
    with path.open("ab") as file:
        _wait_for(lambda: _locked(file.fileno()), source)
        yield


def _locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _by_server(database: Database, source: str) -> Iterator[None]:
    with database.session() as connection:
        _wait_for(lambda: _taken(connection, source), source)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(_CLASS, _key(source))))


def _taken(connection: Connection, source: str) -> bool:
    return bool(connection.scalar(select(func.pg_try_advisory_lock(_CLASS, _key(source)))))


def _look(source: str) -> Select[Any]:
    """How many sessions of this database hold a source. Source: PostgreSQL, the view pg_locks."""
    here = select(_databases.c.oid).where(_databases.c.datname == func.current_database()).scalar_subquery()
    wanted = {"classid": _CLASS, "objid": _key(source), "objsubid": 2}
    return (
        select(func.count())
        .select_from(_locks)
        .where(_locks.c.locktype == "advisory", _locks.c.database == here)
        .where(*(cast(_locks.c[name], BigInteger) == number for name, number in wanted.items()))
    )


def _wait_for(take: Callable[[], bool], source: str) -> None:
    """Take the lock; a look at it by somebody else may be in the way for a moment."""
    for _ in range(int(_PATIENCE / _PAUSE)):
        if take():
            return
        time.sleep(_PAUSE)
    raise SourceBusy(source=source)


def _path(database: Database, source: str) -> Path | None:
    """The file whose lock stands for a source; None for a database in memory, which nobody else can reach."""
    if not database.where or database.where == ":memory:":
        return None
    return Path(database.where).parent / _FOLDER / f"{quote(source, safe='')}.lock"


def _key(source: str) -> int:
    """The second number of PostgreSQL's lock; positive, since it is shown unsigned and given signed."""
    return zlib.crc32(source.encode()) & 0x7FFFFFFF
