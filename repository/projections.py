"""Projections follow the change feed: one code path for live update, recovery after a crash, and rebuild.

A projection lives in generations below its own folder ("search/1", "search/2"); a file `current` names the one
that readers use. A rebuild fills a new generation from change 0 beside the one in use, then swaps the name.
"""

import os
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from repository.catalogue import Catalogue, Stored
from repository.kit import Kit
from repository.store.changes import Change
from vocabularies.terms import Terms

STEP = 1000
"""Changes applied at a time; the position is remembered after each step."""


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

    def apply(self, step: Step) -> None:
        """Bring the opened generation up to `step.position`."""

    def finish(self) -> None:
        """Make the opened generation safe and visible to readers."""

    def close(self) -> None: ...


class Follower:
    """Keeps one projection's current generation up with the feed. One process per folder (see `serving`)."""

    def __init__(self, catalogue: Catalogue, projection: Projection, folder: Path) -> None:
        self.catalogue, self.projection, self.folder = catalogue, projection, folder
        self._opened: Path | None = None

    def catch_up(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Apply everything that is new; returns how many changes that were.

        A generation of another epoch or version is rebuilt beside and swapped.
        """
        wanted = Position(self.catalogue.epoch(), 0, self.projection.version(self.catalogue.terms()))
        held = self._open_current()
        if held is None or (held.epoch, held.version) != (wanted.epoch, wanted.version):
            return self.rebuild(progress)
        applied = self._apply_after(held, progress)
        if applied:
            self.projection.finish()
        return applied

    def rebuild(self, progress: Callable[[int, int], None] = lambda done, total: None) -> int:
        """Make a new generation from the beginning, then let readers see it in place of the old one."""
        self.close()
        generation = self._fresh_generation()
        self.projection.open(generation)
        start = Position(self.catalogue.epoch(), 0, self.projection.version(self.catalogue.terms()))
        applied = self._apply_after(start, progress)
        self.projection.finish()
        self._swap(generation)
        self._opened = generation
        return applied

    def close(self) -> None:
        if self._opened is not None:
            self.projection.close()
            self._opened = None

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
        used = current(self.folder)
        numbers = [int(path.name) for path in self.folder.iterdir() if path.name.isdigit()]
        for path in self.folder.iterdir():
            if path.name.isdigit() and path != used:
                shutil.rmtree(path)
        generation = self.folder / str(max(numbers, default=0) + 1)
        generation.mkdir()
        return generation

    def _swap(self, generation: Path) -> None:
        before = current(self.folder)
        beside = self.folder / "current.new"
        beside.write_text(generation.name)
        beside.replace(self.folder / "current")
        _sync_folder(self.folder)
        if before is not None and before != generation:
            shutil.rmtree(before, ignore_errors=True)


def current(folder: Path) -> Path | None:
    """The generation that readers use, or None before the first one is ready."""
    try:
        generation = folder / (folder / "current").read_text().strip()
    except FileNotFoundError:
        return None
    return generation if generation.is_dir() else None


def step(catalogue: Catalogue, changes: Sequence[Change], position: Position) -> Step:
    """The newest states of what `changes` touched. They may be newer than the changes say; that does no harm:
    the later change comes by again and finds the same state."""
    touched: dict[str, dict[str, None]] = {}
    for change in changes:
        touched.setdefault(change.kind, {})[change.id] = None
    ids = {kind: tuple(held) for kind, held in touched.items()}
    stored = catalogue.get_many(ids.get("record", ()))
    kits = catalogue.kits(ids.get("kit", ()))
    live = {id: each for id, each in stored.items() if not each.withdrawn}
    return Step(
        position=position,
        terms=catalogue.terms(),
        records=tuple(live.values()),
        gone_records=tuple(id for id in ids.get("record", ()) if id not in live),
        kits=tuple(kits.values()),
        gone_kits=tuple(id for id in ids.get("kit", ()) if id not in kits),
        schemes=ids.get("scheme", ()),
        concepts=ids.get("concept", ()),
        collections=ids.get("collection", ()),
    )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
