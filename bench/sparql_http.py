"""The endpoint as researchers meet it: over HTTP, beside the same engine in process and the `oxigraph` server.

One served catalogue of made-up records answers twelve typical questions, the slow forms, and a cheap question alone and
while eight others ask hostile ones. Nothing is answered from what is kept: each request has a BASE of its own.
"""

import http.client
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import count
from pathlib import Path
from statistics import quantiles
from typing import Any, Final
from urllib.parse import urlencode

import pyoxigraph as ox

from bench import synthetic
from bench.figures import Figure
from bench.memory import family, megabytes
from bench.ports import free_port
from repository.catalogue import Entry
from repository.following import catch_up_unless_served
from repository.services import Services, create, open_services
from sparql.examples import examples
from sparql.pool import checkpoints

RECORDS: Final = 20_000
MANY: Final = 200_000
_TYPICAL: Final = ("01", "02", "03", "06", "08", "11", "14", "15", "16", "18", "22", "27")
_CHEAP: Final = 400
_ATTACKERS: Final = 8
_FRESH: Final = 200
_PREFIXES: Final = """PREFIX dcterms: <http://purl.org/dc/terms/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX schema: <http://schema.org/> PREFIX type: <https://w3id.org/mutualis/vocabulary/resource-type/>
PREFIX text: <http://jena.apache.org/text#>
"""
_SLOW: Final = {
    "path from every record": "SELECT (COUNT(*) AS ?n) { ?r dcterms:type/skos:broader* type:SA }",
    "newest twenty": "SELECT ?r ?d ?t { ?r dcterms:issued ?d ; a schema:LearningResource ; dcterms:title ?t } "
    "ORDER BY DESC(?d) LIMIT 20",
    "a page by OFFSET, another of its stretch seen": "SELECT ?r ?t { ?r a schema:LearningResource ; dcterms:title ?t } "
    "ORDER BY ?r LIMIT 100 OFFSET 10000",
}
_SEARCHES: Final = (
    'SELECT ?r ?t { ?r dcterms:title ?t FILTER(CONTAINS(LCASE(STR(?t)), "electricien")) }',
    'SELECT ?r ?t { ?r text:query "electricien" ; dcterms:title ?t }',
)
_HOSTILE: Final = (
    "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
    "SELECT (COUNT(*) AS ?n) { ?a (!<x:n>|^!<x:n>)* ?b . ?b (!<x:n>|^!<x:n>)* ?c }",
    "SELECT (GROUP_CONCAT(?o) AS ?all) { ?s ?p ?o . ?x ?y ?z }",
    'SELECT (COUNT(*) AS ?n) { ?s ?p ?o FILTER(REGEX(STR(?o), "(a+)+(b+)+$")) ?x ?y ?z }',
    "SELECT * { FILTER(" + "(" * 90 + "1" + ")" * 90 + ") ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
)
_bases = count()
_PATIENCE: Final = 300.0
"""Seconds after which what has not come will not come."""


def figures(full: bool) -> list[Figure]:
    """At 20,000 records; `full`: 200,000."""
    number = MANY if full else RECORDS
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as name:
        data = Path(name) / "data"
        services = create(data, {"query_seconds": "120"})
        services.catalogue.put_many(map(Entry, synthetic.records(number, services.terms())), services.act("b", "b"))
        began = time.perf_counter()
        services.followers()["triples"].catch_up()
        loaded = number / (time.perf_counter() - began)
        catch_up_unless_served(services)
        services.close()
        found = [Figure(f"triples of {number:,} records loaded", loaded, "records/s")]
        with _served(data) as (port, server), _oxigraph(data, Path(name)) as other:
            found += _typical(data, port, other)
            found += _slow(data, port)
            rest = sum(map(megabytes, family(server)))
            found += _under_attack(port, server, rest)
            found.append(_freshness(data, port, number))
        size = sum(path.stat().st_blocks * 512 for path in {each.stat().st_ino: each for each in _files(data)}.values())
        found.append(Figure("disk of the triples", size / 1e6, "MB"))
    return found


def _files(data: Path) -> Iterator[Path]:
    return (path for path in (data / "triples").rglob("*") if path.is_file())


def _typical(data: Path, port: int, other: int) -> list[Figure]:
    found = []
    with checkpoints.opened(data / "triples") as store:
        for each in examples():
            if each.name[:2] in _TYPICAL and store is not None:
                ours = _best(lambda text=each.text: _ask(port, "/sparql", text))
                inside = _best(lambda text=each.text: _in_process(store, text))
                server = _best(lambda text=each.text: _ask(other, "/query", text))
                found.append(Figure(each.name, ours, "ms", "pyoxigraph in process", inside))
                found.append(Figure(each.name, ours, "ms", "oxigraph server", server))
    return found


def _slow(data: Path, port: int) -> list[Figure]:
    found = []
    with checkpoints.opened(data / "triples") as store:
        assert store is not None
        for name, text in _SLOW.items():
            query = _PREFIXES + text
            _ask(port, "/sparql", query, alike=True)
            page = query.replace("OFFSET 10000", "OFFSET 10100")
            ours = min(_timed(lambda page=page: _ask(port, "/sparql", page, alike="OFFSET" in page)) for _ in range(2))
            found.append(Figure(name, ours, "ms", "the raw engine", _best(lambda q=query: _in_process(store, q))))
        raw, asked = (_PREFIXES + each for each in _SEARCHES)
        ours = _best(lambda: _ask(port, "/sparql", asked))
        found.append(Figure("a search for words", ours, "ms", "the raw engine", _best(lambda: _in_process(store, raw))))
    return found


