"""schema.org and AMB as JSON-LD -> a record, tolerant of strings, objects and lists wherever one may stand.

The context is never fetched: keys are those of schema.org, whatever prefix they have; "@language" of an inline
context gives texts their language. What has no place is kept leaf by leaf under its path ("schema:image").
"""

from typing import Final

from repository.formats.reading import Reading
from repository.formats.schema_org_document import decoded, described
from repository.formats.schema_org_reader import Act, Reader
from vocabularies.terms import Terms


def read(data: bytes, terms: Terms) -> Reading:
    """The record of one document. Raises UnreadableRecord where it describes nothing by a name or an address."""
    return Reader(described(decoded(data)), terms).reading(FIRST, ACTS)


def _each(key: str) -> Act:
    return lambda reader, name, value: reader.each(key, name, value)


def _plain(key: str) -> Act:
    return lambda reader, name, value: reader.plain(key, name, value)


def _concept(key: str, scheme: str) -> Act:
    return lambda reader, name, value: reader.concept(key, scheme, name, value)


def _agent(key: str) -> Act:
    return lambda reader, name, value: reader.agent(key, name, value)


def _linked(key: str) -> Act:
    return lambda reader, name, value: reader.linked(key, name, value)


FIRST: Final = ("name", "datePublished", "url", "identifier", "conditionsOfAccess")
"""Keys that decide about others, whatever their order."""

ACTS: Final[dict[str, Act]] = {
    "id": lambda _reader, _name, _value: None,
    "type": Reader.types,
    "name": _each("title"),
    "headline": _each("title"),
    "alternateName": _each("title"),
    "description": _each("description"),
    "abstract": _each("description"),
    "keywords": Reader.keywords,
    "about": Reader.subject,
    "learningResourceType": _concept("resourceType", "resource-type"),
    "educationalLevel": _concept("level", "level"),
    "audience": _concept("audience", "audience"),
    "teaches": _each("teaches"),
    "competencyRequired": _each("competencyRequired"),
    "educationalAlignment": _concept("qualification", "level"),
    "inLanguage": Reader.language,
    "license": Reader.rights,
    "conditionsOfAccess": Reader.rights,
    "usageInfo": Reader.rights,
    "copyrightNotice": Reader.rights,
    "creator": _agent("creator"),
    "author": _agent("creator"),
    "publisher": _agent("publisher"),
    "funder": _agent("funding"),
    "copyrightHolder": _agent("rightsHolder"),
    "contributor": Reader.contributor,
    "datePublished": _plain("issued"),
    "dateCreated": Reader.created,
    "dateModified": _plain("modified"),
    "timeRequired": _plain("timeRequired"),
    "version": _plain("version"),
    "creativeWorkStatus": _each("status"),
    "identifier": Reader.identifier,
    "url": Reader.page,
    "spatialCoverage": Reader.place,
    "isBasedOn": _linked("derivation"),
    "translationOfWork": _linked("translationOf"),
    "exampleOfWork": _linked("versionOf"),
    "isPartOf": _linked("isPartOf"),
    "hasPart": _linked("hasPart"),
    "encoding": Reader.media,
    "associatedMedia": Reader.media,
    "interactivityType": Reader.interactivity,
    "isAccessibleForFree": Reader.free,
    "mainEntityOfPage": Reader.main_page,
}
"""Key of schema.org -> what is done with one value of it; all others are kept leaf by leaf."""
