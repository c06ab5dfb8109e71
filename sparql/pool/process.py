"""One query process seen from its parent: started clean, asked, watched, killed."""

import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from sparql.errors import Abandoned, QueryBrokeWorker, QueryTimedOut, QueryTooHeavy
from sparql.pool import frames
from sparql.pool.frames import Job, Outcome
from sparql.query import Limits, Wanted

_WATCH_MILLISECONDS: Final = 20
_LEAVING_SECONDS: Final = 1
_WANTED_SECONDS: Final = 0.25
_ROOT: Final = Path(__file__).resolve().parents[2]
_PAGE: Final = os.sysconf("SC_PAGE_SIZE")


GoOn = Callable[[], bool]


def _always() -> bool:
    return True


class ShortOver(Exception):
    """The query needed more than the first seconds, and may not have them now."""


class Gone(Exception):
    """The process had already left (it does when it is idle for long); the query was not begun."""


class Process:
    """A query process and the socket to it. Not for use by two threads at a time."""

    def __init__(self, folder: Path) -> None:
        ours, theirs = socket.socketpair()
        words = [str(theirs.fileno()), str(folder), str(os.getpid())]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 our own interpreter, module and words
                [sys.executable, "-s", "-m", "sparql.pool.worker", *words],
                env={"PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )
        self._connection = ours

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(
        self, job: Job, output: BinaryIO, limits: Limits, wanted: Wanted | None = None, go_on: GoOn = _always
    ) -> Outcome:
        """Have a job done, its answer written into `output`; given up where it is no longer `wanted`. After the first
        `limits.short` seconds `go_on` is asked whether it may take more; raises ShortOver where it may not.

        Raises QueryTimedOut, QueryTooHeavy, Abandoned or QueryBrokeWorker after killing the process, and Gone.
        """
        try:
            frames.send(self._connection, job, output.fileno())
            self._watch(limits, wanted, go_on)
            received = frames.receive(self._connection, Outcome)
        except (BrokenPipeError, ConnectionResetError):
            received = None
        if received is None:
            if self._leave() == 0:
                raise Gone
            raise QueryBrokeWorker
        outcome: Outcome = received[0]
        return outcome

    def end(self) -> None:
        """Kill the process, whatever it does, and take leave of it."""
        self._connection.close()
        self._process.kill()
        self._process.wait()

    def _leave(self) -> int:
        """Take leave of a process that has closed its end; returns its exit status."""
        self._connection.close()
        try:
            return self._process.wait(_LEAVING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def memory(self) -> int:
        """Bytes of its own that the process holds in memory; 0 where the platform does not say."""
        try:
            _, resident, shared, *_ = Path(f"/proc/{self.pid}/statm").read_text().split()
        except (FileNotFoundError, ProcessLookupError):
            return 0
        return (int(resident) - int(shared)) * _PAGE

    def _watch(self, limits: Limits, wanted: Wanted | None, go_on: GoOn) -> None:
        """Wait for word of the answer; kill the process when it takes too long or too much memory, or is for nobody."""
        began = time.monotonic()
        deadline, look, short = began + limits.seconds, began + _WANTED_SECONDS, began + limits.short
        poll = select.poll()
        poll.register(self._connection, select.POLLIN)
        while not poll.poll(_WATCH_MILLISECONDS):
            if time.monotonic() > deadline:
                self.end()
                raise QueryTimedOut(seconds=f"{limits.seconds:g}")
            if time.monotonic() > short:
                short = deadline + 1
                if not go_on():
                    self.end()
                    raise ShortOver
            if self.memory() > limits.memory:
                self.end()
                raise QueryTooHeavy(megabytes=limits.memory >> 20)
            if wanted is not None and time.monotonic() > look:
                look = time.monotonic() + _WANTED_SECONDS
                if not wanted():
                    self.end()
                    raise Abandoned
