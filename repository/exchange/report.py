"""What became of an inventory, told row by row."""

from typing import Literal

from msgspec import Struct, field

from repository.messages import translate


class Problem(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One fault of one cell, row or sheet, in one sentence that says what to do.

    `row` counts from 1 (0: the whole sheet), `column` is its letter ("" where none is to blame), `value` what was
    found. `closest` and `allowed` are terms to choose from. An "error" keeps its row out; a "note" does not.
    """

    sheet: str
    sentence: str
    row: int = 0
    column: str = ""
    heading: str = ""
    value: str = ""
    closest: tuple[str, ...] = ()
    allowed: tuple[str, ...] = ()
    weight: Literal["error", "note"] = "error"

    def told(self, language: str) -> str:
        """The sentence with its place before it; `language` is the one the workbook was imported in."""
        place = "Sheet {sheet}: {sentence}"
        if self.row:
            place = "Sheet {sheet}, row {row}: {sentence}"
        if self.column:
            place = "Sheet {sheet}, row {row}, column {column} ({heading}): {sentence}"
        return translate(
            place,
            language,
            sheet=self.sheet,
            row=self.row,
            column=self.column,
            heading=self.heading,
            sentence=self.sentence,
        )


class Report(Struct, kw_only=True):
    """What became of an inventory's rows: read = created + changed + unchanged + refused. `language` is that of
    the sentences."""

    file: str
    language: str
    read: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def outcome(self) -> Literal["complete", "partial", "failed"]:
        if not self.refused:
            return "complete"
        return "failed" if self.refused == self.read else "partial"
