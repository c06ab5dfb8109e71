"""What is derived from a record in its own transaction: its sets, its ready oai_dc bytes, its place in kits."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

from repository.formats import oai_dc
from repository.kit import Membership, memberships
from repository.oai import about, xml
from repository.record import Record
from vocabularies.terms import Terms

VERSION = 2
"""Raise it when the bytes of any record would come out differently; `mutualis rebuild` then renders anew."""


class Rendering(Struct, frozen=True):
    """`sets`: set specs, sorted; `oai_dc`: what follows a record's header in OAI-PMH, but for the record's end;
    `renderer`: what rendered it."""

    sets: tuple[str, ...]
    oai_dc: bytes
    kits: tuple[Membership, ...]
    renderer: str


def render(record: Record, terms: Terms, *, harvested: bool = False) -> Rendering:
    """Everything that is stored beside a record so that no reader has to work it out again. Of a harvested one it is
    told too where it came from."""
    told = about.of_origins(record.catalog_record) if harvested else ""
    return Rendering(
        sets=sets(record, terms),
        oai_dc=xml.ready(oai_dc.write(record, terms), told),
        kits=memberships(record, terms),
        renderer=renderer(terms),
    )


def renderer(terms: Terms) -> str:
    """The name under which stored bytes are still good: another version or base address makes them stale."""
    return f"{VERSION} {terms.base_iri}"[:80]


def sets(record: Record, terms: Terms) -> tuple[str, ...]:
    """The set specs of a record: its countries, types, sectors and the source it was harvested from.

    A narrower type is a set within its broader one ("type:SA:SA-MANUEL"). Source: OAI-PMH 2.0 section 2.6.
    """
    specs = {f"{kind}:{path}" for kind, iris in _SETS for iri in iris(record) if (path := set_path(iri, terms))}
    specs |= {f"source:{each.source}" for each in record.catalog_record}
    parents = {spec.rsplit(":", depth)[0] for spec in specs for depth in range(1, spec.count(":"))}
    return tuple(sorted(specs | parents))


def set_path(iri: str, terms: Terms) -> str | None:
    """A concept's place in its set hierarchy: the notations from its top concept down, joined by colons."""
    concept = terms.concept(iri)
    if concept is None or not concept.notation:
        return None
    broader = [terms.concepts[each].notation for each in terms.ancestors(iri) if each in terms.concepts]
    return ":".join(notation for notation in (*reversed(broader), concept.notation) if notation)


_SETS: Final[tuple[tuple[str, Callable[[Record], tuple[str, ...]]], ...]] = (
    ("country", lambda record: record.country),
    ("type", lambda record: record.resource_type),
    ("sector", lambda record: record.sector),
)
