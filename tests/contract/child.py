"""What the tests of processes run in processes of their own, and the plain projection that they look at."""

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from specimens import act, entry, open_catalogue

from repository.catalogue import Catalogue
from repository.projections import Follower, Position, Projection, Step
from repository.search import SearchProjection
from repository.serving import holding
from repository.store.database import Database
from repository.store.records import Selection
from sparql.graphs import TripleProjection
from vocabularies.terms import Terms

BATCHES: Final = 30
EACH: Final = 4


class FileProjection:
    """A file for each record and kit, and the position in a file that is written last."""

    name = "files"

    def __init__(self, version: str = "1") -> None:
        self.folder = Path()
        self.opened: list[str] = []
        self._version = version

    def version(self, terms: Terms) -> str:
        return f"{self._version} {terms.base_iri}"

    def open(self, folder: Path) -> None:
        self.folder = folder
        self.opened.append(folder.name)

    def position(self) -> Position | None:
        return self.read_position(self.folder)

    def read_position(self, generation: Path) -> Position | None:
        path = generation / "position"
        return Position(**json.loads(path.read_text())) if path.exists() else None

    def apply(self, step: Step) -> None:
        self.write(step)
        self.reached(step.position)

    def write(self, step: Step) -> None:
        for held in step.records:
            (self.folder / f"record {held.state.id}").write_text(str(held.state.change))
        for kit in step.kits:
            (self.folder / f"kit {kit.id.replace('/', ' ')}").write_text(str(kit.documents))
        for name in [f"record {id}" for id in step.gone_records] + [f"kit {id}" for id in step.gone_kits]:
            (self.folder / name.replace("/", " ")).unlink(missing_ok=True)

    def reached(self, position: Position) -> None:
        beside = self.folder / "position.new"
        beside.write_text(json.dumps({name: getattr(position, name) for name in Position.__struct_fields__}))
        beside.replace(self.folder / "position")

    def is_stale(self) -> bool:
        return False

    def finish(self, terms: Terms) -> None:
        """Everything is in its file already."""

    def close(self) -> None:
        """Nothing is held open."""


def contents(folder: Path) -> dict[str, str]:
    """What a generation of a FileProjection holds, by file name."""
    return {path.name: path.read_text() for path in folder.iterdir() if not path.name.startswith("position")}


def projection(name: str, catalogue: Catalogue) -> Projection:
    kinds: dict[str, Callable[[], Projection]] = {
        "search": lambda: SearchProjection(catalogue),
        "triples": TripleProjection,
        "files": FileProjection,
    }
    return kinds[name]()


def write(catalogue: Catalogue, writer: str) -> None:
    """Put batches of records of one's own and of records that all writers share."""
    for batch in range(BATCHES):
        own = [entry(1000 * (int(writer) + 1) + EACH * batch + each) for each in range(EACH)]
        shared = entry(batch % 10, identifier=(f"writer {writer}, batch {batch}",))
        for written in catalogue.put_many([*own, shared], act(f"batch {batch}")):
            say(id=written.id, change=written.change)


def follow(catalogue: Catalogue, name: str, folder: str) -> None:
    """Keep a projection up until standard input closes."""
    ended = threading.Event()
    with holding(Path(folder)):
        say(following=os.getpid())
        threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
        follower = Follower(catalogue, projection(name, catalogue), Path(folder) / name)
        while not ended.wait(0.02):
            follower.catch_up()
        say(applied=follower.catch_up())
        follower.close()


def harvest(catalogue: Catalogue) -> None:
    """Come back again and again for what is new, until standard input closes; then once more."""
    ended, mirror, since, last = threading.Event(), {}, "", False
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    while not last:
        last = ended.wait(0.02)
        response, frozen = catalogue.open_list()
        after = 0
        while rows := catalogue.page(Selection(earliest=since), after, frozen, 20, ("id", "change")):
            mirror.update({row.id: row.change for row in rows})
            after = rows[-1].change
        since = response
    say(mirror=mirror)


def put_and_project(catalogue: Catalogue, name: str, folder: str, first: str) -> None:
    """Put a batch, then bring the projection up, for ever; says what was committed as soon as it was."""
    follower = Follower(catalogue, projection(name, catalogue), Path(folder) / name)
    number = int(first)
    while True:
        written = catalogue.put_many([entry(number % 40, identifier=(f"turn {number}",)), entry(number)], act())
        catalogue.withdraw([entry(number - 3).record.id], act())
        say(committed=[each.id for each in written])
        follower.catch_up()
        say(projected=number)
        number += 1


def put_many_and_project(catalogue: Catalogue, name: str, folder: str, first: str) -> None:
    """Put many records at once, new ones and some of the same again, then bring the projection up, for ever."""
    follower = Follower(catalogue, projection(name, catalogue), Path(folder) / name)
    number = int(first)
    while True:
        fresh = [entry(number + each) for each in range(300)]
        again = [entry(each, identifier=(f"turn {number}",)) for each in range(20)]
        catalogue.put_many([*fresh, *again], act())
        say(committed=number)
        follower.catch_up()
        say(projected=number)
        number += 300


def say(**words: object) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    verb, url, *arguments = sys.argv[1:]
    opened = open_catalogue(Database(url), lambda: datetime.now(UTC))
    verbs = {
        "write": write,
        "follow": follow,
        "harvest": harvest,
        "put_and_project": put_and_project,
        "put_many_and_project": put_many_and_project,
    }
    verbs[verb](opened, *arguments)
    opened.database.close()
