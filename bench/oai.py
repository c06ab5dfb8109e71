"""Listing a catalogue by OAI-PMH over one real HTTP connection, beside the server of the `oaipmh` distribution.

Both serve the same records, of which every second one came from a partner, through Flask and the same WSGI
server with one worker; pages of 100.
"""

import gzip
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Any, Final
from urllib.parse import quote
from uuid import UUID

from flask import Flask, Response, request
from lxml import etree
from oaipmh import common
from oaipmh.metadata import MetadataRegistry
from oaipmh.server import BatchingServer, oai_dc_writer
from sickle import Sickle

from bench.figures import Figure
from harvest.source import Source
from repository.catalogue import Catalogue, Entry
from repository.namespaces import COUNTRY, VOCABULARY
from repository.oai import views
from repository.record import Agent, CatalogRecord, Distribution, Record, Text
from repository.settings import Settings
from repository.store import changes, tables
from repository.store.changes import Act
from repository.store.database import Database
from vocabularies import shipped
from vocabularies.terms import Terms

RECORDS: Final = 20_000
MANY: Final = 200_000
PAGE: Final = 100
_REPEATS: Final = 41
_FOLDER: Final = "MUTUALIS_BENCH_OAI"
_TOKEN: Final = re.compile(rb"<resumptionToken[^>]*>([^<]*)<")
_ACT: Final = Act(id="00000000-0000-7000-8000-000000000001", who="bench", why="bench")
_COUNTRIES: Final = ("BEN", "BFA", "CIV", "GNB", "MLI", "NER", "SEN", "TCD", "TGO")


def figures(full: bool) -> list[Figure]:
    """Rates at 20,000 records; first and last page at 200,000 when `full`, else at 20,000 too."""
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as name:
        folder = Path(name)
        _fill(folder, RECORDS)
        found = _rates(folder)
        if full:
            _fill(folder, MANY, done=RECORDS)
        return found + _pages(folder, MANY if full else RECORDS)


def _rates(folder: Path) -> list[Figure]:
    with _serving("ours", folder) as port:
        ours = _best(port, "ListRecords")
        headers = _best(port, "ListIdentifiers")
        packed = _best(port, "ListRecords", accept="gzip")
        read = _read_by_sickle(port)
    with _serving("peer", folder) as port:
        peer = _listed(port, "ListRecords")
        peer_headers = _listed(port, "ListIdentifiers")
        peer_read = _read_by_sickle(port)
    name = f"of {RECORDS:,} oai_dc records"
    return [
        Figure(f"ListRecords {name}", ours, "records/s", "oaipmh", peer),
        Figure(f"ListRecords {name}, gzip", packed, "records/s"),
        Figure(f"ListIdentifiers {name}", headers, "records/s", "oaipmh", peer_headers),
        Figure(f"ListRecords {name} read by sickle", read, "records/s", "oaipmh", peer_read),
    ]


def _pages(folder: Path, number: int) -> list[Figure]:
    """The times of the first page and of the last; the first pays for its responseDate and the list's size."""
    with _serving("ours", folder) as port:
        queries = list(_queries(port, "ListRecords"))
        connection = HTTPConnection("127.0.0.1", port, timeout=60)
        second, last = (_milliseconds(connection, query) for query in (queries[1], queries[-1]))
        first = _milliseconds(connection, queries[0])
        sets = _milliseconds(connection, "verb=ListSets")
        connection.close()
    return [
        Figure(f"last page of {number:,} records", last, "ms", "first page", first),
        Figure(f"last page of {number:,} records", last, "ms", "second page", second),
        Figure(f"ListSets of {number:,} records", sets, "ms"),
    ]


def _best(port: int, verb: str, accept: str = "identity") -> float:
    return max(_listed(port, verb, accept) for _ in range(3))


def _listed(port: int, verb: str, accept: str = "identity") -> float:
    """Records per second of one whole list. Fails when the list is not complete.

    The pages are counted when the clock has stopped: what a client does with them is not the server's time.
    """
    began = time.perf_counter()
    bodies = list(_bodies(port, verb, accept))
    taken = time.perf_counter() - began
    seen = sum(body.count(b"<header") for body in bodies)
    if seen != RECORDS:
        raise RuntimeError(f"{seen} of {RECORDS} records were listed")
    return seen / taken


