"""A frozen snapshot of the vocabularies: what formats, pages and projections look concepts up in.

Pure: built once from the vocabularies' tables (or from files, in tests) and passed around as `terms`.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, TypeVar

from repository.record import Text
from vocabularies.concept import Collection, Concept, Scheme, Vocabulary

Made = TypeVar("Made")
_MOST_MADE = 64

FALLBACKS = {"fr": ("fr", "en", "pt"), "pt": ("pt", "fr", "en"), "en": ("en", "fr", "pt")}
"""The order in which a reader of each language is offered the others."""

PARTICIPANTS = "https://w3id.org/mutualis/vocabulary/participants"


def fold(words: str) -> str:
    """Letter case, accents, apostrophes, hyphens and runs of spaces made alike, for looking words up."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    kept = (" " if char in "'’‘ʼ-–—_/" else char for char in decomposed if not unicodedata.combining(char))
    return " ".join("".join(kept).split())


def choose(texts: Sequence[Text], language: str) -> Text | None:
    """The text to show to a reader of `language`: theirs, else by `FALLBACKS`, else the first there is.

    The result keeps its own language, so that a page can mark it as a fallback.
    """
    primary = {text.language.split("-")[0]: text for text in reversed(texts) if text.language}
    for wanted in FALLBACKS.get(language, (language,)):
        if wanted in primary:
            return primary[wanted]
    return texts[0] if texts else None


class Terms:
    """Schemes, concepts and collections by address, and concepts by their words.

    `base_iri` ends in "/"; a resource's IRI is `base_iri + "resource/" + id`. `version` changes whenever
    the vocabularies do.
    """

    def __init__(
        self,
        vocabularies: Iterable[Vocabulary],
        collections: Iterable[Collection] = (),
        *,
        base_iri: str = "http://localhost:8000/",
        version: int = 0,
    ) -> None:
        held = tuple(vocabularies)
        self.base_iri = base_iri
        self.version = version
        self.schemes: dict[str, Scheme] = {each.scheme.id: each.scheme for each in held}
        self.concepts: dict[str, Concept] = {concept.iri: concept for each in held for concept in each.concepts}
        self.collections: dict[str, Collection] = {each.iri: each for each in collections}
        self._made: dict[object, Any] = {}

    def once(self, key: object, make: Callable[[], Made]) -> Made:
        """What is made from these vocabularies under a key: made at the first call, kept as long as they are, and gone
        with them. The oldest goes where there are too many; two threads may both make it."""
        found: Made | None = self._made.get(key)
        if found is None:
            found = make()
            if len(self._made) >= _MOST_MADE:
                self._made.pop(next(iter(self._made)), None)
            self._made[key] = found
        return found

    def resource_iri(self, identifier: str) -> str:
        """The IRI of one of our resources by its local id; a foreign IRI is returned as it is."""
        return identifier if ":" in identifier else f"{self.base_iri}resource/{identifier}"

    def local_id(self, iri: str) -> str:
        """The reverse of `resource_iri`."""
        return iri.removeprefix(f"{self.base_iri}resource/")

    def concept(self, iri: str) -> Concept | None:
        return self.concepts.get(iri)

    def by_notation(self, scheme: str, notation: str) -> Concept | None:
        """The concept of `scheme` with exactly this notation, or None."""
        return self._notations.get((scheme, notation))

    def in_scheme(self, scheme: str) -> tuple[Concept, ...]:
        """The concepts of a scheme, in the order of their notations; () for an unknown scheme."""
        return self._by_scheme.get(scheme, ())

    def label(self, iri: str, language: str) -> Text | None:
        """The preferred label for a reader of `language`, by `choose`; None for an unknown concept."""
        concept = self.concepts.get(iri)
        return choose(concept.pref_label, language) if concept else None

    def narrower(self, iri: str) -> tuple[str, ...]:
        return self._narrower.get(iri, ())

    def ancestors(self, iri: str) -> Iterator[str]:
        """All broader concepts, nearest first, each once; survives a cycle."""
        seen, queue = {iri}, [iri]
        while queue:
            concept = self.concepts.get(queue.pop(0))
            for broader in concept.broader if concept else ():
                if broader not in seen:
                    seen.add(broader)
                    queue.append(broader)
                    yield broader

    def current(self, iri: str) -> str:
        """The concept that stands for `iri` today: itself, or what it was replaced by."""
        seen = set()
        while iri not in seen and (concept := self.concepts.get(iri)) and len(concept.replaced_by) == 1:
            seen.add(iri)
            iri = concept.replaced_by[0]
        return iri

    @cached_property
    def replacements(self) -> dict[str, str]:
        """The concepts that another stands for today, and which."""
        held = (iri for iri, concept in self.concepts.items() if concept.replaced_by)
        return {iri: now for iri in held if (now := self.current(iri)) != iri}

    def find(self, scheme: str, words: str, language: str | None = None) -> str | None:
        """The one concept of `scheme` that `words` name: its IRI, notation, or a label in any language.

        Words that name two concepts name none, unless `language` decides between them. Of a concept that was replaced
        the one that stands for it is found.
        """
        if (concept := self.concepts.get(words)) and concept.scheme == scheme:
            return self.current(words)
        folded = fold(words)
        for key in ((scheme, folded, (language or "").split("-")[0]), (scheme, folded, "")):
            hits = {self.current(iri) for iri in self._words.get(key, frozenset())}
            if len(hits) == 1:
                return next(iter(hits))
        return None

    @property
    def participants(self) -> tuple[str, ...]:
        """The countries that take part, as IRIs, in the order of their French names."""
        members = self.collections[PARTICIPANTS].member if PARTICIPANTS in self.collections else ()
        return tuple(sorted(members, key=lambda iri: fold(label.value if (label := self.label(iri, "fr")) else iri)))

    @cached_property
    def _notations(self) -> dict[tuple[str, str], Concept]:
        return {(each.scheme, each.notation): each for each in self.concepts.values() if each.notation}

    @cached_property
    def _by_scheme(self) -> dict[str, tuple[Concept, ...]]:
        grouped: dict[str, list[Concept]] = {}
        for concept in sorted(self.concepts.values(), key=lambda each: (each.scheme, each.notation or each.iri)):
            grouped.setdefault(concept.scheme, []).append(concept)
        return {scheme: tuple(held) for scheme, held in grouped.items()}

    @cached_property
    def _narrower(self) -> dict[str, tuple[str, ...]]:
        grouped: dict[str, list[str]] = {}
        for concept in sorted(self.concepts.values(), key=lambda each: each.notation or each.iri):
            for broader in concept.broader:
                grouped.setdefault(broader, []).append(concept.iri)
        return {iri: tuple(held) for iri, held in grouped.items()}

    @cached_property
    def _words(self) -> dict[tuple[str, str, str], frozenset[str]]:
        found: dict[tuple[str, str, str], set[str]] = {}
        for concept in self.concepts.values():
            if concept.notation:
                found.setdefault((concept.scheme, fold(concept.notation), ""), set()).add(concept.iri)
            for text in (*concept.pref_label, *concept.alt_label, *concept.hidden_label):
                language = (text.language or "").split("-")[0]
                for key in {language, ""}:
                    found.setdefault((concept.scheme, fold(text.value), key), set()).add(concept.iri)
        return {key: frozenset(iris) for key, iris in found.items()}
