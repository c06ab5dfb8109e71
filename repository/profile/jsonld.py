"""The canonical JSON-LD form of a record, both ways. Source: JSON-LD 1.1 (W3C, 2020).

The document carries its context, so that it is read without any network, and says exactly what
`repository.profile.nquads` says.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from repository.errors import UnreadableRecord
from repository.namespaces import expand
from repository.profile import forms, nodes
from repository.profile.context import context
from repository.profile.spelling import COERCED, READ, SPELL, Spelt, resource_iri, text
from repository.profile.table import NODES, Property, properties, values
from repository.record import Agent, Record, Text
from vocabularies.terms import Terms

Node = dict[str, Any]
_LARGEST: Final = 2**53
_FRAGMENT: Final = re.compile("#[A-Za-z]+-[0-9a-f]{8}$")


def document(record: Record, terms: Terms) -> bytes:
    """The record as one JSON-LD document in UTF-8, keys in the profile's order, always the same bytes."""
    body = _encode(body_of(record, terms))
    return b'{"@context":' + _context(terms.base_iri) + b"," + body[1:]


def body_of(record: Record, terms: Terms) -> Node:
    """The document without its context."""
    found: Node = {
        "@id": _relative(resource_iri(record.id, terms), terms),
        "@type": [expand(name) for name in nodes.RECORD_TYPES],
        **_node("", record, record, terms),
    }
    return found | _derived("", nodes.of_record(record, terms))


@lru_cache(maxsize=8)
def _context(base_iri: str) -> bytes:
    return msgspec.json.encode(context(base_iri))


def _encode(body: Node) -> bytes:
    try:
        return msgspec.json.encode(body)
    except UnicodeEncodeError:
        return msgspec.json.encode(nodes.without_surrogates(body))


def _relative(iri: str, terms: Terms) -> str:
    """A resource's IRI as it stands in the document: relative where nothing can be mistaken for a path."""
    local = terms.local_id(iri)
    return local if local.replace("-", "").isalnum() else iri


def _node(kind: str, node: msgspec.Struct, record: Record, terms: Terms) -> Node:
    found: Node = {}
    for each in properties(NODES[kind] if kind else Record):
        held = [_value(each, value, node, record, terms) for value in values(node, each) if each.row.rdf]
        if held:
            found[each.key] = held if each.many else held[0]
    return found


def _value(each: Property, value: Any, node: msgspec.Struct, record: Record, terms: Terms) -> Any:
    kind = each.row.range
    if kind == "text":
        return _text(value)
    if kind in NODES:
        return _nested(each, value, record, terms)
    spelt = SPELL[kind](value, node, terms)
    if kind == "resource" and spelt[0] == "@id":
        return _relative(spelt[1], terms)
    if kind == "integer" and spelt[0] and value < _LARGEST:
        return value
    return _spelt(spelt, COERCED.get(kind, ""))


def _spelt(spelt: Spelt, coerced: str) -> Any:
    form, value = spelt
    if form == coerced:
        return value
    return {"@type": form, "@value": value} if form else {"@value": value}


def _text(value: Text) -> Node:
    tag, datatype = text(value)
    kind = {"@language": tag} if tag else {"@type": datatype} if datatype else {}
    return {"@value": value.value, **kind}


def _nested(each: Property, node: Any, record: Record, terms: Terms) -> Node:
    kind = each.row.range
    follows = nodes.OF_NODE.get(kind)
    if kind == "agent" and nodes.is_web_agent(node):
        address = SPELL["url"](node.id, node, terms)[1]
    else:
        root = _relative(resource_iri(record.id, terms), terms)
        address = f"{root}#{nodes.fragment(each.name, node)}"
    found = {"@id": address, "@type": expand(nodes.type_of(kind, node)), **_node(kind, node, record, terms)}
    return found | (_derived(kind, follows(node, record, terms)) if follows else {})


def _derived(kind: str, statements: nodes.Statements) -> Node:
    found: dict[str, list[Any]] = {}
    for key, spelt in statements:
        found.setdefault(key, []).append(_spelt(spelt, nodes.DERIVED[kind][key][1]))
    return {key: held if len(held) > 1 else held[0] for key, held in found.items()}


def read(data: bytes, terms: Terms) -> Record:
    """The record in a document of the canonical form; its own ids may be relative or full IRIs.

    The keys are read as they are and the document's context is neither used nor fetched: documents with other
    contexts are RDF and belong to `repository.formats.rdf`. What a writer derives, and keys that the profile does
    not know, are left out. Raises UnreadableRecord.
    """
    try:
        found = msgspec.json.decode(data)
        return record_of(found, terms)
    except (msgspec.MsgspecError, ValueError, TypeError, RecursionError) as error:
        raise UnreadableRecord(format="JSON-LD", reason=str(error)) from error


def record_of(document: Any, terms: Terms) -> Record:
    """`read`, from the decoded JSON; raises ValueError and msgspec.ValidationError."""
    if not isinstance(document, dict):
        raise ValueError("the document is not one JSON object")
    found = _read_node(Record, document, terms)
    found["@id"] = terms.local_id(str(document.get("@id", "")))
    return msgspec.convert(found, Record)


def _read_node(struct: type[msgspec.Struct], node: Mapping[str, Any], terms: Terms) -> Node:
    found: Node = {}
    for each in properties(struct):
        held = node.get(each.key)
        if held is None or not each.row.rdf:
            continue
        each_value = _reader(each, terms)
        if each.many:
            found[each.key] = [each_value(value) for value in (held if isinstance(held, list) else [held])]
        else:
            found[each.key] = each_value(_only(held))
    return found | (_read_agent(node) if struct is Agent else {})


def _only(held: Any) -> Any:
    return held[0] if isinstance(held, list) and len(held) == 1 else held


def _reader(each: Property, terms: Terms) -> Callable[[Any], Any]:
    kind = each.row.range
    if kind in NODES:
        return lambda value: _read_node(NODES[kind], _object(value, each.key), terms)
    if kind == "text":
        return _read_text
    inverse = READ.get(kind)
    return lambda value: inverse(str(_plain(value)), terms) if inverse else _plain(value)


def _object(value: Any, key: str) -> Mapping[str, Any]:
    if isinstance(value, str):
        return {"@id": value}
    if not isinstance(value, dict):
        raise ValueError(f"{key} is neither a node nor an address")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return value.get("@value", value.get("@id"))
    return value


def _read_text(value: Any) -> Any:
    if isinstance(value, str):
        return {"@value": value}
    if isinstance(value, dict) and isinstance(value.get("@language"), str):
        return value | {"@language": forms.usual_case(value["@language"])}
    return value


_KINDS: Final = {expand(name): kind for kind, name in nodes.AGENT_TYPES.items() if kind}


def _read_agent(node: Mapping[str, Any]) -> Node:
    found: Node = {}
    types = node.get("@type", [])
    for name in types if isinstance(types, list) else [types]:
        if name in _KINDS:
            found["kind"] = _KINDS[name]
    address = node.get("@id")
    if isinstance(address, str) and forms.is_web_address(address) and not _is_fragment(address):
        found["id"] = address
    elif isinstance(unusable := _plain(_only(node.get("identifier"))), str):
        found["id"] = unusable
    return found


def _is_fragment(address: str) -> bool:
    """Whether an agent's node was named by a writer: "...#creator-1a2b3c4d"."""
    return _FRAGMENT.search(address) is not None
