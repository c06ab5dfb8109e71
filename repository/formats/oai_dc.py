"""Simple Dublin Core in the oai_dc container, both ways. Source: OAI-PMH 2.0; DCMES 1.1; oai_dc.xsd (2002).

Written by string building, because the bytes are stored ready to send and rewritten in bulk. Read with every
trap that real repositories set: all of a source's words find a place in the profile or stay source's words.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import msgspec
from lxml import etree

from repository.errors import UnreadableRecord
from repository.formats import wording, xml
from repository.formats.acts import ACTS, Act
from repository.formats.draft import Draft
from repository.formats.normalise import dates, identifiers
from repository.formats.reading import Reading
from repository.formats.xml import escape
from repository.namespaces import PREFIXES
from repository.profile.disclosure import files_are_open
from repository.record import Distribution, Record, Text
from vocabularies.terms import Terms

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
DC: Final = PREFIXES["dc"]
ELEMENTS: Final = frozenset(
    (
        "title", "creator", "subject", "description", "publisher", "contributor", "date", "type", "format",
        "identifier", "source", "language", "relation", "coverage", "rights",
    )
)  # fmt: skip
"""The fifteen elements."""

_HEAD: Final = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="{DC}" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)
_ROOT: Final = f"{{{NAMESPACE}}}dc"
_DCMI: Final = {"video": "MovingImage", "audio": "Sound", "image": "StillImage"}


def write(record: Record, terms: Terms) -> bytes:
    """The record as one oai_dc:dc element. Concepts stand by their labels in French, and in Portuguese and English
    where the resource is in that language; addresses of files only where access is open."""
    shown = wording.shown(record.language, terms)
    parts = [
        _HEAD,
        *_texts("title", record.title),
        *_agents("creator", record.creator),
        *(_labels("subject", iri, shown, terms) for iri in (*record.sector, *record.occupation)),
        *_texts("subject", record.keyword),
        *_texts("subject", record.teaches),
        *_texts("description", record.description),
        *_agents("publisher", (record.publisher,) if record.publisher else ()),
        *_agents("contributor", [each.agent for each in record.contributor]),
        *_agents("contributor", record.funding),
        *([_plain("date", record.issued)] if record.issued else ()),
        *_types(record, shown, terms),
        *_distinct("format", (each.media_type for each in record.distribution)),
        *_distinct("identifier", _identifiers(record, terms)),
        *_distinct("source", (terms.resource_iri(each.source) for each in record.derivation)),
        *(_language(iri, terms) for iri in record.language),
        *_distinct("relation", (terms.resource_iri(each) for each in _related(record))),
        *(_labels("relation", iri, shown, terms) for iri in record.qualification),
        *(_labels("coverage", iri, ("fr",), terms) for iri in record.country),
        *_rights(record, shown, terms),
        *_source_words(record),
        "</oai_dc:dc>",
    ]
    return "".join(parts).encode("utf-8", "ignore")


def _plain(name: str, value: str) -> str:
    return f"<dc:{name}>{escape(value)}</dc:{name}>"


def _texts(name: str, texts: tuple[Text, ...]) -> Iterator[str]:
    for text in texts:
        if text.value.strip():
            yield f"<dc:{name}{_lang(text.language)}>{escape(text.value)}</dc:{name}>"


@lru_cache(maxsize=256)
def _lang(language: str | None) -> str:
    tag = wording.tag(language)
    return f' xml:lang="{tag}"' if tag else ""


def _agents(name: str, agents: Any) -> Iterator[str]:
    for agent in agents:
        if agent.name:
            yield from _texts(name, agent.name[:1])
        elif agent.id:
            yield _plain(name, agent.id)


@lru_cache(maxsize=16384)
def _labels(name: str, iri: str, shown: tuple[str, ...], terms: Terms) -> str:
    """The labels of a concept as elements; an unknown concept stands by its address."""
    return "".join(_texts(name, wording.labels(iri, shown, terms)))


def _language(iri: str, terms: Terms) -> str:
    return _plain("language", wording.code(iri, terms))


def _distinct(name: str, values: Any) -> Iterator[str]:
    for value in dict.fromkeys(values):
        if value:
            yield _plain(name, value)


def _types(record: Record, shown: tuple[str, ...], terms: Terms) -> Iterator[str]:
    for iri in record.resource_type:
        yield _labels("type", iri, shown, terms)
    kinds = [(each.media_type or "").partition("/")[0] for each in record.distribution]
    if record.resource_type:
        yield from _distinct("type", [_DCMI.get(kind, "Text") for kind in kinds] or ["Text"])


def _identifiers(record: Record, terms: Terms) -> Iterator[str | None]:
    yield from record.identifier
    yield terms.resource_iri(record.id) if record.id else None
    yield record.landing_page
    if files_are_open(record):
        yield from (each.download_url or each.access_url for each in record.distribution)


def _related(record: Record) -> Iterator[str]:
    yield from (each for each in (record.translation_of, record.version_of) if each)
    yield from (*record.is_part_of, *record.has_part, *record.requires)


def _rights(record: Record, shown: tuple[str, ...], terms: Terms) -> Iterator[str]:
    if record.licence:
        yield _plain("rights", record.licence)
    for iri in (record.access, record.adaptation):
        if iri:
            yield _labels("rights", iri, shown, terms)
    yield from _agents("rights", record.rights_holder)
    yield from _texts("rights", record.rights)


def _source_words(record: Record) -> Iterator[str]:
    """Words that came in oai_dc go out in the element that they came in."""
    for word in record.source_word:
        prefix, _, name = word.element.partition(":")
        if prefix == "dc" and name in ELEMENTS:
            yield from _texts(name, (word.text,))


_TOGETHER: Final = ("identifier", "date", "format")
"""Elements whose values are looked at together."""

_ACTS: Final = {name: ACTS.get(name, ACTS["relation"]) for name in ELEMENTS.difference(_TOGETHER)} | {
    "coverage": ACTS["country"]
}
"""Element -> what is done with one value of it."""

_PLACES: Final[dict[object, tuple[str, Act | None]]] = {
    f"{{{namespace}}}{name}" if namespace else name: (f"dc:{name}", _ACTS.get(name))
    for namespace in (DC, NAMESPACE, "")
    for name in ELEMENTS
}
"""Tag -> (the element's name in source's words, what is done with one value of it)."""


def read(data: bytes, terms: Terms) -> Reading:
    """The record of one oai_dc:dc element, alone or inside another. Raises UnreadableRecord."""
    return read_element(xml.parse(data, format="oai_dc"), terms)


def read_element(element: etree._Element, terms: Terms) -> Reading:
    """The same as `read` for an element that is parsed already; nothing outside it is looked at."""
    root = _container(element)
    draft = Draft(terms)
    inherited = _language_within(root, element)
    together: dict[str, list[str]] = {f"dc:{name}": [] for name in _TOGETHER}
    for child in root:
        place = _PLACES.get(child.tag)
        if place is None:
            _take_unknown(draft, child, inherited)
            continue
        value = xml.text(child) if len(child) else (child.text or "").strip()
        if not value:
            continue
        name, act = place
        if act is None:
            together[name].append(value)
        else:
            act(draft, name, value, child.get(xml.XML_LANG, inherited))
    settle_dates(draft, together["dc:date"])
    identify(draft, together["dc:identifier"])
    settle_formats(draft, together["dc:format"])
    draft.default_language()
    draft.adaptation_of_licence()
    return draft.reading()


def _language_within(root: etree._Element, top: etree._Element) -> str | None:
    """The nearest xml:lang of an element or its ancestors up to `top`."""
    node: etree._Element | None = root
    while node is not None:
        if (tag := node.get(xml.XML_LANG)) is not None:
            return tag.strip() or None
        node = None if node is top else node.getparent()
    return None


def _take_unknown(draft: Draft, child: etree._Element, inherited: str | None) -> None:
    """An element that is none of the fifteen, whatever its namespace: its words are kept."""
    if not isinstance(child.tag, str):
        return
    value, language = xml.text(child), child.get(xml.XML_LANG, inherited)
    if xml.namespace(child) not in (DC, NAMESPACE, ""):
        _keep_foreign(draft, child, value, language)
    elif value:
        ACTS["relation"](draft, f"dc:{xml.local(child)}", value, language)


def _keep_foreign(draft: Draft, element: etree._Element, value: str, language: str | None) -> None:
    """The words of an element that Dublin Core does not have, and the addresses that it points to."""
    name = f"{element.prefix or xml.namespace(element)}:{xml.local(element)}"
    draft.keep(name, value, draft.tag("sourceWord", language))
    for each in element.iter():
        for attribute in ("about", "resource"):
            draft.keep(name, each.get(f"{{{PREFIXES['rdf']}}}{attribute}", ""))


def _container(root: etree._Element) -> etree._Element:
    if root.tag == _ROOT:
        return root
    for element in root.iter():
        if isinstance(element.tag, str) and xml.local(element) == "dc":
            return element
    raise UnreadableRecord(format="oai_dc", reason=f"the element {xml.local(root)} holds no dc element")


def settle_dates(draft: Draft, values: list[str]) -> None:
    """The date of issue is the first one without a time of day: repositories add the moments of their own acts."""
    if not values or draft.get("issued"):
        for value in values:
            draft.keep("dc:date", value)
        return
    known = [value for value in values if dates.date(value)]
    plain = [value for value in known if not dates.has_time(value)]
    issued = plain[0] if plain else min(known, key=lambda value: str(dates.date(value)), default=None)
    if issued is not None:
        draft.date("issued", "dc:date", issued)
    for value in dict.fromkeys(values):
        if value != issued:
            draft.keep("dc:date", value)


def identify(draft: Draft, values: list[str]) -> None:
    """Addresses are pages or files, all else identifiers; the address of this catalogue's own resource is neither."""
    addresses: list[str] = []
    for value in values:
        found = draft.tidied("identifier", value)
        if draft.terms.local_id(found) != found:
            continue
        if identifiers.is_address(found) and identifiers.identifier(found) is None:
            addresses.append(found)
        elif found:
            draft.identifier("dc:identifier", found)
    draft.pages_and_files(addresses, "dc:identifier")
    if not draft.get("landingPage"):
        for each in draft.get("identifier"):
            if each.startswith("https://doi.org/"):
                draft.set("landingPage", each)


