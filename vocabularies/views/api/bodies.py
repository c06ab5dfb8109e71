"""What programs send and get: terms as JSON, and back."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from flask import Response, request

from repository.errors import MutualisError
from repository.exchange.accounts import Account
from repository.record import Text
from repository.web.lines import line
from repository.web.needs import Services
from repository.web.numbers import whole
from repository.web.workbench import who
from vocabularies import editing
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.curation import digest
from vocabularies.naming import elsewhere, resolve
from vocabularies.working import Working


class BadBody(MutualisError):
    message = "The body could not be read ({reason}); it is to be JSON as the description at /api/openapi.json says."
    status = 422


SNAKE: Final = {
    "".join(part.title() if place else part for place, part in enumerate(name.split("_"))): name for name in MAPPINGS
}
BY_NAME: Final = {each.encode_name: each.name for each in msgspec.structs.fields(Concept)}
TERM: Final = {
    "prefLabel": "names: a list of {@value, @language}, one a language",
    "altLabel": "other names: a list of {@value, @language}",
    "hiddenLabel": "words that lead here: a list of {@value, @language}",
    "definition": "a list of {@value, @language}",
    "scopeNote": "a list of {@value, @language}",
    "editorialNote": "a list of {@value, @language}",
    "notation": "its code",
    "broader": "terms of this list above it: addresses, codes or names",
    "related": "terms of this list beside it: addresses, codes or names",
    **dict.fromkeys(SNAKE, "terms of other lists: addresses, or list/code"),
    "why": "the reason, for the history",
}


def seen(services: Services, held: Account | None, scheme_id: str) -> Working:
    """The published vocabularies, or with `draft=yes` and an account those with the drafts."""
    if request.args.get("draft") == "yes":
        who.allowed(held, "see", scheme_id)
        working = services.curation.working()
    else:
        working = Working(services.terms(), {})
    working.scheme(scheme_id)
    return working


def term(concept: Concept, working: Working) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(concept),
        "narrower": working.narrower(concept.iri),
        "state": digest(concept),
        "drafted": concept.iri in working.drafts,
    }


def body() -> dict[str, Any]:
    data = request.get_data()
    if not data:
        return {}
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadBody(reason=str(error)) from error
    if not isinstance(found, dict):
        raise BadBody(reason="{…}")
    return found


def fields_of(body: Mapping[str, Any], scheme: str, working: Working) -> dict[str, Any]:
    """The attributes in a body, by their names in Python. Raises BadBody for one that is none."""
    found: dict[str, Any] = {}
    for name, value in body.items():
        if name == "why":
            continue
        if name not in TERM:
            raise BadBody(reason=name)
        attribute = BY_NAME[name]
        if attribute in editing.TEXTS:
            found[attribute] = tuple(texts_of(value))
        elif attribute == "notation":
            found[attribute] = str(value) if value else None
        else:
            named = value if isinstance(value, list) else [value]
            inside = attribute in ("broader", "related")
            found[attribute] = tuple(
                resolve(str(each), scheme, working) if inside else elsewhere(str(each), working) for each in named
            )
    return found


def texts_of(value: Any) -> list[Text]:
    try:
        return msgspec.convert(value, list[Text])
    except msgspec.ValidationError as error:
        raise BadBody(reason=str(error)) from error


def why_of(body: Mapping[str, Any]) -> str:
    return line(str(body.get("why", "")))


def matching(iri: str) -> dict[str, str]:
    """The state that a change is made from, as the header If-Match gives it. Source: RFC 9110 section 13.1.1."""
    tags = [tag for tag in request.if_match.to_header().replace('"', "").split(",") if tag.strip()]
    return {iri: tags[0].strip()} if tags and tags[0] != "*" else {}


def number(name: str, default: int) -> int:
    """A number among the questions of an address."""
    return whole(request.args.get(name, ""), default)


def answered(value: Any, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status=status, content_type="application/json; charset=utf-8")
