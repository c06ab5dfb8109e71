"""Who keeps search and SPARQL up with the catalogue: one process of a folder at a time.

Whoever holds the lock on `follower.lock` is the follower of the folder, whoever holds `server.lock` serves it. A
lock dies with its holder, so anything may be killed at any time.
"""

import fcntl
import itertools
import logging
import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Final

from repository import thrift
from repository.errors import BusyFolder
from repository.keeping import Keeper
from repository.projections import Follower
from repository.services import Services, open_services, renew_renderings
from sparql.errors import SparqlError

LOCK_FILE: Final = "follower.lock"
SERVER_LOCK_FILE: Final = "server.lock"
_POLL_SECONDS: Final = 0.25
_SETTLE_SECONDS: Final = 60  # for a command that is bringing them up to date
_TRIAL_SECONDS: Final = 0.02
_TRUNCATE_EVERY: Final = 40  # polls: SQLite's log is given back about every ten seconds
_LEAVE_AFTER: Final = 240  # polls, about a minute
_AWAY_AGAIN: Final = 40  # polls, after a server was away
_NOTES_AGAIN: Final = 240  # polls, after a failure
_REBUILD_REQUEST: Final = "rebuild-{name}"
_log = logging.getLogger(__name__)


def follow(data: Path, base_url: str) -> None:
    """Keep the projections up with the feed until standard input closes, which it does when the parent dies, or until
    a fresh process had better go on."""
    ended = threading.Event()
    threading.Thread(target=_wait_for_parent, args=(ended,), daemon=True).start()
    while not ended.is_set():
        try:
            with holding(data):
                _follow(data, base_url, ended)
                return
        except BusyFolder:  # a command is bringing them up to date and will soon be done
            ended.wait(_POLL_SECONDS)


def _follow(data: Path, base_url: str, ended: threading.Event) -> None:
    services = open_services(data, base_url)
    renew_renderings(services)
    followers, keeper, notes_from = services.followers(), Keeper(services), 0
    again = dict.fromkeys(followers, 0)
    for poll in itertools.count(1):
        for name, follower in followers.items():
            if poll >= again[name] and not _advanced(follower, data / _REBUILD_REQUEST.format(name=name)):
                again[name] = poll + _AWAY_AGAIN
        if poll >= notes_from:
            notes_from = poll if _took_note(services) else poll + _NOTES_AGAIN
        keeper.poll()
        if poll % _TRUNCATE_EVERY == 0:
            services.database.truncate_log()
            if poll >= _LEAVE_AFTER and keeper.is_idle and thrift.is_bloated():
                break  # what a rebuild took is given back by no other way; the server starts another follower
        if ended.wait(_POLL_SECONDS):
            break
    keeper.close()
    for follower in followers.values():
        follower.close()
    services.close()


def _took_note(services: Services) -> bool:
    """Look for duplicates and keywords; what goes wrong with them must not keep search and SPARQL from following."""
    try:
        services.take_note()
    except Exception:
        _log.exception("Looking for duplicates and keywords failed; it is tried again in a minute.")
        return False
    return True


def settle(services: Services, advance: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Where addresses are minted under that of the server, and it is another than before, mint them anew.

    The first questions would otherwise be answered with addresses that lead nowhere. A catalogue with a
    `base_iri` of its own has nothing to settle: another version renews its projections while it is served.
    """
    if services.settings.base_iri:
        return
    with holding(services.settings.data, patience=_SETTLE_SECONDS):
        renew_renderings(services)
        for follower in services.followers().values():
            with suppress(SparqlError):
                follower.catch_up(advance)
            follower.close()


def catch_up_unless_served(services: Services, advance: Callable[[int, int], None] = lambda done, total: None) -> bool:
    """Bring the projections up now, unless the folder is served and so has a follower; returns whether we did it."""
    data = services.settings.data
    while not is_served(data):
        try:
            with holding(data):
                for follower in services.followers().values():
                    with suppress(SparqlError):  # it is caught up with when it is there again
                        follower.catch_up(advance)
                    follower.close()
                services.take_note()
                return True
        except BusyFolder:  # another command does the same; it may have begun before our last change
            time.sleep(_POLL_SECONDS)
    return False


def ask_rebuild(services: Services, names: Iterable[str]) -> bool:
    """Ask the server's follower to rebuild projections; False where the folder is not served: nothing was asked."""
    data = services.settings.data
    served = is_served(data)
    if served:
        for name in names:
            (data / _REBUILD_REQUEST.format(name=name)).touch()
    return served


def is_served(data: Path) -> bool:
    """Whether some process serves the folder at this moment."""
    with (data / SERVER_LOCK_FILE).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)  # shared: two that ask do not take each other for a server
        except BlockingIOError:
            return True
        return False


@contextmanager
def holding(data: Path, name: str = LOCK_FILE, patience: float = 0.0) -> Iterator[None]:
    """Be the one follower (or server) of a folder for the length of the block.

    Raises BusyFolder when another holds it and still does after `patience` seconds.
    """
    with (data / name).open("a+") as file:
        deadline = time.monotonic() + patience
        while not _lock(file):
            if time.monotonic() >= deadline:
                file.seek(0)
                raise BusyFolder(path=data, pid=file.read().strip() or "?")
            time.sleep(_TRIAL_SECONDS)
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def _lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _advanced(follower: Follower, request: Path) -> bool:
    """Bring a projection up; false where the server that holds it is away, and must not keep the others waiting."""
    try:
        if request.exists():
            follower.rebuild()
            request.unlink()
        else:
            follower.catch_up()
    except SparqlError as error:
        _log.warning("%s", error)
        return False
    return True


def _wait_for_parent(ended: threading.Event) -> None:
    # Not sys.stdin: its lock, held by this thread, would be missed at the end of the interpreter.
    while os.read(0, 1024):
        pass
    ended.set()
