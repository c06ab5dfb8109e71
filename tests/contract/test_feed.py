"""A follower that keeps its place in the database takes in every change of a record once, and nothing else."""

from collections.abc import Mapping

from specimens import act, entry, record

from repository import feed
from repository.catalogue import Catalogue, Stored
from repository.store import positions


class Follower:
    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.looked: list[str] = []
        self.written: list[str] = []

    def run(self) -> int:
        return feed.follow(self.catalogue, "test", 1, self.look, 2)

    def look(self, held: Mapping[str, Stored]) -> feed.Write:
        self.looked += held
        return lambda _connection: self.written.extend(held)

    def place(self) -> int:
        with self.catalogue.database.reading() as connection:
            return positions.read(connection, "test", 1)


def test_every_changed_record_is_looked_at_once(catalogue: Catalogue) -> None:
    follower = Follower(catalogue)
    catalogue.put_many([entry(number) for number in range(1, 6)], act())
    assert follower.run() == 5
    assert sorted(follower.written) == sorted(record(number).id for number in range(1, 6))
    assert (follower.run(), len(follower.looked)) == (0, 5)
    catalogue.withdraw([record(3).id], act())
    assert (follower.run(), follower.looked[-1]) == (1, record(3).id)


def test_changes_that_are_of_no_record_are_passed_by_once(catalogue: Catalogue) -> None:
    follower = Follower(catalogue)
    with catalogue.database.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO history (change, datestamp, kind, id, action, act, who, why, body)"
            " VALUES (7, '2026-01-01T00:00:00Z', 'concept', 'x', 'created', 'a', 'w', 'y', NULL)"
        )
    assert (follower.run(), follower.place()) == (0, catalogue.newest())
    catalogue.put_many([entry(1)], act())
    assert follower.run() == 1


def test_what_a_slower_follower_found_is_looked_for_again(catalogue: Catalogue) -> None:
    slow, quick = Follower(catalogue), Follower(catalogue)
    catalogue.put_many([entry(1)], act())

    def overtaken(held: Mapping[str, Stored]) -> feed.Write:
        quick.run()
        return slow.look(held)

    feed.follow(catalogue, "test", 1, overtaken, 2)
    assert (slow.written, quick.written) == ([], [record(1).id])
