"""The WSGI servers beside each other: requests a second, two processes, one SQLite catalogue that is also written."""

import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask

from bench.figures import Figure
from bench.ports import free_port
from repository.catalogue import Catalogue, Entry
from repository.record import Record, Text
from repository.store import schema
from repository.store.changes import Act
from repository.store.database import Database
from repository.store.records import Selection
from vocabularies.terms import Terms

_RECORDS = 2_000
_COLUMNS = ["change", "id", "datestamp", "sets", "oai_dc"]
_CLIENTS = 8
_ENVIRONMENT = "MUTUALIS_BENCH_WSGI"
_SERVERS = {
    "granian": ["-m", "granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4", "--factory"],
    "gunicorn, sync": ["-m", "gunicorn", "--workers", "2"],
    "gunicorn, 4 threads": ["-m", "gunicorn", "--workers", "2", "--threads", "4"],
    "waitress": ["-m", "waitress", "--threads", "8"],
}


def app() -> Flask:
    """What the servers serve: a page of a list, and the same after the write that opens a list."""
    import os

    catalogue = _catalogue(Path(os.environ[_ENVIRONMENT]))
    served = Flask(__name__)

    @served.get("/page")
    def page() -> bytes:
        return b"".join(row.oai_dc for row in catalogue.page(Selection(), 100, _RECORDS, 100, _COLUMNS))

    @served.get("/list")
    def opened() -> bytes:
        _, frozen = catalogue.open_list()
        return b"".join(row.oai_dc for row in catalogue.page(Selection(), 100, frozen, 100, _COLUMNS))

    return served


def figures(full: bool) -> list[Figure]:
    seconds = 10.0 if full else 3.0
    with tempfile.TemporaryDirectory() as folder:
        _fill(Path(folder))
        found = {name: _rates(name, Path(folder), seconds) for name in _SERVERS if _installed(name)}
    ours = found.pop("granian")
    return [
        Figure(f"{path}: requests", ours[path], "1/s", name, rates[path])
        for name, rates in found.items()
        for path in ours
    ] or [Figure(f"{path}: requests", rate, "1/s") for path, rate in ours.items()]


def _installed(name: str) -> bool:
    module = _SERVERS[name][1]
    return subprocess.run([sys.executable, "-c", f"import {module}"], stderr=subprocess.DEVNULL).returncode == 0


def _catalogue(folder: Path) -> Catalogue:
    terms = Terms([])
    return Catalogue(Database(f"sqlite:///{folder}/catalogue.sqlite"), lambda: terms, lambda: datetime.now(UTC))


def _fill(folder: Path) -> None:
    catalogue = _catalogue(folder)
    schema.upgrade(catalogue.database)
    entries = [Entry(Record(id=f"{n:036}", title=(Text(f"Titre {n}", "fr"),))) for n in range(_RECORDS)]
    catalogue.put_many(entries, Act(id="0", who="bench", why="sizes"))


def _rates(name: str, folder: Path, seconds: float) -> dict[str, float]:
    port = free_port()
    bind = {
        "granian": ["--port", str(port), "bench.wsgi:app"],
        "waitress": ["--listen", f"127.0.0.1:{port}", "--call", "bench.wsgi:app"],
    }.get(name, ["--bind", f"127.0.0.1:{port}", "bench.wsgi:app()"])
    command = [sys.executable, *_SERVERS[name], *bind]
    environment = {_ENVIRONMENT: str(folder), "PATH": "/usr/bin:/bin"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            _await(f"{address}/page")
            return {path: _rate(f"{address}/{path}", seconds) for path in ("page", "list")}
        finally:
            server.terminate()


def _await(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url, timeout=2).close()
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(url)


def _rate(url: str, seconds: float) -> float:
    """Answers a second to eight clients at once; an answer that is an error stops the measurement."""
    done = [0] * _CLIENTS
    end = time.monotonic() + seconds

    def ask(client: int) -> None:
        while time.monotonic() < end:
            with urllib.request.urlopen(url, timeout=30) as answer:
                answer.read()
            done[client] += 1

    clients = [threading.Thread(target=ask, args=(client,)) for client in range(_CLIENTS)]
    for each in clients:
        each.start()
    for each in clients:
        each.join()
    if not all(done):
        raise RuntimeError(f"{url}: a client was never answered")
    return sum(done) / seconds
