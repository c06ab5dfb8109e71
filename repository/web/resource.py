"""The page of one resource: what the record says, whom its files are for, its kits, its family, its origin. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from harvest.verdict import Link
from repository.formats.registry import Format
from repository.kit import Kit
from repository.namespaces import VOCABULARY
from repository.profile.disclosure import files_are_open
from repository.record import CatalogRecord, Distribution, Record
from repository.web import fields, kits, texts
from repository.web.addresses import Addresses
from repository.web.family import Family, of_record_and_kin
from repository.web.fields import Field, Reading, Value
from repository.web.kits import KitShown
from repository.web.results import result, title
from repository.web.texts import Shown
from vocabularies.terms import Terms

PARTICIPANTS: Final = VOCABULARY + "access/participants"


@dataclass(frozen=True, slots=True)
class File:
    """One file. `href` is "" where the resource's policy does not let everybody have it; `lost` says since when its
    address is known to be dead, "" where it is not."""

    title: Shown | None
    href: str
    media_type: str
    size: str
    checksum: str
    lost: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """The files and the policy that says whom they are for. `is_open` is true where they are for everybody.

    `asking` says how others come by them: "partner" (on the page of who has them), "entity" (through the national
    entity), "here" (by writing to the catalogue), "" where there is nothing to ask for. `page_lost` says when the
    landing page was last found dead.
    """

    is_open: bool
    policy: Shown | None
    meaning: Shown | None
    files: tuple[File, ...]
    landing_page: str
    asking: str = ""
    page_lost: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a description came from: the source's name and the fields of its catalogue record."""

    source: Shown
    href: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Twin:
    """Another description of the same resource, and who gave it: a source, or None for one of our own."""

    title: Shown
    href: str
    source: Shown | None


@dataclass(frozen=True, slots=True)
class FormatLink:
    """One way to take the record along."""

    name: str
    media_type: str
    href: str


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """Everything that the template shows of one resource."""

    id: str
    iri: str
    title: Shown
    crumbs: tuple[Value, ...]
    facts: tuple[Shown, ...]
    other_titles: tuple[Shown, ...]
    descriptions: tuple[Shown, ...]
    code: str
    kind: Value | None
    files: Files
    kits: tuple[KitShown, ...]
    family: Family
    fields: tuple[Field, ...]
    licence: Value | None
    adaptation: Shown | None
    origins: tuple[Origin, ...]
    words: tuple[Field, ...]
    citation: str
    formats: tuple[FormatLink, ...]
    twins: tuple[Twin, ...]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What stands around a record: its kits, records that point at it, titles and countries of those that it or
    its kits name, the names of sources by their id, what is known of its links by their address, and the other records
    that describe the same resource (`alike`, the representative of all first unless it is this one)."""

    kits: Sequence[Kit] = ()
    pointing: Sequence[Record] = ()
    titles: Mapping[str, Shown] = field(default_factory=dict)
    places: Mapping[str, tuple[Shown, ...]] = field(default_factory=dict)
    sources: Mapping[str, Shown] = field(default_factory=dict)
    links: Mapping[str, Link] = field(default_factory=dict)
    alike: Sequence[Record] = ()


def of_record(
    record: Record, around: Surroundings, terms: Terms, to: Addresses, formats: Iterable[Format]
) -> ResourcePage:
    reading = Reading(terms, to, dict(around.titles))
    name = title(record, to.language)
    kind = record.resource_type[0] if record.resource_type else ""
    others = [texts.shown(each, to.language) for each in record.title]
    return ResourcePage(
        id=record.id,
        iri=terms.resource_iri(record.id),
        title=name,
        crumbs=_crumbs(record, reading),
        facts=result(record, terms, to).facts,
        other_titles=tuple(each for each in others if each != name),
        descriptions=_descriptions(record, to.language),
        code=kits.type_code(kind, terms),
        kind=fields.concept(kind, reading, "type") if kind else None,
        files=_files(record, around.links, terms, to.language),
        kits=tuple(kits.of_kit(each, terms, to, around.titles) for each in around.kits),
        family=of_record_and_kin(record, around.pointing, around.places, reading),
        fields=fields.of_record(record, reading),
        licence=fields.concept(record.licence, reading) if record.licence else None,
        adaptation=texts.label(terms, record.adaptation, to.language) if record.adaptation else None,
        origins=tuple(_origin(each, around.sources, reading) for each in record.catalog_record),
        words=tuple(_word(each.element, texts.shown(each.text, to.language)) for each in record.source_word),
        citation=citation(record, terms, to.language),
        formats=tuple(format_link(each, record.id, to) for each in formats),
        twins=tuple(_twin(each, around.sources, to) for each in around.alike),
    )


def _twin(record: Record, names: Mapping[str, Shown], to: Addresses) -> Twin:
    source = record.catalog_record[0].source if record.catalog_record else ""
    return Twin(
        title(record, to.language), to.resource(record.id), names.get(source, Shown(source)) if source else None
    )


def named(record: Record) -> set[str]:
    """The local ids of resources that a record names, so that their titles can be looked up."""
    single = [record.translation_of, record.version_of]
    many = [*record.is_part_of, *record.has_part, *record.requires, *(each.source for each in record.derivation)]
    return {id for id in (*single, *many) if id and ":" not in id}


def citation(record: Record, terms: Terms, language: str) -> str:
    """How to name the resource elsewhere: who (year). Title. Type. Publisher. Address."""
    makers = [agent.name[0].value for agent in record.creator if agent.name]
    publisher = record.publisher.name[0].value if record.publisher and record.publisher.name else ""
    who = ", ".join(makers) or publisher
    year = f" ({record.issued[:4]})" if record.issued else ""
    kind = texts.label(terms, record.resource_type[0], language).value if record.resource_type else ""
    parts = [f"{who}{year}" if who else year.strip(), title(record, language).value, kind]
    parts += [publisher] if makers else []
    return ". ".join(part.rstrip(".") for part in (*parts, terms.resource_iri(record.id)) if part)


def format_link(each: Format, id: str, to: Addresses) -> FormatLink:
    return FormatLink(
        _NAMES.get(each.prefix, each.prefix), each.media_type, to.neutral(f"resource/{id}.{each.extension}")
    )


_NAMES: Final = {
    "turtle": "Turtle",
    "ntriples": "N-Triples",
    "rdf": "RDF/XML",
    "jsonld": "JSON-LD",
    "schema": "schema.org",
    "oai_dc": "Dublin Core",
    "lom": "LOM",
    "lomfr": "LOM-FR",
    "oai_qdc": "Qualified Dublin Core",
    "qdc": "Qualified Dublin Core (DSpace)",
    "dim": "DIM (DSpace)",
    "ore": "OAI-ORE",
    "oai_openaire": "OpenAIRE",
    "unimarc": "UNIMARC",
}
"""Formats as the field calls them, the same in every language."""


def _crumbs(record: Record, reading: Reading) -> tuple[Value, ...]:
    """The way down to a resource: its country, and there its métier, each a search."""
    found: list[Value] = []
    chosen: dict[str, tuple[str, ...]] = {}
    for facet, held in (("country", record.country), ("occupation", record.occupation)):
        if len(held) == 1 and reading.terms.concept(held[0]):
            chosen[facet] = held
            label = texts.label(reading.terms, held[0], reading.language)
            found.append(Value(label, reading.to.search(chosen, reading.terms)))
    return tuple(found)


def _asking(record: Record, is_open: bool) -> str:
    if is_open or not record.distribution:
        return ""
    if record.catalog_record and texts.is_link(record.landing_page):
        return "partner"
    return "entity" if record.access == PARTICIPANTS else "here"


def _descriptions(record: Record, language: str) -> tuple[Shown, ...]:
    """The descriptions in the reader's language, or in the next best one."""
    chosen = texts.best(record.description, language)
    every = [texts.shown(each, language) for each in record.description]
    return tuple(each for each in every if chosen and each.language == chosen.language)


