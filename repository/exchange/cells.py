"""From the cells of a row to the values of a record, and from values back to cells. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from repository.exchange.columns import SEPARATOR, Column
from repository.exchange.words import ADAPTATION, MEDIA_TYPES, Misfit, choose
from repository.profile import forms
from repository.profile.row import Range
from repository.record import Agent, Text
from vocabularies.terms import Terms, fold


@dataclass(frozen=True, slots=True)
class Context:
    """What a cell is read with: the vocabularies, the reader's language, that of the headings, and the row's
    countries (IRIs), which tell two national levels of one name apart."""

    terms: Terms
    reader: str
    headings: str
    countries: tuple[str, ...] = ()


def written(cell: Any) -> str:
    """A cell as a person sees it: whole numbers without a decimal point, dates as year-month-day."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).replace("\u00a0", " ").strip()


def parse(column: Column, cell: str, context: Context) -> tuple[list[Any], list[Misfit]]:
    """The values of one cell that is not empty, and what is wrong with the others."""
    parts = _parts(column, cell)
    read = _READ.get(column.meaning.row.range, _string)
    values, faults = [], []
    for part in parts:
        try:
            values.append(read(part, column, context))
        except Misfit as fault:
            faults.append(fault)
    return values if column.is_of_file else list(dict.fromkeys(values)), faults


def _parts(column: Column, cell: str) -> list[str]:
    if not column.holds_many:
        return [cell]
    return [part for each in re.split(f"[{re.escape(column.marks)}]", cell) if (part := each.strip())]


def _string(part: str, _column: Column, _context: Context) -> str:
    return part


_TAGGED: Final = re.compile(r"\s@([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)$")


def _text(part: str, column: Column, context: Context) -> Text:
    """A text in its column's language, in the one it names itself ("Ministério da Educação @pt"), else in that of
    the headings."""
    if column.language:
        return Text(part, column.language)
    if (tagged := _TAGGED.search(part)) and (tag := forms.language_tag(tagged[1])):
        return Text(part[: tagged.start()].rstrip(), forms.usual_case(tag))
    return Text(part, context.headings)


def _agent(part: str, column: Column, context: Context) -> Agent:
    kind = None if column.name == "creator" else "organisation"
    return Agent(name=(_text(part, column, context),), kind=kind)


def _concept(part: str, column: Column, context: Context) -> str:
    if column.name == "adaptation" and (code := ADAPTATION.get(fold(part))):
        part = code
    return choose(part, column.meaning, context.terms, context.reader, context.countries)


_DAY: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})")
_MONTH: Final = re.compile(r"(\d{1,2})[/.](\d{4})")
_EPOCH: Final = date(1899, 12, 30)


def _date(part: str, _column: Column, _context: Context) -> str:
    """Day, month and year in the order of the region; a year in a cell formatted as a date is a year again.

    A spreadsheet shows the number 2019 as 11 July 1905 there; no document listed here is that old.
    """
    if day := _DAY.fullmatch(part):
        return f"{day[3]}-{int(day[2]):02d}-{int(day[1]):02d}"
    if month := _MONTH.fullmatch(part):
        return f"{month[2]}-{int(month[1]):02d}"
    if part.startswith("1905-") and forms.date_type(part) == "date":
        return str((date.fromisoformat(part) - _EPOCH) // timedelta(days=1))
    return part


_HOURS: Final = re.compile(r"(\d+)\s*(?:h|heures?|horas?|hours?)?", re.IGNORECASE)


def _duration(part: str, _column: Column, _context: Context) -> str:
    hours = _HOURS.fullmatch(part)
    return f"PT{int(hours[1])}H" if hours else part


def _media_type(part: str, _column: Column, _context: Context) -> str:
    return MEDIA_TYPES.get(part.lower().lstrip("."), part)


_READ: Final[Mapping[Range, Callable[[str, Column, Context], Any]]] = {
    "text": _text,
    "agent": _agent,
    "concept": _concept,
    "date": _date,
    "duration": _duration,
    "media-type": _media_type,
}


def spell(values: Sequence[Any], column: Column, terms: Terms, language: str) -> str:
    """Values as one cell of a workbook whose headings are in `language`; `parse` reads it back."""
    if column.language:
        values = [text for text in values if text.language == column.language]
    return SEPARATOR.join(_spelt(value, column, terms, language) for value in values)


def _spelt(value: Any, column: Column, terms: Terms, language: str) -> str:
    if isinstance(value, Agent):
        return _tagged(value.name[0], column, language) if value.name else ""
    if isinstance(value, Text):
        return _tagged(value, column, language)
    if column.meaning.row.range == "concept":
        label = terms.label(value, language)
        return label.value if label else str(value)
    return str(value)


def _tagged(text: Text, column: Column, language: str) -> str:
    own = column.language or language
    return text.value if text.language in (own, None) else f"{text.value} @{text.language}"
