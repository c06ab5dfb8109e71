"""OpenAIRE's application profile for literature repositories, version 4, valid against its schema.

Source: OpenAIRE Guidelines for Literature Repository Managers v4; COAR Resource Types and Access Rights.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from repository.formats import wording
from repository.formats.xml import escape
from repository.namespaces import PREFIXES, VOCABULARY
from repository.profile.disclosure import files_are_open
from repository.profile.forms import date_type
from repository.record import Agent, Record, Text
from vocabularies.terms import Terms

NAMESPACE: Final = "http://namespace.openaire.eu/schema/oaire/"
SCHEMA: Final = "https://www.openaire.eu/schema/repo-lit/4.0/openaire.xsd"
_HEAD: Final = (
    f'<oaire:resource xmlns:oaire="{NAMESPACE}" xmlns:datacite="http://datacite.org/schema/kernel-4" '
    f'xmlns:dc="{PREFIXES["dc"]}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)
_COAR: Final = "http://purl.org/coar/"
_TYPES: Final = f"{_COAR}resource_type/"
_OTHER: Final = (f"{_TYPES}c_1843", "other", "other research product")
_KINDS: Final = {
    "text": (f"{_TYPES}c_18cf", "text", "literature"),
    "application": (f"{_TYPES}c_18cf", "text", "literature"),
    "video": (f"{_TYPES}c_12ce", "video", "other research product"),
    "audio": (f"{_TYPES}c_18cc", "sound", "other research product"),
    "image": (f"{_TYPES}c_c513", "image", "other research product"),
}
"""First part of a media type -> (COAR resource type, its name, OpenAIRE's general type), where nothing closer is
known."""

_NAMED: Final = {
    "c_2f33": "book", "c_3248": "book part", "c_93fc": "report", "c_18gh": "technical report", "c_8544": "lecture",
    "c_71bd": "technical documentation", "c_186u": "policy report", "c_18ws": "research report", "c_18cf": "text",
    "c_18wq": "other type of report", "c_393c": "workflow",
}  # fmt: skip
"""Types of text of the schema's list that concepts may be matched to, by their COAR names."""

_OPEN: Final = ("c_abf2", "open access")
_RESTRICTED: Final = ("c_16ec", "restricted access")
_METADATA: Final = ("c_14cb", "metadata only access")
_IDENTIFIERS: Final = (
    ("https://doi.org/", "DOI"),
    ("urn:isbn:", "ISBN"),
    ("urn:issn:", "ISSN"),
    ("urn:", "URN"),
    ("http", "URL"),
)
_STARTS: Final = {"DOI": "https://doi.org/", "ISBN": "urn:isbn:", "ISSN": "urn:issn:"}
"""Kinds of identifier that stand without what we write before them."""

_ROLES: Final = {f"{VOCABULARY}role/editor": "Editor"}


def write(record: Record, terms: Terms) -> bytes:
    """The record as one oaire:resource element."""
    shown = wording.shown(record.language, terms)
    parts = [
        _HEAD,
        _inside("datacite:titles", (_text("datacite:title", each) for each in record.title)),
        _inside("datacite:creators", (_agent("creator", each) for each in record.creator)),
        _inside("datacite:contributors", _contributors(record)),
        _inside("oaire:fundingReferences", (_funder(each) for each in record.funding)),
        _inside("datacite:alternateIdentifiers", _alternates(record, terms)),
        _inside("datacite:relatedIdentifiers", _related(record, terms)),
        *(_plain("dc:language", wording.code(iri, terms)) for iri in record.language),
        *(_text("dc:publisher", name) for name in _names((record.publisher,) if record.publisher else ())),
        _inside("datacite:dates", _dates(record)),
        _type(record, terms),
        *(_text("dc:description", each) for each in record.description),
        *(_plain("dc:format", each) for each in _media_types(record)),
        _identifier(record, terms),
        _rights(record),
        *(_plain("dc:source", terms.resource_iri(each.source)) for each in record.derivation),
        _inside("datacite:subjects", _subjects(record, shown, terms)),
        *(_text("dc:coverage", each) for iri in record.country for each in wording.labels(iri, ("fr",), terms)),
        _licence(record, terms),
        *_files(record),
        "</oaire:resource>",
    ]
    return "".join(parts).encode("utf-8", "ignore")


def _inside(name: str, parts: Iterable[str]) -> str:
    body = "".join(parts)
    return f"<{name}>{body}</{name}>" if body else ""


def _plain(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>" if value.strip() else ""


def _text(name: str, text: Text) -> str:
    if not text.value.strip():
        return ""
    tag = wording.tag(text.language)
    return f'<{name} xml:lang="{tag}">{escape(text.value)}</{name}>' if tag else _plain(name, text.value)


def _names(agents: Iterable[Agent]) -> Iterator[Text]:
    return (name for agent in agents if (name := wording.name(agent)) and name.value.strip())


def _agent(kind: str, agent: Agent, attributes: str = "") -> str:
    """A creator or contributor; a name is personal only where the source says that it is a person's."""
    name = wording.name(agent)
    if name is None or not name.value.strip():
        return ""
    named = {"organisation": ' nameType="Organizational"', "person": ' nameType="Personal"'}.get(agent.kind or "", "")
    words = f"<datacite:{kind}Name{named}>{escape(name.value)}</datacite:{kind}Name>"
    return f"<datacite:{kind}{attributes}>{words}</datacite:{kind}>"


def _contributors(record: Record) -> Iterator[str]:
    for each in record.contributor:
        yield _agent("contributor", each.agent, f' contributorType="{_ROLES.get(each.role or "", "Other")}"')
    for holder in record.rights_holder:
        yield _agent("contributor", holder, ' contributorType="RightsHolder"')


def _funder(agent: Agent) -> str:
    name = wording.name(agent)
    words = _plain("oaire:funderName", name.value) if name else ""
    return _inside("oaire:fundingReference", (words,))


def _kind(value: str) -> str:
    return next((kind for start, kind in _IDENTIFIERS if value.startswith(start)), "")


def _alternates(record: Record, terms: Terms) -> Iterator[str]:
    main = _main(record, terms)
    for value in dict.fromkeys((*record.identifier, record.landing_page or "", terms.resource_iri(record.id))):
        if value.strip() and value != main:
            kind = _kind(value) or "Local"
            yield (
                f'<datacite:alternateIdentifier alternateIdentifierType="{kind}">{escape(_bare(value, kind))}'
                "</datacite:alternateIdentifier>"
            )


def _bare(value: str, kind: str) -> str:
    return value.removeprefix(_STARTS[kind]) if kind in _STARTS else value


def _related(record: Record, terms: Terms) -> Iterator[str]:
    groups = (
        ("IsDerivedFrom", tuple(each.source for each in record.derivation)),
        ("IsVariantFormOf", (record.translation_of,) if record.translation_of else ()),
        ("IsVersionOf", (record.version_of,) if record.version_of else ()),
        ("IsPartOf", record.is_part_of),
        ("HasPart", record.has_part),
        ("Requires", record.requires),
    )
    for relation, resources in groups:
        for resource in dict.fromkeys(resources):
            value = terms.resource_iri(resource)
            if kind := _kind(value):
                yield (
                    f'<datacite:relatedIdentifier relatedIdentifierType="{kind}" relationType="{relation}">'
                    f"{escape(_bare(value, kind))}</datacite:relatedIdentifier>"
                )


def _dates(record: Record) -> Iterator[str]:
    for kind, value in (("Issued", record.issued), ("Updated", record.modified)):
        if value and date_type(value):
            yield f'<datacite:date dateType="{kind}">{escape(value)}</datacite:date>'


def _type(record: Record, terms: Terms) -> str:
    iri, name, general = next(
        (found for each in record.resource_type if (found := _coar(each, terms))), _by_media_type(record)
    )
    return f'<oaire:resourceType resourceTypeGeneral="{general}" uri="{iri}">{name}</oaire:resourceType>'


@lru_cache(maxsize=1024)
def _coar(iri: str, terms: Terms) -> tuple[str, str, str] | None:
    """The COAR type that one of our types, or a broader one, is matched to."""
    for each in (iri, *terms.ancestors(iri)):
        concept = terms.concept(each)
        for link in (*concept.exact_match, *concept.close_match, *concept.broad_match) if concept else ():
            if name := _NAMED.get(link.removeprefix(_TYPES)):
                return link, name, "literature"
    return None


def _by_media_type(record: Record) -> tuple[str, str, str]:
    kinds = [(each.media_type or "").partition("/")[0] for each in record.distribution]
    return _KINDS.get(kinds[0] if kinds else "text", _OTHER)


def _media_types(record: Record) -> Iterable[str]:
    return dict.fromkeys(each.media_type for each in record.distribution if each.media_type)


def _main(record: Record, terms: Terms) -> str:
    """The identifier: a DOI where there is one, else the address of the resource."""
    return next((each for each in record.identifier if _kind(each) == "DOI"), terms.resource_iri(record.id))


def _identifier(record: Record, terms: Terms) -> str:
    main = _main(record, terms)
    kind = _kind(main) or "URL"
    return f'<datacite:identifier identifierType="{kind}">{escape(_bare(main, kind))}</datacite:identifier>'


def _access(record: Record) -> tuple[str, str]:
    if not record.distribution:
        return _METADATA
    return _OPEN if files_are_open(record) else _RESTRICTED


def _rights(record: Record) -> str:
    code, name = _access(record)
    return f'<datacite:rights rightsURI="{_COAR}access_right/{code}">{name}</datacite:rights>'


def _subjects(record: Record, shown: tuple[str, ...], terms: Terms) -> Iterator[str]:
    for iri in (*record.sector, *record.occupation):
        for label in wording.labels(iri, shown, terms):
            tag = f' xml:lang="{language}"' if (language := wording.tag(label.language)) else ""
            yield f'<datacite:subject valueURI="{escape(iri)}"{tag}>{escape(label.value)}</datacite:subject>'
    for text in (*record.keyword, *record.teaches):
        yield _text("datacite:subject", text)


def _licence(record: Record, terms: Terms) -> str:
    if not record.licence:
        return ""
    label = terms.label(record.licence, "en")
    words = label.value if label else record.licence
    return f'<oaire:licenseCondition uri="{escape(record.licence)}">{escape(words)}</oaire:licenseCondition>'


def _files(record: Record) -> Iterator[str]:
    if not files_are_open(record):
        return
    for each in record.distribution:
        if each.download_url:
            kind = f' mimeType="{escape(each.media_type)}"' if each.media_type else ""
            yield (
                f'<oaire:file accessRightsURI="{_COAR}access_right/{_OPEN[0]}"{kind} objectType="fulltext">'
                f"{escape(each.download_url)}</oaire:file>"
            )
