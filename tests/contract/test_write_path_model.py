"""Why the write path is as it is: take any one of its guards away, and somebody loses a change.

The first half is a model of `repository.store.changes` small enough to be searched whole: two writers, a
harvester that comes back twice and a follower, whose steps are interleaved in every possible order while the
clock is set to and fro. The second half drives the real functions over three connections of a real database.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from random import Random
from typing import Any, Final, Literal, NamedTuple

import pytest
from specimens import Clock, act, entry, open_catalogue
from sqlalchemy import Connection, event, func, select

from repository.catalogue import Catalogue
from repository.store import changes, tables
from repository.store.changes import Stamp
from repository.store.database import Database
from repository.store.records import Selection

GUARDS: Final = (
    "the lock is taken",
    "the lock is held until the commit",
    "the time is taken under the lock",
    "no earlier than the newest datestamp",
    "no earlier than any responseDate",
    "the number is taken under the lock",
    "a list is opened under the lock",
)
ALL: Final = frozenset(GUARDS)
TIMES: Final = (0, 1, 2)
CLOCK_MOVES: Final = 2


# The model. A world is one value; a step makes another.


class Row(NamedTuple):
    number: int
    datestamp: int
    writer: str


class Actor(NamedTuple):
    """Where somebody stands in their program, and what they hold in memory."""

    step: int = 0
    number: int = 0
    time: int = 0
    floor: int = 0
    since: int = 0
    seen: frozenset[Row] = frozenset()


class World(NamedTuple):
    clock: int
    moves: int
    rows: frozenset[Row]
    response: int
    holder: str | None
    actors: tuple[tuple[str, Actor], ...]


Step = Literal["lock", "unlock", "time", "number", "commit", "issue", "list", "list by datestamp", "poll"]


def program(name: str, guards: frozenset[str]) -> tuple[Step, ...]:
    """What an actor does, one indivisible step after the other."""
    if name == "follower":
        return ("poll", "poll")
    if name.startswith("harvester"):
        if "a list is opened under the lock" not in guards:
            guards = guards - {"the lock is taken"}
        last: Step = "list" if name.startswith("harvester by responseDate") else "list by datestamp"
        return (*guarded(("time",), "issue", guards), last) * 2
    return guarded(("time", "number"), "commit", guards)


def guarded(taken: tuple[Step, ...], end: Step, guards: frozenset[str]) -> tuple[Step, ...]:
    """The steps of a transaction that takes what it needs, and ends; each missing guard moves one step."""
    before = [step for step in taken if f"the {step} is taken under the lock" not in guards]
    under = [step for step in taken if step not in before]
    if "the lock is taken" not in guards:
        return (*before, *under, end)
    if "the lock is held until the commit" not in guards:
        return (*before, "lock", *under, "unlock", end)
    return (*before, "lock", *under, end, "unlock")


def step(world: World, name: str, guards: frozenset[str]) -> World | None:
    """The world after an actor's next step, or None where they have to wait or are done."""
    actor = dict(world.actors)[name]
    steps = program(name, guards)
    if actor.step == len(steps):
        return None
    todo = steps[actor.step]
    if todo == "lock" and world.holder is not None:
        return None
    world, actor = STEPS[todo](world, actor, name, guards)
    actors = tuple((each, actor._replace(step=actor.step + 1) if each == name else held) for each, held in world.actors)
    return world._replace(actors=actors)


Moved = tuple[World, Actor]


def take_lock(world: World, actor: Actor, name: str, guards: frozenset[str]) -> Moved:
    return world._replace(holder=name), actor


def release_lock(world: World, actor: Actor, name: str, guards: frozenset[str]) -> Moved:
    return world._replace(holder=None), actor


def take_time(world: World, actor: Actor, name: str, guards: frozenset[str]) -> Moved:
    terms = [world.clock]
    if "no earlier than the newest datestamp" in guards:
        terms.append(newest(world).datestamp)
    if "no earlier than any responseDate" in guards:
        terms.append(world.response)
    return world, actor._replace(time=max(terms))


def take_number(world: World, actor: Actor, name: str, guards: frozenset[str]) -> Moved:
    return world, actor._replace(number=newest(world).number + 1)


def commit(world: World, actor: Actor, name: str, guards: frozenset[str]) -> Moved:
    return world._replace(rows=world.rows | {Row(actor.number, actor.time, name)}), actor


def issue(world: World, actor: Actor, name: str, guards: frozenset[str]) -> Moved:
    """A responseDate goes out; it freezes the newest number that the list will show."""
    shown = world._replace(response=max(actor.time, world.response))
    return shown, actor._replace(number=newest(world).number)


def list_by_response(world: World, actor: Actor, name: str, guards: frozenset[str]) -> Moved:
    """Come back next time with the responseDate, as OAI-PMH recommends."""
    return world, actor._replace(seen=actor.seen | listed(world, actor), since=actor.time)


