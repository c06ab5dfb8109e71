"""The endpoint against SPARQL 1.1 Protocol, and against what browsers and clients do besides.

Names of sections are those of SPARQL 1.1 Protocol (W3C Recommendation, 21 March 2013).
"""

import gzip
import json
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import openpyxl
import pyoxigraph as ox
import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from triples_catalogue import ACT, BASE, House, record, records
from werkzeug.test import TestResponse

from repository.settings import Settings
from repository.store import tables
from repository.web import answers, assets, language, problems
from sparql import admission, endpoint
from sparql.answers import Engine, engine
from sparql.dumps import Dumps
from sparql.endpoint import protocol
from sparql.errors import NoMoreLinks
from sparql.examples import examples
from sparql.plan import plan
from sparql.shortlinks import ShortLinks
from vocabularies import shipped

SELECT = "SELECT ?o { ?s <http://purl.org/dc/terms/title> ?o } ORDER BY ?o LIMIT 3"
ASK = "ASK { ?s ?p ?o }"
CONSTRUCT = "CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 3"
DESCRIBE = f"DESCRIBE <{BASE}resource/{record(1).id}>"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


def found(words: str, most: int) -> list[tuple[str, float]]:
    """A search that finds the records whose number is among the words."""
    numbers = [int(word) for word in words.split() if word.isdigit()]
    return [(f"{BASE}resource/{record(number).id}", 1.0 / number) for number in numbers][:most]


def application(settings: Settings, made: Engine) -> Flask:
    """The endpoint inside the portal's frame, without the portal's other addresses."""
    services: Any = SimpleNamespace(
        settings=settings,
        base_iri=BASE,
        answer_query=made.ask,
        plan_query=lambda text: plan(text, found),
        data_version=made.version,
        limits=made.limits,
        short_links=ShortLinks(settings.data / "links"),
        dumps=Dumps(settings.data),
        terms=shipped.terms,
    )
    app = Flask("repository.web", static_folder=None, template_folder="templates")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    language.install(app, services)
    assets.install(app)
    answers.install(app)
    problems.install(app, services)
    app.register_blueprint(endpoint.blueprint(services))
    return app


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("protocol") / "data")
    made.put(*records(60))
    made.catalogue.withdraw([record(59).id], ACT)
    follower = made.follower()
    follower.catch_up()
    follower.close()
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def engine_of(house: House) -> Iterator[Engine]:
    made = engine(Settings(data=house.folder.parent, query_seconds=1, query_rows=2000), house.folder)
    yield made
    made.close()


@pytest.fixture
def client(house: House, engine_of: Engine) -> FlaskClient:
    settings = Settings(data=house.folder.parent, query_seconds=1, query_rows=2000)
    return application(settings, engine_of).test_client()


def get(client: FlaskClient, query: str, accept: str = "", **parameters: str) -> TestResponse:
    headers = {"Accept": accept} if accept else {}
    return client.get("/sparql?" + urlencode({"query": query, **parameters}), headers=headers)


def rows(response: TestResponse) -> list[dict[str, Any]]:
    assert response.status_code == 200, response.text
    found: list[dict[str, Any]] = json.loads(response.data)["results"]["bindings"]
    return found


# 2.1.1 to 2.1.3: three ways to send a query


def test_a_query_by_get(client: FlaskClient) -> None:
    response = get(client, SELECT)
    assert len(rows(response)) == 3
    assert response.content_type == "application/sparql-results+json"


def test_a_query_by_a_posted_form(client: FlaskClient) -> None:
    assert len(rows(client.post("/sparql", data={"query": SELECT}))) == 3


def test_a_query_as_the_body_of_a_post(client: FlaskClient) -> None:
    assert len(rows(client.post("/sparql", data=SELECT, content_type=DIRECT))) == 3


def test_a_direct_post_takes_its_dataset_from_the_address(client: FlaskClient) -> None:
    graph = f"{BASE}graph/{record(2).id}"
    path = "/sparql?" + urlencode({"default-graph-uri": graph})
    found = client.post(path, data="SELECT ?o { ?s <http://purl.org/dc/terms/title> ?o }", content_type=DIRECT)
    assert {row["o"]["value"] for row in rows(found)} == {"Document 2", "Documento 2"}


def test_charset_parameters_of_the_media_type_are_understood(client: FlaskClient) -> None:
    for kind in (f"{DIRECT}; charset=utf-8", f'{DIRECT}; charset="UTF-8"', f"{DIRECT};charset=Utf-8"):
        assert client.post("/sparql", data=SELECT, content_type=kind).status_code == 200
    assert (
        client.post("/sparql", data=SELECT.encode("utf-16"), content_type=f"{DIRECT}; charset=utf-16").status_code
        == 415
    )


