"""A record's properties as a page shows them: read from the profile's table, so that none is forgotten. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from repository.profile import forms, labels
from repository.profile.table import NODES, Property, properties, values
from repository.record import Agent, Record, Text
from repository.web import texts
from repository.web.addresses import FACETS, Addresses
from repository.web.texts import Shown
from vocabularies.terms import Terms

SECTIONS: Final = ("title", "description", "distribution", "derivation", "catalogRecord", "sourceWord")
"""Properties that the page shows in a section of their own."""

_FACET_OF: Final = {"resourceType": "type", "qualification": "level", **{name: name for name in FACETS}}


@dataclass(frozen=True, slots=True)
class Value:
    """One value: words, where they lead (an address on this site or elsewhere), and the fields of a node."""

    text: Shown
    href: str = ""
    outside: bool = False
    fields: tuple["Field", ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One property with its label in the reader's language."""

    name: str
    label: str
    values: tuple[Value, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Reading:
    """What is needed to show values to one reader."""

    terms: Terms
    to: Addresses
    titles: dict[str, Shown] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.to.language


def of_record(record: Record, reading: Reading) -> tuple[Field, ...]:
    """Every property that the record has, in the profile's order, without those of `SECTIONS`."""
    return tuple(each for each in of_node(record, reading) if each.name not in SECTIONS)


def of_node(node: msgspec.Struct, reading: Reading) -> Iterator[Field]:
    for each in properties(type(node)):
        if held := values(node, each):
            shown = [_value(each, value, reading) for value in held]
            shown.sort(key=lambda value: bool(value.text.language))  # the reader's own language first
            yield Field(each.name, labels.label(each.name, reading.language), tuple(shown))


def _value(each: Property, value: Any, reading: Reading) -> Value:
    if isinstance(value, Text):
        return Value(texts.shown(value, reading.language))
    if isinstance(value, Agent):
        return agent(value, reading)
    if each.row.range in NODES:
        return Value(Shown(""), fields=tuple(of_node(value, reading)))
    show = _SHOW.get(each.row.range)
    if show is None and forms.is_timestamp(str(value)):
        show = _SHOW["timestamp"]  # a partner's own datestamp, kept as it was sent
    return show(each, value, reading) if show else Value(Shown(str(value)))


def agent(value: Agent, reading: Reading) -> Value:
    """An organisation or person: its name, leading to its home page or address."""
    name = texts.best(value.name, reading.language) or Shown(value.id or "")
    href = value.homepage or value.id
    return Value(name, href or "", outside=True) if texts.is_link(href) else Value(name)


def concept(iri: str, reading: Reading, facet: str = "") -> Value:
    """A concept: its label, leading to what the catalogue has of it, else to the page of the concept."""
    name = texts.label(reading.terms, iri, reading.language)
    if reading.terms.concept(iri) is None:
        return Value(Shown(iri), iri, outside=True) if texts.is_link(iri) else Value(Shown(iri))
    if facet:
        return Value(name, reading.to.search({facet: [iri]}, reading.terms))
    return Value(name, reading.to.concept(iri, reading.terms) or "")


def resource(id: str, reading: Reading) -> Value:
    """Another resource: its title where it is one of ours and known, else its address."""
    iri = reading.terms.resource_iri(id)
    local = reading.terms.local_id(iri)
    if ":" not in local and "/" not in local:
        return Value(reading.titles.get(local, Shown(local)), reading.to.resource(local))
    return Value(Shown(iri), iri, outside=True) if texts.is_link(iri) else Value(Shown(iri))


def address(value: str) -> Value:
    return Value(Shown(value), value, outside=True) if texts.is_link(value) else Value(Shown(value))


def duration(value: str, language: str) -> str:
    """An xsd:duration in words ("40 h", "2 j"); one with more than days, hours and minutes as it stands."""
    found = forms.is_duration(value) and _PLAIN_DURATION.fullmatch(value)
    if not found:
        return value
    units = {"D": {"fr": "j"}.get(language, "d"), "H": "h", "M": "min"}
    parts = zip(found.groups(), ("D", "H", "M"), strict=True)
    return " ".join(f"{texts.number(int(amount), language)}\u00a0{units[unit]}" for amount, unit in parts if amount)


_PLAIN_DURATION: Final = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")

_SHOW: Final[dict[str, Any]] = {
    "concept": lambda each, value, reading: concept(value, reading, _FACET_OF.get(each.name, "")),
    "resource": lambda each, value, reading: resource(value, reading),
    "url": lambda each, value, reading: address(value),
    "date": lambda each, value, reading: Value(Shown(texts.day(value, reading.language))),
    "timestamp": lambda each, value, reading: Value(Shown(texts.moment(value, reading.language))),
    "duration": lambda each, value, reading: Value(Shown(duration(value, reading.language))),
    "integer": lambda each, value, reading: Value(Shown(texts.size(value, reading.language))),
}
"""Range -> how its values are shown; others are shown as they stand. The one integer is a size in bytes."""
