"""Hard-linked, read-only copies of the triple store, and who may use or delete one.

Layout below the projection's folder: `current` names the generation; `<generation>/checkpoints/newest` names
the newest checkpoint `<n>`, whose users hold a shared lock on `<n>.lock`. The locks die with their holders. The file
of the lock says which data the checkpoint holds.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

import pyoxigraph as ox

FOLDER: Final = "checkpoints"
_NEWEST: Final = "newest"
_KEPT: Final = 2
_TRIALS: Final = 20


class Held(NamedTuple):
    """A checkpoint in use: its folder, and the file whose lock keeps it there."""

    path: Path
    lock: int

    def release(self) -> None:
        os.close(self.lock)


def publish(store: ox.Store, generation: Path, data: str = "") -> Path:
    """Make a checkpoint of a store that readers find as the newest one; returns its folder. `data` names what it
    holds: the epoch and the newest change, "EPOCH-CHANGE"."""
    folder = generation / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / str(max(_numbers(folder), default=0) + 1)
    store.backup(path)
    _lock_of(path).write_text(data)
    beside = folder / f"{_NEWEST}.new"
    beside.write_text(path.name)
    beside.replace(folder / _NEWEST)
    prune(folder)
    return path


def newest(root: Path) -> Path | None:
    """The newest checkpoint of the generation in use, or None before there is one."""
    try:
        folder = root / (root / "current").read_text().strip() / FOLDER
        return folder / (folder / _NEWEST).read_text().strip()
    except FileNotFoundError:
        return None


def newest_of(generation: Path) -> Path | None:
    """The newest checkpoint of one generation."""
    try:
        return generation / FOLDER / (generation / FOLDER / _NEWEST).read_text().strip()
    except FileNotFoundError:
        return None


def hold(root: Path) -> Held | None:
    """Take the newest checkpoint into use; None where there is none.

    It may be deleted between its name being read and its lock being taken; then the next one is tried.
    """
    for _ in range(_TRIALS):
        path = newest(root)
        if path is None:
            return None
        if (held := _take(path)) is not None:
            return held
    return None


def version(path: Path) -> str:
    """Names a checkpoint among all that there ever are: its data, and which copy of them it is. What is asked of one
    version has one answer."""
    return f"{_lock_of(path).read_text() or '0'}-{path.parents[1].name}.{path.name}"


def newest_version(root: Path) -> str:
    """The version of the newest checkpoint of the generation in use, "" before there is one."""
    for _ in range(_TRIALS):
        path = newest(root)
        try:
            return "" if path is None else version(path)
        except FileNotFoundError:  # it went between its name and its file
            continue
    return ""


@contextmanager
def opened(root: Path) -> Iterator[ox.Store | None]:
    """The newest checkpoint as a read-only store, for the length of the block."""
    held = hold(root)
    if held is None:
        yield None
        return
    try:
        yield ox.Store.read_only(str(held.path))
    finally:
        held.release()


def prune(folder: Path) -> None:
    """Delete checkpoints that nobody uses, but for the two newest; and what a killed publisher left behind."""
    for number in sorted(_numbers(folder))[:-_KEPT]:
        path = folder / str(number)
        try:
            lock = os.open(_lock_of(path), os.O_RDWR)
        except FileNotFoundError:
            shutil.rmtree(path)
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            continue
        else:
            shutil.rmtree(path)
            _lock_of(path).unlink()
        finally:
            os.close(lock)


def _take(path: Path) -> Held | None:
    try:
        lock = os.open(_lock_of(path), os.O_RDONLY)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        if os.fstat(lock).st_nlink and path.is_dir():
            return Held(path, lock)
    except BlockingIOError:
        os.close(lock)
        return None
    os.close(lock)
    return None


def _lock_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _numbers(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.iterdir() if path.name.isdigit()]
