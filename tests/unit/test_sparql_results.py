"""The forms of an answer: negotiating one, and writing it whole or not at all."""

from io import BytesIO

import pyoxigraph as ox
import pytest

from repository.errors import NotAcceptable
from sparql import results
from sparql.results import FORMATS, Exceeded


@pytest.mark.parametrize(
    ("accept", "kind", "name"),
    [
        ("", "results", "json"),
        ("*/*", "results", "json"),
        ("*/*", "graph", "turtle"),
        ("application/json", "results", "json"),
        ("text/csv", "results", "csv"),
        ("text/tab-separated-values;q=0.9, text/csv;q=0.8", "results", "tsv"),
        ("text/*", "results", "csv"),
        ("application/sparql-results+xml;q=0.5, */*;q=0.1", "results", "xml"),
        ("application/xml", "results", "xml"),
        ("application/json;q=0, */*", "results", "json"),
        ("application/sparql-results+json;q=0, */*", "results", "xml"),
        ("application/ld+json", "graph", "jsonld"),
        ("text/plain", "graph", "ntriples"),
        ("application/rdf+xml, text/turtle;q=0.9", "graph", "rdfxml"),
        ("nonsense, text/csv", "results", "csv"),
    ],
)
def test_the_format_that_the_client_wants_most_is_chosen(accept: str, kind: results.Kind, name: str) -> None:
    assert results.negotiate(accept, kind).name == name


@pytest.mark.parametrize(("accept", "kind"), [("image/png", "results"), ("text/csv", "graph"), ("*/*;q=0", "graph")])
def test_what_is_not_offered_is_refused_with_what_is(accept: str, kind: results.Kind) -> None:
    with pytest.raises(NotAcceptable) as caught:
        results.negotiate(accept, kind)
    assert "/" in str(caught.value.values["offered"])


NASTY = ['},{"x":{', "a\nb", 'a"b\r\n"', "<result>", "</result><result>", "\\", '{"', "],[{"]


def store(rows: int) -> ox.Store:
    held = ox.Store()
    for number in range(rows):
        words = ox.Literal(f"{number} {NASTY[number % len(NASTY)]}")
        held.add(ox.Quad(ox.NamedNode(f"http://x/{number}"), ox.NamedNode("http://x/p"), words))
    return held


@pytest.mark.parametrize("form", [each for each in FORMATS if each.kind == "results"], ids=lambda each: each.name)
@pytest.mark.parametrize("rows", [0, 1, 700])
def test_rows_are_counted_whatever_their_values_hold(form: results.Format, rows: int) -> None:
    found = store(rows).query("SELECT ?s ?o { ?s ?p ?o }")
    assert results.write(found, form, BytesIO(), 1000, 1 << 20)[0] == rows


@pytest.mark.parametrize("form", [each for each in FORMATS if each.kind == "graph"], ids=lambda each: each.name)
def test_triples_are_counted(form: results.Format) -> None:
    output = BytesIO()
    found = store(50).query("CONSTRUCT { ?s <http://x/p> ?o } WHERE { ?s ?p ?o }")
    assert results.write(found, form, output, 1000, 1 << 20)[0] == 50
    syntax = ox.RdfFormat.from_media_type(form.media_type)
    assert len(list(ox.parse(output.getvalue(), syntax))) == 50


@pytest.mark.parametrize("form", FORMATS, ids=lambda each: each.name)
def test_an_answer_above_the_limits_is_stopped(form: results.Format) -> None:
    query = "SELECT ?s ?o { ?s ?p ?o }" if form.kind == "results" else "CONSTRUCT WHERE { ?s ?p ?o }"
    held = store(700)
    with pytest.raises(Exceeded, match="rows"):
        results.write(held.query(query), form, BytesIO(), 500, 1 << 20)
    with pytest.raises(Exceeded, match="bytes"):
        results.write(held.query(query), form, BytesIO(), 1000, 2000)
