"""An answer as an Excel workbook, with a second sheet that names its query and its data. Pure.

Text that begins like a formula stays text. Sources: ECMA-376; OWASP, CSV injection.
"""

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, Final

import pyoxigraph as ox
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

MEDIA_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS: Final = 20_000
"""A workbook is made here, where no deadline reaches, at some ten thousand rows a second."""

_LONGEST: Final = 32_767
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS: Final = tuple(
    _XSD + name for name in ("integer", "decimal", "double", "float", "int", "long", "short", "byte")
)
_DIGITS: Final = 15
"""Digits that a number of Excel can hold; one with more stays text."""


def write(answer: BinaryIO, about: Mapping[str, str], output: BinaryIO) -> None:
    """Write an answer (SPARQL 1.1 Query Results JSON) as a workbook, row by row; `about` are the rows of the second
    sheet."""
    held: Any = ox.parse_query_results(answer, ox.QueryResultsFormat.JSON)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.freeze_panes = "A2"
    for row in _rows(sheet, held):
        sheet.append(row)
    told = book.create_sheet("About")
    for name, value in about.items():
        told.append([_text(told, name, bold=True), _text(told, value)])
    book.save(output)


def _rows(sheet: Any, held: Any) -> Iterator[list[Any]]:
    if isinstance(held, ox.QueryBoolean):
        yield [bool(held)]
        return
    yield [_text(sheet, each.value, bold=True) for each in held.variables]
    for row in held:
        yield [_cell(sheet, term) for term in row]


def _cell(sheet: Any, term: Any) -> Any:
    if term is None:
        return None
    value = term.value
    if (
        isinstance(term, ox.Literal)
        and term.datatype.value in _NUMBERS
        and sum(each.isdigit() for each in value) <= _DIGITS
    ):
        try:
            return float(value) if "." in value or "e" in value.lower() else int(value)
        except ValueError:
            return _text(sheet, value)
    return _text(sheet, value)


def _text(sheet: Any, value: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, "")
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)[:_LONGEST]
    cell.data_type = "s"
    if bold:
        cell.font = Font(bold=True)
    return cell
