"""The database below the catalogue: its tables, and what is left after a failure (nothing half written)."""

import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from specimens import Clock, act, begin, dump, entry, open_catalogue
from sqlalchemy import Connection, create_engine, event, inspect, make_url, text

from repository.catalogue import Catalogue
from repository.errors import DatabaseUnreachable, DataFolderUnusable, DiskFull
from repository.store import changes, schema
from repository.store.database import Database
from repository.store.errors import DatabaseBusy
from repository.store.tables import metadata

# The tables


def test_migrations_from_nothing_make_exactly_the_tables_of_this_version(database_url: str) -> None:
    database = Database(database_url)
    assert not schema.is_current(database)
    schema.upgrade(database)
    assert schema.is_current(database)
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert layout(connection) == layout_of_metadata(database_url, connection)
    database.close()


def layout(connection: Connection) -> dict[str, object]:
    """Names, types with their collation, nullability and keys of every table: more than Alembic compares."""
    seen = inspect(connection)
    return {
        name: (
            [(each["name"], repr(each["type"]), each["nullable"]) for each in seen.get_columns(name)],
            seen.get_pk_constraint(name)["constrained_columns"],
            sorted((each["name"] or "", each["column_names"]) for each in seen.get_indexes(name)),
        )
        for name in metadata.tables
    }


def layout_of_metadata(url: str, used: Connection) -> dict[str, object]:
    """The layout that `metadata` itself makes, in a schema or a database of its own."""
    if url.startswith("sqlite"):
        engine = create_engine("sqlite://")
    else:
        engine = create_engine(url, connect_args={"options": "-csearch_path=beside"})
        with engine.begin() as connection:
            connection.execute(text("CREATE SCHEMA beside"))
    with engine.begin() as connection:
        metadata.create_all(connection)
        made = layout(connection)
    engine.dispose()
    return made


def test_bringing_up_to_date_again_changes_nothing(database_url: str, clock: Clock) -> None:
    database = Database(database_url)
    schema.upgrade(database)
    begin(database)
    open_catalogue(database, clock).put_many([entry(1)], act())
    before = dump(database)
    schema.upgrade(database)
    assert dump(database) == before
    database.close()


# Failures


def test_a_failure_in_mid_batch_leaves_nothing_half_written(
    catalogue: Catalogue,
) -> None:
    """Every statement of a batch is made to fail once; the batch is then written whole by the next call."""
    catalogue.put_many(map(entry, range(3)), act())
    before, fails_at = dump(catalogue.database), 0
    while fails_in(catalogue, fails_at):
        assert dump(catalogue.database) == before
        fails_at += 1
    assert fails_at > 8
    assert catalogue.totals() == (5, 0)


def fails_in(catalogue: Catalogue, number: int) -> bool:
    """Put a batch whose statement `number` fails; whether there was such a statement."""
    left = iter(range(number + 1))

    def fail(*_: object) -> None:
        if next(left, None) == number:
            raise InterruptedError

    event.listen(catalogue.database.engine, "before_cursor_execute", fail)
    try:
        catalogue.put_many([entry(2, country=()), entry(3), entry(4)], act())
    except InterruptedError:
        return True
    finally:
        event.remove(catalogue.database.engine, "before_cursor_execute", fail)
    return False


def test_a_full_disk_is_told_in_words_and_loses_nothing(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "catalogue.sqlite"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    begin(database)
    catalogue = open_catalogue(database, clock)
    catalogue.put_many(map(entry, range(100)), act())
    with database.reading() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    before = dump(database)
    limit(database, pages + 4)
    with pytest.raises(DiskFull, match=r"catalogue\.sqlite is full"):
        catalogue.put_many(map(entry, range(100, 300)), act())
    assert dump(database) == before
    limit(database, 1_000_000)
    catalogue.put_many(map(entry, range(100, 300)), act())
    assert catalogue.totals() == (300, 0)
    database.close()


def limit(database: Database, pages: int) -> None:
    with database.reading() as connection:
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")


def test_a_folder_without_write_access_is_told_in_words(clock: Clock) -> None:
    with tempfile.TemporaryDirectory() as folder, unprivileged(Path(folder)):
        database = Database(f"sqlite:///{folder}/catalogue.sqlite")
        schema.upgrade(database)
        begin(database)
        database.close()
        Path(folder).chmod(0o555)
        (Path(folder) / "catalogue.sqlite").chmod(0o444)
        with pytest.raises(DataFolderUnusable, match="give this user write access"):
            open_catalogue(database, clock).put_many([entry(1)], act())
        database.close()
        Path(folder).chmod(0o755)


def test_a_folder_that_is_not_there_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(DataFolderUnusable, match="cannot be used"):
        schema.upgrade(Database(f"sqlite:///{tmp_path}/absent/catalogue.sqlite"))


@contextmanager
def unprivileged(folder: Path) -> Iterator[None]:
    """Act as a user whose rights are checked: those of root are not."""
    if os.geteuid() != 0:
        yield
        return
    os.chown(folder, 65534, 65534)
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql+psycopg://mutualis:secret@127.0.0.1:1/mutualis",
        "postgresql+psycopg://mutualis:secret@/mutualis?host=/nonexistent",
        "postgresql+psycopg://mutualis:secret@nowhere.invalid/mutualis",
    ],
)
def test_a_postgresql_that_does_not_answer_is_told_without_its_password(address: str, clock: Clock) -> None:
    pytest.importorskip("psycopg")
    catalogue = open_catalogue(Database(address), clock)
    with pytest.raises(DatabaseUnreachable, match="does not answer") as told:
        catalogue.newest()
    assert "secret" not in str(told.value)


