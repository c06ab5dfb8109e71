"""UNIMARC in MARCXML, for PMB and other library systems. Source: UNIMARC Manual, Bibliographic Format (IFLA); the
MARC 21 slim container (LC), which its readers share.
"""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from repository.formats import wording
from repository.formats.marc_reading import NAMESPACE
from repository.formats.xml import escape
from repository.namespaces import VOCABULARY
from repository.profile.disclosure import files_are_open
from repository.record import Agent, Record, Text
from vocabularies.terms import Terms

__all__ = ("NAMESPACE", "SCHEMA", "write")

SCHEMA: Final = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"
_HEAD: Final = (
    f'<record xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}" type="Bibliographic">'
)
_KINDS: Final = {"video": "g", "audio": "i", "image": "k"}
_BIBLIOGRAPHIC: Final = {
    "sqi": "alb", "hye": "arm", "eus": "baq", "mya": "bur", "zho": "chi", "ces": "cze", "nld": "dut", "fra": "fre",
    "kat": "geo", "deu": "ger", "ell": "gre", "isl": "ice", "mkd": "mac", "mri": "mao", "msa": "may", "fas": "per",
    "ron": "rum", "slk": "slo", "bod": "tib", "cym": "wel",
}  # fmt: skip
"""ISO 639-3 code -> bibliographic code of ISO 639-2, where the two differ."""

_EDITOR: Final = f"{VOCABULARY}role/editor"

Subfields = Iterable[tuple[str, str]]


def write(record: Record, terms: Terms) -> bytes:
    """The record as one MARCXML record element with UNIMARC's fields, in the order of their tags."""
    shown = wording.shown(record.language, terms)
    parts = [
        _HEAD,
        f"<leader>     n{_kind(record)}m0 22     3n     </leader>",
        f'<controlfield tag="001">{escape(record.id)}</controlfield>',
        *_numbers(record),
        _field("100", "  ", [("a", _coded(record))]),
        _field("101", "0 ", [("a", _language(iri)) for iri in record.language]),
        _field("102", "  ", [("a", wording.code(iri, terms)) for iri in record.country]),
        *_titles(record),
        _field("205", "  ", [("a", record.version or "")]),
        *_published(record),
        *(_field("330", "  ", [("a", each.value)]) for each in record.description),
        *(_field("333", "  ", [("a", label)]) for label in _labels(record.audience, shown, terms)),
        *(_field("371", "0 ", [("a", each)]) for each in _rights(record, shown, terms)),
        *(_field("510", "1 ", [("a", each.value), ("z", _tag(each))]) for each in record.title[1:]),
        *(_field("606", "  ", [("a", label)]) for label in _labels(record.sector + record.occupation, shown, terms)),
        *(_field("608", "  ", [("a", label)]) for label in _labels(record.resource_type, shown, terms)),
        *(_field("610", "0 ", [("a", each.value)]) for each in (*record.keyword, *record.teaches)),
        *_agents(record),
        _field("801", " 0", [("b", terms.base_iri)]),
        *_places(record, terms),
        "</record>",
    ]
    return "".join(parts).encode("utf-8", "ignore")


def _field(tag: str, indicators: str, subfields: Subfields) -> str:
    body = "".join(f'<subfield code="{code}">{escape(value)}</subfield>' for code, value in subfields if value.strip())
    if not body:
        return ""
    return f'<datafield tag="{tag}" ind1="{indicators[0]}" ind2="{indicators[1]}">{body}</datafield>'


def _kind(record: Record) -> str:
    """The type of record (leader, character 6): text, or what its first file is."""
    first = next((each.media_type for each in record.distribution if each.media_type), "text")
    return _KINDS.get(first.partition("/")[0], "l" if record.distribution else "a")


