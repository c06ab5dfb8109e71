"""The home page: the countries, sectors and document types with what the catalogue has of each. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from repository.namespaces import MU
from repository.search import Hits
from repository.web import texts
from repository.web.addresses import Addresses
from repository.web.kits import type_code
from repository.web.results import Result
from repository.web.texts import Shown
from vocabularies.terms import Terms, fold


@dataclass(frozen=True, slots=True)
class Entry:
    """A way into the catalogue: a concept, how many resources it has, and the search that shows them."""

    label: Shown
    code: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class HomePage:
    """What the home page shows; `ready` is false before the search was first built, when nothing is counted."""

    ready: bool
    resources: int
    kits: int
    countries: tuple[Entry, ...]
    sectors: tuple[Entry, ...]
    types: tuple[Entry, ...]
    newest: tuple[Result, ...]


def of_catalogue(
    total: int, hits: Hits | None, kits: int, newest: Sequence[Result], terms: Terms, to: Addresses
) -> HomePage:
    counts = {name: dict(held) for name, held in (hits.facets if hits else {}).items()}
    participants = terms.participants
    others = [iri for iri in counts.get("country", {}) if iri not in participants]
    return HomePage(
        ready=hits is not None,
        resources=total,
        kits=kits,
        countries=_by_name(_entries("country", (*participants, *others), counts, terms, to)),
        sectors=_by_name(_entries("sector", (each.iri for each in terms.in_scheme("sector")), counts, terms, to)),
        types=tuple(_entries("type", _ranked(terms), counts, terms, to)),
        newest=tuple(newest),
    )


def _entries(
    facet: str, iris: Iterable[str], counts: Mapping[str, Mapping[str, int]], terms: Terms, to: Addresses
) -> list[Entry]:
    held = counts.get(facet, {})
    return [
        Entry(
            texts.label(terms, iri, to.language),
            type_code(iri, terms),
            held.get(iri, 0),
            to.search({facet: [iri]}, terms),
        )
        for iri in iris
    ]


def _by_name(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: fold(entry.label.value)))


def _ranked(terms: Terms) -> list[str]:
    """The broad document types in the order in which a programme is engineered."""
    kinds = [each for each in terms.in_scheme("resource-type") if not each.broader]
    return [each.iri for each in sorted(kinds, key=lambda each: (_rank(each.property_values(MU + "rank")), each.iri))]


def _rank(values: Sequence[object]) -> str:
    return str(values[0]).zfill(3) if values else "999"
