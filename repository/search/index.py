"""What pages ask: words and chosen facets in, one page of ids and the counts of every facet out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, Final

import tantivy
from tantivy import Occur, Query

from repository.projections import current
from repository.search import fields, question
from repository.search.errors import SearchNotReady
from repository.search.fields import FACETS, KIT, RECORD
from repository.search.projection import read_position
from repository.search.question import Attempt

FEW: Final = 3
"""With fewer hits than this, words that differ by a letter or two are looked for as well."""

_DEEPEST: Final = 10_000
_MOST_VALUES: Final = 1000


@dataclass(frozen=True, slots=True)
class Hits:
    """One page of hits and what stands beside it.

    `total` counts all hits; `ids` are those of this page; `facets` gives (value, count) per facet, most first,
    each counted as if nothing had been chosen in that facet itself. `close` says that words were taken which
    only resemble those asked for.
    """

    total: int
    ids: tuple[str, ...] = ()
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    close: bool = False


class SearchIndex:
    """Reads the newest generation below `folder`; looks for a newer commit at each question.

    Any number of threads and processes may read while one process writes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = Lock()
        self._opened: tuple[Path, int, tantivy.Index] | None = None

    def search(
        self,
        words: str,
        language: str,
        chosen: Mapping[str, Sequence[str]],
        page: int = 1,
        size: int = 20,
        *,
        kind: str = RECORD,
        newest: str = "",
        counted: Sequence[str] = FACETS,
    ) -> Hits:
        """Documents of `kind` that hold the words and one of the chosen values of each facet.

        Best first; without words, or with `newest` ("issued" or "change"), the newest first. Of kits the fullest
        are best. `counted` names
        the facets to count. Raises SearchNotReady before the index was first built.
        """
        index = self._current()
        searcher, wanted = index.searcher(), fields.words(words)
        narrowed = question.chosen(index.schema, kind, chosen)
        query, found, attempt = self._attempts(searcher, index.schema, wanted, language, narrowed)
        counts = _counts(searcher, index.schema, query, kind, chosen, counted)
        order = newest or ("" if wanted else "issued")
        start = (max(page, 1) - 1) * size
        ids: tuple[str, ...] = ()
        if size and found and start < _DEEPEST:
            fuller = question.fuller(index.schema) if kind == KIT and wanted else []
            both = Query.boolean_query([(Occur.Must, query), *narrowed, *fuller])
            hits = searcher.search(both, limit=size, offset=start, count=False, order_by_field=order or None).hits
            ids = tuple(searcher.doc(address)["key"][0].partition(":")[2] for _, address in hits)
        return Hits(found, ids, counts, attempt is not Attempt.AS_WRITTEN)

    def ranked(self, words: str, language: str, limit: int) -> list[tuple[str, float]]:
        """The records that hold all the words in any inflection, best first: (id, score), at most `limit`.

        Nothing that only resembles the words is taken. Raises SearchNotReady.
        """
        index, wanted = self._current(), fields.words(words)
        if not wanted or limit < 1:
            return []
        query = question.of_words(index.schema, wanted, language, Attempt.AS_WRITTEN)
        both = Query.boolean_query([(Occur.Must, query), *question.chosen(index.schema, RECORD, {})])
        searcher = index.searcher()
        hits = searcher.search(both, limit=min(limit, _DEEPEST), count=False).hits
        return [(searcher.doc(address)["key"][0].partition(":")[2], float(score)) for score, address in hits]

    def pointing_at(self, id: str, limit: int = 100) -> tuple[str, ...]:
        """The ids of records that name the resource `id` (or work, by its IRI) as source, work, part or whole."""
        index = self._current()
        searcher = index.searcher()
        named = (Occur.Must, Query.term_query(index.schema, "related", id))
        query = Query.boolean_query([named, *question.chosen(index.schema, RECORD, {})])
        hits = searcher.search(query, limit=limit, count=False).hits
        return tuple(sorted(searcher.doc(address)["key"][0].partition(":")[2] for _, address in hits))

    def stamp(self) -> str:
        """Names the state that the next answer comes from; it changes with every commit. "" before the first."""
        generation = current(self.folder)
        return "" if generation is None else f"{generation.name}.{_committed(generation)}"

    def _attempts(
        self,
        searcher: tantivy.Searcher,
        schema: tantivy.Schema,
        words: Sequence[str],
        language: str,
        narrowed: list[tuple[Occur, Query]],
    ) -> tuple[Query, int, Attempt]:
        """The first attempt that finds enough; a more forgiving one only counts where it finds more."""
        query = question.of_words(schema, words, language, Attempt.AS_WRITTEN)
        found, taken = _total(searcher, query, narrowed), Attempt.AS_WRITTEN
        for attempt, enough in ((Attempt.MISSPELT, FEW), (Attempt.HALF, 1)):
            if not words or found >= enough:
                break
            other = question.of_words(schema, words, language, attempt)
            if (total := _total(searcher, other, narrowed)) > found:
                query, found, taken = other, total, attempt
        return query, found, taken

    def _current(self) -> tantivy.Index:
        with self._lock:
            generation = current(self.folder)
            if generation is None:
                raise SearchNotReady()
            committed = _committed(generation)
            if self._opened is None or self._opened[0] != generation:
                self._opened = (generation, committed, _open(generation))
            elif self._opened[1] != committed:
                self._opened[2].reload()
                self._opened = (generation, committed, self._opened[2])
            return self._opened[2]


def _open(generation: Path) -> tantivy.Index:
    position = read_position(generation)
    if position is None or position.version != fields.VERSION:
        raise SearchNotReady()
    index = fields.opened(str(generation))
    index.config_reader("manual")
    index.reload()
    return index


def _committed(generation: Path) -> int:
    """When the index was last committed, as its file says; 0 while the generation is being replaced."""
    try:
        return (generation / "meta.json").stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _total(searcher: tantivy.Searcher, query: Query, narrowed: list[tuple[Occur, Query]]) -> int:
    both = Query.boolean_query([(Occur.Must, query), *narrowed])
    answer: Any = searcher.search(both, limit=1)  # its published types leave `count` out
    return int(answer.count)


def _counts(
    searcher: tantivy.Searcher,
    schema: tantivy.Schema,
    query: Query,
    kind: str,
    chosen: Mapping[str, Sequence[str]],
    counted: Sequence[str],
) -> dict[str, tuple[tuple[str, int], ...]]:
    """The counts of all facets: those with nothing chosen in one pass, each other one without its own choice."""
    open_facets = [name for name in counted if not chosen.get(name)]
    passes = [(open_facets, chosen)] if open_facets else []
    for name in counted:
        if chosen.get(name):
            passes.append(([name], {other: held for other, held in chosen.items() if other != name}))
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for names, others in passes:
        wanted = Query.boolean_query([(Occur.Must, query), *question.chosen(schema, kind, others)])
        asked: dict[str, Any] = {name: {"terms": {"field": name, "size": _MOST_VALUES}} for name in names}
        for name, answer in searcher.aggregate(wanted, asked).items():
            found[name] = tuple((each["key"], each["doc_count"]) for each in answer["buckets"])
    return {name: found.get(name, ()) for name in counted}
