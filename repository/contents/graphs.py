"""RDF in any syntax: the graph of one resource, or a graph that is taken apart because it describes several."""

from collections.abc import Iterator
from typing import Any, Final

import pyoxigraph as ox

from repository.contents.piece import NotRecognised, Piece
from repository.formats import graph, rdf_reading
from repository.namespaces import expand

_TYPE: Final = expand("rdf:type")
_RESOURCE: Final = frozenset(
    expand(name) for name in ("schema:LearningResource", "schema:Course", "schema:CreativeWork", "dcat:Dataset")
) | {"https://schema.org/LearningResource", "https://schema.org/Course", "https://schema.org/CreativeWork"}


def pieces(data: bytes) -> Iterator[Piece]:
    """A graph, taken apart where it describes several resources."""
    triples = graph.parse(data)
    about: dict[Any, list[graph.Triple]] = {}
    for triple in triples:
        about.setdefault(triple[0], []).append(triple)
    named = [subject for subject, held in about.items() if any(_is_resource(each) for each in held)]
    pointed = {each[2] for each in triples}
    roots = [each for each in named if each not in pointed] if len(named) > 1 else named
    if len(roots) <= 1:
        if not triples:
            raise NotRecognised
        yield Piece(place="the graph", received=data, format="rdf", read=rdf_reading.read)
        return
    for subject in roots:
        lines = "".join(f"{s} <{p}> {o} .\n" for s, p, o in _closure(subject, about, frozenset(roots)))
        yield Piece(place=str(subject), received=lines.encode(), format="ntriples", read=rdf_reading.read_ntriples)


def _is_resource(triple: graph.Triple) -> bool:
    return triple[1] == _TYPE and isinstance(triple[2], ox.NamedNode) and triple[2].value in _RESOURCE


def _closure(subject: Any, about: dict[Any, list[graph.Triple]], roots: frozenset[Any]) -> Iterator[graph.Triple]:
    """All statements about a node and about what it leads to, short of the other resources."""
    seen, waiting = {subject}, [subject]
    while waiting:
        for triple in about.get(waiting.pop(), ()):
            yield triple
            if triple[2] not in seen and triple[2] not in roots and not isinstance(triple[2], ox.Literal):
                seen.add(triple[2])
                waiting.append(triple[2])
