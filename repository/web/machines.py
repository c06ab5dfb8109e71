"""Small answers for machines: health, the rules for robots, the mu: ontology."""

from typing import Final

from flask import Blueprint, Response, jsonify
from flask.typing import ResponseReturnValue

from repository.errors import MutualisError
from repository.profile import ontology
from repository.web import assets, graphs
from repository.web.language import addresses
from repository.web.needs import Services
from repository.web.objects import graph

_ROBOTS: Final = """User-agent: *
Disallow: /*/search?
Disallow: /sparql
Crawl-delay: 2
"""
"""Combinations of facets are without end, and every resource can be reached without them."""


def blueprint(services: Services) -> Blueprint:
    machines = Blueprint("machines", __name__)

    @machines.get("/healthz")
    def healthz() -> ResponseReturnValue:
        return health(services)

    @machines.get("/robots.txt")
    def robots() -> Response:
        return Response(_ROBOTS, content_type="text/plain; charset=utf-8")

    @machines.get("/favicon.ico")
    def favicon() -> ResponseReturnValue:
        return assets.static("favicon.svg")

    @machines.get("/ns")
    @machines.get("/ns.<extension>")
    def namespace(extension: str = "") -> Response:
        lines = graphs.lines(ontology.turtle())
        return graph(extension, lambda: lines, addresses().page("about"), addresses().neutral("ns"))

    return machines


def health(services: Services) -> ResponseReturnValue:
    """Whether the catalogue can be read, its newest change, and how many changes each projection is behind."""
    try:
        newest, (published, withdrawn) = services.catalogue.newest(), services.catalogue.totals()
    except MutualisError as error:
        return jsonify(status="unavailable", reason=error.public or str(error)), 503
    positions = {
        name: {"change": reached, "behind": None if reached is None else newest - reached}
        for name, reached in services.projections().items()
    }
    answer = jsonify(status="ok", newest=newest, published=published, withdrawn=withdrawn, projections=positions)
    answer.headers["Cache-Control"] = "no-store"
    return answer
