"""Records that describe one resource: found by their fingerprints, gathered in clusters with one representative.

It follows the change feed. Nothing is deleted or merged: a cluster says that descriptions belong together, and which
of them stands for all. What is only likely becomes a question.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Final

from sqlalchemy import Connection, delete, func, select

from repository import feed, fingerprints
from repository.catalogue import Catalogue, Stored
from repository.fingerprints import CERTAIN, KEPT, Fingerprint, compatible
from repository.questions import Question, drop, put
from repository.record import Record
from repository.store import changes, rows
from repository.store.database import Database
from repository.store.tables import clusters
from repository.store.tables import fingerprints as marks

FOLLOWER: Final = "duplicates"
VERSION: Final = 1
KIND: Final = "duplicate"

COMMON: Final = 20
"""A mark that more records bear says nothing of the resource: an address of a whole site, the ISBN of a series."""

_IN_CHUNK: Final = 400
_FARTHEST: Final = 200
"""Most records that are looked at together, whatever links them."""


class Duplicates:
    """The tables of fingerprints and clusters."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def follow(self, catalogue: Catalogue, moment: str) -> int:
        """Take in what records have changed since the last time; returns how many were looked at."""

        def look(held: Mapping[str, Stored]) -> feed.Write:
            return lambda connection: _Work(connection, catalogue, held, moment).do()

        return feed.follow(catalogue, FOLLOWER, VERSION, look)

    def join(self, catalogue: Catalogue, question: Question, moment: str, *, joined: bool) -> None:
        """Carry out what a person decided of two records: they belong together, or no longer because of it."""
        pair = question.subject.split()
        with self.database.writing() as connection:
            mine = (marks.c.kind == "decided", marks.c.value == question.id)
            connection.execute(delete(marks).where(*mine))
            if joined:
                rows.add(connection, marks, [(id, "decided", question.id) for id in pair])
            _Work(connection, catalogue, catalogue.get_many(pair), moment).cluster(pair)

    def stamp(self) -> str:
        """Changes whenever any cluster has."""
        with self.database.reading() as connection:
            return changes.read_meta(connection, "clusters") or ""

    def represented(self) -> list[tuple[str, str]]:
        """Every record that another one stands for, with that other one."""
        best = clusters.alias()
        wanted = select(clusters.c.record, best.c.record).where(
            clusters.c.cluster == best.c.cluster, best.c.representative, clusters.c.representative.is_(False)
        )
        with self.database.reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(wanted.order_by(clusters.c.record))]

    def cluster(self, id: str) -> list[str]:
        """The records that stand for the same resource as this one, itself and the representative first included; []
        where there is no other."""
        chosen = select(clusters.c.cluster).where(clusters.c.record == id)
        wanted = select(clusters.c.record).where(clusters.c.cluster.in_(chosen))
        with self.database.reading() as connection:
            ordered = wanted.order_by(clusters.c.representative.desc(), clusters.c.record)
            return list(connection.scalars(ordered))


