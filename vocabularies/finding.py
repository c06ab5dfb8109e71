"""Looking terms up by what somebody types: beginnings of words, in any language, whatever the case and accents. Pure.

Every name is held folded, and every place in it where a word begins is in one sorted list, so that a beginning is found
by bisection whatever the size of the list.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from repository.record import Text
from vocabularies.concept import Concept
from vocabularies.terms import Terms, fold

_ENOUGH: Final = 4000
"""Names looked at for one question; a single letter begins more in a long list, of which nobody reads all."""


class Named(NamedTuple):
    """A name of a concept, folded as it is looked for; `rank` is 0 for a chosen name, 1 for a code, 2 for another name,
    3 for a word that only leads here."""

    folded: str
    concept: Concept
    text: Text
    rank: int


class Hit(NamedTuple):
    """A concept that was found, and the name by which."""

    concept: Concept
    text: Text


class Finder:
    """The names of some concepts. Withdrawn ones are found too, after all others."""

    def __init__(self, concepts: Sequence[Concept]) -> None:
        self.names = [name for concept in concepts for name in _names(concept)]
        self.places = sorted(
            (name.folded[start:], number) for number, name in enumerate(self.names) for start in _starts(name.folded)
        )
        self.whole: dict[str, list[Named]] = {}
        for name in self.names:
            self.whole.setdefault(name.folded, []).append(name)

    def begin(self, words: str, language: str = "", limit: int = 10) -> list[Hit]:
        """The concepts that have a name in which every one of the words begins a word, the likeliest first: whole names
        before beginnings of names before words inside, chosen names and the reader's language first."""
        wanted = fold(words)
        if not wanted:
            return []
        parts = wanted.split()
        longest = max(parts, key=len)
        best: dict[str, tuple[tuple[object, ...], Named]] = {}
        for name in self._holding(longest):
            if len(parts) > 1 and not all(f" {part}" in f" {name.folded}" for part in parts):
                continue
            order = _order(name, wanted, language)
            held = best.get(name.concept.iri)
            if held is None or order < held[0]:
                best[name.concept.iri] = (order, name)
        ranked = sorted(best.values(), key=lambda pair: pair[0])
        return [Hit(name.concept, name.text) for _, name in ranked[:limit]]

    def exactly(self, words: str) -> list[Named]:
        """The names that are these words, by `fold`."""
        return self.whole.get(fold(words), [])

    def _holding(self, beginning: str) -> Iterator[Named]:
        place, seen = bisect_left(self.places, (beginning, -1)), 0
        while place < len(self.places) and self.places[place][0].startswith(beginning) and seen < _ENOUGH:
            yield self.names[self.places[place][1]]
            place, seen = place + 1, seen + 1


def finder(terms: Terms, scheme: str) -> Finder:
    """The finder of a scheme as a snapshot of the vocabularies has it; made once for each."""
    return terms.once(("finder", scheme), lambda: Finder(terms.in_scheme(scheme)))


def _names(concept: Concept) -> Iterator[Named]:
    for rank, texts in ((0, concept.pref_label), (2, concept.alt_label), (3, concept.hidden_label)):
        for text in texts:
            yield Named(fold(text.value), concept, text, rank)
    if concept.notation:
        yield Named(fold(concept.notation), concept, Text(concept.notation), 1)


def _starts(folded: str) -> Iterator[int]:
    yield 0
    for place, char in enumerate(folded[:-1]):
        if char == " ":
            yield place + 1


def _order(name: Named, wanted: str, language: str) -> tuple[object, ...]:
    nearness = 0 if name.folded == wanted else 1 if name.folded.startswith(wanted) else 2
    foreign = bool(language) and (name.text.language or language).split("-")[0] != language
    return (name.concept.deprecated, nearness, name.rank, foreign, len(name.folded), name.folded, name.concept.iri)
