"""The SQL of kits: which documents each has, and what was declared of its other parts."""

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, insert, select, update

from repository.kit import Declaration, Kit, KitKey, Membership
from repository.store import rows
from repository.store.changes import Action
from repository.store.records import IN_CHUNK
from repository.store.tables import kit_documents, kits

_declarations = msgspec.json.Decoder(tuple[Declaration, ...])


def replace_documents(
    connection: Connection, places: dict[str, tuple[Membership, ...]], known: Collection[str]
) -> set[str]:
    """Give each record (by id) exactly these places in kits; returns the kits whose documents changed.

    `known` are the records that were there before: the others cannot have places yet.
    """
    sought = [id for id in places if id in known]
    before: set[tuple[str, str, str]] = set()
    for start in range(0, len(sought), IN_CHUNK):
        wanted = select(kit_documents).where(kit_documents.c.record.in_(sought[start : start + IN_CHUNK]))
        before |= {tuple(row) for row in connection.execute(wanted)}
    after = {(place.kit, id, place.type) for id, held in places.items() for place in held}
    left = {record for _, record, _ in before - after}
    gone = sorted(left)
    for start in range(0, len(gone), IN_CHUNK):
        part = gone[start : start + IN_CHUNK]
        connection.execute(delete(kit_documents).where(kit_documents.c.record.in_(part)))
    kept = {row for row in before & after if row[1] not in left}
    rows.add(connection, kit_documents, sorted(after - kept))
    return {kit for kit, _, _ in before ^ after}


def read(connection: Connection, ids: Sequence[str], *, with_documents: bool = True) -> dict[str, Kit]:
    """The kits among `ids` that exist, withdrawn ones (nothing left in them) included."""
    found: dict[str, Kit] = {}
    for start in range(0, len(ids), IN_CHUNK):
        part = ids[start : start + IN_CHUNK]
        documents = _documents(connection, part) if with_documents else {}
        for row in connection.execute(select(kits).where(kits.c.id.in_(part))):
            key = KitKey(row.country, row.level, row.occupation)
            held = tuple(sorted(documents.get(row.id, ())))
            found[row.id] = Kit(id=row.id, key=key, documents=held, declarations=_declarations.decode(row.body))
    return found


def _documents(connection: Connection, ids: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    wanted = select(kit_documents.c.kit, kit_documents.c.type, kit_documents.c.record)
    for row in connection.execute(wanted.where(kit_documents.c.kit.in_(ids))):
        found.setdefault(row.kit, []).append((row.type, row.record))
    return found


class Place(Struct, frozen=True):
    """A kit to be stored under a change number, with what is declared of it."""

    change: int
    id: str
    key: KitKey
    declarations: tuple[Declaration, ...]


def write(connection: Connection, places: Sequence[Place]) -> dict[str, Action]:
    """Store kits; returns what became of each, by id. Call after `replace_documents`.

    A kit without documents and declarations is withdrawn, and restored by the next one it gets.
    """
    before, filled = _withdrawn(connection, places), _filled(connection, places)
    placed = [_columns(each, withdrawn=not each.declarations and each.id not in filled) for each in places]
    if fresh := [row for row in placed if row["id"] not in before]:
        connection.execute(insert(kits), fresh)
    if changed := [{f"b_{name}": row[name] for name in _CHANGING} for row in placed if row["id"] in before]:
        values: dict[str, Any] = {name: bindparam(f"b_{name}") for name in _CHANGING if name != "id"}
        connection.execute(update(kits).where(kits.c.id == bindparam("b_id")).values(values), changed)
    return {row["id"]: _action(before.get(row["id"]), row["withdrawn"]) for row in placed}


_CHANGING = ("id", "change", "withdrawn", "body")


def _columns(place: Place, *, withdrawn: bool) -> dict[str, Any]:
    identity = {"id": place.id, **msgspec.structs.asdict(place.key)}
    return {
        **identity,
        "change": place.change,
        "withdrawn": withdrawn,
        "body": msgspec.json.encode(place.declarations),
    }


def _action(before: bool | None, now: bool) -> Action:
    """What a kit's change is called; `before` and `now` say whether it was and is withdrawn."""
    if before is None:
        return "created"
    if now:
        return "withdrawn"
    return "restored" if before else "changed"


def _withdrawn(connection: Connection, places: Sequence[Place]) -> dict[str, bool]:
    """Whether each kit that exists is withdrawn, by id."""
    found: dict[str, bool] = {}
    for start in range(0, len(places), IN_CHUNK):
        part = [each.id for each in places[start : start + IN_CHUNK]]
        found.update((row.id, row.withdrawn) for row in connection.execute(select(kits).where(kits.c.id.in_(part))))
    return found


def _filled(connection: Connection, places: Sequence[Place]) -> set[str]:
    """The kits that have documents."""
    found: set[str] = set()
    for start in range(0, len(places), IN_CHUNK):
        part = [each.id for each in places[start : start + IN_CHUNK]]
        found.update(connection.scalars(select(kit_documents.c.kit).where(kit_documents.c.kit.in_(part)).distinct()))
    return found


def ids(connection: Connection) -> list[str]:
    """The ids of all kits that have something in them."""
    return list(connection.scalars(select(kits.c.id).where(kits.c.withdrawn.is_(False)).order_by(kits.c.id)))


def using(connection: Connection, iri: str) -> list[str]:
    """The ids of kits that have something in them, of a country, a level or a métier."""
    of = (kits.c.country == iri) | (kits.c.level == iri) | (kits.c.occupation == iri)
    return list(connection.scalars(select(kits.c.id).where(kits.c.withdrawn.is_(False), of).order_by(kits.c.id)))


def of_records(connection: Connection, records: Sequence[str]) -> dict[str, list[str]]:
    """The kits that each record has a place in, by record id."""
    found: dict[str, list[str]] = {}
    wanted = select(kit_documents.c.record, kit_documents.c.kit).distinct().order_by(kit_documents.c.kit)
    for start in range(0, len(records), IN_CHUNK):
        part = records[start : start + IN_CHUNK]
        for row in connection.execute(wanted.where(kit_documents.c.record.in_(part))):
            found.setdefault(row.record, []).append(row.kit)
    return found
