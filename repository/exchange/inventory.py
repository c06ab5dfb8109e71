"""An inventory: a spreadsheet of resources, read row by row into drafts.

Each fault names sheet, row and column, what was found there and what to write in its place. Good rows become
drafts beside the faulty ones; the same file again changes nothing.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from openpyxl.utils import get_column_letter

from repository import identity
from repository.exchange import cells, drafts, workbook
from repository.exchange.columns import COLUMNS, WAIVED, Column, language_of, recognise
from repository.exchange.drafts import Draft
from repository.exchange.errors import NoHeadings
from repository.exchange.report import Problem, Report
from repository.exchange.rows import record_of
from repository.messages import LANGUAGES, translate
from repository.profile import labels, rules
from repository.profile.constraints import MIN, shape_iri
from repository.record import Record
from repository.store.database import Database
from vocabularies.terms import Terms, fold

HEADING_ROWS: Final = 20
"""The headings stand in one of the first rows; what is above them is a title or a note."""

_FEWEST_HEADINGS: Final = 3
_WAIVED: Final = frozenset(shape_iri(name, MIN) for name in WAIVED)


def import_workbook(
    source: Path | bytes,
    *,
    terms: Terms,
    database: Database,
    who: str,
    now: datetime,
    language: str = "fr",
    file: str = "",
) -> Report:
    """Read an inventory and store its good rows as drafts of `who`.

    `language` is that of the reader of the report; `file` what messages call the workbook (its name).
    Raises UnreadableWorkbook where nothing of it can be read, and OSError where it cannot be opened.
    """
    report, good = read_workbook(source, terms=terms, language=language, file=file)
    outcomes = Counter(drafts.save_many(database, good, who, now))
    report.created, report.changed, report.unchanged = (
        outcomes["created"],
        outcomes["changed"],
        outcomes["unchanged"],
    )
    return report


def read_workbook(
    source: Path | bytes, *, terms: Terms, language: str = "fr", file: str = ""
) -> tuple[Report, list[Draft]]:
    """`import_workbook` without storing: the report so far, and the drafts that the good rows make."""
    name = file or (source.name if isinstance(source, Path) else "workbook.xlsx")
    report = Report(file=name, language=language if language in LANGUAGES else "en")
    reading = _Reading(report, terms)
    found = [head for sheet in workbook.read(source, name) if (head := _head(sheet, reading))]
    if not found:
        raise NoHeadings(file=name, rows=HEADING_ROWS)
    for head in found:
        _read_sheet(head, reading)
    return report, list(reading.good.values())


class _Reading:
    """One import: what was found so far. `places` says in which row each draft's key first stood."""

    def __init__(self, report: Report, terms: Terms) -> None:
        self.report = report
        self.terms = terms
        self.language = report.language
        self.good: dict[str, Draft] = {}
        self.places: dict[str, tuple[str, int]] = {}

    def note(self, sentence: str, values: Mapping[str, object], **place: Any) -> None:
        told = translate(sentence, self.language, **values)
        self.report.problems.append(Problem(sentence=told, **place))


@dataclass(frozen=True, slots=True)
class _Head:
    """A sheet whose headings are understood: their row (from 0), their language, and the columns by position."""

    sheet: workbook.Sheet
    row: int
    language: str
    columns: dict[int, Column]
    missing: tuple[Column, ...]


def _head(sheet: workbook.Sheet, reading: _Reading) -> _Head | None:
    """Find the row of headings: the one with the most known columns, a title among them."""
    best: tuple[int, int] | None = None
    for number, row in enumerate(sheet.rows[:HEADING_ROWS]):
        known = {column.name for cell in row if (column := recognise(str(cell), reading.language))}
        if "title" in known and len(known) >= _FEWEST_HEADINGS and (best is None or len(known) > best[0]):
            best = (len(known), number)
    if best is None:
        if any(cell != "" for row in sheet.rows for cell in row) and not _is_list(sheet):
            sentence = "No row of headings was found on this sheet, so it was not read."
            reading.note(sentence, {}, sheet=sheet.name, weight="note")
        return None
    return _understood(sheet, best[1], reading)


def _is_list(sheet: workbook.Sheet) -> bool:
    """Whether this is the template's own sheet of allowed values."""
    return sheet.name in {translate("Allowed values", language) for language in LANGUAGES}


def _understood(sheet: workbook.Sheet, row: int, reading: _Reading) -> _Head:
    words = [cells.written(cell) for cell in sheet.rows[row]]
    language = language_of(words, reading.language)
    columns: dict[int, Column] = {}
    for place, each in enumerate(words):
        column = recognise(each, language)
        if column and column not in columns.values():
            columns[place] = column
        elif each:
            sentence = (
                "This heading stands here twice; only the first of the two columns was read."
                if column
                else "This heading is not known, so the column was not read; take the template's heading."
            )
            where = {"sheet": sheet.name, "row": row + 1, "column": get_column_letter(place + 1)}
            reading.note(sentence, {}, **where, heading=each, value=each, weight="note")
    held = {column.name for column in columns.values()}
    missing = tuple({each.name: each for each in COLUMNS if each.is_mandatory and each.name not in held}.values())
    for absent in missing:
        sentence = "The column {heading} is missing; add it and fill it in for every row."
        name = labels.label(absent.name, reading.language)
        reading.note(sentence, {"heading": labels.shown(name)}, sheet=sheet.name, row=row + 1)
    return _Head(sheet, row, language, columns, missing)


