"""Faulty records, one for every constraint of every property, made from the profile's table.

Each starts from the good record; what is wrong with it depends on the constraint and the property's range only.
A record cannot hold two values where its type has one place, nor words where a node belongs: such faults are
made in the graph.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from profile_record import COMPLETE, VOCABULARY

from repository.namespaces import expand
from repository.profile import nquads
from repository.profile.constraints import (
    FORM,
    KIT,
    LANGUAGE,
    MAX,
    MIN,
    ORDER,
    UNIQUE_LANGUAGE,
    constraints,
    shape_iri,
    terms_for,
)
from repository.profile.nodes import AGENT_IDENTIFIER
from repository.profile.table import NODES, Property, properties, values
from repository.record import Record, Text
from vocabularies.terms import Terms

Steps = tuple[Property, ...]


@dataclass(frozen=True)
class Fault:
    """A record (or its graph) in which one constraint is broken; `key` is where, `value` what is found there."""

    name: str
    shape: str
    record: Record
    key: str
    value: str = ""
    spoil: Callable[[list[str]], list[str]] | None = field(default=None, compare=False)

    def graph(self, terms: Terms) -> list[str]:
        lines = nquads.triples(self.record, terms)
        return self.spoil(lines) if self.spoil else lines


WRONG: dict[str, tuple[Any, ...]] = {
    "text": (Text("  ", "fr"), Text("", "fr")),
    "string": ("", " \t"),
    "concept": ("https://example.org/unknown", "maçon", VOCABULARY + "role/nobody"),
    "resource": (":nowhere", "1:2"),
    "url": ("ftp://example.org/file", "example.org", "http://", "javascript:alert(1)"),
    "date": ("2024-13-45", "2023-02-29", "31/05/2024", "2024-5", "0000", "2024-05-31T00:00:00Z", ""),
    "timestamp": ("yesterday", "2024-05-31", "2024-02-30T00:00:00Z", "2024-05-31T00:00:00+01:00"),
    "duration": ("2h30", "P", "PT", "P2W", "-PT2H", "40"),
    "integer": (-1,),
    "media-type": ("PDF", "application/", "text/html; charset=utf-8"),
    "hexadecimal": ("xyz", "ab", "AB" * 32, "ab" * 31 + "a"),
    "checksum-algorithm": ("crc32", "SHA-256"),
    "source": ("a b", "https://example.org/oai"),
}
"""Range -> values that do not have its form."""

SECOND: dict[str, str] = {
    "string": '"second"',
    "text": '"second"@en',
    "resource": "<http://repository.example.org/second>",
    "url": "<https://example.org/second>",
    "date": '"2020-06-02"^^<http://www.w3.org/2001/XMLSchema#date>',
    "timestamp": '"2026-11-24T09:00:00Z"^^<http://www.w3.org/2001/XMLSchema#dateTime>',
    "duration": '"P1Y"^^<http://www.w3.org/2001/XMLSchema#duration>',
    "integer": '"7"^^<http://www.w3.org/2001/XMLSchema#nonNegativeInteger>',
    "media-type": "<https://www.iana.org/assignments/media-types/text/html>",
    "hexadecimal": f'"{"cd" * 32}"^^<http://www.w3.org/2001/XMLSchema#hexBinary>',
    "checksum-algorithm": "<http://spdx.org/rdf/terms#checksumAlgorithm_md5>",
    "source": "<http://localhost:8000/source/second>",
}
"""Range -> another good value, as a term of N-Triples."""


def paths(struct: type[Struct] = Record, before: Steps = ()) -> Iterator[Steps]:
    """The way to every property of the profile, the first one where several lead to it."""
    for each in properties(struct):
        yield (*before, each)
        if each.row.range in NODES:
            yield from paths(NODES[each.row.range], (*before, each))


def first_paths() -> list[Steps]:
    found: dict[str, Steps] = {}
    for steps in sorted(paths(), key=len):
        found.setdefault(steps[-1].name, steps)
    return list(found.values())


def put(node: Any, steps: Steps, held: Any) -> Any:
    """`node` with `held` as all values of the property at the end of the way, through the first node of each step."""
    each, *rest = steps
    if rest:
        first, *others = values(node, each)
        inner = put(first, tuple(rest), held)
        held = (inner, *others) if each.many else inner
    return replace(node, **{each.attribute: held})


def key_of(steps: Steps, indexed: bool = False) -> str:
    """The place of the property in the record's JSON, of its first value where `indexed`."""
    parts = [each.key + ("[0]" if each.many else "") for each in steps[:-1]]
    last = steps[-1]
    return ".".join([*parts, last.key + ("[0]" if indexed and last.many else "")])


def faults(terms: Terms) -> list[Fault]:
    """Every fault; the name says which constraint of which property is broken, and with what."""
    found: list[Fault] = []
    for steps in first_paths():
        for constraint in constraints(steps[-1]):
            found.extend(_MAKE[constraint](steps, shape_iri(steps[-1].name, constraint), terms))
    return [replace_id(fault, f"fault-{number:04d}") for number, fault in enumerate(found)]


