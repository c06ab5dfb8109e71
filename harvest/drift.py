"""Whether a source sends something unlike itself: a field that is suddenly gone, or a third of its records deleted.

Fields are counted as they stand in the partner's own format, before any crosswalk: "title", or "educational/context"
in a format of several levels. Pure.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Final

from lxml import etree
from msgspec import Struct

from harvest.report import Fault
from harvest.response import Item

LEAST: Final = 10
"""Fewer records than these say nothing about a source."""

_TELLING: Final = 30
"""So many new records, or a third of a small source, tell of the source and not of one collection in it."""

_MEMORY: Final = 2000
"""Of how many records the usual shares tell; what came long ago counts ever less."""

_COMMON: Final = 0.5
"""A field that stands in at least this part of the records is expected."""

_COLLAPSE: Final = 1 / 3
"""An expected field has collapsed where less than this part of its usual share is left."""

_DELETED: Final = 1 / 3
_SHOWN: Final = 8
_MOST_FIELDS: Final = 200
_MANY_FIELDS: Final = 10_000
_LONGEST_NAME: Final = 80
"""Names of fields come from the partner, and are kept with how far its source was read."""

_ENOUGH: Final = 100
"""Records of a page that are looked at."""


class Usual(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """What records of a source look like: in how many of them each field stands. Counts of one format alone."""

    prefix: str = ""
    records: int = 0
    fields: dict[str, int] = {}

    def share(self, field: str) -> float:
        return self.fields.get(field, 0) / self.records if self.records else 0.0

    def then(self, now: "Usual") -> "Usual":
        """What is usual after this came too."""
        if self.prefix != now.prefix:
            return now
        kept = min(self.records, max(0, _MEMORY - now.records))
        scale = kept / self.records if self.records else 0.0
        names = self.fields.keys() | now.fields.keys()
        fields = {name: round(self.fields.get(name, 0) * scale) + now.fields.get(name, 0) for name in sorted(names)}
        common = Counter(fields).most_common(_MOST_FIELDS)
        return Usual(now.prefix, kept + now.records, {name: number for name, number in common if number})


class Sample:
    """The fields of the records of one run, counted page by page."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.records = 0
        self.fields: Counter[str] = Counter()

    def take(self, items: Sequence[Item]) -> None:
        """Count a page; of a long one, records at equal distances, which tell as much."""
        for item in items[:: max(1, len(items) // _ENOUGH)]:
            if item.node is not None and not item.deleted:
                self.records += 1
                self.fields.update(islice(dict.fromkeys(_fields(item.node)), _MOST_FIELDS))
        if len(self.fields) > _MANY_FIELDS:  # the common ones are what counts
            self.fields = Counter(dict(self.fields.most_common(_MOST_FIELDS)))

    def usual(self) -> Usual:
        return Usual(self.prefix, self.records, dict(self.fields.most_common(_MOST_FIELDS)))


def _fields(root: etree._Element) -> Iterator[str]:
    """The fields that have something in them: children of the root, and theirs where they have any."""
    for child in root:
        if not isinstance(child.tag, str):
            continue
        name = _name(child)
        if len(child) == 0:
            if child.text and child.text.strip():
                yield name
            continue
        yield name
        yield from (f"{name}/{_name(each)}" for each in child if isinstance(each.tag, str))


def _name(element: etree._Element) -> str:
    """A field as its format names it; formats that write names in attributes are told apart by those."""
    marked = element.get("element") or element.get("tag") or ""
    plain = str(element.tag).rpartition("}")[2]
    return (f"{plain} {marked}" if marked else plain)[:_LONGEST_NAME]


def judge(usual: Usual, now: Usual, *, deleted: int, held: int) -> list[Fault]:
    """What is unlike the source, in words; [] where nothing is. `deleted` are records that are here and came marked
    as deleted, `held` all of the source that are here."""
    signs = []
    if held >= LEAST and deleted > held * _DELETED:
        signs.append(
            Fault("{deleted} of the {held} records are marked as deleted", _told({"deleted": deleted, "held": held}))
        )
    telling = max(LEAST, min(_TELLING, held // 3))
    if usual.prefix == now.prefix and usual.records >= LEAST and now.records >= telling:
        gone = [field for field in usual.fields if _collapsed(usual.share(field), now.share(field))]
        for field in sorted(gone, key=lambda field: (-usual.share(field), field))[:_SHOWN]:
            shares = {"before": _percent(usual.share(field)), "now": _percent(now.share(field))}
            told = {"field": field, **_told(shares)}
            signs.append(Fault("“{field}” stands in {now} % of the records, before in {before} %", told))
    return signs


def _collapsed(before: float, now: float) -> bool:
    return before >= _COMMON and now < before * _COLLAPSE


def _percent(share: float) -> int:
    return round(share * 100)


def _told(values: Mapping[str, int]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
