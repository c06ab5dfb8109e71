"""The search index as a projection: it follows the change feed, and can be thrown away and made again."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec
import tantivy

from repository.catalogue import Catalogue
from repository.projections import Position, Step
from repository.search import documents, fields
from repository.search.fields import KIT, RECORD
from vocabularies.terms import Terms

_MEMORY: Final = 32_000_000
"""Bytes that the writer fills before it writes a segment: small enough for a 1 GB server."""

_PENDING: Final = 20_000
"""Documents staged before they are committed, so that a rebuild does not commit at every step."""

_POSITION: Final = "position.json"
_LOOKED_UP: Final = 500


class SearchProjection:
    """Keeps one generation of the index up with the catalogue. One process writes at a time.

    `catalogue` is asked again for the records and kits that use a concept which changed.
    """

    name = "search"

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self._folder = Path()
        self._index: tantivy.Index | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._pending = 0
        self._reached: Position | None = None

    def version(self, terms: Terms) -> str:
        return fields.VERSION

    def open(self, folder: Path) -> None:
        # The index itself is opened by the first step: an older one may not fit, and is then only replaced.
        self._folder, self._index, self._writer = folder, None, None
        self._pending, self._reached = 0, read_position(folder)

    def position(self) -> Position | None:
        return self._reached

    def read_position(self, generation: Path) -> Position | None:
        return read_position(generation)

    def apply(self, step: Step) -> None:
        """Stage a step; it is committed with those after it, and its position remembered after the commit."""
        gone = [f"{RECORD}:{id}" for id in step.gone_records] + [f"{KIT}:{id}" for id in step.gone_kits]
        for key in gone:
            self._writing().delete_documents_by_term("key", key)
        self._put(documents.of_record(each, step.terms) for each in step.records)
        self._put(documents.of_kit(each, step.terms) for each in step.kits)
        if step.concepts:
            self._put_again(step.concepts, step.terms)
        self._reached = step.position
        if self._pending >= _PENDING:
            self.finish(step.terms)

    def is_stale(self) -> bool:
        return False

    def finish(self, terms: Terms) -> None:
        self._writing().commit()
        self._pending = 0
        if self._reached is not None:
            write_position(self._folder, self._reached)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.wait_merging_threads()
        self._index = self._writer = None

    def _writing(self) -> tantivy.IndexWriter:
        if self._writer is None:
            self._index = fields.opened(str(self._folder))
            self._writer = self._index.writer(_MEMORY, 1)
        return self._writer

    def _put(self, made: Iterable[documents.Document]) -> None:
        writer = self._writing()
        for document in made:
            writer.delete_documents_by_term("key", document["key"])
            writer.add_document(tantivy.Document(**document))
            self._pending += 1

    def _put_again(self, concepts: Sequence[str], terms: Terms) -> None:
        """Index again what uses any of `concepts`, whose labels or broader concepts may have changed."""
        if self._pending:
            self._writing().commit()
            self._pending = 0
        keys = self._using(concepts)
        for start in range(0, len(keys), _LOOKED_UP):
            held: dict[str, list[str]] = {RECORD: [], KIT: []}
            for key in keys[start : start + _LOOKED_UP]:
                kind, _, id = key.partition(":")
                held[kind].append(id)
            stored = self.catalogue.get_many(held[RECORD]).values()
            self._put(documents.of_record(each, terms) for each in stored if not each.withdrawn)
            self._put(documents.of_kit(each, terms) for each in self.catalogue.kits(held[KIT]).values())

    def _using(self, concepts: Sequence[str]) -> list[str]:
        self._writing()
        assert self._index is not None  # noqa: S101 - opened by the line above
        self._index.reload()
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return []
        wanted = tantivy.Query.term_set_query(self._index.schema, "concept", list(concepts))
        hits = searcher.search(wanted, limit=searcher.num_docs, count=False).hits
        return [searcher.doc(address)["key"][0] for _, address in hits]


def read_position(folder: Path) -> Position | None:
    """How far the generation in `folder` has come; None for one that was never committed."""
    try:
        return msgspec.json.decode((folder / _POSITION).read_bytes(), type=Position)
    except FileNotFoundError:
        return None


def write_position(folder: Path, position: Position) -> None:
    beside = folder / (_POSITION + ".new")
    beside.write_bytes(msgspec.json.encode(position))
    beside.replace(folder / _POSITION)
