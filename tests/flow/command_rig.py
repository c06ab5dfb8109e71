"""The command `mutualis` as its users start it: processes of their own, on folders and ports of their own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
SAMPLE = sorted((EXAMPLES / "sample").glob("*.jsonld"))
WORDS = [sys.executable, "-m", "repository.cli"]
PATIENCE = 30.0
"""Seconds after which what has not come will not come."""


def environment(language: str = "en", **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MUTUALIS_")}
    return {**kept, "PYTHONPATH": str(ROOT), "MUTUALIS_LANGUAGE": language, "PYTHONWARNINGS": "ignore", **more}


def mutualis(
    data: Path, *words: object, language: str = "en", limit: Callable[[], None] | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end. `limit` is called in the process before it begins."""
    return subprocess.run(
        [*WORDS, "--data", str(data), *map(str, words)],
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(language, **more),
        cwd=data.parent,
        preexec_fn=limit,
        stdin=subprocess.DEVNULL,
    )


def report(data: Path, *words: object, status: int = 0, **more: Any) -> dict[str, Any]:
    """Run a command that must end with `status`, and read its report."""
    done = mutualis(data, "--json", *words, **more)
    assert done.returncode == status, done.stderr or done.stdout
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


class Served:
    """A running server: its address, its process, and what it says to those who ask."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self.port = process, port
        self.address = f"http://127.0.0.1:{port}/"

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text of an answer; 0 where the connection was refused or broken."""
        request = urllib.request.Request(self.address + path, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def text(self, path: str, **headers: str) -> str:
        status, body = self.get(path, **headers)
        assert status == 200, (path, status, body[:500])
        return body

    def select(self, query: str) -> list[str]:
        """The lines of a SPARQL answer in CSV, without the heading."""
        return self.text(f"sparql?query={urllib.parse.quote(query)}", Accept="text/csv").split()[1:]

    def health(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.text("healthz"))
        return told

    def family(self) -> dict[int, str]:
        """The processes that stem from the command, by number, with their words."""
        return descendants(self.process.pid)

    def stop(self) -> tuple[str, str]:
        self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=PATIENCE)


@contextmanager
def starting(*words: object, language: str = "en") -> Iterator[subprocess.Popen[str]]:
    """A command that goes on until it is stopped, in a session of its own; killed at the end where it still runs."""
    process = subprocess.Popen(
        [*WORDS, *map(str, words)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(language),
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


@contextmanager
def serving(data: Path, *words: object) -> Iterator[Served]:
    port = free_port()
    with starting("--data", data, "serve", "--port", port, *words) as process:
        served = Served(process, port)
        until(lambda: process.poll() is not None or served.get("healthz")[0] == 200, "the server to answer")
        assert process.poll() is None, process.communicate()[1]
        until(lambda: caught_up(served), "search and SPARQL to be built")
        yield served


def caught_up(served: Served) -> bool:
    return all(each["behind"] == 0 for each in served.health()["projections"].values())


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds; fail when it does not come."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        time.sleep(0.05)


def descendants(ancestor: int) -> dict[int, str]:
    parents = {pid: parent for pid in _pids() if (parent := _parent(pid))}
    family = {ancestor}
    while more := {pid for pid, parent in parents.items() if parent in family} - family:
        family |= more
    return {pid: _words(pid) for pid in family - {ancestor}}


def alive(pids: dict[int, str]) -> dict[int, str]:
    """Those of some processes that still run."""
    return {pid: words for pid, words in pids.items() if words and _words(pid) == words}


def _pids() -> list[int]:
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]


def _parent(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _words(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""
