"""The address of the OAI-PMH provider: /oai, by GET and by POST; a browser gets the same answer as a page.

Source: OAI-PMH 2.0 section 3.1.
"""

import gzip
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Protocol

from flask import Blueprint, Response, g, render_template, request

from harvest.source import Source
from repository.catalogue import Catalogue
from repository.clients import client_of, is_one
from repository.messages import translate
from repository.oai import page
from repository.oai.journal import FILE, AccessLog, Line, shortened
from repository.oai.limits import RETRY_AFTER, Gate
from repository.oai.provider import Provider, Told, answer
from repository.oai.request import LARGEST_FORM, Request, pairs, parse
from repository.settings import Settings
from vocabularies.terms import Terms

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_FORM: Final = "application/x-www-form-urlencoded"
_WORTH_PACKING: Final = 1000
_LEVEL: Final = 1
"""Level 1 packs a page seven times smaller in a third of the time of the usual level 6, which makes it nine."""
_HEADERS: Final = {
    "Content-Type": "text/xml; charset=utf-8",
    "Vary": "Accept, Accept-Encoding",
    "Cache-Control": "no-store",
}
"""An answer may be another at any moment, so nobody should keep it."""

_BUSY: Final = "Too many requests are being answered at this moment; please come back in {seconds} seconds."
_AT_ONCE: Final = 3
"""Requests that one process answers at once: one thread fewer than it has, which is left for people."""

_ERROR: Final = re.compile(rb'<error code="(\w+)"')


class Whole(Response):
    """An answer whose bytes are all there, handed to the server as a list of one.

    Servers send such a list at once, and what iterates over it piece by piece: another 0.1 ms for a page.
    """

    def get_app_iter(self, environ: "WSGIEnvironment") -> Iterable[bytes]:
        return () if environ["REQUEST_METHOD"] == "HEAD" else [self.get_data()]


class Services(Protocol):
    """What the provider takes from the composition root."""

    @property
    def catalogue(self) -> Catalogue: ...

    @property
    def settings(self) -> Settings: ...

    @property
    def base_url(self) -> str: ...

    @property
    def terms(self) -> Callable[[], Terms]: ...

    @property
    def now(self) -> Callable[[], datetime]: ...

    @property
    def secret(self) -> Callable[[], bytes]: ...

    @property
    def partners(self) -> Callable[[], Sequence[Source]]: ...


def blueprint(services: Services) -> Blueprint:
    """The provider's addresses, answering from `services`: /oai, and /oai.xml, which is XML for browsers too."""
    settings = services.settings
    provider = Provider(
        catalogue=services.catalogue,
        settings=settings,
        base_url=services.base_url + "oai",
        terms=services.terms,
        clock=services.now,
        read_secret=services.secret,
        sources=services.partners,
        home=services.base_url,
    )
    gate = Gate(_AT_ONCE, settings.oai_at_once)
    log = AccessLog(settings.data / FILE) if settings.oai_log == "yes" else None
    proxies = settings.trusted_proxies.split()
    oai = Blueprint("oai", __name__)

    def respond(for_people: bool) -> Response:
        began = time.perf_counter()
        client = client_of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), proxies)
        with gate.passing(client if is_one(client, proxies) else "") as let_in:
            asked = parse(pairs(_query(for_people), _form()))
            speaking = _in(provider, g.language) if for_people else provider
            told = answer(speaking, asked) if let_in else Told()
        response = (
            (_page(told.body, provider.base_url) if for_people else _packed(told.body))
            if let_in
            else _turned_away(settings)
        )
        if log is not None:
            took = (time.perf_counter() - began) * 1000
            log.write(_line(provider, asked, client, told, response.status_code, took))
        return response

    @oai.route("/oai", methods=["GET", "POST"], provide_automatic_options=False)
    def negotiated() -> Response:
        return respond(page.is_for_people(request.headers.get("Accept", ""), request.headers.get("Sec-Fetch-Dest", "")))

    @oai.route("/oai.xml", methods=["GET", "POST"], provide_automatic_options=False)
    def plain() -> Response:
        return respond(False)

    return oai


def _in(provider: Provider, language: str) -> Provider:
    """The provider, telling errors in a reader's language."""
    return replace(provider, settings=replace(provider.settings, default_language=language))


def _query(for_people: bool) -> bytes:
    """The query as it came; the language that a reader chose is none of the protocol's arguments."""
    if not for_people:
        return request.query_string
    parts = request.query_string.split(b"&")
    return b"&".join(part for part in parts if not part.startswith(b"lang="))


def _form() -> bytes:
    if request.method != "POST" or request.mimetype != _FORM:
        return b""
    request.max_content_length = LARGEST_FORM
    return request.get_data(cache=False)


def _packed(body: bytes) -> Response:
    """The answer, compressed for those who accept it."""
    if len(body) < _WORTH_PACKING or request.accept_encodings.best_match(("identity", "gzip")) != "gzip":
        return Whole(body, headers=_HEADERS)
    return Whole(gzip.compress(body, _LEVEL, mtime=0), headers={**_HEADERS, "Content-Encoding": "gzip"})


def _page(body: bytes, base_url: str) -> Response:
    """The answer as a page in the reader's language; without a verb it explains the service."""
    shown = page.read(body, g.language)
    response = Response(_rendered(shown, base_url))
    response.headers["Cache-Control"] = "no-store"
    response.vary.update(("Accept", "Accept-Language", "Sec-Fetch-Dest"))
    return response


def _rendered(shown: page.Shown, base_url: str) -> str:
    start = not _query(for_people=True)
    return render_template("oai.html", shown=shown, query=page.query, start=start, site_oai=base_url)


def _turned_away(settings: Settings) -> Response:
    """503, which harvesters understand: they wait and ask again. Source: OAI-PMH 2.0 section 3.1.2.2."""
    words = translate(_BUSY, settings.default_language, seconds=RETRY_AFTER)
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    return Response(f"{words}\n", 503, content_type="text/plain; charset=utf-8", headers=headers)


def _line(provider: Provider, asked: Request, client: str, told: Told, status: int, took: float) -> Line:
    place = told.place
    error = _ERROR.search(told.body, 0, 2000)
    return Line(
        at=provider.moment(),
        client=client,
        verb=asked.verb or "",
        prefix=shortened(place.prefix if place else asked.prefix),
        set=shortened(place.set_spec if place else asked.set_spec),
        since=place.earliest if place else asked.earliest or "",
        until=place.latest if place else asked.latest or "",
        identifier=shortened(asked.identifier),
        cursor=place.cursor if place else 0,
        count=told.records,
        error=error.group(1).decode() if error else "",
        status=status,
        bytes=len(told.body),
        ms=round(took, 2),
    )
