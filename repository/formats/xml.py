"""XML in and out: one hardened parser, and text that can always stand in XML 1.0.

Shared by the formats, the harvester and the OAI-PMH provider. Nothing here reads a file or the network.
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from repository.errors import UnreadableRecord

LIMIT: Final = 64 * 1024 * 1024
"""The largest document that is parsed, in bytes; libxml2 adds its own limits on depth and on one text."""

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPECIAL: Final = re.compile(
    "[^\t\n\u0020\u0021\u0023-\u0025\u0027-\u003b\u003d\u003f-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}

XML_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"


def parse(data: bytes, *, entities: bool = False, format: str = "XML") -> etree._Element:
    """The root of one document, without comments and processing instructions.

    `entities` allows internal entities without the network (some RDF/XML declares its namespaces so); else a
    document that uses any is refused. Raises UnreadableRecord, naming `format` and the place of the fault.
    """
    if len(data) > LIMIT:
        raise UnreadableRecord(format=format, reason=f"it is larger than {LIMIT} bytes")
    parser = etree.XMLParser(
        resolve_entities="internal" if entities else False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableRecord(format=format, reason=str(error)) from error
    if not entities and next(root.iter(etree.Entity), None) is not None:
        raise UnreadableRecord(format=format, reason="it declares entities, which are not allowed")
    return root


def clean(text: str) -> str:
    """`text` without the characters that XML 1.0 cannot hold. Source: XML 1.0, production 2."""
    return _ILLEGAL.sub("", text)


def escape(text: str) -> str:
    """`text` as it stands between tags or in a double-quoted attribute, cleaned."""
    if _SPECIAL.search(text) is None:
        return text
    return _SPECIAL.sub(lambda found: _ESCAPES.get(found.group(), ""), text)


def local(element: etree._Element) -> str:
    """The element's name without its namespace."""
    return str(element.tag).rpartition("}")[2]


def namespace(element: etree._Element) -> str:
    """The element's namespace, "" for none."""
    return str(element.tag).rpartition("}")[0][1:]


def text(element: etree._Element) -> str:
    """All text inside an element as it stands, without white space at its ends."""
    if len(element):
        return "".join(str(part) for part in element.itertext()).strip()
    return (element.text or "").strip()


def words(element: etree._Element) -> str:
    """All text inside an element, markup removed, runs of spaces made one."""
    return " ".join(text(element).split())


def children(element: etree._Element, *names: str) -> Iterator[etree._Element]:
    """The child elements, in order; only those with one of these local names when any are given."""
    for child in element:
        if isinstance(child.tag, str) and (not names or local(child) in names):
            yield child


def language_of(element: etree._Element) -> str | None:
    """The nearest xml:lang of an element or its ancestors, None where none is given."""
    node: etree._Element | None = element
    while node is not None:
        if (tag := node.get(XML_LANG)) is not None:
            return tag.strip() or None
        node = node.getparent()
    return None
