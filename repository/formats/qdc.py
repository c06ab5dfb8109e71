"""Qualified Dublin Core, in the container of OAI repositories and in that of DSpace, and read from any.

Source: DCMI, Guidelines for implementing Dublin Core in XML (2003); qdc-1.0.xsd of OCLC; DSpace, QDC crosswalk.
"""

from typing import Final

from lxml import etree

from repository.errors import UnreadableRecord
from repository.formats import xml
from repository.formats.acts import ACTS
from repository.formats.gathering import Gathering
from repository.formats.qualified import TERMS, statements
from repository.formats.reading import Reading
from repository.formats.xml import escape
from repository.namespaces import PREFIXES
from repository.record import Record
from vocabularies.terms import Terms

NAMESPACE: Final = "http://worldcat.org/xmlschemas/qdc-1.0/"
SCHEMA: Final = "http://worldcat.org/xmlschemas/qdc/1.0/qdc-1.0.xsd"
DSPACE_NAMESPACE: Final = "http://purl.org/dc/terms/"
"""What DSpace looks for in ListMetadataFormats; the container that it then reads is in another namespace."""

DSPACE_SCHEMA: Final = "http://dublincore.org/schemas/xmls/qdc/2006/01/06/dcterms.xsd"
DSPACE_ROOT: Final = "http://dspace.org/qualifieddc/"
_DC_SCHEMA: Final = "http://dublincore.org/schemas/xmls/qdc/2006/01/06/dc.xsd"
_WORDS: Final = (
    f'xmlns:dc="{PREFIXES["dc"]}" xmlns:dcterms="{PREFIXES["dcterms"]}" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
)
_HEAD: Final = f'<oai_qdc:qualifieddc xmlns:oai_qdc="{NAMESPACE}" {_WORDS}xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
_DSPACE_HEAD: Final = (
    f'<qdc:qualifieddc xmlns:qdc="{DSPACE_ROOT}" {_WORDS}'
    f'xsi:schemaLocation="{PREFIXES["dc"]} {_DC_SCHEMA} {DSPACE_NAMESPACE} {DSPACE_SCHEMA}">'
)
_ELEMENTS: Final = {name: term.element for name, term in TERMS.items()}


def write(record: Record, terms: Terms) -> bytes:
    """The record as one oai_qdc:qualifieddc element."""
    return f"{_HEAD}{_body(record, terms)}</oai_qdc:qualifieddc>".encode("utf-8", "ignore")


def write_for_dspace(record: Record, terms: Terms) -> bytes:
    """The record as one qdc:qualifieddc element."""
    return f"{_DSPACE_HEAD}{_body(record, terms)}</qdc:qualifieddc>".encode("utf-8", "ignore")


def _body(record: Record, terms: Terms) -> str:
    parts = []
    for name, value, language in statements(record, terms):
        element = _ELEMENTS[name]
        tag = f' xml:lang="{language}"' if language else ""
        parts.append(f"<{element}{tag}>{escape(value)}</{element}>")
    return "".join(parts)


_REFINED: Final = {
    "alternative": "title",
    "abstract": "description", "tableOfContents": "description",
    "created": "date", "valid": "date", "available": "date", "dateCopyrighted": "date", "dateSubmitted": "date",
    "dateAccepted": "date", "issued": "issued", "modified": "modified",
    "extent": "format", "medium": "format",
    "bibliographicCitation": "citation",
    "isVersionOf": "versionOf", "isPartOf": "isPartOf", "hasPart": "hasPart", "requires": "requires",
    "spatial": "country", "coverage": "country", "license": "licence", "accessRights": "access",
    "rightsHolder": "rightsHolder", "educationLevel": "level", "audience": "audience",
}  # fmt: skip
"""Local name of a qualified element -> what is done with it; the fifteen simple ones have their own names."""


def read(data: bytes, terms: Terms) -> Reading:
    """The record of one container of dc and dcterms elements, whatever its name. Raises UnreadableRecord."""
    root = _container(xml.parse(data, format="qdc"))
    found = Gathering(terms)
    for child in xml.children(root):
        value = xml.text(child)
        if not value:
            found.keep_attributes(child)
            continue
        name = xml.local(child)
        act = _REFINED.get(name, name)
        element = f"{_prefix(child)}:{name}"
        found.take(act if act in ACTS or act in found.TOGETHER else "relation", element, value, _language(child, root))
    return found.reading()


def _container(root: etree._Element) -> etree._Element:
    """The element that holds the statements: the root, or the first below it that has more than one child."""
    known = {PREFIXES["dc"], PREFIXES["dcterms"]}
    for element in root.iter():
        if isinstance(element.tag, str) and any(xml.namespace(child) in known for child in xml.children(element)):
            return element
    if len(root) and xml.local(root) in ("qualifieddc", "dc", "qdc"):
        return root
    raise UnreadableRecord(format="qdc", reason=f"the element {xml.local(root)} holds no Dublin Core")


def _prefix(element: etree._Element) -> str:
    return {PREFIXES["dc"]: "dc", PREFIXES["dcterms"]: "dcterms"}.get(xml.namespace(element), element.prefix or "dc")


def _language(element: etree._Element, root: etree._Element) -> str | None:
    given = element.get(xml.XML_LANG) or element.get("lang") or root.get(xml.XML_LANG)
    return given.strip() or None if given else None
