"""One line for each OAI-PMH request, as JSON, so that nothing in a request can make a line of its own.

Several processes write to one file: each line is one write to its end. Whoever finds the file full moves it aside under
a lock; the others notice that its name now stands for another file.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import Final

import msgspec
from msgspec import Struct

FILE: Final = "logs/oai.jsonl"
LARGEST: Final = 10_000_000
KEPT: Final = 5
"""Bytes of a file before it is moved aside, and how many of those are kept."""

_LONGEST: Final = 200
_LOOK_EVERY: Final = 64

_encoder: Final = msgspec.json.Encoder()


class Line(Struct, omit_defaults=True, kw_only=True):
    """What is noted of a request. `set` and `prefix` are those of the list, also where a token holds them; `cursor` is
    how many records came before this page, `count` how many are on it; `bytes` before compression."""

    at: str
    client: str
    verb: str = ""
    prefix: str = ""
    set: str = ""
    since: str = ""
    until: str = ""
    identifier: str = ""
    cursor: int = 0
    count: int = 0
    error: str = ""
    status: int = 200
    bytes: int = 0
    ms: float = 0.0


def shortened(words: str | None) -> str:
    """Words of a request, no longer than a line of a log should be."""
    return (words or "")[:_LONGEST]


class AccessLog:
    """The log in a data folder; its file and folder are made when the first line is written."""

    def __init__(self, path: Path, largest: int = LARGEST, kept: int = KEPT) -> None:
        self.path, self.largest, self.kept = path, largest, kept
        self._file = -1
        self._written = 0
        self._lock = Lock()

    def write(self, line: Line) -> None:
        """Append a line. A log that cannot be written costs nobody an answer."""
        data = _encoder.encode(line) + b"\n"
        with suppress(OSError), self._lock:
            if self._file < 0 or self._written % _LOOK_EVERY == 0:
                self._look()
            os.write(self._file, data)
            self._written += 1

    def _look(self) -> None:
        """Make sure that the file behind the name is open and has room."""
        if self._file < 0 or self._moved():
            self._open()
        if os.fstat(self._file).st_size >= self.largest:
            self._move_aside()
            self._open()

    def _open(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self.path.parent.mkdir(exist_ok=True)
        self._file = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o640)

    def _moved(self) -> bool:
        try:
            return self.path.stat().st_ino != os.fstat(self._file).st_ino
        except FileNotFoundError:
            return True

    def _move_aside(self) -> None:
        """Rename the files, the oldest away; another process may have done it while this one waited for the lock."""
        with self.path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if self._moved():
                return
            for number in range(self.kept - 1, 0, -1):
                with suppress(FileNotFoundError):
                    self._aside(number).replace(self._aside(number + 1))
            self.path.replace(self._aside(1))

    def _aside(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")