def _files(record: Record, links: Mapping[str, Link], terms: Terms, language: str) -> Files:
    concept = terms.concept(record.access) if record.access else None
    is_open = files_are_open(record)
    return Files(
        is_open=is_open,
        policy=texts.label(terms, record.access, language) if record.access else None,
        meaning=texts.best(concept.definition, language) if concept else None,
        files=tuple(_file(each, is_open, links, language) for each in record.distribution),
        landing_page=record.landing_page or "" if texts.is_link(record.landing_page) else "",
        asking=_asking(record, is_open),
        page_lost=_lost(record.landing_page or "", links, language),
    )


def _file(each: Distribution, is_open: bool, links: Mapping[str, Link], language: str) -> File:
    address = each.download_url or each.access_url
    return File(
        title=texts.best(each.title, language),
        href=address if is_open and texts.is_link(address) else "",
        media_type=_media_name(each.media_type or ""),
        size=texts.size(each.byte_size, language) if each.byte_size is not None else "",
        checksum=f"{each.checksum.algorithm} {each.checksum.value}" if each.checksum else "",
        lost=_lost(address, links, language) if is_open else "",
    )


def _lost(url: str, links: Mapping[str, Link], language: str) -> str:
    """When a dead link was last looked at, as people read it; "" for every other."""
    link = links.get(url)
    return texts.day((link.checked or "")[:10], language) if link and link.state == "dead" else ""


def _media_name(media_type: str) -> str:
    """A media type as people say it: "PDF"; others as they stand."""
    return _MEDIA.get(media_type, media_type)


_MEDIA: Final = {
    "application/pdf": "PDF",
    "application/epub+zip": "EPUB",
    "application/zip": "ZIP",
    "application/msword": "DOC",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "DOCX",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "XLSX",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "PPTX",
    "application/vnd.oasis.opendocument.text": "ODT",
    "application/vnd.oasis.opendocument.spreadsheet": "ODS",
    "application/vnd.oasis.opendocument.presentation": "ODP",
    "text/html": "HTML",
    "video/mp4": "MP4",
    "audio/mpeg": "MP3",
}


def _origin(each: CatalogRecord, names: Mapping[str, Shown], reading: Reading) -> Origin:
    details = [detail for detail in fields.of_node(each, reading) if detail.name != "recordSource"]
    return Origin(
        names.get(each.source, Shown(each.source)), f"{reading.to.page('sources')}#{each.source}", tuple(details)
    )


def _word(element: str, value: Shown) -> Field:
    return Field(element, element, (Value(value),))
