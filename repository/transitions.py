"""How records become states, and one state the next: what the catalogue works out before and under its lock.

Pure: nothing here reads the clock, the vocabularies in force or the database.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from repository.record import Record
from repository.rendering import Rendering, render
from repository.store.changes import Action, Stamp
from repository.store.records import State
from repository.substitution import replaced
from vocabularies.terms import Terms

BATCH: Final = 200
"""Most records written under one hold of the lock, so that no writer waits long for another."""

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


class Entry(Struct, frozen=True):
    """A record to store. `source` and `origin` (OAI identifier there) are set on harvested ones, and `received`
    holds what the partner sent: (metadata prefix, bytes)."""

    record: Record
    source: str | None = None
    origin: str | None = None
    received: tuple[str, bytes] | None = None


class Prepared(Struct, frozen=True):
    """An entry with everything that is stored of it: its canonical JSON and what is rendered from it."""

    entry: Entry
    body: bytes
    rendering: Rendering


def batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """At most 200 entries at a time, and no record twice in one batch, so that the later one is a change."""
    batch: dict[str, Entry] = {}
    for entry in entries:
        if len(batch) == BATCH or entry.record.id in batch:
            yield list(batch.values())
            batch = {}
        batch[entry.record.id] = entry
    if batch:
        yield list(batch.values())


def chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    """At most 200 ids at a time, each once."""
    held = list(dict.fromkeys(ids))
    for start in range(0, len(held), BATCH):
        yield held[start : start + BATCH]


def prepared(batch: Sequence[Entry], terms: Terms) -> list[Prepared]:
    """The work that needs no lock. A concept that was merged is named by the one that stands for it."""
    return [_prepared(each, terms) for each in batch]


def _prepared(entry: Entry, terms: Terms) -> Prepared:
    record, body = entry.record, _encoder.encode(entry.record)
    for old, new in terms.replacements.items():
        if old.encode() in body:
            record = replaced(record, old, new)
            body = _encoder.encode(record)
    if record is not entry.record:
        entry = replace(entry, record=record)
    return Prepared(entry, body, render(record, terms, harvested=entry.source is not None))


def same(before: State | None, each: Prepared) -> bool:
    """Whether a record says what is stored already; the time of a harvest alone is nothing new.

    Stored bytes that a newer version or another base would render otherwise are no news either: `restamp` renews
    them, for all records at once.
    """
    entry = each.entry
    if before is None or before.withdrawn or (before.source, before.origin) != (entry.source, entry.origin):
        return False
    return before.body == each.body or _timeless(_decoder.decode(before.body)) == _timeless(entry.record)


def _timeless(record: Record) -> Record:
    origins = tuple(replace(each, harvested=None) for each in record.catalog_record)
    return replace(record, catalog_record=origins)


def published(each: Prepared, number: int, given: Stamp) -> State:
    """The state that an entry brings, under a change number."""
    entry, rendering = each.entry, each.rendering
    return State(
        id=entry.record.id,
        change=number,
        datestamp=given.datestamp,
        withdrawn=False,
        source=entry.source,
        origin=entry.origin,
        sets=" ".join(rendering.sets),
        body=each.body,
        oai_dc=rendering.oai_dc,
        renderer=rendering.renderer,
    )


def tombstone(state: State, ever: set[str], number: int, given: Stamp) -> State:
    """What a withdrawn record leaves: it shows every set that it was `ever` in."""
    return replace(
        state,
        change=number,
        datestamp=given.datestamp,
        withdrawn=True,
        sets=" ".join(sorted(ever)),
        oai_dc=None,
        renderer=None,
    )


def rendered_again(state: State, terms: Terms) -> Rendering:
    """What is stored beside a state, as these vocabularies have it."""
    return render(_decoder.decode(state.body), terms, harvested=state.source is not None)


def rendered(state: State, rendering: Rendering, number: int, given: Stamp) -> State:
    """The same description, rendered otherwise."""
    return replace(
        state,
        change=number,
        datestamp=given.datestamp,
        sets=" ".join(rendering.sets),
        oai_dc=rendering.oai_dc,
        renderer=rendering.renderer,
    )


def stale(state: State, terms: Terms) -> bool:
    """Whether what is stored beside a state would come out differently now."""
    rendering = rendered_again(state, terms)
    return (state.oai_dc, state.sets) != (rendering.oai_dc, " ".join(rendering.sets)) or (
        state.renderer != rendering.renderer
    )


def action(before: State | None) -> Literal["created", "changed", "restored"]:
    """What it is called when a record is stored that was `before`."""
    if before is None:
        return "created"
    return "restored" if before.withdrawn else "changed"


def logged(state: State, before: State | None) -> Action:
    """What the history calls a new state."""
    return "withdrawn" if state.withdrawn else action(before)