def test_a_missing_database_or_a_wrong_user_is_told_as_unreachable(postgresql_url: str, clock: Clock) -> None:

    url = make_url(postgresql_url).set(database="no_such_database").render_as_string(hide_password=False)
    with pytest.raises(DatabaseUnreachable, match="no_such_database"):
        open_catalogue(Database(url), clock).newest()


def test_a_connection_killed_in_mid_batch_loses_nothing_and_the_next_call_works(
    new_postgresql: Callable[[], str], clock: Clock
) -> None:
    database = Database(new_postgresql())
    schema.upgrade(database)
    begin(database)
    catalogue = open_catalogue(database, clock)
    catalogue.put_many(map(entry, range(10)), act())
    before = dump(database)
    with killed_before_history(database), pytest.raises(DatabaseUnreachable, match="does not answer"):
        catalogue.put_many(map(entry, range(10, 20)), act())
    assert dump(database) == before
    assert {each.outcome for each in catalogue.put_many(map(entry, range(10, 20)), act())} == {"created"}
    assert catalogue.totals() == (20, 0)
    database.close()


@contextmanager
def killed_before_history(database: Database) -> Iterator[None]:
    """The server ends the connection when the batch has written its records and not yet its history."""
    killer = create_engine(database.engine.url, isolation_level="AUTOCOMMIT")

    def kill(connection: Connection, _: object, statement: str, *__: object) -> None:
        if statement.startswith("INSERT INTO history"):
            process = connection.connection.dbapi_connection.info.backend_pid  # type: ignore[union-attr]
            with killer.connect() as other:
                other.execute(text("SELECT pg_terminate_backend(:process, 5000)"), {"process": process})

    event.listen(database.engine, "before_cursor_execute", kill)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", kill)
        killer.dispose()


# A second writer


def test_a_writer_that_never_ends_is_told_in_words_and_holds_up_no_reader(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "catalogue.sqlite"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    begin(database)
    catalogue = open_catalogue(database, clock)
    catalogue.put_many([entry(1)], act())

    @event.listens_for(database.engine, "checkout")
    def be_impatient(connection: Any, *_: object) -> None:
        connection.execute("PRAGMA busy_timeout=1").close()

    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseBusy, match=r"catalogue\.sqlite .* nothing was written"):
        catalogue.put_many([entry(2)], act())
    assert catalogue.totals() == (1, 0)
    other.execute("ROLLBACK")
    catalogue.put_many([entry(2)], act())
    assert catalogue.totals() == (2, 0)
    other.close()
    database.close()


# SQLite's log


def test_the_log_is_given_back_and_a_reader_in_its_way_stops_nobody(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "catalogue.sqlite"
    database = Database(f"sqlite:///{path}")
    schema.upgrade(database)
    begin(database)
    catalogue = open_catalogue(database, clock)
    catalogue.put_many(map(entry, range(400)), act())
    log = path.with_name("catalogue.sqlite-wal")
    with database.reading() as reader:
        assert changes.newest(reader) == 400
        catalogue.put_many([entry(500)], act())
        database.truncate_log()
        assert log.stat().st_size > 0
        catalogue.put_many([entry(501)], act())
        assert changes.newest(reader) == 400
    database.truncate_log()
    assert log.stat().st_size == 0
    assert catalogue.newest() == 402
    database.close()
