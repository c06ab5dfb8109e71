"""The triple store as a projection of the catalogue: graph by graph, with exact set semantics.

Every statement stands in the named graph of what it is about and once in the default graph. Removal takes the
default copy first (unless another graph still holds the statement), then the named one, graph by graph: the
named graph thus says what is left to remove, and being killed between any two steps leaves no ghost.

A new store is loaded in bulk by a thread beside, while the statements of the next step are written: nobody reads
the store before `finish`, and one that was interrupted is thrown away. A store in use takes many new graphs at once
in bulk too, which is twice as fast and takes no memory that stays: each load is there whole or not at all, and what a
killed one left is met again as graphs that are known.
"""

import logging
import time
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from hashlib import blake2b
from pathlib import Path
from typing import Any, Final

import msgspec
import pyoxigraph as ox

from repository.namespaces import MU, expand
from repository.projections import Position, Step
from sparql.graphs import contents, statements
from sparql.graphs.contents import Standing
from sparql.pool import checkpoints
from vocabularies.terms import Terms

VERSION: Final = 1
"""Of the statements; another number makes every installation rebuild its store."""

PUBLISH_SECONDS: Final = 1.0
_TOGETHER: Final = 100
_MANY: Final = 40
"""From so many graphs of one step on, the new ones among them are loaded in bulk."""

_UNFLUSHED: Final = 100_000
"""Statements that the engine may hold in memory before they go to disk; each takes about half a kilobyte."""

_DEFAULT: Final = ox.DefaultGraph()
_FOLLOWED: Final = ox.NamedNode(MU + "followed")
_IN_SCHEME: Final = ox.NamedNode(expand("skos:inScheme"))
_log = logging.getLogger(__name__)


class _Read:
    """What is looked up in a store to know which of its graphs a change touches."""

    def __init__(self, store: ox.Store) -> None:
        self.store = store

    def schemes_of(self, concept: str) -> list[str]:
        found = self.store.quads_for_pattern(ox.NamedNode(concept), _IN_SCHEME, None, _DEFAULT)
        return [_value(quad.object) for quad in found]

    def having(self, predicate: str, value: str) -> list[str]:
        found = self.store.quads_for_pattern(None, ox.NamedNode(predicate), ox.NamedNode(value), _DEFAULT)
        return [_value(quad.subject) for quad in found]

    def lines(self, graph: str) -> list[str]:
        found = self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        return [f"{quad.triple} ." for quad in found]


