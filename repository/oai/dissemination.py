"""How a stored record goes out in one format: its header, its metadata, and where it came from."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from repository import rendering
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.oai import xml
from repository.record import CatalogRecord, Record
from vocabularies.terms import Terms

STORED: Final = "oai_dc"
"""The format whose bytes are kept ready beside each record."""

COLUMNS: Final = ("id", "change", "datestamp", "withdrawn", "sets", "source", "body", "oai_dc", "renderer")
CHANGE: Final = COLUMNS.index("change")
_BARE: Final = COLUMNS.index("source")
"""How many of the columns a header needs."""

_NAMESPACES: Final = {each.prefix: each.namespace for each in FORMATS if each.namespace}
_DATESTAMP: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?)?", re.ASCII
)


class _Origins(Struct, frozen=True, rename="camel"):
    """The one part of a record's canonical form that its provenance takes; the rest is skipped unread."""

    catalog_record: tuple[CatalogRecord, ...] = ()


_record = msgspec.json.Decoder(Record)
_origins = msgspec.json.Decoder(_Origins)


@dataclass(frozen=True)
class Dissemination:
    """Writes records in one `format`, or, when `bare`, their headers alone.

    `terms` are the vocabularies in force; `namespace` is the domain name inside OAI identifiers.
    """

    format: Format
    terms: Terms
    namespace: str
    bare: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a record's state that `write` needs, in the order in which it expects them."""
        return COLUMNS[:_BARE] if self.bare else COLUMNS

    def write(self, rows: Iterable[Sequence[Any]]) -> list[bytes]:
        """Each record, or its header, as a ready element.

        A page is one loop over plain tuples: a call or an attribute for each field would cost as much as the
        rest of the page.
        """
        if self.bare:
            return [self._header(*row[:_BARE]) for row in rows]
        ready = rendering.renderer(self.terms) if self.format.prefix == STORED else None
        return [self._record(ready, *row) for row in rows]

    def _header(self, id: str, _change: int, datestamp: str, withdrawn: bool, sets: str) -> bytes:
        return xml.header(f"oai:{self.namespace}:{id}", datestamp, sets, withdrawn)

    def _record(
        self,
        ready: str | None,
        id: str,
        _change: int,
        datestamp: str,
        withdrawn: bool,
        sets: str,
        source: str | None,
        body: bytes,
        oai_dc: bytes | None,
        renderer: str | None,
    ) -> bytes:
        """A record; its stored bytes go out as they are where the renderer in force, `ready`, made them."""
        head = xml.header(f"oai:{self.namespace}:{id}", datestamp, sets, withdrawn)
        if withdrawn:
            return xml.record(head, None)
        stored = oai_dc if ready == renderer else None
        return xml.record(head, stored or self._rendered(body), _provenance(body) if source else b"")

    def _rendered(self, body: bytes) -> bytes:
        if self.format.write is None:
            raise TypeError(f"{self.format.prefix} can only be read")
        return self.format.write(_record.decode(body), self.terms)


def _provenance(body: bytes) -> bytes:
    """One `about` for each origin of which everything is known that the provenance schema asks for."""
    return b"".join([_origin(each) for each in _origins.decode(body).catalog_record])


def _origin(origin: CatalogRecord) -> bytes:
    base_url, identifier, datestamp, harvested = origin.base_url, origin.identifier, origin.datestamp, origin.harvested
    namespace = _NAMESPACES.get(origin.format or "")
    if not (base_url and identifier and datestamp and harvested and namespace):
        return b""
    if not (_is_base_url(base_url) and xml.is_any_uri(identifier) and is_datestamp(datestamp)):
        return b""
    return xml.provenance(base_url, identifier, datestamp, namespace, harvested)


_is_base_url: Final = lru_cache(maxsize=4096)(xml.is_any_uri)
"""Partners are few, so each address is judged once."""


def is_datestamp(text: str) -> bool:
    """Whether a partner's datestamp is an xs:date or xs:dateTime; many are not, and are kept as they came."""
    if not _DATESTAMP.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
