"""Turns shared by all web processes of a folder: so many queries at once, and one at a time for each client.

A turn is a lock on a file; it dies with its holder, so no process has to be told of another's end.
"""

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sparql.errors import EndpointBusy

_CLIENTS: Final = 4096
_FIRST_PAUSE, _LONGEST_PAUSE = 0.002, 0.05
_RETRY_SECONDS: Final = 5


class Slots:
    """`count` turns in the files of `folder`; whoever finds none waits up to `patience` seconds."""

    def __init__(self, folder: Path, count: int, patience: float) -> None:
        self.folder, self.count, self.patience = folder, count, patience

    @contextmanager
    def turn(self, client: str) -> Iterator[None]:
        """Hold a turn for the length of the block. Raises EndpointBusy."""
        deadline = time.monotonic() + self.patience
        self.folder.mkdir(parents=True, exist_ok=True)
        with _one_of(self._client_files(client), deadline), _one_of(self._slot_files(), deadline):
            yield

    def _slot_files(self) -> list[Path]:
        return [self.folder / str(number) for number in range(self.count)]

    def _client_files(self, client: str) -> list[Path]:
        """No file for the nameless; two clients that share a number wait for each other, which is rare."""
        if not client:
            return []
        number = int.from_bytes(blake2b(client.encode(), digest_size=4).digest(), "big") % _CLIENTS
        return [self.folder / f"client-{number}"]


@contextmanager
def _one_of(files: Sequence[Path], deadline: float) -> Iterator[None]:
    """Hold the lock of one of some files; nothing to hold where there are none."""
    descriptor = _take(files, deadline) if files else None
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _take(files: Sequence[Path], deadline: float) -> int:
    pause = _FIRST_PAUSE
    while True:
        for path in files:
            if (descriptor := _try(path)) is not None:
                return descriptor
        if time.monotonic() + pause > deadline:
            raise EndpointBusy(seconds=_RETRY_SECONDS)
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
