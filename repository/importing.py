"""Taking in files: what is good is stored, what is not goes into quarantine with its place and its reason.

All files of one import are one run of the source "import", so that the sources page shows it beside the harvests.
A record keeps its own id where it is ours, and else gets one from the identifier it bears, so that the same file
again changes nothing.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

from harvest.alone import alone
from harvest.errors import Interrupted
from harvest.journal import Journal, outcome_of
from harvest.report import Fault, Outcome, Report, count, fault
from harvest.source import IMPORTED
from harvest.stopping import stoppable
from repository.catalogue import Catalogue
from repository.contents.opening import open_contents
from repository.contents.piece import Piece
from repository.errors import Message, MutualisError, UnreadableFile
from repository.exchange import inventory
from repository.exchange.report import Report as InventoryReport
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.intake import Taking, held, label, spelt, take_pieces
from repository.store.changes import Act, Clock, written
from repository.tabular import BadRow, Mapping

Progress = Callable[[int, int | None], None]
_SUMMED: Final = (
    "offered", "created", "changed", "restored", "unchanged", "deleted", "duplicates", "kits", "drafts",
)  # fmt: skip
_WORKBOOK: Final = b"PK\x03\x04"


class FileReport(Struct, kw_only=True, omit_defaults=True):
    """What became of one file. `kind` says what it was taken for; `inventory` is set for a spreadsheet."""

    path: str
    kind: str
    report: Report
    inventory: InventoryReport | None = None


class ImportReport(Struct, kw_only=True):
    """What became of each file, and of all together."""

    files: list[FileReport]
    total: Report

    @property
    def outcome(self) -> Outcome:
        return self.total.outcome or "failed"


def import_files(
    paths: Sequence[Path],
    *,
    catalogue: Catalogue,
    journal: Journal,
    clock: Clock,
    act: Act,
    mapping: Mapping | None = None,
    language: str = "fr",
    progress: Progress = lambda _done, _total: None,
    formats: Sequence[Format] = FORMATS,
) -> ImportReport:
    """Take in files of any kind that is known; the kind is told by the content.

    `mapping` says how to read tables; `language` is that of sentences about a spreadsheet. `progress` is called
    after each file. Errors of a file end up in the report; those of the catalogue are raised, and SourceBusy where
    another import goes on. A run that is interrupted, or ended by SIGTERM, writes down that it was.
    """
    journal.register_files()
    taking = Taking(catalogue, journal, clock, act, catalogue.terms(), language, formats, mapping)
    files: list[FileReport] = []
    with alone(catalogue.database, IMPORTED), stoppable():
        journal.begin(act.id, IMPORTED, written(clock()))
        try:
            for number, path in enumerate(paths, start=1):
                files.append(_take(taking, path))
                progress(number, len(paths))
        except BaseException as error:
            with suppress(Exception):  # what went wrong first is raised; the database may be what went wrong
                _end(taking, files, fault(error if isinstance(error, MutualisError) else Interrupted()))
            raise
        return ImportReport(files=files, total=_end(taking, files))


def _end(taking: Taking, files: list[FileReport], *problems: Fault) -> Report:
    """Write down how the run ended, and what all files together came to."""
    total = _total([each.report for each in files])
    if problems:
        total.problems += problems
        total.outcome = outcome_of(total, whole=False)
    taking.journal.end(taking.act.id, written(taking.clock()), total)
    return total


def _take(taking: Taking, path: Path) -> FileReport:
    report = Report(source=IMPORTED)
    told = FileReport(path=spelt(path), kind="unknown", report=report)
    try:
        data = _bytes(path)
        taking.journal.forget(label(path))
        if data.startswith(_WORKBOOK):
            _take_workbook(taking, path, data, told)
        else:
            contents = open_contents(data, taking.mapping, taking.formats)
            told.kind = contents.kind
            take_pieces(taking, path, contents, report)
    except MutualisError as error:
        report.problems.append(fault(error))
        if not report.offered:
            _refuse(taking, path, error, report)
    report.outcome = outcome_of(report, whole=not report.problems)
    if report.drafts or report.kits:
        whole = not (report.problems or report.held)
        report.outcome = "complete" if whole else "partial"
    return told


def _refuse(taking: Taking, path: Path, error: MutualisError, report: Report) -> None:
    """A file that is nothing we know counts as one record, and is kept as one."""
    if isinstance(error, UnreadableFile):
        return
    report.offered = 1
    piece = Piece(place="/", received=path.read_bytes())
    taking.journal.hold([held(taking, path, piece, error, report)])


def _bytes(path: Path) -> bytes:
    if path.exists() and not path.is_file():  # a device or a pipe may never end
        raise UnreadableFile(path=label(path), reason=Message("it is not an ordinary file"))
    try:
        return path.read_bytes()
    except OSError as error:  # the portal shows how a run went, and the server's folders are nobody's business
        raise UnreadableFile(path=label(path), reason=error.strerror or str(error)) from error


def _take_workbook(taking: Taking, path: Path, data: bytes, told: FileReport) -> None:
    found = inventory.import_workbook(
        data,
        terms=taking.terms,
        database=taking.catalogue.database,
        who=taking.act.who,
        now=taking.clock(),
        language=taking.language,
        file=path.name,
    )
    told.kind, told.inventory = "inventory", found
    told.report.drafts = found.created + found.changed + found.unchanged
    if found.outcome != "complete":
        told.report.problems.append(fault(BadRow(reason=f"{found.refused} of {found.read} rows were refused")))


def _total(reports: list[Report]) -> Report:
    """All files together; complete where each is."""
    total = Report(source=IMPORTED)
    for each in reports:
        for name in _SUMMED:
            setattr(total, name, getattr(total, name) + getattr(each, name))
        for name in ("quarantined", "repaired", "notes", "warnings"):
            for key, times in getattr(each, name).items():
                count(getattr(total, name), key, times)
        total.problems += each.problems
    outcomes = {each.outcome for each in reports}
    total.outcome = outcomes.pop() if len(outcomes) == 1 else "partial"
    return total
