"""A real SPARQL server of its own kind for tests: the binary of the distribution `oxigraph`, on loopback."""

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SECONDS = 20


def binary() -> str | None:
    """Where the server's program is, or None."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.exists() else shutil.which("oxigraph")


@contextmanager
def running(folder: Path, quads: bytes) -> Iterator[str]:
    """A server over these N-Quads; gives the address of its query endpoint."""
    program = binary()
    assert program is not None
    data = folder / "data.nq"
    data.write_bytes(quads)
    store = str(folder / "store")
    subprocess.run([program, "load", "--location", store, "--file", str(data)], check=True, capture_output=True)
    port = free_port()
    command = [program, "serve", "--location", store, "--bind", f"127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.kill()
        process.wait()


@contextmanager
def serving(store: Path, port: int) -> Iterator[str]:
    """A server over a store that stays, at a port; gives the address of its query endpoint."""
    program = binary()
    assert program is not None
    store.mkdir(parents=True, exist_ok=True)
    command = [program, "serve", "--location", str(store), "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/")
        yield f"http://127.0.0.1:{port}/query"
    finally:
        process.kill()
        process.wait()


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port: int = held.getsockname()[1]
        return port


def wait_for(address: str) -> None:
    """Wait until somebody answers there, whatever the answer."""
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except urllib.error.HTTPError as error:
            error.close()
            return
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError(f"nobody answers at {address}")