def replace_id(fault: Fault, identifier: str) -> Fault:
    record = replace(fault.record, id=identifier)
    return Fault(fault.name, fault.shape, record, fault.key, fault.value, fault.spoil)


def _form(steps: Steps, shape: str, _terms: Terms) -> Iterator[Fault]:
    each = steps[-1]
    if each.row.range in NODES:
        yield Fault(f"{each.name} is words", shape, COMPLETE, "", "", _words_for(each))
        return
    for value in WRONG[each.row.range]:
        record = put(COMPLETE, steps, (value,) if each.many else value)
        shown = value.value if isinstance(value, Text) else str(value)
        yield Fault(f"{each.name} is {shown!r}", shape, record, key_of(steps, indexed=True), shown)


def _words_for(each: Property) -> Callable[[list[str]], list[str]]:
    """The nodes of a property replaced by words."""
    predicate = f" <{expand(each.row.rdf)}> "

    def spoil(lines: list[str]) -> list[str]:
        subject = next(line.split(predicate)[0] for line in lines if predicate in line)
        kept = [line for line in lines if not line.startswith(subject + predicate)]
        return [*kept, f'{subject}{predicate}"words" .']

    return spoil


def _min(steps: Steps, shape: str, _terms: Terms) -> Iterator[Fault]:
    each = steps[-1]
    record = put(COMPLETE, steps, () if each.many else None)
    yield Fault(f"{each.name} is missing", shape, record, key_of(steps))


def _max(steps: Steps, shape: str, terms: Terms) -> Iterator[Fault]:
    each = steps[-1]
    predicate = f" <{expand(each.row.rdf or AGENT_IDENTIFIER)}> "

    def spoil(lines: list[str]) -> list[str]:
        if not each.row.rdf:
            agent = next(line for line in lines if line.endswith("foaf/0.1/Person> .")).split(" ")[0]
            return [*lines, *(f"{agent}{predicate}<https://example.org/{number}> ." for number in (1, 2))]
        held = next(line for line in lines if predicate in line and _is_of(line, steps, lines))
        subject, value = held.removesuffix(" .").split(predicate)
        second, described = _second(each, value, lines, terms)
        return [*lines, f"{subject}{predicate}{second} .", *described]

    yield Fault(f"{each.name} is given twice", shape, COMPLETE, "", "", spoil)


def _is_of(line: str, steps: Steps, lines: list[str]) -> bool:
    """Whether a statement is about the kind of node that has the property."""
    subject = line.split(" ")[0]
    if len(steps) == 1:
        return "#" not in subject
    return any(f" <{expand(steps[-2].row.rdf)}> {subject} ." in other for other in lines)


def _second(each: Property, value: str, lines: list[str], terms: Terms) -> tuple[str, list[str]]:
    """Another good value of a property, and the statements about it where it is a node."""
    if each.row.range == "concept":
        return next(f"<{term.iri}>" for term in terms_for(each, terms) if f"<{term.iri}>" != value), []
    if each.row.range not in NODES:
        return SECOND[each.row.range], []
    if each.row.range == "agent":
        creator = f" <{expand('dcterms:creator')}> "
        value = next(line.split(creator)[1].removesuffix(" .") for line in lines if creator in line)
    second = value.replace(">", "-second>")
    return second, [line.replace(value, second) for line in lines if line.startswith(value)]


def _language(steps: Steps, shape: str, _terms: Terms) -> Iterator[Fault]:
    for tag in ("fr_FR", "français", "f", ""):
        text = Text("Maçon", tag)
        record = put(COMPLETE, steps, (text,) if steps[-1].many else text)
        yield Fault(f"{steps[-1].name} in {tag!r}", shape, record, key_of(steps, indexed=True), tag)


def _unique(steps: Steps, shape: str, _terms: Terms) -> Iterator[Fault]:
    record = put(COMPLETE, steps, (Text("Pedreiro", "pt-GW"), Text("Maçon", "fr"), Text("Pedreira", "PT-gw")))
    yield Fault(f"{steps[-1].name} twice in one language", shape, record, key_of(steps), "pt-GW")


def _order(steps: Steps, shape: str, _terms: Terms) -> Iterator[Fault]:
    for earlier, later in (("2020-05-02", "2020-05-01"), ("2020", "2019-12-31"), ("2020-06", "2019"), ("2021", "2020")):
        record = replace(COMPLETE, **{steps[-1].row.not_before: earlier, steps[-1].attribute: later})
        yield Fault(f"{steps[-1].name} {later} before {earlier}", shape, record, key_of(steps), later)


def _kit(steps: Steps, shape: str, _terms: Terms) -> Iterator[Fault]:
    yield Fault(f"{steps[-1].name} missing in a kit", shape, put(COMPLETE, steps, ()), key_of(steps))


_MAKE = {
    FORM: _form,
    MIN: _min,
    MAX: _max,
    LANGUAGE: _language,
    UNIQUE_LANGUAGE: _unique,
    ORDER: _order,
    KIT: _kit,
}
