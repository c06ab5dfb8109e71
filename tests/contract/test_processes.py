"""Writers, harvesters and followers in operating-system processes, some of which are killed: nothing is lost."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import tantivy
from child import BATCHES, EACH, contents, projection
from specimens import BASE, Clock, act, begin, entry, open_catalogue

from repository import projections
from repository.catalogue import Catalogue
from repository.errors import BusyFolder
from repository.projections import Follower, current
from repository.search import fields
from repository.serving import holding
from repository.store import schema
from repository.store.database import Database

WRITERS = 8
ROUNDS = 4
ROOT = Path(__file__).resolve().parents[2]


class Child:
    """A process that runs one verb of `child.py`, and what it says."""

    def __init__(self, *arguments: str) -> None:
        command = [sys.executable, str(Path(__file__).with_name("child.py")), *arguments]
        paths = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": paths}, **pipes)

    def hears(self, word: str) -> dict[str, Any]:
        """Read on until the child says `word`."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if word in (said := json.loads(line)):
                return dict(said)
        raise AssertionError(f"the child ended with {self.process.wait()} before it said {word}")

    def ends(self) -> list[dict[str, Any]]:
        """Close its input, and read what it has to say until it ends well."""
        said, _ = self.process.communicate(timeout=120)
        assert self.process.returncode == 0
        return [json.loads(line) for line in said.splitlines()]

    def killed(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.communicate(timeout=60)


@contextmanager
def running(*arguments: str) -> Iterator[Child]:
    child = Child(*arguments)
    try:
        yield child
    finally:
        if child.process.poll() is None:
            child.killed()
        for pipe in (child.process.stdin, child.process.stdout):
            if pipe is not None:
                pipe.close()


def states(catalogue: Catalogue) -> dict[str, int]:
    ids = list(catalogue.published_ids())
    return {id: held.state.change for id, held in catalogue.get_many(ids).items()}


def projected(folder: Path) -> dict[str, int]:
    generation = current(folder)
    assert generation is not None
    return {name.removeprefix("record "): int(held) for name, held in contents(generation).items()}


def test_eight_writers_a_harvester_and_a_follower_lose_nothing(
    made_url: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        following = stack.enter_context(running("follow", made_url, "files", str(tmp_path)))
        harvesting = stack.enter_context(running("harvest", made_url))
        writers = [stack.enter_context(running("write", made_url, str(number))) for number in range(WRITERS)]
        written = [said for writer in writers for said in writer.ends()]
        (harvested,) = harvesting.ends()
        following.ends()
    numbers = [said["change"] for said in written if said["change"] is not None]
    assert len(written) == WRITERS * BATCHES * (EACH + 1)
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    assert [each.number for each in catalogue.changes(0, 100_000)] == sorted(numbers)
    held = states(catalogue)
    assert len(held) == WRITERS * BATCHES * EACH + 10
    stamps = catalogue.get_many(list(held))
    in_order = [each.state.datestamp for each in sorted(stamps.values(), key=lambda each: each.state.change)]
    assert in_order == sorted(in_order)
    assert harvested["mirror"] == held
    assert projected(tmp_path / "files") == held


@pytest.mark.parametrize("name", ["files", "search", "triples"])
def test_a_process_killed_between_commit_and_projection_catches_up_at_the_next_start(
    made_url: str, database: Database, clock: Clock, tmp_path: Path, name: str
) -> None:
    """Killed as soon as it has said that it committed, so before or within the projection's step."""
    catalogue = open_catalogue(database, clock)
    for turn in range(ROUNDS):
        with running("put_and_project", made_url, name, str(tmp_path), str(100 * (turn + 1))) as child:
            for _ in range(turn):
                child.hears("projected")
            committed = child.hears("committed")["committed"]
            child.killed()
        assert set(committed) <= set(catalogue.get_many(committed))
        follower = Follower(catalogue, projection(name, catalogue), tmp_path / name)
        follower.catch_up()
        follower.close()
        assert look(name, tmp_path / name) == set(catalogue.published_ids())


@pytest.mark.parametrize("milliseconds", [0, 40, 120, 250, 400])
def test_a_bulk_load_that_is_killed_leaves_a_store_that_catches_up_to_what_a_rebuild_makes(
    tmp_path: Path, clock: Clock, milliseconds: int
) -> None:
    """Both copies of every statement, in every index: a load is there whole, or is done again."""
    url = f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
    database = Database(url)
    schema.upgrade(database)
    begin(database)
    catalogue = open_catalogue(database, clock)
    with running("put_many_and_project", url, "triples", str(tmp_path), "1000") as child:
        child.hears("projected")
        child.hears("committed")
        time.sleep(milliseconds / 1000)
        child.killed()
    stores = []
    for folder in ("triples", "beside"):
        follower = Follower(catalogue, projection("triples", catalogue), tmp_path / folder)
        follower.catch_up()
        follower.close()
        generation = current(tmp_path / folder)
        assert generation is not None
        stores.append(ox.Store.read_only(str(generation / "store")))
    caught_up, rebuilt = (set(store.quads_for_pattern(None, None, None, None)) for store in stores)
    assert caught_up == rebuilt
    for number, part in enumerate(("subject", "predicate", "object")):
        assert counted(stores[0], part, number) == counted(stores[1], part, number)
    database.close()


def counted(store: ox.Store, part: str, place: int) -> dict[str, int]:
    """How many statements each term is found in by the index of its part, in all graphs."""
    terms = {getattr(quad, part) for quad in store}
    found: dict[str, int] = {}
    for term in terms:
        asked: list[Any] = [None, None, None]
        asked[place] = term
        found[str(term)] = sum(1 for _ in store.quads_for_pattern(*asked, None))
    return found


def look(name: str, folder: Path) -> set[str]:
    """The ids of the records that a projection's readers find."""
    generation = current(folder)
    assert generation is not None
    return LOOKS[name](generation)


def look_into_files(generation: Path) -> set[str]:
    return {name.removeprefix("record ") for name in contents(generation)}


def look_into_search(generation: Path) -> set[str]:
    searcher = fields.opened(str(generation)).searcher()
    hits = searcher.search(tantivy.Query.all_query(), limit=10_000).hits
    keys = [searcher.doc(address)["key"][0] for _, address in hits]
    assert len(keys) == len(set(keys))
    return {key.removeprefix("record:") for key in keys if key.startswith("record:")}


def look_into_triples(generation: Path) -> set[str]:
    store = ox.Store.read_only(str(generation / "store"))
    iris = {graph.value for graph in store.named_graphs() if isinstance(graph, ox.NamedNode)}
    of_records = re.compile(re.escape(f"{BASE}graph/") + "([0-9a-f-]{36})")
    return {found[1] for found in map(of_records.fullmatch, iris) if found}


LOOKS = {"files": look_into_files, "search": look_into_search, "triples": look_into_triples}


def test_readers_go_on_while_a_generation_is_rebuilt_beside_and_swapped(
    catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader finds a whole catalogue at every moment of five rebuilds: before, within and after the swap."""
    catalogue.put_many(map(entry, range(60)), act())
    wanted, seen = states(catalogue), []
    monkeypatch.setattr(projections, "STEP", 20)
    follower = Follower(catalogue, projection("files", catalogue), tmp_path / "files")
    follower.catch_up()
    for _ in range(5):
        before = current(tmp_path / "files")
        assert before is not None
        follower.rebuild(lambda done, total: seen.append(projected(tmp_path / "files")))
        assert {name.removeprefix("record "): int(each) for name, each in contents(before).items()} == wanted
        seen.append(projected(tmp_path / "files"))
    assert len(seen) == 5 * 4
    assert all(each == wanted for each in seen)


def test_a_second_follower_of_a_folder_is_refused_and_takes_over_when_the_first_is_killed(
    made_url: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    with running("follow", made_url, "files", str(tmp_path)) as first:
        number = first.hears("following")["following"]
        with pytest.raises(BusyFolder, match=str(number)), holding(tmp_path):
            pytest.fail("two followers at once")
        first.killed()
        with holding(tmp_path):
            catalogue.put_many([entry(1)], act())
        with running("follow", made_url, "files", str(tmp_path)) as second:
            second.hears("following")
            second.ends()
    assert projected(tmp_path / "files") == states(catalogue)
