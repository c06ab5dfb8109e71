"""Where a resource stands among those that were made from one another. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from repository.record import Derivation, Record
from repository.web import fields, texts
from repository.web.fields import Reading, Value
from repository.web.results import title
from repository.web.texts import Shown
from vocabularies.terms import Terms

_MOST_PLACES: Final = 3


@dataclass(frozen=True, slots=True)
class Relative:
    """A resource that this one was made from, or that was made from it, with its countries.

    `kind` is None where it is not said.
    """

    resource: Value
    kind: Shown | None
    changes: tuple[Shown, ...] = ()
    places: tuple[Shown, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """Where a resource stands among those that were made from one another."""

    sources: tuple[Relative, ...]
    adaptations: tuple[Relative, ...]
    others: tuple[Relative, ...]

    def __bool__(self) -> bool:
        return bool(self.sources or self.adaptations or self.others)


def of_record_and_kin(
    record: Record, pointing: Sequence[Record], places_of: Mapping[str, tuple[Shown, ...]], reading: Reading
) -> Family:
    """The family of a record: what it names as its sources, with their countries, and the records that point at it."""
    sources = [
        _relative(each, reading, fields.resource(each.source, reading), places_of.get(each.source, ()))
        for each in record.derivation
    ]
    made, others = [], []
    for each in pointing:
        link = Value(title(each, reading.language), reading.to.resource(each.id))
        where = places(each, reading.terms, reading.language)
        derivations = [how for how in each.derivation if how.source == record.id]
        made += [_relative(how, reading, link, where) for how in derivations]
        if not derivations and each.id != record.id:
            others.append(Relative(link, None, places=where))
    return Family(tuple(sources), tuple(made), tuple(others))


def _relative(each: Derivation, reading: Reading, link: Value, where: tuple[Shown, ...]) -> Relative:
    kind = texts.label(reading.terms, each.kind, reading.language) if each.kind else None
    changes = tuple(texts.shown(text, reading.language) for text in each.changes)
    return Relative(link, kind, changes, where)


def places(record: Record, terms: Terms, language: str) -> tuple[Shown, ...]:
    """The countries of a record, a few of them."""
    return tuple(texts.label(terms, iri, language) for iri in record.country[:_MOST_PLACES])
