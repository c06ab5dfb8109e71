"""Tables that somebody else laid out: rows of CSV or JSON into records, by a mapping file.

A mapping file (TOML) says which column is which property of the profile; docs/reference/mapping-files.md is its
manual. Every value goes through the same acts as those of the other formats, so that a date or a licence is
treated alike whatever brought it.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import msgspec
from msgspec import Struct

from repository.errors import Message, MutualisError
from repository.formats.acts import ACTS
from repository.formats.draft import Draft
from repository.formats.reading import Reading
from repository.formats.xml import clean
from vocabularies.terms import Terms

_ENCODINGS: Final = ("utf-8-sig", "cp1252")
_SEPARATORS: Final = ";,\t|"
_LONGEST_CELL: Final = 1_000_000
_COLUMN: Final = re.compile(r"\{([^{}]+)\}")
_ADDRESS: Final = "address"
_KEYS: Final = frozenset({*ACTS, _ADDRESS})


class BadMapping(MutualisError):
    message = "The mapping file {path} cannot be used: {reason}. See docs/reference/mapping-files.md."
    status = 422


class BadRow(MutualisError):
    message = "The row cannot be used: {reason}."
    status = 422


class Field(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where the values of one property come from: a `column`, a `template` with columns in braces, or a `value`
    that is the same for every row.

    `language` is the language of the words, `language_column` the column that names it. `split` takes a cell
    apart; `words` replaces whole cells, those not listed staying as they are; `date` is how a date is written
    (strptime); `pattern` keeps the part that its first group finds, and nothing where it finds nothing.
    """

    to: str
    column: str = ""
    template: str = ""
    value: str = ""
    language: str = ""
    language_column: str = ""
    split: str = ""
    words: dict[str, str] = {}
    date: str = ""
    pattern: str = ""


