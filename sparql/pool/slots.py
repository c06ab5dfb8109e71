"""Turns shared by all web processes of a folder: so many queries at once, and one at a time for each client.

A turn is a lock on a file; it dies with its holder, so no process has to be told of another's end.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from typing import Final

_CLIENTS: Final = 4096
MARKED_SECONDS: Final = 60.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.05


class NoTurn(Exception):
    """Nobody gave back a turn in time."""


class Slots:
    """Turns in the files of `folder`; whoever finds none waits up to `patience` seconds. Raise NoTurn."""

    def __init__(self, folder: Path, patience: float) -> None:
        self.folder, self.patience = folder, patience

    @contextmanager
    def lane(self, name: str, count: int, patience: float | None = None) -> Iterator[None]:
        """Hold one of the `count` turns of a lane for the length of the block."""
        with self._one_of([f"{name}-{number}" for number in range(count)], patience):
            yield

    @contextmanager
    def client(self, name: str) -> Iterator[None]:
        """Hold the turn of a client; two that share a number wait for each other, which is rare."""
        with self._one_of([_of_client(name)]):
            yield

    def mark(self, client: str, seconds: float = MARKED_SECONDS) -> None:
        """Remember of a client that it asks dear questions, for so long."""
        with suppress(OSError):
            self._mark_of(client).write_text(str(time.monotonic() + seconds))

    def is_marked(self, client: str) -> bool:
        """Whether a client asked something dear a moment ago. The machine's own count of seconds tells it, which all
        processes share; one from before the machine was started anew is in no relation to now."""
        try:
            left = float(self._mark_of(client).read_text()) - time.monotonic()
        except (OSError, ValueError):
            return False
        return 0 < left <= MARKED_SECONDS

    def _mark_of(self, client: str) -> Path:
        return self.folder / f"marked-{_of_client(client)}"

    @contextmanager
    def _one_of(self, names: Sequence[str], patience: float | None = None) -> Iterator[None]:
        self.folder.mkdir(parents=True, exist_ok=True)
        patience = self.patience if patience is None else patience
        descriptor = _take([self.folder / name for name in names], time.monotonic() + patience)
        try:
            yield
        finally:
            os.close(descriptor)


def _of_client(name: str) -> str:
    """The file of a client's turn."""
    number = int.from_bytes(blake2b(name.encode(), digest_size=4).digest(), "big") % _CLIENTS
    return f"client-{number}"


def _take(files: Sequence[Path], deadline: float) -> int:
    pause = _FIRST_PAUSE
    while True:
        for path in files:
            if (descriptor := _try(path)) is not None:
                return descriptor
        if time.monotonic() + pause > deadline:
            raise NoTurn
        time.sleep(pause)
        pause = min(pause * 2, _LONGEST_PAUSE)


def _try(path: Path) -> int | None:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
