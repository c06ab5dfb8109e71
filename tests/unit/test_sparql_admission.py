"""Which queries may run: refusals name their place, and no spelling hides what is refused."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pyoxigraph as ox
import pytest

from sparql import admission
from sparql.errors import (
    MalformedQuery,
    QueryTooDeep,
    QueryTooLong,
    ServiceRefused,
    SparqlError,
    UpdateRefused,
)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT"),
        ("# a comment with SERVICE\nask { ?s ?p ?o }", "ASK"),
        ("PREFIX ex: <http://x/service#> BASE <http://x/> CONSTRUCT WHERE { ?s ex:load ?service }", "CONSTRUCT"),
        ("DESCRIBE <http://x/service/load>", "DESCRIBE"),
        ("SELECT * { ?s ?p 'SERVICE <x> { LOAD }' }", "SELECT"),
        ('SELECT * { ?s ?p """a " SERVICE \\""" LOAD """ }', "SELECT"),
        ('SELECT * { ?s ?p "x"@service }', "SELECT"),
        ("SELECT * { ?s dcat:DataService _:service }", "SELECT"),
        ("SELECT * { VALUES (?a ?b) { (<http://x/a> <http://x/service/1>) } }", "SELECT"),
        ("S\\u0045LECT * { ?s ?p ?o }", "SELECT"),
        ("SELECT * { ?s ?p 'caf\\u00E9' }", "SELECT"),
    ],
)
def test_words_inside_strings_names_comments_and_addresses_are_no_keywords(text: str, form: str) -> None:
    assert admission.admit(text).form == form


def test_escapes_between_tokens_are_resolved_and_those_in_strings_left_to_the_engine() -> None:
    admitted = admission.admit("\\u0053ELECT * { ?s ?p 'a\\u0022b' }")
    assert admitted.text == "SELECT * { ?s ?p 'a\\u0022b' }"
    assert ox.Store().query(admitted.text) is not None


HIDING_SERVICE = [
    "SELECT * { SERVICE <{at}> { ?s ?p ?o } }",
    "SELECT * { sErViCe SILENT <{at}> { ?s ?p ?o } }",
    "SELECT * { S\\u0045RVICE <{at}> { ?s ?p ?o } }",
    "SELECT * { \\U00000053ERVICE <{at}> { ?s ?p ?o } }",
    "PREFIX : <{at}> SELECT * { SERVICE:a { ?s ?p ?o } }",
    "PREFIX : <{at}> SELECT * { ?a ?b true . SERVICE:a { ?s ?p ?o } }",
    "PREFIX : <{at}> SELECT * { { BIND(true AS ?x) }SERVICE:a{ ?s ?p ?o } }",
    "SELECT * { VALUES ?x { true } SERVICE<{at}>{ ?s ?p ?o } }",
    "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b&&?b!='>')SERVICE <{at}> { ?s ?p ?o } #' \n }",
    "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b)SERVICE#>\n<{at}>{ ?s ?p ?o } }",
    "SELECT * { BIND(1 AS ?a) BIND(2 AS ?b) FILTER(?a<?b#>'''\n) SERVICE <{at}> { ?s ?p ?o } #''' \n }",
    "SELECT * { BIND(1 AS ?a) FILTER(1<?a#>'''\n||true) SERVICE <{at}> { ?s ?p ?o } #''' \n }",
    "SELECT * { OPTIONAL { ?s ?p _:a#'''\n } SERVICE <{at}> { ?x ?y ?z } #''' \n }",
    "SELECT * { BIND('\\u0027' AS ?a) SERVICE <{at}> { ?s ?p ?o } BIND('' AS ?b) }",
    'SELECT * { BIND("\\"" AS ?a) SERVICE <{at}> { ?s ?p ?o } BIND(\'"\' AS ?b) }',
    "SELECT * { BIND('''\\'''' AS ?a) SERVICE <{at}> { ?s ?p ?o } }",
    "SELECT * { BIND('a' AS ?a)SERVICE<{at}>{ ?s ?p ?o } }",
    "SELECT * { { SELECT (1 AS ?x) {} LIMIT 1}SERVICE<{at}>{ ?s ?p ?o } }",
    "SELECT * { ?s <x:y>?true SERVICE <{at}> { ?s ?p ?o } }",
]


@pytest.fixture
def listener() -> Iterator[tuple[str, list[bool]]]:
    """A server that only notes that somebody came."""
    came: list[bool] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        ended = threading.Event()

        def listen() -> None:
            while not ended.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                came.append(True)
                connection.close()

        thread = threading.Thread(target=listen)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", came
        ended.set()
        thread.join()


def test_no_spelling_of_service_reaches_the_network(listener: tuple[str, list[bool]]) -> None:
    """What admission lets through is given to the engine itself, which would call the address."""
    address, came = listener
    for text in HIDING_SERVICE:
        query = text.replace("{at}", address)
        try:
            admitted = admission.admit(query)
        except SparqlError:
            continue
        with suppress(SyntaxError, OSError, RuntimeError):
            list(ox.Store().query(admitted.text))  # type: ignore[arg-type]
        assert not came, query


def test_the_engine_would_call_the_address_of_a_service(listener: tuple[str, list[bool]]) -> None:
    """The test above proves something only as long as this holds."""
    address, came = listener
    with pytest.raises((OSError, RuntimeError)):
        list(ox.Store().query(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"))  # type: ignore[arg-type]
    assert came


@pytest.mark.parametrize("text", HIDING_SERVICE[:4])
def test_service_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(ServiceRefused) as caught:
        admission.admit("\n\n  " + text)
    assert (caught.value.values["line"], caught.value.status) == (3, 400)


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { <a:a> <a:b> 1 }",
        "PREFIX ex: <http://x/> delete where { ?s ?p ?o }",
        "LOAD <http://x/>",
        "L\\u004FAD <http://x/>",
        "CLEAR ALL",
        "WITH <a:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o } ; LOAD <http://x/>",
    ],
)
def test_updates_are_refused(text: str) -> None:
    with pytest.raises(UpdateRefused):
        admission.admit(text)


@pytest.mark.parametrize("text", ["", "# only a comment", "PREFIX ex: <http://x/>", "SELEKT * {}", "{ ?s ?p ?o }"])
def test_what_has_no_form_is_malformed(text: str) -> None:
    with pytest.raises(MalformedQuery):
        admission.admit(text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
        "SELECT * " + "{" * 5000 + "}" * 5000,
        "SELECT * { ?s ?p " + "[ ?a " * 200 + "1" + "]" * 200 + " }",
        "SELECT * { FILTER(" + "!" * 5000 + "?x) }",
        "SELECT * { FILTER(" + "?x||" * 5000 + "?x) }",
        "SELECT * {" + "{?s ?p ?o} UNION " * 5000 + "{?s ?p ?o} }",
        "SELECT * { ?s " + "<a:a>/" * 5000 + "<a:b> ?o }",
    ],
)
def test_queries_that_nest_too_deep_are_refused_before_the_engine_sees_them(text: str) -> None:
    with pytest.raises(QueryTooDeep):
        admission.admit(text)


def test_a_long_list_of_values_is_no_nesting() -> None:
    values = " ".join(f"<http://x/{number}>" for number in range(5000))
    assert admission.admit(f"SELECT * {{ VALUES ?x {{ {values} }} }}").form == "SELECT"


def test_a_query_of_too_many_characters_is_refused() -> None:
    with pytest.raises(QueryTooLong):
        admission.admit("ASK {} #" + " " * admission.MOST_CHARACTERS)


@pytest.mark.parametrize("piece", ["'", '"', "<", "a.", "a-", ":", "<a>'", "?a<?b#", "'\n", "\\u0027", "_:a#"])
def test_admission_looks_at_each_character_a_few_times_only(piece: str) -> None:
    """A pattern that backtracks over 200,000 characters would hold this test up for minutes."""
    text = "SELECT * { (" + piece * (200_000 // len(piece)) + ") }"
    try:
        assert admission.admit(text).form == "SELECT"
    except SparqlError as error:
        assert error.status == 400
