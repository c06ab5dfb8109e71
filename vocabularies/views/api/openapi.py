"""The description of the programming interface, made from the table of its operations. Source: OpenAPI 3.1."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from repository.exchange.roles import Action

_PLACE: Final = re.compile(r"<(?:\w+:)?(\w+)>")
_NAMES: Final = {
    "scheme_id": "id of the list",
    "code": "code of the term, or its address",
    "number": "number of the release",
    "id": "id",
    "what": "merge, split, withdraw or restore",
    "other": "id of the other list",
}


class Operation(NamedTuple):
    """One operation: its address below /api, what does it, who may (None: everybody), and what its description says.
    `asks` are its query parameters, `body` the attributes of its body, each with a word on what it is."""

    method: str
    rule: str
    view: Callable[..., Any]
    action: Action | None
    summary: str
    asks: Mapping[str, str] = {}
    body: Mapping[str, str] = {}


def described(operations: Iterable[Operation], version: str) -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for each in operations:
        path = "/api" + _PLACE.sub(r"{\1}", each.rule)
        paths.setdefault(path, {})[each.method.lower()] = _operation(each)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Mutualis: vocabularies",
            "version": version,
            "description": "Everything that the workbench of vocabularies does. Reading needs no account; what changes "
            "something needs a token of the page of one's account, in the header Authorization.",
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Text": {
                    "type": "object",
                    "properties": {"@value": {"type": "string"}, "@language": {"type": ["string", "null"]}},
                    "required": ["@value"],
                },
                "Error": {
                    "type": "object",
                    "properties": {"error": {"type": "string"}, "message": {"type": "string"}},
                    "required": ["error", "message"],
                },
            },
        },
    }


def _operation(each: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": each.summary,
        "operationId": f"{each.method.lower()}_{each.view.__name__}",
        "parameters": [
            *(_parameter(name, "path", _NAMES[name]) for name in _PLACE.findall(each.rule)),
            *(_parameter(name, "query", words) for name, words in each.asks.items()),
        ],
        "responses": {
            "200": {"description": "The answer", "content": {"application/json": {"schema": {"type": "object"}}}},
            "default": {
                "description": "What went wrong",
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}},
            },
        },
    }
    if each.body:
        found["requestBody"] = {"content": {"application/json": {"schema": _body(each.body)}}}
    if each.action is not None:
        found["security"] = [{"token": []}]
    return found


def _parameter(name: str, place: str, words: str) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place == "path", "description": words, "schema": {"type": "string"}}


def _body(attributes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"description": words, **_kind(words)} for name, words in attributes.items()},
    }


def _kind(words: str) -> dict[str, Any]:
    if "{@value, @language}" in words and "names, each" not in words:
        return {"type": "array", "items": {"$ref": "#/components/schemas/Text"}}
    if words.startswith(("a list", "terms of", "withdraw: terms", "split: a list")):
        return {"type": "array"}
    return {} if words.startswith(("what is new", "true")) else {"type": "string"}
