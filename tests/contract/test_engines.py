"""One suite for every engine: the pool of query processes, and a real SPARQL server behind SPARQLWrapper."""

import csv
import http.server
import json
import socket
import threading
from collections.abc import Callable, Iterator
from functools import partial
from io import StringIO
from pathlib import Path

import oxigraph_server
import pyoxigraph as ox
import pytest
import virtuoso_server
from triples_catalogue import BASE, House, Same, question, record, records

from repository.projections import Follower
from sparql import errors
from sparql.engines.remote import Server
from sparql.engines.table import ENGINES
from sparql.examples import examples
from sparql.graphs import Standing, TripleProjection
from sparql.graphs.remote import RemoteProjection
from sparql.plan import plan
from sparql.pool import checkpoints
from sparql.pool.workers import Pool
from sparql.query import Answer, Ask, Limits
from sparql.results import FORMATS

ABSENT = ("07", "18", "20", "21", "23", "28")
"""Examples of what this small catalogue does not have."""

Build = Callable[[Limits], Ask]
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = House(tmp_path_factory.mktemp("engines") / "data")
    house.put(*records(90), record(95, derivation=()))
    follower = house.follower(TripleProjection(Standing(clusters=Same())))
    follower.catch_up()
    follower.close()
    house.database.close()
    return house.folder


@pytest.fixture(scope="module")
def quads(folder: Path) -> bytes:
    with checkpoints.opened(folder) as store:
        assert store is not None
        dumped = store.dump(format=ox.RdfFormat.N_QUADS)
        assert dumped is not None
        return dumped


