"""JSON: one object or many, in the canonical form, as schema.org, as other JSON-LD, or what is declared of a kit."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from harvest.errors import NoCrosswalk
from repository.contents.piece import Piece, encoded
from repository.errors import Message
from repository.formats import rdf_reading, schema_org_reading
from repository.formats.reading import Reading
from repository.namespaces import MU
from repository.profile import jsonld
from repository.tabular import BadRow
from vocabularies.terms import Terms

CONTEXT: Final = "https://w3id.org/mutualis/context"
"""The address that a document in the canonical form may name in place of carrying its context."""

_KIT: Final = ("Kit", "mu:Kit", MU + "Kit")
_SCHEMA_SIGNS: Final = ("schema.org", "w3id.org/kim/amb", "bioschemas.org")


def pieces(data: bytes) -> Iterator[Piece]:
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        yield from _objects(msgspec.json.decode(data), "$")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        yield from _json_lines(data, error)
    except RecursionError:
        yield Piece(place="$", received=data, format="json", fault=BadRow(reason=Message("it is nested too deeply")))


def _json_lines(data: bytes, error: Exception) -> Iterator[Piece]:
    """One object a line; a document that is not that either is one piece with its fault."""
    lines = [(number, line) for number, line in enumerate(data.splitlines(), start=1) if line.strip()]
    readable = 0
    for number, line in lines:
        try:
            value = msgspec.json.decode(line)
            readable += 1
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as fault:
            if not readable:
                yield Piece(place="$", received=data, format="json", fault=BadRow(reason=str(error)))
                return
            yield Piece(place=f"line {number}", received=line, format="json", fault=BadRow(reason=str(fault)))
            continue
        yield from _objects(value, f"line {number}")


def _objects(value: Any, place: str, context: Any = None) -> Iterator[Piece]:
    if isinstance(value, list):
        for number, each in enumerate(value):
            yield from _objects(each, f"{place}[{number}]", context)
        return
    if not isinstance(value, dict):
        fault = BadRow(reason=Message("it is not an object"))
        yield Piece(place=place, received=encoded(value), format="json", fault=fault)
        return
    context = value.get("@context", context)
    if isinstance(value.get("@graph"), list) and _is_listing(value["@graph"], context):
        yield from _objects(value["@graph"], f"{place}.@graph", context)
        return
    yield _object(value, place, context)


def _is_listing(nodes: list[Any], context: Any) -> bool:
    """Whether a @graph lists whole records; the flattened graph of one record is not taken apart."""
    return _is_canonical_context(context) or all(
        isinstance(each, dict) and ("name" in each or each.get("@type") in _KIT) for each in nodes
    )


def _object(value: dict[str, Any], place: str, context: Any) -> Piece:
    """One object, by what it says of itself."""
    received = encoded({"@context": context, **value} if context is not None else value)
    piece = Piece(place=place, received=received, format="json")
    if value.get("@type") in _KIT and "declarations" in value:
        piece.kit = value
    elif _is_canonical_context(context) or _is_canonical(value):
        piece.format, piece.read = "jsonld", _read_canonical
    elif any(sign in str(context) for sign in _SCHEMA_SIGNS):
        piece.format, piece.read = "schema", schema_org_reading.read
    elif context is not None:
        piece.format, piece.read = "rdf", rdf_reading.read_jsonld
    else:
        piece.fault = NoCrosswalk(element="JSON")
    return piece


def _is_canonical_context(context: Any) -> bool:
    if isinstance(context, dict):
        return "sourceWord" in context and "resourceType" in context
    return bool(context == CONTEXT)


def _is_canonical(value: dict[str, Any]) -> bool:
    """Whether an object without context has titles as only the canonical form writes them."""
    title = value.get("title")
    return (
        "@context" not in value
        and isinstance(title, list)
        and all(isinstance(each, dict) and "@value" in each for each in title)
        and bool(title)
    )


def _read_canonical(data: bytes, terms: Terms) -> Reading:
    return Reading(jsonld.read(data, terms))
