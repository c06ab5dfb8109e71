"""The files of dumps and releases, and what is said of each: `/dataset/release/3`, its `/mutualis.nq.gz` below."""

from typing import Final, cast

from flask import Blueprint, Response, redirect, request, send_from_directory
from flask.typing import ResponseReturnValue

from repository.errors import PageNotFound
from repository.web import graphs
from repository.web.language import addresses
from repository.web.needs import Services
from repository.web.objects import graph
from sparql import catalogue
from sparql.dumps import FILES, SUMS, Dump, Kind, NoSuchRelease, iri

_FOR_EVER: Final = 31_536_000


def blueprint(services: Services) -> Blueprint:
    """Below `/dataset/dump` and `/dataset/release`; `/void` and `/.well-known/void` lead to the description of all."""
    files = Blueprint("files", __name__)

    @files.get("/dataset/<any(dump, release):kind>/<name>")
    def dump(kind: str, name: str) -> ResponseReturnValue:
        stem, dot, extension = name.partition(".")
        found = _found(services, kind, stem)
        to = addresses()
        page = to.page("data") + (f"#release-{stem}" if kind == "release" else "")
        lines = catalogue.of_dump(found, services.about())
        return graph(extension if dot else "", lambda: lines, page, to.neutral(found.path), graphs.DCAT_AP)

    @files.get("/dataset/<any(dump, release):kind>/<name>/<file>")
    def file(kind: str, name: str, file: str) -> ResponseReturnValue:
        found = _found(services, kind, name)
        if file not in (*FILES, SUMS):
            raise PageNotFound(path=request.path)
        packed = FILES.get(file, ("", "text/plain; charset=utf-8"))[1]
        folder = services.dumps.folder(found.kind, found.name).resolve()
        age = _FOR_EVER if found.kind == "release" else None
        response: Response = send_from_directory(folder, file, mimetype=packed, conditional=True, max_age=age)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Link"] = f'<{iri(found)}>; rel="describedby"'
        return response

    @files.get("/void")
    @files.get("/.well-known/void")
    def void() -> ResponseReturnValue:
        return redirect(addresses().neutral("dataset.ttl"), 303)

    return files


def _found(services: Services, kind: str, name: str) -> Dump:
    try:
        return services.dumps.get(cast(Kind, kind), name)
    except NoSuchRelease:
        raise PageNotFound(path=request.path) from None
