"""The records of an import: named, checked and stored in batches, or put into quarantine."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec

from harvest.crosswalk import attempt, cross, judge
from harvest.errors import NotStorable
from harvest.journal import Held, Journal
from harvest.report import Report, count, fault
from harvest.source import IMPORTED
from repository import identity
from repository.catalogue import Catalogue, Entry
from repository.contents.piece import Contents, Piece
from repository.errors import MutualisError
from repository.formats.registry import Format
from repository.kit import Declaration, KitKey
from repository.record import CatalogRecord, Record
from repository.store.changes import Act, Clock, written
from repository.tabular import BadRow, Mapping
from vocabularies.terms import Terms

_BATCH: Final = 200


@dataclass(slots=True)
class Taking:
    """One import. `seen`: record id -> digest of what it says, for records that come twice; `titles`: record id
    -> the title it first came with, for different records that share an identifier."""

    catalogue: Catalogue
    journal: Journal
    clock: Clock
    act: Act
    terms: Terms
    language: str
    formats: Sequence[Format]
    mapping: Mapping | None
    seen: dict[str, bytes] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Batch:
    """Records that wait to be stored together, with the pieces they came from and whether each came before."""

    entries: list[Entry] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    again: list[bool] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)


def take_pieces(taking: Taking, path: Path, contents: Contents, report: Report) -> None:
    for rule, times in contents.repairs.items():
        count(report.repaired, rule, times)
    batch = _Batch()
    try:
        for piece in contents.pieces:
            _take_piece(taking, path, piece, batch, report)
            if len(batch.entries) + len(batch.held) >= _BATCH:
                _flush(taking, path, batch, report)
                batch = _Batch()
    finally:
        _flush(taking, path, batch, report)


def _take_piece(taking: Taking, path: Path, piece: Piece, batch: _Batch, report: Report) -> None:
    try:
        if piece.fault is not None:
            raise piece.fault
        if piece.kit is not None:
            taking.catalogue.declare(*_kit(piece.kit), taking.act)
            report.kits += 1
            return
        report.offered += 1
        if piece.item is not None and piece.item.deleted:
            batch.gone.append(identity.imported_id(piece.item.identifier))
            return
        entry = _entry(taking, piece, report)
    except MutualisError as error:
        if piece.fault is not None or piece.kit is not None:
            report.offered += 1
        batch.held.append(held(taking, path, piece, error, report))
        return
    _choose(taking, piece, entry, batch, report)


def _choose(taking: Taking, piece: Piece, entry: Entry, batch: _Batch, report: Report) -> None:
    """Of records that come twice the later one stays; one that says the same is passed over."""
    digest = sha256(msgspec.json.encode(entry.record)).digest()
    known = taking.seen.get(entry.record.id)
    taking.seen[entry.record.id] = digest
    if known is not None:
        report.duplicates += 1
        if known == digest:
            return
        count(report.notes, "duplicate-differs")
    batch.entries.append(entry)
    batch.pieces.append(piece)
    batch.again.append(known is not None)


def _entry(taking: Taking, piece: Piece, report: Report) -> Entry:
    """The record of a piece, named and checked; raises MutualisError where it is for the quarantine."""
    terms = taking.terms
    if piece.item is not None:
        crossed = cross(piece.item, "", taking.formats, terms)
    elif piece.read is not None:
        crossed = judge(attempt(piece.read, piece.received, terms), terms)
    else:
        raise NotStorable(reason="it has no reader")
    for rule in crossed.notes:
        count(report.notes, rule)
    for shape in crossed.warnings:
        count(report.warnings, shape)
    record = _named(taking, piece, crossed.record, report)
    own = piece.format == "jsonld"
    return Entry(
        record,
        IMPORTED if piece.item is not None else None,
        piece.item.identifier if piece.item is not None else None,
        None if own else (piece.format[:40], piece.received),
    )


def _named(taking: Taking, piece: Piece, record: Record, report: Report) -> Record:
    """The record under its id; one out of an OAI-PMH file says where it came from."""
    if piece.item is None:
        named: Record = msgspec.structs.replace(record, id=_id(record, piece))
        return named if _is_own(record.id) else _apart(taking, named, report)
    origin = CatalogRecord(
        source=IMPORTED,
        identifier=piece.item.identifier,
        datestamp=piece.item.datestamp or None,
        harvested=written(taking.clock()),
        base_url=piece.base_url or None,
        sets=piece.item.sets,
    )
    fresh: Record = msgspec.structs.replace(
        record, id=identity.imported_id(piece.item.identifier), catalog_record=(origin,)
    )
    return fresh


def _id(record: Record, piece: Piece) -> str:
    """Our own id where the record bears one, else one made of what names it: identifier, page, or all it says.

    Identifiers without a letter or digit ("???") name nothing.
    """
    if _is_own(record.id):
        return record.id
    names = (record.id, *record.identifier, record.landing_page or "", *(d.access_url for d in record.distribution))
    name = next((each for each in names if any(map(str.isalnum, each))), None)
    return identity.imported_id(name or sha256(piece.received).hexdigest())


def _apart(taking: Taking, record: Record, report: Report) -> Record:
    """Two records of one import that share an identifier and have different titles are two: the later one is
    named by both."""
    title = record.title[0].value if record.title else ""
    first = taking.titles.setdefault(record.id, title)
    if first == title:
        return record
    count(report.notes, "identifier-shared")
    apart: Record = msgspec.structs.replace(record, id=identity.imported_id(f"{record.id}\n{title}"))
    return apart


def _is_own(id: str) -> bool:
    try:
        return str(UUID(id)) == id
    except ValueError:
        return False


def _kit(value: dict[str, Any]) -> tuple[KitKey, tuple[Declaration, ...]]:
    """A kit's key and what is declared of its parts; raises BadRow."""
    try:
        key = msgspec.convert({name: value.get(name) for name in ("country", "level", "occupation")}, KitKey)
        return key, msgspec.convert(value["declarations"], tuple[Declaration, ...])
    except msgspec.ValidationError as error:
        raise BadRow(reason=f"it is not the declaration of a kit: {error}") from error


