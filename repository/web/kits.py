"""A kit as pages show it: what is known of each part, so that an absence here is not taken for one elsewhere. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from repository.kit import DEPOSITED, ELSEWHERE, NONEXISTENT, UNKNOWN, Kit, Part, expected, parts
from repository.web import texts
from repository.web.addresses import Addresses
from repository.web.texts import Shown
from vocabularies.terms import Terms, fold

STATES: Final = {DEPOSITED: "deposited", ELSEWHERE: "elsewhere", NONEXISTENT: "nonexistent", UNKNOWN: "unknown"}
"""Status of a part -> the name under which the style sheet draws it."""


@dataclass(frozen=True, slots=True)
class Document:
    title: Shown
    href: str


@dataclass(frozen=True, slots=True)
class PartShown:
    """One part: its type, what is known of it, its documents, and where it was declared to be.

    Who declared it is not shown: organisations are public here, persons are not.
    """

    code: str
    type: Shown
    state: str
    status: Shown
    documents: tuple[Document, ...] = ()
    where: Shown | None = None
    url: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class KitShown:
    """One kit. `deposited` of `wanted` expected parts are in the catalogue; `unknown` names the state of the parts
    that nobody has told of, None where there are none."""

    id: str
    href: str
    occupation: Shown
    level: Shown
    country: Shown
    parts: tuple[PartShown, ...]
    deposited: int
    wanted: int
    unknown: Shown | None


def of_kit(kit: Kit, terms: Terms, to: Addresses, titles: Mapping[str, Shown]) -> KitShown:
    """A kit for one reader; `titles` names the documents, by record id."""
    known = parts(kit, terms)
    wanted = set(expected(terms))
    there = sum(each.status == DEPOSITED and each.type in wanted for each in known)
    shown = tuple(_part(each, terms, to, titles) for each in known)
    country = texts.label(terms, kit.key.country, to.language)
    return KitShown(
        id=kit.id,
        href=to.kit(kit.id),
        occupation=texts.label(terms, kit.key.occupation, to.language),
        level=without_country(texts.label(terms, kit.key.level, to.language), [country]),
        country=country,
        parts=shown,
        deposited=there,
        wanted=len(wanted),
        unknown=next((each.status for each in shown if each.state == "unknown"), None),
    )


def legend(terms: Terms, language: str) -> tuple[tuple[str, Shown], ...]:
    """What the marks of the parts mean: (name in the style sheet, words)."""
    return tuple((state, texts.label(terms, iri, language)) for iri, state in STATES.items())


def without_country(level: Shown, countries: Iterable[Shown]) -> Shown:
    """A national level's name beside its country's: "CQP (Bénin)" is "CQP" there."""
    for country in countries:
        cut = len(level.value) - len(f" ({country.value})")
        if cut > 0 and fold(level.value[cut:]) == fold(f" ({country.value})"):
            return replace(level, value=level.value[:cut])
    return level


def _part(part: Part, terms: Terms, to: Addresses, titles: Mapping[str, Shown]) -> PartShown:
    declared = part.declaration
    return PartShown(
        code=type_code(part.type, terms),
        type=texts.label(terms, part.type, to.language),
        state=STATES.get(part.status, "unknown"),
        status=texts.label(terms, part.status, to.language),
        documents=tuple(Document(titles.get(id, Shown(id)), to.resource(id)) for id in part.documents),
        where=texts.best(declared.where, to.language) if declared else None,
        url=declared.url or "" if declared and texts.is_link(declared.url) else "",
        date=texts.day(declared.date, to.language) if declared else "",
    )


def type_code(iri: str, terms: Terms) -> str:
    """The short name of a document type, as people of the field say it: "RF", "SA"."""
    concept = terms.concept(iri)
    return (concept.notation or "").split("-")[0] if concept else ""
