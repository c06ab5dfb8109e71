"""What the harvester remembers: sources, how far each was read, its runs, and the records in quarantine."""

import zlib
from collections.abc import Sequence
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, Table, delete, func, insert, select, update

from harvest.alone import is_held
from harvest.drift import Usual
from harvest.errors import Interrupted, UnknownSource
from harvest.report import Fault, Outcome, Report, fault
from harvest.source import IMPORTED, Source
from harvest.staging import Kept, forget, keep
from repository.record import Text
from repository.store import tables
from repository.store.database import Database

_encoder: Final = msgspec.json.Encoder()
_IN_CHUNK: Final = 400
_FILES: Final = Source(
    id=IMPORTED,
    base_url="",
    prefix="",
    name=(Text("Fichiers importés", "fr"), Text("Ficheiros importados", "pt"), Text("Imported files", "en")),
)


class Pending(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """A list left open: the token of its next page, the `from` it was asked with and the responseDate of its
    first page, which becomes the checkpoint once the list is through."""

    token: str
    earliest: str = ""
    started: str = ""


class Checkpoint(Struct, frozen=True, omit_defaults=True, kw_only=True, rename="camel"):
    """How far a source was read. `earliest` is the `from` of the next harvest ("" for everything); `pending` the
    list to go on with; `not_before` the moment until which the partner asked to be left alone; `usual` what its
    records look like."""

    earliest: str = ""
    pending: Pending | None = None
    not_before: str = ""
    usual: Usual = Usual()


class Run(Struct, frozen=True, kw_only=True, rename="camel"):
    """One harvest. `ended` and `outcome` are None while it goes on; one that was killed is partial without end."""

    id: str
    source: str
    started: str
    ended: str | None
    outcome: Outcome | None
    report: Report


class Held(Struct, frozen=True, kw_only=True, rename="camel"):
    """A record in quarantine: where it stood, why it is here, and its bytes as they came."""

    source: str
    identifier: str
    run: str
    noted: str
    place: str
    fault: Fault
    received: bytes


class Settled(Struct, frozen=True):
    """What a page did to the quarantine: records that went into it, and the identifiers of those that left it."""

    held: Sequence[Held] = ()
    released: Sequence[str] = ()


class Journal:
    """The harvester's tables in the catalogue's database."""

    def __init__(self, database: Database) -> None:
        self.database = database

    # Sources

    def register(self, source: Source) -> None:
        """Store a source, or what was changed of it."""
        values = {
            "base_url": source.base_url,
            "prefix": source.prefix,
            "set_spec": source.set_spec,
            "body": _encoder.encode(source),
        }
        with self.database.writing() as connection:
            _replace(connection, tables.sources, {"id": source.id}, values)

    def register_files(self) -> None:
        """Make sure that there is a source for files imported by hand."""
        if self.find("", "", "") is None:
            self.register(_FILES)

    def sources(self) -> list[Source]:
        """All registered sources, in the order of their ids."""
        with self.database.reading() as connection:
            rows = connection.execute(select(tables.sources.c.body).order_by(tables.sources.c.id))
            return [msgspec.json.decode(row.body, type=Source) for row in rows]

    def source(self, id: str) -> Source:
        """One source; raises UnknownSource naming those there are."""
        with self.database.reading() as connection:
            body = connection.scalar(select(tables.sources.c.body).where(tables.sources.c.id == id))
        if body is None:
            raise UnknownSource(source=id, known=", ".join(each.id for each in self.sources()) or "-")
        return msgspec.json.decode(body, type=Source)

    def find(self, base_url: str, prefix: str, set_spec: str) -> Source | None:
        """The source with this address, prefix and set, if it is registered."""
        wanted = (base_url, prefix, set_spec)
        return next((s for s in self.sources() if (s.base_url, s.prefix, s.set_spec) == wanted), None)

    # How far

    def checkpoint(self, source: str) -> Checkpoint:
        with self.database.reading() as connection:
            body = connection.scalar(select(tables.checkpoints.c.body).where(tables.checkpoints.c.source == source))
        return msgspec.json.decode(body, type=Checkpoint) if body else Checkpoint()

    def set_checkpoint(self, source: str, reached: Checkpoint) -> None:
        with self.database.writing() as connection:
            _replace(connection, tables.checkpoints, {"source": source}, {"body": _encoder.encode(reached)})

    # Runs

    def begin(self, id: str, source: str, started: str) -> None:
        """Note that a run begins; one of this source that never ended was interrupted, and is closed as partial."""
        with self.database.writing() as connection:
            connection.execute(
                update(tables.runs)
                .where(tables.runs.c.source == source, tables.runs.c.ended.is_(None))
                .values(ended=started, outcome="partial")
            )
            body = _encoder.encode(Report(source=source))
            connection.execute(insert(tables.runs).values(id=id, source=source, started=started, body=body))

    def keep(self, source: str, kept: Kept, reached: Checkpoint) -> None:
        """Keep a page back that is to be judged before it is stored, together with how far the source was read."""
        with self.database.writing() as connection:
            keep(connection, source, kept)
            _replace(connection, tables.checkpoints, {"source": source}, {"body": _encoder.encode(reached)})

    def note(
        self, id: str, report: Report, settled: Settled, reached: Checkpoint | None = None, *, stored: int | None = None
    ) -> None:
        """Keep what is known after a page whose records are stored, all at once: the counts of the run, so that they
        are there if it is killed, what went into quarantine and came out of it, and how far the source was read, or
        that the page, which had been kept back under the number `stored`, is kept no longer."""
        source = report.source
        with self.database.writing() as connection:
            values = {"body": _encoder.encode(report)}
            connection.execute(update(tables.runs).where(tables.runs.c.id == id).values(values))
            _release(connection, source, settled.released)
            _hold(connection, settled.held)
            if stored is not None:
                forget(connection, source, stored)
            if reached is not None:
                _replace(connection, tables.checkpoints, {"source": source}, {"body": _encoder.encode(reached)})

    def end(self, id: str, ended: str, report: Report) -> None:
        values = {"ended": ended, "outcome": report.outcome, "body": _encoder.encode(report)}
        with self.database.writing() as connection:
            connection.execute(update(tables.runs).where(tables.runs.c.id == id).values(values))

    def runs(self, source: str, limit: int = 20) -> list[Run]:
        """The runs of a source, newest first."""
        wanted = (
            select(tables.runs)
            .where(tables.runs.c.source == source)
            .order_by(tables.runs.c.started.desc(), tables.runs.c.id.desc())
        )
        with self.database.reading() as connection:
            found = [_run(row) for row in connection.execute(wanted.limit(limit))]
        return [self._told(run) for run in found]

    def last_runs(self) -> dict[str, Run]:
        """The newest run of each source that ever had one, by source id."""
        return {each.id: run for each in self.sources() for run in self.runs(each.id, 1)}

    def _told(self, run: Run) -> Run:
        """A run with its outcome, which one that was killed could not write down itself."""
        if run.ended is not None or is_held(self.database, run.source):
            return run
        report = msgspec.structs.replace(
            run.report, outcome="partial", problems=[*run.report.problems, fault(Interrupted())]
        )
        return msgspec.structs.replace(run, outcome="partial", report=report)

    # Quarantine

    def hold(self, held: Sequence[Held]) -> None:
        """Put records into quarantine; one that is there already is replaced by what came now."""
        with self.database.writing() as connection:
            _hold(connection, held)

    def held_identifiers(self, source: str) -> set[str]:
        """The identifiers of a source's records in quarantine."""
        wanted = select(tables.quarantine.c.identifier).where(tables.quarantine.c.source == source)
        with self.database.reading() as connection:
            return set(connection.scalars(wanted))

    def forget(self, file: str) -> None:
        """Take out of quarantine what an earlier import put there from a file of this name."""
        with self.database.writing() as connection:
            held = tables.quarantine.c
            chosen = (held.source == IMPORTED, held.place.startswith(f"{file} ", autoescape=True))
            connection.execute(delete(tables.quarantine).where(*chosen))

    def quarantined(self, source: str, limit: int = 1000) -> list[Held]:
        """The records of a source in quarantine, in the order in which they came."""
        wanted = select(tables.quarantine).where(tables.quarantine.c.source == source)
        with self.database.reading() as connection:
            rows = connection.execute(
                wanted.order_by(tables.quarantine.c.noted, tables.quarantine.c.place).limit(limit)
            )
            return [_held(row) for row in rows]

    def held_after(self, source: str, after: str, limit: int) -> list[tuple[str, Held]]:
        """Records of a source in quarantine by key, those whose key is greater than `after`, in order."""
        held = tables.quarantine.c
        wanted = select(tables.quarantine).where(held.source == source, held.id > after).order_by(held.id).limit(limit)
        with self.database.reading() as connection:
            return [(row.id, _held(row)) for row in connection.execute(wanted)]

    def quarantine_totals(self) -> dict[str, int]:
        """How many records of each source are in quarantine."""
        wanted = select(tables.quarantine.c.source, func.count()).group_by(tables.quarantine.c.source)
        with self.database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(wanted)}