def list_by_datestamp(world: World, actor: Actor, name: str, guards: frozenset[str]) -> Moved:
    """Come back next time with the newest datestamp that was seen, as many harvesters do."""
    seen = actor.seen | listed(world, actor)
    return world, actor._replace(seen=seen, since=max((row.datestamp for row in seen), default=0))


def listed(world: World, actor: Actor) -> frozenset[Row]:
    return frozenset(row for row in world.rows if row.number <= actor.number and row.datestamp >= actor.since)


def poll(world: World, actor: Actor, name: str, guards: frozenset[str]) -> Moved:
    """Take what is numbered above the position, as a projection does."""
    fresh = frozenset(row for row in world.rows if row.number > actor.since)
    return world, actor._replace(seen=actor.seen | fresh, since=max(actor.since, newest(world).number))


def newest(world: World) -> Row:
    return max(world.rows, default=Row(0, 0, ""))


STEPS: Final[dict[Step, Callable[[World, Actor, str, frozenset[str]], Moved]]] = {
    "lock": take_lock,
    "unlock": release_lock,
    "time": take_time,
    "number": take_number,
    "commit": commit,
    "issue": issue,
    "list": list_by_response,
    "list by datestamp": list_by_datestamp,
    "poll": poll,
}


def begun(names: Sequence[str]) -> World:
    return World(1, 0, frozenset(), 0, None, tuple((name, Actor()) for name in names))


def following(world: World, guards: frozenset[str]) -> Iterator[World]:
    if world.moves < CLOCK_MOVES:
        yield from (world._replace(clock=time, moves=world.moves + 1) for time in TIMES if time != world.clock)
    for name, _ in world.actors:
        if (after := step(world, name, guards)) is not None:
            yield after


def loses(world: World, guards: frozenset[str]) -> bool:
    """Whether a reader, who comes once more when all is written, still lacks a change or two share a number."""
    held = dict(world.actors)
    if any(actor.step < len(program(name, guards)) for name, actor in world.actors if name.startswith("writer")):
        return False
    if len({row.number for row in world.rows}) < len(world.rows):
        return True
    for name, actor in held.items():
        if name == "follower" and not world.rows <= poll(world, actor, name, guards)[1].seen:
            return True
        if name.startswith("harvester") and actor.step == len(program(name, guards)):
            again = actor._replace(number=newest(world).number)
            if not world.rows <= actor.seen | listed(world, again):
                return True
    return False


def counterexample(names: Sequence[str], guards: frozenset[str]) -> World | None:
    """The first reachable world in which something is lost, among all that there are."""
    first = begun(names)
    reached, todo = {first}, [first]
    while todo:
        world = todo.pop()
        if loses(world, guards):
            return world
        for after in following(world, guards):
            if after not in reached:
                reached.add(after)
                todo.append(after)
    return None


CASTS: Final = (
    ("writer 1", "writer 2", "follower"),
    ("writer 1", "writer 2", "harvester by responseDate"),
    ("writer 1", "writer 2", "harvester by datestamp"),
)


@pytest.mark.parametrize("cast", CASTS, ids=lambda cast: cast[-1])
def test_with_all_guards_no_order_of_steps_loses_a_change(cast: tuple[str, ...]) -> None:
    assert counterexample(cast, ALL) is None


@pytest.mark.parametrize("missing", GUARDS)
def test_without_any_one_guard_some_order_of_steps_loses_a_change(missing: str) -> None:
    assert any(counterexample(cast, ALL - {missing}) for cast in CASTS)


@pytest.mark.parametrize("name", ["harvester by responseDate", "harvester by datestamp"])
def test_two_harvesters_that_set_the_bound_for_each_other_lose_nothing(name: str) -> None:
    assert counterexample(("writer 1", name, "harvester by responseDate too"), ALL) is None


# The real thing: whole calls of the catalogue on three connections, each stopped before it asks for the lock,
# before it reads the clock and before it commits; a schedule says whose turn it is.

PATIENCE: Final = 0.01  # seconds after which a call that did not reach its next stop is taken to wait for the lock
TURNS: Final = 45
SCHEDULES: Final = 12


