"""The catalogue: the only door through which records change, and the feed that everything else follows.

Every batch takes the write lock, reads the clock, numbers its changes and commits; sets, ready oai_dc bytes,
kits and history are written in the same transaction. Nothing else writes these tables.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import count
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row

from repository import transitions
from repository.errors import RecordNotFound
from repository.kit import Declaration, Kit, KitKey, Membership
from repository.record import Record
from repository.store import changes, kits, records
from repository.store.changes import Act, Change, Clock, Event, Kind, Stamp
from repository.store.database import Database
from repository.store.records import Selection, State
from repository.transitions import BATCH, Entry
from vocabularies import store as vocabularies
from vocabularies.terms import Terms

__all__ = ["BATCH", "Catalogue", "Entry", "Outcome", "Stored", "Written"]

Outcome = Literal["created", "changed", "restored", "unchanged", "withdrawn", "absent"]

_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Record)


_QUOTED = re.compile(rb'"(https?://[^"\\]+)"')


def _strings(body: bytes) -> set[str]:
    """The web addresses that stand as values in canonical JSON."""
    return {found.decode() for found in _QUOTED.findall(body)}


class Written(Struct, frozen=True):
    """What became of one entry, and the number of the change that it made (None where nothing changed)."""

    id: str
    outcome: Outcome
    change: int | None = None


class Stored(Struct, frozen=True):
    """A record as the catalogue holds it. `record` is the last description, also of a withdrawn one."""

    record: Record
    state: State

    @property
    def withdrawn(self) -> bool:
        return self.state.withdrawn


class Catalogue:
    """Records, kits and their history in one database.

    `terms` gives the vocabularies' snapshot in force, `clock` the time; both are asked anew for each batch.
    """

    def __init__(self, database: Database, terms: Callable[[], Terms], clock: Clock) -> None:
        self.database = database
        self.terms = terms
        self.clock = clock

    # Writing

    def put_many(self, entries: Iterable[Entry], act: Act) -> list[Written]:
        """Store records, each new, changed or as it was; returns what became of each, in their order.

        A batch is at most 200 records and one transaction. A record that says nothing new gets no change
        number, so that reading the same file twice changes nothing.
        """
        return [written for batch in transitions.batches(entries) for written in self._put(batch, act)]

    def withdraw(self, ids: Iterable[str], act: Act) -> list[Written]:
        """Withdraw records: each becomes a tombstone that partners still see as deleted."""
        return [written for batch in transitions.chunks(ids) for written in self._withdraw(batch, act)]

    def declare(self, key: KitKey, declarations: Sequence[Declaration], act: Act) -> str:
        """Set what is declared of a kit's parts that are not deposited; returns the kit's id."""
        id = key.id(self.terms())
        with self.database.writing() as connection:
            held = kits.read(connection, [id]).get(id)
            if tuple(declarations) != (held.declarations if held else ()):
                given = changes.stamp(connection, self.clock)
                self._write_kits(connection, given, count(given.number), act, {id: key}, {id: tuple(declarations)})
        return id

    def amend(self, ids: Iterable[str], change: Callable[[Record], Record], act: Act) -> list[str]:
        """Change published records by a function that is asked under the lock, so that nothing written meanwhile is
        lost. Returns the ids of those that came out different."""
        return [id for batch in transitions.chunks(ids) for id in self._amend(batch, change, act)]

    def restamp(self, act: Act, ids: Iterable[str] | None = None) -> int:
        """Render every published record again, or those of `ids`; those whose output differs get a new change and
        datestamp.

        To be run after the vocabularies changed, or partners would keep the old labels. Returns how many did.
        """
        if ids is not None:
            return sum(self._restamp(batch, act) for batch in transitions.chunks(ids))
        after, changed = "", 0
        while True:
            with self.database.reading() as connection:
                ids = records.ids_after(connection, after, BATCH)
                found = records.states(connection, ids)
            if not ids:
                return changed
            after = ids[-1]
            terms = self.terms()
            stale = [id for id in ids if transitions.stale(found[id], terms)]
            if stale:
                changed += self._restamp(stale, act)

    # Reading

    def get(self, id: str) -> Stored:
        """One record, published or withdrawn; raises RecordNotFound."""
        if found := self.get_many([id]):
            return found[id]
        raise RecordNotFound(identifier=id)

    def get_many(self, ids: Sequence[str]) -> dict[str, Stored]:
        """Those of `ids` that exist, by id."""
        with self.database.reading() as connection:
            found = records.states(connection, ids)
        return {id: Stored(_decoder.decode(state.body), state) for id, state in found.items()}

    def using(self, iris: Iterable[str]) -> list[str]:
        """The ids of published records that hold any of the concepts, in their order."""
        with self.database.reading() as connection:
            return sorted({id for iri in iris for id in records.using(connection, iri)})

    def bodies(self) -> Iterator[bytes]:
        """The canonical JSON of every published record, for those who look at a part of all of them."""
        with self.database.reading() as connection:
            yield from records.bodies(connection)

    def concept_uses(self, iris: Collection[str]) -> Counter[str]:
        """How many published records name each of the concepts; those that none names are left out."""
        counts: Counter[str] = Counter()
        wanted = frozenset(iris)
        for body in self.bodies():
            counts.update(wanted.intersection(_strings(body)))
        return counts

    def kits_using(self, iri: str) -> list[str]:
        """The ids of kits of a métier, a level or a country."""
        with self.database.reading() as connection:
            return kits.using(connection, iri)

    def of_act(self, act: str, kind: Kind = "record") -> list[str]:
        """The ids of what an act changed."""
        with self.database.reading() as connection:
            return changes.of_act(connection, act, kind)

    def kits(self, ids: Sequence[str]) -> dict[str, Kit]:
        """Those of the kits `ids` that exist and have something in them, by id."""
        with self.database.reading() as connection:
            found = kits.read(connection, ids)
        return {id: kit for id, kit in found.items() if kit.documents or kit.declarations}

    def kit_ids(self) -> list[str]:
        with self.database.reading() as connection:
            return kits.ids(connection)

    def kits_of(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """The kits that records have a place in, by record id."""
        with self.database.reading() as connection:
            return kits.of_records(connection, ids)

    def by_origin(self, source: str, origins: Sequence[str]) -> dict[str, str]:
        """The ids of records harvested from a source, by their OAI identifier there."""
        with self.database.reading() as connection:
            return records.by_origin(connection, source, origins)

    def received(self, id: str) -> tuple[str, bytes] | None:
        """What a partner sent for a record: (metadata prefix, bytes), or None."""
        with self.database.reading() as connection:
            return records.read_source_bytes(connection, id)

    def received_many(self, ids: Sequence[str]) -> dict[str, tuple[str, bytes]]:
        """What partners sent for those of `ids` that came from one, by id."""
        with self.database.reading() as connection:
            return records.source_bytes_of(connection, ids)

    def history(self, id: str, kind: Kind = "record") -> list[Event]:
        """Everything that happened to an object, oldest first: who, when, why and what it then was."""
        with self.database.reading() as connection:
            return changes.events(connection, kind, id)

    def changes(self, after: int, limit: int = 1000, kinds: Iterable[Kind] = ()) -> list[Change]:
        """The feed: changes numbered above `after`, oldest first. Nothing with a lower number appears later."""
        with self.database.reading() as connection:
            return changes.feed(connection, after, limit, kinds)

    def newest(self) -> int:
        with self.database.reading() as connection:
            return changes.newest(connection)

    def epoch(self) -> str:
        """Names this run of change numbers; a restore renews it, and every token and follower starts again."""
        with self.database.reading() as connection:
            return changes.read_meta(connection, "epoch") or ""

    def set_specs(self) -> list[str]:
        with self.database.reading() as connection:
            return records.set_specs(connection)

    def earliest(self) -> str | None:
        with self.database.reading() as connection:
            return records.earliest(connection)

    def totals(self) -> tuple[int, int]:
        """How many records are (published, withdrawn)."""
        with self.database.reading() as connection:
            return records.totals(connection)

    def published_count(self, source: str) -> int:
        """How many records of a source are published."""
        with self.database.reading() as connection:
            return records.published_count(connection, source)

    def published_ids(self, source: str | None = None) -> Iterator[str]:
        """The ids of all published records, or of those of one source, in the order of ids."""
        after = ""
        while ids := self._ids_after(after, source):
            yield from ids
            after = ids[-1]

    # Lists, as OAI-PMH needs them

    def open_list(self) -> tuple[str, int]:
        """Begin a list: (its responseDate, the newest change number that it will show).

        The responseDate is stored under the lock before anything is read, so that whatever is written later
        gets a datestamp no earlier, and a harvester that comes back with it as `from` misses nothing.
        """
        with self.database.writing() as connection:
            moment = changes.stamp(connection, self.clock).datestamp
            if moment != changes.read_meta(connection, "response_date"):
                changes.write_meta(connection, "response_date", moment)
            return moment, changes.newest(connection)

    def page(
        self, chosen: Selection, after: int, frozen: int, limit: int, columns: Sequence[str]
    ) -> Sequence[Row[Any]]:
        """One page of a list as rows of the named columns of a State; see `store.records.page`."""
        with self.database.reading() as connection:
            return records.page(connection, chosen, after, frozen, limit, columns)

    def count(self, chosen: Selection, frozen: int) -> int:
        with self.database.reading() as connection:
            return records.count(connection, chosen, frozen)

    # Inside

    def _ids_after(self, after: str, source: str | None) -> list[str]:
        with self.database.reading() as connection:
            return records.ids_after(connection, after, 1000, source)

    def _put(self, batch: Sequence[Entry], act: Act) -> list[Written]:
        terms = self.terms()
        ready = transitions.prepared(batch, terms)
        with self.database.writing() as connection:
            if (in_force := self._in_force(connection, terms)) is not terms:
                ready = transitions.prepared(batch, in_force)
            before = records.states(connection, [entry.record.id for entry in batch])
            news = [each for each in ready if not transitions.same(before.get(each.entry.record.id), each)]
            received = [(entry.record.id, *entry.received) for entry in batch if entry.received]
            records.write_source_bytes(connection, received, before)
            if not news:
                return [Written(entry.record.id, "unchanged") for entry in batch]
            given = changes.stamp(connection, self.clock)
            numbers = count(given.number)
            states = [transitions.published(each, next(numbers), given) for each in news]
            self._write(connection, given, states, before, act)
            places = {each.entry.record.id: each.rendering.kits for each in news}
            self._touch_kits(connection, given, numbers, act, places, before)
        changed = {
            state.id: Written(state.id, transitions.action(before.get(state.id)), state.change) for state in states
        }
        return [changed.get(entry.record.id, Written(entry.record.id, "unchanged")) for entry in batch]

    def _in_force(self, connection: Connection, terms: Terms) -> Terms:
        """The vocabularies that hold under the lock: `terms`, unless they changed while we waited for it.

        A record rendered with older ones would keep their words, as the restamp after a release has passed by.
        """
        if vocabularies.newest(connection) <= terms.version:
            return terms
        return vocabularies.read(connection, terms.base_iri)

    def _withdraw(self, ids: Sequence[str], act: Act) -> list[Written]:
        with self.database.writing() as connection:
            before = records.states(connection, ids)
            live = [before[id] for id in ids if id in before and not before[id].withdrawn]
            given = changes.stamp(connection, self.clock)
            numbers = count(given.number)
            ever = records.all_sets(connection, [state.id for state in live])
            states = [transitions.tombstone(state, ever.get(state.id, set()), next(numbers), given) for state in live]
            self._write(connection, given, states, before, act)
            self._touch_kits(connection, given, numbers, act, {state.id: () for state in states}, before)
        gone = {state.id: Written(state.id, "withdrawn", state.change) for state in states}
        return [gone.get(id) or Written(id, "unchanged" if id in before else "absent") for id in ids]

    def _amend(self, ids: Sequence[str], change: Callable[[Record], Record], act: Act) -> list[str]:
        terms = self.terms()
        with self.database.writing() as connection:
            terms = self._in_force(connection, terms)
            before = records.states(connection, ids)
            entries = [
                Entry(amended, state.source, state.origin)
                for state in before.values()
                if not state.withdrawn and (amended := change(record := _decoder.decode(state.body))) != record
            ]
            ready = transitions.prepared(entries, terms)
            given = changes.stamp(connection, self.clock)
            numbers = count(given.number)
            states = [transitions.published(each, next(numbers), given) for each in ready]
            self._write(connection, given, states, before, act)
            places = {each.entry.record.id: each.rendering.kits for each in ready}
            self._touch_kits(connection, given, numbers, act, places, before)
        return [state.id for state in states]

    def _restamp(self, ids: Sequence[str], act: Act) -> int:
        terms = self.terms()
        with self.database.writing() as connection:
            terms = self._in_force(connection, terms)
            before = records.states(connection, ids)
            stale = [state for state in before.values() if not state.withdrawn and transitions.stale(state, terms)]
            given = changes.stamp(connection, self.clock)
            numbers = count(given.number)
            again = [(state, transitions.rendered_again(state, terms)) for state in stale]
            states = [transitions.rendered(state, rendering, next(numbers), given) for state, rendering in again]
            self._write(connection, given, states, before, act)
            self._touch_kits(connection, given, numbers, act, {state.id: each.kits for state, each in again}, before)
        return len(states)

    def _write(
        self, connection: Connection, given: Stamp, states: Sequence[State], before: dict[str, State], act: Act
    ) -> None:
        records.write(
            connection,
            [state for state in states if state.id not in before],
            [state for state in states if state.id in before],
        )
        rows = [
            (state.change, state.id, transitions.logged(state, before.get(state.id)), state.body) for state in states
        ]
        changes.log(connection, given, "record", act, rows)

    def _touch_kits(
        self,
        connection: Connection,
        given: Stamp,
        numbers: Iterator[int],
        act: Act,
        places: dict[str, tuple[Membership, ...]],
        known: Collection[str],
    ) -> None:
        touched = kits.replace_documents(connection, places, known)
        fresh = {place.kit: place.key for held in places.values() for place in held}
        held = kits.read(connection, sorted(touched), with_documents=False)
        keys = {id: held[id].key if id in held else fresh[id] for id in sorted(touched)}
        self._write_kits(connection, given, numbers, act, keys, {id: kit.declarations for id, kit in held.items()})

    def _write_kits(
        self,
        connection: Connection,
        given: Stamp,
        numbers: Iterator[int],
        act: Act,
        keys: dict[str, KitKey],
        declarations: dict[str, tuple[Declaration, ...]],
    ) -> None:
        places = [kits.Place(next(numbers), id, key, declarations.get(id, ())) for id, key in keys.items()]
        actions = kits.write(connection, places)
        now = kits.read(connection, list(keys))
        rows = [(each.change, each.id, actions[each.id], _encoder.encode(now[each.id])) for each in places]
        changes.log(connection, given, "kit", act, rows)