def _read_sheet(head: _Head, reading: _Reading) -> None:
    for number, row in enumerate(head.sheet.rows[head.row + 1 :], start=head.row + 2):
        written = {place: cells.written(row[place]) for place in head.columns if place < len(row)}
        filled = {place: cell for place, cell in written.items() if cell}
        if filled:
            reading.report.read += 1
            reading.report.refused += not _read_row(head, number, filled, reading)


def _read_row(head: _Head, number: int, filled: Mapping[int, str], reading: _Reading) -> bool:
    """Read one row into `reading.good`, or tell what is wrong with it; returns whether it is good."""
    before = len(reading.report.problems)
    row = _Row(head, number, filled, reading)
    values = row.values()
    record = record_of("", values)
    row.judge(record)
    if head.missing or len(reading.report.problems) > before:
        return False
    key = _key(record, reading.terms)
    if key in reading.places:
        row.twice(*reading.places[key], record)
        return False
    reading.places[key] = (head.sheet.name, number)
    reading.good[key] = Draft(key, record_of(identity.imported_id(f"inventory\n{key}"), values))
    return True


@dataclass(frozen=True, slots=True)
class _Row:
    """One row that has something in it: the filled cells by position."""

    head: _Head
    number: int
    filled: Mapping[int, str]
    reading: _Reading

    def values(self) -> dict[str, list[Any]]:
        """Property -> values; a property with a cell that cannot be read has none."""
        found: dict[str, list[Any]] = {}
        faulty: set[str] = set()
        ordered = sorted(self.filled, key=lambda place: self.head.columns[place].name != "country")
        for place in ordered:
            column = self.head.columns[place]
            countries = tuple(found.get("country", ()))
            context = cells.Context(self.reading.terms, self.reading.language, self.head.language, countries)
            held, faults = cells.parse(column, self.filled[place], context)
            found.setdefault(column.name, []).extend(held)
            for fault in faults:
                choice = fault.choice
                self._tell(fault.sentence, place, fault.value, closest=choice.closest, allowed=choice.allowed)
                faulty.add(column.name)
        return found

    def judge(self, record: Record) -> None:
        """Tell the profile's faults that a row can be blamed for, but for those already told of a cell."""
        told = {problem.column for problem in self.reading.report.problems if self._is_here(problem)}
        absent = {column.name for column in self.head.missing}
        for violation in rules.check(record, self.reading.terms, "deposit"):
            name = labels.name_of(violation.shape)
            place = self._place(name)
            letter = "" if place is None else get_column_letter(place + 1)
            if violation.shape in _WAIVED or name in absent or (letter and letter in told):
                continue
            sentence = labels.tell(violation, self.reading.language, self.reading.terms)
            self._tell(sentence, place, violation.value)

    def twice(self, sheet: str, row: int, record: Record) -> None:
        """Tell that another row describes the same resource."""
        known = record.identifier[0] if record.identifier else record.title[0].value
        sentence = translate(
            "{value} already stands in row {row} of the sheet {sheet}; give each resource its own identifier, or "
            "remove one of the two rows.",
            self.reading.language,
            value=labels.shown(known),
            row=row,
            sheet=sheet,
        )
        self._tell(sentence, self._place("identifier" if record.identifier else "title"), known)

    def _is_here(self, problem: Problem) -> bool:
        return problem.sheet == self.head.sheet.name and problem.row == self.number

    def _place(self, name: str) -> int | None:
        """The position of the column to blame for a property: the filled one, else the headings' language's."""
        places = [place for place, column in self.head.columns.items() if column.name == _BLAMED.get(name, name)]
        own = [place for place in places if self.head.columns[place].language in (None, self.head.language)]
        filled = [place for place in places if place in self.filled]
        return next(iter((*filled, *own, *places)), None)

    def _tell(self, sentence: str, place: int | None, value: str, **choice: Any) -> None:
        where: dict[str, Any] = {"sheet": self.head.sheet.name, "row": self.number}
        if place is not None:
            where |= {
                "column": get_column_letter(place + 1),
                "heading": cells.written(self.head.sheet.rows[self.head.row][place]),
            }
        self.reading.report.problems.append(Problem(sentence=sentence, value=value, **where, **choice))


_BLAMED: Final = {"validation": "validationAct", "distribution": "accessUrl"}
"""Properties that have no column of their own -> the column to look at."""


def _key(record: Record, terms: Terms) -> str:
    """What makes two rows the same resource: countries and identifier, else countries, title, types and métiers."""
    codes = sorted((concept.notation if (concept := terms.concept(iri)) else None) or iri for iri in record.country)
    if record.identifier:
        return f"{'+'.join(codes)}/{record.identifier[0]}"
    parts = (fold(record.title[0].value), *sorted(record.resource_type), *sorted(record.occupation))
    return f"{'+'.join(codes)}/#{sha256(chr(10).join(parts).encode()).hexdigest()[:32]}"
