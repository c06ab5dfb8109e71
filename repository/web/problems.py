"""What went wrong, told in the reader's language: a page for people, a sentence for machines."""

import logging
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from flask import Flask, Response, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from repository.errors import MutualisError, PageNotFound, RecordWithdrawn
from repository.messages import marked, tell_reader
from repository.web import results, texts
from repository.web.language import of_request, say
from repository.web.needs import Services
from repository.web.negotiation import HTML, Offer, choose
from repository.web.texts import Shown

_log: Final = logging.getLogger(__name__)

TITLES: Final[Mapping[int, str]] = {
    404: marked("Nothing at this address"),
    405: marked("This address does not take that"),
    406: marked("Not available in that form"),
    410: marked("This resource was withdrawn"),
    503: marked("Please come back in a moment"),
}
"""Status -> heading of its page; others are told in general words."""

OTHERWISE: Final = marked("Something went wrong")
_UNEXPECTED: Final = marked("The page could not be made; the error was noted. Please try again later.")
_REFUSED: Final = marked("The request could not be understood; go back and try again.")


def install(app: Flask, services: Services) -> None:
    """Answer errors of every kind, below all addresses that do not answer them themselves."""

    @app.before_request
    def moved() -> Response | None:
        error = request.routing_exception  # error handlers never see this one
        return _moved(error) if isinstance(error, RequestRedirect) else None

    @app.errorhandler(MutualisError)
    def known(error: MutualisError) -> ResponseReturnValue:
        title = _withdrawn_title(error, services)
        return _answer(error.status, _told(error, services), title)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> ResponseReturnValue:
        status = error.code or 500
        if status < 400:  # a redirect
            return error.get_response()
        _language(services)
        told = _told(PageNotFound(path=request.path), services) if status == 404 else say(_REFUSED)
        answer = _answer(status, told)
        if "Allow" in (given := error.get_response().headers):
            answer.headers["Allow"] = given["Allow"]
        return answer

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> ResponseReturnValue:
        _log.exception("%s %r", request.method, request.path, exc_info=error)  # %r: a path may hold line ends
        _language(services)
        return _answer(500, say(_UNEXPECTED))


def _moved(error: RequestRedirect) -> Response:
    """The way to the proper spelling of an address, by path alone: the router's has the host that the client named."""
    found = urlsplit(error.new_url)
    place = f"/{found.path.lstrip('/')}" + (f"?{found.query}" if found.query else "")
    return Response(status=error.code, headers={"Location": place})


def _language(services: Services) -> str:
    """The reader's language, also where the request failed before it was known."""
    if "language" not in g:
        g.language = of_request(services.settings.default_language)
    return str(g.language)


def _told(error: MutualisError, services: Services) -> str:
    language = _language(services)
    return texts.typeset(tell_reader(error, language), language)


def _answer(status: int, told: str, title: Shown | None = None) -> Response:
    plain = Offer("text/plain")
    offers = (Offer(HTML), plain)
    place = choose(request.headers.get("Accept", ""), offers)
    if place == 0 and request.headers.get("Accept"):
        heading = TITLES.get(status, OTHERWISE)
        answer = make_response(render_template("problem.html", status=status, heading=heading, told=told, title=title))
    else:
        answer = Response(f"{told}\n", content_type="text/plain; charset=utf-8")
    answer.status_code = status
    answer.headers["Cache-Control"] = "no-store"
    answer.vary.update(("Accept", "Accept-Language"))
    return answer


def _withdrawn_title(error: MutualisError, services: Services) -> Shown | None:
    """What a withdrawn resource was called, so that a reader knows what is gone."""
    if not isinstance(error, RecordWithdrawn):
        return None
    stored = services.catalogue.get(str(error.values["identifier"]))
    return results.title(stored.record, _language(services))
