"""A spreadsheet that comes back: every cell is compared with what it was when it was written and with what stands here
now, so that what others did meanwhile is neither lost nor overwritten.

A cell that nobody touched changes nothing, whatever a program made of it; a row that is missing deletes nothing.
"""

import csv
import io
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any, Final

import msgspec
from msgspec import Struct

from repository.errors import MutualisError
from repository.exchange import workbook
from repository.exchange.cells import written
from repository.messages import LANGUAGES, translate
from repository.record import Text
from repository.tabular import decoded, separator_of
from vocabularies import editing
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.curation import digest
from vocabularies.editing import Edit
from vocabularies.errors import SheetUnreadable, SheetWithoutKey
from vocabularies.naming import coded, elsewhere, resolve
from vocabularies.sheets import ACTION, ADDRESS, CODE, LINKS, STATE, TEXTS, Column, cell_of, plain_of
from vocabularies.terms import fold
from vocabularies.working import Working

_ACTIONS: Final = {
    "merge": ("merge", "fusionner", "fundir", "fusion", "fundir com"),
    "withdraw": ("withdraw", "retirer", "retirar", "delete", "supprimer", "eliminar"),
    "rename": ("rename", "renommer", "renomear", "mudar o nome"),
}
_NOTES: Final = ("definition", "scope_note", "editorial_note")


class Cell(Struct, frozen=True):
    """One cell that says something else than stands here. `row` is counted from 1 with the heading; `base` is what it
    was when the sheet was written."""

    row: int
    iri: str
    name: str
    column: Column
    base: str
    here: str
    there: str

    @property
    def key(self) -> str:
        """Names the cell with what stands here and there: a choice holds for what was seen, and for nothing that came
        since."""
        told = (self.iri, self.column.attribute, self.column.language, self.here, self.there)
        return blake2b(repr(told).encode(), digest_size=12).hexdigest()


class Fault(Struct, frozen=True):
    """A row that cannot be used as it is, and why."""

    row: int
    error: MutualisError


class Compared(Struct, frozen=True):
    """What a sheet would do: cells to change, cells that were changed here too, rows that are new, acts that the column
    of actions asks for (row, act, IRI, other term), and rows that cannot be used."""

    cells: tuple[Cell, ...] = ()
    conflicts: tuple[Cell, ...] = ()
    fresh: tuple[tuple[int, Mapping[str, str]], ...] = ()
    acts: tuple[tuple[int, str, str, str], ...] = ()
    faults: tuple[Fault, ...] = ()
    rows: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.cells or self.conflicts or self.fresh or self.acts)


Former = Callable[[str, str], Concept | None]
"""Gives a concept (IRI) in the state that a digest names; None where it was never in it."""


def compare(data: bytes, file: str, scheme: str, working: Working, former: Former) -> Compared:
    """What a sheet would change. Raises SheetUnreadable, SheetWithoutKey and the errors of a workbook."""
    table = _table(data, file)
    heading = next(table, None)
    if heading is None:
        raise SheetUnreadable(file=file, reason="0")
    found = [_column(words) for words in heading]
    if not any(column is not None and column.attribute in ("iri", "notation", "pref_label") for column in found):
        raise SheetWithoutKey()
    reading = _Reading(scheme, working, former, found)
    for number, row in enumerate(table, start=2):
        reading.take(number, row)
    return reading.compared()


