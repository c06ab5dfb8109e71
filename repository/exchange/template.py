"""The inventory as an empty workbook: headings, hints, lists to choose from, and all allowed values.

Texts are written as texts: one that begins like a formula stays a text when the cell is opened and closed again.
Source: OWASP, CSV injection; ECMA-376 part 1, 18.8.45 (quotePrefix) and 18.3.1.33 (dataValidation).
"""

from collections.abc import Iterable
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation

from repository.exchange.cells import spell
from repository.exchange.columns import COLUMNS, SEPARATOR, Column, heading
from repository.exchange.rows import values_of
from repository.exchange.words import allowed
from repository.messages import translate
from repository.profile.labels import help_text, label
from repository.record import Record
from vocabularies.terms import Terms

ROWS: Final = 1000
"""Rows of the empty inventory that have lists to choose from."""

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_PROMPT: Final = 255
_WIDE: Final = frozenset({"title", "description", "teaches", "rights"})
_HEAD: Final = PatternFill("solid", fgColor="DDE7F0")


def write(terms: Terms, language: str, records: Iterable[Record] = ()) -> bytes:
    """An .xlsx workbook with headings in `language` ("fr", "pt" or "en"), with `records` filled in.

    A text whose language is not its column's says so at its end ("Ministério da Educação @pt").
    """
    book = Workbook()
    sheet: Any = book.active
    sheet.title = translate("Inventory", language)
    lists = book.create_sheet(translate("Allowed values", language))
    ranges = _write_lists(lists, terms, language)
    for place, column in enumerate(COLUMNS, start=1):
        _write_heading(sheet, place, column, language)
        _write_hint(sheet, place, column, language, ranges.get(column.name))
    for number, record in enumerate(records, start=2):
        held = values_of(record)
        for place, column in enumerate(COLUMNS, start=1):
            _put(sheet, number, place, spell(held[column.name], column, terms, language))
    sheet.freeze_panes = "B2"
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def _put(sheet: Any, row: int, place: int, words: str) -> Any:
    """Write a text as a text, whatever it begins with."""
    cell = sheet.cell(row, place)
    if words:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("", words)
        cell.data_type = "s"
        cell.quotePrefix = words.startswith(_FORMULA_STARTS)
    return cell


def _write_heading(sheet: Any, place: int, column: Column, language: str) -> None:
    mark = " *" if column.is_mandatory and column.language in (None, language) else ""
    cell = _put(sheet, 1, place, heading(column, language) + mark)
    cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions[get_column_letter(place)].width = 44 if column.name in _WIDE else 24


def _write_hint(sheet: Any, place: int, column: Column, language: str, values: str | None) -> None:
    """What to write, shown when a cell is chosen; a list to choose from where the vocabulary is closed.

    Cells with several values cannot be held to the list, so nothing is refused while typing: the import tells.
    """
    words = [help_text(column.name, language)]
    if column.holds_many:
        words.append(translate("Several values: put {separator} between them.", language, separator=SEPARATOR.strip()))
    hint = DataValidation(
        type="list" if values else None,
        formula1=values,
        allow_blank=True,
        showErrorMessage=False,
        showInputMessage=True,
        promptTitle=label(column.name, language)[:32],
        prompt=" ".join(words)[:_LONGEST_PROMPT],
    )
    letter = get_column_letter(place)
    hint.add(f"{letter}2:{letter}{ROWS}")
    sheet.add_data_validation(hint)


def _write_lists(sheet: Any, terms: Terms, language: str) -> dict[str, str]:
    """Two columns for each list, names and codes; returns where the names stand, by property."""
    ranges: dict[str, str] = {}
    concepts = {each.name: each for each in COLUMNS if each.meaning.row.range == "concept"}
    for index, (name, column) in enumerate(concepts.items()):
        place = 2 * index + 1
        found = allowed(column.meaning, terms)
        for offset, words in enumerate((label(name, language), translate("Code", language))):
            _put(sheet, 1, place + offset, words).font = Font(bold=True)
        for number, concept in enumerate(found, start=2):
            text = terms.label(concept.iri, language)
            _put(sheet, number, place, text.value if text else concept.iri)
            _put(sheet, number, place + 1, concept.notation or concept.iri)
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 44
        if found:
            ranges[name] = f"{quote_sheetname(sheet.title)}!${letter}$2:${letter}${len(found) + 1}"
    sheet.freeze_panes = "A2"
    return ranges
