"""Recognising a file: which of the others takes it apart. A table needs a mapping, which is asked for first."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from harvest.crosswalk import attempt
from repository.contents import graphs, markup, objects
from repository.contents.piece import Contents, NotRecognised, Piece, encoded
from repository.formats.reading import Reading
from repository.formats.registry import Format
from repository.tabular import BadRow, Mapping, named, read_row, rows
from vocabularies.terms import Terms

_RDF: Final = re.compile(rb"^\s*(?:@?prefix\s|@?base\s|<[^>\s]*>|_:)", re.IGNORECASE | re.MULTILINE)
"""How a line of Turtle or N-Triples may begin; a file without any such line is not told off as faulty Turtle."""


def open_contents(data: bytes, mapping: Mapping | None, formats: Sequence[Format]) -> Contents:
    """Recognise a file's content; raises MutualisError where it is nothing that can be read."""
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if mapping is not None and start != b"<":
        return Contents("table", _table(data, mapping, formats))
    if start == b"<" and not _is_turtle(data):
        return markup.open_xml(data, formats)
    if start in (b"{", b"["):
        return Contents("JSON", objects.pieces(data))
    if _RDF.search(data) is None:
        raise NotRecognised
    return Contents("RDF", graphs.pieces(data))


def _is_turtle(data: bytes) -> bool:
    """Whether a file that begins with "<" begins with an IRI, as N-Triples do."""
    name = data.lstrip()[1:200].partition(b">")[0].partition(b" ")[0]
    return b"://" in name or name.startswith(b"urn:")


def _table(data: bytes, mapping: Mapping, formats: Sequence[Format]) -> Iterator[Piece]:
    def read(row: bytes, terms: Terms) -> Reading:
        held = msgspec.json.decode(row)
        return _enclosed(held, mapping, terms, formats) if mapping.document else read_row(held, mapping, terms)

    for place, row in rows(data, mapping):
        if isinstance(row, BadRow):
            yield Piece(place=place, received=b"", format="row", fault=row)
        else:
            yield Piece(place=place, received=encoded(row), format="row", read=read)


def _enclosed(row: dict[str, Any], mapping: Mapping, terms: Terms, formats: Sequence[Format]) -> Reading:
    """The record in a row that holds a whole document of a known format; the row's identifier comes first."""
    document = str(row.get(mapping.document) or "").strip().encode("utf-8", "replace")
    pieces = list(open_contents(document, None, formats).pieces) if document else []
    if len(pieces) != 1:
        raise BadRow(reason=f"{mapping.document}: {len(pieces)}")
    (piece,) = pieces
    if piece.fault is not None or piece.read is None:
        raise piece.fault or NotRecognised
    reading = attempt(piece.read, piece.received, terms)
    name = named(row, mapping)
    identifiers = dict.fromkeys((name, *reading.record.identifier))
    return Reading(msgspec.structs.replace(reading.record, identifier=tuple(identifiers)), reading.notes)
