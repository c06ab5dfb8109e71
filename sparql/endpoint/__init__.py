"""The SPARQL 1.1 query endpoint over HTTP, at /sparql. Source: SPARQL 1.1 Protocol (W3C, 2013)."""

import zlib
from collections.abc import Iterator
from typing import Final

from flask import Blueprint, Response, make_response, request

from repository.errors import MutualisError
from repository.messages import tell_reader
from sparql import description, results
from sparql.endpoint import page, protocol
from sparql.endpoint.protocol import Services
from sparql.errors import WrongMethod
from sparql.query import Answer

_METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
_REFUSED_METHODS: Final = ("PUT", "DELETE", "PATCH")
_WORTH_COMPRESSING: Final = 1024
_RETRY: Final = "seconds"


def blueprint(services: Services) -> Blueprint:
    """The endpoint's routes; everything else it needs comes with `services`."""
    made = Blueprint("sparql", __name__)

    @made.route("/sparql", methods=_METHODS + _REFUSED_METHODS, provide_automatic_options=False)
    def sparql() -> Response:
        try:
            return _answered(services)
        except MutualisError as error:
            return _told(error, services.settings.default_language)

    @made.after_request
    def finish(response: Response) -> Response:
        """Every browser may ask from any page, and none may guess what an answer is. Source: Fetch (CORS)."""
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "Content-Length, Content-Type, Retry-After, X-Rows"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-cache")
        response.vary.update(("Accept", "Accept-Encoding", "Accept-Language"))
        return response

    return made


def _answered(services: Services) -> Response:
    if request.method == "OPTIONS":
        return _preflight()
    if request.method in _REFUSED_METHODS:
        raise WrongMethod(method=request.method)
    accept = request.headers.get("Accept", "")
    for_people = page.is_wanted(accept)
    if protocol.is_bare(request):
        return page.empty(services) if for_people else _description(services, accept)
    asked = protocol.read(request)
    if for_people and not asked.format:
        return page.answered(services, asked)
    return _sent(services.answer_query(protocol.question(asked, accept, services, request.remote_addr or "")))


def _sent(answer: Answer) -> Response:
    """The spooled answer: its status is true, since the whole of it is there before the first byte leaves."""
    if request.method == "HEAD":
        answer.file.close()
        return Response(headers={"Content-Type": answer.format.content_type, "Content-Length": str(answer.size)})
    compressed = answer.size >= _WORTH_COMPRESSING and request.accept_encodings.quality("gzip") > 0
    response = Response(_gzipped(answer.chunks()) if compressed else answer.chunks())
    response.headers["Content-Type"] = answer.format.content_type
    response.headers["X-Rows"] = str(answer.rows)
    if compressed:
        response.headers["Content-Encoding"] = "gzip"
    else:
        response.headers["Content-Length"] = str(answer.size)
    response.call_on_close(answer.file.close)
    return response


def _gzipped(chunks: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(5, zlib.DEFLATED, 31)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()


def _description(services: Services, accept: str) -> Response:
    form = results.negotiate(accept, "graph")
    response = make_response(description.service(services.base_iri, form))
    response.headers["Content-Type"] = form.content_type
    return response


def _preflight() -> Response:
    response = Response(status=204)
    response.headers["Allow"] = ", ".join(_METHODS)
    response.headers["Access-Control-Allow-Methods"] = ", ".join(_METHODS)
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _told(error: MutualisError, default: str) -> Response:
    """An error as one sentence in the reader's language."""
    language = protocol.language(request, default)
    response = Response(
        tell_reader(error, language) + "\n", status=error.status, content_type="text/plain; charset=utf-8"
    )
    response.headers["Content-Language"] = language
    if error.status == WrongMethod.status:
        response.headers["Allow"] = ", ".join(_METHODS)
    if _RETRY in error.values and error.status == 503:
        response.headers["Retry-After"] = str(error.values[_RETRY])
    return response
