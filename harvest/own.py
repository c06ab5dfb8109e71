"""Our own records when they return through a partner, and the ids of records from installations of our own kind.

Nothing that a partner says is believed without a look: a record is our own only where it is one here, and an id from
elsewhere is kept only where nobody else has it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from lxml import etree

from harvest.response import Item
from harvest.source import Source
from repository import identity
from repository.catalogue import Catalogue
from vocabularies.terms import Terms

_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_OAI: Final = re.compile(rf"oai:([^:]+):({_ID.pattern})")
_NAMES: Final = ("identifier", "entry", "field", "subfield", "url", "id")
"""Elements in which formats give an address of the resource itself."""


def own(items: Mapping[str, Item], namespace: str, catalogue: Catalogue, terms: Terms) -> set[str]:
    """Those of the items, by identifier, that are our own records: known by our OAI identifier, by theirs in the
    provenance, or by the address of the resource among the identifiers in the metadata."""
    claimed = {name: ids for name, item in items.items() if (ids := set(_claims(item, namespace, terms)))}
    if not claimed:
        return set()
    held = catalogue.get_many(sorted({id for ids in claimed.values() for id in ids}))
    ours = {id for id, stored in held.items() if stored.state.source is None}
    return {name for name, ids in claimed.items() if ids & ours}


def _claims(item: Item, namespace: str, terms: Terms) -> Iterator[str]:
    for identifier in (item.identifier, *item.came_from):
        found = _OAI.fullmatch(identifier)
        if found and found.group(1) == namespace:
            yield found.group(2)
    start = f"{terms.base_iri}resource/"
    if item.node is not None and start.encode() in item.metadata:
        yield from _addressed(item.node, start)


def _addressed(node: etree._Element, start: str) -> Iterator[str]:
    """Ids in the addresses by which a record names its own resource: not those it derives from or relates to."""
    for element in node.iter():
        if not isinstance(element.tag, str) or not (element.text or "").strip().startswith(start):
            continue
        id = (element.text or "").strip().removeprefix(start)
        if _ID.fullmatch(id) and _is_of_itself(element):
            yield id


def _is_of_itself(element: etree._Element) -> bool:
    name = str(element.tag).rpartition("}")[2]
    around = {str(each.tag).rpartition("}")[2] for each in element.iterancestors()}
    if name not in _NAMES or around & {"relation", "resource", "relatedItem"}:
        return False
    return name != "field" or element.get("element") == "identifier"


def ids(source: Source, identifiers: Iterable[str], catalogue: Catalogue) -> dict[str, str]:
    """The ids of a source's records here, by OAI identifier: a name made from both; between installations of our kind
    the id that the record has there, unless it is somebody else's here."""
    made = {each: identity.harvested_id(source.id, each) for each in identifiers}
    if not source.kin:
        return made
    wished = {each: found.group(2) for each in made if (found := _OAI.fullmatch(each))}
    held = catalogue.get_many(list(wished.values()))
    taken = {id for id, stored in held.items() if stored.state.source != source.id}
    return made | {each: id for each, id in wished.items() if id not in taken}
