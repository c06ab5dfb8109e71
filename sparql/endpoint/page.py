"""The query page for people: a form, examples, and answers as table or picture, all written by the server.

A script makes an editor of the form's field where it can; without it nothing is missing but its comfort.
"""

import json
from itertools import islice
from typing import Any, Final, NamedTuple

import pyoxigraph as ox
from flask import Response, g, make_response, render_template, request
from markupsafe import Markup

from repository.errors import MutualisError
from repository.messages import tell_reader, translate
from repository.web import assets
from sparql import results
from sparql.endpoint import pictures, presence, protocol
from sparql.endpoint.protocol import Services
from sparql.endpoint.snippets import snippets
from sparql.examples import examples
from sparql.query import Answer

ROWS_SHOWN: Final = 200
_BYTES_SHOWN: Final = 20_000
_FEWEST_LINES: Final = 8
_MOST_LINES: Final = 32
_READ_HERE: Final = "application/sparql-results+json, text/turtle"
_HTML: Final = ("text/html", "application/xhtml+xml")
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The editor's library sets styles on its elements; scripts come from this server alone."""


class Cell(NamedTuple):
    """A value in the table: its text, its address if it is one, its language or datatype."""

    text: str
    address: str = ""
    note: str = ""


class Shown(NamedTuple):
    """A result on the page: a table, a graph's text, or yes and no; `rows` is how many there are in all. `drawing` is
    the picture that was asked for, and `missing` why there is none."""

    rows: int
    variables: tuple[str, ...] = ()
    table: tuple[list[Cell | None], ...] = ()
    text: str = ""
    verdict: bool | None = None
    whole: bool = True
    drawing: Markup = Markup("")
    missing: str = ""
    version: str = ""


class Place(NamedTuple):
    """Where an error is: the line of the query, and the column from 1."""

    line: str
    column: int


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
        return _page(services, asked.text, asked.view, shown=_ask(services, asked))
    except MutualisError as error:
        language = protocol.language(request, services.settings.default_language)
        response = _page(
            services, asked.text, asked.view, problem=tell_reader(error, language), place=_place(error, asked.text)
        )
        response.status_code = error.status
        return response


def _place(error: MutualisError, text: str) -> Place | None:
    """The line that an error names, so that it can be pointed at."""
    line, column = error.values.get("line"), error.values.get("column")
    lines = text.splitlines()
    if not isinstance(line, int) or not isinstance(column, int) or not 0 < line <= len(lines):
        return None
    return Place(lines[line - 1][:400], min(column, 400))


def _ask(services: Services, asked: protocol.Asked) -> Shown:
    client = protocol.client(request, services.settings)
    question = protocol.question(asked, _READ_HERE, services, client, presence.watching(request.environ))
    answer = services.answer_query(question)
    language = protocol.language(request, services.settings.default_language)
    with answer.file:
        if question.format.kind == "results":
            return _table(answer, asked.view, services, language)
        text = answer.file.read(_BYTES_SHOWN).decode("utf-8", "ignore")
        shown = Shown(answer.rows, text=text, whole=answer.size <= _BYTES_SHOWN, version=answer.version)
        if asked.view != "graph":
            return shown
        answer.file.seek(0)
        return shown._replace(drawing=pictures.graph(answer.file, services.terms(), language))


def _table(answer: Answer, view: str, services: Services, language: str) -> Shown:
    found: Any = ox.parse_query_results(answer.file, ox.QueryResultsFormat.JSON)
    if isinstance(found, ox.QueryBoolean):
        return Shown(1, verdict=bool(found), version=answer.version)
    names = tuple(variable.value for variable in found.variables)
    held = list(islice(found, ROWS_SHOWN))
    table = tuple([_cell(term) for term in row] for row in held)
    shown = Shown(answer.rows, names, table, whole=answer.rows <= ROWS_SHOWN, version=answer.version)
    if view not in ("chart", "map"):
        return shown
    if not shown.whole:  # a picture of the first rows would be taken for one of all
        return shown._replace(missing=translate(pictures.TOO_MANY, language, most=ROWS_SHOWN))
    draw = pictures.chart if view == "chart" else pictures.map_of_countries
    drawing = draw(held, names, services.terms(), language)
    missing = "" if drawing else translate(pictures.NO_DRAWING[view], language)
    return shown._replace(drawing=drawing, missing=missing)


def _cell(term: Any) -> Cell | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        web = term.value.startswith(("http://", "https://"))
        return Cell(term.value, term.value if web else "")
    if isinstance(term, ox.Literal):
        return Cell(term.value, note=term.language or "")
    return Cell(str(term))


def _link(services: Services) -> str:
    """The short link under which the page was opened, "" for none."""
    given = request.view_args or {}
    name = given.get("name", "")
    return f"{services.base_iri}sparql/q/{name}" if name else ""


def _page(
    services: Services,
    text: str,
    view: str = "",
    *,
    shown: Shown | None = None,
    problem: str = "",
    place: Place | None = None,
) -> Response:
    language = protocol.language(request, services.settings.default_language)
    graph = bool(shown and shown.text)
    html = render_template(
        "sparql.html",
        query=text,
        shown=shown,
        problem=problem,
        place=place,
        rows_shown=ROWS_SHOWN,
        examples=[(each.name, each.titles[language].replace("'", "’")) for each in examples()],
        formats=[*(each.name for each in results.FORMATS), "xlsx"],
        view=view,
        snippets=snippets(text, f"{services.base_iri}sparql", graph=graph) if shown else (),
        link=_link(services),
        lines=min(max(text.count("\n") + 2, _FEWEST_LINES), _MOST_LINES),
        limits=services.settings,
        editor=assets.has_package("yasqe.min.js"),
        words=json.dumps({"copy": translate("Copy", language), "copied": translate("Copied", language)}),
        reader=language,
    )
    response = make_response(html)
    response.headers["Content-Language"] = language
    response.headers["Content-Security-Policy"] = _POLICY
    g.language = language
    return response
