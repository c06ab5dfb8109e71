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
from repository.profile.forms import is_web_address
from repository.record import CatalogRecord, Record, Text
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
        own = _terms_by_address(self.licence) if self.licence else ""
        parts: list[bytes] = []
        for id, change, datestamp, withdrawn, sets, source, body, oai_dc, renderer in rows:
            head = self._header(id, change, datestamp, withdrawn, sets)
            if withdrawn:
                parts += xml.record(head, None)
                continue
            stored = oai_dc if ready == renderer else None
            parts += xml.record(head, stored or self._rendered(body), _about(body) if source else own)
        return parts

    def _header(self, id: str, _change: int, datestamp: str, withdrawn: bool, sets: str) -> str:
        shown = f"{sets} {self.also}" if self.also else sets
        return xml.header(f"oai:{self.namespace}:{id}", datestamp, shown, withdrawn)

    def _rendered(self, body: bytes) -> bytes:
        if self.format.write is None:
            raise TypeError(f"{self.format.prefix} can only be read")
        return self.format.write(_record.decode(body), self.terms)


def _about(body: bytes) -> str:
    """Where a harvested record came from, and its partner's terms for it."""
    return "".join([_origin(each) + _rights(each.terms) for each in _origins.decode(body).catalog_record])


@lru_cache(maxsize=1024)
def _rights(terms: tuple[Text, ...]) -> str:
    """The terms of a partner as they were given; nothing where none were: ours do not hold for its metadata."""
    addresses = [text.value for text in terms if is_web_address(text.value) and xml.is_any_uri(text.value)]
    if addresses:
        return _terms_by_address(addresses[0])
    return xml.rights_in_words(terms) if terms else ""


@lru_cache(maxsize=16)
def _terms_by_address(address: str) -> str:
    return xml.rights(address)


def _origin(origin: CatalogRecord) -> str:
    """One provenance `about`, where everything is known that its schema asks for."""
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