def outcome_of(report: Report, *, whole: bool) -> Outcome:
    """How a run ended. Complete is only what was read to the end with every record stored or accounted for."""
    usable = report.stored + report.deleted + report.duplicates + report.own + report.kept_back
    if not usable and (report.offered or not whole):
        return "failed"
    return "complete" if whole and not report.quarantined and not report.missing else "partial"


def _hold(connection: Connection, held: Sequence[Held]) -> None:
    rows = {_held_id(each): each for each in held}
    _delete(connection, tables.quarantine, "id", list(rows))
    if rows:
        connection.execute(insert(tables.quarantine), [_held_row(id, each) for id, each in rows.items()])


def _release(connection: Connection, source: str, identifiers: Sequence[str]) -> None:
    _delete(connection, tables.quarantine, "identifier", identifiers, tables.quarantine.c.source == source)


def _replace(connection: Connection, table: Table, key: dict[str, Any], values: dict[str, Any]) -> None:
    ((name, value),) = key.items()
    changed = connection.execute(update(table).where(table.c[name] == value).values(values))
    if not changed.rowcount:
        connection.execute(insert(table).values(**key, **values))


def _delete(connection: Connection, table: Table, column: str, values: Sequence[str], *also: Any) -> None:
    for start in range(0, len(values), _IN_CHUNK):
        connection.execute(delete(table).where(table.c[column].in_(values[start : start + _IN_CHUNK]), *also))


