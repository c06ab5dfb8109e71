"""The triples in a server elsewhere say what the embedded store says, whatever happens to the server meanwhile.

Tried on the server of the distribution `oxigraph`, whose default graph is one of its own, and on Debian's Virtuoso,
whose default graph is the union of all.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import oxigraph_server
import pytest
import virtuoso_server
from triples_catalogue import ACT, BASE, House, Same, question, record, records

from repository.namespaces import MU
from repository.projections import Follower
from repository.record import Text
from repository.settings import Settings
from sparql.answers import engine
from sparql.engines import remote
from sparql.engines.remote import Server
from sparql.errors import EngineUnreachable, NotReady
from sparql.graphs import Standing, TripleProjection
from sparql.graphs.remote import RemoteProjection, is_filling
from sparql.pool import checkpoints
from sparql.query import Limits

COUNT = "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a <http://schema.org/LearningResource> }"
FOLLOWED = f"<{MU}followed>"


class Elsewhere:
    """A server that can be stopped, started again and emptied, and the follower that writes to it."""

    def __init__(self, kind: Any, folder: Path, house: House) -> None:
        self.kind, self.folder, self.house = kind, folder, house
        self.port = oxigraph_server.free_port()
        self.running = ExitStack()
        self.start()
        user = virtuoso_server.USER if kind is virtuoso_server else ""
        self.server = Server(self.address, Limits(), user=user, password=user)
        self.standing = Standing(clusters=Same())
        self.follower = Follower(
            house.catalogue, RemoteProjection(self.server, BASE, self.standing), folder / "triples"
        )

    def start(self) -> None:
        self.address = self.running.enter_context(self.kind.serving(self.folder / "store", self.port))

    def stop(self) -> None:
        self.running.close()

    def rows(self, text: str) -> list[Any]:
        return remote.rows(self.server, text)

    def said(self) -> set[tuple[str, ...]]:
        """What the named graphs say: terms as IRIs, of literals only that there is one, since servers change their
        forms ("01" becomes 1, a year a number)."""
        found = self.rows("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
        ours = (
            row for row in found if row["g"].value.startswith((BASE, MU, "https://w3id.org/", "http://publications"))
        )
        return {_plain(row["g"], row["s"], row["p"], row["o"]) for row in ours if str(row["p"]) != FOLLOWED}

    def default(self) -> set[tuple[str, ...]]:
        found = self.rows("SELECT DISTINCT ?s ?p ?o { ?s ?p ?o }")
        ours = (row for row in found if row["s"].value.startswith((BASE, "https://w3id.org/mutualis/")))
        return {_plain(row["s"], row["p"], row["o"]) for row in ours if str(row["p"]) != FOLLOWED}


def _plain(*terms: Any) -> tuple[str, ...]:
    return tuple(str(each) if str(each).startswith("<") else "literal" for each in terms)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "data", ("resource-type", "kit-part-status", "country", "level", "occupation"))
    yield made
    made.database.close()


@pytest.fixture(params=["oxigraph", "virtuoso"])
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path, house: House) -> Iterator[Elsewhere]:
    kind = {"oxigraph": oxigraph_server, "virtuoso": virtuoso_server}[request.param]
    if kind is virtuoso_server:
        request.getfixturevalue("virtuoso")
    made = Elsewhere(kind, tmp_path / "elsewhere", house)
    yield made
    made.follower.close()
    made.stop()


def embedded(house: House, elsewhere: Elsewhere) -> set[tuple[str, ...]]:
    """What the embedded store says of the same catalogue, as `Elsewhere.said` tells it."""
    follower = house.follower(TripleProjection(Standing(clusters=Same())))
    follower.rebuild()
    follower.close()
    with checkpoints.opened(house.folder) as store:
        assert store is not None
        found: Any = store.query("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
        return {_plain(row["g"], row["s"], row["p"], row["o"]) for row in found if str(row["p"]) != FOLLOWED}


def agree(house: House, elsewhere: Elsewhere) -> None:
    expected = embedded(house, elsewhere)
    assert elsewhere.said() == expected
    assert elsewhere.default() == {
        row[1:] for row in expected if row[1].startswith((f"<{BASE}", "<https://w3id.org/mutualis/"))
    }


def test_a_server_is_filled_with_all_that_the_catalogue_says(house: House, elsewhere: Elsewhere) -> None:
    house.put(*records(30))
    elsewhere.follower.catch_up()
    agree(house, elsewhere)
    assert elsewhere.follower.reached() == house.catalogue.newest()
    assert elsewhere.follower.catch_up() == 0


def test_changes_follow_and_leave_no_ghosts(house: House, elsewhere: Elsewhere) -> None:
    house.put(*records(12))
    elsewhere.follower.catch_up()
    house.put(record(1, title=(Text("Autre titre", "fr"),)), record(50))
    house.catalogue.withdraw([record(2).id, record(3).id], ACT)
    elsewhere.follower.catch_up()
    agree(house, elsewhere)
    assert elsewhere.rows(COUNT)[0]["n"].value == "11"


def test_a_server_that_was_away_is_caught_up_with(house: House, elsewhere: Elsewhere) -> None:
    house.put(*records(6))
    elsewhere.follower.catch_up()
    elsewhere.stop()
    house.put(record(20))
    house.catalogue.withdraw([record(1).id], ACT)
    with pytest.raises(EngineUnreachable):
        elsewhere.follower.catch_up()
    elsewhere.start()
    elsewhere.follower.catch_up()
    agree(house, elsewhere)


def test_a_server_that_was_emptied_is_filled_anew(house: House, elsewhere: Elsewhere) -> None:
    house.put(*records(6))
    elsewhere.follower.catch_up()
    if elsewhere.kind is oxigraph_server:  # Virtuoso's default graph is made of the named ones
        remote.update(elsewhere.server, "DROP SILENT DEFAULT")
    names = {row["g"].value for row in elsewhere.rows("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")}
    ours = [name for name in names if name.startswith((BASE, MU, "https://w3id.org/mutualis/"))]
    remote.update(elsewhere.server, " ; ".join(f"DROP SILENT GRAPH <{name}>" for name in ours))
    elsewhere.follower.catch_up()
    agree(house, elsewhere)


def test_what_another_catalogue_left_behind_goes_and_what_is_of_others_stays(
    house: House, elsewhere: Elsewhere
) -> None:
    other = "<http://other.example/a> <http://other.example/b> <http://other.example/c>"
    ghost = f"<{BASE}resource/ghost> <http://purl.org/dc/terms/relation> <{BASE}resource/none>"
    remote.update(
        elsewhere.server,
        f"INSERT DATA {{ GRAPH <http://other.example/g> {{ {other} }} GRAPH <{BASE}graph/ghost> {{ {ghost} }} }}",
    )
    house.put(*records(3))
    elsewhere.follower.catch_up()
    agree(house, elsewhere)
    assert elsewhere.rows("SELECT ?o { GRAPH <http://other.example/g> { ?s ?p ?o } }")


def test_while_it_is_filled_nobody_gets_a_part_for_the_whole(
    house: House, elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.put(*records(6))
    settings = Settings(data=house.folder.parent, sparql_engine=elsewhere.address)
    asked = engine(settings, elsewhere.follower.folder)
    finish = RemoteProjection.finish

    def looked(projection: RemoteProjection, terms: Any) -> None:
        assert is_filling(elsewhere.follower.folder)
        with pytest.raises(NotReady):
            asked.ask(question(COUNT))
        finish(projection, terms)

    monkeypatch.setattr(RemoteProjection, "finish", looked)
    elsewhere.follower.catch_up()
    answer = asked.ask(question(COUNT, "csv"))
    assert answer.read().split() == [b"n", b"6"]
    assert answer.version == f"0123456789abcdef-{house.catalogue.newest()}-remote"


def test_a_record_that_the_server_refuses_holds_up_no_other(house: House, elsewhere: Elsewhere) -> None:
    bad = (f"{BASE}graph/bad", ["<http://x/ /s> <http://x/p> <http://x/o> ."])
    projection = elsewhere.follower.projection
    house.put(*records(3))
    elsewhere.follower.catch_up()
    good = (f"{BASE}graph/good", [f"<{BASE}resource/good> <http://x/p> <http://x/o> ."])
    projection._put([good, bad, good])  # type: ignore[attr-defined]
    assert elsewhere.rows(f"SELECT ?o {{ GRAPH <{BASE}graph/good> {{ ?s ?p ?o }} }}")


def test_a_server_that_does_not_let_us_in_is_unreachable_and_nothing_is_passed_over(
    house: House, elsewhere: Elsewhere
) -> None:
    if elsewhere.kind is not virtuoso_server:
        pytest.skip("oxigraph's server asks nobody for a password")
    stranger = Server(elsewhere.address, Limits(), user="dba", password="wrong")
    follower = Follower(house.catalogue, RemoteProjection(stranger, BASE), elsewhere.folder / "stranger")
    house.put(record(1))
    with pytest.raises(EngineUnreachable):
        follower.catch_up()
    assert follower.reached() is None
    follower.close()


def test_no_words_of_a_record_become_an_update(house: House, elsewhere: Elsewhere) -> None:
    house.put(*records(3))
    elsewhere.follower.catch_up()
    escape = '<http://x/> . } } ; DROP SILENT ALL ; INSERT DATA { GRAPH <http://x/g> { <http://x/a> <http://x/b> "c"'
    good = f"<{BASE}resource/good> <http://x/p> <http://x/o> ."
    projection = elsewhere.follower.projection
    projection._put(  # type: ignore[attr-defined]
        [
            (f"{BASE}graph/bad", [good, f"<{BASE}resource/bad> <http://x/p> {escape} ."]),
            (f"{BASE}graph/x> {{ }} }} ; DROP SILENT ALL #", [good]),
        ]
    )
    assert elsewhere.rows(COUNT)[0]["n"].value == "3", "nothing was dropped"
    assert not elsewhere.rows("SELECT ?o { GRAPH <http://x/g> { ?s ?p ?o } }")
    assert elsewhere.rows(f"SELECT ?o {{ GRAPH <{BASE}graph/bad> {{ ?s ?p ?o }} }}"), "what is good beside it is kept"


def test_another_catalogue_on_the_same_server_is_none_of_ours(house: House, elsewhere: Elsewhere) -> None:
    theirs = f'<http://other.example/dataset> {FOLLOWED} "{{\\"epoch\\":\\"x\\",\\"change\\":0,\\"version\\":\\"y\\"}}"'
    remote.update(elsewhere.server, f"INSERT DATA {{ GRAPH <http://other.example/graph/dataset> {{ {theirs} }} }}")
    house.put(*records(3))
    elsewhere.follower.catch_up()
    assert elsewhere.follower.catch_up() == 0, "their position is not taken for ours"
    agree(house, elsewhere)
    assert elsewhere.rows(f"SELECT ?o {{ GRAPH ?g {{ <http://other.example/dataset> {FOLLOWED} ?o }} }}")
