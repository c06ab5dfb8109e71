"""`serve`: one command, a small family of processes.

The web workers read; one follower applies the feed to the projections. Whoever holds the lock on
`follower.lock` is the follower of the folder; the lock dies with its holder, so anything may be killed.
"""

import fcntl
import itertools
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from repository.errors import BusyFolder, PortInUse
from repository.projections import Follower
from repository.services import Services, open_services, remember_address, renew_renderings

_POLL_SECONDS: Final = 0.25
_THREADS: Final = 4  # in each web process: waiting for SQLite or a query worker keeps nobody else waiting
_TRUNCATE_EVERY: Final = 40  # polls: SQLite's log is given back about every ten seconds
_STOP_SECONDS: Final = 5  # a worker that is told to stop while it still starts does not hear it
_REBUILD_REQUEST: Final = "rebuild-{name}"
LOCK_FILE: Final = "follower.lock"


def address(host: str, port: int, base_url: str = "") -> str:
    """The address of the server, ending in "/": the public one where it is given."""
    if base_url:
        return base_url.rstrip("/") + "/"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"


def check(data: Path, host: str, port: int) -> None:
    """Fail early, with a sentence, where `serve` could not start. Raises NoCatalogue, PortInUse, BusyFolder."""
    open_services(data).close()
    check_port(host, port)
    with holding(data):
        pass


def serve(data: Path, host: str, port: int, base_url: str) -> None:
    """Serve a catalogue until interrupted; call `check` before."""
    services = open_services(data, base_url)
    workers = services.settings.web_workers
    services.close()
    remember_address(data, base_url)
    os.environ.update({"MUTUALIS_SERVED": str(data.resolve()), "MUTUALIS_ADDRESS": base_url})
    with _follower_process(data, base_url):
        Granian(
            "repository.app:served",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            factory=True,
            workers=workers,
            blocking_threads=_THREADS,
            respawn_failed_workers=True,
            workers_kill_timeout=_STOP_SECONDS,
            log_level=LogLevels.warning,
            websockets=False,
        ).serve()


def end_with_parent() -> None:
    """Stop this process when its standard input closes, however its parent came to its end."""

    def wait() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait, daemon=True).start()


def follow(data: Path, base_url: str) -> None:
    """Keep the projections up with the feed until standard input closes, which it does when the parent dies."""
    with holding(data):
        services = open_services(data, base_url)
        ended = threading.Event()
        threading.Thread(target=_wait_for_parent, args=(ended,), daemon=True).start()
        renew_renderings(services)
        followers = services.followers()
        for poll in itertools.count(1):
            for name, follower in followers.items():
                _advance(follower, data / _REBUILD_REQUEST.format(name=name))
            if poll % _TRUNCATE_EVERY == 0:
                services.database.truncate_log()
            if ended.wait(_POLL_SECONDS):
                break
        for follower in followers.values():
            follower.close()
        services.close()


def catch_up_if_alone(services: Services, advance: Callable[[int, int], None] = lambda done, total: None) -> bool:
    """Bring the projections up now, unless a follower is at work already; returns whether we did it."""
    try:
        with holding(services.settings.data):
            for follower in services.followers().values():
                follower.catch_up(advance)
                follower.close()
            return True
    except BusyFolder:
        return False


def ask_rebuild(services: Services, names: Iterable[str]) -> bool:
    """Ask the follower at work to rebuild projections; False where none is at work and nothing was asked."""
    data = services.settings.data
    try:
        with holding(data):
            return False
    except BusyFolder:
        for name in names:
            (data / _REBUILD_REQUEST.format(name=name)).touch()
        return True


@contextmanager
def holding(data: Path) -> Iterator[None]:
    """Be the one follower of a folder for the length of the block. Raises BusyFolder."""
    with (data / LOCK_FILE).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise BusyFolder(path=data, pid=file.read().strip() or "?") from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def _advance(follower: Follower, request: Path) -> None:
    if request.exists():
        follower.rebuild()
        request.unlink()
    else:
        follower.catch_up()


def _wait_for_parent(ended: threading.Event) -> None:
    sys.stdin.buffer.read()
    ended.set()


@contextmanager
def _follower_process(data: Path, address: str) -> Iterator[None]:
    """A follower beside us, started again when it dies, ended with the block."""
    ended = threading.Event()
    held: list[subprocess.Popen[bytes]] = []

    def keep() -> None:
        while not ended.is_set():
            command = [sys.executable, "-m", "repository.cli", "--data", str(data), "follow", "--address", address]
            process = subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 our own words
            held[:] = [process]
            process.wait()
            ended.wait(1)

    keeper = threading.Thread(target=keep, daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        for process in held:
            if process.stdin:
                process.stdin.close()
            end_process(process)


def end_process(process: subprocess.Popen[bytes], seconds: float = 10) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise PortInUse(host=host, port=port) from error