class Mapping(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How to read one kind of table.

    `rows` is the path to the list of rows in a JSON document ("results.items"); `separator` and `encoding` are
    those of a CSV, looked at where they are not given; `identifier` is a template for what names a row. Where
    `document` names a column, that holds a whole record in a format that is known, and the fields are not used.
    """

    identifier: str
    field: tuple[Field, ...] = ()
    document: str = ""
    rows: str = ""
    separator: str = ""
    encoding: str = ""


def read_mapping(data: bytes, path: str) -> Mapping:
    """The mapping in a TOML file; raises BadMapping naming what is wrong in it."""
    try:
        mapping = msgspec.convert(tomllib.loads(data.decode("utf-8")), Mapping)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise BadMapping(path=path, reason=str(error)) from error
    for each in mapping.field:
        if each.to not in _KEYS:
            raise BadMapping(path=path, reason=f"to = {each.to!r} is none of {', '.join(sorted(_KEYS))}")
        if sum(map(bool, (each.column, each.template, each.value))) != 1:
            raise BadMapping(path=path, reason=f"{each.to} needs one of column, template and value")
        try:
            re.compile(each.pattern)
        except re.error as error:
            raise BadMapping(path=path, reason=f"pattern of {each.to}: {error}") from error
    return mapping


def rows(data: bytes, mapping: Mapping) -> Iterator[tuple[str, dict[str, Any] | BadRow]]:
    """The rows of a table, each with its place ("line 7", "$[3]"); one that cannot be read comes as its fault."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        yield from _json_rows(data, mapping)
    else:
        yield from _csv_rows(data, mapping)


def _csv_rows(data: bytes, mapping: Mapping) -> Iterator[tuple[str, dict[str, Any] | BadRow]]:
    text = decoded(data, mapping.encoding)
    csv.field_size_limit(_LONGEST_CELL)
    separator = mapping.separator or separator_of(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    heading: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not heading:
                heading = [cell.strip() for cell in cells]
            elif len(cells) > len(heading):
                reason = f"it has {len(cells)} cells, the heading has {len(heading)}"
                yield f"line {reader.line_num}", BadRow(reason=reason)
            else:
                yield f"line {reader.line_num}", dict(zip(heading, cells, strict=False))
    except csv.Error as error:
        yield f"line {reader.line_num}", BadRow(reason=str(error))


def separator_of(text: str) -> str:
    """The separator that divides the first line most often."""
    line = text.lstrip().partition("\n")[0]
    return max(_SEPARATORS, key=line.count)


def decoded(data: bytes, encoding: str = "") -> str:
    """The text of a table in the encoding that is named, else in UTF-8 or, where it is none, in Windows-1252."""
    for each in (encoding,) if encoding else _ENCODINGS:
        try:
            return data.decode(each)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("utf-8", "replace")


def _json_rows(data: bytes, mapping: Mapping) -> Iterator[tuple[str, dict[str, Any] | BadRow]]:
    try:
        document = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError):
        yield from _lines(data)
        return
    except RecursionError:
        yield "$", BadRow(reason=Message("it is nested too deeply"))
        return
    for name in filter(None, mapping.rows.split(".")):
        document = document.get(name, []) if isinstance(document, dict) else []
    path = "$" + "".join(f".{name}" for name in filter(None, mapping.rows.split(".")))
    listed = document if isinstance(document, list) else [document]
    for number, row in enumerate(listed):
        yield f"{path}[{number}]", row if isinstance(row, dict) else BadRow(reason=Message("it is not an object"))


def _lines(data: bytes) -> Iterator[tuple[str, dict[str, Any] | BadRow]]:
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield f"line {number}", BadRow(reason=str(error))
            continue
        yield f"line {number}", row if isinstance(row, dict) else BadRow(reason=Message("it is not an object"))


def read_row(row: dict[str, Any], mapping: Mapping, terms: Terms) -> Reading:
    """One row as a record; raises BadRow where nothing names it."""
    draft = Draft(terms)
    draft.set("identifier", named(row, mapping))
    addresses: list[str] = []
    for each in mapping.field:
        language = each.language or " ".join(_cells(row, each.language_column)) or None
        for value in _values(each, row):
            if each.to == _ADDRESS:
                addresses.append(value)
            else:
                ACTS[each.to](draft, f"column:{each.column or each.to}", value, language)
    draft.pages_and_files(addresses, "column:address")
    draft.default_language()
    draft.adaptation_of_licence()
    return draft.reading()


def named(row: dict[str, Any], mapping: Mapping) -> str:
    """What names a row; raises BadRow where nothing does."""
    if name := _fill(mapping.identifier, row):
        return name
    raise BadRow(reason=f"the columns of its identifier ({mapping.identifier}) are empty")


def _values(each: Field, row: dict[str, Any]) -> Iterator[str]:
    found = [_fill(each.template, row)] if each.template else [each.value] if each.value else _cells(row, each.column)
    for cell in found:
        for part in cell.split(each.split) if each.split else (cell,):
            value = _worded(each, part.strip())
            if value:
                yield value


def _worded(each: Field, value: str) -> str:
    if each.pattern:
        match = re.search(each.pattern, value)
        value = (match.group(1) if match.lastindex else match.group()) if match else ""
    value = each.words.get(value, value)
    if each.date and value:
        try:
            return datetime.strptime(value, each.date).date().isoformat()  # a day has no zone
        except ValueError:
            return value
    return value


def _fill(template: str, row: dict[str, Any]) -> str:
    """The template with its columns filled; "" where one of them is empty."""
    held = {name: " ".join(_cells(row, name)) for name in _COLUMN.findall(template)}
    if not all(held.values()):
        return ""
    return _COLUMN.sub(lambda found: held[found.group(1)], template).strip()


def _cells(row: dict[str, Any], path: str) -> list[str]:
    """The words at a column, or at a path into nested objects and lists ("runs.instructors.name")."""
    if not path:
        return []
    if path in row:
        return _words(row[path])
    found: list[Any] = [row]
    for name in path.split("."):
        found = [each[name] for each in found if isinstance(each, dict) and name in each]
        found = [part for each in found for part in (each if isinstance(each, list) else [each])]
    return [word for each in found for word in _words(each)]


def _words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [word for each in value for word in _words(each)]
    if value is None or isinstance(value, (dict, bool)):
        return []
    word = clean(str(value)).strip()
    return [word] if word else []
