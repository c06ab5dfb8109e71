"""One record in a file, before anything is made of it."""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from harvest.response import Item
from repository.errors import MutualisError
from repository.formats.registry import Read


class NotRecognised(MutualisError):
    message = (
        "The content is none that is known here (OAI-PMH, Dublin Core, LOM, JSON-LD, RDF, a spreadsheet); "
        "for a table of your own, give --mapping."
    )
    status = 422


class HoldsNoRecords(MutualisError):
    message = "The file is an OAI-PMH answer without records ({answer}); import an answer to ListRecords."
    status = 422


class Piece(Struct, kw_only=True):
    """One record in a file. `place` is where it stands; `received` its bytes and `format` what they are in.

    `read` makes a record of the bytes; `item` is set where the record came with an OAI-PMH header; `kit` where it
    declares what is known of a kit; `fault` where it can be nothing of these.
    """

    place: str
    received: bytes
    format: str = ""
    read: Read | None = None
    item: Item | None = None
    base_url: str = ""
    kit: dict[str, Any] | None = None
    fault: MutualisError | None = None


class Contents(Struct, frozen=True):
    """What a file is ("OAI-PMH", "XML", "JSON-LD", "RDF", "table") and its pieces; `repairs` made on the way."""

    kind: str
    pieces: Iterator[Piece]
    repairs: dict[str, int] = {}


def encoded(value: Any) -> bytes:
    """JSON of a value; half characters that no text may hold are replaced."""
    try:
        return msgspec.json.encode(value)
    except UnicodeEncodeError:
        return repr(value).encode("utf-8", "replace")
