"""One query process: `python -m sparql.pool.worker SOCKET FOLDER PARENT`.

It reads jobs from a socket, answers each from the newest checkpoint, and leaves when nobody asks for a while.
It may be killed at any moment.
"""

import errno
import os
import socket
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyoxigraph as ox

from sparql.pool import checkpoints, confinement, frames
from sparql.pool.frames import Job, Outcome
from sparql.results import FORMATS, Exceeded, Format, write

IDLE_SECONDS: Final = 60
_FORMATS: Final = {each.name: each for each in FORMATS}


class Reader:
    """The newest checkpoint, opened; changed for a newer one between two queries."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._held: checkpoints.Held | None = None
        self._store: ox.Store | None = None
        self.version = ""

    def store(self) -> ox.Store | None:
        if self._held is None or checkpoints.newest(self.root) != self._held.path:
            self.leave()
            self._held = checkpoints.hold(self.root)
            self._store = ox.Store.read_only(str(self._held.path)) if self._held else None
            self.version = checkpoints.version(self._held.path) if self._held else ""
        return self._store

    def leave(self) -> None:
        self._store = None
        if self._held is not None:
            self._held.release()
            self._held = None


def main(arguments: list[str]) -> None:
    descriptor, folder, parent = arguments
    confinement.die_with(int(parent))
    connection = socket.socket(fileno=int(descriptor))
    confinement.leave_network()
    connection.settimeout(IDLE_SECONDS)
    reader = Reader(Path(folder))
    try:
        while (received := frames.receive(connection, Job)) is not None:
            job, file = received
            with os.fdopen(file, "wb") as output:
                outcome = answer(reader, job, output)
            frames.send(connection, outcome)
    except TimeoutError:
        return


def answer(reader: Reader, job: Job, output: BinaryIO) -> Outcome:
    """Answer one job. A checkpoint that a rebuild took away under us is left for the newest, once."""
    for again in (True, False):
        try:
            store = reader.store()
            return _run(store, job, output, reader.version) if store is not None else Outcome(failure="absent")
        except SyntaxError as error:
            return Outcome(failure="syntax", reason=str(error))
        except Exceeded as error:
            return Outcome(failure=str(error))
        except (RuntimeError, ValueError) as error:
            return Outcome(failure="evaluation", reason=str(error))
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                return Outcome(failure="disk")
            if not again:
                return Outcome(failure="engine", reason=str(error))
            reader.leave()
            output.seek(0)
            output.truncate()
    return Outcome(failure="absent")


def _run(store: ox.Store, job: Job, output: BinaryIO, version: str) -> Outcome:
    results = store.query(job.text, base_iri=job.base_iri or None, **dataset(job))
    rows, size = write(results, _form(job), output, job.rows, job.bytes)
    output.flush()
    return Outcome(rows=rows, size=size, version=version)


def dataset(job: Job) -> dict[str, Any]:
    """The protocol's dataset as the engine's arguments: either parameter alone leaves the other part empty.

    Source: SPARQL 1.1 Protocol, section 2.1.4.
    """
    if job.default_graphs is None and job.named_graphs is None:
        return {}
    return {
        "default_graph": [ox.NamedNode(iri) for iri in job.default_graphs or ()],
        "named_graphs": [ox.NamedNode(iri) for iri in job.named_graphs or ()],
    }


def _form(job: Job) -> Format:
    return _FORMATS[job.format]


if __name__ == "__main__":
    main(sys.argv[1:])
