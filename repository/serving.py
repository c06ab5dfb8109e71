"""`serve`: one command, a small family of processes.

The web workers read; one follower applies the feed to the projections. Anything may be killed: a worker or the
follower is started again, and none outlives the process that the command began with.
"""

import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

from repository import app, thrift  # before the workers are forked, so that they start at once and share its memory
from repository.errors import CannotListen, PortInUse
from repository.following import SERVER_LOCK_FILE, holding, settle
from repository.services import open_services, remember_address
from sparql.pool.confinement import die_with

_THREADS: Final = 12  # in each web process: waiting for SQLite or a query worker keeps nobody else waiting
_STOP_SECONDS: Final = 5  # a worker that is told to stop while it still starts does not hear it
_LOCK_SECONDS: Final = 1
_LISTEN_SECONDS: Final = 60
_FOLLOWER_SECONDS: Final = 10
_PAUSE_SECONDS: Final = 0.1
_FOLDER, _ADDRESS, _PARENT = "MUTUALIS_SERVED", "MUTUALIS_ADDRESS", "MUTUALIS_SERVER"


def address(host: str, port: int, base_url: str = "") -> str:
    """The address of the server, ending in "/": the public one where it is given."""
    return base_url.rstrip("/") + "/" if base_url else f"http://{_bracketed(host)}:{port}/"


def serve(data: Path, host: str, port: int, base_url: str, ready: Callable[[], None] = lambda: None) -> None:
    """Serve a catalogue until interrupted; `ready` is called once, when the first request has been answered.

    Raises NoCatalogue, OldCatalogue, PortInUse, CannotListen, and BusyFolder where the folder is served already.
    """
    services = open_services(data, base_url)
    workers = services.settings.web_workers
    services.close()
    check_port(host, port)
    with holding(data, SERVER_LOCK_FILE, _LOCK_SECONDS):
        _settle(data, base_url)
        thrift.be_thrifty()
        thrift.freeze()
        remember_address(data, base_url)
        os.environ.update({_FOLDER: str(data.resolve()), _ADDRESS: base_url, _PARENT: str(os.getpid())})
        server = MPServer(
            "repository.serving:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            factory=True,
            workers=workers,
            blocking_threads=_THREADS,
            respawn_failed_workers=True,
            workers_kill_timeout=_STOP_SECONDS,
            log_level=LogLevels.error,
            websockets=False,
        )
        watch = threading.Thread(target=_watch, args=(server, host, port, ready), daemon=True)
        server.on_startup(watch.start)
        with _follower_process(data, base_url):
            os.register_at_fork(after_in_child=_begin_worker)
            server.serve()


def _settle(data: Path, base_url: str) -> None:
    """Mint addresses anew where they have changed, in a process that takes the memory for it along when it ends: what
    stays with us stays with each of our workers."""
    context = get_context("fork")
    answer, answering = context.Pipe(duplex=False)
    apart = context.Process(target=_settled, args=(answering, data, base_url, os.getpid()), daemon=True)
    # A Ctrl-C is for us: one that came while the process begins would be told by it too.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        apart.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    answering.close()
    try:
        if (error := answer.recv()) is not None:
            raise error
    except EOFError:
        raise ChildProcessError(errno.ECHILD, os.strerror(errno.ECHILD)) from None
    finally:
        apart.kill()
        apart.join()


def _settled(answering: Connection, data: Path, base_url: str, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the parent, with which we end
    die_with(parent)
    error: Exception | None = None
    try:
        services = open_services(data, base_url)
        settle(services)
        services.close()
    except Exception as caught:  # whatever it is, it is told where the command was given
        error = caught
    answering.send(error)


def application() -> Callable[..., object]:
    """The application of one web worker: its data folder and address come by the environment."""
    die_with(int(os.environ[_PARENT]))
    return app.create_app(open_services(Path(os.environ[_FOLDER]), os.environ[_ADDRESS]))


def answers(host: str, port: int) -> bool:
    """Whether a server of ours listens there and can read its catalogue."""
    connection = http.client.HTTPConnection(_reachable(host), port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def check_port(host: str, port: int) -> None:
    """Raises PortInUse or CannotListen where nobody could listen."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(host=host, port=port) from error
            raise CannotListen(host=host, port=port, reason=error.strerror or str(error)) from error


def _begin_worker() -> None:
    os.setpgid(0, 0)  # a Ctrl-C is for the process that the command began with, which then ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # until the server sets its own, which waits for open requests


def _watch(server: MPServer, host: str, port: int, ready: Callable[[], None]) -> None:
    deadline = time.monotonic() + _LISTEN_SECONDS
    while time.monotonic() < deadline and not server.interrupt_signal:
        time.sleep(_PAUSE_SECONDS)  # first of all: the workers are forked meanwhile
        if answers(host, port):
            ready()
            return


@contextmanager
def _follower_process(data: Path, address: str) -> Iterator[None]:
    """A follower beside us, started again when it dies, ended with the block.

    The first one is started here and not in the thread: a web worker that was forked at that moment would hold
    the pipe on which the start is reported, and the thread would wait for its end for ever.
    """
    ended = threading.Event()
    first = _start_follower(data, address)

    def keep(process: subprocess.Popen[bytes]) -> None:
        while True:
            with process:
                while process.poll() is None and not ended.wait(_PAUSE_SECONDS):
                    pass
                _close(process)
            if ended.wait(1):
                return
            process = _start_follower(data, address)

    keeper = threading.Thread(target=keep, args=(first,), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        ended.set()
        keeper.join()


def _start_follower(data: Path, address: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "repository.cli", "--data", str(data), "follow", "--address", address]
    return subprocess.Popen(command, stdin=subprocess.PIPE, start_new_session=True)  # noqa: S603 our own words


def _close(process: subprocess.Popen[bytes]) -> None:
    """End a follower by closing its standard input; one that does not hear it is killed, which does no harm."""
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(_FOLLOWER_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _reachable(host: str) -> str:
    """The address at which we reach ourselves when listening on `host`, which may stand for all addresses."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 nothing listens here
