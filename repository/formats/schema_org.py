"""schema.org as JSON-LD, in the profile of AMB. Source: schema.org; AMB (DINI-AG-KIM), General Metadata Profile.

Concepts are SKOS objects with their labels; the terms of the vocabularies that AMB asks for (HCRT, LRMI, KIM)
follow ours where a mapping names them. Addresses of files stand only where access is open.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, Final

import msgspec

from repository.namespaces import PREFIXES
from repository.profile.disclosure import OPEN, files_are_open
from repository.profile.nodes import without_surrogates
from repository.record import Agent, Distribution, Record, Text
from vocabularies.terms import Terms, choose

PROFILE: Final = PREFIXES["schema"]
"""The profile parameter that asks for this format (RFC 6906)."""

AMB: Final = "https://w3id.org/kim/amb/context.jsonld"
CONTEXT: Final = "https://schema.org/"
_TYPES: Final = {"person": "Person", "organisation": "Organization"}
_HCRT: Final = "https://w3id.org/kim/hcrt/"
_LEVELS: Final = "https://w3id.org/kim/educationalLevel/"
_ROLES: Final = "http://purl.org/dcx/lrmi-vocabs/educationalAudienceRole/"
_LOGIN: Final = "https://w3id.org/kim/conditionsOfAccess/"


def write(record: Record, terms: Terms) -> bytes:
    """The record as one JSON-LD document with the contexts of AMB and schema.org, for programs."""
    document = as_object(record, terms)
    language = _language(record)
    return _encode({"@context": [AMB, CONTEXT, {"@language": language}], **document})


def embedded(record: Record, terms: Terms, language: str) -> bytes:
    """The record as plain schema.org for the head of its page in a reader's language ("@id", "@type")."""
    return _encode({"@context": CONTEXT, **_plain_keys(as_object(record, terms, language))})


def _encode(document: dict[str, Any]) -> bytes:
    try:
        return msgspec.json.encode(document)
    except UnicodeEncodeError:
        return msgspec.json.encode(without_surrogates(document))


def _plain_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {f"@{key}" if key in ("id", "type") else key: _plain_keys(held) for key, held in value.items()}
    return [_plain_keys(each) for each in value] if isinstance(value, list) else value


def _language(record: Record) -> str:
    """The default language of the document: that of the title shown."""
    shown = choose(record.title, "fr")
    return shown.language if shown and shown.language else "fr"


def as_object(record: Record, terms: Terms, language: str | None = None) -> dict[str, Any]:
    """The record as a JSON object without context; empty properties are left out."""
    language = language or _language(record)
    found = {
        "id": terms.resource_iri(record.id) if record.id else record.landing_page,
        "type": ["LearningResource"],
        **_described(record, terms, language),
        **_classified(record, terms),
        **_agents(record),
        **_dated(record, terms, language),
        **_allowed(record, terms),
        **_linked(record, terms),
    }
    return {key: value for key, value in found.items() if value not in (None, [], "", {})}


def _described(record: Record, terms: Terms, language: str) -> dict[str, Any]:
    title = choose(record.title, language)
    return {
        "name": title.value if title else None,
        "alternateName": [_value(each) for each in record.title if each != title],
        "description": _description(record.description, title),
        f"{PROFILE}description": _foreign(record.description, title),
        "keywords": [each.value for each in record.keyword if each.language == _tag(title)],
        f"{PROFILE}keywords": _foreign(record.keyword, title),
        "inLanguage": [concept.notation for iri in record.language if (concept := terms.concept(iri))],
        "identifier": list(record.identifier),
        "url": record.landing_page,
    }


def _tag(title: Text | None) -> str | None:
    return title.language if title else None


def _description(texts: tuple[Text, ...], title: Text | None) -> str | None:
    """The paragraphs in the language of the title: AMB allows one string."""
    return "\n\n".join(each.value for each in texts if each.language == _tag(title)) or None


def _foreign(texts: tuple[Text, ...], title: Text | None) -> list[Any]:
    """The texts in other languages, under the full name of their property: AMB's short one takes strings only."""
    return [_value(each) for each in texts if each.language != _tag(title)]


def _value(text: Text) -> dict[str, str]:
    return {"@value": text.value, "@language": text.language} if text.language else {"@value": text.value}


def _classified(record: Record, terms: Terms) -> dict[str, Any]:
    return {
        "about": _concepts((*record.sector, *record.occupation), terms),
        "learningResourceType": _concepts(record.resource_type, terms, _HCRT),
        "educationalLevel": _concepts(record.level, terms, _LEVELS),
        "audience": _concepts(record.audience, terms, _ROLES),
        "teaches": [_competency(each) for each in record.teaches],
        "competencyRequired": [_competency(each) for each in record.competency_required],
        "educationalAlignment": [_alignment(iri, terms) for iri in record.qualification],
        "interactivityType": _word(record.interactivity_type, terms, "en"),
    }