def as_edit(
    compared: Compared, scheme: str, working: Working, base_iri: str, chosen: Container[str] = ()
) -> tuple[Edit, list[Fault]]:
    """What a sheet does, as one act; of cells in conflict those whose key is `chosen`. A row that the list does not
    allow is left out and told."""
    faults: list[Fault] = []
    edits: list[Edit] = []
    seen = working.own()

    def do(row: int, make: Callable[[Working], Edit]) -> None:
        try:
            edit = make(seen)
        except MutualisError as error:
            faults.append(Fault(row, error))
            return
        edits.append(edit)
        seen.take(edit.after)

    taken = [*compared.cells, *(each for each in compared.conflicts if each.key in chosen)]
    grouped: dict[str, list[Cell]] = {}
    for each in taken:
        grouped.setdefault(each.iri, []).append(each)
    for iri, held in grouped.items():
        do(held[0].row, lambda now, i=iri, h=held: _revised(now, scheme, i, h))  # type: ignore[misc]
    for row, told in compared.fresh:
        do(row, lambda now, t=told: _created(now, scheme, base_iri, t))  # type: ignore[misc]
    for row, act, iri, other in compared.acts:
        do(row, lambda now, a=act, i=iri, o=other: _acted(now, scheme, a, i, o))  # type: ignore[misc]
    return editing.bulk(working, edits, scheme, "sheet"), faults


class _Reading:
    """One sheet being compared, row by row."""

    def __init__(self, scheme: str, working: Working, former: Former, held: Sequence[Column | None]) -> None:
        self.scheme, self.working, self.former, self.columns = scheme, working, former, held
        self.cells: list[Cell] = []
        self.conflicts: list[Cell] = []
        self.fresh: list[tuple[int, Mapping[str, str]]] = []
        self.acts: list[tuple[int, str, str, str]] = []
        self.faults: list[Fault] = []
        self.rows = 0

    def take(self, number: int, row: Sequence[str]) -> None:
        told = {column: words for column, words in zip(self.columns, row, strict=False) if column is not None}
        if not any(words.strip() for words in told.values()):
            return
        self.rows += 1
        try:
            concept = self._concept(told)
            if concept is None:
                self.fresh.append((number, {_key(column): words for column, words in told.items() if words.strip()}))
            else:
                self._differing(number, concept, told)
                self._act(number, concept, told.get(Column("action"), ""))
        except MutualisError as error:
            self.faults.append(Fault(number, error))

    def _concept(self, told: Mapping[Column, str]) -> Concept | None:
        """Which term a row is: by address, else by code, else by name; None for a new one."""
        if iri := told.get(Column("iri"), "").strip():
            return self.working.named(self.scheme, iri)
        code = told.get(Column("notation"), "").strip()
        if code and (found := self.working.by_code(self.scheme, code)) is not None:
            return found
        return None

    def _differing(self, number: int, concept: Concept, told: Mapping[Column, str]) -> None:
        state = told.get(Column("state"), "").strip()
        base = concept if state in ("", digest(concept)) else self.former(concept.iri, state)
        for column, words in told.items():
            if column.attribute in ("iri", "action", "state"):
                continue
            here = cell_of(concept, column, self.working)
            was = cell_of(base, column, self.working) if base is not None else ""
            there = plain_of(words)
            if _same(column, there, here) or (base is not None and _same(column, there, was)):
                continue
            cell = Cell(number, concept.iri, self.working.name(concept.iri), column, was, here, there)
            (self.cells if base is not None and _same(column, here, was) else self.conflicts).append(cell)

    def _act(self, number: int, concept: Concept, words: str) -> None:
        said, _, other = words.strip().partition(":")
        wanted = fold(said)
        act = next((act for act, names in _ACTIONS.items() if wanted in map(fold, names)), "")
        if act in ("merge", "withdraw"):
            target = resolve(other, self.scheme, self.working) if other.strip() or act == "merge" else ""
            if not (concept.deprecated and (not target or concept.replaced_by == (target,))):
                self.acts.append((number, act, concept.iri, target))
        elif wanted and act != "rename":
            raise SheetUnreadable(file=translate(ACTION, "fr"), reason=words.strip())

    def compared(self) -> Compared:
        return Compared(
            tuple(self.cells),
            tuple(self.conflicts),
            tuple(self.fresh),
            tuple(self.acts),
            tuple(self.faults),
            self.rows,
        )


