"""Words that may mean a concept, though they are none of its labels: for a person to judge. Pure.

Words are compared one by one, whatever their order, accents and endings: "électriciens du bâtiment" and "Électricité
bâtiment" are near "Électricien bâtiment". What names a concept exactly is no matter for guesses and is not looked for.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, NamedTuple

from repository.record import Text
from vocabularies.concept import Concept
from vocabularies.terms import Terms, fold

NEAR: Final = 0.8
"""From which likeness (0 to 1) on a concept is worth a person's look."""

_START: Final = 4
_SHORTEST: Final = 4
_LONGEST: Final = 80
_EMPTY: Final = {
    *(
        "a",
        "au",
        "aux",
        "avec",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "ou",
        "par",
        "pour",
        "sur",
        "un",
        "une",
    ),
    *("as", "com", "da", "das", "do", "dos", "e", "em", "na", "no", "o", "os", "para", "por"),
    *("and", "for", "in", "of", "on", "the", "to"),
}
"""Words that say nothing by themselves, in the three languages."""


class Guess(NamedTuple):
    """A concept that words may mean, its label that is nearest, and how near it is."""

    iri: str
    label: Text
    likeness: float


class _Label(NamedTuple):
    concept: Concept
    text: Text
    words: tuple[str, ...]


@lru_cache(maxsize=16384)
def guess(words: str, schemes: tuple[str, ...], terms: Terms) -> Guess | None:
    """The one concept of the schemes that the words are nearest to; None where none is near, or two are alike near."""
    wanted = telling(words)
    if not wanted or len(words) > _LONGEST:
        return None
    best: dict[str, Guess] = {}
    for label in _candidates(wanted, schemes, terms):
        found = Guess(label.concept.iri, label.text, _likeness(wanted, label.words))
        if found.likeness >= NEAR and found.likeness > best.get(found.iri, found._replace(likeness=0)).likeness:
            best[found.iri] = found
    ranked = sorted(best.values(), key=lambda each: (-each.likeness, each.iri))
    if not ranked or (len(ranked) > 1 and ranked[1].likeness == ranked[0].likeness):
        return None
    return ranked[0]


def telling(words: str) -> tuple[str, ...]:
    """The words that say something, without the sign of the plural."""
    plain = "".join(char if char.isalnum() else " " for char in fold(words))
    found = (each.rstrip("sx") if len(each) > _SHORTEST else each for each in plain.split() if each not in _EMPTY)
    return tuple(each for each in found if len(each) >= 2)


def _likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How much of the longer of two phrases finds its like in the other, each word counted by its length."""
    longer, shorter = (one, other) if sum(map(len, one)) >= sum(map(len, other)) else (other, one)
    alike = sum(len(each) * max((_alike(each, its) for its in shorter), default=0.0) for each in longer)
    whole = sum(map(len, longer))
    return alike / whole if whole else 0.0


@lru_cache(maxsize=65536)
def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one[:1] == other[:1] else 0.0


def _candidates(wanted: Sequence[str], schemes: tuple[str, ...], terms: Terms) -> Iterator[_Label]:
    """The labels that share the start of a word with the wanted ones."""
    index = _index(schemes, terms)
    seen = set()
    for word in wanted:
        for place, label in index.get(word[:_START], ()):
            if place not in seen:
                seen.add(place)
                yield label


@lru_cache(maxsize=8)
def _index(schemes: tuple[str, ...], terms: Terms) -> dict[str, list[tuple[int, _Label]]]:
    found: dict[str, list[tuple[int, _Label]]] = {}
    held = (concept for scheme in schemes for concept in terms.in_scheme(scheme) if not concept.replaced_by)
    texts = ((concept, text) for concept in held for text in (*concept.pref_label, *concept.alt_label))
    for place, (concept, text) in enumerate(texts):
        label = _Label(concept, text, telling(text.value))
        for start in {word[:_START] for word in label.words}:
            found.setdefault(start, []).append((place, label))
    return found
