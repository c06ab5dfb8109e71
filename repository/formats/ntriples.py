"""Terms as N-Triples and Turtle write them, for graphs that are not a record's. Source: RDF 1.1 N-Triples."""

import re
from typing import Final

from repository.profile.forms import language_tag
from repository.profile.nquads import quoted

XSD: Final = "http://www.w3.org/2001/XMLSchema#"

_IN_IRI: Final = re.compile("[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e-\ud7ff\ue000-\U0010ffff]")


def iri(value: str) -> str:
    """`<value>`, characters that no IRI may hold percent-encoded, lone surrogates left out."""
    return f"<{_IN_IRI.sub(_percent, value)}>"


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "ignore"))


def literal(value: str, language: str | None = None, datatype: str = "") -> str:
    """A quoted literal; a tag that is not well-formed is left out rather than spoiling the line."""
    if language and (tag := language_tag(language)):
        return f"{quoted(value)}@{tag}"
    return f"{quoted(value)}^^<{XSD}{datatype}>" if datatype else quoted(value)
