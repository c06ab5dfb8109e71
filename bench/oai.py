"""Listing a catalogue by OAI-PMH over one real HTTP connection, beside the servers of `oaipmh` and `oai-repo`.

All serve the same records through Flask and the same WSGI server with one worker; pages of 100.
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
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from typing import Final, NamedTuple
from urllib.parse import quote

from sickle import Sickle

from bench.figures import Figure
from bench.oai_catalogue import FOLDER, fill
from repository.formats.table import FORMATS

RECORDS: Final = 20_000
MANY: Final = 200_000
PEERS: Final = {"oaipmh": "oaipmh", "oai_repo": "oai_repo_"}
"""Name of a peer -> the factory of its server."""

_REPEATS: Final = 41
_TOKEN: Final = re.compile(rb"<resumptionToken[^>]*>([^<]*)<")


class _List(NamedTuple):
    """What is listed, and how many records must come."""

    size: int
    verb: str = "ListRecords"
    prefix: str = "oai_dc"
    accept: str = "identity"


def figures(full: bool) -> list[Figure]:
    """Rates and pages at 20,000 records, and at 200,000 too when `full`."""
    found = []
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as name:
        folder, done = Path(name), 0
        for size in (RECORDS, MANY) if full else (RECORDS,):
            fill(folder, size, done)
            found += [*_beside_peers(folder, size), *_formats(folder, size), *_pages(folder, size)]
            done = size
    return found


def _beside_peers(folder: Path, size: int) -> list[Figure]:
    """Whole lists of oai_dc, ours and the peers'."""
    asked = {"ListRecords": _List(size), "ListIdentifiers": _List(size, "ListIdentifiers")}
    with _serving("ours", folder) as port:
        ours = {name: _best(port, each) for name, each in asked.items()}
        packed = _best(port, _List(size, accept="gzip"))
        read = _read_by_sickle(port)
    found = [Figure(f"ListRecords of {size:,} oai_dc records, gzip", packed, "records/s")]
    for peer, factory in PEERS.items():
        with _serving(factory, folder) as port:
            theirs = {name: _best(port, each) for name, each in asked.items()}
            found += [
                Figure(f"{name} of {size:,} oai_dc records", ours[name], "records/s", peer, theirs[name])
                for name in asked
            ]
            if peer == "oaipmh":
                found.append(
                    Figure(f"the same read by sickle, {size:,}", read, "records/s", peer, _read_by_sickle(port))
                )
    return found


def _formats(folder: Path, size: int) -> list[Figure]:
    """Whole lists of every other format, which are written while they are sent."""
    others = [each.prefix for each in FORMATS if each.oai and each.write is not None and each.prefix != "oai_dc"]
    with _serving("ours", folder) as port:
        return [
            Figure(f"ListRecords of {size:,} {prefix} records", _listed(port, _List(size, prefix=prefix)), "records/s")
            for prefix in others
        ]


def _pages(folder: Path, number: int) -> list[Figure]:
    """The times of the first page and of the last; the first pays for its responseDate and the list's size."""
    with _serving("ours", folder) as port:
        queries = list(_queries(port))
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


def _best(port: int, asked: _List) -> float:
    return max(_listed(port, asked) for _ in range(3))


def _listed(port: int, asked: _List) -> float:
    """Records per second of one whole list. Fails when the list is not complete.

    The pages are counted when the clock has stopped: what a client does with them is not the server's time.
    """
    seen, taken = 0, 0.0
    began = time.perf_counter()
    for body in _bodies(port, asked):
        taken += time.perf_counter() - began
        seen += body.count(b"<header")
        began = time.perf_counter()
    if seen != asked.size:
        raise RuntimeError(f"{seen} of {asked.size} records were listed")
    return seen / taken


def _bodies(port: int, asked: _List) -> Iterator[bytes]:
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    query = f"verb={asked.verb}&metadataPrefix={asked.prefix}"
    while query:
        body = _fetched(connection, query, asked.accept)
        plain = gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body
        yield plain
        query = _following(asked.verb, plain)
    connection.close()


def _queries(port: int) -> Iterator[str]:
    """The query of each page of the list of all oai_dc records."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    query = "verb=ListRecords&metadataPrefix=oai_dc"
    while query:
        yield query
        query = _following("ListRecords", _fetched(connection, query))
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
        [*command, "--workers", "1", "--blocking-threads", "1", "--port", str(port), f"bench.oai_servers:{factory}"],
        env={**os.environ, FOLDER: str(folder)},
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
