"""The SQL of kits: which documents each has, and what was declared of its other parts."""

from collections.abc import Iterable, Sequence

import msgspec
from sqlalchemy import Connection, delete, insert, select, update

from repository.kit import Declaration, Kit, KitKey, Membership
from repository.store.records import IN_CHUNK
from repository.store.tables import kit_documents, kits

_declarations = msgspec.json.Decoder(tuple[Declaration, ...])


def replace_documents(connection: Connection, places: dict[str, tuple[Membership, ...]]) -> set[str]:
    """Give each record (by id) exactly these places in kits; returns the kits whose documents changed."""
    touched: set[str] = set()
    ids = list(places)
    for start in range(0, len(ids), IN_CHUNK):
        part = ids[start : start + IN_CHUNK]
        wanted = select(kit_documents.c.kit, kit_documents.c.record, kit_documents.c.type).where(
            kit_documents.c.record.in_(part)
        )
        before = {tuple(row) for row in connection.execute(wanted)}
        after = {(place.kit, id, place.type) for id in part for place in places[id]}
        touched |= {kit for kit, _, _ in before ^ after}
        if before - after:
            connection.execute(delete(kit_documents).where(kit_documents.c.record.in_(part)))
            before = set()
        fresh = [{"kit": kit, "record": record, "type": type} for kit, record, type in sorted(after - before)]
        if fresh:
            connection.execute(insert(kit_documents), fresh)
    return touched


def read(connection: Connection, ids: Sequence[str]) -> dict[str, Kit]:
    """The kits among `ids` that exist, withdrawn ones (nothing left in them) included."""
    found: dict[str, Kit] = {}
    for start in range(0, len(ids), IN_CHUNK):
        part = ids[start : start + IN_CHUNK]
        documents = _documents(connection, part)
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


def write(connection: Connection, number: int, id: str, key: KitKey, declarations: Iterable[Declaration]) -> bool:
    """Store a kit under a change number; returns whether it is new. Call after `replace_documents`.

    A kit without documents and declarations is withdrawn.
    """
    declared = tuple(declarations)
    empty = not declared and not _documents(connection, [id])
    values = {"change": number, "withdrawn": empty, "body": msgspec.json.encode(declared)}
    if connection.execute(update(kits).where(kits.c.id == id).values(**values)).rowcount:
        return False
    identity = {"id": id, "country": key.country, "level": key.level, "occupation": key.occupation}
    connection.execute(insert(kits).values(**identity, **values))
    return True


def ids(connection: Connection) -> list[str]:
    """The ids of all kits that have something in them."""
    return list(connection.scalars(select(kits.c.id).where(kits.c.withdrawn.is_(False)).order_by(kits.c.id)))


def of_records(connection: Connection, records: Sequence[str]) -> dict[str, list[str]]:
    """The kits that each record has a place in, by record id."""
    found: dict[str, list[str]] = {}
    wanted = select(kit_documents.c.record, kit_documents.c.kit).where(kit_documents.c.record.in_(list(records)))
    for row in connection.execute(wanted.order_by(kit_documents.c.kit)):
        found.setdefault(row.record, []).append(row.kit)
    return found
