"""Harvesting over one loopback connection: fetch and parse beside sickle and the `oaipmh` client, and the whole chain.

The partner is a process of its own that gives out ready bytes, pages of 500 oai_dc records, so that the clients
are measured and not it.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from oaipmh import metadata as oaipmh_metadata
from oaipmh.client import Client as OaipmhClient
from sickle import Sickle

from bench.figures import Figure
from bench.ports import free_port
from harvest.asking import Asker
from harvest.client import Client
from harvest.journal import Journal
from harvest.run import harvest
from harvest.source import Source
from repository.catalogue import Catalogue
from repository.store import tables
from repository.store.changes import Act
from repository.store.database import Database
from vocabularies import shipped

RECORDS: Final = 20_000
MANY: Final = 200_000
PAGE: Final = 500
_SIZE: Final = "MUTUALIS_BENCH_HARVEST"


def figures(full: bool) -> list[Figure]:
    """Records a second for 20,000 records, 200,000 when `full`."""
    size = MANY if full else RECORDS
    with partner(size) as url:
        ours = _rate(size, lambda: _parse(url))
        found = [
            Figure("fetched and parsed", ours, "records/s", "sickle", _rate(size, lambda: _sickle(url))),
            Figure("fetched and parsed", ours, "records/s", "oaipmh", _rate(size, lambda: _oaipmh(url))),
        ]
        with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as folder:
            first, again = _chain(url, size, Path(folder))
    return [
        *found,
        Figure("harvested, validated and committed", first, "records/s"),
        Figure("harvested again, nothing new", again, "records/s"),
    ]


def _rate(size: int, act: Callable[[], int]) -> float:
    """Records a second; the act says how many it saw, and a client that lost any is no measure."""
    started = time.perf_counter()
    seen = act()
    if seen != size:
        raise SystemExit(f"{seen} of {size} records came")
    return size / (time.perf_counter() - started)


def _parse(url: str) -> int:
    client = Client(clock=_now, allow_private=True)
    asker, seen = Asker(url, client.fetch), 0
    arguments = {"verb": "ListRecords", "metadataPrefix": "oai_dc"}
    while True:
        page = asker.ask(arguments)
        seen += sum(1 for item in page.items if item.metadata)
        if not page.token:
            client.close()
            return seen
        arguments = {"verb": "ListRecords", "resumptionToken": page.token}


def _sickle(url: str) -> int:
    return sum(1 for record in Sickle(url).ListRecords(metadataPrefix="oai_dc") if record.metadata)


def _oaipmh(url: str) -> int:
    registry = oaipmh_metadata.MetadataRegistry()
    registry.registerReader("oai_dc", oaipmh_metadata.oai_dc_reader)
    client = OaipmhClient(url, registry)
    return sum(1 for _, record, _ in client.listRecords(metadataPrefix="oai_dc") if record)


def _chain(url: str, size: int, folder: Path) -> tuple[float, float]:
    database = Database(f"sqlite:///{folder / 'catalogue.sqlite'}")
    tables.metadata.create_all(database.engine)
    catalogue, journal = Catalogue(database, shipped.terms, _now), Journal(database)
    source = Source(id="partner", base_url=url, allow_private=True)
    journal.register(source)
    shipped.terms().find("sector", "btp")
    numbers = count()

    def run() -> int:
        client = Client(clock=_now, allow_private=True)
        report = harvest(
            source,
            catalogue=catalogue,
            journal=journal,
            fetch=client.fetch,
            clock=_now,
            act=Act(id=f"bench-{next(numbers)}", who="bench", why="bench"),
            full=True,
        )
        client.close()
        return report.stored

    rates = _rate(size, run), _rate(size, run)
    database.close()
    return rates


def _now() -> datetime:
    return datetime.now(UTC)


# The partner


@contextmanager
def partner(size: int) -> Iterator[str]:
    port = free_port()
    environment = {**os.environ, _SIZE: f"{size} {port}"}
    with subprocess.Popen([sys.executable, "-m", "bench.harvest"], env=environment, stdout=subprocess.PIPE) as server:
        try:
            if server.stdout is None or not server.stdout.readline():
                raise SystemExit("the partner did not start")
            yield f"http://127.0.0.1:{port}/oai"
        finally:
            server.terminate()


def _page(number: int, size: int) -> bytes:
    records = "".join(_record(each) for each in range(number * PAGE, min(size, (number + 1) * PAGE)))
    last = (number + 1) * PAGE >= size
    token = f'<resumptionToken completeListSize="{size}">{"" if last else number + 1}</resumptionToken>'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>2026-01-01T00:00:00Z</responseDate>'
        f'<request verb="ListRecords">http://partner.example/oai</request><ListRecords>{records}{token}</ListRecords>'
        "</OAI-PMH>"
    ).encode()


def _record(number: int) -> str:
    return (
        f"<record><header><identifier>oai:partner.example:{number}</identifier>"
        "<datestamp>2025-06-01T10:00:00Z</datestamp><setSpec>cours</setSpec></header><metadata>"
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>Guide pédagogique du soudeur, livret {number}</dc:title><dc:creator>Diallo, Aïssatou</dc:creator>"
        "<dc:subject>Construction métallique</dc:subject><dc:subject>soudage à l’arc</dc:subject>"
        "<dc:description>Séances, exercices et évaluations pour la préparation du certificat, avec le matériel "
        "et les consignes de sécurité de l’atelier.</dc:description><dc:publisher>Centre de formation</dc:publisher>"
        "<dc:date>2021-05-04</dc:date><dc:type>Guide pédagogique</dc:type><dc:format>application/pdf</dc:format>"
        f"<dc:identifier>http://partner.example/item/{number}</dc:identifier><dc:language>fr</dc:language>"
        "<dc:coverage>Mali</dc:coverage><dc:rights>CC BY 4.0</dc:rights></oai_dc:dc></metadata></record>"
    )


def _serve(size: int, port: int) -> None:
    """Give out ready pages until the process is ended."""
    pages = [_page(number, size) for number in range((size + PAGE - 1) // PAGE)]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer(urlsplit(self.path).query)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _answer(self, query: str) -> None:
            question = parse_qs(query)
            body = pages[int(question.get("resumptionToken", ["0"])[0])]
            self.send_response(200)
            self.send_header("Content-Type", "text/xml; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: what is printed is the figures."""

    with ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        print("ready", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    _serve(*map(int, os.environ[_SIZE].split()))