@pytest.fixture(scope="module")
def address(quads: bytes, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if oxigraph_server.binary() is None:
        pytest.skip("the distribution oxigraph is not installed")
    with oxigraph_server.running(tmp_path_factory.mktemp("server"), quads) as running:
        yield running


@pytest.fixture(scope="module")
def virtuoso_address(virtuoso: str, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Virtuoso that follows the same catalogue."""
    place = tmp_path_factory.mktemp("virtuoso")
    house = House(folder.parent)
    with virtuoso_server.serving(place / "store", oxigraph_server.free_port()) as running:
        server = Server(running, Limits(), user=virtuoso_server.USER, password=virtuoso_server.PASSWORD)
        projection = RemoteProjection(server, BASE, Standing(clusters=Same()))
        follower = Follower(house.catalogue, projection, place / "triples")
        follower.catch_up()
        follower.close()
        house.database.close()
        yield running


@pytest.fixture(params=[*sorted(ENGINES), "virtuoso"])
def build(request: pytest.FixtureRequest, folder: Path) -> Iterator[Build]:
    """Makes the engine's `ask` under given limits."""
    if request.param == "remote":
        server: str = request.getfixturevalue("address")
        yield lambda limits: partial(ENGINES["remote"], Server(server, limits))
        return
    if request.param == "virtuoso":
        other: str = request.getfixturevalue("virtuoso_address")
        yield lambda limits: partial(ENGINES["remote"], Server(other, limits))
        return
    pools: list[Pool] = []

    def embedded(limits: Limits) -> Ask:
        pools.append(Pool(folder, 2, limits))
        return partial(ENGINES["embedded"], pools[-1].ask)

    yield embedded
    for pool in pools:
        pool.close()


@pytest.fixture
def ask(build: Build) -> Ask:
    return build(Limits(seconds=20))


def bindings(answer: Answer) -> list[dict[str, str]]:
    found = json.loads(answer.read())["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in found]


def test_a_select_counts_the_records(ask: Ask) -> None:
    answer = ask(question("SELECT (COUNT(*) AS ?n) { ?s a <http://schema.org/LearningResource> }"))
    assert answer.rows == 1
    assert bindings(answer) == [{"n": "91"}]


def test_an_ask_says_yes_or_no(ask: Ask) -> None:
    assert json.loads(ask(question("ASK { ?s ?p ?o }")).read())["boolean"] is True
    assert json.loads(ask(question("ASK { <x:nobody> ?p ?o }")).read())["boolean"] is False


@pytest.mark.parametrize("form", FORMATS, ids=lambda each: each.name)
def test_every_format_can_be_read_again(ask: Ask, form: object) -> None:
    kind, name = form.kind, form.name  # type: ignore[attr-defined]
    iri = f"<{BASE}resource/{record(1).id}>"
    text = f"SELECT ?p ?o {{ {iri} ?p ?o }}" if kind == "results" else f"DESCRIBE {iri}"
    answer = ask(question(text, name))
    body = answer.read()
    assert answer.size == len(body)
    assert _count(body, name) == answer.rows > 10


def _count(body: bytes, name: str) -> int:
    if name == "csv":
        return len(list(csv.reader(StringIO(body.decode(), newline="")))) - 1
    if name in ("json", "xml", "tsv"):
        syntax = ox.QueryResultsFormat.from_extension({"json": "srj", "xml": "srx", "tsv": "tsv"}[name])
        return len(list(ox.parse_query_results(body, syntax)))  # type: ignore[arg-type]
    syntax_of = {"turtle": "ttl", "ntriples": "nt", "rdfxml": "rdf", "jsonld": "jsonld"}
    return len(list(ox.parse(body, ox.RdfFormat.from_extension(syntax_of[name]))))


def test_the_dataset_of_the_protocol_beats_from(ask: Ask) -> None:
    one, two = (f"{BASE}graph/{record(number).id}" for number in (1, 2))
    text = "SELECT DISTINCT ?g { { ?s ?p ?o BIND('default' AS ?g) } UNION { GRAPH ?g { ?s ?p ?o } } }"
    from_one = text.replace("{", f"FROM <{one}> FROM NAMED <{one}> {{", 1)
    assert {row["g"] for row in bindings(ask(question(from_one)))} == {"default", one}
    by_protocol = question(from_one, named_graphs=(two,))
    assert {row["g"] for row in bindings(ask(by_protocol))} == {two}
    default_only = question(from_one, default_graphs=(two,))
    assert {row["g"] for row in bindings(ask(default_only))} == {"default"}


def test_a_syntax_error_is_told_as_one(ask: Ask) -> None:
    with pytest.raises(errors.SparqlError) as caught:
        ask(question("SELECT * { ?s ?p }"))
    assert isinstance(caught.value, errors.MalformedQuery | errors.MalformedRemoteQuery)
    assert caught.value.status == 400


def test_the_place_of_a_syntax_error_is_named(ask: Ask) -> None:
    with pytest.raises(errors.SparqlError) as caught:
        ask(question("SELECT *\n{ ?s ?p }"))
    assert "2" in str(caught.value)


def test_a_query_past_its_deadline_is_stopped_and_the_engine_goes_on(build: Build) -> None:
    ask = build(Limits(seconds=1))
    with pytest.raises(errors.QueryTimedOut) as caught:
        ask(question(SLOW))
    assert caught.value.status == 504
    assert bindings(ask(question("SELECT (1 AS ?n) {}"))) == [{"n": "1"}]


def test_an_answer_above_the_limit_is_refused_not_cut(build: Build) -> None:
    with pytest.raises(errors.ResultTooLarge, match="50 rows"):
        build(Limits(rows=50))(question("SELECT * { ?s ?p ?o }"))
    with pytest.raises(errors.ResultTooLarge, match="50 rows"):
        build(Limits(rows=50))(question("CONSTRUCT WHERE { ?s ?p ?o }"))
    with pytest.raises(errors.ResultTooLarge, match="2000 bytes"):
        build(Limits(bytes=2000))(question("SELECT * { ?s ?p ?o }"))


def test_every_example_is_answered(ask: Ask) -> None:
    for example in examples():
        answer = ask(question(plan(example.text, lambda _words, _most: []).text))
        answer.file.close()
        assert answer.rows > 0 or example.name.partition("-")[0] in ABSENT, example.name


def test_a_relative_address_stands_under_the_base_of_the_catalogue(ask: Ask) -> None:
    found = bindings(ask(question(f"SELECT ?t {{ <resource/{record(1).id}> a ?t }}")))
    assert len(found) == 2


def test_a_server_that_is_not_there_is_named() -> None:
    port = oxigraph_server.free_port()
    with pytest.raises(errors.EngineUnreachable, match=str(port)):
        ENGINES["remote"](Server(f"http://127.0.0.1:{port}/query", Limits(seconds=2)), question("ASK {}"))


def test_a_server_that_never_answers_meets_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/query"
        with pytest.raises(errors.QueryTimedOut):
            ENGINES["remote"](Server(address, Limits(seconds=1)), question("ASK {}"))


class _Odd(http.server.BaseHTTPRequestHandler):
    """A server that says nonsense with a good status."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.end_headers()
        self.wfile.write(b"<html>maintenance</html>")

    def log_message(self, *arguments: object) -> None:
        """Quiet."""


def test_a_server_that_answers_nonsense_is_reported() -> None:
    with http.server.HTTPServer(("127.0.0.1", 0), _Odd) as odd:
        thread = threading.Thread(target=odd.serve_forever)
        thread.start()
        address = f"http://127.0.0.1:{odd.server_port}/query"
        with pytest.raises(errors.EngineFailed, match="unreadable"):
            ENGINES["remote"](Server(address, Limits(seconds=5)), question("SELECT * {}"))
        odd.shutdown()
        thread.join()
