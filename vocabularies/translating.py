"""The names that a list still lacks in French, Portuguese and English, the most used terms first, with suggestions from
the terms of other lists that mean the same."""

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from repository.messages import LANGUAGES
from repository.record import Text
from vocabularies import editing
from vocabularies.concept import Concept
from vocabularies.curation import Curation
from vocabularies.editing import Edit
from vocabularies.errors import NothingChanged
from vocabularies.inspection import used
from vocabularies.terms import fold
from vocabularies.working import Working

_SURE: Final = ("exact_match", "close_match")


class Suggestion(Struct, frozen=True):
    """A name in a language that is lacking, and the term (IRI) that has it."""

    value: str
    origin: str


class Lacking(Struct, frozen=True):
    """A term, how often it is used, and its lacking languages, each with suggestions."""

    concept: Concept
    uses: int
    languages: tuple[tuple[str, tuple[Suggestion, ...]], ...]


def lacking(curation: Curation, scheme: str, limit: int = 50, language: str = "") -> tuple[list[Lacking], int]:
    """The terms that lack names, most used first, and how many there are in all; of one language where it is named."""
    working = curation.working()
    wanted = [language] if language in LANGUAGES else list(LANGUAGES)
    found = [
        (each, missing)
        for each in working.in_scheme(scheme)
        if not each.deprecated and (missing := [tag for tag in wanted if tag not in _tags(each)])
    ]
    uses = used(working, curation.catalogue, scheme)
    found.sort(key=lambda pair: (-uses[pair[0].iri], pair[0].notation or pair[0].iri))
    same = _Same(working, scheme)
    return [
        Lacking(each, uses[each.iri], tuple((tag, tuple(same.named(each, tag))) for tag in missing))
        for each, missing in found[:limit]
    ], len(found)


def translated(working: Working, scheme: str, given: Mapping[tuple[str, str], str]) -> Edit:
    """Names given by (IRI, language), as one act; a name that is there already is left as it is. Raises NothingChanged,
    and what `editing.revise` raises."""
    told: dict[str, list[Text]] = {}
    for (iri, language), value in given.items():
        concept = working.concept(iri)
        if value.strip() and language in LANGUAGES and language not in _tags(concept) and concept.scheme == scheme:
            told.setdefault(iri, []).append(Text(value, language))
    if not told:
        raise NothingChanged()
    edits = [
        editing.revise(working, iri, {"pref_label": (*working.concept(iri).pref_label, *texts)})
        for iri, texts in told.items()
    ]
    return editing.bulk(working, edits, scheme)


class _Same:
    """Terms of other lists that mean the same: by mapping in either direction, or by a name they share."""

    def __init__(self, working: Working, scheme: str) -> None:
        self.working = working
        self.pointing: dict[str, list[Concept]] = {}
        self.alike: dict[tuple[str, str], list[Concept]] = {}
        for each in {**working.published.concepts, **working.drafts}.values():
            if each.scheme == scheme:
                continue
            for name in _SURE:
                for iri in getattr(each, name):
                    self.pointing.setdefault(iri, []).append(each)
            for text in each.pref_label:
                self.alike.setdefault((_primary(text), fold(text.value)), []).append(each)

    def named(self, concept: Concept, language: str) -> Iterator[Suggestion]:
        """Each name once, those of mapped terms first."""
        seen: set[str] = set()
        for other in self._others(concept):
            for text in other.pref_label:
                if _primary(text) == language and fold(text.value) not in seen:
                    seen.add(fold(text.value))
                    yield Suggestion(text.value, other.iri)

    def _others(self, concept: Concept) -> Iterator[Concept]:
        for name in _SURE:
            yield from filter(None, map(self.working.get, getattr(concept, name)))
        yield from self.pointing.get(concept.iri, ())
        for text in concept.pref_label:
            yield from self.alike.get((_primary(text), fold(text.value)), ())


def _tags(concept: Concept) -> set[str]:
    return {_primary(text) for text in concept.pref_label}


def _primary(text: Text) -> str:
    return (text.language or "").split("-")[0]