# Storing


def _flush(taking: Taking, path: Path, batch: _Batch, report: Report) -> None:
    _put(taking, path, batch, report)
    taking.catalogue.withdraw(batch.gone, taking.act)
    report.deleted += len(batch.gone)
    if batch.held:
        taking.journal.hold(batch.held)


def _put(taking: Taking, path: Path, batch: _Batch, report: Report) -> None:
    """Store a batch; where one record spoils it, each goes alone and that one into quarantine."""
    try:
        _count(taking, batch.entries, batch.again, report)
    except ValueError:
        for entry, piece, again in zip(batch.entries, batch.pieces, batch.again, strict=True):
            try:
                _count(taking, [entry], [again], report)
            except ValueError as error:
                batch.held.append(held(taking, path, piece, NotStorable(reason=str(error)), report))


def _count(taking: Taking, entries: list[Entry], again: list[bool], report: Report) -> None:
    for each, before in zip(taking.catalogue.put_many(entries, taking.act), again, strict=True):
        if not before:
            setattr(report, each.outcome, getattr(report, each.outcome) + 1)


def held(taking: Taking, path: Path, piece: Piece, error: MutualisError, report: Report) -> Held:
    count(report.quarantined, error.message)
    return Held(
        source=IMPORTED,
        identifier=piece.item.identifier if piece.item is not None else "",
        run=taking.act.id,
        noted=written(taking.clock()),
        place=f"{label(path)} {piece.place}",
        fault=fault(error),
        received=piece.received,
    )


def label(path: Path) -> str:
    """What a file is called in quarantine and in reports of runs: its name and its folder's."""
    return spelt("/".join(path.parts[-2:]))


def spelt(path: Path | str) -> str:
    """A path as text that can be stored and shown; the octets of a name that is not UTF-8 become "?"."""
    return str(path).encode("utf-8", "replace").decode()
