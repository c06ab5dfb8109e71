"""Qualified Dublin Core: one list of statements of a record, for every format that says them in its own names.

Source: DCMI Metadata Terms; the stock Dublin Core registry of DSpace (dublin-core-types.xml).
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from repository.formats import wording
from repository.profile.disclosure import files_are_open
from repository.record import Agent, Record, Text
from vocabularies.terms import Terms


class Term(NamedTuple):
    """One kind of statement: its element in qualified Dublin Core, its field in DSpace ("" where the stock registry
    has none that fits), and what the readers do with it, by name in `formats.acts`."""

    element: str
    field: str
    act: str


TERMS: Final[dict[str, Term]] = {
    "title": Term("dc:title", "title", "title"),
    "creator": Term("dc:creator", "contributor.author", "creator"),
    "contributor": Term("dc:contributor", "contributor", "contributor"),
    "funding": Term("dc:contributor", "description.sponsorship", "funding"),
    "subject": Term("dc:subject", "subject", "subject"),
    "abstract": Term("dcterms:abstract", "description.abstract", "description"),
    "publisher": Term("dc:publisher", "publisher", "publisher"),
    "issued": Term("dcterms:issued", "date.issued", "issued"),
    "modified": Term("dcterms:modified", "", "modified"),
    "type": Term("dc:type", "type", "type"),
    "level": Term("dcterms:educationLevel", "", "level"),
    "audience": Term("dcterms:audience", "", "audience"),
    "media": Term("dc:format", "format.mimetype", "format"),
    "extent": Term("dcterms:extent", "format.extent", "format"),
    "language": Term("dc:language", "language.iso", "language"),
    "licence": Term("dcterms:license", "rights", "licence"),
    "access": Term("dcterms:accessRights", "rights", "access"),
    "rights": Term("dc:rights", "rights", "rights"),
    "holder": Term("dcterms:rightsHolder", "", "rightsHolder"),
    "country": Term("dcterms:spatial", "coverage.spatial", "country"),
    "identifier": Term("dc:identifier", "identifier", "identifier"),
    "isbn": Term("dc:identifier", "identifier.isbn", "identifier"),
    "issn": Term("dc:identifier", "identifier.issn", "identifier"),
    "page": Term("dc:identifier", "identifier.uri", "identifier"),
    "source": Term("dc:source", "relation.isbasedon", "source"),
    "translation": Term("dc:relation", "relation", "relation"),
    "version": Term("dcterms:isVersionOf", "relation.isversionof", "versionOf"),
    "part": Term("dcterms:isPartOf", "relation.ispartof", "isPartOf"),
    "parts": Term("dcterms:hasPart", "relation.haspart", "hasPart"),
    "needs": Term("dcterms:requires", "relation.requires", "requires"),
    "qualification": Term("dc:relation", "relation", "relation"),
}
"""Name -> how a statement stands in each format. Several names share an element; readers tell them apart by value."""


class Statement(NamedTuple):
    """`name` is a key of `TERMS`; `language` a tag in its usual case, None where the words have none."""

    name: str
    value: str
    language: str | None = None


def statements(record: Record, terms: Terms) -> list[Statement]:
    """Everything that qualified Dublin Core can say of a record; addresses of files only where access is open."""
    return [each for each in _statements(record, terms) if each.value.strip()]


def _statements(record: Record, terms: Terms) -> Iterator[Statement]:
    shown = wording.shown(record.language, terms)
    yield from _texts("title", record.title)
    yield from _agents("creator", record.creator)
    for iri in (*record.sector, *record.occupation):
        yield from _texts("subject", wording.labels(iri, shown, terms))
    yield from _texts("subject", record.keyword)
    yield from _texts("subject", record.teaches)
    yield from _texts("abstract", record.description)
    yield from _agents("publisher", (record.publisher,) if record.publisher else ())
    yield from _agents("contributor", tuple(each.agent for each in record.contributor))
    yield from _agents("funding", record.funding)
    if record.issued:
        yield Statement("issued", record.issued)
    if record.modified:
        yield Statement("modified", record.modified)
    for name, iris in (("type", record.resource_type), ("level", record.level), ("audience", record.audience)):
        for iri in iris:
            yield from _texts(name, wording.labels(iri, shown, terms))
    yield from _files(record)
    for iri in record.language:
        yield Statement("language", wording.code(iri, terms))
    yield from _rights(record, shown, terms)
    for iri in record.country:
        yield from _texts("country", wording.labels(iri, ("fr",), terms))
    yield from _identifiers(record, terms)
    yield from _relations(record, shown, terms)


def _texts(name: str, texts: Iterable[Text]) -> Iterator[Statement]:
    for text in texts:
        yield Statement(name, text.value, wording.tag(text.language))


def _agents(name: str, agents: Iterable[Agent]) -> Iterator[Statement]:
    for agent in agents:
        if (text := wording.name(agent)) is not None:
            yield Statement(name, text.value, wording.tag(text.language))


def _files(record: Record) -> Iterator[Statement]:
    for media_type in dict.fromkeys(each.media_type for each in record.distribution if each.media_type):
        yield Statement("media", media_type)
    for each in record.distribution:
        if each.byte_size is not None:
            yield Statement("extent", f"{each.byte_size} bytes")


def _rights(record: Record, shown: tuple[str, ...], terms: Terms) -> Iterator[Statement]:
    if record.licence:
        yield Statement("licence", record.licence)
    if record.access:
        yield from _texts("access", wording.labels(record.access, shown, terms))
    if record.adaptation:
        yield from _texts("rights", wording.labels(record.adaptation, shown, terms))
    yield from _agents("holder", record.rights_holder)
    yield from _texts("rights", record.rights)


def _identifiers(record: Record, terms: Terms) -> Iterator[Statement]:
    for value in record.identifier:
        kind = next((name for name in ("isbn", "issn") if value.startswith(f"urn:{name}:")), "identifier")
        yield Statement(kind, value)
    pages = [terms.resource_iri(record.id) if record.id else "", record.landing_page or ""]
    if files_are_open(record):
        pages += [each.download_url or each.access_url for each in record.distribution]
    for address in dict.fromkeys(pages):
        yield Statement("page", address)


def _relations(record: Record, shown: tuple[str, ...], terms: Terms) -> Iterator[Statement]:
    related = (
        ("source", tuple(each.source for each in record.derivation)),
        ("translation", (record.translation_of,) if record.translation_of else ()),
        ("version", (record.version_of,) if record.version_of else ()),
        ("part", record.is_part_of),
        ("parts", record.has_part),
        ("needs", record.requires),
    )
    for name, resources in related:
        for resource in dict.fromkeys(resources):
            yield Statement(name, terms.resource_iri(resource))
    for iri in record.qualification:
        yield from _texts("qualification", wording.labels(iri, shown, terms))