def _coded(record: Record) -> str:
    """General processing data: 36 characters. Source: UNIMARC, field 100."""
    entered = next((each.harvested for each in record.catalog_record if each.harvested), None)
    day = entered[:10].replace("-", "") if entered else "        "
    year = record.issued[:4] if record.issued and record.issued[:4].isdigit() else "    "
    published = f"d{year}    " if year.strip() else "u        "
    return f"{day}{published}m  y0frey50      ba"


@lru_cache(maxsize=512)
def _language(iri: str) -> str:
    """The bibliographic code of ISO 639-2 where there is one, else that of ISO 639-3."""
    code = iri.rstrip("/").rpartition("/")[2].lower()
    return _BIBLIOGRAPHIC.get(code, code)


def _numbers(record: Record) -> Iterator[str]:
    for tag, start in (("010", "urn:isbn:"), ("011", "urn:issn:")):
        for value in record.identifier:
            if value.startswith(start):
                yield _field(tag, "  ", [("a", value.removeprefix(start))])
    for value in record.identifier:
        if not value.startswith(("urn:isbn:", "urn:issn:")):
            yield _field("017", "70", [("a", value)])


def _titles(record: Record) -> Iterator[str]:
    """The first title with who made it; the others are parallel titles (510), with their language."""
    if record.title:
        makers = "; ".join(name.value for each in record.creator if (name := wording.name(each)))
        yield _field("200", "1 ", [("a", record.title[0].value), ("f", makers)])


def _published(record: Record) -> Iterator[str]:
    name = wording.name(record.publisher) if record.publisher else None
    yield _field("210", "  ", [("c", name.value if name else ""), ("d", record.issued or "")])


def _labels(iris: tuple[str, ...], shown: tuple[str, ...], terms: Terms) -> Iterator[str]:
    return (text.value for iri in iris for text in wording.labels(iri, shown, terms))


def _rights(record: Record, shown: tuple[str, ...], terms: Terms) -> Iterator[str]:
    if record.licence:
        yield record.licence
    yield from _labels(tuple(each for each in (record.access, record.adaptation) if each), shown, terms)
    yield from (text.value for text in record.rights)


def _agents(record: Record) -> Iterator[str]:
    """Creators, then contributors, the publisher and those who pay, each with the code of its role."""
    creators = [("070", each) for each in record.creator]
    others = [("340" if each.role == _EDITOR else "205", each.agent) for each in record.contributor]
    others += [("650", record.publisher)] if record.publisher else []
    others += [("723", each) for each in record.funding]
    people = [_agent(tag, each, role) for tag, (role, each) in _tagged(creators, "700", "701", "710", "711")]
    people += [_agent(tag, each, role) for tag, (role, each) in _tagged(others, "702", "702", "712", "712")]
    yield from sorted(people)


def _tagged(
    agents: list[tuple[str, Agent]], first_person: str, person: str, first_body: str, body: str
) -> Iterator[tuple[str, tuple[str, Agent]]]:
    """The tag of each: the first one is the main entry, the others are added to it."""
    for number, (role, agent) in enumerate(agents):
        is_person = agent.kind == "person"
        main, added = (first_person, person) if is_person else (first_body, body)
        yield (main if number == 0 else added), (role, agent)


def _agent(tag: str, agent: Agent, role: str) -> str:
    name = wording.name(agent)
    indicators = " 0" if tag.startswith("70") else "02"
    return _field(tag, indicators, [("a", name.value), ("4", role)] if name and name.value.strip() else [])


def _tag(text: Text) -> str:
    return (text.language or "").partition("-")[0]


def _places(record: Record, terms: Terms) -> Iterator[str]:
    own = terms.resource_iri(record.id)
    for address in dict.fromkeys((own, record.landing_page or "")):
        yield _field("856", "40", [("u", address)])
    if files_are_open(record):
        for each in record.distribution:
            size = "" if each.byte_size is None else f"{max(each.byte_size, 0)} octets"
            address = each.download_url or each.access_url
            yield _field("856", "40", [("u", address), ("q", each.media_type or ""), ("s", size)])
