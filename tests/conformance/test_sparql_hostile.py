"""Queries and accidents that mean harm: the endpoint stays alive, true to its limits, and alone."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from msgspec.structs import replace
from triples_catalogue import House, question, record, records

from sparql import errors
from sparql.pool import checkpoints, confinement
from sparql.pool.slots import Slots
from sparql.pool.workers import Pool
from sparql.query import Answer, Limits, Question

COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <http://schema.org/LearningResource> }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f && ?f != ?i) }"
HUNGRY = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"
PATHS = "SELECT (COUNT(*) AS ?n) { ?a (!<x:none>|^!<x:none>)* ?b . ?b (!<x:none>|^!<x:none>)* ?c }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    house = House(tmp_path_factory.mktemp("hostile") / "data")
    house.put(*records(120))
    follower = house.follower()
    follower.catch_up()
    follower.close()
    house.database.close()
    return house.folder


@pytest.fixture
def pool(folder: Path) -> Iterator[Pool]:
    made = Pool(folder, 2, Limits(seconds=1.5, memory=128 << 20))
    yield made
    made.close()


def counted(answer: Answer) -> str:
    return str(json.loads(answer.read())["results"]["bindings"][0]["n"]["value"])


def raw(text: str) -> Question:
    """A question that admission never saw."""
    return replace(question("SELECT * {}"), text=text)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { FILTER(" + "(" * 5000 + "1" + ")" * 5000 + ") }",
        "SELECT * " + "{" * 20000 + "}" * 20000,
        "SELECT * { FILTER(" + "?x||" * 30000 + "?x) }",
    ],
    ids=["parentheses", "groups", "alternatives"],
)
def test_a_query_that_kills_its_process_kills_nothing_else(pool: Pool, text: str) -> None:
    with pytest.raises(errors.QueryBrokeWorker) as caught:
        pool.ask(raw(text))
    assert caught.value.status == 400
    assert counted(pool.ask(question(COUNT))) == "120"


@pytest.mark.parametrize("text", [SLOW, PATHS], ids=["cartesian product", "infinite paths"])
def test_a_query_without_end_is_killed_at_its_deadline(pool: Pool, text: str) -> None:
    with pytest.raises((errors.QueryTimedOut, errors.QueryTooHeavy)):
        pool.ask(question(text))
    assert counted(pool.ask(question(COUNT))) == "120"


def test_a_query_that_eats_memory_is_killed(folder: Path) -> None:
    pool = Pool(folder, 1, Limits(seconds=20, memory=64 << 20))
    with pytest.raises(errors.QueryTooHeavy) as caught:
        pool.ask(question(HUNGRY))
    assert caught.value.values["megabytes"] == 64
    assert counted(pool.ask(question(COUNT))) == "120"
    pool.close()


def test_attackers_from_one_address_leave_a_worker_for_others(folder: Path) -> None:
    pool = Pool(folder, 2, Limits(seconds=1), patience=20)
    with ThreadPoolExecutor(8) as attackers:
        pending = [attackers.submit(pool.ask, replace(question(SLOW), client="203.0.113.9")) for _ in range(8)]
        for _ in range(10):
            assert counted(pool.ask(replace(question(COUNT), client="198.51.100.1"))) == "120"
        assert not all(each.done() for each in pending)
        assert all(isinstance(each.exception(), errors.QueryTimedOut) for each in pending)
    pool.close()


def test_whoever_waits_too_long_for_a_worker_is_told_to_come_again(folder: Path) -> None:
    pool = Pool(folder, 1, Limits(seconds=2, short=2), patience=0.1)
    with ThreadPoolExecutor(1) as attacker:
        pending = attacker.submit(pool.ask, question(SLOW))
        time.sleep(0.5)
        with pytest.raises(errors.EndpointBusy) as caught:
            pool.ask(question(COUNT))
        assert caught.value.status == 503
        assert isinstance(pending.exception(), errors.QueryTimedOut)
    pool.close()


def test_pools_of_several_web_processes_share_the_turns(folder: Path) -> None:
    one, two = (Pool(folder, 1, Limits(seconds=2, short=2), patience=0.1) for _ in range(2))
    with ThreadPoolExecutor(1) as attacker:
        pending = attacker.submit(one.ask, question(SLOW))
        time.sleep(0.5)
        with pytest.raises(errors.EndpointBusy):
            two.ask(question(COUNT))
        assert pending.exception() is not None
    assert counted(two.ask(question(COUNT))) == "120"
    one.close()
    two.close()


def test_a_process_that_was_killed_from_outside_is_replaced(pool: Pool) -> None:
    assert counted(pool.ask(question(COUNT))) == "120"
    os.kill(pool._idle[0].pid, signal.SIGKILL)
    with pytest.raises(errors.QueryBrokeWorker):
        pool.ask(question(COUNT))
    assert counted(pool.ask(question(COUNT))) == "120"


def test_a_process_that_has_left_of_itself_is_replaced_unseen(pool: Pool) -> None:
    pool.ask(question(COUNT)).file.close()
    process = pool._idle[0]
    process._connection.shutdown(1)  # what the process takes for the end, as after a minute without work
    process._process.wait(5)
    assert counted(pool.ask(question(COUNT))) == "120"


PARENT = """
    import sys, threading
    from pathlib import Path
    from sparql.pool.workers import Pool
    from sparql.query import Limits
    from triples_catalogue import question

    pool = Pool(Path(sys.argv[1]), 1, Limits(seconds=60))
    pool.ask(question("ASK {}")).file.close()
    print(pool._idle[0].pid, flush=True)
    pool.ask(question(sys.argv[2]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills children with their parent")
def test_a_query_process_dies_with_its_parent_in_the_midst_of_a_query(folder: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", textwrap.dedent(PARENT), str(folder), SLOW]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        time.sleep(0.3)
        assert Path(f"/proc/{worker}").exists()
        parent.kill()
    deadline = time.monotonic() + 10
    while _runs(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(worker)


def _runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


CONFINED = """
    import socket
    from sparql.pool import confinement
    print(confinement.leave_network())
    try:
        socket.socket()
    except OSError as error:
        print(type(error).__name__)
"""


def test_a_query_process_has_no_network_where_the_platform_can_promise_it() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", textwrap.dedent(CONFINED)]
    said = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout.split()
    if said[0] == "False":
        pytest.skip("this platform has no seccomp that we know how to use")
    assert said == ["True", "PermissionError"]


def test_a_service_that_slipped_through_finds_no_network(pool: Pool) -> None:
    if not confinement._CALLS.get(os.uname().machine):
        pytest.skip("this platform has no seccomp that we know how to use")
    with pytest.raises(errors.SparqlError):
        pool.ask(raw("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }"))


def test_nothing_is_left_on_disk_by_killed_queries(pool: Pool, folder: Path) -> None:
    before = set(folder.iterdir())
    with pytest.raises(errors.QueryTimedOut):
        pool.ask(question(SLOW))
    assert set(folder.iterdir()) == before


def test_queries_go_on_while_the_store_is_rebuilt_beside_and_swapped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sparql.graphs.projection.PUBLISH_SECONDS", 0.0)
    house = House(tmp_path / "data")
    house.put(*records(60))
    follower = house.follower()
    follower.catch_up()
    pool = Pool(house.folder, 2, Limits())
    ended = threading.Event()

    def keep_asking() -> list[str]:
        found = []
        while not ended.is_set():
            found.append(counted(pool.ask(question(COUNT))))
        return found

    with ThreadPoolExecutor(2) as readers:
        pending = [readers.submit(keep_asking) for _ in range(2)]
        for _ in range(6):
            follower.rebuild()
        house.put(record(60))
        follower.catch_up()
        ended.set()
        seen = [each.result() for each in pending]
    assert all(set(found) <= {"60", "61"} and len(found) > 5 for found in seen)
    assert counted(pool.ask(question(COUNT))) == "61"
    follower.close()
    pool.close()
    house.database.close()


def test_an_idle_process_keeps_its_checkpoint_only_until_the_next_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sparql.graphs.projection.PUBLISH_SECONDS", 0.0)
    house = House(tmp_path / "data")
    house.put(record(1))
    follower = house.follower()
    follower.catch_up()
    pool = Pool(house.folder, 1, Limits())
    assert counted(pool.ask(question(COUNT))) == "1"
    first = checkpoints.newest(house.folder)
    for number in range(2, 5):
        house.put(record(number))
        follower.catch_up()
    assert first is not None
    assert first.is_dir()
    assert counted(pool.ask(question(COUNT))) == "4"
    house.put(record(5))
    follower.catch_up()
    assert not first.exists()
    follower.close()
    pool.close()
    house.database.close()


def test_a_long_query_goes_on_among_the_long_ones_and_leaves_the_others_their_turn(folder: Path) -> None:
    pool = Pool(folder, 1, Limits(seconds=4, short=0.3), patience=0.2)
    with ThreadPoolExecutor(2) as askers:
        first = askers.submit(pool.ask, replace(question(SLOW), client="203.0.113.9"))
        time.sleep(1)
        assert counted(pool.ask(replace(question(COUNT), client="198.51.100.1"))) == "120"
        with pytest.raises(errors.LongQueriesBusy) as second:
            pool.ask(replace(question(SLOW), client="198.51.100.2"))
        assert second.value.status == 503
        assert isinstance(first.exception(), errors.QueryTimedOut)
    pool.close()


def test_a_client_that_asks_too_much_at_once_is_told_that_it_is(folder: Path) -> None:
    pool = Pool(folder, 2, Limits(seconds=2), patience=0.1)
    with ThreadPoolExecutor(1) as attacker:
        pending = attacker.submit(pool.ask, replace(question(SLOW), client="203.0.113.9"))
        time.sleep(0.5)
        with pytest.raises(errors.TooManyAtOnce) as caught:
            pool.ask(replace(question(COUNT), client="203.0.113.9"))
        assert caught.value.status == 429
        assert isinstance(pending.exception(), errors.QueryTimedOut)
    pool.close()


def test_a_query_for_nobody_is_stopped(pool: Pool) -> None:
    with pytest.raises(errors.Abandoned):
        pool.ask(replace(question(SLOW), wanted=lambda: False))
    assert counted(pool.ask(question(COUNT))) == "120"


def test_an_answer_that_took_long_is_kept_for_its_data_alone(tmp_path: Path) -> None:
    house = House(tmp_path / "data")
    house.put(*records(300))
    follower = house.follower()
    follower.catch_up()
    pool = Pool(house.folder, 1, Limits())
    heavy = question("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?a ?d ?e . ?a ?f ?g }", key="heavy")
    first = pool.ask(heavy)
    kept = list((house.folder / "answers").glob("*/*"))
    assert [path.parent.name for path in kept] == [first.version]
    other = Pool(house.folder, 1, Limits())
    found = other.ask(heavy)
    assert (found.read(), found.rows, found.size) == (first.read(), first.rows, first.size)
    assert not other._idle, "another web process finds it without asking anybody"
    house.put(record(301))
    follower.catch_up()
    assert int(counted(pool.ask(heavy))) > 0
    assert first.version not in {path.parent.name for path in (house.folder / "answers").glob("*/*")}
    pool.close()
    follower.close()
    house.database.close()


def test_eight_clients_that_ask_dear_questions_leave_cheap_ones_their_turn(folder: Path) -> None:
    """Each of them gets a short turn once, and waits among the long ones from then on."""
    pool = Pool(folder, 2, Limits(seconds=3, short=0.1), patience=5)
    ended = threading.Event()

    clients = [f"203.0.113.{number}" for number in range(8)]

    def attack(client: str) -> None:
        while not ended.is_set():
            try:
                pool.ask(replace(question(SLOW), client=client))
            except errors.SparqlError:
                time.sleep(0.01)

    with ThreadPoolExecutor(8) as attackers:
        pending = [attackers.submit(attack, client) for client in clients]
        try:
            deadline = time.monotonic() + 40
            while time.monotonic() < deadline and not all(map(pool._slots.is_marked, clients)):
                time.sleep(0.05)
            for _ in range(50):
                assert counted(pool.ask(replace(question(COUNT), client="198.51.100.1"))) == "120"
        finally:
            ended.set()
    assert all(each.exception() is None for each in pending)
    pool.close()


def test_a_client_that_asked_something_dear_is_remembered_for_a_while(folder: Path) -> None:
    slots = Slots(folder / "marks", 0.1)
    with slots.client("203.0.113.50"):
        assert not slots.is_marked("203.0.113.50")
    slots.mark("203.0.113.50", 60)
    with slots.client("203.0.113.50"):
        assert slots.is_marked("203.0.113.50")
    assert not slots.is_marked("203.0.113.51")
    slots.mark("203.0.113.50", -1)
    assert not slots.is_marked("203.0.113.50")
