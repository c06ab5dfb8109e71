"""Whole graphs over HTTP, for reading, at /sparql/graphs. Source: SPARQL 1.1 Graph Store HTTP Protocol (W3C, 2013)."""

from typing import Final

from flask import request

from repository.profile import forms
from sparql import admission, results
from sparql.endpoint import presence, protocol
from sparql.endpoint.protocol import Services
from sparql.errors import BadGraphAddress, NoSuchGraph, OneGraph, ReadOnlyGraphs
from sparql.query import Answer, Question

METHODS: Final = ("GET", "HEAD", "OPTIONS")
REFUSED: Final = ("PUT", "POST", "DELETE", "PATCH")
_WHOLE: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def read(services: Services) -> tuple[Question, Answer]:
    """The graph that a request names, and the question that gave it. Raises the errors of `sparql.errors`.

    A graph without statements is no graph: the store keeps none. Source: section 5.2.
    """
    if request.method in REFUSED:
        raise ReadOnlyGraphs(method=request.method)
    name = _named()
    question = _question(name, services)
    answer = services.answer_query(question)
    if not answer.rows and name:
        answer.file.close()
        raise NoSuchGraph(graph=name)
    return question, answer


def _named() -> str:
    """The IRI of the graph that is asked for, "" for the default graph. Source: section 4.2."""
    graphs, default = request.args.getlist("graph"), "default" in request.args
    if len(graphs) + default != 1:
        raise OneGraph
    if graphs and forms.absolute_iri(graphs[0]) != graphs[0]:
        raise BadGraphAddress(value=graphs[0][:200], parameter="graph")
    return graphs[0] if graphs else ""


def _question(name: str, services: Services) -> Question:
    """All statements of a graph: the protocol's dataset names it, so that no IRI is written into a query."""
    form = results.negotiate(request.headers.get("Accept", ""), "graph")
    return Question(
        text=_WHOLE,
        form="CONSTRUCT",
        format=form,
        base_iri=services.base_iri,
        default_graphs=(name,) if name else None,
        key=admission.key(_WHOLE),
        client=protocol.client(request, services.settings),
        wanted=presence.watching(request.environ),
    )
