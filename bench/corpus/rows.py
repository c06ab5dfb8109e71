"""One row of the table for each source: what was offered and what became of it."""

from dataclasses import dataclass, field

from harvest.report import Report, in_general


@dataclass(slots=True)
class Row:
    """`offered` was counted from the raw bytes; the rest is what our reports say. `lists` are harvests and imports;
    `ended` those lists that the server had to end because the next page was never recorded."""

    group: str
    offered: int = 0
    reported: int = 0
    stored: int = 0
    deleted: int = 0
    duplicates: int = 0
    held: int = 0
    lists: int = 0
    ended: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    repaired: dict[str, int] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)

    def add(self, offered: int, report: Report, *, ended: bool = False) -> None:
        self.offered += offered
        self.reported += report.offered
        self.stored += report.stored
        self.deleted += report.deleted
        self.duplicates += report.duplicates
        self.held += report.held
        self.lists += 1
        self.ended += ended
        for counts, more in ((self.quarantined, report.quarantined), (self.repaired, report.repaired)):
            for name, times in more.items():
                counts[name] = counts.get(name, 0) + times
        outcome = report.outcome or "failed"
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1

    @property
    def balanced(self) -> bool:
        return self.offered == self.reported == self.stored + self.deleted + self.duplicates + self.held


COLUMNS = ("source", "offered", "stored", "deleted", "dupl.", "quar.", "lists", "repaired and quarantined")


def show(rows: list[Row]) -> str:
    """The table for people."""
    lines = [COLUMNS, *(_cells(row) for row in rows), _cells(_sum(rows))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in (0, len(COLUMNS) - 1) else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _cells(row: Row) -> tuple[str, ...]:
    numbers = (row.offered, row.stored, row.deleted, row.duplicates, row.held, row.lists)
    remarks = [f"{times} × {rule}" for rule, times in sorted(row.repaired.items())]
    remarks += [f"{times} × {in_general(reason, 'en')}" for reason, times in sorted(row.quarantined.items())]
    remarks += [f"{row.ended} ended by the server"] if row.ended else []
    remarks += [] if row.balanced else [f"DOES NOT BALANCE (reported {row.reported})"]
    return row.group, *(f"{number:,}" for number in numbers), "; ".join(remarks)


def _sum(rows: list[Row]) -> Row:
    total = Row("all")
    for row in rows:
        for name in ("offered", "reported", "stored", "deleted", "duplicates", "held", "lists", "ended"):
            setattr(total, name, getattr(total, name) + getattr(row, name))
        for rule, times in row.repaired.items():
            total.repaired[rule] = total.repaired.get(rule, 0) + times
    return total