class _Work:
    """What one batch of changed records means for marks, clusters and questions, in one transaction."""

    def __init__(self, connection: Connection, catalogue: Catalogue, held: Mapping[str, Stored], moment: str) -> None:
        self.connection, self.catalogue, self.moment = connection, catalogue, moment
        self.held = dict(held)
        self.alike: dict[Fingerprint, list[str]] = {}

    def do(self) -> None:
        ids = list(self.held)
        before = _marks_of(self.connection, ids)
        now = {id: fingerprints.of_record(each.record) for id, each in self.held.items() if not each.withdrawn}
        _write(self.connection, before, now, ids)
        touched = {mark for held in (*before.values(), *now.values()) for mark in held}
        certain = _bearers(self.connection, {each for each in touched if each.kind in CERTAIN})
        left = _clustered(self.connection, {each for each in touched if each.kind in CERTAIN} - certain.keys())
        self.cluster({*ids, *left, *(id for held in certain.values() for id in held)})
        self._withdraw_questions(before, now)
        self._ask({mark for held in now.values() for mark in held if mark.kind == "likely"})

    # Clusters

    def cluster(self, ids: Collection[str]) -> None:
        """Work out the clusters of these records, and of all that a certain mark or an older cluster links to them."""
        whole = self._reach({*ids, *self._fellows(ids)})
        records = self._records(whole)
        groups = [group for group in self._groups(sorted(records), records) if len(group) > 1]
        self._replace(sorted(whole), [row for group in groups for row in self._rows(group, records)])

    def _replace(self, ids: Sequence[str], fresh: Sequence[tuple[str, str, bool]]) -> None:
        former: set[tuple[str, str, bool]] = set()
        for chunk in _chunks(ids):
            former.update(
                tuple(row) for row in self.connection.execute(select(clusters).where(clusters.c.record.in_(chunk)))
            )
        if former == set(fresh):
            return
        for chunk in _chunks(ids):
            self.connection.execute(delete(clusters).where(clusters.c.record.in_(chunk)))
        rows.add(self.connection, clusters, fresh)
        changes.write_meta(
            self.connection, "clusters", str(int(changes.read_meta(self.connection, "clusters") or 0) + 1)
        )

    def _fellows(self, ids: Collection[str]) -> set[str]:
        """Those that stood in a cluster with one of the records so far."""
        found: set[str] = set()
        for chunk in _chunks(sorted(ids)):
            named = select(clusters.c.cluster).where(clusters.c.record.in_(chunk))
            found.update(self.connection.scalars(select(clusters.c.record).where(clusters.c.cluster.in_(named))))
        return found

    def _reach(self, ids: set[str]) -> set[str]:
        """The records that certain marks lead to, step by step; `alike` then holds who bears each of the marks."""
        whole, edge = set(ids), set(ids)
        while edge and len(whole) <= len(ids) + _FARTHEST:
            born = _marks_of(self.connection, sorted(edge))
            fresh = {mark for held in born.values() for mark in held if mark.kind in CERTAIN} - self.alike.keys()
            self.alike.update(_bearers(self.connection, fresh))
            edge = {id for mark in fresh for id in self.alike.get(mark, ())} - whole
            whole |= edge
        return whole

    def _groups(self, ids: Sequence[str], records: Mapping[str, Stored]) -> list[list[str]]:
        """Join what a mark links, as long as all of a group may stand for one resource."""
        group_of = {id: [id] for id in ids}
        for mark in sorted(self.alike):
            for one, other in combinations([id for id in self.alike[mark] if id in group_of], 2):
                left, right = group_of[one], group_of[other]
                if left is not right and _may_join(left, right, records):
                    left += right
                    group_of.update(dict.fromkeys(right, left))
        return list({id(group): group for group in group_of.values()}.values())

    def _rows(self, group: Sequence[str], records: Mapping[str, Stored]) -> Iterator[tuple[str, str, bool]]:
        best = min(group, key=lambda id: _rank(records[id]))
        return ((id, best, id == best) for id in group)

    def _records(self, ids: Collection[str]) -> dict[str, Stored]:
        """Those of the records that are published."""
        missing = [id for id in ids if id not in self.held]
        self.held |= self.catalogue.get_many(missing)
        return {id: self.held[id] for id in ids if id in self.held and not self.held[id].withdrawn}

    # Questions

    def _withdraw_questions(self, before: Mapping[str, set[Fingerprint]], now: Mapping[str, set[Fingerprint]]) -> None:
        """Take back what was asked of records that are no longer alike, or no longer there."""
        changed = [id for id in before if before[id] != now.get(id, set()) | _kept(before[id])]
        asked = {mark.value for id in changed for mark in before[id] if mark.kind == "asked"}
        if not asked:
            return
        drop(self.connection, asked)
        for chunk in _chunks(sorted(asked)):
            chosen = (marks.c.kind == "asked", marks.c.value.in_(chunk))
            self.connection.execute(delete(marks).where(*chosen))

    def _ask(self, likely: set[Fingerprint]) -> None:
        found = _bearers(self.connection, likely)
        records = self._records({id for held in found.values() for id in held})
        together = self._clusters_of(list(records))
        asked: dict[str, Question] = {}
        for ids in found.values():
            for pair in _pairs([id for id in ids if id in records], together):
                one, other = (records[id].record for id in pair)
                if compatible(one, other):
                    question = _question(one, other, records)
                    asked[question.id] = question
        put(self.connection, list(asked.values()), self.moment)
        told = _bearers(self.connection, {Fingerprint("asked", id) for id in asked})
        known = {mark.value for mark in told}
        fresh = [(id, "asked", each.id) for each in asked.values() for id in each.subject.split()]
        rows.add(self.connection, marks, [row for row in fresh if row[2] not in known])

    def _clusters_of(self, ids: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        for chunk in _chunks(ids):
            wanted = select(clusters.c.record, clusters.c.cluster).where(clusters.c.record.in_(chunk))
            found.update((row.record, row.cluster) for row in self.connection.execute(wanted))
        return found


def _pairs(ids: Sequence[str], together: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each record beside the first one, one for each cluster: a cluster is asked about once."""
    leaders = list(dict.fromkeys(together.get(id, id) for id in sorted(ids)))
    chosen = {leader: next(id for id in sorted(ids) if together.get(id, id) == leader) for leader in leaders}
    first, *others = leaders or [""]
    for each in others:
        one, other = sorted((chosen[first], chosen[each]))
        yield one, other


def _question(one: Record, other: Record, records: Mapping[str, Stored]) -> Question:
    sources = [records[each.id].state.source for each in (one, other)]
    return Question(
        kind=KIND,
        subject=f"{one.id} {other.id}",
        source=next((source for source in sources if source), ""),
        details={"titles": [each.title[0].value if each.title else each.id for each in (one, other)]},
    )


def _may_join(left: Sequence[str], right: Sequence[str], records: Mapping[str, Stored]) -> bool:
    return all(compatible(records[one].record, records[other].record) for one in left for other in right)


def _rank(stored: Stored) -> tuple[bool, int, str]:
    """Our own before a partner's, then the one that says more, then the id, so that it never depends on chance."""
    said = sum(getattr(stored.record, name) not in (None, ()) for name in Record.__struct_fields__)
    return stored.state.source is not None, -said, stored.record.id


def _kept(held: Iterable[Fingerprint]) -> set[Fingerprint]:
    return {each for each in held if each.kind in KEPT}


def _write(
    connection: Connection,
    before: Mapping[str, set[Fingerprint]],
    now: Mapping[str, set[Fingerprint]],
    ids: Sequence[str],
) -> None:
    """Replace the marks of records whose marks are others now; those that a person or a question gave stay."""
    changed = [id for id in ids if before.get(id, set()) - _kept(before.get(id, ())) != now.get(id, set())]
    for chunk in _chunks(changed):
        connection.execute(delete(marks).where(marks.c.record.in_(chunk), marks.c.kind.not_in(KEPT)))
    rows.add(connection, marks, [(id, *mark) for id in changed for mark in sorted(now.get(id, ()))])


def _marks_of(connection: Connection, ids: Sequence[str]) -> dict[str, set[Fingerprint]]:
    found: dict[str, set[Fingerprint]] = {}
    for chunk in _chunks(ids):
        for row in connection.execute(select(marks).where(marks.c.record.in_(chunk))):
            found.setdefault(row.record, set()).add(Fingerprint(row.kind, row.value))
    return found


def _bearers(connection: Connection, wanted: Iterable[Fingerprint]) -> dict[Fingerprint, list[str]]:
    """Who bears each mark, where more than one does and it is not too common to mean anything."""
    found: dict[Fingerprint, list[str]] = {}
    for kind, chunk in _by_kind(wanted):
        borne = (marks.c.kind == kind, marks.c.value.in_(chunk))
        telling = select(marks.c.value).where(*borne).group_by(marks.c.value)
        telling = telling.having(func.count().between(2, COMMON))
        chosen = select(marks).where(marks.c.kind == kind, marks.c.value.in_(telling)).order_by(marks.c.record)
        for row in connection.execute(chosen):
            found.setdefault(Fingerprint(row.kind, row.value), []).append(row.record)
    return found


def _clustered(connection: Connection, wanted: Iterable[Fingerprint]) -> set[str]:
    """Records in clusters that bear one of the marks: the mark may have been what linked them, and no longer does."""
    found: set[str] = set()
    for kind, chunk in _by_kind(wanted):
        chosen = select(marks.c.record).where(marks.c.kind == kind, marks.c.value.in_(chunk))
        found.update(connection.scalars(chosen.where(marks.c.record.in_(select(clusters.c.record)))))
    return found


def _by_kind(wanted: Iterable[Fingerprint]) -> Iterator[tuple[str, Sequence[str]]]:
    values: dict[str, list[str]] = {}
    for each in sorted(wanted):
        values.setdefault(each.kind, []).append(each.value)
    return ((kind, chunk) for kind, held in values.items() for chunk in _chunks(held))


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _IN_CHUNK] for start in range(0, len(values), _IN_CHUNK))
