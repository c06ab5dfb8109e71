"""JSON documents of schema.org before their values are looked at: decoded, one node, one name per key."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from repository.errors import UnreadableRecord
from repository.formats.normalise import identifiers
from repository.profile.forms import is_checksum
from repository.record import Checksum, Distribution, Text

Node = dict[str, Any]
_PREFIXES: Final = ("http://schema.org/", "https://schema.org/", "schema:")
_CLASSES: Final = ("LearningResource", "Course", "CourseInstance", "CreativeWork", "MediaObject", "VideoObject", "Book")
_KEYWORDS: Final = {"@id": "id", "@type": "type", "@value": "@value"}


def records(data: bytes) -> Iterator[bytes]:
    """The documents of a JSON file that holds one or a list of them."""
    found = decoded(data)
    for each in found if isinstance(found, list) else [found]:
        yield msgspec.json.encode(each)


def decoded(data: bytes) -> Any:
    try:
        return msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableRecord(format="schema.org", reason=str(error)) from error


def described(document: Any) -> Node:
    """The node that describes the resource: the document, or the work among the nodes of its @graph."""
    if isinstance(document, list) and len(document) == 1:
        document = document[0]
    if not isinstance(document, dict):
        raise UnreadableRecord(format="schema.org", reason="the document is not one JSON object")
    context = document.get("@context")
    nodes = [named(each) for each in listed(document.get("@graph")) if isinstance(each, dict)]
    for name in _CLASSES:
        for node in nodes:
            if name in listed(node.get("type")):
                return {**node, "@context": context}
    found: Node = named(document)
    if not any(found.get(key) for key in ("name", "headline", "id", "identifier", "url")) or "hits" in found:
        raise UnreadableRecord(format="schema.org", reason="it has neither a name nor an address")
    return found


def named(value: Any, depth: int = 0) -> Any:
    """A tree with the keys of schema.org, whatever prefix they were written with."""
    if depth > 60:
        raise UnreadableRecord(format="schema.org", reason="it is nested too deeply")
    if isinstance(value, list):
        return [named(each, depth + 1) for each in value]
    if not isinstance(value, dict):
        return value
    found: Node = {}
    for key, held in value.items():
        name, inner = _name(key), held if key == "@context" else named(held, depth + 1)
        found[name] = [*listed(found[name]), *listed(inner)] if name in found else inner
    return found


def _name(key: str) -> str:
    for prefix in _PREFIXES:
        if key.startswith(prefix):
            return key[len(prefix) :]
    return _KEYWORDS.get(key, key)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def is_web(value: Any) -> bool:
    return isinstance(value, str) and identifiers.is_address(value)


def address_of(value: Any) -> str | None:
    """The web address of a value: itself, or its id or url."""
    if isinstance(value, dict):
        value = value.get("id") or value.get("url") or value.get("targetUrl")
    return value if is_web(value) else None


Texts = Callable[[Any], Iterable[tuple[str, str | None]]]


def distribution(value: Node, texts: Texts) -> tuple[Distribution, tuple[str, ...]] | None:
    """The distribution that a MediaObject is, and the keys that it used up; None without any address."""
    place = next((value[key] for key in ("contentUrl", "url", "embedUrl", "id") if is_web(value.get(key))), None)
    if place is None:
        return None
    size = str(value.get("contentSize", ""))
    digest = str(value.get("sha256", "")).lower()
    found = Distribution(
        access_url=place,
        download_url=place if place == value.get("contentUrl") else None,
        media_type=identifiers.media_type(str(value.get("encodingFormat", ""))) or identifiers.file_type(place),
        byte_size=int(size) if size.isdigit() else identifiers.byte_size(size),
        checksum=Checksum(algorithm="sha256", value=digest) if digest and is_checksum(digest, "sha256") else None,
        title=tuple(Text(text, tag) for text, tag in texts(value.get("name"))),
    )
    return found, tuple(_used(value, found))


def _used(value: Node, found: Distribution) -> Iterator[str]:
    yield from ("type", "name")
    yield from (key for key in ("contentUrl", "url", "embedUrl", "id") if value.get(key) == found.access_url)
    if identifiers.media_type(str(value.get("encodingFormat", ""))):
        yield "encodingFormat"
    if found.byte_size is not None:
        yield "contentSize"
    if found.checksum is not None:
        yield "sha256"
