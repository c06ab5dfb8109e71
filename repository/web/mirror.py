"""The feed of changes for those who keep a copy: one JSON object a line, in the order of the changes."""

from collections.abc import Iterator
from typing import Final

import msgspec
from flask import Blueprint, Response, request

from repository.errors import MutualisError
from repository.store.changes import Change
from repository.web.language import addresses
from repository.web.needs import Services
from sparql.graphs import statements
from vocabularies.terms import Terms

_USUAL: Final = 1000
_MOST: Final = 10_000
_encoder: Final = msgspec.json.Encoder()


class OtherRun(MutualisError):
    message = "The changes are numbered anew since the catalogue was restored; load a dump, and go on from its change."
    status = 410


class NoNumber(MutualisError):
    message = "{name}={value} is not a number; give the number of the last change that you have."
    status = 400


def blueprint(services: Services) -> Blueprint:
    """`/changes.jsonl?after=NUMBER&limit=NUMBER&epoch=NAME`."""
    mirror = Blueprint("mirror", __name__)

    @mirror.get("/changes.jsonl")
    def changes() -> Response:
        after, limit = _number("after", 0), min(_number("limit", _USUAL), _MOST)
        epoch = services.catalogue.epoch()
        if request.args.get("epoch", epoch) != epoch:
            raise OtherRun
        found = services.catalogue.changes(after, limit)
        response = Response(b"".join(_lines(found, services.terms())), content_type="application/jsonl")
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Link, X-Epoch"
        response.headers["X-Epoch"] = epoch
        last = found[-1].number if found else after
        following = f"{addresses().neutral('changes.jsonl')}?after={last}&limit={limit}&epoch={epoch}"
        response.headers["Link"] = f'<{following}>; rel="next"'
        response.headers["Cache-Control"] = "no-cache"
        return response

    return mirror


def _lines(found: list[Change], terms: Terms) -> Iterator[bytes]:
    for each in found:
        thing, graph = _named(each, terms)
        line = {
            "change": each.number,
            "datestamp": each.datestamp,
            "kind": each.kind,
            "action": each.action,
            "iri": thing,
            **({"graph": graph} if graph else {}),
        }
        yield _encoder.encode(line) + b"\n"


def _named(change: Change, terms: Terms) -> tuple[str, str]:
    """The address of what has changed, and of the graph in which that is told, "" where the thing is in a scheme's."""
    if change.kind == "record":
        return terms.resource_iri(change.id), statements.graph_iri(change.id, terms)
    if change.kind == "kit":
        return statements.kit_iri(change.id, terms), statements.graph_iri(f"kit/{change.id}", terms)
    if change.kind == "scheme":
        scheme = terms.schemes.get(change.id)
        return (scheme.iri if scheme else change.id), ""
    return change.id, ""


def _number(name: str, usual: int) -> int:
    value = request.args.get(name, str(usual))
    if not (value.isascii() and value.isdecimal() and len(value) < 16):
        raise NoNumber(name=name, value=value[:50])
    return int(value)
