"""What an act on concepts would touch, before it is done: records, kits, mappings, decisions, partners, by country."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from harvest import unsure
from harvest.journal import Journal
from repository.catalogue import Catalogue
from repository.questions import Questions
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.editing import Edit
from vocabularies.journal import WORD, verdicts_of
from vocabularies.working import Working

_LISTED: Final = 200
_MOST_TOLD: Final = 20_000
"""Records up to which countries and types are counted; a concept that more use is touched by an act of its own kind."""


class Impact(Struct, frozen=True):
    """What hangs on some concepts. `records` counts all; `listed` are the ids of the first of them; `countries` and
    `types` count records by concept (IRI), most first; `mapped` are concepts elsewhere that point here; `words` are the
    keyword decisions that lead here, `partners` the sources whose own words do (id, number of words)."""

    records: int
    listed: tuple[str, ...]
    countries: tuple[tuple[str, int], ...]
    types: tuple[tuple[str, int], ...]
    kits: tuple[str, ...]
    mapped: tuple[str, ...]
    words: int
    partners: tuple[tuple[str, int], ...]

    @property
    def is_none(self) -> bool:
        return not (self.records or self.kits or self.mapped or self.words or self.partners)


def of_concepts(
    iris: Sequence[str], working: Working, catalogue: Catalogue, questions: Questions, journal: Journal
) -> Impact:
    """What hangs on the concepts themselves; those below them are not counted."""
    wanted = set(iris)
    ids = catalogue.using(iris)
    countries, types = _counted(ids[:_MOST_TOLD], catalogue)
    decided = questions.listed(state="accepted", kind=unsure.KIND)
    words = sum(each.details.get("concept") in wanted for each in decided)
    with catalogue.database.reading() as connection:
        words += sum(each.value in wanted for each in verdicts_of(connection, WORD, "").values())
    told = ((source.id, _leading(source.choices.words.values(), wanted)) for source in journal.sources())
    return Impact(
        records=len(ids),
        listed=tuple(ids[:_LISTED]),
        countries=countries,
        types=types,
        kits=tuple(sorted({id for iri in iris for id in catalogue.kits_using(iri)})),
        mapped=tuple(mapped_to(wanted, working)),
        words=words,
        partners=tuple((id, number) for id, number in told if number),
    )


def touched(edit: Edit) -> list[str]:
    """The concepts whose use an act changes the meaning of: those withdrawn, renamed or moved by it, not new ones."""
    return [each.iri for each in edit.changes if each.before is not None]


def mapped_to(iris: set[str], working: Working) -> Iterable[str]:
    """The concepts that are mapped to any of these, in the order of their addresses."""
    held = {**working.published.concepts, **working.drafts}
    return sorted(each.iri for each in held.values() if each.iri not in iris and _targets(each) & iris)


def _targets(concept: Concept) -> set[str]:
    return {iri for name in MAPPINGS for iri in getattr(concept, name)}


def _leading(words: Iterable[str], wanted: set[str]) -> int:
    return sum(iri in wanted for iri in words)


def _counted(
    ids: Sequence[str], catalogue: Catalogue
) -> tuple[tuple[tuple[str, int], ...], tuple[tuple[str, int], ...]]:
    countries: Counter[str] = Counter()
    types: Counter[str] = Counter()
    for start in range(0, len(ids), 500):
        for stored in catalogue.get_many(ids[start : start + 500]).values():
            countries.update(set(stored.record.country))
            types.update(set(stored.record.resource_type))
    return tuple(countries.most_common()), tuple(types.most_common())
