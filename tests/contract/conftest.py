"""A catalogue on each of the two databases; every test of the contract runs on both."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from specimens import Clock, begin, open_catalogue
from sqlalchemy import text

from repository.catalogue import Catalogue
from repository.store import schema
from repository.store.database import Database
from repository.store.tables import metadata


@pytest.fixture(scope="session")
def made_postgresql(request: pytest.FixtureRequest) -> str:
    """One PostgreSQL database with the tables, emptied before each test that uses it."""
    create: Callable[[], str] = request.getfixturevalue("new_postgresql")
    url = create()
    database = Database(url)
    schema.upgrade(database)
    database.close()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def made_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database that has its tables and is otherwise new."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
        database = Database(url)
        schema.upgrade(database)
    else:
        url = request.getfixturevalue("made_postgresql")
        database = Database(url)
        names = ", ".join(name for name in metadata.tables if name != "audit")  # which refuses it
        with database.engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {names}"))
    begin(database)
    database.close()
    return url


@pytest.fixture
def database(made_url: str) -> Iterator[Database]:
    opened = Database(made_url)
    yield opened
    opened.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def catalogue(database: Database, clock: Clock) -> Catalogue:
    return open_catalogue(database, clock)