def test_a_query_outside_ascii_comes_through(client: FlaskClient) -> None:
    text = "SELECT ('Électricité, ação, 🌍' AS ?x) {}"
    for response in (
        get(client, text),
        client.post("/sparql", data={"query": text}),
        client.post("/sparql", data=text.encode(), content_type=DIRECT),
    ):
        assert rows(response)[0]["x"]["value"] == "Électricité, ação, 🌍"


def test_a_plus_in_an_address_is_a_space_and_a_percent_code_a_plus(client: FlaskClient) -> None:
    assert rows(client.get("/sparql?query=SELECT+(1%2B1+AS+?n){}"))[0]["n"]["value"] == "2"


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x", "", "garbage"])
def test_a_body_of_another_type_is_refused(client: FlaskClient, kind: str) -> None:
    assert client.post("/sparql", data=SELECT, content_type=kind).status_code == 415


def test_no_query_is_a_bad_request(client: FlaskClient) -> None:
    assert client.post("/sparql", data={}, content_type=FORM).status_code == 400
    assert client.post("/sparql", data="", content_type=DIRECT).status_code == 400
    assert client.get("/sparql?default-graph-uri=http://x/").status_code == 400
    assert get(client, "  ").status_code == 400


def test_several_queries_are_a_bad_request(client: FlaskClient) -> None:
    twice = urlencode([("query", SELECT), ("query", ASK)])
    assert client.get(f"/sparql?{twice}").status_code == 400
    assert client.post("/sparql", data=twice, content_type=FORM).status_code == 400
    assert client.post(f"/sparql?query={quote(ASK)}", data=SELECT, content_type=DIRECT).status_code == 400


def test_bytes_that_are_no_text_are_a_bad_request(client: FlaskClient) -> None:
    assert client.get("/sparql?query=SELECT%20%FF%FE").status_code == 400
    assert client.post("/sparql", data=b"query=%C3%28", content_type=FORM).status_code == 400
    assert client.post("/sparql", data=b"SELECT \xff", content_type=DIRECT).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed_and_the_right_ones_named(client: FlaskClient, method: str) -> None:
    response = client.open("/sparql", method=method, data=SELECT)
    assert response.status_code == 405
    assert {"GET", "POST"} <= set(response.headers["Allow"].split(", "))


def test_head_is_get_without_the_body(client: FlaskClient) -> None:
    path = "/sparql?" + urlencode({"query": SELECT})
    head, got = client.head(path), client.get(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(got.data))
    assert head.content_type == got.content_type


# 2.1.4: the dataset


def dataset_query(client: FlaskClient, pairs: list[tuple[str, str]], text: str) -> set[str]:
    response = client.get("/sparql?" + urlencode([("query", text), *pairs]))
    return {row["g"]["value"] for row in rows(response)}


def test_the_datasets_of_the_protocol_and_of_the_query(client: FlaskClient) -> None:
    one, two, three = (f"{BASE}graph/{record(number).id}" for number in (1, 2, 3))
    default = "SELECT DISTINCT ?g { ?x <http://xmlns.com/foaf/0.1/primaryTopic> ?y BIND(STR(?x) AS ?g) }"
    named = "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }"
    from_one = f"FROM <{one}> FROM NAMED <{one}> {{"
    assert dataset_query(client, [], default.replace("{", from_one, 1)) == {one}
    pairs = [("default-graph-uri", two), ("default-graph-uri", three)]
    assert dataset_query(client, pairs, default) == {two, three}
    assert dataset_query(client, pairs, default.replace("{", from_one, 1)) == {two, three}
    assert dataset_query(client, pairs, named) == set()
    both = [("named-graph-uri", two), ("named-graph-uri", three)]
    assert dataset_query(client, both, named.replace("{", from_one, 1)) == {two, three}
    assert dataset_query(client, both, default) == set()


def test_a_posted_form_carries_its_dataset(client: FlaskClient) -> None:
    graph = f"{BASE}graph/{record(4).id}"
    text = "SELECT ?o { ?s <http://purl.org/dc/terms/title> ?o }"
    found = client.post("/sparql", data={"query": text, "default-graph-uri": graph})
    assert {row["o"]["value"] for row in rows(found)} == {"Document 4", "Documento 4"}


@pytest.mark.parametrize("value", ["", "no iri", "graph/1", "http://x/ y"])
def test_a_graph_that_is_no_address_is_a_bad_request(client: FlaskClient, value: str) -> None:
    assert get(client, ASK, **{"default-graph-uri": value}).status_code == 400


# 2.1.5 and 2.1.6: forms of the answer

