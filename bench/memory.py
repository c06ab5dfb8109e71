"""Memory at rest and at the peak of a harvest: the whole family of `mutualis serve`, each shared page counted once."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Final

from bench.figures import Figure
from bench.harvest import partner
from bench.ports import free_port
from bench.synthetic import records
from repository.catalogue import Entry
from repository.following import catch_up_unless_served
from repository.services import create

RECORDS: Final = 2_000
MANY: Final = 20_000
_SERVER_MB: Final = 1024.0
_BEHIND_IT: Final = 300
"""Tenths of a second in which SHACL begins, and is watched."""

_QUESTION: Final = "sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D"


def figures(full: bool) -> list[Figure]:
    """Megabytes after one look at each interface, and at the peak of a harvest of as many records again with SHACL and
    the projections behind it, beside the server of 1 GB that all must run on."""
    size = MANY if full else RECORDS
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as name:
        data = Path(name) / "data"
        services = create(data, {})
        made = records(size, services.terms())
        services.catalogue.put_many(map(Entry, made), services.act("bench", "bench"))
        catch_up_unless_served(services)
        services.conformity.follow(services.catalogue)
        services.close()
        rest, processes, peak, seconds = _served(data, size)
    return [
        Figure("memory at rest, all processes", rest, "MB", "the whole server", _SERVER_MB),
        Figure("processes", processes, ""),
        Figure(f"memory at the peak of a harvest of {size:,}", peak, "MB", "the whole server", _SERVER_MB),
        Figure("harvested, and visible in SPARQL and search", size / seconds, "records/s"),
    ]


def _served(data: Path, size: int) -> tuple[float, int, float, float]:
    """(megabytes at rest, processes at rest, megabytes at the peak, seconds until a harvest was visible)."""
    port = free_port()
    words = [sys.executable, "-m", "repository.cli", "--data", str(data)]
    process = subprocess.Popen([*words, "serve", "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/"
        _await(f"{address}healthz")
        for path in ("fr/", "fr/search?q=maintenance", "oai?verb=ListRecords&metadataPrefix=oai_dc", _QUESTION):
            urllib.request.urlopen(address + path, timeout=30).read()
        processes = family(process.pid)
        rest = sum(megabytes(pid) for pid in processes)
        with partner(size) as url:
            command = [*words, "harvest", url, "--source", "bench", "--allow-private", "--every", "monthly"]
            peak, seconds = _harvested(process.pid, command, f"{address}healthz")
        return rest, len(processes), peak, seconds
    finally:
        process.terminate()
        process.wait(30)


def _harvested(server: int, command: list[str], health: str) -> tuple[float, float]:
    """Harvest while it is served: (the most that all processes together took, seconds until all was visible)."""
    peak, began = 0.0, time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as harvest:
        while harvest.poll() is None or _behind(health):
            peak = max(peak, sum(megabytes(pid) for pid in [*family(server), harvest.pid]))
            time.sleep(0.1)
    if harvest.returncode:
        raise SystemExit("the harvest failed")
    seconds = time.monotonic() - began
    for _ in range(_BEHIND_IT):  # SHACL comes behind it
        peak = max(peak, sum(megabytes(pid) for pid in family(server)))
        time.sleep(0.1)
    return peak, seconds


def _behind(health: str) -> bool:
    with urllib.request.urlopen(health, timeout=10) as answer:
        return any(each["behind"] for each in json.load(answer)["projections"].values())


def _await(url: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if json.load(answer)["status"] == "ok":
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError(url)


def family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def megabytes(pid: int) -> float:
    """The proportional set size, in which a page that n processes share counts for a n-th in each."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)
