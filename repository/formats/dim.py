"""DIM, the flat fields of DSpace, both ways. Written are only fields of the registry that every DSpace has.

Source: DSpace, DSpace Intermediate Metadata and dublin-core-types.xml.
"""

from typing import Final

from repository.errors import UnreadableRecord
from repository.formats import xml
from repository.formats.gathering import Gathering
from repository.formats.qualified import TERMS, statements
from repository.formats.reading import Reading
from repository.formats.xml import escape
from repository.record import Record
from vocabularies.terms import Terms

NAMESPACE: Final = "http://www.dspace.org/xmlns/dspace/dim"
SCHEMA: Final = "http://www.dspace.org/schema/dim.xsd"
_HEAD: Final = (
    f'<dim:dim xmlns:dim="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)


def _open(field: str) -> str:
    element, _, qualifier = field.partition(".")
    named = f' qualifier="{qualifier}"' if qualifier else ""
    return f'<dim:field mdschema="dc" element="{element}"{named}'


_FIELDS: Final = {name: _open(term.field) for name, term in TERMS.items() if term.field}


def write(record: Record, terms: Terms) -> bytes:
    """The record as one dim:dim element."""
    parts = [_HEAD]
    for name, value, language in statements(record, terms):
        if start := _FIELDS.get(name):
            tag = f' lang="{language}"' if language else ""
            parts.append(f"{start}{tag}>{escape(value)}</dim:field>")
    return f"{''.join(parts)}</dim:dim>".encode("utf-8", "ignore")


_ACTS: Final = {
    "title": "title", "title.alternative": "title",
    "contributor.author": "creator", "creator": "creator",
    "contributor": "contributor", "contributor.advisor": "contributor", "contributor.editor": "contributor",
    "contributor.illustrator": "contributor", "contributor.other": "contributor",
    "description.sponsorship": "funding",
    "subject": "subject", "subject.other": "subject", "subject.lcsh": "subject", "subject.mesh": "subject",
    "description.abstract": "description", "description": "description",
    "description.tableofcontents": "description",
    "publisher": "publisher",
    "date.issued": "issued", "date.created": "date", "date.copyright": "date", "date": "date",
    "type": "type",
    "format.mimetype": "format", "format": "format", "format.extent": "format",
    "language.iso": "language", "language": "language", "language.rfc3066": "language",
    "rights": "rights", "rights.uri": "licence", "rights.license": "licence", "rights.holder": "rightsHolder",
    "coverage.spatial": "country",
    "identifier": "identifier", "identifier.uri": "identifier", "identifier.isbn": "identifier",
    "identifier.issn": "identifier", "identifier.doi": "identifier", "identifier.other": "identifier",
    "identifier.citation": "citation",
    "relation.isversionof": "versionOf", "relation.ispartof": "isPartOf", "relation.haspart": "hasPart",
    "relation.requires": "requires", "relation.isbasedon": "source",
}  # fmt: skip
"""Field -> what is done with it; the words of every other field are kept, but for the log of the repository's own
acts (description.provenance), which names its staff."""

_LEFT_OUT: Final = frozenset({"description.provenance", "date.accessioned", "date.available"})
"""What a repository notes of its own work, not of the resource."""


def read(data: bytes, terms: Terms) -> Reading:
    """The record of one dim element. Raises UnreadableRecord."""
    root = xml.parse(data, format="DIM")
    fields = [each for each in root.iter() if isinstance(each.tag, str) and xml.local(each) == "field"]
    if not fields:
        raise UnreadableRecord(format="DIM", reason=f"the element {xml.local(root)} holds no field")
    found = Gathering(terms)
    for each in fields:
        value = xml.text(each)
        schema = each.get("mdschema", "dc")
        name = ".".join(filter(None, (each.get("element"), each.get("qualifier"))))
        if not value or (schema == "dc" and name in _LEFT_OUT):
            continue
        act = _ACTS.get(name, "relation") if schema in ("dc", "dcterms") else "relation"
        language = (each.get("lang") or "").replace("_", "-").strip()
        found.take(act, f"{schema}:{name}", value, None if language in ("", "*", "none") else language)
    return found.reading()
