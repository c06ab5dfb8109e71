"""RDF bytes into triples, from any of four syntaxes, without ever loading anything remote.

pyoxigraph's parsers keep no recursion (deep nesting is safe) and have no loader, so that a remote JSON-LD
context is an error and never a request. RDF/XML passes the hardened XML parser first.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

import pyoxigraph as ox
from lxml import etree

from repository.errors import UnreadableRecord
from repository.formats import xml
from repository.profile.forms import language_tag, usual_case
from repository.record import Text

Triple: TypeAlias = tuple[ox.NamedNode | ox.BlankNode, str, ox.NamedNode | ox.BlankNode | ox.Literal]

SYNTAXES: Final[Mapping[str, ox.RdfFormat]] = {
    **dict.fromkeys(("text/turtle", "turtle", "ttl"), ox.RdfFormat.TURTLE),
    **dict.fromkeys(("application/n-triples", "ntriples", "nt"), ox.RdfFormat.N_TRIPLES),
    **dict.fromkeys(("application/rdf+xml", "rdfxml", "rdf", "xml"), ox.RdfFormat.RDF_XML),
    **dict.fromkeys(("application/ld+json", "jsonld", "json"), ox.RdfFormat.JSON_LD),
}
"""Media types and extensions -> parser."""

_XML: Final = re.compile(rb"<(\?xml|!DOCTYPE|!--|[A-Za-z_][\w.-]*:RDF[\s>])")
_JSON: Final = re.compile(rb"\{|\[\s*[\[{\]]")


def sniff(data: bytes) -> str:
    """The media type that the first characters tell of; Turtle (which holds N-Triples) where none does."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:200]
    if _XML.match(start):
        return "application/rdf+xml"
    return "application/ld+json" if _JSON.match(start) else "text/turtle"


def parse(data: bytes, syntax: str | None = None, base: str | None = None) -> list[Triple]:
    """All triples of a document, named graphs laid together, in the order they were written.

    `syntax` is a key of `SYNTAXES`, or None to look at the data. Raises UnreadableRecord with line and column.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    syntax = syntax or sniff(data)
    chosen = SYNTAXES.get(syntax)
    if chosen is None:
        raise UnreadableRecord(format=syntax, reason=f"choose one of {', '.join(SYNTAXES)}")
    if chosen == ox.RdfFormat.RDF_XML:
        data = etree.tostring(xml.parse(data, entities=True, format="RDF/XML"), encoding="utf-8")
    try:
        quads = ox.parse(data, chosen, base_iri=base, lenient=True)
        return [(quad.subject, quad.predicate.value, quad.object) for quad in quads]
    except (SyntaxError, ValueError) as error:
        raise UnreadableRecord(format=chosen.name, reason=str(error)) from error


def text(literal: ox.Literal) -> Text:
    """A literal as a text with its language; the datatype is not kept."""
    return Text(literal.value, tag(literal.language))


def tag(language: str | None) -> str | None:
    """A BCP 47 tag in its usual case ("pt-GW"); one that is not well-formed is left as it is, "" is None."""
    if not language:
        return None
    known = language_tag(language.replace("_", "-"))
    return usual_case(known) if known else language
