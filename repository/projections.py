"""Projections follow the change feed: one code path for live update, recovery after a crash, and rebuild.

A projection lives in generations below its own folder ("search/1", "search/2"); a file `current` names the one
that readers use. A rebuild fills a new generation from change 0 beside the one in use, then swaps the name. The
former generation is removed a minute later, or by the next rebuild: a reader that finds none opens anew.
"""

import math
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from msgspec import Struct

from repository.catalogue import Catalogue, Stored
from repository.kit import Kit
from repository.store.changes import Change
from vocabularies import store as vocabularies
from vocabularies.terms import Terms

STEP = 300
"""Changes applied at a time; the position is remembered after each step."""

RETIRED_SECONDS: Final = 60.0
"""How long a generation is kept after another took its place, for readers that were about to open it."""

_VOCABULARY: Final = frozenset({"scheme", "concept", "collection"})


class Position(Struct, frozen=True):
    """How far a projection has come, in which epoch, and what wrote it: another version means a rebuild."""

    epoch: str
    change: int
    version: str


class Step(Struct, frozen=True):
    """The newest states of everything that a run of changes touched, ready to be applied.

    An id stands in exactly one of each pair: `records` (published) or `gone_records`; `kits` or `gone_kits`.
    `concepts` are IRIs to be looked up in `terms` (absent there: gone); `schemes` are ids, `collections` IRIs.
    `position` is to be remembered with the step.
    """

    position: Position
    terms: Terms
    records: tuple[Stored, ...] = ()
    gone_records: tuple[str, ...] = ()
    kits: tuple[Kit, ...] = ()
    gone_kits: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()


class Projection(Protocol):
    """Something that is read from the catalogue and can be thrown away and made again.

    `apply` must be able to apply a step twice with the same result: a process may die after it and before
    its position is safe. `finish` is called after a rebuild's last step.
    """

    name: str

    def version(self, terms: Terms) -> str:
        """What the stored form depends on beside the feed (our code's version, `base_iri`)."""

    def open(self, folder: Path) -> None:
        """Open or create one generation for writing."""

    def position(self) -> Position | None:
        """How far the opened generation has come; None for a new one."""

    def read_position(self, generation: Path) -> Position | None:
        """How far a generation has come that another process may be writing."""

    def apply(self, step: Step) -> None:
        """Bring the opened generation up to `step.position`."""

    def is_stale(self) -> bool:
        """Whether something has changed that no step tells of, so that `finish` is called without any."""

    def finish(self, terms: Terms) -> None:
        """Make the opened generation safe and visible to readers."""

    def close(self) -> None: ...


