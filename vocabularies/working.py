"""The vocabularies as curators see them: what is published, with what is drafted laid over it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from repository.record import Text
from vocabularies.concept import Concept, Scheme
from vocabularies.errors import SchemeNotFound, TermNotFound
from vocabularies.terms import Terms, choose, fold


class Working:
    """Published concepts with drafts over them. `drafts` are by IRI; `published` is the snapshot in force."""

    def __init__(self, published: Terms, drafts: Mapping[str, Concept]) -> None:
        self.published = published
        self.drafts = dict(drafts)

    def scheme(self, id: str) -> Scheme:
        """Raises SchemeNotFound."""
        if (found := self.published.schemes.get(id)) is None:
            raise SchemeNotFound(scheme=id)
        return found

    def get(self, iri: str) -> Concept | None:
        return self.drafts.get(iri) or self.published.concept(iri)

    def concept(self, iri: str) -> Concept:
        """Raises TermNotFound."""
        if (found := self.get(iri)) is None:
            raise TermNotFound(term=iri)
        return found

    def named(self, scheme: str, code: str) -> Concept:
        """A concept of a scheme by its notation, or by its IRI. Raises TermNotFound."""
        found = self._codes.get((scheme, code)) or self.get(code)
        if found is None or found.scheme != scheme:
            raise TermNotFound(term=code)
        return found

    def by_code(self, scheme: str, code: str) -> Concept | None:
        return self._codes.get((scheme, code))

    def in_scheme(self, id: str) -> tuple[Concept, ...]:
        """All concepts of a scheme, in the order of their notations."""
        return self._by_scheme.get(id, ())

    def narrower(self, iri: str) -> tuple[str, ...]:
        return self._narrower.get(iri, ())

    def ancestors(self, iri: str) -> Iterator[str]:
        """All broader concepts, nearest first, each once; survives a cycle."""
        seen, queue = {iri}, [iri]
        while queue:
            found = self.get(queue.pop(0))
            for broader in found.broader if found else ():
                if broader not in seen:
                    seen.add(broader)
                    queue.append(broader)
                    yield broader

    def descendants(self, iri: str) -> Iterator[str]:
        """All narrower concepts, nearest first, each once; survives a cycle."""
        seen, queue = {iri}, [iri]
        while queue:
            for narrower in self.narrower(queue.pop(0)):
                if narrower not in seen:
                    seen.add(narrower)
                    queue.append(narrower)
                    yield narrower

    def label(self, iri: str, language: str) -> Text | None:
        found = self.get(iri)
        return choose(found.pref_label, language) if found else None

    def name(self, iri: str, language: str = "fr") -> str:
        """A concept's name for a sentence, or its address."""
        label = self.label(iri, language)
        return label.value if label else iri

    def holding_name(self, scheme: str, text: Text) -> tuple[str, ...]:
        """The concepts in use whose preferred label in that language is this one, by `fold`."""
        return self._names.get((scheme, (text.language or "").split("-")[0], fold(text.value)), ())

    def own(self) -> "Working":
        """The same, for somebody who goes on from it by `take` and keeps it to himself."""
        return Working(self.published, self.drafts)

    def take(self, concepts: Iterable[Concept]) -> None:
        """Go on, in place, to what curators would see with these concepts: what is looked up by is brought up to date
        for them alone, since building it anew for each of hundreds of acts would take minutes."""
        for after in concepts:
            before = self.get(after.iri)
            if before is not None:
                self._forget(before)
            self.drafts[after.iri] = self._all[after.iri] = after
            if after.notation:
                self._codes[after.scheme, after.notation] = after
            for above in after.broader:
                self._narrower[above] = (*self._narrower.get(above, ()), after.iri)
            for key in _name_keys(after):
                self._names[key] = tuple(sorted({*self._names.get(key, ()), after.iri}))
        self.__dict__.pop("_by_scheme", None)

    def _forget(self, before: Concept) -> None:
        if before.notation and self._codes.get((before.scheme, before.notation)) == before:
            del self._codes[before.scheme, before.notation]
        for above in before.broader:
            self._narrower[above] = tuple(each for each in self._narrower.get(above, ()) if each != before.iri)
        for key in _name_keys(before):
            self._names[key] = tuple(each for each in self._names.get(key, ()) if each != before.iri)

    @cached_property
    def _all(self) -> dict[str, Concept]:
        return {**self.published.concepts, **self.drafts}

    @cached_property
    def _codes(self) -> dict[tuple[str, str], Concept]:
        return {(each.scheme, each.notation): each for each in self._all.values() if each.notation}

    @cached_property
    def _by_scheme(self) -> dict[str, tuple[Concept, ...]]:
        grouped: dict[str, list[Concept]] = {}
        for concept in sorted(self._all.values(), key=lambda each: (each.scheme, each.notation or each.iri)):
            grouped.setdefault(concept.scheme, []).append(concept)
        return {scheme: tuple(held) for scheme, held in grouped.items()}

    @cached_property
    def _narrower(self) -> dict[str, tuple[str, ...]]:
        grouped: dict[str, list[str]] = {}
        for concept in sorted(self._all.values(), key=lambda each: each.notation or each.iri):
            for broader in concept.broader:
                grouped.setdefault(broader, []).append(concept.iri)
        return {iri: tuple(held) for iri, held in grouped.items()}

    @cached_property
    def _names(self) -> dict[tuple[str, str, str], tuple[str, ...]]:
        found: dict[tuple[str, str, str], list[str]] = {}
        for concept in self._all.values():
            for key in _name_keys(concept):
                found.setdefault(key, []).append(concept.iri)
        return {key: tuple(sorted(iris)) for key, iris in found.items()}


def _name_keys(concept: Concept) -> Iterator[tuple[str, str, str]]:
    """What the chosen names of a concept in use are looked up by."""
    for text in concept.pref_label if not concept.deprecated else ():
        yield (concept.scheme, (text.language or "").split("-")[0], fold(text.value))
