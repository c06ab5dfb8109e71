"""Every hostile kind against the running server, from eight addresses at once: a cheap question keeps its answer."""

import http.client
import shutil
import socket
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote, urlencode

import portal_rig
import pytest
from command_rig import Served, free_port, report, serving

CHEAP = "ASK { <x:nobody> ?p ?o }"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def loopback(port: int) -> dict[str, str]:
    """Queries by what they try."""
    return {
        "products": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }",
        "deep nesting": "SELECT * { FILTER(" + "(" * 99 + "1" + ")" * 99 + ") ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "deeper nesting": "SELECT * { FILTER(" + "(" * 20_000 + "1" + ")" * 20_000 + ") }",
        "giant order": "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i",
        "giant text": "SELECT (GROUP_CONCAT(?o) AS ?all) { ?s ?p ?o . ?x ?y ?z . ?u ?v ?w }",
        "paths": "SELECT (COUNT(*) AS ?n) { ?a (!<x:n>|^!<x:n>)* ?b . ?b (!<x:n>|^!<x:n>)* ?c }",
        "expressions": 'SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?x ?y ?z . ?u ?v ?w FILTER(REGEX(?o, "(a+)+(b+)+$")) }',
        "length": "SELECT * { ?s ?p '" + "x" * 1_000_000 + "' }",
        "service": f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        "service by name": f"SELECT * {{ SERVICE SILENT <http://localhost:{port}/> {{ ?s ?p ?o }} }}",
        "hidden service": f"SELECT * {{ \\u0053ERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}",
        "load": f"LOAD <http://127.0.0.1:{port}/>",
        "update": "DELETE WHERE { ?s ?p ?o }",
    }


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("attacked") / "data"
    portal_rig.opened(data).close()
    settings = data / "mutualis.toml"
    settings.write_text(settings.read_text() + "\nquery_seconds = 3\n")
    report(data, "rebuild", "triples")
    with serving(data) as running:
        yield running
    shutil.rmtree(data)


def asked(port: int, client: str, body: bytes, headers: dict[str, str] = FORM) -> int:
    """The status of an answer to a POST from one of our addresses; 0 where the server closed the connection."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=(client, 0))
    try:
        connection.request("POST", "/sparql", body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (http.client.HTTPException, ConnectionError):
        return 0
    finally:
        connection.close()


@pytest.fixture
def trap() -> Iterator[tuple[int, list[object]]]:
    """A port on loopback, and whoever called there."""
    called: list[object] = []
    with socket.create_server(("127.0.0.1", free_port())) as listening:
        listening.settimeout(0.1)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, address = listening.accept()
                except TimeoutError:
                    continue
                called.append(address)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield listening.getsockname()[1], called
        ended.set()
        thread.join()


@pytest.mark.skipif(sys.platform != "linux", reason="all of 127.0.0.0/8 is this machine on Linux alone")
def test_eight_attackers_leave_a_cheap_question_its_answer(served: Served, trap: tuple[int, list[object]]) -> None:
    port, called = trap
    hostile = [*loopback(port).values()]
    ended = threading.Event()
    statuses: set[int] = set()

    def attack(number: int) -> None:
        for turn in range(number, 10_000):
            if ended.is_set():
                return
            body = urlencode({"query": hostile[turn % len(hostile)]}).encode()
            statuses.add(asked(served.port, f"127.0.0.{10 + number}", body))

    slow = socket.create_connection(("127.0.0.1", served.port))
    slow.sendall(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n")
    slow.sendall(b"Content-Length: 99\r\n\r\nASK")  # and nothing more
    with ThreadPoolExecutor(8) as attackers:
        pending = [attackers.submit(attack, number) for number in range(8)]
        time.sleep(1)
        cheap = urlencode({"query": CHEAP}).encode()
        answers = [asked(served.port, "127.0.0.100", cheap) for _ in range(100)]
        page = served.get("fr/")[0]
        ended.set()
    slow.close()
    assert answers == [200] * 100
    assert page == 200, "the portal answers too"
    assert all(each.exception() is None for each in pending)
    assert statuses <= {0, 400, 413, 429, 503, 504}, "none of them got an answer"
    assert called == [], "nobody was called from inside"


@pytest.mark.parametrize("name", list(loopback(0)))
def test_each_kind_is_refused_or_stopped_with_a_true_status(
    served: Served, trap: tuple[int, list[object]], name: str
) -> None:
    port, called = trap
    body = urlencode({"query": loopback(port)[name]}).encode()
    assert asked(served.port, "127.0.0.1", body) in (400, 413, 503, 504)
    assert called == []
    assert served.get(f"sparql?query={quote(CHEAP)}", Accept="text/csv")[0] == 200


def test_bytes_that_are_no_text_are_told_as_such(served: Served) -> None:
    assert asked(served.port, "127.0.0.1", b"query=%ff%fe") == 400
    assert asked(served.port, "127.0.0.1", b"\xff\xfe", {"Content-Type": "application/sparql-query"}) == 400
