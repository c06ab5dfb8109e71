"""Putting records into the catalogue, beside plain executemany of the same bytes into the same kind of database.

The peer writes the record, its history line and its set rows as they came out of the catalogue, in batches and
transactions of the same size, and does nothing else: no rendering, no lock, no comparison. It is the floor.
"""

import os
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, insert, make_url, text

from bench.figures import Figure
from repository.catalogue import BATCH, Catalogue, Entry
from repository.identity import imported_id
from repository.namespaces import COUNTRY, VOCABULARY
from repository.record import Agent, CatalogRecord, Distribution, Record, Text
from repository.store import schema, tables
from repository.store.changes import Act
from repository.store.database import Database
from vocabularies import shipped

RECORDS: Final = 5_000
MANY: Final = 100_000
_ACT: Final = Act(id="00000000-0000-7000-8000-000000000001", who="bench", why="bench")
_POSTGRESQL: Final = "MUTUALIS_TEST_POSTGRESQL"
_COPIED: Final = ("records", "history", "record_sets")
Rows = dict[str, list[dict[str, Any]]]


def figures(full: bool) -> list[Figure]:
    """Records per second at 5,000 records, at 100,000 when `full`; PostgreSQL where the tests would find one."""
    number = MANY if full else RECORDS
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mutualis-bench-")))
        found = _measured("SQLite", f"sqlite:///{folder / 'catalogue.sqlite'}", f"{folder / 'peer.sqlite'}", number)
        if server := _postgresql(stack):
            urls = [_created(server, f"mutualis_bench_{os.getpid()}_{each}", stack) for each in ("ours", "peer")]
            found += _measured("PostgreSQL", urls[0], urls[1], number)
    return found


def _measured(name: str, ours: str, peer: str, number: int) -> list[Figure]:
    database = Database(ours)
    schema.upgrade(database)
    terms = shipped.terms()
    catalogue = Catalogue(database, lambda: terms, lambda: datetime.now(UTC))
    created = number / _seconds(lambda: catalogue.put_many(_entries(number), _ACT))
    rows = _written(database)
    floor = number / _seconds(lambda: (_plain_sqlite if name == "SQLite" else _plain_postgresql)(peer, rows))
    again = number / _seconds(lambda: catalogue.put_many(_entries(number), _ACT))
    changed = number / _seconds(lambda: catalogue.put_many(_entries(number, "2"), _ACT))
    read = number / _seconds(lambda: _walk(catalogue))
    database.close()
    words = "plain executemany"
    return [
        Figure(f"{name}: put, new records", created, "records/s", words, floor),
        Figure(f"{name}: put, changed records", changed, "records/s", words, floor),
        Figure(f"{name}: put, nothing new", again, "records/s"),
        Figure(f"{name}: follow the feed", read, "records/s"),
    ]


def _entries(number: int, version: str = "1") -> Iterator[Entry]:
    for each in range(number):
        yield Entry(_record(each, version), "partner", f"oai:partner:{each}", ("oai_dc", b"<dc>" + b"x" * 1500))


def _record(number: int, version: str) -> Record:
    """A harvested record of the usual size; one in ten has a place in one of some hundred kits."""
    metiers = [each.iri for each in shipped.terms().in_scheme("occupation")]
    origin = CatalogRecord(source="partner", identifier=f"oai:partner:{number}", format="oai_dc")
    return Record(
        id=imported_id(f"bench {number}"),
        identifier=(f"REF-{number}",),
        title=(Text(f"Guide pédagogique de l’électricien, tome {number}", "fr"),),
        description=(Text("Préparation des séances, évaluation et sécurité sur le chantier. " * 5, "fr"),),
        language=("http://lexvo.org/id/iso639-3/fra",),
        sector=(VOCABULARY + "sector/btp",),
        resource_type=(VOCABULARY + "resource-type/GP",),
        level=(VOCABULARY + "level/BJ-CQP",) if number % 10 == 0 else (),
        occupation=(metiers[number // 10 % len(metiers)],),
        country=(COUNTRY + "BEN",),
        publisher=Agent(name=(Text("Direction de la formation professionnelle", "fr"),)),
        issued="2024",
        version=version,
        landing_page=f"https://partner.example.org/{number}",
        distribution=(
            Distribution(access_url=f"https://partner.example.org/{number}.pdf", media_type="application/pdf"),
        ),
        catalog_record=(origin,),
    )


def _written(database: Database) -> Rows:
    with database.reading() as connection:
        return {
            name: [dict(row._mapping) for row in connection.execute(tables.metadata.tables[name].select())]
            for name in _COPIED
        }


def _plain_sqlite(path: str, rows: Rows) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL").close()
    connection.execute("PRAGMA synchronous=FULL").close()
    engine = create_engine(f"sqlite:///{path}")
    tables.metadata.create_all(engine)
    engine.dispose()
    for batch in _batches(rows):
        connection.execute("BEGIN IMMEDIATE")
        for name, part in batch.items():
            columns = ", ".join(f":{column}" for column in part[0])
            connection.executemany(f"INSERT INTO {name} ({', '.join(part[0])}) VALUES ({columns})", part)
        connection.execute("COMMIT")
    connection.close()


def _plain_postgresql(url: str, rows: Rows) -> None:
    engine = create_engine(url)
    tables.metadata.create_all(engine)
    for batch in _batches(rows):
        with engine.begin() as connection:
            for name, part in batch.items():
                connection.execute(insert(tables.metadata.tables[name]), part)
    engine.dispose()


def _batches(rows: Rows) -> Iterator[Rows]:
    """The rows of every table in as many parts as the catalogue made of them."""
    parts = -(-len(rows["records"]) // BATCH)
    for part in range(parts):
        yield {name: held[part::parts] for name, held in rows.items()}


def _walk(catalogue: Catalogue) -> None:
    after = 0
    while feed := catalogue.changes(after):
        catalogue.get_many([each.id for each in feed if each.kind == "record"])
        after = feed[-1].number


def _postgresql(stack: ExitStack) -> str | None:
    """A server to measure: the one that is named, or one of the tests' own; None where there is none."""
    if named := os.environ.get(_POSTGRESQL):
        return named
    sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
    from postgresql_server import NoPostgresql, running

    try:
        return stack.enter_context(running())
    except NoPostgresql:
        return None


def _created(server: str, name: str, stack: ExitStack) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    stack.callback(engine.dispose)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'"))
    stack.callback(_dropped, engine, name)
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _dropped(engine: Any, name: str) -> None:
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun
