"""How a stored record goes out in one format: its header, its metadata, and where it came from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from msgspec import Struct

from repository import rendering
from repository.formats.registry import Format
from repository.oai import about, xml
from repository.record import CatalogRecord, Record
from vocabularies.terms import Terms

STORED: Final = "oai_dc"
"""The format whose bytes are kept ready beside each record."""

COLUMNS: Final = ("id", "change", "datestamp", "withdrawn", "sets", "source", "body", "oai_dc", "renderer")
CHANGE: Final = COLUMNS.index("change")
_BARE: Final = COLUMNS.index("source")
"""How many of the columns a header needs."""


class _Origins(Struct, frozen=True, rename="camel"):
    """The one part of a record's canonical form that its provenance takes; the rest is skipped unread."""

    catalog_record: tuple[CatalogRecord, ...] = ()


_record = msgspec.json.Decoder(Record)
_origins = msgspec.json.Decoder(_Origins)


@dataclass(frozen=True)
class Dissemination:
    """Writes records in one `format`, or, when `bare`, their headers alone.

    `terms` are the vocabularies in force; `namespace` is the domain name inside OAI identifiers; `licence` the terms
    for the metadata of our own records; `also` a set that all of them are in without its being stored.
    """

    format: Format
    terms: Terms
    namespace: str
    bare: bool = False
    licence: str = ""
    also: str = ""

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
        own = about.terms_by_address(self.licence) if self.licence else ""
        ends = {True: xml.record_end(""), False: xml.record_end(own)}
        parts: list[bytes] = []
        for id, change, datestamp, withdrawn, sets, source, body, oai_dc, renderer in rows:
            head = self._header(id, change, datestamp, withdrawn, sets)
            if withdrawn:
                parts += xml.record(head, None)
            elif oai_dc and ready == renderer:
                parts += (xml.record_start(head), oai_dc, ends[source is not None])
            else:
                told = about.of_origins(_origins.decode(body).catalog_record) if source else own
                parts += xml.record(head, self._rendered(body), told)
        return parts

    def _header(self, id: str, _change: int, datestamp: str, withdrawn: bool, sets: str) -> str:
        shown = f"{sets} {self.also}" if self.also else sets
        return xml.header(f"oai:{self.namespace}:{id}", datestamp, shown, withdrawn)

    def _rendered(self, body: bytes) -> bytes:
        if self.format.write is None:
            raise TypeError(f"{self.format.prefix} can only be read")
        return self.format.write(_record.decode(body), self.terms)
