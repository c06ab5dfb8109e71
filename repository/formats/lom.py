"""LOM written down, valid against the strict schemas. Source: IEEE 1484.12.1-2002; IEEE 1484.12.3 (XML binding).

The values of LOM's own vocabularies are those of the standard; what they are too coarse for (our types, sectors,
occupations, levels) stands exactly, by address and label, in classifications.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from repository.formats import vcard
from repository.formats.xml import escape
from repository.namespaces import VOCABULARY
from repository.profile.disclosure import files_are_open
from repository.profile.forms import date_type, is_duration, language_tag, usual_case
from repository.record import Agent, Record, Text
from vocabularies.terms import Terms

NAMESPACE: Final = "http://ltsc.ieee.org/xsd/LOM"
SCHEMA: Final = "http://ltsc.ieee.org/xsd/lomv1.0/lom.xsd"
LOM: Final = f"{VOCABULARY}lom/"

PURPOSES: Final = (
    ("discipline", "sector"),
    ("competency", "occupation"),
    ("educational level", "level"),
    ("educational objective", "qualification"),
    ("idea", "resource_type"),
)
"""Classification purpose (9.1) -> the attribute whose concepts it holds."""

TEXTS: Final = (("competency", "teaches"), ("prerequisite", "competency_required"))

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_CATALOGUES: Final = (("https://doi.org/", "DOI"), ("urn:isbn:", "ISBN"), ("urn:issn:", "ISSN"), ("http", "URI"))


KINDS: Final = {
    "derivation": "isbasedon",
    "translation_of": "isbasedon",
    "version_of": "isversionof",
    "is_part_of": "ispartof",
    "has_part": "haspart",
    "requires": "requires",
}
"""Attribute that names other resources -> kind of relation (7.1)."""

More = Callable[[Record, Terms], Iterable[str]]


def _nothing(_record: Record, _terms: Terms) -> Iterable[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Dialect:
    """What a profile of LOM says beyond it: the schemas it names (3.3), namespaces and schema address of its root,
    more elements of the first and fifth category, more types (5.2), and kinds of relation (`source` -> value) that
    it has words of its own for."""

    schemas: tuple[str, ...] = ("LOMv1.0",)
    names: str = ""
    location: str = f"{NAMESPACE} {SCHEMA}"
    general: More = _nothing
    types: More = _nothing
    kinds: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def head(self) -> str:
        return f'<lom xmlns="{NAMESPACE}"{self.names} xmlns:xsi="{_XSI}" xsi:schemaLocation="{self.location}">'


_STANDARD: Final = Dialect()


def write(record: Record, terms: Terms) -> bytes:
    """The record as one lom element."""
    return document(record, terms, _STANDARD)


def document(record: Record, terms: Terms, dialect: Dialect) -> bytes:
    """The record as one lom element in a dialect of LOM."""
    parts = (
        dialect.head,
        _inside("general", (*_general(record, terms), *dialect.general(record, terms))),
        _inside("lifeCycle", _life_cycle(record, terms)),
        _inside("metaMetadata", (f"<metadataSchema>{each}</metadataSchema>" for each in dialect.schemas)),
        _inside("technical", _technical(record, terms)),
        _inside("educational", _educational(record, terms, dialect)),
        _inside("rights", _rights(record, terms)),
        *_relations(record, terms, dialect),
        *_classifications(record, terms),
        "</lom>",
    )
    return "".join(parts).encode("utf-8", "ignore")


def _inside(name: str, parts: Iterable[str]) -> str:
    body = "".join(parts)
    return f"<{name}>{body}</{name}>" if body else ""


def _plain(name: str, value: str) -> str:
    return f"<{name}>{escape(value)}</{name}>"


def _strings(name: str, texts: Iterable[Text]) -> str:
    """One element with its texts as langstrings."""
    return _inside(
        name, (f"<string{_lang(each.language)}>{escape(each.value)}</string>" for each in texts if each.value.strip())
    )


@lru_cache(maxsize=256)
def _lang(language: str | None) -> str:
    tag = language_tag(language) if language else None
    return f' language="{usual_case(tag)}"' if tag else ""


def value(name: str, token: str, source: str = "LOMv1.0") -> str:
    """A vocabulary element: a value and the vocabulary that it is from."""
    return f"<{name}><source>{source}</source><value>{escape(token)}</value></{name}>"


def _identifier(value: str) -> str:
    catalogue = next((name for start, name in _CATALOGUES if value.startswith(start)), "catalogue")
    return _inside("identifier", (_plain("catalog", catalogue), _plain("entry", value)))


def _general(record: Record, terms: Terms) -> Iterator[str]:
    own = terms.resource_iri(record.id) if record.id else None
    for value in dict.fromkeys(each for each in (record.landing_page, own, *record.identifier) if each):
        yield _identifier(value)
    yield _strings("title", record.title)
    for iri in record.language:
        concept = terms.concept(iri)
        if concept and concept.notation:
            yield _plain("language", concept.notation)
    for text in record.description:
        yield _strings("description", (text,))
    for text in record.keyword:
        yield _strings("keyword", (text,))
    for iri in record.country:
        yield _strings("coverage", labels(iri, terms))


@lru_cache(maxsize=16384)
def labels(iri: str, terms: Terms) -> tuple[Text, ...]:
    """The preferred labels of a concept, French first; its address where it is not known."""
    concept = terms.concept(iri)
    held = concept.pref_label if concept else ()
    order = {"fr": 0, "pt": 1, "en": 2}
    return tuple(sorted(held, key=lambda text: order.get(text.language or "", 3))) or (Text(iri),)


def _life_cycle(record: Record, terms: Terms) -> Iterator[str]:
    if record.version:
        yield _strings("version", (Text(record.version),))
    if record.status and (token := lom_token(record.status, "2.2", terms)):
        yield value("status", token)
    issued = record.issued if record.issued and date_type(record.issued) else None
    publisher = (record.publisher,) if record.publisher else ()
    if publisher or issued:
        yield _contribute("publisher", publisher, issued)
    for agent in record.creator:
        yield _contribute("author", (agent,))
    for each in record.contributor:
        token = lom_token(each.role, "2.3", terms) if each.role else None
        yield _contribute(token or "unknown", (each.agent,))
    for agent in record.funding:
        yield _contribute("initiator", (agent,))


def _contribute(role: str, agents: Iterable[Agent], date: str | None = None) -> str:
    entities = [_plain("entity", vcard.write(agent)) for agent in agents if agent.name or agent.id]
    dated = f"<date><dateTime>{escape(date)}</dateTime></date>" if date else ""
    return _inside("contribute", (value("role", role), *entities, dated)) if entities or dated else ""


@lru_cache(maxsize=4096)
def lom_token(iri: str, element: str, terms: Terms) -> str | None:
    """The LOM value that stands for a concept: itself, what it matches, or what it is narrower than."""
    concept = terms.concept(iri)
    if concept is None:
        return None
    links = (iri, *concept.exact_match, *concept.close_match, *concept.broad_match)
    for link in links:
        value = terms.concept(link)
        if value and value.scheme == "lom" and link.startswith(f"{LOM}{element}-"):
            return next((text.value for text in value.pref_label if text.language == "en"), None)
    return None


def _technical(record: Record, terms: Terms) -> Iterator[str]:
    """Formats, size and places; where access is not open the place is the resource's address, to ask for it there."""
    for media_type in dict.fromkeys(each.media_type for each in record.distribution):
        if media_type:
            yield _plain("format", media_type)
    if len(record.distribution) == 1 and record.distribution[0].byte_size is not None:
        yield _plain("size", str(max(record.distribution[0].byte_size, 0)))
    if files_are_open(record):
        for address in dict.fromkeys(each.download_url or each.access_url for each in record.distribution):
            yield _plain("location", address)
    elif record.distribution and record.id:
        yield _plain("location", terms.resource_iri(record.id))