class Follower:
    """Keeps one projection's current generation up with the feed. One process per folder (see `serving`)."""

    def __init__(self, catalogue: Catalogue, projection: Projection, folder: Path) -> None:
        self.catalogue, self.projection, self.folder = catalogue, projection, folder
        self._opened: Path | None = None
        self._swapped = time.monotonic()

    def catch_up(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Apply everything that is new; returns how many changes that were.

        A generation of another epoch or version is rebuilt beside and swapped.
        """
        self._remove_retired()
        with self._closed_on_failure():
            held = self._open_current()
            if held is None or not self._goes_on_from(held):
                return self.rebuild(progress)
            applied = self._apply_after(held, progress)
            if applied or self.projection.is_stale():
                self.projection.finish(self.catalogue.terms())
            return applied

    def reached(self) -> int | None:
        """The change that the current generation has reached, as its readers see it; None where there is none,
        or where the next look will build it anew, because another epoch or version has written it."""
        generation = current(self.folder)
        held = None if generation is None else self.projection.read_position(generation)
        return held.change if held is not None and self._goes_on_from(held) else None

    def rebuild(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Make a new generation from the beginning, then let readers see it in place of the old one."""
        self.close()
        generation = self._fresh_generation()
        with self._closed_on_failure():
            self.projection.open(generation)
            self._opened = generation
            start = self._start()
            # Even an empty catalogue leaves a position, or the next look would rebuild again.
            self.projection.apply(Step(position=start, terms=self.catalogue.terms()))
            applied = self._apply_after(start, progress)
            self.projection.finish(self.catalogue.terms())
            self._swap(generation)
        return applied

    def close(self) -> None:
        if self._opened is not None:
            self.projection.close()
            self._opened = None

    def _start(self) -> Position:
        return Position(self.catalogue.epoch(), 0, self.projection.version(self.catalogue.terms()))

    def _goes_on_from(self, held: Position) -> bool:
        """Whether the feed continues where a generation stands: it does not after a restore or another version,
        nor when the generation is ahead, because the database was put back by other means."""
        start = self._start()
        return (held.epoch, held.version) == (start.epoch, start.version) and held.change <= self.catalogue.newest()

    @contextmanager
    def _closed_on_failure(self) -> Iterator[None]:
        """After a failed step only what the folder holds is sure, so the next attempt opens it anew."""
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _open_current(self) -> Position | None:
        generation = current(self.folder)
        if generation is None:
            return None
        if self._opened != generation:
            self.close()
            self.projection.open(generation)
            self._opened = generation
        return self.projection.position()

    def _apply_after(self, held: Position, progress: Callable[[int, int], None]) -> int:
        newest, start = self.catalogue.newest(), held.change
        while changes := self.catalogue.changes(held.change, STEP):
            held = Position(held.epoch, changes[-1].number, held.version)
            self.projection.apply(step(self.catalogue, changes, held))
            progress(min(held.change, newest) - start, newest - start)
        return held.change - start

    def _fresh_generation(self) -> Path:
        """An empty folder for the next generation; what an interrupted rebuild left behind is removed."""
        self.folder.mkdir(parents=True, exist_ok=True)
        numbers = [int(path.name) for path in _generations(self.folder)]
        _remove_others(self.folder)
        generation = self.folder / str(max(numbers, default=0) + 1)
        generation.mkdir()
        return generation

    def _swap(self, generation: Path) -> None:
        beside = self.folder / "current.new"
        with beside.open("w") as file:
            file.write(generation.name)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.folder / "current")
        _sync_folder(self.folder)
        self._swapped = time.monotonic()

    def _remove_retired(self) -> None:
        """Remove the generations that no reader can still be about to open."""
        if self.folder.is_dir() and time.monotonic() - self._swapped > RETIRED_SECONDS:
            _remove_others(self.folder)
            self._swapped = math.inf


def current(folder: Path) -> Path | None:
    """The generation that readers use, or None before the first one is ready."""
    try:
        name = (folder / "current").read_text().strip()
    except FileNotFoundError:
        return None
    return folder / name if name.isdigit() and (folder / name).is_dir() else None


def step(catalogue: Catalogue, changes: Sequence[Change], position: Position) -> Step:
    """The newest states of what `changes` touched. They may be newer than the changes say; that does no harm:
    the later change comes by again and finds the same state. They are never older."""
    touched: dict[str, dict[str, None]] = {}
    for change in changes:
        touched.setdefault(change.kind, {})[change.id] = None
    ids = {kind: tuple(held) for kind, held in touched.items()}
    stored = catalogue.get_many(ids.get("record", ()))
    kits = catalogue.kits(ids.get("kit", ()))
    live = {id: each for id, each in stored.items() if not each.withdrawn}
    return Step(
        position=position,
        terms=_terms(catalogue, changes),
        records=tuple(live.values()),
        gone_records=tuple(id for id in ids.get("record", ()) if id not in live),
        kits=tuple(kits.values()),
        gone_kits=tuple(id for id in ids.get("kit", ()) if id not in kits),
        schemes=ids.get("scheme", ()),
        concepts=ids.get("concept", ()),
        collections=ids.get("collection", ()),
    )


def _terms(catalogue: Catalogue, changes: Sequence[Change]) -> Terms:
    """The vocabularies as they were after the last of `changes`, or later.

    `catalogue.terms` may be a moment old, and a concept's change that found its old state would never come again.
    """
    terms = catalogue.terms()
    newest = max((change.number for change in changes if change.kind in _VOCABULARY), default=0)
    return terms if newest <= terms.version else vocabularies.snapshot(catalogue.database, terms.base_iri)


def _generations(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.name.isdigit()]


def _remove_others(folder: Path) -> None:
    used = current(folder)
    for path in _generations(folder):
        if path != used:
            shutil.rmtree(path)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
