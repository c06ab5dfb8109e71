"""The programming interface of vocabularies: JSON for everything that the workbench does, described in OpenAPI.

Reading needs no account. What changes something needs a token, whose account and scope say what it may do; cookies
count for nothing here. The description is made from the same table that the addresses come from.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final

from flask import Blueprint, Response, g, request
from flask.typing import ResponseReturnValue

from repository.errors import MutualisError
from repository.exchange.accounts import Account
from repository.messages import tell_reader
from repository.web.needs import Services
from repository.web.workbench import who
from vocabularies.views.api import bodies, changing, openapi, reading
from vocabularies.views.api.openapi import Operation

VERSION: Final = "1.0.0"


def blueprint(services: Services) -> Blueprint:
    """`/api/vocabularies/…` and `/api/openapi.json`."""
    made = Blueprint("api", __name__)

    def answering(operation: Operation) -> Callable[..., ResponseReturnValue]:
        @wraps(operation.view)
        def answer(**values: str) -> ResponseReturnValue:
            request.max_content_length = who.MOST_SENT
            try:
                held = who.program(services)
                if operation.action is not None:
                    who.allowed(held, operation.action, values.get("scheme_id", ""))
                return bodies.answered(operation.view(services, held, **values))
            except MutualisError as error:
                told = {"error": type(error).__name__, "message": tell_reader(error, g.language)}
                answer = bodies.answered(told, error.status)
                if error.status == 401:
                    answer.headers["WWW-Authenticate"] = "Bearer"
                return answer

        return answer

    for operation in OPERATIONS:
        name = f"{operation.method.lower()}{operation.rule}".replace("/", "-").replace(".", "-")
        made.add_url_rule(f"/api{operation.rule}", name, answering(operation), methods=[operation.method])

    @made.after_request
    def finish(response: Response) -> Response:
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers.setdefault("Cache-Control", "no-cache")
        response.vary.add("Authorization")
        return response

    return made


def description(_services: Services, _held: Account | None) -> Any:
    """The description itself. Source: OpenAPI Specification 3.1."""
    return openapi.described(OPERATIONS, VERSION)


_L: Final = "/vocabularies/<scheme_id>"
_PAGING: Final = {"limit": "how many at most"}
OPERATIONS: Final = (
    Operation("GET", "/openapi.json", description, None, "This description"),
    Operation("GET", "/vocabularies", reading.lists, None, "All lists"),
    Operation("GET", _L, reading.one_list, None, "One list"),
    Operation(
        "GET",
        f"{_L}/terms",
        reading.terms_of,
        None,
        "The terms of a list, page by page",
        {"start": "place of the first one", **_PAGING, "draft": "yes: with drafts, which needs a token"},
    ),
    Operation(
        "GET",
        f"{_L}/suggest",
        reading.suggest,
        None,
        "Completes what is typed",
        {"q": "the words", "lang": "language", **_PAGING},
    ),
    Operation("GET", f"{_L}/terms/<path:code>/impact", reading.impact_of, "see", "What hangs on a term"),
    Operation(
        "GET",
        f"{_L}/terms/<path:code>",
        reading.one_term,
        None,
        "One term, by its code or address",
        {"draft": "yes: as drafted"},
    ),
    Operation("POST", f"{_L}/terms", changing.create, "edit", "Draft a new term", {}, bodies.TERM),
    Operation("PATCH", f"{_L}/terms/<path:code>", changing.revise, "edit", "Draft a change of a term", {}, bodies.TERM),
    Operation(
        "POST",
        f"{_L}/terms/<path:code>/act/<what>",
        changing.act,
        "edit",
        "Draft a merge, split, withdrawal or restoration of a term",
        {},
        {
            "into": "merge: the other term",
            "parts": "split: a list of names, each a list of {@value, @language}",
            "instead": "withdraw: terms to be used instead",
            "why": "the reason; needed",
        },
    ),
    Operation("GET", f"{_L}/drafts", reading.drafts, "see", "What a release would change"),
    Operation("GET", f"{_L}/releases", reading.releases, None, "The releases of a list, newest first"),
    Operation(
        "POST",
        f"{_L}/releases",
        changing.publish,
        "publish",
        "Publish what is drafted",
        {},
        {"notes": "what is new, by language"},
    ),
    Operation("GET", f"{_L}/releases/<number>", reading.one_release, None, "A release with its terms"),
    Operation("GET", f"{_L}/releases/<number>/changes", reading.changes_of, None, "What a release changed"),
    Operation(
        "POST",
        f"{_L}/releases/<number>/restore",
        changing.roll_back,
        "edit",
        "Draft a list as it was in a release",
        {},
        {"why": "needed"},
    ),
    Operation(
        "GET",
        f"{_L}/acts",
        reading.history_of,
        "see",
        "What was done in a list, newest first",
        {"before": "id of an act", **_PAGING},
    ),
    Operation(
        "POST",
        "/vocabularies/acts/<id>/undo",
        changing.undo,
        "see",
        "Take an act back, in the records too",
        {},
        {"why": "the reason"},
    ),
    Operation("GET", f"{_L}/checks", reading.checks, "see", "What the checks find"),
    Operation(
        "POST",
        f"{_L}/checks/waivers",
        changing.waive,
        "edit",
        "Waive a finding",
        {},
        {
            "finding": "its key: check, address and matter with spaces between",
            "why": "needed",
            "again": "true: count it again",
        },
    ),
    Operation(
        "POST",
        f"{_L}/checks/mend",
        changing.mend,
        "edit",
        "Draft what mends findings",
        {},
        {"findings": "a list of keys"},
    ),
    Operation(
        "POST",
        "/vocabularies/import",
        changing.take_in,
        "import",
        "Look at files of a vocabulary, or take them in",
        {"apply": "yes: take them in", "name": "name of the file, where it is the body"},
    ),
    Operation("GET", f"{_L}/proposals", reading.proposals, "see", "Proposals", {"state": "open, accepted or refused"}),
    Operation(
        "POST",
        f"{_L}/proposals",
        changing.propose,
        "propose",
        "Propose a change",
        {},
        {"term": "its code; none: a new one", **bodies.TERM},
    ),
    Operation(
        "POST",
        f"{_L}/proposals/<id>",
        changing.answer_proposal,
        "comment",
        "Answer a proposal",
        {},
        {"answer": "accept, refuse or comment", "why": "the words"},
    ),
    Operation(
        "GET",
        f"{_L}/candidates/<other>",
        reading.candidates,
        "see",
        "Terms of two lists that may mean the same",
        _PAGING,
    ),
    Operation(
        "POST",
        f"{_L}/candidates",
        changing.judge,
        "edit",
        "Say which do",
        {},
        {"pairs": "a list of {source, target, mapping}; mapping refuse: never again"},
    ),
    Operation(
        "GET",
        f"{_L}/untranslated",
        reading.untranslated,
        "see",
        "Terms that lack a name",
        {"language": "fr, pt or en", **_PAGING},
    ),
    Operation(
        "GET",
        "/vocabularies/words",
        reading.clusters,
        "see",
        "Free words that nobody decided about",
        {"source": "id of a source", **_PAGING},
    ),
    Operation(
        "POST",
        "/vocabularies/words",
        changing.decide_words,
        "decide",
        "Say what free words mean",
        {},
        {
            "key": "of the words",
            "source": "in one source alone",
            "concept": "address; noise: nothing; none: take it back",
        },
    ),
)
"""Every operation."""
