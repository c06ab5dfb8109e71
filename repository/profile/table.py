"""The profile as one table: the rows of `repository.record`, with what the types themselves say."""

from dataclasses import dataclass, replace
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from repository.profile.row import Row
from repository.record import (
    Agent,
    Attribution,
    CatalogRecord,
    Checksum,
    Derivation,
    Distribution,
    Record,
    SourceWord,
    Validation,
)

NODES: dict[str, type[msgspec.Struct]] = {
    "agent": Agent,
    "attribution": Attribution,
    "catalog-record": CatalogRecord,
    "checksum": Checksum,
    "derivation": Derivation,
    "distribution": Distribution,
    "source-word": SourceWord,
    "validation": Validation,
}
"""The ranges that are nodes with rows of their own."""


@dataclass(frozen=True, slots=True)
class Property:
    """One attribute of a record or nested node: `attribute` in Python, `key` in JSON, and its row."""

    attribute: str
    key: str
    row: Row

    @property
    def many(self) -> bool:
        return self.row.max is None

    @property
    def name(self) -> str:
        """The property's name in shape IRIs, messages and the reference page; unique over the profile."""
        return self.row.name


@cache
def properties(struct: type[msgspec.Struct] = Record) -> tuple[Property, ...]:
    """The properties of a record, or of one of `NODES`, in the profile's order."""
    hints = get_type_hints(struct, include_extras=True)
    return tuple(
        Property(each.name, each.encode_name, replace(row, name=row.name or each.encode_name))
        for each in msgspec.structs.fields(struct)
        if (row := _row(hints[each.name])) is not None
    )


def _row(hint: Any) -> Row | None:
    if get_origin(hint) is not Annotated:
        return None
    return next((extra for extra in get_args(hint)[1:] if isinstance(extra, Row)), None)


def values(node: msgspec.Struct, each: Property) -> tuple[Any, ...]:
    """All values that `node` holds for a property, as a tuple whether it may have one or many."""
    held = getattr(node, each.attribute)
    if each.many:
        return tuple(held)
    return () if held is None else (held,)


@cache
def by_name(name: str) -> Property:
    """The property called `name` anywhere in the profile; raises KeyError when there is none."""
    for struct in (Record, *NODES.values()):
        for each in properties(struct):
            if each.name == name:
                return each
    raise KeyError(name)
