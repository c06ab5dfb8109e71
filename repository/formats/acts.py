"""What is done with one value of a property whatever format brought it, as one table over the draft's acts."""

from collections.abc import Callable
from typing import Final

from repository.formats.draft import Draft
from repository.formats.normalise import identifiers, words

Act = Callable[[Draft, str, str, str | None], object]
"""(draft, where the words stood, the words, their language); words without a place are kept by the act."""


def _text(key: str) -> Act:
    return lambda draft, element, value, language: draft.text(key, element, value, language)


def _agent(key: str) -> Act:
    return lambda draft, element, value, language: draft.agent(key, element, value, language)


def _concept(key: str, scheme: str) -> Act:
    return lambda draft, element, value, language: (
        draft.concept(key, scheme, element, value, language) or draft.keep(element, value, language)
    )


def _date(key: str) -> Act:
    return lambda draft, element, value, _language: draft.date(key, element, value)


def _relation(key: str) -> Act:
    return lambda draft, element, value, _language: draft.relation(key, element, value)


def _string(key: str) -> Act:
    return lambda draft, element, value, language: draft.set(key, value.strip()) or draft.keep(element, value, language)


def _keep(draft: Draft, element: str, value: str, language: str | None) -> bool:
    return draft.keep(element, value, language)


def _level(draft: Draft, element: str, value: str, language: str | None) -> bool:
    iri = words.level(value, draft.terms)
    if iri is None:
        return draft.keep(element, value, language)
    draft.note("level-word", "level", value, iri)
    return draft.set("level", iri)


def _page(draft: Draft, element: str, value: str, language: str | None) -> bool:
    if not identifiers.is_address(value):
        return draft.keep(element, value, language)
    return draft.set("landingPage", value) or draft.identifier(element, value)


def _source(draft: Draft, element: str, value: str, language: str | None) -> bool:
    """A derivation where a resource of this catalogue is named; elsewhere a "source" is often a journal."""
    if draft.terms.local_id(value) != value:
        return draft.derivation(element, value)
    return draft.keep(element, value, language)


ACTS: Final[dict[str, Act]] = {
    "title": _text("title"),
    "description": _text("description"),
    "teaches": _text("teaches"),
    "competencyRequired": _text("competencyRequired"),
    "subject": lambda draft, element, value, language: draft.subject(element, value, language),
    "keyword": lambda draft, element, value, language: draft.subject(element, value, language),
    "sector": lambda draft, element, value, language: draft.subject(element, value, language),
    "occupation": lambda draft, element, value, language: draft.subject(element, value, language),
    "language": lambda draft, element, value, _language: draft.language(element, value),
    "type": lambda draft, element, value, language: draft.type(element, value, language),
    "resourceType": lambda draft, element, value, language: draft.type(element, value, language),
    "level": _level,
    "audience": _concept("audience", "audience"),
    "qualification": _concept("qualification", "level"),
    "status": _concept("status", "status"),
    "timeRequired": lambda draft, element, value, _language: draft.duration(element, value),
    "creator": _agent("creator"),
    "publisher": _agent("publisher"),
    "rightsHolder": _agent("rightsHolder"),
    "funding": _agent("funding"),
    "contributor": lambda draft, element, value, language: draft.contribution(element, value, language),
    "issued": _date("issued"),
    "modified": _date("modified"),
    "version": _string("version"),
    "rights": lambda draft, element, value, language: draft.rights(element, value, language),
    "licence": lambda draft, element, value, language: draft.rights(element, value, language),
    "access": lambda draft, element, value, language: draft.rights(element, value, language),
    "country": lambda draft, element, value, _language: draft.country(element, value),
    "identifier": lambda draft, element, value, _language: draft.identifier(element, value),
    "landingPage": _page,
    "source": _source,
    "derivation": lambda draft, element, value, _language: draft.derivation(element, value),
    "translationOf": _relation("translationOf"),
    "versionOf": _relation("versionOf"),
    "isPartOf": _relation("isPartOf"),
    "hasPart": _relation("hasPart"),
    "requires": _relation("requires"),
    "relation": _keep,
}
"""JSON key of the profile, or the name of a looser element ("subject", "source", "relation") -> its act."""
