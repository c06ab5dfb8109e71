"""One query process: `python -m sparql.pool.worker SOCKET FOLDER PARENT`.

It reads jobs from a socket, answers each from the newest checkpoint, and leaves when nobody asks for a while.
It may be killed at any moment.
"""

import errno
import os
import socket
import sys
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyoxigraph as ox
from msgspec import structs

from sparql.pool import checkpoints, confinement, frames
from sparql.pool.frames import Job, Outcome
from sparql.results import FORMATS, Exceeded, Format, write

IDLE_SECONDS: Final = 60
_MOST_VALUES: Final = 20_000
_FIRST_VALUES: Final = 2
_STEPS_GROW: Final = 8
_FORMATS: Final = {each.name: each for each in FORMATS}


class Reader:
    """The newest checkpoint, opened; changed for a newer one between two queries."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._held: checkpoints.Held | None = None
        self._store: ox.Store | None = None
        self.version = ""
        self._values: dict[str, tuple[str, ...] | None] = {}

    def store(self) -> ox.Store | None:
        if self._held is None or checkpoints.newest(self.root) != self._held.path:
            self.leave()
            self._values.clear()
            self._held = checkpoints.hold(self.root)
            self._store = ox.Store.read_only(str(self._held.path)) if self._held else None
            self.version = checkpoints.version(self._held.path) if self._held else ""
        return self._store

    def values(self, text: str, base_iri: str) -> tuple[str, ...] | None:
        """The values that a query of one variable gives, as N-Triples terms; None where they are too many to be of use,
        cannot stand in another query, or are words: those are as many as the things they name."""
        if text not in self._values and self._store is not None:
            found: Any = self._store.query(text, base_iri=base_iri or None)
            terms = [row[0] for row in islice(found, _MOST_VALUES + 1)]
            useful = len(terms) <= _MOST_VALUES and all(map(_orders, terms))
            self._values[text] = tuple(map(str, terms)) if useful else None
        return self._values.get(text)

    def leave(self) -> None:
        self._store = None
        if self._held is not None:
            self._held.release()
            self._held = None


def _orders(term: Any) -> bool:
    return not isinstance(term, ox.BlankNode) and not (isinstance(term, ox.Literal) and term.language)


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
    store = None
    for again in (True, False):
        try:
            store = reader.store()
            if store is None:
                return Outcome(failure="absent")
            return _first_rows(reader, store, job, output) or _run(store, job, output, reader.version)
        except SyntaxError as error:
            return Outcome(failure="syntax", reason=_complaint(store, job) or str(error))
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
            _empty(output)
    return Outcome(failure="absent")


def _complaint(store: ox.Store | None, job: Job) -> str:
    """What the engine says of the query as it was written, whose places its author knows."""
    if store is None or not job.written:
        return ""
    try:
        store.query(job.written, base_iri=job.base_iri or None)
    except (SyntaxError, ValueError) as error:
        return str(error)
    return ""


def _first_rows(reader: Reader, store: ox.Store, job: Job, output: BinaryIO) -> Outcome | None:
    """Answer by the first values of the variable that orders the rows, more of them until there are rows enough.

    None where that saves nothing. Whatever another value gives stands behind them all, in any order that the query
    goes on with; two values that are equal in that order are taken together.
    """
    top = job.top
    if top is None or job.default_graphs is not None or job.named_graphs is not None:
        return None
    values = reader.values(top.values, job.base_iri)
    if values is None:
        return None
    taken = _FIRST_VALUES
    while (taken := _to_the_next_step(store, values, taken)) < len(values):
        data = f"VALUES {top.variable} {{ {' '.join(values[:taken])} }} "
        narrowed = structs.replace(job, text=job.text[: top.place] + data + job.text[top.place :])
        outcome = _run(store, narrowed, output, reader.version)
        if outcome.rows >= top.needed:
            return outcome
        _empty(output)
        taken *= _STEPS_GROW
    return None


def _to_the_next_step(store: ox.Store, values: tuple[str, ...], taken: int) -> int:
    """`taken`, or further, where the values on both sides of it would be equal."""
    while taken < len(values):
        both = f"ASK {{ VALUES (?a ?b) {{ ({values[taken - 1]} {values[taken]}) }} FILTER(?a = ?b) }}"
        if not store.query(both):
            break
        taken += 1
    return taken


def _empty(output: BinaryIO) -> None:
    output.seek(0)
    output.truncate()


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
