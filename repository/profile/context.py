"""The JSON-LD context of the canonical form, generated from the profile's table.

Nested nodes have contexts of their own inside the property that leads to them (JSON-LD 1.1, section 4.1.8),
because their short keys ("source", "date") mean different properties in different nodes. No prefix is defined:
no value can be mistaken for a compact IRI.
"""

from functools import lru_cache
from typing import Any

from msgspec import Struct

from repository.namespaces import expand
from repository.profile.nodes import DERIVED
from repository.profile.spelling import COERCED
from repository.profile.table import NODES, Property, properties
from repository.record import Record


@lru_cache(maxsize=8)
def context(base_iri: str) -> dict[str, Any]:
    """The context for an installation; relative ids are resolved against its resources. Do not change it."""
    return {"@version": 1.1, "@base": f"{base_iri}resource/", **_terms("", Record)}


def _terms(kind: str, struct: type[Struct]) -> dict[str, Any]:
    own = {each.key: _definition(each) for each in properties(struct) if each.row.rdf}
    return own | {key: _derived(*each) for key, each in DERIVED.get(kind, {}).items()}


def _definition(each: Property) -> dict[str, Any]:
    found: dict[str, Any] = {"@id": expand(each.row.rdf)}
    if each.row.range in NODES:
        found["@type"] = "@id"
        found["@context"] = _terms(each.row.range, NODES[each.row.range])
    elif each.row.range in COERCED:
        found["@type"] = COERCED[each.row.range]
    if each.many:
        found["@container"] = "@set"
    return found


def _derived(name: str, form: str) -> dict[str, Any]:
    return {"@id": expand(name), "@type": form} if form else {"@id": expand(name)}
