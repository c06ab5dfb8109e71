"""The triple store follows the catalogue: the same graphs by every way, and no ghosts."""

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from triples_catalogue import ACT, BASE, House, Same, record, records

from harvest.source import Source
from repository.catalogue import Entry
from repository.kit import NONEXISTENT, Declaration, KitKey
from repository.namespaces import MU, PREFIXES, VOCABULARY, expand
from repository.projections import Follower, current
from repository.record import Record, Text
from sparql.examples import examples
from sparql.graphs import Standing, TripleProjection
from sparql.pool import checkpoints
from vocabularies import store as vocabulary_store
from vocabularies.concept import Vocabulary

FOLLOWED = ox.NamedNode(MU + "followed")
BENIN = "http://publications.europa.eu/resource/authority/country/BEN"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checkpoints without the second between them."""
    monkeypatch.setattr("sparql.graphs.projection.PUBLISH_SECONDS", 0.0)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path / "data", ("resource-type",))
    yield made
    made.database.close()


@pytest.fixture
def labelled(tmp_path: Path) -> Iterator[House]:
    """A house that knows the vocabularies which name the kits."""
    made = House(tmp_path / "labelled", ("resource-type", "kit-part-status", "country", "level", "occupation"))
    yield made
    made.database.close()


def content(store: ox.Store) -> set[str]:
    """Everything that the store says, but for how far it has come."""
    return {str(quad) for quad in store if quad.predicate != FOLLOWED}


def rebuilt(house: House) -> set[str]:
    """What a store made from the beginning would hold."""
    follower = house.follower()
    follower.folder = house.folder.parent / "beside"
    follower.rebuild()
    found = content(follower.projection.store)  # type: ignore[attr-defined]
    follower.close()
    return found


def followed(house: House) -> set[str]:
    """What the store holds once it has caught up, in a process that has just begun."""
    follower = house.follower()
    follower.catch_up()
    found = content(follower.projection.store)  # type: ignore[attr-defined]
    follower.close()
    return found


def of_graph(found: set[str], name: str) -> set[str]:
    return {line.removesuffix(f" <{BASE}graph/{name}>") for line in found if line.endswith(f" <{BASE}graph/{name}>")}


def test_each_statement_stands_in_its_named_graph_and_once_in_the_default_graph(house: House) -> None:
    house.put(*records(30))
    follower = house.follower()
    follower.catch_up()
    store = follower.projection.store  # type: ignore[attr-defined]
    named = {quad.triple for quad in store if quad.graph_name != ox.DefaultGraph() and quad.predicate != FOLLOWED}
    default = [quad.triple for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    assert set(default) == named
    assert len(default) == len(set(default))
    terms = [term for triple in default for term in (triple.subject, triple.object)]
    assert not any(isinstance(term, ox.BlankNode) for term in terms)
    follower.close()


def test_following_step_by_step_ends_where_a_rebuild_does(house: House) -> None:
    house.put(*records(40))
    followed(house)
    house.put(*(record(number, version="2", keyword=(Text("mot", "fr"),)) for number in range(0, 40, 3)))
    followed(house)
    house.catalogue.withdraw([record(number).id for number in range(0, 40, 5)], ACT)
    house.put(record(5, version="3"))
    assert followed(house) == rebuilt(house)


def test_a_withdrawn_record_leaves_no_statement_behind_and_keeps_those_of_others(house: House) -> None:
    house.put(record(1), record(2))
    house.catalogue.withdraw([record(1).id], ACT)
    found = followed(house)
    assert not any(record(1).id in line for line in found)
    ministry = f'<https://ministry.example/> <{expand("foaf:name")}> "Ministère"@fr'
    assert ministry in found
    house.catalogue.withdraw([record(2).id], ACT)
    found = followed(house)
    assert ministry not in found
    assert not of_graph(found, record(2).id)


def test_a_kit_says_the_state_of_every_part_also_of_those_that_nobody_knows(labelled: House) -> None:
    house = labelled
    member = record(0)
    house.put(member)
    key = KitKey(member.country[0], member.level[0], member.occupation[0])
    absent = Declaration(
        type=VOCABULARY + "resource-type/RE",
        status=NONEXISTENT,
        where=(Text("Direction de l'évaluation", "fr"),),
        url="https://ministry.example/re",
        who="Somebody in person",
        date="2025-11",
    )
    id = house.catalogue.declare(key, [absent], ACT)
    found = of_graph(followed(house), f"kit/{id}")
    kit = f"<{BASE}kit/{id}"
    assert f"{kit}> <{MU}part> {kit}#RF>" in found
    assert f"{kit}#RF> <{MU}partStatus> <{VOCABULARY}kit-part-status/deposited>" in found
    assert f"{kit}#RF> <{MU}document> <{BASE}resource/{member.id}>" in found
    assert f"{kit}#RE> <{MU}partStatus> <{VOCABULARY}kit-part-status/nonexistent>" in found
    assert f"{kit}#GP> <{MU}partStatus> <{VOCABULARY}kit-part-status/unknown>" in found
    assert f'{kit}#RE> <{MU}declaredDate> "2025-11"^^<{expand("xsd:gYearMonth")}>' in found
    assert not any("Somebody in person" in line for line in found)
    assert f"<{BASE}resource/{member.id}> <{expand('dcterms:isPartOf')}> {kit}>" in followed(house)
    titles = [line for line in found if f"{kit}> <{expand('dcterms:title')}>" in line]
    assert {line.rsplit("@", 1)[1] for line in titles} == {"fr", "pt", "en"}


def test_a_renamed_concept_renames_its_scheme_graph_and_its_kits(labelled: House) -> None:
    house = labelled
    house.put(record(0))
    followed(house)
    terms = house.terms()
    before = terms.concepts[record(0).occupation[0]]
    renamed = type(before)(
        iri=before.iri, scheme=before.scheme, notation=before.notation, pref_label=(Text("Métier rebaptisé", "fr"),)
    )
    scheme = terms.schemes[before.scheme]
    vocabulary_store.put(house.database, Vocabulary(scheme, (renamed,)), ACT, house.clock)
    found = followed(house)
    assert any("kit/" in line and "Métier rebaptisé" in line for line in found)
    assert found == rebuilt(house)


def test_a_record_with_an_address_that_is_none_does_not_halt_the_others(house: House) -> None:
    house.put(record(1, landing_page="http://exa mple/{x}", licence="no iri at all <>"), record(2))
    assert of_graph(followed(house), record(2).id)


def test_the_licence_of_the_metadata_is_stated(house: House) -> None:
    follower = house.follower(TripleProjection(Standing("Catalogue", "http://creativecommons.org/licenses/by/4.0/")))
    follower.catch_up()
    said = of_graph(content(follower.projection.store), "dataset")  # type: ignore[attr-defined]
    licence = expand("dcterms:license")
    assert f"<{BASE}dataset> <{licence}> <http://creativecommons.org/licenses/by/4.0/>" in said
    follower.close()


def test_other_settings_make_another_version_so_that_the_store_is_rebuilt(house: House) -> None:
    terms = house.terms()
    versions = {each.version(terms) for each in (TripleProjection(), TripleProjection(Standing("Autre")))}
    assert len(versions) == 2


def test_the_registered_sources_are_named_without_their_addresses(house: House) -> None:
    held = [Source(id="inphb", base_url="https://oai.example/?key=secret", name=(Text("INP-HB", "fr"),))]
    follower = house.follower(TripleProjection(Standing(sources=lambda: held)))
    follower.catch_up()
    said = content(follower.projection.store)  # type: ignore[attr-defined]
    assert f'<{BASE}source/inphb> <{expand("dcterms:title")}> "INP-HB"@fr' in of_graph(said, "sources")
    assert not any("secret" in line for line in said)
    held.clear()
    house.put(record(1))
    follower.catch_up()
    assert not of_graph(content(follower.projection.store), "sources")  # type: ignore[attr-defined]
    follower.close()


def test_our_own_properties_are_described_in_their_graph(house: House) -> None:
    label = f"<{MU}partStatus> <{expand('rdfs:label')}>"
    assert any(line.startswith(label) and line.endswith(f" <{MU}>") for line in followed(house))


def test_two_records_that_lose_a_shared_statement_in_one_step_leave_no_ghost(house: House) -> None:
    shared = Text("mot partagé", "fr")
    house.put(record(1, id=record(1).id, keyword=(shared,)), record(2, keyword=(shared,)))
    followed(house)
    house.put(record(1), record(2))
    assert followed(house) == rebuilt(house)


def test_a_statement_that_one_record_loses_and_another_gains_in_one_step_stays(house: House) -> None:
    """All records name one publisher, so that its name passes from record to record."""
    alone = record(2).publisher
    house.put(record(1, publisher=None), record(2, publisher=alone))
    followed(house)
    house.put(record(1, publisher=alone), record(2, publisher=None))
    assert followed(house) == rebuilt(house)


DYING = """
    import os, signal, sys
    from pathlib import Path
    from triples_catalogue import House
    from sparql.graphs import TripleProjection
    from repository.projections import Follower

    class Dying:
        def __init__(self, store, left):
            self.store, self.left = store, left
        def __getattr__(self, name):
            attribute = getattr(self.store, name)
            if name not in ("extend", "remove", "remove_graph"):
                return attribute
            def call(*arguments):
                if self.left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)
                self.left -= 1
                return attribute(*arguments)
            return call
        def __contains__(self, quad):
            return quad in self.store

    class Killed(TripleProjection):
        def open(self, folder):
            super().open(folder)
            self._store = Dying(self._store, int(sys.argv[2]))

    house = House(Path(sys.argv[1]), ("resource-type",))
    house.follower(Killed()).catch_up()
