"""The table that every page of the workbench stands in: its address, what shows it, what acts on it, and who may.

A page that acts is shown again with what went wrong and with everything that was filled in, so that nothing is typed
twice.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask import Blueprint, Response, flash, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from repository.errors import MutualisError
from repository.exchange.people_errors import NotSignedIn
from repository.exchange.roles import Action
from repository.messages import tell_reader
from repository.web import texts
from repository.web.answers import see_other
from repository.web.language import addresses, say
from repository.web.needs import Services
from repository.web.workbench import who

Show = Callable[..., ResponseReturnValue]
Act = Callable[..., ResponseReturnValue]
_SCHEME = "scheme_id"


class Route(NamedTuple):
    """One page below `/<language>/workbench`. `sees` is the act that one must be allowed to look at it, None for
    anybody; `does` the one for its form. Where the address names a scheme, the right in that scheme counts."""

    rule: str
    show: Show
    act: Act | None = None
    sees: Action | None = "see"
    does: Action | None = None


def add(workbench: Blueprint, services: Services, routes: Sequence[Route]) -> None:
    """Give each route its address in every language, guarded."""
    for route in routes:
        rule = f"/<any(fr, pt, en):page_language>/workbench{'/' if route.rule else ''}{route.rule}"
        methods = ["GET", "POST"] if route.act else ["GET"]
        workbench.add_url_rule(rule, route.show.__name__, _answering(services, route), methods=methods)


def _answering(services: Services, route: Route) -> Callable[..., ResponseReturnValue]:
    def answer(page_language: str, **values: Any) -> ResponseReturnValue:
        try:
            _guard(services, route, values.get(_SCHEME, ""))
        except NotSignedIn:
            if who.account(services) is None and "Authorization" not in request.headers:
                return _to_the_door()
            raise
        made = _acted(services, route, values) if request.method == "POST" else route.show(services, **values)
        response = make_response(made)
        response.headers["Cache-Control"] = "no-store"
        return response

    return answer


def _guard(services: Services, route: Route, scheme: str) -> None:
    wanted = route.does if request.method == "POST" else route.sees
    if wanted is not None:
        who.allowed(who.account(services), wanted, scheme)


def _acted(services: Services, route: Route, values: dict[str, Any]) -> ResponseReturnValue:
    assert route.act is not None  # noqa: S101 only such routes take a form
    try:
        return route.act(services, **values)
    except (MutualisError, RequestEntityTooLarge) as error:
        g.problem = _told(error)
        answer = make_response(route.show(services, **values))
        answer.status_code = error.status if isinstance(error, MutualisError) else 413
        return answer


def _told(error: MutualisError | RequestEntityTooLarge) -> str:
    if isinstance(error, RequestEntityTooLarge):
        return say("The file is larger than {most} MB; divide it into several.", most=who.MOST_SENT >> 20)
    return texts.typeset(tell_reader(error, g.language), g.language)


def _to_the_door() -> Response:
    """To the page for signing in, which leads back to where one was."""
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    return see_other(addresses().workbench("sign-in", **({"next": back} if back else {})))


def page(template: str, services: Services, **values: Any) -> str:
    """A page of the workbench with what every one of them shows."""
    return render_template(
        f"workbench/{template}",
        reader=who.account(services),
        problem=g.get("problem", ""),
        alternates={},
        given=given,
        **values,
    )


def given(name: str, default: str = "") -> str:
    """What was filled in, where a form comes back; else the default."""
    return request.form.get(name, default)


def done(address: str, message: str = "", **values: object) -> Response:
    """To the page that follows an act, with a sentence about it."""
    if message:
        flash(say(message, **values))
    return see_other(address)
