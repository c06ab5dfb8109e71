"""What stands beside a harvested record in the protocol: where it came from, and its partner's terms for it. Pure.

Source: OAI-PMH implementation guidelines, provenance and rights expressions.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Final

from repository.formats.table import FORMATS
from repository.formats.xml import escape
from repository.oai import xml
from repository.profile.forms import is_web_address
from repository.record import CatalogRecord, Text

_NAMESPACES: Final = {each.prefix: each.namespace for each in FORMATS if each.namespace}
_DATESTAMP: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)?)?", re.ASCII
)


def of_origins(origins: Iterable[CatalogRecord]) -> str:
    """The `about` elements of a record that came from these places."""
    return "".join([_origin(each) + _rights(each.terms) for each in origins])


@lru_cache(maxsize=1024)
def _rights(terms: tuple[Text, ...]) -> str:
    """The terms of a partner as they were given; nothing where none were: ours do not hold for its metadata."""
    addresses = [text.value for text in terms if is_web_address(text.value) and xml.is_any_uri(text.value)]
    if addresses:
        return terms_by_address(addresses[0])
    return xml.rights_in_words(terms) if terms else ""


@lru_cache(maxsize=16)
def terms_by_address(address: str) -> str:
    """An `about` with the terms for a record's metadata at this address."""
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
