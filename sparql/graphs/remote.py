"""The triples in a SPARQL 1.1 server elsewhere, as a projection of the catalogue: written by SPARQL Update.

The layout is that of the embedded store. A server whose default graph is the union of all graphs is given the named
ones alone; what it does is found out by trying. How far the server has come stands in its own graph of the dataset, so
that one that was away, or was emptied, is caught up with or filled anew. While it is filled, queries are told to wait.

There is no generation beside the one in use: a rebuild replaces graph after graph, and removes those left over, while
queries go on.
"""

import logging
from collections.abc import Iterable, Iterator
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec
import pyoxigraph as ox
from msgspec import Struct

from repository.namespaces import MU, expand
from repository.profile import forms
from repository.projections import Position, Step
from sparql.engines import remote
from sparql.engines.remote import Server
from sparql.errors import EngineFailed, MalformedRemoteQuery
from sparql.graphs import contents, statements
from sparql.graphs.contents import Standing
from vocabularies.terms import Terms

VERSION: Final = 1
STATE: Final = "remote.json"
_FOLLOWED: Final = MU + "followed"
_PROBE: Final = "urn:mutualis:probe"
_TRIPLES: Final = 2_000
"""Triples in one request: some servers compile each of them, and refuse more."""

_log = logging.getLogger(__name__)


class State(Struct, frozen=True):
    """What is known here of the server: how far it has come, and whether it is being filled."""

    position: Position | None = None
    filling: bool = False


def read_state(generation: Path) -> State:
    """What is known of the server; nothing before it was first written to."""
    try:
        return msgspec.json.decode((generation / STATE).read_bytes(), type=State)
    except FileNotFoundError:
        return State()


def is_filling(folder: Path) -> bool:
    """Whether the server is being filled for the first time, so that its answers would be parts."""
    return any(read_state(path.parent).filling for path in folder.glob(f"*/{STATE}"))


