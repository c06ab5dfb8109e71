"""A record as N-Triples, by string building: the writer that feeds the triple store and the dumps.

One function per property is put together from the profile's table when the module is loaded.
Source: RDF 1.1 N-Triples; the terms are those of `repository.profile.spelling`.
"""

import re
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Final, NamedTuple

from msgspec import Struct

from repository.namespaces import expand
from repository.profile import nodes
from repository.profile.spelling import SPELL, Spelt, resource_iri, text
from repository.profile.table import NODES, Property, properties
from repository.record import Record, Text
from vocabularies.terms import Terms

_TO_ESCAPE: Final = re.compile('[\x00-\x1f"\\\\\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]')
_SHORT: Final = {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class Scope(NamedTuple):
    """What a property's writer knows beside the node: the record around it, its IRI, the vocabularies."""

    record: Record
    iri: str
    terms: Terms


Write = Callable[[Any, str, Scope, list[str]], None]
"""(node, its IRI as a term, scope, lines to append to)."""


def triples(record: Record, terms: Terms) -> list[str]:
    """The record's statements as N-Triples lines, without line ends, each once, in the profile's order."""
    iri = resource_iri(record.id, terms)
    lines = [f"<{iri}> {each} ." for each in _RECORD_TYPES]
    subject, scope = f"<{iri}>", Scope(record, iri, terms)
    for write_property in _WRITERS[""]:
        write_property(record, subject, scope, lines)
    _write_derived("", subject, nodes.of_record(record, terms), lines)
    return list(dict.fromkeys(lines))


def write(record: Record, terms: Terms) -> bytes:
    """The record's statements as one N-Triples document."""
    return "".join(f"{line}\n" for line in triples(record, terms)).encode()


def quads(record: Record, terms: Terms) -> bytes:
    """The record's statements in the named graph of its resource, as N-Quads."""
    graph = f" <{resource_iri(record.id, terms)}> .\n"
    return "".join(line[:-2] + graph for line in triples(record, terms)).encode()


def quoted(value: str) -> str:
    """A string as an N-Triples literal; lone surrogates, which UTF-8 cannot write, are left out."""
    if value.isprintable() and '"' not in value and "\\" not in value:
        return f'"{value}"'
    return f'"{_TO_ESCAPE.sub(_escape, value)}"'


def _escape(found: re.Match[str]) -> str:
    char = found.group()
    if "\ud800" <= char <= "\udfff":
        return ""
    return _SHORT.get(char) or f"\\u{ord(char):04X}"


def text_term(value: Text) -> str:
    """A text as an N-Triples literal."""
    tag, datatype = text(value)
    if tag:
        return f"{quoted(value.value)}@{tag}"
    return f"{quoted(value.value)}^^<{datatype}>" if datatype else quoted(value.value)


def term(spelt: Spelt) -> str:
    """A spelt value as an N-Triples term."""
    form, value = spelt
    if form == "@id":
        return f"<{value}>"
    return f"{quoted(value)}^^<{form}>" if form else quoted(value)


def _write_derived(kind: str, subject: str, statements: nodes.Statements, lines: list[str]) -> None:
    for key, spelt in statements:
        lines.append(f"{subject} {_DERIVED[kind][key]} {term(spelt)} .")


def _writer(each: Property) -> Write:
    """The function that writes one property, made once: it runs for every record there is."""
    row = each.row
    make = _of_node if row.range in NODES else _of_text if row.range == "text" else _of_value
    one = make(each, f"<{expand(row.rdf)}>")
    get = attrgetter(each.attribute)

    def write_many(node: Any, subject: str, scope: Scope, lines: list[str]) -> None:
        for value in get(node):
            one(value, node, subject, scope, lines)

    def write_one(node: Any, subject: str, scope: Scope, lines: list[str]) -> None:
        if (value := get(node)) is not None:
            one(value, node, subject, scope, lines)

    return write_many if each.many else write_one


_One = Callable[[Any, Any, str, Scope, list[str]], None]


def _of_text(_each: Property, predicate: str) -> _One:
    def one(value: Text, _node: Any, subject: str, _scope: Scope, lines: list[str]) -> None:
        lines.append(f"{subject} {predicate} {text_term(value)} .")

    return one


def _of_value(each: Property, predicate: str) -> _One:
    spell = SPELL[each.row.range]

    def one(value: Any, node: Any, subject: str, scope: Scope, lines: list[str]) -> None:
        form, written = spell(value, node, scope.terms)
        if form == "@id":
            lines.append(f"{subject} {predicate} <{written}> .")
        elif form:
            lines.append(f'{subject} {predicate} "{written}"^^<{form}> .')
        else:
            lines.append(f"{subject} {predicate} {quoted(written)} .")

    return one


def _of_node(each: Property, predicate: str) -> _One:
    kind, name = each.row.range, each.name
    follows = nodes.OF_NODE.get(kind)
    agent = kind == "agent"
    fixed = "" if agent else f"<{nodes.TYPE}> <{expand(nodes.TYPES[kind])}>"

    def one(value: Any, _node: Any, subject: str, scope: Scope, lines: list[str]) -> None:
        if agent and nodes.is_web_agent(value):
            inner = term(SPELL["url"](value.id, value, scope.terms))
        else:
            inner = f"<{scope.iri}#{name}-{nodes.digest(value)}>"
        lines.append(f"{subject} {predicate} {inner} .")
        lines.append(f"{inner} {fixed or _AGENT_TYPES.get(value.kind, _AGENT_TYPES[None])} .")
        for write_property in _WRITERS[kind]:
            write_property(value, inner, scope, lines)
        if follows is not None:
            _write_derived(kind, inner, follows(value, scope.record, scope.terms), lines)

    return one


def _writers(struct: type[Struct]) -> tuple[Write, ...]:
    return tuple(_writer(each) for each in properties(struct) if each.row.rdf)


_WRITERS: Final[dict[str, tuple[Write, ...]]] = {
    "": _writers(Record),
    **{kind: _writers(struct) for kind, struct in NODES.items()},
}
_DERIVED: Final = {
    kind: {key: f"<{expand(name)}>" for key, (name, _) in keys.items()} for kind, keys in nodes.DERIVED.items()
}
_RECORD_TYPES: Final = tuple(f"<{nodes.TYPE}> <{expand(name)}>" for name in nodes.RECORD_TYPES)
_AGENT_TYPES: Final = {kind: f"<{nodes.TYPE}> <{expand(name)}>" for kind, name in nodes.AGENT_TYPES.items()}