def _revised(working: Working, scheme: str, iri: str, held: Sequence[Cell]) -> Edit:
    concept = working.concept(iri)
    told: dict[str, Any] = {}
    for each in held:
        told.update(_value(each.column, each.there, scheme, working, {**_attributes(concept), **told}))
    return editing.revise(working, iri, told)


def _created(working: Working, scheme: str, base_iri: str, told: Mapping[str, str]) -> Edit:
    fields: dict[str, Any] = {}
    for key, words in told.items():
        column = Column(*key.split("."))
        if column.attribute in TEXTS or column.attribute in LINKS:
            fields.update(_value(column, words, scheme, working, fields))
    return editing.create(working, scheme, base_iri, fields, told.get("notation", "").strip())


def _acted(working: Working, scheme: str, act: str, iri: str, other: str) -> Edit:
    if act == "merge":
        return editing.merge(working, iri, other)
    return editing.withdraw(working, iri, [other] if other else [])


def _value(column: Column, words: str, scheme: str, working: Working, held: Mapping[str, Any]) -> dict[str, Any]:
    """A cell as an attribute, the other languages of which stay as they are in `held`."""
    name = column.attribute
    if name == "notation":
        return {name: words.strip() or None}
    if name in TEXTS:
        others = tuple(text for text in held.get(name, ()) if (text.language or "") != column.language)
        own = tuple(Text(each, column.language or None) for each in _parts(name, words))
        return {name: (*others, *own)}
    if name in MAPPINGS:
        return {name: tuple(elsewhere(each, working) for each in _parts("", words))}
    return {name: tuple(resolve(each, scheme, working) for each in _parts("", words))}


def _parts(name: str, words: str) -> list[str]:
    """The values of a cell: one to a line or, where a cell has one line, between bars; notes are whole."""
    plain = plain_of(words)
    if name in _NOTES:
        return [plain] if plain else []
    if name == "pref_label":
        return [" ".join(plain.split())] if plain else []
    parts = plain.split("\n") if "\n" in plain else plain.split("|")
    return [each.strip() for each in parts if each.strip()]


def _attributes(concept: Concept) -> dict[str, Any]:
    return msgspec.structs.asdict(concept)


def _same(column: Column, one: str, other: str) -> bool:
    """Whether two cells say the same: a code that lost the zeros of a number is itself, and so is a term that only got
    another name meanwhile."""
    if column.attribute == "notation" and one.isdigit() and other.isdigit():
        return int(one) == int(other)
    if column.attribute in ("broader", "related"):
        return [coded(line) for line in one.splitlines()] == [coded(line) for line in other.splitlines()]
    return one == other


def _key(column: Column) -> str:
    return f"{column.attribute}.{column.language}" if column.language else column.attribute


def _column(words: str) -> Column | None:
    """The column that a heading names in any of our languages; None for one that is not ours."""
    label, _, tag = words.strip().partition("[")
    wanted = fold(label)
    labels = {"iri": ADDRESS, "notation": CODE, "action": ACTION, "state": STATE, **TEXTS, **LINKS}
    for attribute, sentence in labels.items():
        if wanted in {fold(translate(sentence, language)) for language in LANGUAGES}:
            language = tag.rstrip("] ").strip() if attribute in TEXTS else ""
            return Column(attribute, "" if language == "-" else language)
    return None


def _table(data: bytes, file: str) -> Iterator[list[str]]:
    """The rows of the first sheet, or of a CSV, as strings."""
    if data[:4] == b"PK\x03\x04" or file.lower().endswith((".xlsx", ".xls")):
        sheets = workbook.read(data, file)
        if not sheets:
            raise SheetUnreadable(file=file, reason="0")
        yield from ([written(cell) if cell is not None else "" for cell in row] for row in sheets[0].rows)
        return
    text = decoded(data)
    csv.field_size_limit(1_000_000)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator_of(text))
    except csv.Error as error:
        raise SheetUnreadable(file=file, reason=str(error)) from error
