"""Terms as N-Triples and Turtle write them. Source: RDF 1.1 N-Triples, section 3."""

import re
from typing import Final

XSD: Final = "http://www.w3.org/2001/XMLSchema#"

_IN_IRI: Final = re.compile("[^\x21\x23-\x3b\x3d\x3f-\x5b\x5d\x5f\x61-\x7a\x7e-\ud7ff\ue000-\U0010ffff]")
_IN_TEXT: Final = re.compile('[\x00-\x1f"\\\\\x7f\ud800-\udfff]')
_SHORT: Final = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_TAG: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def iri(value: str) -> str:
    """`<value>`, characters that no IRI may hold percent-encoded, lone surrogates left out."""
    return f"<{_IN_IRI.sub(_percent, value)}>"


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found.group().encode("utf-8", "ignore"))


def literal(value: str, language: str | None = None, datatype: str = "") -> str:
    """A quoted literal; a tag that is not well-formed is left out rather than spoiling the line."""
    quoted = f'"{_IN_TEXT.sub(_escape, value)}"'
    if language and _TAG.fullmatch(language):
        return f"{quoted}@{language}"
    return f"{quoted}^^<{XSD}{datatype}>" if datatype else quoted


def _escape(found: re.Match[str]) -> str:
    char = found.group()
    if "\ud800" <= char <= "\udfff":
        return ""
    return _SHORT.get(char) or f"\\u{ord(char):04X}"