def _bodies(port: int, verb: str, accept: str) -> Iterator[bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    query = f"verb={verb}&metadataPrefix=oai_dc"
    while query:
        body = _fetched(connection, query, accept)
        yield gzip.decompress(body) if accept == "gzip" else body
        query = _following(verb, body if accept != "gzip" else gzip.decompress(body))
    connection.close()


def _queries(port: int, verb: str) -> Iterator[str]:
    """The query of each page of a list."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    query = f"verb={verb}&metadataPrefix=oai_dc"
    while query:
        yield query
        query = _following(verb, _fetched(connection, query))
    connection.close()


def _fetched(connection: HTTPConnection, query: str, accept: str = "identity") -> bytes:
    connection.request("GET", "/oai?" + query, headers={"Accept-Encoding": accept})
    answered = connection.getresponse()
    body = answered.read()
    if answered.status != 200:
        raise RuntimeError(f"HTTP status {answered.status} for {query}")
    return body


def _following(verb: str, body: bytes) -> str:
    found = _TOKEN.search(body, max(0, len(body) - 2000))
    return f"verb={verb}&resumptionToken={quote(found[1])}" if found and found[1] else ""


def _milliseconds(connection: HTTPConnection, query: str) -> float:
    times = []
    for _ in range(_REPEATS):
        began = time.perf_counter()
        _fetched(connection, query)
        times.append(time.perf_counter() - began)
    return median(times) * 1000


def _read_by_sickle(port: int) -> float:
    began = time.perf_counter()
    seen = sum(1 for _ in Sickle(f"http://127.0.0.1:{port}/oai").ListRecords(metadataPrefix="oai_dc"))
    return seen / (time.perf_counter() - began)


@contextmanager
def _serving(factory: str, folder: Path) -> Iterator[int]:
    """One of the servers below in a process of its own; gives its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws", "--log-level", "error"]
    server = subprocess.Popen(
        [*command, "--workers", "1", "--blocking-threads", "1", "--port", str(port), f"bench.oai:{factory}"],
        env={**os.environ, _FOLDER: str(folder)},
        cwd=Path(__file__).parents[1],
        start_new_session=True,
    )
    try:
        _wait_for(port, server)
        yield port
    finally:
        # Nothing is lost by it, and a worker that is asked to end politely now and then does not.
        os.killpg(server.pid, signal.SIGKILL)
        server.wait(20)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=30)
            _fetched(connection, "verb=Identify")
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server did not start")


# The two servers


@dataclass
class _Services:
    """What the provider's view takes from the composition root."""

    database: Database
    settings: Settings
    base_url: str = "http://bench.example.org/"
    held: Terms = field(default_factory=shipped.terms)

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.database, self.terms, self.now)

    def terms(self) -> Terms:
        return self.held

    def now(self) -> datetime:
        return datetime.now(UTC)

    def secret(self) -> bytes:
        return b"a secret for benchmarks"

    def partners(self) -> list[Source]:
        return [Source(id="partner", base_url="https://partner.example.org/oai")]


def _services(folder: Path) -> _Services:
    settings = Settings(data=folder, oai_namespace="bench.example.org", oai_page_size=PAGE)
    return _Services(Database(settings.database_url), settings)


def ours() -> Flask:
    """The provider over the catalogue in the folder that the environment names."""
    app = Flask("ours")
    app.register_blueprint(views.blueprint(_services(Path(os.environ[_FOLDER]))))
    return app


def peer() -> Flask:
    """The `oaipmh` distribution's own server over the same records, held ready in memory."""
    app = Flask("peer")
    registry = MetadataRegistry()
    registry.registerWriter("oai_dc", oai_dc_writer)
    server = BatchingServer(_Peer(Path(os.environ[_FOLDER])), registry, resumption_batch_size=PAGE)

    @app.get("/oai")
    def respond() -> Response:
        return Response(server.handleRequest(request.args.to_dict()), content_type="text/xml; charset=utf-8")

    return app


