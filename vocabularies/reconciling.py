"""Which terms words may mean, with a score: what a reconciliation service answers. Pure.

Scores are from 0 to 100. A chosen name in the language of the question counts most; other names, other languages and
words that are only alike count less, and properties that are given with the words add to it or take from it. Source:
Reconciliation Service API 0.2 (W3C Entity Reconciliation Community Group, 2023).
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any, Final

from msgspec import Struct

from repository.record import Text
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.finding import Finder, Named
from vocabularies.matching import telling
from vocabularies.terms import Terms, fold

_WHOLE: Final = {0: 100.0, 1: 100.0, 2: 94.0, 3: 88.0}
_FOREIGN: Final = 6.0
_WITHDRAWN: Final = 20.0
_LEAST: Final = 40.0
_SURE: Final = 90.0
_APART: Final = 8.0
_COMMON: Final = 400
_MOST_WORDS: Final = 16
"""Words of a question that are compared one by one, its longest: anybody may ask, and each word costs."""
_PROPERTY: Final = 10.0
_CODE: Final = 45.0
"""What a property that agrees adds; a code says more than all words."""

PROPERTIES: Final = (
    "prefLabel",
    "altLabel",
    "definition",
    "notation",
    "broader",
    "narrower",
    "related",
    "replacedBy",
    *("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"),
)
"""What can be asked of a term, and given with a question."""

_ATTRIBUTE: Final = {
    "prefLabel": "pref_label",
    "altLabel": "alt_label",
    "replacedBy": "replaced_by",
    **dict(zip(("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"), MAPPINGS, strict=True)),
}


class Scored(Struct, frozen=True):
    """A term that words may mean; `match` says that it is so sure that nobody need look."""

    concept: Concept
    text: Text
    score: float
    match: bool = False


class Reconciler:
    """One scheme made ready for questions: its names by whole words and by the beginnings of words."""

    def __init__(self, terms: Terms, scheme: str) -> None:
        self.terms = terms
        self.scheme = scheme
        self.finder = Finder(terms.in_scheme(scheme))
        self.telling: dict[tuple[str, ...], list[Named]] = {}
        self.starts: dict[str, list[tuple[tuple[str, ...], Named]]] = {}
        for name in self.finder.names:
            words = tuple(sorted(telling(name.folded)))
            self.telling.setdefault(words, []).append(name)
            for word in set(words):
                self.starts.setdefault(word[:4], []).append((words, name))

    def ask(
        self,
        words: str,
        language: str = "",
        limit: int = 10,
        properties: Sequence[tuple[str, str]] = (),
    ) -> list[Scored]:
        """The terms that words may mean, best first."""
        best: dict[str, tuple[float, Named]] = {}
        for score, name in self._scored(words, language):
            if score > best.get(name.concept.iri, (0.0, name))[0]:
                best[name.concept.iri] = (score, name)
        if (named := self._by_address(words)) is not None:
            best[named.concept.iri] = (100.0, named)
        held = [(self._weighed(score, name.concept, properties), name) for score, name in best.values()]
        held = sorted((each for each in held if each[0] >= _LEAST), key=lambda each: (-each[0], each[1].concept.iri))
        second = held[1][0] if len(held) > 1 else 0.0
        sure = bool(held) and held[0][0] >= _SURE and held[0][0] - second >= _APART
        return [
            Scored(name.concept, name.text, round(score, 1), sure and place == 0)
            for place, (score, name) in enumerate(held[:limit])
        ]

    def _by_address(self, words: str) -> Named | None:
        concept = self.terms.concept(words.strip())
        return Named("", concept, Text(words), 0) if concept and concept.scheme == self.scheme else None

    def _scored(self, words: str, language: str) -> Iterable[tuple[float, Named]]:
        folded = fold(words)
        for name in self.finder.whole.get(folded, ()):
            yield _WHOLE[name.rank] - _loss(name, language), name
        wanted = tuple(sorted(telling(words)))
        if not wanted:
            return
        for name in self.telling.get(wanted, ()):
            yield _WHOLE[name.rank] - 3 - _loss(name, language), name
        seen: set[int] = set()
        wanted = tuple(sorted(wanted, key=len)[-_MOST_WORDS:])
        for word in wanted:
            held = self.starts.get(word[:4], ())
            for other, name in held if len(held) <= _COMMON else ():
                if id(name) not in seen:
                    seen.add(id(name))
                    if (likeness := _likeness(wanted, other)) > 0.4:
                        yield 90 * likeness - _loss(name, language), name

    def _weighed(self, score: float, concept: Concept, properties: Sequence[tuple[str, str]]) -> float:
        """The score with what else was given: each property that agrees adds, each that does not takes away."""
        if concept.deprecated:
            score -= _WITHDRAWN
        for name, value in properties:
            held = values(concept, name, self.terms)
            if not held:
                continue
            wanted = fold(value)
            agrees = any(fold(each) == wanted for each in _names_of(held, self.terms))
            score += (_CODE if name == "notation" else _PROPERTY) if agrees else -_PROPERTY
        return max(0.0, min(100.0, score))


def reconciler(terms: Terms, scheme: str) -> Reconciler:
    """The reconciler of a scheme as a snapshot has it; made once for each."""
    return terms.once(("reconciler", scheme), lambda: Reconciler(terms, scheme))


def values(concept: Concept, name: str, terms: Terms) -> Sequence[str | Text]:
    """The values of a property of `PROPERTIES`; () for another."""
    if name == "narrower":
        return terms.narrower(concept.iri)
    if name not in PROPERTIES:
        return ()
    held: Any = getattr(concept, _ATTRIBUTE.get(name, name))
    return held if isinstance(held, tuple) else (held,) if held else ()


def _names_of(held: Sequence[str | Text], terms: Terms) -> Iterable[str]:
    """A value as it may be given: itself, and for a term each of its names and its code."""
    for each in held:
        if isinstance(each, Text):
            yield each.value
            continue
        yield each
        if (concept := terms.concept(each)) is not None:
            yield concept.notation or ""
            yield from (text.value for text in (*concept.pref_label, *concept.alt_label))


def _loss(name: Named, language: str) -> float:
    """What a name loses that is in another language than the question."""
    own = (name.text.language or "").split("-")[0]
    return _FOREIGN if language and own and own != language.split("-")[0] else 0.0


@lru_cache(maxsize=65536)
def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one[:1] == other[:1] else 0.0


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of the longer of two phrases finds its like in the other, each word counted by its length."""
    longer, shorter = (one, other) if sum(map(len, one)) >= sum(map(len, other)) else (other, one)
    alike = sum(len(each) * max((_alike(each, its) for its in shorter), default=0.0) for each in longer)
    whole = sum(map(len, longer))
    return alike / whole if whole else 0.0


def by_language(held: Iterable[Text], language: str) -> Mapping[str, str]:
    """Texts by their language, one each, the reader's first."""
    ordered = sorted(held, key=lambda text: (text.language != language, text.language or ""))
    return {text.language or "": text.value for text in reversed(ordered)}
