"""The query page for people: a form, examples and a table, all written by the server."""

from itertools import islice
from typing import Any, Final, NamedTuple

import pyoxigraph as ox
from flask import Response, make_response, render_template, request

from repository.errors import MutualisError
from repository.messages import tell_reader
from sparql import results
from sparql.endpoint import presence, protocol
from sparql.endpoint.protocol import Services
from sparql.examples import examples

ROWS_SHOWN: Final = 200
_BYTES_SHOWN: Final = 20_000
_FEWEST_LINES: Final = 8
_MOST_LINES: Final = 32
_READ_HERE: Final = "application/sparql-results+json, text/turtle"
_HTML: Final = ("text/html", "application/xhtml+xml")


class Cell(NamedTuple):
    """A value in the table: its text, its address if it is one, its language or datatype."""

    text: str
    address: str = ""
    note: str = ""


class Shown(NamedTuple):
    """A result on the page: a table, a graph's text, or yes and no; `rows` is how many there are in all."""

    rows: int
    variables: tuple[str, ...] = ()
    table: tuple[list[Cell | None], ...] = ()
    text: str = ""
    verdict: bool | None = None
    whole: bool = True


def is_wanted(accept: str) -> bool:
    """Whether a browser asks: HTML is wanted at least as much as any form that SPARQL gives."""
    wanted = results.ranges(accept)
    asked = dict(wanted)
    html = max((asked.get(name, 0.0) for name in _HTML), default=0.0)
    return html > 0 and all(html >= results.quality_of(each.media_type, wanted) for each in results.FORMATS)


def empty(services: Services) -> Response:
    """The page before a question; `?example=NAME` fills in one of those that are shipped."""
    name = request.args.get("example", "")
    chosen = next((each.text for each in examples() if each.name == name), None)
    return _page(services, chosen or examples()[0].text)


def answered(services: Services, asked: protocol.Asked) -> Response:
    """The page with a question and its answer, or with what is wrong with it, under the status of the error."""
    try:
        return _page(services, asked.text, shown=_ask(services, asked))
    except MutualisError as error:
        language = protocol.language(request, services.settings.default_language)
        response = _page(services, asked.text, problem=tell_reader(error, language))
        response.status_code = error.status
        return response


def _ask(services: Services, asked: protocol.Asked) -> Shown:
    question = protocol.question(
        asked, _READ_HERE, services, request.remote_addr or "", presence.watching(request.environ)
    )
    answer = services.answer_query(question)
    with answer.file:
        if question.format.kind == "results":
            return _table(ox.parse_query_results(answer.file, ox.QueryResultsFormat.JSON), answer.rows)
        text = answer.file.read(_BYTES_SHOWN).decode("utf-8", "ignore")
        return Shown(answer.rows, text=text, whole=answer.size <= _BYTES_SHOWN)


def _table(found: Any, rows: int) -> Shown:
    if isinstance(found, ox.QueryBoolean):
        return Shown(1, verdict=bool(found))
    table = tuple([_cell(term) for term in row] for row in islice(found, ROWS_SHOWN))
    return Shown(rows, tuple(variable.value for variable in found.variables), table, whole=rows <= ROWS_SHOWN)


def _cell(term: Any) -> Cell | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        web = term.value.startswith(("http://", "https://"))
        return Cell(term.value, term.value if web else "")
    if isinstance(term, ox.Literal):
        return Cell(term.value, note=term.language or "")
    return Cell(str(term))


def _page(services: Services, text: str, shown: Shown | None = None, problem: str = "") -> Response:
    language = protocol.language(request, services.settings.default_language)
    html = render_template(
        "sparql.html",
        query=text,
        shown=shown,
        problem=problem,
        rows_shown=ROWS_SHOWN,
        examples=[(each.name, each.titles[language].replace("'", "’")) for each in examples()],
        formats=[each.name for each in results.FORMATS],
        lines=min(max(text.count("\n") + 2, _FEWEST_LINES), _MOST_LINES),
        limits=services.settings,
        reader=language,
    )
    response = make_response(html)
    response.headers["Content-Language"] = language
    return response
