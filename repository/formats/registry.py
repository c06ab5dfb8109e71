"""Formats as one table: OAI-PMH, content negotiation, export, import and the harvester all use its rows."""

from collections.abc import Callable
from dataclasses import dataclass

from repository.formats.reading import Reading
from repository.record import Record
from vocabularies.terms import Terms

Read = Callable[[bytes, Terms], Reading]
Write = Callable[[Record, Terms], bytes]


@dataclass(frozen=True, slots=True)
class Format:
    """One way to write a record down.

    `prefix` is its OAI metadataPrefix and its name on the command line; `extension` that of its address
    ("ttl"); `profile` tells formats of one media type apart (RFC 6906); `oai` says whether the OAI-PMH
    provider offers it, which takes an XML `namespace` and a `schema` address; `root` is the element that holds one
    record ("{namespace}name"), which is not always in that namespace. `write` gives one whole document
    in UTF-8, for XML without declaration so that it can stand inside another; `read` raises UnreadableRecord.
    """

    prefix: str
    media_type: str
    extension: str
    namespace: str = ""
    schema: str = ""
    root: str = ""
    profile: str = ""
    oai: bool = False
    read: Read | None = None
    write: Write | None = None
