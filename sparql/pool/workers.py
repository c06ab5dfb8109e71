"""The pool: queries run in processes of their own, as many at once as the installation allows.

Each web process keeps its own query processes and starts them when they are needed; locks in the data folder
see to it that all of them together run no more than `workers` queries at a time. So there is no broker that
could fail, and a process that is killed takes nothing with it but its own query.
"""

import os
import re
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import BinaryIO, Final

from repository.errors import DiskFull
from sparql.admission import undeclared_prefix
from sparql.errors import (
    EndpointBusy,
    EngineFailed,
    LongQueriesBusy,
    MalformedQuery,
    MalformedRemoteQuery,
    NotReady,
    QueryBrokeWorker,
    QueryFailed,
    QueryTimedOut,
    QueryTooHeavy,
    SparqlError,
    TooManyAtOnce,
    TooManyBytes,
    TooManyRows,
)
from sparql.pool import checkpoints
from sparql.pool.frames import Job, Outcome
from sparql.pool.kept import Kept
from sparql.pool.process import Gone, GoOn, Process, ShortOver
from sparql.pool.slots import NoTurn, Slots
from sparql.query import Answer, Limits, Question

_PATIENCE_SECONDS: Final = 5.0
_RETRY_SECONDS: Final = 5
_WORTH_KEEPING: Final = 0.01
_DEAR_SECONDS: Final = 2.0
_WAITING: Final = 4
_PLACE: Final = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)

_NOT_OFFERED: Final = ("[_]", "LATERAL", "SERVICE")