class _Peer:
    """The interface that the peer asks for (oaipmh.interfaces.IBatchingOAI), over a list."""

    def __init__(self, folder: Path) -> None:
        catalogue = _services(folder).catalogue
        columns = ("id", "datestamp", "sets", "oai_dc")
        with catalogue.database.reading() as connection:
            table = tables.records
            rows = connection.exec_driver_sql(f"SELECT {', '.join(columns)} FROM {table.name} ORDER BY change").all()
        self.held = [self._record(*row) for row in rows]

    @staticmethod
    def _record(id: str, datestamp: str, sets: str, oai_dc: bytes) -> tuple[Any, Any, None]:
        found: dict[str, list[str]] = {}
        for element in etree.fromstring(oai_dc):
            found.setdefault(etree.QName(element).localname, []).append(element.text or "")
        moment = datetime.fromisoformat(datestamp).replace(tzinfo=None)
        header = common.Header(None, f"oai:bench.example.org:{id}", moment, sets.split(), False)
        return header, common.Metadata(None, found), None

    def identify(self) -> Any:
        moment = datetime(2026, 1, 1)
        return common.Identify(
            "bench", "http://bench.example.org/oai", "2.0", ["bench@example.org"], moment, "no",
            "YYYY-MM-DDThh:mm:ssZ", ["identity"],
        )  # fmt: skip

    def listRecords(self, cursor: int = 0, batch_size: int = 10, **_: Any) -> list[Any]:  # noqa: N802
        return self.held[int(cursor) : int(cursor) + int(batch_size)]

    def listIdentifiers(self, **given: Any) -> list[Any]:  # noqa: N802
        return [header for header, _, _ in self.listRecords(**given)]


# The records


def _fill(folder: Path, number: int, done: int = 0) -> None:
    services = _services(folder)
    tables.metadata.create_all(services.database.engine)
    with services.database.writing() as connection:
        changes.write_meta(connection, "epoch", "bench")
    services.catalogue.put_many((_entry(each) for each in range(done, number)), _ACT)
    services.database.close()


def _entry(number: int) -> Entry:
    if number % 2:
        return Entry(_record(number, (_origin(number),)), source="partner", origin=f"oai:partner.example.org:{number}")
    return Entry(_record(number, ()))


def _origin(number: int) -> CatalogRecord:
    return CatalogRecord(
        source="partner",
        identifier=f"oai:partner.example.org:{number}",
        datestamp="2025-11-02T08:00:00Z",
        harvested="2026-02-28T23:00:00Z",
        format="oai_dc",
        base_url="https://partner.example.org/oai",
    )


def _record(number: int, origins: tuple[CatalogRecord, ...]) -> Record:
    return Record(
        id=str(UUID(int=(7 << 76) | (2 << 62) | number)),
        identifier=(f"INV-{number:07}",),
        title=(Text(f"Guide d'organisation pédagogique et matérielle, fascicule {number}", "fr"),),
        description=(
            Text(
                "Progression pédagogique, fiches de travaux pratiques, matière d'œuvre et grilles d'évaluation "
                "à l'usage des formateurs des centres de formation professionnelle & des entreprises d'accueil.",
                "fr",
            ),
        ),
        language=("http://publications.europa.eu/resource/authority/language/FRA",),
        keyword=(Text("compétences", "fr"), Text("évaluation", "fr"), Text(f"module {number % 40}", "fr")),
        sector=(VOCABULARY + "sector/btp",),
        resource_type=(VOCABULARY + "resource-type/GM-GUIDE",),
        publisher=Agent(name=(Text("Direction de la formation professionnelle", "fr"),), kind="organisation"),
        issued=str(2000 + number % 25),
        licence="http://creativecommons.org/licenses/by/4.0/",
        access=VOCABULARY + "access/open",
        country=(COUNTRY + _COUNTRIES[number % len(_COUNTRIES)],),
        distribution=(
            Distribution(access_url=f"https://files.example.org/{number}.pdf", media_type="application/pdf"),
        ),
        landing_page=f"https://www.example.org/ressources/{number}",
        catalog_record=origins,
    )
