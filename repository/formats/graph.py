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
from repository.formats import odd_rdf, xml
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
    """All triples of a document, named graphs laid together, in the order they were written; triples about triples
    are left out.

    `syntax` is a key of `SYNTAXES`, or None to look at the data. Raises UnreadableRecord with line and column.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    syntax = syntax or sniff(data)
    chosen = SYNTAXES.get(syntax)
    if chosen is None:
        raise UnreadableRecord(format=syntax, reason=f"choose one of {', '.join(SYNTAXES)}")
    if chosen == ox.RdfFormat.RDF_XML:
        data = etree.tostring(xml.parse(data, entities=True, format="RDF/XML"), encoding="utf-8")
    return [
        (subject, each.predicate.value, value)
        for each in _quads(data, chosen, base)
        if not isinstance(subject := each.subject, ox.Triple) and not isinstance(value := each.object, ox.Triple)
    ]


def _quads(data: bytes, chosen: ox.RdfFormat, base: str | None) -> list[ox.Quad]:
    try:
        return list(ox.parse(data, chosen, base_iri=base, lenient=True))
    except (SyntaxError, ValueError) as error:
        if (quads := odd_rdf.read(data, chosen)) is not None:
            return quads
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