class Pool:
    """Answers questions from the newest checkpoint below `folder` (that of the projection).

    Safe for many threads, and for being carried into a forked process before its first use there.
    """

    def __init__(self, folder: Path, workers: int, limits: Limits, patience: float = _PATIENCE_SECONDS) -> None:
        self.folder, self.limits, self.workers = folder, limits, workers
        self._slots = Slots(folder / "slots", patience)
        self._kept = Kept(folder / "answers")
        self._waiting = BoundedSemaphore(_WAITING)
        self._idle: list[Process] = []
        self._lock = Lock()
        self._owner = 0
        self._starter: ThreadPoolExecutor | None = None

    def ask(self, question: Question) -> Answer:
        """Answer one question within the limits. Raises the errors of `sparql.errors`, and DiskFull."""
        if (held := self._kept.find(question, self.version())) is not None:
            return held
        began = time.monotonic()
        try:
            with self._slots.client(question.client) if question.client else nullcontext():
                answer = self._in_a_lane(question)
        except NoTurn:
            raise TooManyAtOnce(seconds=_RETRY_SECONDS) from None
        if time.monotonic() - began > _WORTH_KEEPING:
            self._kept.keep(question, answer)
        return answer

    def version(self) -> str:
        """The version of the data that a question would be asked of now, "" before there are any."""
        return checkpoints.newest_version(self.folder)

    def close(self) -> None:
        """End the processes that are idle; those at work end with their query."""
        with self._lock:
            idle, self._idle = self._idle, []
            starter, self._starter = self._starter, None
        for process in idle:
            process.end()
        if starter is not None:
            starter.shutdown()

    def _in_a_lane(self, question: Question) -> Answer:
        """Ask among all the others for a short while; one that needs more goes on among the long ones, where there is
        room, and else begins anew there. So a cheap question waits for cheap ones only.

        A client that asked something dear a moment ago is sent to the long ones at once: eight who ask nothing else
        would take all the short turns between them.
        """
        client = question.client
        if client and self._slots.is_marked(client):
            return self._among_the_long(question)
        began = time.monotonic()
        with ExitStack() as short, ExitStack() as long:
            self._enter(short, "short", self.workers, EndpointBusy(seconds=_RETRY_SECONDS))
            try:
                return self._answered(question, lambda: self._moved(short, long))
            except ShortOver:
                self._mark(client)
            except (QueryTimedOut, QueryTooHeavy, QueryBrokeWorker):
                self._mark(client)
                raise
            finally:
                if time.monotonic() - began > _DEAR_SECONDS:
                    self._mark(client)
        return self._among_the_long(question)

    def _mark(self, client: str) -> None:
        if client:
            self._slots.mark(client)

    def _among_the_long(self, question: Question) -> Answer:
        """Ask in the lane of the long ones; few may wait for it at a time, since each that waits keeps a thread."""
        busy = LongQueriesBusy(short=f"{self.limits.short:g}", seconds=_RETRY_SECONDS)
        if not self._waiting.acquire(blocking=False):
            raise busy
        try:
            with ExitStack() as held:
                self._enter(held, "long", self._long_turns(), busy)
                return self._answered(question, lambda: True)
        finally:
            self._waiting.release()

    def _moved(self, short: ExitStack, long: ExitStack) -> bool:
        """Change a short turn for a long one, if one is free."""
        try:
            long.enter_context(self._slots.lane("long", self._long_turns(), patience=0))
        except NoTurn:
            return False
        short.close()
        return True

    def _long_turns(self) -> int:
        return max(1, self.workers // 2)

    def _enter(self, held: ExitStack, lane: str, count: int, busy: SparqlError) -> None:
        try:
            held.enter_context(self._slots.lane(lane, count))
        except NoTurn:
            raise busy from None

    def _answered(self, question: Question, go_on: GoOn) -> Answer:
        output = tempfile.TemporaryFile(dir=self.folder)  # noqa: SIM115 the answer's reader closes it
        try:
            outcome = self._have_done(question, output, go_on)
            self._check(outcome, question.written or question.text)
        except BaseException:
            output.close()
            raise
        output.seek(0)
        return Answer(
            format=question.format, file=output, size=outcome.size, rows=outcome.rows, version=outcome.version
        )

    def _job(self, question: Question) -> Job:
        return Job(
            text=question.text,
            format=question.format.name,
            written=question.written,
            top=question.top,
            base_iri=question.base_iri,
            default_graphs=question.default_graphs,
            named_graphs=question.named_graphs,
            rows=self.limits.rows,
            bytes=self.limits.bytes,
        )

    def _have_done(self, question: Question, output: BinaryIO, go_on: GoOn) -> Outcome:
        job = self._job(question)
        while True:
            process, fresh = self._take()
            try:
                outcome = process.ask(job, output, self.limits, question.wanted, go_on)
            except Gone:
                if fresh:
                    raise EngineFailed(reason="its process left at once") from None
                continue
            self._give_back(process)
            return outcome

    def _take(self) -> tuple[Process, bool]:
        """A process to ask, and whether it was started for it."""
        with self._lock:
            if self._owner != os.getpid():  # after a fork, the parent's processes are not ours
                self._owner, self._idle, self._starter = os.getpid(), [], None
            if self._idle:
                return self._idle.pop(), False
            # Processes die with the thread that started them, so one thread starts them all and stays.
            self._starter = self._starter or ThreadPoolExecutor(1, "query-process-starter")
            return self._starter.submit(Process, self.folder).result(), True

    def _give_back(self, process: Process) -> None:
        if process.memory() > self.limits.memory // 2:
            process.end()
            return
        with self._lock:
            self._idle.append(process)

    def _check(self, outcome: Outcome, text: str) -> None:
        match outcome.failure:
            case "":
                return
            case "syntax":
                raise malformed(outcome.reason, text)
            case "evaluation":
                raise QueryFailed(reason=outcome.reason.rstrip("."))
            case "rows":
                raise TooManyRows(most=self.limits.rows)
            case "bytes":
                raise TooManyBytes(most=self.limits.bytes)
            case "absent":
                raise NotReady(seconds=_RETRY_SECONDS)
            case "disk":
                raise DiskFull(path=self.folder)
            case _:
                raise EngineFailed(reason=outcome.reason)


def malformed(reason: str, text: str) -> SparqlError:
    """The engine's complaint about a query as an error that names the place and what may stand there."""
    found = _PLACE.match(reason)
    if (cause := undeclared_prefix(text)) is not None:
        return cause
    if found is None:
        return MalformedRemoteQuery(reason=reason.rstrip("."))
    wanted = found[3].removeprefix("expected ").removeprefix("one of ").split(", ")
    expected = ", ".join(each for each in wanted if each not in _NOT_OFFERED) or "…"
    return MalformedQuery(line=int(found[1]), column=int(found[2]), expected=expected)
