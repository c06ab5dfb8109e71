"""The page of what can be taken home: dumps, releases, and what the data can and cannot answer. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from repository.messages import marked
from repository.web import texts
from repository.web.texts import Shown
from sparql.counts import Counts, Coverage
from sparql.dumps import Dump, File, citation
from vocabularies.terms import Terms

COLUMNS = (
    marked("Country"),
    marked("Descriptions"),
    marked("Resources"),
    marked("Date"),
    marked("Licence"),
    marked("Métier"),
    marked("Level"),
    marked("File"),
)
"""Of the table of countries; from the fourth on, shares of the descriptions."""


@dataclass(frozen=True, slots=True)
class FileShown:
    name: str
    address: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class DumpShown:
    """A dump or a release; `note` says what is new in it."""

    name: str
    issued: str
    triples: int
    resources: int
    note: str
    citation: str
    files: tuple[FileShown, ...]


@dataclass(frozen=True, slots=True)
class CountryShown:
    """A row of the table: two numbers, then shares in percent."""

    name: Shown
    numbers: tuple[int, int]
    shares: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class DataShown:
    newest: DumpShown | None
    releases: tuple[DumpShown, ...]
    countries: tuple[CountryShown, ...]
    counted: str


def of_data(dumps: Sequence[Dump], releases: Sequence[Dump], root: str, language: str, terms: Terms) -> DataShown:
    """What the page shows; `root` is where the application is mounted."""
    newest = max((*dumps[:1], *releases[:1]), key=lambda each: each.issued, default=None)
    return DataShown(
        newest=_dump(dumps[0], root, language) if dumps else None,
        releases=tuple(_dump(each, root, language) for each in releases),
        countries=_countries(newest.counts if newest else Counts(), language, terms),
        counted=texts.day(newest.issued[:10], language) if newest else "",
    )


def _dump(dump: Dump, root: str, language: str) -> DumpShown:
    return DumpShown(
        name=dump.name,
        issued=texts.day(dump.issued[:10], language),
        triples=dump.counts.triples,
        resources=dump.counts.resources,
        note=dump.note.get(language) or next(iter(dump.note.values()), ""),
        citation=citation(dump),
        files=tuple(
            FileShown(each.name, f"{root}/{dump.path}/{each.name}", each.bytes, each.sha256) for each in dump.files
        ),
    )


def _file(file: File, folder: str) -> FileShown:
    return FileShown(file.name, f"{folder}/{file.name}", file.bytes, file.sha256)


def _countries(counts: Counts, language: str, terms: Terms) -> tuple[CountryShown, ...]:
    rows = [_country(each, language, terms) for each in counts.coverage]
    return tuple(sorted(rows, key=lambda each: each.name.value))


def _country(each: Coverage, language: str, terms: Terms) -> CountryShown:
    said = (each.dated, each.licensed, each.metiers, each.levels, each.files)
    shares = tuple(round(100 * number / each.descriptions) for number in said)
    return CountryShown(texts.label(terms, each.place, language), (each.descriptions, each.resources), shares)
