"""The SPARQL 1.1 query endpoint over HTTP, at /sparql. Source: SPARQL 1.1 Protocol (W3C, 2013)."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import wraps
from typing import Final

from flask import Blueprint, Response, make_response, request

from repository.errors import MutualisError
from repository.messages import tell_reader
from sparql import description, results
from sparql.admission import MOST_CHARACTERS
from sparql.endpoint import around, graph_store, page, presence, protocol, sheet
from sparql.endpoint.protocol import Services
from sparql.errors import WrongMethod
from sparql.query import Answer, Question

_METHODS: Final = ("GET", "HEAD", "POST", "OPTIONS")
_REFUSED_METHODS: Final = ("PUT", "DELETE", "PATCH")
_WORTH_COMPRESSING: Final = 1024
_RETRY: Final = "seconds"
_EXPOSED: Final = "Content-Length, Content-Type, ETag, Link, Retry-After, X-Data-Version, X-Limits, X-Rows"


def blueprint(services: Services) -> Blueprint:
    """The endpoint's routes; everything else it needs comes with `services`."""
    made = Blueprint("sparql", __name__)

    def answering(view: Callable[..., Response], methods: Sequence[str] = _METHODS) -> Callable[..., Response]:
        """The view with its errors told as the endpoint tells them."""

        @wraps(view)
        def answer(**values: str) -> Response:
            try:
                return view(services, **values)
            except MutualisError as error:
                return _told(error, services.settings.default_language, methods)

        return answer

    for rule, view, methods, refused in (
        ("/sparql", _answered, _METHODS, _REFUSED_METHODS),
        ("/sparql/graphs", _graph, graph_store.METHODS, graph_store.REFUSED),
        ("/sparql/links", around.linked, ("POST",), ()),
        ("/sparql/q/<name>", _of_link, ("GET", "HEAD"), ()),
        ("/sparql/completions.json", around.completions, ("GET", "HEAD"), ()),
        ("/sparql/examples", around.examples_themselves, ("GET", "HEAD"), ()),
        ("/sparql/examples/<name>", around.examples_themselves, ("GET", "HEAD"), ()),
    ):
        made.add_url_rule(
            rule,
            rule.strip("/").replace("/", "-").replace(".", "-"),
            answering(view, methods),
            methods=[*methods, *refused],
            provide_automatic_options=False,
        )

    @made.after_request
    def finish(response: Response) -> Response:
        """Every browser may ask from any page, and none may guess what an answer is. Source: Fetch (CORS)."""
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = _EXPOSED
        response.headers["X-Limits"] = _limits(services)
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
    return _answer(services, asked)


def _graph(services: Services) -> Response:
    """A whole graph by the Graph Store Protocol."""
    if request.method == "OPTIONS":
        return _preflight(graph_store.METHODS)
    question, answer = graph_store.read(services)
    return _tagged(_sent(answer), question, answer)


def _of_link(services: Services, name: str) -> Response:
    """What a short link stands for: the page for people, the answer for programs."""
    asked = protocol.Asked(
        text=services.short_links.read(name),
        default_graphs=None,
        named_graphs=None,
        format=request.args.get("format", ""),
        view=request.args.get("view", ""),
    )
    if page.is_wanted(request.headers.get("Accept", "")) and not asked.format:
        return page.answered(services, asked)
    return _answer(services, asked)


def _answer(services: Services, asked: protocol.Asked) -> Response:
    """The answer for a program, in the form that it wants."""
    accept = request.headers.get("Accept", "")
    if asked.format == "xlsx":
        return sheet.workbook(services, asked)
    client = protocol.client(request, services.settings)
    question = protocol.question(asked, accept, services, client, presence.watching(request.environ))
    if _is_known(tag := protocol.tag(question, services.data_version())):
        return Response(status=304, headers={"ETag": tag})
    answer = services.answer_query(question)
    response = _tagged(_sent(answer), question, answer)
    response.headers["Link"] = protocol.links(asked, services.base_iri)
    if asked.format:
        response.headers["Content-Disposition"] = f'inline; filename="{protocol.file_name(answer)}"'
    return response


def _tagged(response: Response, question: Question, answer: Answer) -> Response:
    """The answer with the names of what it was found in."""
    if tag := protocol.tag(question, answer.version):
        response.headers["ETag"] = tag
    if answer.version:
        response.headers["X-Data-Version"] = answer.version
    return response


def _is_known(tag: str) -> bool:
    """Whether the client has the answer that the same data would give again. Source: RFC 9110 section 13.1.2."""
    return bool(tag) and request.method in ("GET", "HEAD") and request.if_none_match.contains_weak(tag[3:-1])


def _sent(answer: Answer) -> Response:
    """The spooled answer: its status is true, since the whole of it is there before the first byte leaves."""
    if request.method == "HEAD":
        answer.file.close()
        head = {"Content-Type": answer.format.content_type, "Content-Length": str(answer.size)}
        return Response(headers={**head, "X-Rows": str(answer.rows)})
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
    response = make_response(description.service(services.base_iri, form, services.limits))
    response.headers["Content-Type"] = form.content_type
    return response


def _limits(services: Services) -> str:
    """What one query may cost, for programs: seconds, rows, bytes of the answer, characters of the query."""
    held = services.limits
    known = {"seconds": f"{held.seconds:g}", "rows": held.rows, "bytes": held.bytes}
    return "; ".join(f"{name}={value}" for name, value in {**known, "characters": MOST_CHARACTERS}.items())


def _preflight(methods: Sequence[str] = _METHODS) -> Response:
    response = Response(status=204)
    response.headers["Allow"] = ", ".join(methods)
    response.headers["Access-Control-Allow-Methods"] = ", ".join(methods)
    response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
    response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _told(error: MutualisError, default: str, methods: Sequence[str] = _METHODS) -> Response:
    """An error as one sentence in the reader's language."""
    language = protocol.language(request, default)
    response = Response(
        tell_reader(error, language) + "\n", status=error.status, content_type="text/plain; charset=utf-8"
    )
    response.headers["Content-Language"] = language
    if error.status == WrongMethod.status:
        response.headers["Allow"] = ", ".join(methods)
    if _RETRY in error.values and error.status in (429, 503):
        response.headers["Retry-After"] = str(error.values[_RETRY])
    return response
