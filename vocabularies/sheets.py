"""A list as a spreadsheet: columns, cells, and the file that goes out. What comes back is `vocabularies.returning`.

Each row names its term by address and tells by its last cell which state it was written from.
"""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO
from typing import Any, Final

from msgspec import Struct
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font

from repository.messages import LANGUAGES, marked, translate
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.curation import digest
from vocabularies.naming import named
from vocabularies.working import Working

XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXTS: Final = {
    "pref_label": marked("Name"),
    "alt_label": marked("Other names"),
    "hidden_label": marked("Words that lead here"),
    "definition": marked("Definition"),
    "scope_note": marked("Note on its use"),
    "editorial_note": marked("Note for curators"),
}
LINKS: Final = {
    "broader": marked("Stands below"),
    "related": marked("See also"),
    "exact_match": marked("Exactly the same as"),
    "close_match": marked("Nearly the same as"),
    "broad_match": marked("Narrower than"),
    "narrow_match": marked("Broader than"),
    "related_match": marked("Related to"),
}
ADDRESS, CODE, ACTION, STATE = marked("Address"), marked("Code"), marked("What to do"), marked("State")
_LONGEST: Final = 32_767


class Column(Struct, frozen=True):
    """One column: an attribute of a concept, in a language where it has one; or "iri", "action" or "state"."""

    attribute: str
    language: str = ""

    def heading(self, language: str) -> str:
        labels = {"iri": ADDRESS, "notation": CODE, "action": ACTION, "state": STATE, **TEXTS, **LINKS}
        words = translate(labels[self.attribute], language)
        return f"{words} [{self.language or '-'}]" if self.attribute in TEXTS else words


def columns(concepts: Sequence[Concept], *, bare: bool = False) -> list[Column]:
    """The columns of a list: those of the three languages and of every other one that it has words in; `bare` leaves
    out those that only the way back needs."""
    found = [Column("iri"), Column("notation"), *(() if bare else (Column("action"),))]
    for name in TEXTS:
        held = {text.language or "" for each in concepts for text in getattr(each, name)}
        languages = (*LANGUAGES, *sorted(held - set(LANGUAGES)))
        found += [Column(name, language) for language in languages]
    return [*found, *map(Column, LINKS), *(() if bare else (Column("state"),))]


def cells(concept: Concept, held: Sequence[Column], working: Working) -> list[str]:
    """A concept as a row of strings."""
    return [cell_of(concept, column, working) for column in held]


def as_workbook(scheme: str, working: Working, language: str, *, bare: bool = False) -> bytes:
    """The list as .xlsx: every cell is text, so that codes keep their zeros and nothing is taken for a formula."""
    concepts = working.in_scheme(scheme)
    held = columns(concepts, bare=bare)
    book = Workbook(write_only=True)
    sheet = book.create_sheet(translate(marked("Terms"), language))
    sheet.freeze_panes = "D2"
    for place, column in enumerate(held, start=1):
        sheet.column_dimensions[_letter(place)].width = 44 if column.attribute in TEXTS else 24
    sheet.append([_text(sheet, column.heading(language), bold=True) for column in held])
    for each in concepts:
        sheet.append([_text(sheet, words) for words in cells(each, held, working)])
    packed = BytesIO()
    book.save(packed)
    return packed.getvalue()


def as_csv(scheme: str, working: Working, language: str, *, bare: bool = False) -> bytes:
    """The list as CSV in UTF-8 with a mark, semicolons between, as spreadsheets of the region open it."""
    concepts = working.in_scheme(scheme)
    held = columns(concepts, bare=bare)
    out = StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([column.heading(language) for column in held])
    writer.writerows(cells(each, held, working) for each in concepts)
    return b"\xef\xbb\xbf" + out.getvalue().encode("utf-8")


def cell_of(concept: Concept, column: Column, working: Working) -> str:
    """One cell of a concept; "" where it has nothing there."""
    name = column.attribute
    if name == "iri":
        return concept.iri
    if name == "notation":
        return concept.notation or ""
    if name == "state":
        return digest(concept)
    if name == "action":
        return ""
    if name in TEXTS:
        held = [text.value for text in getattr(concept, name) if (text.language or "") == column.language]
        return plain_of("\n".join(held))
    if name in MAPPINGS:
        return "\n".join(getattr(concept, name))
    return plain_of("\n".join(named(iri, working, "fr", concept.scheme) for iri in getattr(concept, name)))


def plain_of(words: str) -> str:
    """A cell without what spreadsheets add: line ends of other systems, spaces around lines."""
    visible = ILLEGAL_CHARACTERS_RE.sub("", words.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " "))
    return "\n".join(line.strip() for line in visible.split("\n")).strip()[:_LONGEST]


def _text(sheet: Any, words: str, *, bold: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, "")
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", words)[:_LONGEST]
    cell.data_type, cell.number_format = "s", "@"
    cell.alignment = Alignment(wrap_text="\n" in words, vertical="top")
    if bold:
        cell.font = Font(bold=True)
    return cell


def _letter(place: int) -> str:
    return chr(64 + place) if place <= 26 else _letter((place - 1) // 26) + chr(65 + (place - 1) % 26)