def settle_formats(draft: Draft, values: list[str]) -> None:
    """Media types describe the files; where only a page is known they describe what it leads to."""
    if not values:
        return
    found = {value: identifiers.media_type(value) for value in dict.fromkeys(values)}
    types = {media_type: value for value, media_type in reversed(found.items()) if media_type}
    for media_type, value in types.items():
        draft.note("media-type", "distribution", value, media_type)
    held: list[Distribution] = draft.get("distribution")
    page = next(iter(draft.get("landingPage")), None)
    if not held and page:
        for media_type in reversed(types):
            draft.set("distribution", Distribution(access_url=page, media_type=media_type))
        held = draft.get("distribution")
    elif len(held) == 1 and len(types) == 1:
        held[0] = msgspec.structs.replace(held[0], media_type=next(iter(types)))
    for value, known in found.items():
        placed = any(each.media_type == known for each in held) if known else _size(draft, value)
        if not placed:
            draft.keep("dc:format", value)


def _size(draft: Draft, value: str) -> bool:
    """The size in bytes of the only file."""
    held: list[Distribution] = draft.get("distribution")
    size = identifiers.byte_size(value)
    if size is None or len(held) != 1 or held[0].byte_size is not None:
        return False
    held[0] = msgspec.structs.replace(held[0], byte_size=size)
    draft.note("byte-size", "distribution", value, str(size))
    return True
