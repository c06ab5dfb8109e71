"""The search page: what was asked, what was found, and what else can be chosen. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from repository.record import Record
from repository.search import Hits
from repository.web import texts
from repository.web.addresses import FACETS, Addresses, code, value_of
from repository.web.kits import type_code, without_country
from repository.web.texts import Shown
from vocabularies.terms import Terms, fold

PAGE_SIZE: Final = 20
LONGEST_QUESTION: Final = 300
_LISTED: Final = 8
"""Values of a facet that are shown before "more"."""

_MOST_LISTED: Final = 120
_UNFOLDED: Final = ("country", "type", "level")
"""Facets that stand open; the others open when they are touched, or when something in them is chosen."""

_MOST_CHOSEN: Final = 20


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asked: words, chosen concepts by facet, the page, and "kits" or "" for resources."""

    words: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    page: int = 1
    show: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a facet: how many documents it would leave, and whether it is chosen."""

    label: Shown
    code: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: the values that are seen first, those behind "more", and whether it stands open."""

    name: str
    first: tuple[Choice, ...]
    more: tuple[Choice, ...]
    unfolded: bool = True


@dataclass(frozen=True, slots=True)
class Filter:
    """A chosen value that can be taken away again."""

    label: Shown
    without: str


@dataclass(frozen=True, slots=True)
class Result:
    """One record in a list."""

    title: Shown
    href: str
    code: str
    type: Shown | None
    facts: tuple[Shown, ...]
    excerpt: Shown | None
    access: str
    kits: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pages:
    """Where a reader stands in a list of several pages; "" where there is no such page."""

    number: int
    last: int
    before: str
    after: str


def asked(arguments: Iterable[tuple[str, str]], terms: Terms) -> Question:
    """A search out of an address's (name, value) pairs; what is not understood is left out."""
    pairs = list(arguments)
    given = dict(reversed(pairs))
    chosen = {
        facet: tuple(
            dict.fromkeys(iri for name, value in pairs if name == facet and (iri := value_of(facet, value, terms)))
        )
        for facet in FACETS
    }
    return Question(
        words=" ".join(given.get("q", "").split())[:LONGEST_QUESTION],
        chosen={facet: held[:_MOST_CHOSEN] for facet, held in chosen.items() if held},
        page=_page_number(given.get("page", "")),
        show="kits" if given.get("show") == "kits" else "",
    )


def facets(question: Question, hits: Hits, terms: Terms, language: str) -> tuple[Facet, ...]:
    """The facets with something to choose; what is chosen stands first."""
    return tuple(facet for name in FACETS if (facet := _facet(name, question, hits, terms, language)).first)


def _facet(name: str, question: Question, hits: Hits, terms: Terms, language: str) -> Facet:
    counts = dict(hits.facets.get(name, ()))
    chosen = question.chosen.get(name, ())
    values = [*chosen, *(iri for iri in counts if iri not in chosen)]
    choices = [
        Choice(texts.label(terms, iri, language), code(name, iri, terms), counts.get(iri, 0), iri in chosen)
        for iri in values[:_MOST_LISTED]
    ]
    choices.sort(key=lambda each: (not each.chosen, -each.count, fold(each.label.value)))
    cut = max(_LISTED, len(chosen))
    # a "more" that would open on a single value costs a line and hides one
    cut = cut + 1 if len(choices) == cut + 1 else cut
    return Facet(name, tuple(choices[:cut]), tuple(choices[cut:]), bool(chosen) or name in _UNFOLDED)


def filters(question: Question, terms: Terms, to: Addresses) -> tuple[Filter, ...]:
    """Each chosen value with the address of the same search without it."""
    found = []
    for facet, held in question.chosen.items():
        for iri in held:
            others = {**question.chosen, facet: tuple(each for each in held if each != iri)}
            href = to.search(others, terms, question.words, show=question.show)
            found.append(Filter(texts.label(terms, iri, to.language), href))
    return tuple(found)


def pages(question: Question, total: int, terms: Terms, to: Addresses) -> Pages:
    def at(page: int) -> str:
        return to.search(question.chosen, terms, question.words, page, question.show) if 1 <= page <= last else ""

    last = max(1, -(-min(total, 10_000) // PAGE_SIZE))
    return Pages(question.page, last, at(question.page - 1), at(question.page + 1))


def result(record: Record, terms: Terms, to: Addresses) -> Result:
    """A record as a line of a list: type, title, country, métier, level, year."""
    language = to.language
    described = texts.best(record.description, language)
    kind = record.resource_type[0] if record.resource_type else ""
    countries = [texts.label(terms, iri, language) for iri in record.country[:3]]
    occupations = [texts.label(terms, iri, language) for iri in record.occupation[:2]]
    levels = [without_country(texts.label(terms, iri, language), countries) for iri in record.level[:1]]
    year = [Shown(record.issued[:4])] if record.issued else []
    return Result(
        title=title(record, language),
        href=to.resource(record.id),
        code=type_code(kind, terms),
        type=texts.label(terms, kind, language) if kind else None,
        facts=(*countries, *occupations, *levels, *year),
        excerpt=_cut(described) if described else None,
        access=(record.access or "").rsplit("/", 1)[-1],
    )


def title(record: Record, language: str) -> Shown:
    """What a record is called: its title, else its first identifier, else its id."""
    return texts.best(record.title, language) or Shown(next(iter(record.identifier), record.id))


def _cut(described: Shown) -> Shown:
    return Shown(texts.excerpt(described.value), described.language, described.language_name)


def _page_number(written: str) -> int:
    return min(max(int(written), 1), 500) if written.isdecimal() and len(written) < 6 else 1