class TripleProjection:
    """Keeps a triple store up with the catalogue, and publishes checkpoints of it for the query processes.

    `standing` is what it says of the catalogue itself.
    """

    name = "triples"

    def __init__(self, standing: Standing | None = None) -> None:
        self.standing = standing or Standing()
        self._generation = Path()
        self._store: ox.Store | None = None
        self._loader: ThreadPoolExecutor | None = None
        self._load: Future[None] | None = None
        self._applied: tuple[Position, Terms] | None = None
        self._published = 0.0
        self._unflushed = 0

    @property
    def store(self) -> ox.Store:
        """The store that is open for writing, with all that was put into it."""
        if self._store is None:
            raise RuntimeError("open() comes first")
        if self._load is not None:
            load, self._load = self._load, None
            load.result()
        return self._store

    def version(self, terms: Terms) -> str:
        """What the stored statements depend on beside the feed."""
        words = [terms.base_iri, *self.standing.words(), *statements.expected_parts(terms)]
        return f"{VERSION}-{blake2b(chr(10).join(words).encode(), digest_size=8).hexdigest()}"

    def open(self, folder: Path) -> None:
        self._generation = folder
        for litter in (folder / "store").glob("bulk-*.sst"):  # of a load that was killed
            litter.unlink(missing_ok=True)
        self._store = ox.Store(folder / "store")
        self.standing.forget()
        self._loader = ThreadPoolExecutor(max_workers=1) if self.position() is None else None

    def position(self) -> Position | None:
        return _position(self.store)

    def read_position(self, generation: Path) -> Position | None:
        """How far a generation has come as its readers see it: the position of its newest checkpoint."""
        path = checkpoints.newest_of(generation)
        return None if path is None else _position(ox.Store.read_only(str(path)))

    def apply(self, step: Step) -> None:
        if step.concepts or step.schemes or step.collections:
            self._put(contents.vocabularies(step, _Read(self.store)))
        self._put(contents.records_and_kits(step))
        if step.concepts:
            self._put(contents.kits_named_after(step, _Read(self.store)))
        self._applied = step.position, step.terms
        if self._loader is None:
            self._remember(*self._applied)

    def is_stale(self) -> bool:
        """Whether something has changed that no step tells of."""
        return self.standing.is_stale()

    def finish(self, terms: Terms) -> None:
        """Give readers what was applied: a checkpoint, at most one a second."""
        self._put(self.standing.graphs(terms))
        if self._applied is not None:
            # While it was loaded, a store had no position: it was to be finished or thrown away.
            self._remember(*self._applied)
        if self._loader is not None:
            self.store.optimize()
            self._end_loading()
        # What comes in meanwhile waits in the feed for the next run, so nothing is lost by waiting here.
        time.sleep(max(0.0, self._published + PUBLISH_SECONDS - time.monotonic()))
        checkpoints.publish(self.store, self._generation, self._data())
        self._published = time.monotonic()

    def _data(self) -> str:
        position = self.position()
        return f"{position.epoch}-{position.change}" if position else ""

    def close(self) -> None:
        self._end_loading()
        self._store = self._applied = None

    def _end_loading(self) -> None:
        """What is still being loaded belongs to a generation that was given up."""
        if self._load is not None:
            wait([self._load])
        if self._loader is not None:
            self._loader.shutdown()
        self._load = self._loader = None

    def _put(self, graphs: Iterable[tuple[str, list[str]]]) -> None:
        """Make named graphs hold exactly these statements; a graph without any is gone."""
        given = list(graphs)
        known = given if self._loader is None and len(given) < _MANY else self._load_fresh(given)
        pending: list[ox.Quad] = []
        for number, (graph, lines) in enumerate(known, 1):
            pending += self._differences(graph, lines)
            if number % _TOGETHER == 0:
                self._extend(pending)
                pending = []
        if pending:
            self._extend(pending)

    def _extend(self, quads: list[ox.Quad]) -> None:
        self.store.extend(quads)
        self._unflushed += len(quads)
        if self._unflushed >= _UNFLUSHED:
            self.store.flush()
            self._unflushed = 0

    def _load_fresh(self, graphs: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
        """Load the graphs that the store does not have, in the background where there is a loader; returns those that
        it has."""
        copies, store = _both_copies(graphs), self.store
        known = [each for each in graphs if store.contains_named_graph(ox.NamedNode(each[0]))]
        if known:
            names = {graph for graph, _ in known}
            copies = _both_copies(each for each in graphs if each[0] not in names)
        # Unchecked, as `_triples` takes them in the end: checking happened when the lines were written.
        if self._loader is not None:
            self._load = self._loader.submit(store.bulk_load, copies, ox.RdfFormat.N_QUADS, lenient=True)
        else:
            store.bulk_load(copies, ox.RdfFormat.N_QUADS, lenient=True)
        return known

    def _differences(self, graph: str, lines: list[str]) -> list[ox.Quad]:
        """Remove what a graph no longer says; returns what is to be added, in both copies.

        Both copies also where the default graph has its own already: another graph that holds the statement
        may lose it before ours is added.
        """
        store, name = self.store, ox.NamedNode(graph)
        wanted = set(_triples(graph, lines))
        held = {quad.triple for quad in store.quads_for_pattern(None, None, None, name)}
        for triple in held - wanted:
            if triple.predicate != _FOLLOWED:
                self._remove(triple, name)
        if not lines:
            store.remove_graph(name)
        missing = [each for each in wanted if each not in held or _quad(each, _DEFAULT) not in store]
        return [_quad(each, place) for each in missing for place in (name, _DEFAULT)]

    def _remove(self, triple: ox.Triple, graph: ox.NamedNode) -> None:
        places = (
            quad.graph_name
            for quad in self.store.quads_for_pattern(triple.subject, triple.predicate, triple.object, None)
        )
        if all(place in (_DEFAULT, graph) for place in places):
            self.store.remove(_quad(triple, _DEFAULT))
        self.store.remove(_quad(triple, graph))

    def _remember(self, position: Position, terms: Terms) -> None:
        """Write the position into the dataset's own graph: the new one first, for there must always be one."""
        graph = ox.NamedNode(statements.graph_iri("dataset", terms))
        subject = ox.NamedNode(statements.dataset_iri(terms))
        words = ox.Literal(msgspec.json.encode(position).decode())
        before = list(self.store.quads_for_pattern(None, _FOLLOWED, None, None))
        self.store.extend([ox.Quad(subject, _FOLLOWED, words, graph)])
        for quad in before:
            if quad.object != words:
                self.store.remove(quad)


def _position(store: ox.Store) -> Position | None:
    """The position that a store has reached; the earliest of two, where a run was killed between them."""
    found = [
        msgspec.json.decode(_value(quad.object), type=Position)
        for quad in store.quads_for_pattern(None, _FOLLOWED, None, None)
    ]
    return min(found, key=lambda each: each.change, default=None)


def _quad(triple: ox.Triple, graph: ox.NamedNode | ox.DefaultGraph) -> ox.Quad:
    return ox.Quad(triple.subject, triple.predicate, triple.object, graph)


def _value(term: Any) -> str:
    """The text of an IRI or literal: our statements hold no other terms."""
    return str(term.value)


def _both_copies(graphs: Iterable[tuple[str, list[str]]]) -> bytes:
    """Graphs as N-Quads, each statement in the default graph and in its named graph.

    A line holds no line end, so " ." before one is the end of a statement.
    """
    parts: list[str] = []
    for graph, lines in graphs:
        text = "".join([f"{line}\n" for line in lines])
        parts += (text, text.replace(" .\n", f" <{graph}> .\n"))
    return "".join(parts).encode()


def _triples(graph: str, lines: list[str]) -> list[ox.Triple]:
    """The lines as triples. A malformed IRI is taken as it is: one bad record must not halt all that follow."""
    data = "\n".join(lines).encode()
    try:
        return [quad.triple for quad in ox.parse(data, ox.RdfFormat.N_TRIPLES)]
    except SyntaxError as error:
        _log.warning("graph %s holds a term that is not well-formed: %s", graph, error)
        return [quad.triple for quad in ox.parse(data, ox.RdfFormat.N_TRIPLES, lenient=True)]
