"""Answers on the wire: freshness, compression, and the headers that keep pages safe. Source: RFC 9110."""

import gzip
import re
from collections.abc import Callable
from hashlib import blake2b
from typing import Final

from flask import Flask, Response, g, make_response, request
from flask.typing import ResponseReturnValue

from repository.web import assets
from repository.web.needs import Services

_SMALLEST: Final = 600
_LARGEST: Final = 8_000_000
_COMPRESSED: Final = (
    "text/",
    "application/json",
    "application/ld+json",
    "application/rdf+xml",
    "application/n-triples",
    "image/svg+xml",
)
POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_COMPLETING: Final = re.compile(r"/(?:fr|pt|en)/vocabulary/[^/]+/?")
"""Pages whose search completes what is typed, by a script of ours that asks this server."""

COMPLETING_POLICY: Final = f"{POLICY}; script-src 'self'; connect-src 'self'"
_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Content-Security-Policy": POLICY,
}


def install(app: Flask) -> None:
    """Compress and protect every answer that has not seen to it itself."""

    @app.after_request
    def finish(response: Response) -> Response:
        if _COMPLETING.fullmatch(request.path):
            response.headers["Content-Security-Policy"] = COMPLETING_POLICY
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        return compressed(response)


def compressed(response: Response) -> Response:
    """The answer with its body compressed by gzip, where the client takes that and it is worth the work."""
    kind = response.mimetype or ""
    if not kind.startswith(_COMPRESSED) or response.is_streamed or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] <= 0 or response.status_code in (206, 304):
        return response
    body = response.get_data()
    if _SMALLEST < len(body) < _LARGEST:
        response.set_data(gzip.compress(body, 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def fresh(services: Services, render: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """A page with its ETag, or 304 without rendering it where the reader has it already.

    What a page shows depends on the change feed, the search index, the state of links, clusters and dumps and its own
    address, and on nothing else.
    """
    state = (
        assets.look(),
        services.catalogue.epoch(),
        services.catalogue.newest(),
        services.search.stamp(),
        services.links.stamp(),
        services.duplicates.stamp(),
        services.dumps.stamp(),
        services.terms().version,
        services.settings,
        services.base_iri,
        request.full_path,
        request.script_root,
        g.language,
    )
    tag = blake2b(repr(state).encode("utf-8", "replace"), digest_size=12).hexdigest()
    response = Response(status=304) if request.if_none_match.contains_weak(tag) else make_response(render())
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = "no-cache"
    return response


def see_other(path: str) -> Response:
    """The way from an object to a page about it (303), which depends on what was asked for."""
    response = Response(status=303, headers={"Location": path})
    response.vary.update(("Accept", "Accept-Language"))
    return response
