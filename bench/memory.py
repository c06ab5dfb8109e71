"""Memory at rest: what the whole family of `mutualis serve` takes, each shared page counted once in all."""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Final

from bench.figures import Figure
from bench.ports import free_port
from bench.synthetic import records
from repository.catalogue import Entry
from repository.following import catch_up_unless_served
from repository.services import create

RECORDS: Final = 2_000
MANY: Final = 20_000
_SERVER_MB: Final = 1024.0
_QUESTION: Final = "sparql?query=SELECT%20(COUNT(*)%20AS%20%3Fn)%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D"


def figures(full: bool) -> list[Figure]:
    """Megabytes after one look at each interface, beside the server of 1 GB that it must run on."""
    with tempfile.TemporaryDirectory(prefix="mutualis-bench-") as name:
        data = Path(name) / "data"
        services = create(data, {})
        made = records(MANY if full else RECORDS, services.terms())
        services.catalogue.put_many(map(Entry, made), services.act("bench", "bench"))
        catch_up_unless_served(services)
        services.close()
        taken, processes = _served(data)
    return [
        Figure("memory at rest, all processes", taken, "MB", "the whole server", _SERVER_MB),
        Figure("processes", processes, ""),
    ]


def _served(data: Path) -> tuple[float, int]:
    port = free_port()
    command = [sys.executable, "-m", "repository.cli", "--data", str(data), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}/"
        _await(f"{address}healthz")
        for path in ("fr/", "fr/search?q=maintenance", "oai?verb=ListRecords&metadataPrefix=oai_dc", _QUESTION):
            urllib.request.urlopen(address + path, timeout=30).read()
        family = _family(process.pid)
        return sum(_megabytes(pid) for pid in family), len(family)
    finally:
        process.terminate()
        process.wait(30)


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


def _family(pid: int) -> list[int]:
    """The process and all that descend from it."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = path.read_text().rpartition(")")[2].split()
        parents[int(path.parent.name)] = int(fields[1])
    found = [pid]
    for each in found:
        found += [child for child, parent in parents.items() if parent == each]
    return found


def _megabytes(pid: int) -> float:
    """The proportional set size, in which a page that n processes share counts for a n-th in each."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
