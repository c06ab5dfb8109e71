"""Carrying merges into the records, and taking them back: batches of ordinary changes under the act of the merge.

Kits move with the records that are in them; what was declared of parts that are not deposited is moved here.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from repository.catalogue import Catalogue
from repository.kit import Kit, KitKey
from repository.record import Record
from repository.store.changes import Act
from repository.substitution import replaced, taken_back
from vocabularies.editing import Change

_record: Final = msgspec.json.Decoder(Record)
_kit: Final = msgspec.json.Decoder(Kit)


def is_move(change: Change) -> bool:
    """Whether a change puts one concept in the place of another."""
    after, before = change.after, change.before
    return bool(after and before and after.deprecated and not before.deprecated and len(after.replaced_by) == 1)


def moves(changes: Iterable[Change]) -> list[tuple[str, str]]:
    """The concepts that changes put others in the place of, each with the one that stands for it."""
    return [(each.iri, each.after.replaced_by[0]) for each in changes if is_move(each) and each.after]


def move(catalogue: Catalogue, old: str, new: str, act: Act) -> int:
    """Give every record and kit of one concept another one; returns how many records."""
    for id in catalogue.kits_using(old):
        kit = catalogue.kits([id]).get(id)
        if kit is not None and kit.declarations:
            _move_declarations(catalogue, kit, old, new, act)
    return len(catalogue.amend(catalogue.using([old]), lambda record: replaced(record, old, new), act))


def _move_declarations(catalogue: Catalogue, kit: Kit, old: str, new: str, act: Act) -> None:
    """Into the other kit, where nothing was declared of the same part."""
    key = KitKey(*(new if each == old else each for each in msgspec.structs.astuple(kit.key)))
    there = catalogue.kits([key.id(catalogue.terms())])
    held = {each.type: each for found in there.values() for each in found.declarations}
    told = {**{each.type: each for each in kit.declarations}, **held}
    catalogue.declare(key, tuple(told.values()), act)
    catalogue.declare(kit.key, (), act)


def take_back(catalogue: Catalogue, merge: str, pairs: Sequence[tuple[str, str]], act: Act) -> None:
    """Take back what the act `merge` did to records and kits: those that nobody touched since become what they were,
    in others the ids alone go back."""
    for id in catalogue.of_act(merge) if pairs else ():
        events = catalogue.history(id)
        place = next(place for place, event in enumerate(events) if event.act == merge)
        before, after = _record.decode(events[place - 1].body), _record.decode(events[place].body)
        catalogue.amend([id], _Back(before, after, pairs), act)
    for id in catalogue.of_act(merge, "kit") if pairs else ():
        _declare_again(catalogue, id, merge, act)


class _Back:
    """What makes a record be as before a merge."""

    def __init__(self, before: Record, after: Record, pairs: Sequence[tuple[str, str]]) -> None:
        self.before, self.after, self.pairs = before, after, pairs

    def __call__(self, record: Record) -> Record:
        if record == self.after:
            return self.before
        for old, new in self.pairs:
            record = taken_back(record, self.before, old, new)
        return record


def _declare_again(catalogue: Catalogue, id: str, merge: str, act: Act) -> None:
    """Give a kit the declarations that it had before an act, unless it got others since."""
    events = catalogue.history(id, "kit")
    place = next(place for place, event in enumerate(events) if event.act == merge)
    former = _kit.decode(events[place - 1].body).declarations if place else ()
    held = _kit.decode(events[place].body)
    now = catalogue.kits([id]).get(id)
    if (now.declarations if now else ()) == held.declarations:
        catalogue.declare(held.key, former, act)
