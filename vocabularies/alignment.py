"""Which terms of two lists may mean the same: by their names in every language, and by what stands above them. Pure.

Each candidate says which names matched and how, so that a person can judge it at a glance.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct

from repository.record import Text
from vocabularies.concept import Concept
from vocabularies.matching import telling

Reason = Literal["name", "other name", "another language", "alike", "part"]

WEIGHTS: Final[dict[Reason, float]] = {
    "name": 0.97,
    "other name": 0.9,
    "another language": 0.85,
    "alike": 0.8,
    "part": 0.6,
}
"""How sure each reason is by itself; further languages and parents that agree add to it."""

LEAST: Final = 0.55
_MOST_EACH: Final = 3
_ALIKE: Final = 0.86
_LANGUAGE_MORE: Final = 0.02
_PARENT_MORE: Final = 0.06
_COMMON: Final = 60
"""Words that more labels than this hold say little by themselves, and are not looked up."""


class Candidate(Struct, frozen=True):
    """Two terms that may mean the same. `score` is from 0 to 1; `first` and `second` are the names that matched best;
    `languages` those in which names matched; `parents` tells that their broader terms match too."""

    source: str
    target: str
    score: float
    reason: Reason
    first: Text
    second: Text
    languages: tuple[str, ...] = ()
    parents: bool = False


class _Label(Struct, frozen=True):
    iri: str
    text: Text
    words: tuple[str, ...]
    chosen: bool


def candidates(
    source: Sequence[Concept], target: Sequence[Concept], refused: Collection[tuple[str, str]] = ()
) -> list[Candidate]:
    """Candidates for every term of `source`, the surest first; pairs once refused, and those that are mapped already,
    are not named again."""
    index = _Index(target)
    mapped = {(each.iri, other) for each in source for other in (*each.exact_match, *each.close_match)}
    passed = {*refused, *mapped}
    found: dict[str, list[Candidate]] = {}
    for concept in source:
        if not concept.deprecated:
            found[concept.iri] = [each for each in _of(concept, index) if (concept.iri, each.target) not in passed]
    above_source, above_target = (_above(concepts) for concepts in (source, target))
    pairs = {(each.source, each.target) for held in found.values() for each in held if each.score >= 0.8} | mapped
    ranked = [_with_parents(each, above_source, above_target, pairs) for held in found.values() for each in _best(held)]
    return sorted(ranked, key=lambda each: (-each.score, each.source, each.target))


def best_each(ranked: Iterable[Candidate], least: float) -> list[Candidate]:
    """The surest candidate of each term, where it is sure enough: what a machine would map by itself."""
    chosen: dict[str, Candidate] = {}
    for each in ranked:
        if each.score >= least:
            chosen.setdefault(each.source, each)
    return list(chosen.values())


class _Index:
    """The names of one list by their words."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self.whole: dict[tuple[str, ...], list[_Label]] = defaultdict(list)
        self.starts: dict[str, list[_Label]] = defaultdict(list)
        for concept in concepts:
            if not concept.deprecated:
                for label in _labels(concept):
                    self.whole[label.words].append(label)
                    for word in set(label.words):
                        self.starts[word[:4]].append(label)

    def near(self, words: Sequence[str]) -> Iterator[_Label]:
        """Labels that share the beginning of a rare word."""
        seen: set[int] = set()
        for word in words:
            held = self.starts.get(word[:4], ())
            if len(held) <= _COMMON:
                for label in held:
                    if id(label) not in seen:
                        seen.add(id(label))
                        yield label


def _of(concept: Concept, index: _Index) -> list[Candidate]:
    found: dict[str, list[Candidate]] = defaultdict(list)
    for label in _labels(concept):
        for other in index.whole.get(label.words, ()):
            found[other.iri].append(_candidate(concept, label, other, _exact_reason(label, other)))
        for other in index.near(label.words):
            if other.words != label.words and (reason := _near_reason(label, other)):
                found[other.iri].append(_candidate(concept, label, other, reason))
    return [_summed(held) for held in found.values()]


def _candidate(concept: Concept, label: _Label, other: _Label, reason: Reason) -> Candidate:
    return Candidate(concept.iri, other.iri, WEIGHTS[reason], reason, label.text, other.text)


def _exact_reason(label: _Label, other: _Label) -> Reason:
    if _language(label) != _language(other):
        return "another language"
    return "name" if label.chosen and other.chosen else "other name"


def _near_reason(label: _Label, other: _Label) -> Reason | None:
    if _language(label) != _language(other):
        return None
    if _alike(" ".join(sorted(label.words)), " ".join(sorted(other.words))) >= _ALIKE:
        return "alike"
    short, long = sorted((set(label.words), set(other.words)), key=len)
    return "part" if short and short < long and sum(map(len, short)) * 2 >= sum(map(len, long)) else None


def _summed(held: list[Candidate]) -> Candidate:
    """The surest reason, with a little more for each further language in which names match."""
    best = max(held, key=lambda each: each.score)
    languages = {
        (each.first.language or "").split("-")[0] for each in held if each.reason in ("name", "other name")
    } - {""}
    score = min(1.0, best.score + _LANGUAGE_MORE * max(0, len(languages) - 1))
    return Candidate(
        best.source, best.target, round(score, 3), best.reason, best.first, best.second, tuple(sorted(languages))
    )


def _best(held: list[Candidate]) -> list[Candidate]:
    sure = sorted((each for each in held if each.score >= LEAST), key=lambda each: (-each.score, each.target))
    return sure[:_MOST_EACH]


def _with_parents(
    each: Candidate,
    above_source: dict[str, set[str]],
    above_target: dict[str, set[str]],
    pairs: Collection[tuple[str, str]],
) -> Candidate:
    agree = any((one, other) in pairs for one in above_source[each.source] for other in above_target[each.target])
    if not agree:
        return each
    return Candidate(
        each.source,
        each.target,
        round(min(1.0, each.score + _PARENT_MORE), 3),
        each.reason,
        each.first,
        each.second,
        each.languages,
        True,
    )


def _above(concepts: Iterable[Concept]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for each in concepts:
        found[each.iri] |= set(each.broader)
    return found


def _labels(concept: Concept) -> Iterator[_Label]:
    for chosen, held in ((True, concept.pref_label), (False, (*concept.alt_label, *concept.hidden_label))):
        for text in held:
            for part in text.value.split("/") if "/" in text.value and " " not in text.value else (text.value,):
                if words := telling(part):
                    yield _Label(concept.iri, text, words, chosen)


def _language(label: _Label) -> str:
    return (label.text.language or "").split("-")[0]


@lru_cache(maxsize=65536)
def _alike(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0.0
