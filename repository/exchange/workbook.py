"""Excel workbooks, opened with care: every part is measured and looked through before a reader unfolds it.

A file of a few kilobytes can unpack to gigabytes, or hold one cell in the last row and column, for which a reader
would lay out the whole grid. Source: ECMA-376 (Office Open XML), parts 1 and 2; ZIP APPNOTE 6.3, section 4.3.
"""

import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from msgspec import Struct
from openpyxl.utils import coordinate_to_tuple, get_column_letter
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from repository.exchange.errors import (
    DamagedWorkbook,
    GridTooLarge,
    NotAWorkbook,
    OldWorkbook,
    ProtectedWorkbook,
    WorkbookTooLarge,
    WorkbookUnpacksTooLarge,
)

MOST_BYTES: Final = 20_000_000
MOST_UNPACKED: Final = 100_000_000
MOST_PARTS: Final = 2_000
MOST_CELLS: Final = 2_000_000
"""Cells of one sheet's grid, filled or not: about 50,000 rows of 40 columns."""

_CHUNK: Final = 1 << 16
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_LOCAL_HEADER: Final = 30
_OPENINGS: Final = (b"<", b"\xef\xbb\xbf", b"\xfe\xff", b"\xff\xfe")


class Sheet(Struct, frozen=True):
    """A visible sheet: its name and its rows, of which the first is row 1 and each first cell column A."""

    name: str
    rows: list[list[Any]]


def read(source: Path | bytes, file: str) -> list[Sheet]:
    """The visible sheets of a workbook; `file` is what errors call it.

    Raises UnreadableWorkbook, and OSError where the file cannot be opened.
    """
    data = source if isinstance(source, bytes) else _bytes(source)
    if len(data) > MOST_BYTES:
        raise WorkbookTooLarge(file=file, most=MOST_BYTES)
    if data.startswith(_OLE):
        raise (ProtectedWorkbook if _ENCRYPTED in data else OldWorkbook)(file=file)
    _examine(data, file)
    return _sheets(data, file)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as opened:
        return opened.read(MOST_BYTES + 1)


def _examine(data: bytes, file: str) -> None:
    """Measure every part by unpacking it, and every sheet by its cells."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            parts = archive.infolist()
    except (BadZipFile, ValueError, NotImplementedError, EOFError) as error:
        raise NotAWorkbook(file=file) from error
    if "xl/workbook.xml" not in {part.filename for part in parts} or len(parts) > MOST_PARTS:
        raise NotAWorkbook(file=file)
    if sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise WorkbookUnpacksTooLarge(file=file, most=MOST_UNPACKED)
    total = 0
    for part in parts:
        total += _examine_part(data, part, file, MOST_UNPACKED - total)


def _examine_part(data: bytes, part: ZipInfo, file: str, room: int) -> int:
    grid, size = _Grid(file, part.filename), 0
    for chunk in _unpacked(data, part, file):
        if size == 0:
            grid.is_xml = chunk.lstrip().startswith(_OPENINGS)
        size += len(chunk)
        if size > room:
            raise WorkbookUnpacksTooLarge(file=file, most=MOST_UNPACKED)
        grid.feed(chunk)
    if size != part.file_size:
        raise DamagedWorkbook(file=file, part=part.filename)
    grid.feed(b"", last=True)
    return size


def _unpacked(data: bytes, part: ZipInfo, file: str) -> Iterator[bytes]:
    """The bytes of one part as they really are, whatever size it states."""
    if part.flag_bits & 1:
        raise ProtectedWorkbook(file=file)
    header = data[part.header_offset : part.header_offset + _LOCAL_HEADER]
    names = int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little")
    start = part.header_offset + _LOCAL_HEADER + names
    packed = data[start : start + part.compress_size]
    if part.compress_type == ZIP_STORED:
        yield packed
    elif part.compress_type == ZIP_DEFLATED:
        yield from _inflated(packed, part.filename, file)
    else:
        raise DamagedWorkbook(file=file, part=part.filename)


def _inflated(packed: bytes, part: str, file: str) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(packed), _CHUNK):
            waiting = packed[start : start + _CHUNK]
            while waiting and (chunk := unpacking.decompress(waiting, _CHUNK)):
                yield chunk
                waiting = unpacking.unconsumed_tail
        yield unpacking.flush()
    except zlib.error as error:
        raise DamagedWorkbook(file=file, part=part) from error


class _Grid:
    """One part being read as XML: refuses document types, and a sheet whose filled cells span too large a grid."""

    def __init__(self, file: str, part: str) -> None:
        self.file, self.part = file, part
        self.is_xml = False
        self.row = self.column = self.last_row = self.last_column = 0
        self.parser = expat.ParserCreate(namespace_separator="}")
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start

    def feed(self, chunk: bytes, *, last: bool = False) -> None:
        if not self.is_xml:
            return
        try:
            self.parser.Parse(chunk, last)
        except expat.ExpatError as error:
            raise DamagedWorkbook(file=self.file, part=self.part) from error

    def _doctype(self, *_: object) -> None:
        raise DamagedWorkbook(file=self.file, part=self.part)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition("}")[2]
        if name == "row":
            given = attributes.get("r", "")
            self.row, self.column = int(given) if given.isdecimal() else self.row + 1, 0
        elif name == "c":
            self._place(attributes.get("r", ""))
        elif name in ("v", "t", "f"):
            self._fill()

    def _place(self, reference: str) -> None:
        try:
            self.row, self.column = coordinate_to_tuple(reference) if reference else (self.row, self.column + 1)
        except (ValueError, TypeError) as error:
            raise DamagedWorkbook(file=self.file, part=self.part) from error

    def _fill(self) -> None:
        """Only cells with something in them make the grid grow; formatted empty rows are common and harmless."""
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        if self.last_row * self.last_column > MOST_CELLS:
            raise GridTooLarge(file=self.file, row=self.last_row, column=get_column_letter(self.last_column))


def _sheets(data: bytes, file: str) -> list[Sheet]:
    try:
        with CalamineWorkbook.from_object(BytesIO(data)) as workbook:
            return [
                Sheet(each.name, workbook.get_sheet_by_name(each.name).to_python(skip_empty_area=False))
                for each in workbook.sheets_metadata
                if each.visible == SheetVisibleEnum.Visible and each.typ == SheetTypeEnum.WorkSheet
            ]
    except (CalamineError, ValueError, OSError) as error:
        raise DamagedWorkbook(file=file, part=str(error)) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # the reader's own failures, which are no Exception
            raise
        raise DamagedWorkbook(file=file, part="xl/workbook.xml") from error