"""


def test_a_follower_killed_at_any_point_of_a_removal_catches_up_without_ghosts(house: House) -> None:
    """One run for each point between two writes, the last of them alive; the catalogue moves on between."""
    shared = Text("mot partagé", "fr")
    house.put(*(record(number, keyword=(shared,)) for number in range(3)))
    followed(house)
    script = textwrap.dedent(DYING)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    points = [0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89]
    died = 0
    for number, point in enumerate(points):
        house.put(record(0, version=str(number)), record(1, keyword=(shared,) if number % 2 else ()))
        house.catalogue.withdraw([record(2).id], ACT)
        command = [sys.executable, "-c", script, str(house.folder.parent), str(point)]
        ended = subprocess.run(command, env=environment, check=False, timeout=60)
        assert ended.returncode in (0, -signal.SIGKILL)
        died += ended.returncode != 0
        house.put(record(2, keyword=(shared,) if number % 3 else ()))
        assert followed(house) == rebuilt(house)
    assert died >= 5


def test_a_follower_killed_between_commit_and_projection_catches_up(house: House) -> None:
    house.put(*records(3))
    followed(house)
    house.put(record(7))
    script = textwrap.dedent(DYING)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", script, str(house.folder.parent), "0"]
    assert subprocess.run(command, env=environment, check=False, timeout=60).returncode == -signal.SIGKILL
    assert of_graph(followed(house), record(7).id)


def test_readers_are_given_the_newest_checkpoint_and_old_ones_go(house: House) -> None:
    follower = house.follower()
    for number in range(5):
        house.put(record(number))
        follower.catch_up()
    with checkpoints.opened(house.folder) as store:
        assert store is not None
        assert store.contains_named_graph(ox.NamedNode(f"{BASE}graph/{record(4).id}"))
    generation = current(house.folder)
    assert generation is not None
    kept = [path.name for path in (generation / "checkpoints").iterdir() if path.is_dir()]
    assert sorted(kept) == ["4", "5"]
    follower.close()


def test_a_checkpoint_in_use_is_not_deleted(house: House) -> None:
    follower = house.follower()
    house.put(record(0))
    follower.catch_up()
    held = checkpoints.hold(house.folder)
    assert held is not None
    for number in range(1, 5):
        house.put(record(number))
        follower.catch_up()
    assert held.path.is_dir()
    held.release()
    house.put(record(9))
    follower.catch_up()
    assert not held.path.exists()
    follower.close()


def test_the_position_that_readers_see_is_that_of_the_checkpoint(house: House) -> None:
    house.put(*records(3))
    follower = house.follower()
    follower.catch_up()
    generation = current(house.folder)
    assert generation is not None
    position = TripleProjection().read_position(generation)
    assert position is not None
    assert (position.change, position.epoch) == (house.catalogue.newest(), house.catalogue.epoch())
    follower.close()


def test_no_reader_finds_a_checkpoint_before_there_is_one(tmp_path: Path) -> None:
    assert checkpoints.newest(tmp_path) is None
    assert checkpoints.hold(tmp_path) is None


def test_a_record_from_a_source_says_which(house: House) -> None:
    described: Record = record(3)
    house.catalogue.put_many([Entry(described, source="inphb", origin="oai:x:1")], ACT)
    said = of_graph(followed(house), described.id)
    assert f"<{BASE}graph/{described.id}> <{expand('dcterms:source')}> <{BASE}source/inphb>" in said


def test_descriptions_that_another_one_stands_for_are_told_without_any_change_of_the_feed(house: House) -> None:
    house.put(*records(4))
    clusters = Same()
    follower = house.follower(TripleProjection(Standing(clusters=clusters)))
    follower.catch_up()
    said = f"<{BASE}resource/{record(3).id}> <{MU}representedBy> <{BASE}resource/{record(2).id}>"
    assert said in told(follower)
    clusters.stamp = lambda: "2"  # type: ignore[method-assign]
    clusters.represented = list  # type: ignore[assignment,method-assign]
    assert follower.catch_up() == 0
    assert said not in told(follower)
    first = checkpoints.newest(house.folder)
    follower.catch_up()
    assert checkpoints.newest(house.folder) == first, "nothing has changed"
    follower.close()


def told(follower: Follower) -> set[str]:
    """The default graph of an open store, without full stops."""
    store = follower.projection.store  # type: ignore[attr-defined]
    return {str(quad.triple) for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph())}


def test_the_examples_and_the_prefixes_are_in_the_triples(house: House) -> None:
    followed(house)
    with checkpoints.opened(house.folder) as store:
        assert store is not None
        asked = f"""PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
            SELECT ?query ?comment FROM <{BASE}graph/examples>
            {{ ?e a sh:SPARQLExecutable ; sh:select|sh:construct ?query ; rdfs:comment ?comment }}"""
        found: Any = store.query(asked)
        assert {row["query"].value for row in found} == {each.text for each in examples()}
        declared: Any = store.query(
            "PREFIX sh: <http://www.w3.org/ns/shacl#> SELECT ?p ?n { ?d sh:prefix ?p ; sh:namespace ?n }"
        )
        assert {row["p"].value: row["n"].value for row in declared} == PREFIXES
