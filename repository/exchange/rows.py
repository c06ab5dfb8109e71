"""From the values of a row to a record, and back. Pure."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

from repository.exchange.columns import COLUMNS
from repository.exchange.words import MEDIA_TYPES
from repository.profile.table import properties, values
from repository.record import Distribution, Record, Validation

Values = Mapping[str, Sequence[Any]]
"""Property -> its values."""


def record_of(id: str, found: Values) -> Record:
    """The record that a row describes. Of a property that has one place, the first value is taken."""
    fields: dict[str, Any] = {}
    for each in properties(Record):
        if held := found.get(each.name):
            fields[each.attribute] = tuple(held) if each.many else held[0]
    return Record(id=id, validation=_validation(found), distribution=_distributions(found), **fields)


def _validation(found: Values) -> tuple[Validation, ...]:
    act, authority, date = (found.get(f"validation{name}", ()) for name in ("Act", "Authority", "Date"))
    if not (act or authority or date):
        return ()
    return (Validation(act=tuple(act), authority=authority[0] if authority else None, date=date[0] if date else None),)


def _distributions(found: Values) -> tuple[Distribution, ...]:
    """One for each file address; a format that is not given is told by the ending of the address."""
    addresses, types = found.get("accessUrl", ()), found.get("mediaType", ())
    pairs = list(zip_longest(addresses, types[: len(addresses)]))
    return tuple(
        Distribution(access_url=address, media_type=media or MEDIA_TYPES.get(address.rpartition(".")[2].lower()))
        for address, media in pairs
    )


def values_of(record: Record) -> dict[str, tuple[Any, ...]]:
    """Property -> values of those properties that an inventory holds."""
    found = {each.name: values(record, each) for each in properties(Record)}
    for act in record.validation[:1]:
        found["validationAct"] = act.act
        found["validationAuthority"] = (act.authority,) if act.authority else ()
        found["validationDate"] = (act.date,) if act.date else ()
    found["accessUrl"] = tuple(each.download_url or each.access_url for each in record.distribution)
    found["mediaType"] = tuple(each.media_type or "" for each in record.distribution)
    return {column.name: found.get(column.name, ()) for column in COLUMNS}
