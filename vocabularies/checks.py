"""What is wrong with a vocabulary: the checks of `vocabularies.faults` over a file as it came, or concepts. Pure."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Final

from msgspec import Struct

from repository.thrift import HARDLY_EVER, collecting_seldom
from vocabularies.subject import KINDS, MATCHES, SEMANTIC, Label, Subject, is_language


class Found(Struct, frozen=True, order=True, gc=False):
    """One thing that a check found: where (IRI; "" for the list as a whole), and what it is about: words, a language or
    another IRI."""

    check: str
    iri: str
    about: str = ""

    @property
    def key(self) -> str:
        """Names the finding, for a verdict that holds the next time too."""
        return f"{self.check} {self.iri} {self.about}"


def look(subject: Subject, used: Collection[str] = ()) -> list[Found]:
    """Everything that is found, in the order of the checks. `used` are the concepts that records or other lists
    name."""
    live = subject.concepts - subject.withdrawn
    with collecting_seldom(HARDLY_EVER):
        found = [each for check in _LOOKS for each in check(subject, live)]
    if used:
        found += [Found("missing-in-links", iri) for iri in sorted(live - set(used))]
    return found


def _missing(subject: Subject, live: set[str]) -> Iterator[Found]:
    for iri in sorted(live):
        if not any(subject.labels.get(iri, {}).get("prefLabel", ())):
            yield Found("missing-label", iri)


def _labels(subject: Subject, live: set[str]) -> Iterator[Found]:
    """Empty, invisible, doubled and badly tagged names."""
    for iri in sorted(live):
        held = subject.labels.get(iri)
        if held is None:
            continue
        everything = [label for kind in KINDS for label in held[kind]]
        for words, language in everything:
            if not words.strip():
                yield Found("empty-label", iri, language)
            elif _has_unprintable(words):
                yield Found("unprintable-label", iri, words)
            if not is_language(language):
                yield Found("invalid-language", iri, words)
        preferred = [language for _, language in set(held["prefLabel"])]
        for language in sorted({each for each in preferred if preferred.count(each) > 1}):
            yield Found("inconsistent-preferred", iri, language)
        if len(set(everything)) < len([*set(held["prefLabel"]), *set(held["altLabel"]), *set(held["hiddenLabel"])]):
            yield from (Found("disjoint-labels", iri, words) for words in sorted(_shared(held)))


def _shared(held: Mapping[str, list[Label]]) -> set[str]:
    first, second, third = (set(held[kind]) for kind in KINDS)
    return {words for words, _ in (first & second) | (first & third) | (second & third)}


def _untagged(subject: Subject, live: set[str]) -> Iterator[Found]:
    yield from (Found("invalid-language", iri, words[:80]) for iri, words in sorted(subject.untagged) if iri in live)


def _overlapping(subject: Subject, live: set[str]) -> Iterator[Found]:
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for iri in live:
        for words, language in set(subject.labels.get(iri, {}).get("prefLabel", ())):
            held[words.casefold(), language].append(iri)
    for _, iris in sorted((key, iris) for key, iris in held.items() if len(iris) > 1):
        first, *others = sorted(set(iris))
        yield from (Found("overlapping-labels", iri, first) for iri in others)


def _notations(subject: Subject, live: set[str]) -> Iterator[Found]:
    for code, iris in sorted(subject.notations.items()):
        if len(held := sorted(set(iris) & live)) > 1:
            for iri in held[1:]:
                if not subject.in_scheme[iri] or subject.in_scheme[iri] & subject.in_scheme[held[0]]:
                    yield Found("ambiguous-notation", iri, code)


def _languages(subject: Subject, live: set[str]) -> Iterator[Found]:
    of = {iri: {language for _, language in subject.labels.get(iri, {}).get("prefLabel", ())} - {""} for iri in live}
    named = {iri: languages for iri, languages in of.items() if languages}
    counts = Counter(language for languages in named.values() for language in languages)
    wanted = {language for language, number in counts.items() if number * 2 > len(named)}
    for iri in sorted(iri for iri, languages in named.items() if not wanted <= languages):
        yield from (Found("incomplete-languages", iri, language) for language in sorted(wanted - named[iri]))
    if named and len(named) not in counts.values():
        yield Found("no-common-language", "")


def _undocumented(subject: Subject, live: set[str]) -> Iterator[Found]:
    yield from (Found("undocumented", iri) for iri in sorted(live - subject.documented))


def _structure(subject: Subject, live: set[str]) -> Iterator[Found]:
    """Orphans and separate groups."""
    neighbours: dict[str, set[str]] = defaultdict(set)
    for name in SEMANTIC:
        for iri, held in subject.links[name].items():
            for other in held - {iri}:
                neighbours[iri].add(other)
                neighbours[other].add(iri)
    orphans = {iri for iri in live if not neighbours[iri]}
    if len(orphans) < len(live):  # a flat list is no list of orphans
        yield from (Found("orphan", iri) for iri in sorted(orphans))
        groups = _groups(live - orphans, neighbours)
        yield from (Found("disconnected", min(group), str(len(group))) for group in groups[1:])


def _groups(iris: set[str], neighbours: Mapping[str, set[str]]) -> list[set[str]]:
    """The groups that hang together, the largest first."""
    left, found = set(iris), []
    while left:
        group, queue = set(), [left.pop()]
        while queue:
            iri = queue.pop()
            group.add(iri)
            further = neighbours.get(iri, set()) & left
            left -= further
            queue += further
        found.append(group)
    return sorted(found, key=lambda group: (-len(group), min(group)))


def _cycles(subject: Subject, live: set[str]) -> Iterator[Found]:
    """Concepts on a circle of broader ones: those left when every one that leads out was taken away, up and down."""
    above = {iri: held & live for iri, held in subject.above().items() if iri in live}
    left = _locked_in(above)
    if left:
        below: dict[str, set[str]] = {iri: set() for iri in left}
        for iri in left:
            for each in above[iri] & left:
                below[each].add(iri)
        left = _locked_in(below)
    yield from (Found("cyclic-hierarchy", iri) for iri in sorted(left))


def _locked_in(links: Mapping[str, set[str]]) -> set[str]:
    """Those from which following the links never comes to an end."""
    pointing: dict[str, list[str]] = defaultdict(list)
    waiting: dict[str, int] = {}
    for iri, held in links.items():
        inside = [each for each in held if each in links]
        waiting[iri] = len(inside)
        for each in inside:
            pointing[each].append(iri)
    ready = [iri for iri, number in waiting.items() if not number]
    while ready:
        for each in pointing.get(ready.pop(), ()):
            waiting[each] -= 1
            if not waiting[each]:
                ready.append(each)
    return {iri for iri, number in waiting.items() if number}


def _relations(subject: Subject, live: set[str]) -> Iterator[Found]:
    """Clashes and needless "see also"; stated in one direction; to itself; only transitive."""
    above, related = subject.above(), subject.links["related"]
    ancestors: dict[str, set[str]] = {}
    for iri in sorted(live):
        for name in ("broader", "narrower", "related"):
            if iri in subject.links[name].get(iri, ()):
                yield Found("reflexive", iri, name)
        for other in sorted(related.get(iri, ())):
            if other == iri:
                continue
            if iri not in related.get(other, ()) and other in subject.concepts:
                yield Found("unidirectional", iri, other)
            if iri > other and iri in related.get(other, ()):
                continue
            if other in _ancestors(iri, above, ancestors) or iri in _ancestors(other, above, ancestors):
                yield Found("relation-clash", iri, other)
            elif above.get(iri, set()) & above.get(other, set()):
                yield Found("valueless-related", iri, other)
        yield from _one_way(subject, iri)


def _one_way(subject: Subject, iri: str) -> Iterator[Found]:
    for name, other_way in (("broader", "narrower"), ("narrower", "broader")):
        for other in sorted(subject.links[name].get(iri, ())):
            if other != iri and other in subject.concepts and iri not in subject.links[other_way].get(other, ()):
                yield Found("unidirectional", iri, other)
    for name, plain in (("broaderTransitive", "broader"), ("narrowerTransitive", "narrower")):
        for other in sorted(subject.links[name].get(iri, set()) - {iri}):
            if not _reaches(iri, other, subject, plain):
                yield Found("solely-transitive", iri, other)


def _reaches(iri: str, other: str, subject: Subject, plain: str) -> bool:
    above = subject.above()
    return other in _ancestors(iri, above, {}) if plain == "broader" else iri in _ancestors(other, above, {})


def _ancestors(iri: str, above: Mapping[str, set[str]], known: dict[str, set[str]]) -> set[str]:
    if iri not in known:
        found, queue = set(), list(above.get(iri, ()))
        while queue:
            each = queue.pop()
            if each not in found:
                found.add(each)
                queue += above.get(each, ())
        known[iri] = found
    return known[iri]


def _redundant(subject: Subject, live: set[str]) -> Iterator[Found]:
    above = subject.above()
    known: dict[str, set[str]] = {}
    for iri in sorted(live):
        held = above.get(iri, set())
        if len(held) > 1:
            for far in sorted(held):
                if any(far in _ancestors(near, above, known) for near in held if near != far):
                    yield Found("redundant-broader", iri, far)


def _tops(subject: Subject, live: set[str]) -> Iterator[Found]:
    above = subject.above()
    if live and subject.schemes and not subject.tops & live:
        yield Found("omitted-top", "")
    for iri in sorted(subject.tops & live):
        inside = {each for each in above.get(iri, ()) if subject.in_scheme[each] & subject.in_scheme[iri]}
        if inside:
            yield Found("top-with-broader", iri, min(inside))


def _mappings(subject: Subject, live: set[str]) -> Iterator[Found]:
    exact = subject.links["exactMatch"]
    for iri in sorted(live & subject.linked_out):
        others = {
            each for name in ("broadMatch", "narrowMatch", "relatedMatch") for each in subject.links[name].get(iri, ())
        }
        yield from (Found("mapping-clash", iri, each) for each in sorted(exact.get(iri, set()) & others))
        for name in MATCHES:
            for other in sorted(subject.links[name].get(iri, ())):
                if other in subject.concepts and subject.in_scheme[other] & subject.in_scheme[iri]:
                    yield Found("mapping-misuse", iri, other)
    yield from (Found("missing-out-links", iri) for iri in sorted(live - subject.linked_out))


def _words(subject: Subject, live: set[str]) -> Iterator[Found]:
    yield from (Found("undefined-skos", iri, name) for iri, name in sorted(set(subject.undefined)))
    yield from (Found("no-http", iri) for iri in sorted(live) if not iri.startswith(("http://", "https://")))


def _replaced(subject: Subject, live: set[str]) -> Iterator[Found]:
    if not subject.withdrawn:
        return
    for iri in sorted(live):
        for name in ("broader", "related"):
            yield from (
                Found("replaced-in-use", iri, each)
                for each in sorted(subject.links[name].get(iri, set()) & subject.withdrawn)
            )


_LOOKS: Final[tuple[Callable[[Subject, set[str]], Iterator[Found]], ...]] = (
    _missing,
    _labels,
    _untagged,
    _overlapping,
    _notations,
    _languages,
    _undocumented,
    _structure,
    _cycles,
    _relations,
    _redundant,
    _tops,
    _mappings,
    _words,
    _replaced,
)


def _has_unprintable(words: str) -> bool:
    return not words.isprintable() and any(
        unicodedata.category(char) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") and char not in "\u200c\u200d"
        for char in words
    )