def _run(row: Row[Any]) -> Run:
    return Run(
        id=row.id,
        source=row.source,
        started=row.started,
        ended=row.ended,
        outcome=row.outcome,
        report=msgspec.json.decode(row.body, type=Report),
    )


def _held_id(each: Held) -> str:
    """One place in quarantine for each record: by its identifier; by its place and bytes where it came in a file,
    where the same identifier may stand twice, or has none."""
    by_place = each.source == IMPORTED or not each.identifier
    name = f"{each.place}\n{zlib.crc32(each.received)}" if by_place else each.identifier
    return str(uuid5(NAMESPACE_URL, f"{each.source}\n{name}"))


def _held_row(id: str, each: Held) -> dict[str, Any]:
    return {
        "id": id,
        "source": each.source,
        "identifier": each.identifier,
        "run": each.run,
        "noted": each.noted,
        "place": each.place,
        "reason": _encoder.encode(each.fault).decode(),
        "bytes": zlib.compress(each.received, 1),
    }


def _held(row: Row[Any]) -> Held:
    return Held(
        source=row.source,
        identifier=row.identifier,
        run=row.run,
        noted=row.noted,
        place=row.place,
        fault=msgspec.json.decode(row.reason, type=Fault),
        received=zlib.decompress(row.bytes),
    )