def _concepts(iris: Iterable[str], terms: Terms, others: str = "") -> list[Any]:
    ours = [_concept(iri, terms) for iri in iris]
    matched = dict.fromkeys(link for iri in iris for link in _matches(iri, others, terms)) if others else {}
    return ours + [{"id": link, "type": "Concept"} for link in matched]


@lru_cache(maxsize=16384)
def _concept(iri: str, terms: Terms) -> dict[str, Any]:
    concept = terms.concept(iri)
    labels = {text.language: text.value for text in concept.pref_label if text.language} if concept else {}
    scheme = terms.schemes.get(concept.scheme) if concept else None
    found: dict[str, Any] = {"id": iri, "type": "Concept"}
    if labels:
        found["prefLabel"] = labels
    if scheme:
        found["inScheme"] = {"id": scheme.iri}
    return found


@lru_cache(maxsize=16384)
def _matches(iri: str, start: str, terms: Terms) -> tuple[str, ...]:
    """The concepts of another vocabulary that a concept is mapped to, through one of our own where need be."""
    concept = terms.concept(iri)
    links = (*concept.exact_match, *concept.close_match, *concept.broad_match) if concept else ()
    direct = tuple(link for link in links if link.startswith(start))
    if direct:
        return direct[:1]
    further = [found for link in links if (found := terms.concept(link))]
    return tuple(link for each in further for link in each.exact_match if link.startswith(start))[:1]


def _competency(text: Text) -> dict[str, Any]:
    return {
        "type": "DefinedTerm",
        **({"prefLabel": {text.language: text.value}} if text.language else {"name": text.value}),
    }


def _alignment(iri: str, terms: Terms) -> dict[str, Any]:
    label = terms.label(iri, "fr")
    return {
        "type": "AlignmentObject",
        "alignmentType": "educationalLevel",
        "targetUrl": iri,
        "targetName": label.value if label else iri,
    }


def _word(iri: str | None, terms: Terms, language: str) -> str | None:
    label = terms.label(iri, language) if iri else None
    return label.value if label else None


def _agents(record: Record) -> dict[str, Any]:
    return {
        "creator": [_agent(each) for each in record.creator],
        "contributor": [_agent(each.agent) for each in record.contributor],
        "publisher": [_agent(record.publisher)] if record.publisher else [],
        "copyrightHolder": [_agent(each) for each in record.rights_holder],
        "funder": [_agent(each) for each in record.funding],
    }


def _agent(agent: Agent) -> dict[str, Any]:
    found: dict[str, Any] = {"type": _TYPES[agent.kind]} if agent.kind in _TYPES else {}
    if agent.id:
        found["id"] = agent.id
    if agent.name:
        found["name"] = agent.name[0].value
    if agent.homepage:
        found["url"] = agent.homepage
    return found


def _dated(record: Record, terms: Terms, language: str) -> dict[str, Any]:
    return {
        "datePublished": record.issued,
        "dateModified": record.modified,
        "timeRequired": record.time_required,
        "version": record.version,
        "creativeWorkStatus": _word(record.status, terms, language),
    }


def _allowed(record: Record, terms: Terms) -> dict[str, Any]:
    access = record.access
    matched = _matches(access, _LOGIN, terms) if access else ()
    return {
        "license": {"id": record.licence} if record.licence else None,
        "usageInfo": [each.value for each in record.rights],
        "conditionsOfAccess": {"id": (*matched, access)[0], "type": "Concept"} if access else None,
        "isAccessibleForFree": True if access == OPEN else None,
    }


def _linked(record: Record, terms: Terms) -> dict[str, Any]:
    def linked(resources: Iterable[str | None]) -> list[Any]:
        return [{"id": terms.resource_iri(each)} for each in resources if each]

    return {
        "spatialCoverage": list(_places(record.country, terms)),
        "isBasedOn": linked(each.source for each in record.derivation),
        "translationOfWork": next(iter(linked([record.translation_of])), None),
        "exampleOfWork": next(iter(linked([record.version_of])), None),
        "isPartOf": linked(record.is_part_of),
        "hasPart": linked(record.has_part),
        "encoding": [_media(each) for each in record.distribution] if files_are_open(record) else [],
        "mainEntityOfPage": [{"id": terms.resource_iri(record.id), "type": "WebContent"}] if record.id else [],
    }


def _places(iris: Iterable[str], terms: Terms) -> Iterator[Any]:
    for iri in iris:
        label = terms.label(iri, "fr")
        yield {"id": iri, "type": "Country", "name": label.value if label else iri}


def _media(distribution: Distribution) -> dict[str, Any]:
    found = {
        "type": "MediaObject",
        "contentUrl": distribution.download_url or distribution.access_url,
        "encodingFormat": distribution.media_type,
        "contentSize": None if distribution.byte_size is None else str(distribution.byte_size),
        "name": distribution.title[0].value if distribution.title else None,
    }
    if distribution.checksum and distribution.checksum.algorithm == "sha256":
        found["sha256"] = distribution.checksum.value
    return {key: value for key, value in found.items() if value is not None}