RESULT_TYPES = {
    "application/sparql-results+json": b'{"head"',
    "application/json": b'{"head"',
    "application/sparql-results+xml": b"<?xml",
    "application/xml": b"<?xml",
    "text/csv": b"o\r\n",
    "text/tab-separated-values": b"?o\n",
    "*/*": b'{"head"',
}
GRAPH_TYPES = {
    "text/turtle": "ttl",
    "application/n-triples": "nt",
    "application/rdf+xml": "rdf",
    "application/ld+json": "jsonld",
    "*/*": "ttl",
}


@pytest.mark.parametrize("accept", RESULT_TYPES)
def test_results_in_each_format(client: FlaskClient, accept: str) -> None:
    response = get(client, SELECT, accept)
    assert response.status_code == 200
    assert response.data.startswith(RESULT_TYPES[accept])
    assert "Accept" in response.headers["Vary"]
    if accept.startswith("text/"):
        assert response.content_type == f"{accept}; charset=utf-8"


@pytest.mark.parametrize("accept", [each for each in RESULT_TYPES if "sparql-results" in each])
def test_yes_or_no_in_each_format(client: FlaskClient, accept: str) -> None:
    response = get(client, ASK, accept)
    assert response.content_type == accept
    assert b"true" in response.data


@pytest.mark.parametrize("accept", GRAPH_TYPES)
@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE], ids=["construct", "describe"])
def test_graphs_in_each_format(client: FlaskClient, accept: str, query: str) -> None:
    response = get(client, query, accept)
    assert response.status_code == 200
    assert len(list(ox.parse(response.data, ox.RdfFormat.from_extension(GRAPH_TYPES[accept])))) >= 3


def test_quality_decides_between_formats(client: FlaskClient) -> None:
    assert get(client, SELECT, "text/csv;q=0.3, application/sparql-results+xml;q=0.8").mimetype.endswith("xml")
    assert get(client, CONSTRUCT, "text/turtle;q=0.1, application/ld+json").mimetype == "application/ld+json"


def test_a_format_that_a_kind_of_query_does_not_have_is_not_acceptable(client: FlaskClient) -> None:
    assert get(client, SELECT, "image/png").status_code == 406
    assert get(client, CONSTRUCT, "text/csv").status_code == 406
    assert get(client, SELECT, "application/ld+json").status_code == 406
    refused = get(client, SELECT, "text/turtle")
    assert (refused.status_code, "text/csv" in refused.text) == (406, True)


def test_a_link_can_name_its_format(client: FlaskClient) -> None:
    assert get(client, SELECT, "text/html", format="csv").mimetype == "text/csv"
    assert get(client, CONSTRUCT, "text/html", format="ntriples").mimetype == "application/n-triples"
    assert get(client, SELECT, format="turtle").status_code == 406


# 2.1.7: what can go wrong


@pytest.mark.parametrize(
    "query", ["SELECT * {", "SELECT ?x WHERE", "nonsense", "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o }"]
)
def test_a_malformed_query_is_a_bad_request(client: FlaskClient, query: str) -> None:
    response = get(client, query)
    assert (response.status_code, response.content_type) == (400, "text/plain; charset=utf-8")


def test_an_error_names_the_place_in_the_language_of_the_reader(client: FlaskClient) -> None:
    path = "/sparql?" + urlencode({"query": "SELECT *\n{ ?s ?p }"})
    told = {tag: client.get(path, headers={"Accept-Language": tag}).text for tag in ("fr", "pt", "en")}
    assert len(set(told.values())) == 3
    assert "ligne 2, colonne" in told["fr"]
    assert "linha 2, coluna" in told["pt"]
    assert "Line 2, column" in told["en"]


@pytest.mark.parametrize(
    "query",
    [
        "INSERT DATA { <a:a> <a:b> 1 }",
        "DELETE WHERE { ?s ?p ?o }",
        "LOAD <http://127.0.0.1/>",
        "DROP ALL",
        "CLEAR DEFAULT",
    ],
)
def test_updates_are_refused_by_every_way(client: FlaskClient, query: str) -> None:
    assert get(client, query).status_code == 400
    assert client.post("/sparql", data={"query": query}).status_code == 400
    assert client.post("/sparql", data={"update": query}).status_code == 400
    assert client.post("/sparql", data=query, content_type="application/sparql-update").status_code == 400
    assert rows(get(client, "SELECT (COUNT(*) AS ?n) { <a:a> ?p ?o }"))[0]["n"]["value"] == "0"


def test_service_is_refused(client: FlaskClient) -> None:
    response = get(client, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }")
    assert response.status_code == 400


