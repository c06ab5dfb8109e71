"""A record's graph as N-Triples, Turtle and RDF/XML: what `repository.profile.nquads` says, in other syntaxes.

Both readable syntaxes are laid out by our own few lines, because general serialisers take milliseconds a record.
Source: RDF 1.1 Turtle; RDF 1.1 XML Syntax (W3C, 2014).
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from repository.formats.xml import escape
from repository.namespaces import PREFIXES
from repository.profile import jsonld, nquads
from repository.profile.disclosure import disclosed
from repository.record import Record
from vocabularies.terms import Terms

RDF: Final = PREFIXES["rdf"]
RDF_SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/rdf.xsd"
"""The schema address that OAI-PMH repositories give for RDF/XML (the format has no normative XML schema)."""

_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_ESCAPED: Final = re.compile(r'\\(?:u([0-9A-F]{4})|U([0-9A-F]{8})|(["\\tnrbf\']))')
_SHORT: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f"}
_LITERAL: Final = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^<([^>]*)>)?', re.DOTALL)

Grouped = dict[str, list[tuple[str, str]]]


def _grouped(lines: Iterable[str]) -> Grouped:
    """N-Triples lines -> subject -> (predicate, object), all as terms, in their order."""
    found: Grouped = {}
    for line in lines:
        subject, predicate, value = line[:-2].split(" ", 2)
        found.setdefault(subject, []).append((predicate, value))
    return found


def ntriples(record: Record, terms: Terms) -> bytes:
    """The record as N-Triples."""
    return nquads.write(disclosed(record, terms), terms)


def canonical(record: Record, terms: Terms) -> bytes:
    """The record in its canonical JSON-LD form."""
    return jsonld.document(disclosed(record, terms), terms)


def turtle(record: Record, terms: Terms) -> bytes:
    """The record as Turtle: one block per node, the resource first, the same bytes every time."""
    used: set[str] = set()
    blocks = []
    for subject, statements in _grouped(nquads.triples(disclosed(record, terms), terms)).items():
        grouped: dict[str, list[str]] = {}
        for predicate, value in statements:
            grouped.setdefault(_predicate(predicate, used), []).append(_short(value, used))
        body = " ;\n    ".join(f"{predicate} {', '.join(held)}" for predicate, held in grouped.items())
        blocks.append(f"{_short(subject, used)}\n    {body} .\n")
    header = "".join(f"@prefix {prefix}: <{PREFIXES[prefix]}> .\n" for prefix in sorted(used))
    return f"{header}\n{chr(10).join(blocks)}".encode()


def _predicate(term: str, used: set[str]) -> str:
    return "a" if term == f"<{RDF}type>" else _short(term, used)


def _short(term: str, used: set[str]) -> str:
    """A term with its IRI by a prefix where the rest is a plain name."""
    head, mark, tail = ("", "", term) if term[0] == "<" else term.rpartition("^^")
    if not tail.startswith("<"):
        return term
    prefix, local = _named(tail[1:-1])
    if not prefix:
        return term
    used.add(prefix)
    return f"{head}{mark}{prefix}:{local}"


@lru_cache(maxsize=4096)
def _named(iri: str) -> tuple[str, str]:
    for prefix, start in PREFIXES.items():
        if iri.startswith(start) and _LOCAL.fullmatch(iri[len(start) :]):
            return prefix, iri[len(start) :]
    return "", iri


def rdfxml(record: Record, terms: Terms) -> bytes:
    """The record as one rdf:RDF element; characters that XML 1.0 cannot hold are left out."""
    used = {"rdf"}
    parts: list[str] = []
    for subject, statements in _grouped(nquads.triples(disclosed(record, terms), terms)).items():
        parts.append(f'<rdf:Description rdf:about="{escape(subject[1:-1])}">')
        parts += [_statement(predicate, value, used) for predicate, value in statements]
        parts.append("</rdf:Description>")
    names = "".join(f' xmlns:{prefix}="{PREFIXES[prefix]}"' for prefix in sorted(used))
    return f"<rdf:RDF{names}>{''.join(parts)}</rdf:RDF>".encode()


def _statement(predicate: str, value: str, used: set[str]) -> str:
    prefix, local = _named(predicate[1:-1])
    used.add(prefix)
    name = f"{prefix}:{local}"
    if value[0] == "<":
        return f'<{name} rdf:resource="{escape(value[1:-1])}"/>'
    found = _LITERAL.fullmatch(value)
    text, language, datatype = found.groups() if found else (value, None, None)
    kind = f' xml:lang="{language}"' if language else f' rdf:datatype="{escape(datatype)}"' if datatype else ""
    return f"<{name}{kind}>{escape(_ESCAPED.sub(_unescape, text))}</{name}>"


def _unescape(found: re.Match[str]) -> str:
    short, code = found.group(3), found.group(1) or found.group(2)
    return chr(int(code, 16)) if code else _SHORT.get(short, short)