class RemoteProjection:
    """Keeps a SPARQL server up with the catalogue whose addresses begin with `base_iri`; others may have theirs on the
    same server. `standing` is what it says of the catalogue itself."""

    name = "triples"

    def __init__(self, server: Server, base_iri: str, standing: Standing | None = None) -> None:
        self.server, self.base_iri, self.standing = server, base_iri, standing or Standing()
        self._generation = Path()
        self._reached: Position | None = None
        self._union: bool | None = None
        self._fresh = False
        self._written: set[str] = set()

    def version(self, terms: Terms) -> str:
        """What the stored statements depend on beside the feed."""
        words = [self.server.address, terms.base_iri, *self.standing.words(), *statements.expected_parts(terms)]
        return f"remote-{VERSION}-{blake2b(chr(10).join(words).encode(), digest_size=8).hexdigest()}"

    def open(self, folder: Path) -> None:
        self._generation = folder
        self.standing.forget()
        self._fresh = not (folder / STATE).exists()
        self._written = set()
        self._union = None

    def position(self) -> Position | None:
        """How far the server has come, by its own word. Raises EngineUnreachable."""
        if self._fresh:
            return None
        return min(self._positions(), key=lambda each: each.change, default=None)

    def read_position(self, generation: Path) -> Position | None:
        """How far the server had come when it was last written to; nobody is asked for it."""
        state = read_state(generation)
        return None if state.filling else state.position

    def apply(self, step: Step) -> None:
        if self._fresh and self._reached is None:
            self._note(filling=not self._positions())
        held = _Reads(self)
        if step.concepts or step.schemes or step.collections:
            self._put(contents.vocabularies(step, held))
        self._put(contents.records_and_kits(step))
        if step.concepts and not self._fresh:
            self._put(contents.kits_named_after(step, held))
        self._reached = step.position
        if not self._fresh:
            self._remember(step.position, step.terms)

    def is_stale(self) -> bool:
        """Whether something has changed that no step tells of."""
        return self.standing.is_stale()

    def finish(self, terms: Terms) -> None:
        """Say what stands, and let readers in where the server was filled."""
        self._put(self.standing.graphs(terms))
        if self._fresh:
            self._remove_left_over(terms)
            self._fresh = False
        if self._reached is not None:
            self._remember(self._reached, terms)
        self._note()

    def close(self) -> None:
        self._reached = None

    def _note(self, *, filling: bool = False) -> None:
        beside = self._generation / f"{STATE}.new"
        beside.write_bytes(msgspec.json.encode(State(self._reached, filling)))
        beside.replace(self._generation / STATE)

    def _positions(self) -> list[Position]:
        dataset = f"<{self.base_iri}dataset>"
        rows = self._select(f"SELECT ?o WHERE {{ GRAPH ?g {{ {dataset} <{_FOLLOWED}> ?o }} }}")
        return [msgspec.json.decode(row["o"].value, type=Position) for row in rows]

    # Writing

    def _put(self, graphs: Iterable[tuple[str, list[str]]]) -> None:
        """Make named graphs hold exactly these statements, many in one request."""
        together: list[tuple[str, list[str]]] = []
        size = 0
        for graph, said in graphs:
            if not _is_iri(graph):
                _log.warning("The graph %r has no well-formed address and is left out", graph)
                continue
            lines = _sound(graph, said)
            self._written.add(graph)
            if together and size + len(lines) > _TRIPLES:
                self._send(together)
                together, size = [], 0
            together.append((graph, lines))
            size += len(lines)
        if together:
            self._send(together)

    def _send(self, graphs: list[tuple[str, list[str]]]) -> None:
        """Send graphs; where the server refuses them, each half alone. One that it refuses by itself is left out and
        noted: one bad record must not halt all that follow."""
        if len(graphs) == 1 and len(graphs[0][1]) > _TRIPLES:
            self._send_parts(*graphs[0])
            return
        try:
            self._update(" ;\n".join(part for graph in graphs for part in self._replacing(*graph)))
        except (EngineFailed, MalformedRemoteQuery) as error:
            if len(graphs) == 1:
                # What it said before must not stay; where this fails too, it is not for the graph.
                self._update(" ;\n".join(self._replacing(graphs[0][0], [])))
                _log.warning("The SPARQL server refuses the graph %s: %s", graphs[0][0], error)
                return
            half = len(graphs) // 2
            self._send(graphs[:half])
            self._send(graphs[half:])

    def _send_parts(self, graph: str, lines: list[str]) -> None:
        """A graph that is too long for one request goes in several."""
        self._update(" ;\n".join(self._replacing(graph, [])))
        for start in range(0, len(lines), _TRIPLES):
            self._update(self._inserting(graph, lines[start : start + _TRIPLES]))

    def _replacing(self, graph: str, lines: list[str]) -> Iterator[str]:
        """What a graph no longer says goes first from the default graph, unless another graph says it too."""
        if not self._is_union():
            yield (
                f"DELETE {{ ?s ?p ?o }} WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} "
                f"FILTER NOT EXISTS {{ GRAPH ?other {{ ?s ?p ?o }} FILTER (?other != <{graph}>) }} }}"
            )
        yield f"DROP SILENT GRAPH <{graph}>"
        if lines:
            yield self._inserting(graph, lines)

    def _inserting(self, graph: str, lines: list[str]) -> str:
        text = "\n".join(lines)
        default = "" if self._is_union() else text
        return f"INSERT DATA {{ {default}\nGRAPH <{graph}> {{ {text} }} }}"

    def _remember(self, position: Position, terms: Terms) -> None:
        """Write the position into the dataset's own graph, in one request with the removal of the one before."""
        graph, subject = statements.graph_iri("dataset", terms), statements.dataset_iri(terms)
        words = ox.Literal(msgspec.json.encode(position).decode())
        line = f"<{subject}> <{_FOLLOWED}> {words}"
        parts = [f"DELETE WHERE {{ GRAPH <{graph}> {{ ?s <{_FOLLOWED}> ?o }} }}"]
        if not self._is_union():
            parts.append(f"DELETE WHERE {{ <{subject}> <{_FOLLOWED}> ?o }}")
        self._update(" ;\n".join([*parts, self._inserting(graph, [f"{line} ."])]))

    def _remove_left_over(self, terms: Terms) -> None:
        """Remove what stood there before and is no longer said; graphs of others are left alone."""
        ours = (terms.base_iri + "graph/", MU)
        rows = self._select("SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }")
        names = {row["g"].value for row in rows}
        self._put((name, []) for name in sorted(names - self._written) if name.startswith(ours))

    def _is_union(self) -> bool:
        """Whether the server's default graph shows what is in named ones. Source: SPARQL 1.1 Service Description,
        sd:UnionDefaultGraph, which few servers state."""
        if self._union is None:
            self._update(f"INSERT DATA {{ GRAPH <{_PROBE}> {{ <{_PROBE}> <{_PROBE}> <{_PROBE}> }} }}")
            self._union = bool(self._select(f"SELECT ?o WHERE {{ <{_PROBE}> <{_PROBE}> ?o }}"))
            self._update(f"DROP SILENT GRAPH <{_PROBE}>")
        return self._union

    def _update(self, text: str) -> None:
        remote.update(self.server, text)

    def _select(self, text: str) -> list[Any]:
        return remote.rows(self.server, text)


def _is_iri(text: str) -> bool:
    """Whether a text may stand between angle brackets in an update."""
    return forms.absolute_iri(text) == text


def _sound(graph: str, lines: list[str]) -> list[str]:
    """The lines as a strict parser reads them, written anew: no word of a record can end a term and begin an update.

    A line that is not well-formed is left out; the embedded store takes it as it is.
    """
    try:
        return _written("\n".join(lines))
    except SyntaxError:
        _log.warning("The graph %s holds a term that is not well-formed, which is left out", graph)
    found = []
    for line in lines:
        with suppress(SyntaxError):
            found += _written(line)
    return found


def _written(lines: str) -> list[str]:
    triples = (quad.triple for quad in ox.parse(lines.encode(), ox.RdfFormat.N_TRIPLES))
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode().splitlines()


class _Reads:
    """What is looked up in the server to know which graphs a change touches; nothing while it is filled."""

    def __init__(self, projection: RemoteProjection) -> None:
        self.projection = projection

    def schemes_of(self, concept: str) -> list[str]:
        if not _is_iri(concept):
            return []
        return self._values(f"SELECT DISTINCT ?x WHERE {{ GRAPH ?g {{ <{concept}> <{expand('skos:inScheme')}> ?x }} }}")

    def having(self, predicate: str, value: str) -> list[str]:
        if not _is_iri(value):
            return []
        return self._values(f"SELECT DISTINCT ?x WHERE {{ GRAPH ?g {{ ?x <{predicate}> <{value}> }} }}")

    def lines(self, graph: str) -> list[str]:
        rows = self.projection._select(f"SELECT ?s ?p ?o WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}")
        return [f"{row['s']} {row['p']} {row['o']} ." for row in rows]

    def _values(self, text: str) -> list[str]:
        return [] if self.projection._fresh else [row["x"].value for row in self.projection._select(text)]