class Player:
    """One connection and its thread, which makes one step at each turn."""

    def __init__(self, database: Database, clock: Clock, play: Callable[[Catalogue, Callable[[], None]], None]) -> None:
        self.failed: list[BaseException] = []
        self._turn, self._stopped = threading.Semaphore(0), threading.Event()
        self._free = False
        self._thread = threading.Thread(target=self._run, args=(play, open_catalogue(database, self._reading(clock))))
        event.listen(database.engine, "commit", lambda _: self._stop())
        self._thread.start()
        self._stopped.wait()

    def step(self) -> None:
        """Let the thread go on to its next stop, or find that it waits."""
        if self._stopped.is_set():
            self._stopped.clear()
            self._turn.release()
        self._stopped.wait(PATIENCE)

    def free(self) -> None:
        """Stop no more."""
        self._free = True
        self._turn.release()

    def join(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive()

    def _run(self, play: Callable[[Catalogue, Callable[[], None]], None], catalogue: Catalogue) -> None:
        try:
            self._stop()
            play(catalogue, self._stop)
        except Exception as error:
            self.failed.append(error)
        finally:
            self._stopped.set()

    def _reading(self, clock: Clock) -> changes.Clock:
        def read() -> Any:
            self._stop()
            return clock()

        return read

    def _stop(self) -> None:
        if not self._free:
            self._stopped.set()
            self._turn.acquire()


class Reader:
    """A harvester's memory: the newest change it saw of each record, by both ways of coming back."""

    def __init__(self) -> None:
        self.seen: dict[str, dict[str, int]] = {"by responseDate": {}, "by datestamp": {}}
        self.since = {"by responseDate": "", "by datestamp": ""}

    def harvest(self, catalogue: Catalogue) -> None:
        response, frozen = catalogue.open_list()
        for way, since in self.since.items():
            rows = catalogue.page(Selection(earliest=since), 0, frozen, 1000, ("id", "change", "datestamp"))
            self.seen[way].update({row.id: row.change for row in rows})
            newest = max([since, *(row.datestamp for row in rows)])
            self.since[way] = response if way == "by responseDate" else newest


def written_by(first: int) -> Callable[[Catalogue, Callable[[], None]], None]:
    def play(catalogue: Catalogue, stop: Callable[[], None]) -> None:
        for number in range(first, first + 4):
            catalogue.put_many([entry(number)], act())
            stop()

    return play


def lost(database: Database, url: str, seed: int) -> str | None:
    """Play one schedule of two writers and a harvester; what it lost, or None."""
    random, clock, reader = Random(seed), Clock(), Reader()

    def harvesting(catalogue: Catalogue, stop: Callable[[], None]) -> None:
        for _ in range(3):
            reader.harvest(catalogue)
            stop()

    with ExitStack() as stack:
        plays = (written_by(0), written_by(10), harvesting)
        players = [Player(opened(stack, url), clock, play) for play in plays]
        for _ in range(TURNS):
            if random.random() < 0.5:
                clock.move(random.choice((-2, -1, 1, 2)))
            random.choice(players).step()
        for player in players:
            player.free()
        for player in players:
            player.join()
    failed = [error for player in players for error in player.failed]
    reader.harvest(open_catalogue(database, clock))
    return f"a writer failed: {failed[0]}" if failed else missing_in(reader, database)


def opened(stack: ExitStack, url: str) -> Database:
    database = Database(url)
    stack.callback(database.close)
    return database


def missing_in(reader: Reader, database: Database) -> str | None:
    with database.reading() as connection:
        table = tables.records
        newest = {row.id: row.change for row in connection.execute(select(table.c.id, table.c.change))}
        numbers = list(connection.scalars(select(tables.history.c.change).order_by(tables.history.c.change)))
    if numbers != list(range(1, 9)):
        return f"the feed has the numbers {numbers}"
    return next((f"{way}: {seen} of {newest}" for way, seen in reader.seen.items() if seen != newest), None)


def emptied(database: Database) -> None:
    with database.writing() as connection:
        for name in ("history", "records", "record_sets", "kits", "kit_documents"):
            connection.execute(tables.metadata.tables[name].delete())
        connection.execute(tables.meta.delete().where(tables.meta.c.name == "response_date"))


def test_three_real_connections_in_any_order_lose_nothing(database: Database, made_url: str) -> None:
    for seed in range(SCHEDULES):
        emptied(database)
        assert lost(database, made_url, seed) is None, f"schedule {seed}"


@contextmanager
def unlocked(database: Database) -> Iterator[Connection]:
    with database.engine.connect() as connection, connection.begin():
        yield connection


def stamped(*, newest: bool, response: bool) -> Callable[[Connection, changes.Clock], Stamp]:
    """`changes.stamp` with only some of the bounds that it keeps datestamps above."""
    whole = changes.stamp

    def stamp(connection: Connection, clock: changes.Clock) -> Stamp:
        now = changes.written(clock())
        given = whole(connection, lambda: datetime.min.replace(tzinfo=UTC))
        issued = changes.read_meta(connection, "response_date") or ""
        dated = connection.scalar(select(func.max(tables.history.c.datestamp))) or ""
        return Stamp(given.number, max(now, dated if newest else "", issued if response else ""))

    return stamp


def without_lock(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Database, "writing", unlocked)


def without_newest(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(changes, "stamp", stamped(newest=False, response=True))


def without_response(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(changes, "stamp", stamped(newest=True, response=False))


@pytest.mark.parametrize("remove", [without_lock, without_newest, without_response])
def test_three_real_connections_lose_a_change_when_a_guard_is_removed(
    database: Database, made_url: str, monkeypatch: pytest.MonkeyPatch, remove: Callable[[pytest.MonkeyPatch], None]
) -> None:
    """So the schedules above would have shown it, had the code lacked the guard."""
    remove(monkeypatch)
    losses = []
    for seed in range(10 * SCHEDULES):
        emptied(database)
        losses.append(lost(database, made_url, seed))
        if losses[-1]:
            break
    assert losses[-1]