def _educational(record: Record, terms: Terms, dialect: Dialect) -> Iterator[str]:
    single = (
        ("interactivityType", "5.1", record.interactivity_type),
        ("interactivityLevel", "5.3", record.interactivity_level),
        ("semanticDensity", "5.4", record.semantic_density),
        ("difficulty", "5.8", record.difficulty),
    )
    for name, element, iri in single[:1]:
        yield _tokens(name, element, (iri,) if iri else (), terms)
    yield _tokens("learningResourceType", "5.2", record.resource_type, terms)
    yield from dialect.types(record, terms)
    for name, element, iri in single[1:3]:
        yield _tokens(name, element, (iri,) if iri else (), terms)
    yield _tokens("intendedEndUserRole", "5.5", record.audience, terms)
    for name, element, iri in single[3:]:
        yield _tokens(name, element, (iri,) if iri else (), terms)
    if record.time_required and is_duration(record.time_required):
        yield f"<typicalLearningTime><duration>{record.time_required}</duration></typicalLearningTime>"


def _tokens(name: str, element: str, iris: Iterable[str], terms: Terms) -> str:
    tokens = dict.fromkeys(lom_token(iri, element, terms) for iri in iris)
    return "".join(value(name, token) for token in tokens if token)


def _rights(record: Record, terms: Terms) -> Iterator[str]:
    concepts = [labels(iri, terms) for iri in (record.access, record.adaptation) if iri]
    licence = [(Text(record.licence),)] if record.licence else []
    holders = [agent.name for agent in record.rights_holder]
    texts = [text for group in (*licence, *concepts, *holders, record.rights) for text in group]
    if texts:
        yield value("copyrightAndOtherRestrictions", "yes")
        yield _strings("description", texts)


def _relations(record: Record, terms: Terms, dialect: Dialect) -> Iterator[str]:
    for attribute, kind in KINDS.items():
        source, token = dialect.kinds.get(attribute, ("LOMv1.0", kind))
        for resource in _resources(record, attribute):
            inner = _inside("resource", (_identifier(terms.resource_iri(resource)),))
            yield _inside("relation", (value("kind", token, source), inner))


def _resources(record: Record, attribute: str) -> tuple[str, ...]:
    held = getattr(record, attribute)
    if attribute == "derivation":
        return tuple(each.source for each in held)
    return (held,) if isinstance(held, str) else held or ()


def _classifications(record: Record, terms: Terms) -> Iterator[str]:
    for purpose, attribute in PURPOSES:
        paths = [_taxon_path(iri, terms) for iri in getattr(record, attribute)]
        if paths:
            yield _inside("classification", (value("purpose", purpose), *paths))
    for purpose, attribute in TEXTS:
        paths = [
            _inside("taxonPath", (_inside("taxon", (_strings("entry", (text,)),)),))
            for text in getattr(record, attribute)
        ]
        if paths:
            yield _inside("classification", (value("purpose", purpose), *paths))


@lru_cache(maxsize=16384)
def _taxon_path(iri: str, terms: Terms) -> str:
    concept = terms.concept(iri)
    scheme = terms.schemes.get(concept.scheme) if concept else None
    source = _strings("source", (Text(scheme.iri),)) if scheme else ""
    taxon = _inside("taxon", (_plain("id", iri), _strings("entry", labels(iri, terms))))
    return _inside("taxonPath", (source, taxon))
