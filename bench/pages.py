"""The portal's five pages: bytes on the line, compressed, with the style sheet, and the time to make them."""

import tempfile
import time
from pathlib import Path
from typing import Final

from flask.testing import FlaskClient

from bench.figures import Figure
from bench.synthetic import records
from repository.app import create_app
from repository.catalogue import Entry
from repository.projections import Follower
from repository.search import SearchProjection
from repository.services import Services, create
from repository.web.assets import versioned

RECORDS: Final = 2_000
MANY: Final = 50_000
_TIMES: Final = 15
_GZIP: Final = {"Accept-Encoding": "gzip", "Accept": "text/html"}


def figures(full: bool) -> list[Figure]:
    """Bytes and median milliseconds at 2,000 records, or at 50,000 when `full`."""
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as name:
        services = create(Path(name), {})
        first = _fill(services, MANY if full else RECORDS)
        client = create_app(services).test_client()
        sheet = len(client.get(f"/static/{versioned('mutualis.css')}", headers=_GZIP).data)
        pages = {
            "home": "/fr/",
            "search": "/fr/search?q=maintenance&country=BJ",
            "resource": f"/fr/resource/{first}",
            "concept": "/fr/vocabulary/occupation/electricien-batiment",
            "sources": "/fr/sources",
        }
        found = [figure for name, path in pages.items() for figure in _measured(client, name, path, sheet)]
        services.close()
    return found


def _fill(services: Services, number: int) -> str:
    made = list(records(number, services.terms()))
    services.catalogue.put_many(map(Entry, made), services.act("bench", "bench"))
    follower = Follower(services.catalogue, SearchProjection(services.catalogue), services.settings.data / "search")
    follower.catch_up()
    follower.close()
    return made[0].id


def _measured(client: FlaskClient, name: str, path: str, sheet: int) -> list[Figure]:
    times = []
    for _ in range(_TIMES):
        started = time.perf_counter()
        answer = client.get(path, headers=_GZIP)
        times.append((time.perf_counter() - started) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    return [
        Figure(f"page {name}, with styles", (len(answer.data) + sheet) / 1000, "kB"),
        Figure(f"page {name}, median", sorted(times)[len(times) // 2], "ms"),
    ]
