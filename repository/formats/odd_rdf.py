"""RDF that the strict parsers refuse and rdflib reads: RDF/XML from before 2004, and Notation3.

Old library systems still write `about` without its namespace, and hand-written files use N3's shorthands. rdflib
is asked only then: it is slower by far, and it is never given anything to load from elsewhere.
"""

import re
from typing import Final

import pyoxigraph as ox

_SYNTAXES: Final = {ox.RdfFormat.RDF_XML: "xml", ox.RdfFormat.TURTLE: "n3"}
_RDF_ROOT: Final = re.compile(rb"<([\w.-]+:)?RDF[\s>]")
_LARGEST: Final = 20_000_000  # bytes: beyond it rdflib would take minutes


def read(data: bytes, syntax: ox.RdfFormat) -> list[ox.Quad] | None:
    """The triples of a document as rdflib understands it; None where it does not, or has no reading of its own.

    RDF/XML must have passed the hardened XML parser before. N3's rules and formulas are left out.
    """
    name = _SYNTAXES.get(syntax)
    if name is None or len(data) > _LARGEST or (name == "xml" and not _RDF_ROOT.match(data)):
        return None
    import rdflib  # 0.3 seconds, for a file in a thousand
    from rdflib.exceptions import ParserError
    from rdflib.plugins.parsers.notation3 import BadSyntax

    found = rdflib.Graph()
    try:
        found.parse(data=data, format=name, publicID="")
    except (BadSyntax, ParserError, ValueError, IndexError, RecursionError):
        return None
    try:
        return list(ox.parse(found.serialize(format="nt", encoding="utf-8"), ox.RdfFormat.N_TRIPLES, lenient=True))
    except (SyntaxError, ValueError):
        return None
