"""Real clients over real HTTP, and a second engine's opinion of the answers."""

import re
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, JSON, POST, POSTDIRECTLY, TURTLE, XML, SPARQLExceptions, SPARQLWrapper
from test_sparql_protocol import application
from triples_catalogue import ACT, BASE, House, Same, complete_kit, question, record, records

from repository.catalogue import Entry
from repository.record import Derivation
from repository.settings import Settings
from sparql.answers import Engine, engine
from sparql.examples import Example, examples
from sparql.graphs import Standing, TripleProjection
from sparql.plan import plan
from sparql.pool import checkpoints

ABSENT = ("23-terms-without-portuguese",)
"""Examples of what is not in this catalogue: its terms have all their names."""

TITLES = "SELECT ?s ?o { ?s <http://purl.org/dc/terms/title> ?o } ORDER BY ?o LIMIT 5"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("clients") / "data", ())
    adapted = record(201, derivation=(Derivation(source=record(2).id),))
    portuguese = record(202, language=("http://publications.europa.eu/resource/authority/language/POR",))
    made.put(*records(60), adapted, portuguese, record(203), *complete_kit())
    made.catalogue.put_many([Entry(record(204), "partner", "oai:partner:204")], ACT)
    follower = made.follower(TripleProjection(Standing(clusters=Same())))
    follower.catch_up()
    follower.close()
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def asked(house: House) -> Iterator[Engine]:
    made = engine(Settings(data=house.folder.parent), house.folder)
    yield made
    made.close()


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *arguments: Any) -> None:
        """No line for each request."""


@pytest.fixture(scope="module")
def address(house: House, asked: Engine) -> Iterator[str]:
    app = application(Settings(data=house.folder.parent), asked)
    with make_server("127.0.0.1", 0, app, handler_class=_Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("way", ["GET", "form", "direct"])
@pytest.mark.parametrize("form", [JSON, XML, CSV])
def test_sparqlwrapper_asks_in_each_of_its_ways(address: str, way: str, form: str) -> None:
    client = SPARQLWrapper(address)
    client.setQuery(TITLES)
    client.setReturnFormat(form)
    if way != "GET":
        client.setMethod(POST)
    if way == "direct":
        client.setRequestMethod(POSTDIRECTLY)
    found = client.queryAndConvert()
    if form == JSON:
        assert len(found["results"]["bindings"]) == 5
    elif form == XML:
        assert len(found.getElementsByTagName("result")) == 5
    else:
        assert found.count(b"\r\n") == 6


def test_sparqlwrapper_gets_graphs_and_errors(address: str) -> None:
    client = SPARQLWrapper(address)
    client.setQuery(f"DESCRIBE <https://data.example.org/resource/{record(1).id}>")
    client.setReturnFormat(TURTLE)
    assert len(rdflib.Graph().parse(data=client.queryAndConvert(), format="turtle")) >= 15
    client.setQuery("SELECT * { broken")
    client.setReturnFormat(JSON)
    with pytest.raises(SPARQLExceptions.QueryBadFormed):
        client.query()


def test_rdflib_reads_the_endpoint_as_a_store(address: str) -> None:
    graph = rdflib.Graph(SPARQLStore(address))
    assert len(list(graph.query(TITLES))) == 5
    title = rdflib.URIRef("http://purl.org/dc/terms/title")
    resource = rdflib.URIRef(f"https://data.example.org/resource/{record(1).id}")
    assert {str(value) for value in graph.objects(resource, title)} == {"Document 1", "Documento 1"}


@pytest.fixture(scope="module")
def graph(house: House) -> rdflib.Graph:
    """The default graph of the newest checkpoint, in rdflib's own memory."""
    with checkpoints.opened(house.folder) as store:
        assert store is not None
        data = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph())
        assert data is not None
    return rdflib.Graph().parse(data=data, format="nt")


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.name)
def test_rdflib_answers_the_examples_alike(asked: Engine, graph: rdflib.Graph, example: Example) -> None:
    searches = "text:query" in example.text
    found_by_words = [(f"{BASE}resource/{record(203).id}", 2.5)]
    text = plan(example.text, lambda _words, _most: found_by_words).text if searches else example.text
    answer = asked.ask(question(text))
    theirs = graph.query(text)
    assert answer.rows > 0 or example.name in ABSENT
    if theirs.type == "CONSTRUCT":
        ours = rdflib.Graph().parse(data=answer.read(), format="nt")
        assert set(ours) == set(theirs)
        return
    found = ox.parse_query_results(answer.read(), ox.QueryResultsFormat.JSON)
    names = [variable.value for variable in found.variables]  # type: ignore[union-attr]
    mine = Counter(tuple(_plain(row[name]) for name in names) for row in found)  # type: ignore[union-attr]
    assert mine == Counter(tuple(_plain(row[name]) for name in names) for row in theirs)


def _plain(term: Any) -> str:
    """The text of a term of either library; numbers by their value, since lexical forms may differ."""
    text = str(term.value if isinstance(term, ox.NamedNode | ox.Literal) else "" if term is None else term)
    return str(int(text)) if text.isdigit() else text.replace("+00:00", "Z")


def test_every_example_has_a_title_in_each_language() -> None:
    assert len(examples()) >= 25
    for example in examples():
        assert set(example.titles) == {"fr", "pt", "en"}
        assert all(example.titles.values())


def test_the_example_of_the_missing_assessment_names_the_kits_that_lack_one(asked: Engine, house: House) -> None:
    """Record 0 to 8 are training standards, 9 to 17 assessments of the same kits; the later kits differ."""
    first = next(each for each in examples() if each.name.startswith("01"))
    found = ox.parse_query_results(asked.ask(question(first.text)).read(), ox.QueryResultsFormat.JSON)
    kits = {row["kit"].value for row in found}  # type: ignore[union-attr]
    expected = set()
    for id, kit in house.catalogue.kits(house.catalogue.kit_ids()).items():
        types = {kind.rsplit("/", 1)[1] for kind, _ in kit.documents}
        if "RF" in types and "RE" not in types:
            expected.add(f"https://data.example.org/kit/{id}")
    assert kits == expected
    assert expected


def test_the_folder_of_the_store_holds_no_other_files_than_it_should(house: House) -> None:
    names = {path.name for path in Path(house.folder).iterdir()}
    assert names <= {"1", "current", "slots", "answers"}


TUTORIALS = Path(__file__).resolve().parents[2] / "docs" / "tutorials"


@pytest.mark.parametrize("language", ["fr", "pt", "en"])
def test_the_queries_of_the_tutorial_for_researchers_are_answered(asked: Engine, language: str) -> None:
    text = (TUTORIALS / f"research.{language}.md").read_text("utf-8")
    queries = [
        *re.findall(r'QUERY = """\n(.*?)"""', text, re.DOTALL),
        *re.findall(r"```sparql\n(.*?)```", text, re.DOTALL),
    ]
    assert len(queries) == 2
    for query in queries:
        answer = asked.ask(question(query))
        answer.file.close()
        assert answer.rows > 1


def test_the_tutorial_has_the_same_code_in_each_language() -> None:
    blocks = [
        [block.replace(f'= "{tag}")', "") for block in re.findall(r"```\w+\n.*?```", text, re.DOTALL)]
        for tag in ("fr", "pt", "en")
        for text in [(TUTORIALS / f"research.{tag}.md").read_text("utf-8")]
    ]
    assert blocks[0] == blocks[1] == blocks[2]
    assert len(blocks[0]) == 7
