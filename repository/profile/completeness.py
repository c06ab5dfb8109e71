"""How complete a description is: a number for lists and reports, and what is missing for the person who mends it."""

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from repository.profile.row import Need
from repository.profile.rules import is_kit_part
from repository.profile.table import Property, properties
from repository.record import Record
from vocabularies.terms import Terms

WEIGHTS: Final[Mapping[Need, int]] = {"M": 3, "R": 1, "O": 0}
"""What a filled property counts for, by its need."""


class Completeness(Struct, frozen=True):
    """`score` from 0 to 100; `missing` the mandatory and recommended properties without a value, the mandatory
    ones first."""

    score: int
    missing: tuple[Property, ...]


def score(record: Record, terms: Terms) -> Completeness:
    """How much of what the profile asks for the record has; level and occupation are mandatory in a kit."""
    in_kit = is_kit_part(record, terms)
    weights = [(_weight(each, in_kit), each) for each in _ASKED]
    missing = [(weight, each) for weight, each in weights if getattr(record, each.attribute) in (None, ())]
    total = sum(weight for weight, _ in weights)
    lost = sum(weight for weight, _ in missing)
    ordered = sorted(missing, key=lambda pair: -pair[0])
    return Completeness(100 * (total - lost) // total, tuple(each for _, each in ordered))


def _weight(each: Property, in_kit: bool) -> int:
    return WEIGHTS["M" if in_kit and each.row.kit else each.row.need]


_ASKED: Final = tuple(each for each in properties(Record) if WEIGHTS[each.row.need])
