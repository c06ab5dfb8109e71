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
from repository.formats.xml import escape
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
        """The records, or their headers, as parts of one piece of XML: nothing is joined twice.

        A page is one loop over plain tuples: a call or an attribute for each field would cost as much as the
        rest of the page. Stored bytes go out as they are where the renderer in force, `ready`, made them.
        """
        if self.bare:
            return ["".join([self._header(*row[:_BARE]) for row in rows]).encode()]
        ready = rendering.renderer(self.terms) if self.format.prefix == STORED else None
        parts: list[bytes] = []
        for id, change, datestamp, withdrawn, sets, source, body, oai_dc, renderer in rows:
            head = self._header(id, change, datestamp, withdrawn, sets)
            if withdrawn:
                parts += xml.record(head, None)
                continue
            stored = oai_dc if ready == renderer else None
            parts += xml.record(head, stored or self._rendered(body), _provenance(body) if source else "")
        return parts

    def _header(self, id: str, _change: int, datestamp: str, withdrawn: bool, sets: str) -> str:
        return xml.header(f"oai:{self.namespace}:{id}", datestamp, sets, withdrawn)

    def _rendered(self, body: bytes) -> bytes:
        if self.format.write is None:
            raise TypeError(f"{self.format.prefix} can only be read")
        return self.format.write(_record.decode(body), self.terms)


def _provenance(body: bytes) -> str:
    """One `about` for each origin of which everything is known that the provenance schema asks for."""
    return "".join([_origin(each) for each in _origins.decode(body).catalog_record])


def _origin(origin: CatalogRecord) -> str:
    shared = _harvest(origin.base_url, origin.format, origin.harvested)
    identifier, datestamp = origin.identifier, origin.datestamp
    if not (shared and identifier and datestamp and xml.is_any_uri(identifier) and is_datestamp(datestamp)):
        return ""
    return f"{shared[0]}{escape(identifier)}</identifier><datestamp>{escape(datestamp)}{shared[1]}"


@lru_cache(maxsize=4096)
def _harvest(base_url: str | None, prefix: str | None, harvested: str | None) -> tuple[str, str] | None:
    """What the records of one harvest share of their provenance, which is judged and written once for them all;
    None where it is not all known."""
    namespace = _NAMESPACES.get(prefix or "")
    if not (base_url and harvested and namespace and xml.is_any_uri(base_url)):
        return None
    return xml.provenance(base_url, namespace, harvested)


@lru_cache(maxsize=4096)
def is_datestamp(text: str) -> bool:
    """Whether a partner's datestamp is an xs:date or xs:dateTime; many are not, and are kept as they came."""
    if not _DATESTAMP.fullmatch(text):
        return False
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return True