def _under_attack(port: int, server: int, rest: float) -> list[Figure]:
    """The cheap question from a client of its own, first alone and then beside eight who mean harm."""
    alone = _cheap(port)
    ended, peak = threading.Event(), [rest]
    attackers = [threading.Thread(target=_attack, args=(port, number, ended)) for number in range(_ATTACKERS)]
    watch = threading.Thread(target=_watch, args=(server, ended, peak))
    for thread in (*attackers, watch):
        thread.start()
    time.sleep(1)
    beside = _cheap(port)
    ended.set()
    for thread in (*attackers, watch):
        thread.join()
    return [
        Figure("a cheap question, p50", _percentile(beside, 50), "ms", "alone", _percentile(alone, 50)),
        Figure("a cheap question, p99", _percentile(beside, 99), "ms", "alone", _percentile(alone, 99)),
        Figure("memory under attack, all processes", peak[0], "MB", "at rest", rest),
    ]


def _cheap(port: int) -> list[float]:
    return [
        _timed(lambda: _ask(port, "/sparql", "ASK { <x:nobody> ?p ?o }", client="127.0.0.100")) for _ in range(_CHEAP)
    ]


def _attack(port: int, number: int, ended: threading.Event) -> None:
    for place in count(number):
        if ended.is_set():
            return
        _ask(port, "/sparql", _HOSTILE[place % len(_HOSTILE)], client=f"127.0.0.{10 + number}", refused=True)


def _watch(server: int, ended: threading.Event, peak: list[float]) -> None:
    while not ended.wait(0.2):
        peak[0] = max(peak[0], sum(map(megabytes, family(server))))


def _freshness(data: Path, port: int, number: int) -> Figure:
    """Seconds from the commit of two hundred new records until SPARQL counts them."""
    services: Services = open_services(data)
    made = list(synthetic.records(number + _FRESH, services.terms()))[-_FRESH:]
    services.catalogue.put_many(map(Entry, made), services.act("b", "b"))
    services.close()
    text = "SELECT (COUNT(?s) AS ?n) { ?s a <http://schema.org/LearningResource> }"
    began = time.perf_counter()
    while json.loads(_ask(port, "/sparql", text))["results"]["bindings"][0]["n"]["value"] != str(number + _FRESH):
        if time.perf_counter() - began > 60:
            raise SystemExit("new records never became visible")
        time.sleep(0.05)
    return Figure(f"{_FRESH} new records visible after", time.perf_counter() - began, "s", "the bar", 2.0)


def _ask(
    port: int, path: str, text: str, *, client: str = "127.0.0.1", alike: bool = False, refused: bool = False
) -> bytes:
    """Ask over a connection of its own; with `alike` so that it may be answered from what is kept."""
    query = text if alike else f"BASE <http://bench.example/{next(_bases)}/> {text}"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=180, source_address=(client, 0))
    try:
        connection.request("POST", path, urlencode({"query": query}), _HEADERS)
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    if answer.status != 200 and not refused:
        raise SystemExit(f"{answer.status} {body[:300]!r} for {text}")
    return body


_HEADERS: Final = {
    "Content-Type": "application/x-www-form-urlencoded",
    "Accept": "application/sparql-results+json, text/turtle",
}


def _in_process(store: Any, text: str) -> None:
    found: Any = store.query(text)
    output = BytesIO()
    if isinstance(found, ox.QueryTriples):
        ox.serialize(found, output, ox.RdfFormat.TURTLE)
    else:
        found.serialize(output, ox.QueryResultsFormat.JSON)


def _best(act: Callable[[], object]) -> float:
    return min(_timed(act) for _ in range(3))


def _timed(act: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1000


def _percentile(times: list[float], place: int) -> float:
    return quantiles(times, n=100)[place - 1]


@contextmanager
def _served(data: Path) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [sys.executable, "-m", "repository.cli", "--data", str(data), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _await(port, "/healthz")
        yield port, process.pid
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _oxigraph(data: Path, folder: Path) -> Iterator[int]:
    """The server of the distribution `oxigraph` over the same statements."""
    program = Path(sys.executable).with_name("oxigraph")
    quads, store, port = folder / "data.nq", folder / "oxigraph", free_port()
    with checkpoints.opened(data / "triples") as held, quads.open("wb") as file:
        assert held is not None
        held.dump(file, ox.RdfFormat.N_QUADS)
    subprocess.run([program, "load", "--location", store, "--file", quads], check=True, capture_output=True)
    quads.unlink()
    command = [program, "serve", "--location", store, "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(port, "/")
        yield port
    finally:
        process.kill()
        process.wait()


def _await(port: int, path: str) -> None:
    ends = time.monotonic() + _PATIENCE
    while time.monotonic() < ends:
        time.sleep(0.1)
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", path)
            if connection.getresponse().status < 500:
                return
        except OSError:
            continue
        finally:
            connection.close()
    raise TimeoutError(str(port))
