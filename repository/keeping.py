"""What a served catalogue does by itself: harvests that are due, SHACL behind them, the daily look at links.

Each is a command of its own in a process of its own, so that what it does is what a person would have done, and that
it may be killed at any moment. One runs at a time, and none outlives us.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from harvest import schedule, withheld
from repository.commands.command import KEEPER
from repository.services import Services
from repository.store.changes import read_meta, write_meta, written

_LOOK_SECONDS: Final = 20.0
_LINKS: Final = "links_checked"
_LINKS_EVERY: Final = timedelta(days=1)
_DUMPS: Final = "dumped"
_DUMPS_EVERY: Final = {"daily": timedelta(days=1), "weekly": timedelta(days=7), "monthly": timedelta(days=30)}
_STOP_SECONDS: Final = 5
_REST_SECONDS: Final = 300.0
"""How long the same command is not begun again."""

_LONGEST_SECONDS: Final = 3600
"""How long all that is due may take together, so that a partner who never ends keeps nobody waiting for ever: what is
left comes first the next time, and an open list goes on from where it was."""

_REST: Final = timedelta(seconds=30)
"""How long no record must have changed before SHACL looks."""


def due(services: Services, moment: str) -> list[str]:
    """The ids of sources that are due by now, those that wait longest first; not those whose last list waits for a
    person, since nothing is harvested there."""
    last = services.journal.last_runs()
    waiting_for_somebody = {each.source for each in services.questions.listed(kind=withheld.KIND)}
    waiting = []
    for source in services.journal.sources():
        when = schedule.next_run(source, services.journal.checkpoint(source.id), last.get(source.id))
        if when is not None and when <= moment and source.id not in waiting_for_somebody:
            waiting.append((when, source.id))
    return [id for _, id in sorted(waiting)]


class Keeper:
    """Looks now and then whether something is due, and starts the command that does it."""

    def __init__(self, services: Services, steady: Callable[[], float] = time.monotonic) -> None:
        self.services, self.steady = services, steady
        self.looks = 0.0
        self.rests: dict[str, float] = {}
        self.child: subprocess.Popen[bytes] | None = None

    def poll(self) -> None:
        """To be called again and again; it returns at once."""
        if not self.is_idle:
            return
        self.child = None
        if self.steady() < self.looks:
            return
        self.looks = self.steady() + _LOOK_SECONDS
        words = next((each for each in self._wanted(self.services.now()) if self._is_rested(each)), None)
        if words:
            self.rests[" ".join(words)] = self.steady() + _REST_SECONDS
            self.child = _start(self.services.settings.data, words)

    def _is_rested(self, words: list[str]) -> bool:
        """Whether the same was not begun a moment ago: what fails at once is not begun again and again."""
        return self.steady() >= self.rests.get(" ".join(words), 0.0)

    @property
    def is_idle(self) -> bool:
        """Whether nothing that it started goes on."""
        return self.child is None or self.child.poll() is not None

    def close(self) -> None:
        """End what runs: a harvest writes down that it was interrupted, and goes on the next time."""
        if self.child is None or self.is_idle:
            return
        self.child.terminate()
        try:
            self.child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def _wanted(self, now: datetime) -> Iterator[list[str]]:
        """The commands for which it is time, the most pressing first."""
        if due(self.services, written(now)):
            yield ["harvest", "--due", "--max-seconds", str(_LONGEST_SECONDS)]
        if self.services.curation.is_behind():
            yield ["vocabulary", "settle"]
        if self.services.conformity.is_behind(written(now - _REST)):
            yield ["validate"]
        if self.services.settings.link_checks == "yes" and self._is_due(_LINKS, _LINKS_EVERY, now):
            yield ["check-links"]
        every = _DUMPS_EVERY.get(self.services.settings.dumps)
        if every is not None and self._has_data() and self._is_due(_DUMPS, every, now, True):
            yield ["dump"]

    def _has_data(self) -> bool:
        """Whether there is something to take home, and it is kept here."""
        return not self.services.settings.sparql_engine and self.services.catalogue.totals()[0] > 0

    def _is_due(self, name: str, every: timedelta, now: datetime, at_first: bool = False) -> bool:
        """Once in a while, for the first time so long after the catalogue was first served or, `at_first`, then; the
        day is noted at once, so that what fails is not begun again and again."""
        with self.services.database.reading() as connection:
            held = read_meta(connection, name)
        if held is not None and held > written(now - every):
            return False
        with self.services.database.writing() as connection:
            write_meta(connection, name, written(now))
        return at_first or held is not None


def _start(data: Path, words: list[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "repository.cli", "--data", str(data), "--json", *words]
    return subprocess.Popen(  # noqa: S603 our own words
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, KEEPER: str(os.getpid())},
    )