def test_a_query_that_is_too_long_is_refused(client: FlaskClient) -> None:
    long = "ASK {} #" + "x" * admission.MOST_CHARACTERS
    assert client.post("/sparql", data=long, content_type=DIRECT).status_code == 413
    huge = "ASK {} #" + "x" * 5 * admission.MOST_CHARACTERS
    assert client.post("/sparql", data={"query": huge}).status_code == 413


def test_an_answer_that_is_too_large_is_refused_and_not_cut(client: FlaskClient) -> None:
    response = get(client, "SELECT * { ?s ?p ?o }")
    assert response.status_code == 413
    assert "2000" in response.text


def test_a_query_that_takes_too_long_is_a_gateway_timeout_and_says_so(client: FlaskClient) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"
    response = get(client, slow)
    assert response.status_code == 504
    assert client.get("/sparql?" + urlencode({"query": ASK})).status_code == 200


def test_a_store_that_is_not_built_yet_asks_to_come_again(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    made = engine(settings, tmp_path / "triples")
    response = get(application(settings, made).test_client(), ASK)
    assert response.status_code == 503
    assert int(response.headers["Retry-After"]) > 0
    made.close()


# What browsers and caches need


def test_any_page_may_ask(client: FlaskClient) -> None:
    assert get(client, ASK).headers["Access-Control-Allow-Origin"] == "*"
    assert get(client, "nonsense").headers["Access-Control-Allow-Origin"] == "*"
    asked = {"Origin": "https://x.example", "Access-Control-Request-Method": "POST"}
    preflight = client.options("/sparql", headers={**asked, "Access-Control-Request-Headers": "content-type"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in preflight.headers["Access-Control-Allow-Headers"]


def test_answers_are_compressed_for_those_who_take_it(client: FlaskClient) -> None:
    path = "/sparql?" + urlencode({"query": "SELECT * { ?s ?p ?o } LIMIT 500"})
    plain = client.get(path)
    packed = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_no_browser_guesses_the_type(client: FlaskClient) -> None:
    for response in (get(client, SELECT), get(client, "nonsense"), client.get("/sparql")):
        assert response.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("text/turtle", "ttl"),
        ("application/rdf+xml", "rdf"),
        ("application/ld+json", "jsonld"),
        ("*/*", "ttl"),
        ("", "ttl"),
    ],
)
def test_a_bare_get_describes_the_service(client: FlaskClient, accept: str, syntax: str) -> None:
    response = client.get("/sparql", headers={"Accept": accept})
    found = {str(quad.triple) for quad in ox.parse(response.data, ox.RdfFormat.from_extension(syntax))}
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert f"<{BASE}sparql> <{sd}endpoint> <{BASE}sparql>" in found
    assert f"<{BASE}sparql> <{sd}supportedLanguage> <{sd}SPARQL11Query>" in found
    assert client.head("/sparql", headers={"Accept": accept}).status_code == 200


# The page for people

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(("tag", "words"), [("fr", "Exemples"), ("pt", "Exemplos"), ("en", "Examples")])
def test_a_browser_gets_a_page_in_the_language_of_its_reader(client: FlaskClient, tag: str, words: str) -> None:
    response = client.get("/sparql", headers={"Accept": BROWSER, "Accept-Language": tag})
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert words in response.text
    scripts = re.findall(r'<script src="([^"]*)"', response.text)
    assert response.text.count("<script") == len(scripts)
    assert all(each.startswith("/static/") for each in scripts), "nothing is loaded from elsewhere"
    assert "script-src 'self';" in response.headers["Content-Security-Policy"]
    for example in examples():
        assert f"?example={example.name}" in response.text


def test_a_form_posted_by_a_browser_gets_a_table(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": SELECT, "format": ""}, headers={"Accept": BROWSER})
    assert response.status_code == 200
    assert response.text.count("<tr>") == 4
    assert SELECT.replace("<", "&lt;").replace(">", "&gt;") in response.text


def test_a_browser_that_chooses_a_format_gets_the_file(client: FlaskClient) -> None:
    response = client.post("/sparql", data={"query": SELECT, "format": "csv"}, headers={"Accept": BROWSER})
    assert response.mimetype == "text/csv"


def test_the_page_says_how_much_of_a_long_answer_it_shows(client: FlaskClient) -> None:
    response = get(client, "SELECT * { ?s ?p ?o } LIMIT 1000", BROWSER)
    assert response.text.count("<tr>") == 201
    assert "1000" in response.text


def test_the_page_shows_graphs_and_verdicts(client: FlaskClient) -> None:
    assert "dcterms:title" in get(client, DESCRIBE, BROWSER).text
    assert "<strong>" in get(client, ASK, BROWSER).text


def test_an_error_on_the_page_keeps_the_query_and_the_status(client: FlaskClient) -> None:
    response = get(client, "SELECT * { broken", BROWSER)
    assert response.status_code == 400
    assert "SELECT * { broken" in response.text
    assert 'role="alert"' in response.text


def test_markup_in_values_and_queries_stays_text(client: FlaskClient) -> None:
    script = "<script>alert(1)</script>"
    assert script not in get(client, f"SELECT ('{script}' AS ?x) {{}}", BROWSER).text
    assert 'href="javascript:' not in get(client, "SELECT (<javascript:alert(1)> AS ?x) {}", BROWSER).text


def test_a_prefix_that_is_not_declared_is_named_with_its_remedy(client: FlaskClient) -> None:
    told = get(client, "SELECT *\n{ ?s skos:prefLabel ?o }").text
    assert "PREFIX skos: <http://www.w3.org/2004/02/skos/core#>" in told
    assert "2" in told


def test_examples_fill_the_form(client: FlaskClient) -> None:
    for example in examples():
        page = client.get(f"/sparql?example={example.name}", headers={"Accept": BROWSER}).text
        assert (
            example.text.strip().splitlines()[-1].replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;")
            in page
        )


# What must never be asked for


def test_withdrawn_records_are_in_no_answer(client: FlaskClient) -> None:
    gone = record(59).id
    named = f"CONTAINS(STR(?s), '{gone}') || CONTAINS(STR(?o), '{gone}')"
    for pattern in ("?s ?p ?o", "GRAPH ?g { ?s ?p ?o }"):
        found = get(client, f"ASK {{ {pattern} FILTER({named}) }}")
        assert json.loads(found.data)["boolean"] is False
    assert json.loads(get(client, f"ASK {{ GRAPH <{BASE}graph/{gone}> {{ ?s ?p ?o }} }}").data)["boolean"] is False


def test_drafts_are_in_no_answer(house: House, client: FlaskClient) -> None:
    with house.database.writing() as connection:
        words = {"id": record(999).id, "key": "row 1", "who": "a depositor", "saved": "2026-01-01T00:00:00Z"}
        connection.execute(tables.drafts.insert().values(**words, body=b'{"title": "Brouillon secret"}'))
    follower = house.follower()
    follower.catch_up()
    follower.close()
    hidden = "ASK { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } FILTER(CONTAINS(STR(?o), 'Brouillon secret')) }"
    assert json.loads(get(client, hidden).data)["boolean"] is False


def test_an_answer_names_its_data_and_is_not_sent_twice(client: FlaskClient) -> None:
    first = get(client, SELECT)
    assert first.headers["X-Data-Version"].startswith("0123456789abcdef-")
    path = "/sparql?" + urlencode({"query": SELECT})
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = client.get(path, headers={"If-None-Match": first.headers["ETag"], "Accept": "text/csv"})
    assert other.status_code == 200


def test_other_spaces_and_comments_ask_the_same(client: FlaskClient) -> None:
    same = SELECT.replace(" ", "\n  ").replace("LIMIT", "# the first\nLIMIT")
    assert get(client, same).headers["ETag"] == get(client, SELECT).headers["ETag"]
    assert (
        get(client, 'SELECT ("a  b" AS ?x) {}').headers["ETag"]
        != get(client, 'SELECT ("a b" AS ?x) {}').headers["ETag"]
    )


def test_what_is_another_each_time_has_no_tag(client: FlaskClient) -> None:
    first, second = (get(client, "SELECT (UUID() AS ?u) {}") for _ in range(2))
    assert rows(first) != rows(second)
    assert "ETag" not in first.headers


def test_new_data_have_another_tag(tmp_path: Path) -> None:
    house = House(tmp_path / "data")
    house.put(record(1))
    follower = house.follower()
    follower.catch_up()
    made = engine(Settings(data=tmp_path / "data"), house.folder)
    client = application(Settings(data=tmp_path / "data"), made).test_client()
    count = "SELECT (COUNT(?s) AS ?n) { ?s a <http://schema.org/LearningResource> }"
    first = get(client, count)
    house.put(record(2))
    follower.catch_up()
    path = "/sparql?" + urlencode({"query": count})
    second = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert second.status_code == 200
    assert [row["n"]["value"] for row in (*rows(first), *rows(second))] == ["1", "2"]
    made.close()
    follower.close()
    house.database.close()


def test_every_answer_tells_the_limits(client: FlaskClient) -> None:
    for response in (get(client, ASK), get(client, "SELECT nothing"), client.get("/sparql")):
        assert "seconds=1; rows=2000; bytes=67108864; characters=262144" in response.headers["X-Limits"]


def test_a_downloaded_answer_names_its_query_and_its_data(client: FlaskClient) -> None:
    response = get(client, SELECT, format="csv")
    link = response.headers["Link"]
    assert f"<{BASE}sparql?" + urlencode({"query": SELECT, "format": "csv"}) + '>; rel="canonical"' in link
    assert f'<{BASE}dataset>; rel="describedby"' in link
    change = response.headers["X-Data-Version"].split("-")[1]
    assert response.headers["Content-Disposition"] == f'inline; filename="mutualis-{change}.csv"'


# SPARQL 1.1 Graph Store HTTP Protocol (W3C Recommendation, 21 March 2013), for reading.

GRAPHS = "/sparql/graphs"


@pytest.mark.parametrize(
    ("accept", "syntax"),
    [
        ("text/turtle", ox.RdfFormat.TURTLE),
        ("application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("application/ld+json", ox.RdfFormat.JSON_LD),
        ("*/*", ox.RdfFormat.TURTLE),
    ],
)
def test_a_named_graph_is_read_whole(client: FlaskClient, accept: str, syntax: ox.RdfFormat) -> None:
    """Sections 4.2 and 5.2: the graph is named in the address, the form negotiated."""
    name = f"{BASE}graph/{record(1).id}"
    response = client.get(f"{GRAPHS}?" + urlencode({"graph": name}), headers={"Accept": accept})
    assert response.status_code == 200
    found = {str(quad.triple) for quad in ox.parse(response.data, syntax)}
    asked = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
    expected = get(client, asked, "application/n-triples")
    assert found == {str(quad.triple) for quad in ox.parse(expected.data, ox.RdfFormat.N_TRIPLES)}
    assert found
    assert response.headers["X-Rows"] == str(len(found))


def test_the_default_graph_is_refused_whole_where_it_is_too_large(client: FlaskClient) -> None:
    assert client.get(f"{GRAPHS}?default").status_code == 413


def test_the_default_graph_is_read_whole(tmp_path: Path) -> None:
    house = House(tmp_path / "data", ("resource-type",))
    follower = house.follower()
    follower.catch_up()
    follower.close()
    made = engine(Settings(data=tmp_path / "data"), house.folder)
    response = application(Settings(data=tmp_path / "data"), made).test_client().get(f"{GRAPHS}?default")
    assert response.status_code == 200
    assert len({quad.triple for quad in ox.parse(response.data, ox.RdfFormat.TURTLE)}) == int(
        response.headers["X-Rows"]
    )
    made.close()
    house.database.close()


def test_a_graph_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    """Section 5.2: 404 for a graph that the store does not have."""
    response = client.get(f"{GRAPHS}?graph={BASE}graph/nothing", headers={"Accept-Language": "en"})
    assert response.status_code == 404
    assert f"There is no graph {BASE}graph/nothing" in response.text
    withdrawn = client.get(f"{GRAPHS}?graph={BASE}graph/{record(59).id}")
    assert withdrawn.status_code == 404


@pytest.mark.parametrize("query", ["", "?graph=relative", f"?graph={BASE}a&graph={BASE}b", f"?default&graph={BASE}a"])
def test_one_graph_is_named_and_by_its_whole_address(client: FlaskClient, query: str) -> None:
    assert client.get(GRAPHS + query).status_code == 400


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_graphs_are_only_read(client: FlaskClient, method: str) -> None:
    response = client.open(f"{GRAPHS}?default", method=method, data=b"", headers={"Content-Type": "text/turtle"})
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"


def test_a_graph_has_a_head_and_any_page_may_read_it(client: FlaskClient) -> None:
    """Section 5.7, and Fetch."""
    path = f"{GRAPHS}?graph={BASE}graph/{record(1).id}"
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.data))
    assert whole.headers["Access-Control-Allow-Origin"] == "*"
    assert client.options(GRAPHS).headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert client.get(path, headers={"Accept": "image/png"}).status_code == 406


def test_the_service_description_states_the_limits_and_the_search(client: FlaskClient) -> None:
    found = {
        (quad.predicate.value, getattr(quad.object, "value", ""))
        for quad in ox.parse(client.get("/sparql", headers={"Accept": "text/turtle"}).data, ox.RdfFormat.TURTLE)
    }
    assert ("https://w3id.org/mutualis/ns#maxRows", "2000") in found
    assert ("https://w3id.org/mutualis/ns#maxSeconds", "1") in found
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert (sd + "propertyFeature", "http://jena.apache.org/text#query") in found


# What the page offers besides

COUNTRIES = next(each.text for each in examples() if each.name.startswith("11"))


def browsed(client: FlaskClient, query: str, **parameters: str) -> TestResponse:
    path = "/sparql?" + urlencode({"query": query, **parameters})
    return client.get(path, headers={"Accept": BROWSER, "Accept-Language": "en"})


def test_an_answer_is_drawn_as_bars_and_as_a_map(client: FlaskClient) -> None:
    chart = browsed(client, COUNTRIES, view="chart").text
    assert chart.count('class="bar"') == 9
    assert "<title>" not in chart.partition("<svg class")[2].partition("</svg>")[0]
    drawn = browsed(client, COUNTRIES, view="map").text
    assert drawn.count('class="tile dark"') + drawn.count('class="tile light"') == 9
    assert "Benin" in drawn or "Bénin" in drawn


def test_what_cannot_be_drawn_is_said_and_shown_as_a_table(client: FlaskClient) -> None:
    for view in ("chart", "map"):
        page = browsed(client, SELECT, view=view).text
        assert "There is nothing to draw" in page
        assert "<td" in page


def test_a_graph_is_drawn_with_what_its_things_are_called(client: FlaskClient) -> None:
    page = browsed(client, DESCRIBE, view="graph").text
    assert page.count("<circle") > 3
    assert page.count("<line") > 3


def test_words_in_a_drawing_stay_words(client: FlaskClient) -> None:
    query = 'SELECT ?a ?n { VALUES (?a ?n) { ("<script>alert(1)</script>" 3) ("b" -2) } }'
    page = browsed(client, query, view="chart").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_an_error_is_pointed_at(client: FlaskClient) -> None:
    page = browsed(client, "SELECT *\n{ ?s dcterms:title ?o }").text
    assert '<pre class="place">{ ?s dcterms:title ?o }\n     ^</pre>' in page


@pytest.mark.parametrize("way", ["curl", "SPARQLWrapper", "rdflib", "httr2", "fetch"])
def test_a_query_can_be_copied_for_elsewhere(client: FlaskClient, way: str) -> None:
    assert way in browsed(client, SELECT).text
    assert way in browsed(client, DESCRIBE).text


def test_an_answer_comes_as_a_workbook_that_names_its_query_and_data(client: FlaskClient) -> None:
    values = '("=1+1" 3) ("é" UNDEF) ("x" 2.5) ("01" "12345678901234567890"^^xsd:integer)'
    text = f"PREFIX xsd: <http://www.w3.org/2001/XMLSchema#> SELECT ?a ?n {{ VALUES (?a ?n) {{ {values} }} }}"
    response = get(client, text, format="xlsx")
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith('attachment; filename="mutualis-')
    book = openpyxl.load_workbook(BytesIO(response.data))
    rows_ = [tuple(cell.value for cell in row) for row in book["Data"].iter_rows()]
    assert rows_ == [("a", "n"), ("=1+1", 3), ("é", None), ("x", 2.5), ("01", "12345678901234567890")]
    assert book["Data"]["A2"].data_type == "s", "a text that begins like a formula stays a text"
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Query"] == text
    assert about["Data"] == response.headers["X-Data-Version"]
    assert get(client, DESCRIBE, format="xlsx").status_code == 406
    assert openpyxl.load_workbook(BytesIO(get(client, ASK, format="xlsx").data))["Data"]["A1"].value is True


def test_a_short_link_leads_back_to_its_query(client: FlaskClient) -> None:
    made = client.post("/sparql/links", data={"query": SELECT})
    assert made.status_code == 201
    address = made.text.strip()
    assert address == client.post("/sparql/links", data={"query": SELECT}).headers["Location"]
    path = address.removeprefix(BASE.rstrip("/"))
    assert rows(client.get(path)) == rows(get(client, SELECT))
    assert client.get(path, headers={"Accept": "text/csv"}).mimetype == "text/csv"
    page = client.get(path, headers={"Accept": BROWSER, "Accept-Language": "en"})
    assert address in page.text
    assert page.text.count("<tr>") == 4
    browser = client.post("/sparql/links", data={"query": SELECT}, headers={"Accept": BROWSER})
    assert (browser.status_code, browser.headers["Location"]) == (303, path)


@pytest.mark.parametrize("name", ["nothing", "aaaaaaaaaa", "..", "%2e%2e%2fsecret", "a" * 500])
def test_a_link_that_is_not_there_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/sparql/q/{name}").status_code == 404


@pytest.mark.parametrize(
    "query", ["DROP ALL", "SELECT * { SERVICE <http://x/> {} }", "", "SELECT * {} #" + "x" * 70_000]
)
def test_what_may_not_be_asked_gets_no_link(client: FlaskClient, query: str) -> None:
    assert client.post("/sparql/links", data={"query": query}).status_code in (400, 413)


def test_the_editor_is_told_the_words_of_the_data(client: FlaskClient) -> None:
    told = client.get("/sparql/completions.json", headers={"Accept-Language": "fr"}).get_json()
    assert told["prefixes"]["dcterms"] == "http://purl.org/dc/terms/"
    assert told["names"]["dcterms:title"] == "Titre"
    assert told["names"]["mu:representedBy"]


def test_an_example_has_an_address_of_its_own(client: FlaskClient) -> None:
    name = examples()[0].name
    browser = client.get(f"/sparql/examples/{name}", headers={"Accept": BROWSER})
    assert browser.headers["Location"] == f"/sparql?example={name}"
    data = client.get(f"/sparql/examples/{name}", headers={"Accept": "text/turtle"}).data
    values = {getattr(quad.object, "value", "") for quad in ox.parse(data, ox.RdfFormat.TURTLE)}
    assert examples()[0].text in values
    assert client.get("/sparql/examples/none").status_code == 404
    assert client.get("/sparql/examples", headers={"Accept": "text/turtle"}).status_code == 200


@pytest.mark.parametrize(
    ("remote", "forwarded", "trusted", "client"),
    [
        ("203.0.113.9", "", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "", "203.0.113.9"),
        ("127.0.0.1", "", "", ""),
        ("127.0.0.1", "198.51.100.1", "", "198.51.100.1"),
        ("127.0.0.1", "192.0.2.66, 198.51.100.1", "", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1", "10.0.0.1", "198.51.100.1"),
        ("127.0.0.1", "198.51.100.1", "10.0.0.1", ""),
        ("2001:db8:1:2::3", "", "", "2001:db8:1:2::"),
    ],
)
def test_whoever_asks_through_a_proxy_has_limits_of_their_own(
    tmp_path: Path, remote: str, forwarded: str, trusted: str, client: str
) -> None:
    settings = Settings(data=tmp_path, trusted_proxies=trusted)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    with Flask("test").test_request_context(headers=headers, environ_base={"REMOTE_ADDR": remote}):
        assert protocol.client(request, settings) == client


def test_the_form_of_the_page_is_shown_as_it_was_chosen(client: FlaskClient) -> None:
    """Posted, as the page's own form does."""
    chosen = {"query": COUNTRIES, "view": "map", "format": ""}
    page = client.post("/sparql", data=chosen, headers={"Accept": BROWSER}).text
    assert page.count('class="tile dark"') + page.count('class="tile light"') == 9
    assert '<option value="map" selected>' in page


def test_a_link_is_asked_for_like_a_query(client: FlaskClient) -> None:
    assert client.post("/sparql/links", data=b"x" * 2_000_000, content_type=FORM).status_code == 413
    assert client.post("/sparql/links", data={"query": (BytesIO(b"x"), "file")}).status_code == 415
    assert client.post("/sparql/links", data={}).status_code in (400, 415)


def test_a_part_of_an_answer_is_not_drawn_as_if_it_were_the_whole(client: FlaskClient) -> None:
    query = "SELECT ?s (1 AS ?n) { ?s ?p ?o } LIMIT 201"
    page = browsed(client, query, view="chart").text
    assert "too many rows to draw" in page
    assert "<svg class" not in page.partition("<main")[2]


def test_a_workbook_that_would_be_too_long_is_refused(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparql.spreadsheet.MOST_ROWS", 2)
    refused = get(client, SELECT, format="xlsx")
    assert refused.status_code == 413
    assert get(client, SELECT.replace("LIMIT 3", "LIMIT 2"), format="xlsx").status_code == 200


def test_long_queries_are_judged_one_at_a_time_and_short_ones_at_once(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "_PATIENCE_SECONDS", 0.01)
    long = "ASK {} #" + "x" * 30_000
    assert client.post("/sparql", data={"query": long}).status_code == 200
    with protocol._long_turn:
        refused = client.post("/sparql", data={"query": long})
        assert refused.status_code == 503
        assert "Retry-After" in refused.headers
        assert client.post("/sparql", data={"query": ASK}).status_code == 200


def test_links_have_a_bound_and_those_that_there_are_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sparql.shortlinks._MOST", 2)
    links = ShortLinks(tmp_path / "links")
    kept = [links.keep(f"ASK {{}} # {number}") for number in range(2)]
    with pytest.raises(NoMoreLinks):
        links.keep("ASK {} # 2")
    assert [links.keep(f"ASK {{}} # {number}") for number in range(2)] == kept
    assert links.read(kept[1]) == "ASK {} # 1"
