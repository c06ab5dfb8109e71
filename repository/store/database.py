"""One database, SQLite or PostgreSQL, with two ways in: `reading` and `writing`.

`writing` takes the one lock before anything else, which is what makes change numbers and datestamps true:
`BEGIN IMMEDIATE` on SQLite, a transaction-scoped advisory lock under READ COMMITTED on PostgreSQL.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool

from repository.errors import DatabaseRefused, DatabaseUnreachable, DataFolderUnusable, DiskFull
from repository.store.errors import DatabaseBusy

WRITE_LOCK: Final = 0x4D5554  # "MUT": the key of PostgreSQL's advisory lock
_BUSY_SECONDS: Final = 60
_WRITING: Final = "mutualis_writing"
_REFUSALS: Final = frozenset({"42501", "22P05", "25006"})
"""No right to, a character that its encoding lacks, read only. Source: PostgreSQL, appendix A, error codes."""
_PRAGMAS: Final = (
    "page_size=8192",
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-8000",
    "mmap_size=268435456",
    "wal_autocheckpoint=2000",
)
"""Pages that hold a whole record, which counts for a new file only and must come before its journal; and 256 MB
of the file mapped, so that all connections and processes share what the system has of it in memory."""

# An interrupt in the midst of closing a connection is raised; the pool would print it as well.
logging.getLogger("sqlalchemy.pool").addHandler(logging.NullHandler())


class Database:
    """Connections to one database. `url` is an SQLAlchemy URL; `where` is what errors call it."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self.where = parsed.database if self.is_sqlite else _shown(parsed)
        self.engine = _sqlite(url) if self.is_sqlite else _postgresql(url)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one consistent state of the database."""
        with self._translated(), self.engine.connect() as connection:
            options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            yield connection.execution_options(**options)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection that holds the write lock until it commits, at the end of the block."""
        with self._translated(), self.engine.connect() as connection:
            options: dict[str, Any] = {_WRITING: True} if self.is_sqlite else {"isolation_level": "READ COMMITTED"}
            connection = connection.execution_options(**options)
            with connection.begin():
                if not self.is_sqlite:
                    connection.execute(select(func.pg_advisory_xact_lock(WRITE_LOCK)))
                yield connection

    @contextmanager
    def session(self) -> Iterator[Connection]:
        """A connection without a transaction; a lock of PostgreSQL's that it takes lasts until it lets go or dies."""
        with self._translated(), self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def truncate_log(self) -> None:
        """Give back the disk space of SQLite's write-ahead log, which grows as long as somebody reads.

        It is tried and left for the next time where a reader is in the way: while it waits, nobody can write.
        """
        if not self.is_sqlite:
            return
        with self._translated(), self.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA busy_timeout=0")
            try:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                connection.exec_driver_sql(f"PRAGMA busy_timeout={_BUSY_SECONDS * 1000}")

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise _told(error, str(self.where)) from error


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=8,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: Any) -> None:
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(_WRITING)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    return engine


def _postgresql(url: str) -> Engine:
    arguments = {"connect_timeout": 10, "client_encoding": "utf8"}  # text as text, whatever the server's own encoding
    return create_engine(url, pool_size=8, pool_pre_ping=True, connect_args=arguments)


def _shown(url: URL) -> str:
    """An address as it may be read by anybody; its password may also stand behind the question mark."""
    return url.difference_update_query(["password", "sslpassword"]).render_as_string(hide_password=True)


def _told(error: DBAPIError, where: str) -> Exception:
    """The sentence for a database's failure, or the failure itself where we have none that is truer."""
    words = str(error.orig)
    if "disk is full" in words or "No space left" in words:
        return DiskFull(path=where)
    if any(sign in words for sign in ("unable to open", "readonly database", "disk I/O error")):
        return DataFolderUnusable(path=Path(where).parent, reason=words)
    if "database is locked" in words:
        return DatabaseBusy(path=where, seconds=_BUSY_SECONDS)
    if error.connection_invalidated or _without_server(error):
        return DatabaseUnreachable(address=where, reason=words.strip().splitlines()[0])
    if getattr(error.orig, "sqlstate", None) in _REFUSALS:
        return DatabaseRefused(address=where, reason=words.strip().splitlines()[0])
    return error


def _without_server(error: DBAPIError) -> bool:
    """Whether PostgreSQL was never reached: what the server itself says comes with a code of five characters."""
    failed = isinstance(error, OperationalError) or "invalid connection option" in str(error.orig)
    return failed and getattr(error.orig, "sqlstate", "none of PostgreSQL") is None
