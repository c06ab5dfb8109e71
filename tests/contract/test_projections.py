"""Projections follow the feed: whatever stops one, the next look brings it to where the catalogue is."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from child import FileProjection, contents
from specimens import BENIN, CQP, ELECTRICIAN, TERMS, Clock, act, entry, open_catalogue, record

from repository import projections
from repository.catalogue import Catalogue
from repository.projections import Follower, Position, Step, current, step
from repository.record import Text
from repository.store import changes
from repository.store.database import Database
from vocabularies import shipped, store
from vocabularies.concept import Concept, Vocabulary
from vocabularies.terms import Terms

IN_KIT = {"country": (BENIN,), "level": (CQP,), "occupation": (ELECTRICIAN,)}


class Failure(Exception):
    """What stops a projection in these tests."""


class FailingProjection(FileProjection):
    """Fails at one of its acts: in the middle of a step, after it but before its position is safe, or at the end."""

    def __init__(self, place: str, after: int = 0) -> None:
        super().__init__()
        self.place, self.left = place, after
        self.closed = 0

    def write(self, step: Step) -> None:
        if self._fails("within"):
            super().write(msgspec.structs.replace(step, records=step.records[: len(step.records) // 2]))
            raise Failure
        super().write(step)

    def reached(self, position: Position) -> None:
        if self._fails("before position"):
            raise Failure
        super().reached(position)

    def _fails(self, place: str) -> bool:
        self.left -= place == self.place
        return place == self.place and self.left < 0

    def is_stale(self) -> bool:
        return False

    def finish(self, terms: Terms) -> None:
        if self._fails("finish"):
            raise Failure

    def close(self) -> None:
        self.closed += 1


@pytest.fixture(autouse=True)
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projections, "STEP", 7)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "files"


def follower(catalogue: Catalogue, folder: Path, version: str = "1") -> Follower:
    return Follower(catalogue, FileProjection(version), folder)


def held(folder: Path) -> dict[str, str]:
    generation = current(folder)
    assert generation is not None
    return contents(generation)


def expected(catalogue: Catalogue) -> dict[str, str]:
    """What a projection of the whole catalogue holds, asked of the catalogue directly."""
    ids = list(catalogue.published_ids())
    records = {f"record {id}": str(each.state.change) for id, each in catalogue.get_many(ids).items()}
    kits = {
        f"kit {id.replace('/', ' ')}": str(kit.documents) for id, kit in catalogue.kits(catalogue.kit_ids()).items()
    }
    return records | kits


def fill(catalogue: Catalogue) -> None:
    catalogue.put_many([entry(number, **(IN_KIT if number < 5 else {})) for number in range(30)], act())
    catalogue.withdraw([record(number).id for number in range(3, 12)], act())


def test_the_first_look_builds_everything_and_later_ones_what_is_new(catalogue: Catalogue, folder: Path) -> None:
    fill(catalogue)
    keeping = follower(catalogue, folder)
    assert current(folder) is None
    assert keeping.catch_up() == catalogue.newest()
    assert held(folder) == expected(catalogue)
    assert keeping.catch_up() == 0
    catalogue.put_many([entry(4), entry(50, **IN_KIT)], act())
    catalogue.withdraw([record(0).id, record(1).id, record(2).id], act())
    assert keeping.catch_up() > 0
    assert held(folder) == expected(catalogue)
    catalogue.withdraw([record(50).id], act())
    keeping.catch_up()
    assert held(folder) == expected(catalogue)
    assert not any(name.startswith("kit") for name in held(folder))


def test_an_empty_catalogue_is_built_once_and_not_at_every_look(catalogue: Catalogue, folder: Path) -> None:
    keeping = follower(catalogue, folder)
    assert [keeping.catch_up() for _ in range(3)] == [0, 0, 0]
    assert current(folder) == folder / "1"


@pytest.mark.parametrize(
    ("place", "after"),
    [(place, after) for place in ("within", "before position") for after in (0, 1, 3)] + [("finish", 0)],
)
def test_a_follower_that_dies_anywhere_catches_up_at_the_next_start(
    catalogue: Catalogue, folder: Path, place: str, after: int
) -> None:
    fill(catalogue)
    follower(catalogue, folder).catch_up()
    catalogue.put_many([entry(number, identifier=("changed",)) for number in range(10, 40)], act())
    catalogue.withdraw([record(20).id], act())
    failing = FailingProjection(place, after)
    with pytest.raises(Failure):
        Follower(catalogue, failing, folder).catch_up()
    assert failing.closed == 1
    follower(catalogue, folder).catch_up()
    assert held(folder) == expected(catalogue)


def test_a_follower_that_lives_on_after_a_failure_opens_anew(catalogue: Catalogue, folder: Path) -> None:
    fill(catalogue)
    failing = FailingProjection("before position", 2)
    keeping = Follower(catalogue, failing, folder)
    with pytest.raises(Failure):
        keeping.catch_up()
    assert current(folder) is None
    failing.place = ""
    keeping.catch_up()
    assert held(folder) == expected(catalogue)


@pytest.mark.parametrize("place", ["within", "before position", "finish"])
def test_an_interrupted_rebuild_leaves_the_old_generation_to_its_readers(
    catalogue: Catalogue, folder: Path, place: str
) -> None:
    fill(catalogue)
    follower(catalogue, folder).catch_up()
    before = held(folder)
    catalogue.put_many([entry(60)], act())
    with pytest.raises(Failure):
        Follower(catalogue, FailingProjection(place, 0 if place == "finish" else 2), folder).rebuild()
    assert current(folder) == folder / "1" and held(folder) == before
    follower(catalogue, folder).catch_up()
    assert current(folder) == folder / "1" and held(folder) == expected(catalogue)
    follower(catalogue, folder).rebuild()
    assert held(folder) == expected(catalogue)
    assert {path.name for path in folder.iterdir()} == {"1", "3", "current"}


def test_another_version_or_base_address_is_rebuilt_beside(catalogue: Catalogue, folder: Path, clock: Clock) -> None:
    fill(catalogue)
    follower(catalogue, folder).catch_up()
    follower(catalogue, folder, version="2").catch_up()
    assert current(folder) == folder / "2"
    moved = Catalogue(catalogue.database, lambda: shipped.terms("https://moved.example.org/"), clock)
    follower(moved, folder, version="2").catch_up()
    assert current(folder) == folder / "3"
    assert held(folder) == expected(catalogue)


def test_what_another_version_or_a_former_epoch_has_built_counts_as_not_built(
    catalogue: Catalogue, folder: Path
) -> None:
    catalogue.put_many([entry(1)], act())
    first = follower(catalogue, folder)
    assert first.reached() is None
    first.catch_up()
    assert first.reached() == 1
    catalogue.put_many([entry(2)], act())
    assert first.reached() == 1
    other = follower(catalogue, folder, "2")
    assert other.reached() is None
    other.catch_up()
    assert (other.reached(), follower(catalogue, folder).reached()) == (2, None)
    with catalogue.database.writing() as connection:
        changes.write_meta(connection, "epoch", "second")
    assert other.reached() is None


def test_after_a_restore_the_projection_is_rebuilt(catalogue: Catalogue, folder: Path) -> None:
    fill(catalogue)
    keeping = follower(catalogue, folder)
    keeping.catch_up()
    with catalogue.database.writing() as connection:
        changes.write_meta(connection, "epoch", "second")
    assert keeping.catch_up() == catalogue.newest()
    assert current(folder) == folder / "2"


def test_a_database_that_was_put_back_without_a_word_is_noticed(catalogue: Catalogue, folder: Path) -> None:
    fill(catalogue)
    keeping = follower(catalogue, folder)
    keeping.catch_up()
    generation = current(folder)
    assert generation is not None
    projection = FileProjection()
    projection.open(generation)
    projection.reached(Position("first", catalogue.newest() + 5, projection.version(TERMS)))
    assert keeping.catch_up() == catalogue.newest()
    assert current(folder) == folder / "2"


@pytest.mark.parametrize("damage", ["", "nonsense", "..", "99"])
def test_a_damaged_pointer_to_the_generation_is_healed_by_a_rebuild(
    catalogue: Catalogue, folder: Path, damage: str
) -> None:
    fill(catalogue)
    follower(catalogue, folder).catch_up()
    (folder / "current").write_text(damage)
    assert current(folder) is None
    follower(catalogue, folder).catch_up()
    assert held(folder) == expected(catalogue)


def test_readers_of_the_former_generation_are_given_time(
    catalogue: Catalogue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(catalogue)
    keeping = follower(catalogue, folder)
    keeping.catch_up()
    reader = current(folder)
    assert reader is not None
    keeping.rebuild()
    assert contents(reader) == held(folder)
    keeping.catch_up()
    assert reader.is_dir()
    monkeypatch.setattr(projections, "RETIRED_SECONDS", -1.0)
    keeping.catch_up()
    assert not reader.exists() and held(folder) == expected(catalogue)


def test_a_step_may_find_states_newer_than_its_changes(catalogue: Catalogue, folder: Path) -> None:
    catalogue.put_many([entry(1), entry(2)], act())
    early = catalogue.changes(0)
    catalogue.put_many([entry(1, identifier=("later",))], act())
    catalogue.withdraw([record(2).id], act())
    folder.mkdir()
    projection = FileProjection()
    projection.open(folder)
    for part in split(early + catalogue.changes(early[-1].number)):
        projection.apply(step(catalogue, part, Position("first", part[-1].number, "1")))
        assert contents(folder) in ({f"record {record(1).id}": "3"}, {})
    assert contents(folder) == expected(catalogue)


def split(feed: list[changes.Change]) -> Iterator[list[changes.Change]]:
    yield from ([change] for change in feed)


def test_a_step_never_sees_a_vocabulary_older_than_its_changes(database: Database, clock: Clock) -> None:
    """The snapshot that a process keeps may be a moment old, and this change would not come by again."""
    sectors = next(each for each in shipped.load()[0] if each.scheme.id == "sector")
    store.put(database, sectors, act(), clock)
    old = store.snapshot(database, TERMS.base_iri)
    added = Concept(
        iri=f"{sectors.scheme.iri}/neuf", scheme="sector", notation="neuf", pref_label=(Text("Neuf", "fr"),)
    )
    store.put(database, Vocabulary(sectors.scheme, (added,)), act(), clock)
    catalogue = Catalogue(database, lambda: old, clock)
    feed = catalogue.changes(old.version)
    made = step(catalogue, feed, Position("first", feed[-1].number, "1"))
    assert made.concepts == (added.iri,)
    assert made.terms.concepts[added.iri] == added
    assert open_catalogue(database, clock).newest() == made.terms.version
