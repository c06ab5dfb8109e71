"""Answers made ready for a picture: which column holds numbers, which countries, and what things are called. Pure."""

from itertools import islice
from typing import Any, BinaryIO, Final

import pyoxigraph as ox
from markupsafe import Markup

from repository.messages import translate
from repository.namespaces import COUNTRY, PREFIXES
from sparql.endpoint import drawings
from sparql.endpoint.drawings import Bar, Edge
from vocabularies.terms import Terms

TOO_MANY: Final = "There are too many rows to draw; group them in the query, so that there are {most} at most."
NO_DRAWING: Final = {
    "chart": "There is nothing to draw: a chart needs a column of numbers.",
    "map": "There is nothing to draw: a map needs a column of countries and a column of numbers.",
}


def chart(rows: list[Any], names: tuple[str, ...], terms: Terms, language: str) -> Markup:
    """Bars of the first column of numbers, labelled by the columns of words before it."""
    place = _numbers(rows, len(names))
    if place is None:
        return Markup("")
    held = []
    for row in rows:
        words = [_word(row[other], terms, language) for other in range(place)]
        held.append(Bar(" · ".join(filter(None, words)) or "–", _number(row[place]) or 0.0))
    return drawings.bars(held, names[place])


def map_of_countries(rows: list[Any], names: tuple[str, ...], terms: Terms, language: str) -> Markup:
    """The first column of numbers by the first column that holds countries, as their addresses or their names."""
    place = _numbers(rows, len(names))
    codes = {concept.iri: concept.iri.removeprefix(COUNTRY) for concept in terms.in_scheme("country")}
    named = {text.value: codes[each.iri] for each in terms.in_scheme("country") for text in each.pref_label}
    values: dict[str, float] = {}
    for row in rows:
        for term in row:
            code = codes.get(getattr(term, "value", "")) or named.get(getattr(term, "value", ""))
            if code and place is not None:
                values[code] = values.get(code, 0.0) + (_number(row[place]) or 0.0)
                break
    if not values or place is None:
        return Markup("")
    shown = {codes[each.iri]: _label(each.iri, terms, language) for each in terms.in_scheme("country")}
    return drawings.tiles(values, shown, names[place])


def graph(file: BinaryIO, terms: Terms, language: str) -> Markup:
    """The statements between things of a graph in Turtle, the first thousand; literals stand in the text."""
    quads = ox.parse(file, ox.RdfFormat.TURTLE)
    named = [quad for quad in islice(quads, 20_000) if isinstance(quad.object, ox.NamedNode)]
    edges = [
        Edge(*(_label(each.value, terms, language) for each in (quad.subject, quad.predicate, quad.object)))
        for quad in named[:1000]
    ]
    return drawings.network(edges, translate("The graph of the answer", language))


def _numbers(rows: list[Any], width: int) -> int | None:
    """The first column in which every value is a number, and there is one."""
    for place in range(width):
        held = [row[place] for row in rows if row[place] is not None]
        if held and all(_number(each) is not None for each in held):
            return place
    return None


def _number(term: Any) -> float | None:
    if not isinstance(term, ox.Literal) or not term.datatype.value.startswith(PREFIXES["xsd"]):
        return None
    if term.datatype.value in (PREFIXES["xsd"] + "string", PREFIXES["xsd"] + "boolean"):
        return None
    try:
        return float(term.value)
    except ValueError:
        return None


def _word(term: Any, terms: Terms, language: str) -> str:
    if term is None:
        return ""
    return _label(term.value, terms, language) if isinstance(term, ox.NamedNode) else str(term.value)


def _label(iri: str, terms: Terms, language: str) -> str:
    """What a thing is called: the name of a term, else the end of its address."""
    concept = terms.concept(iri)
    name = next((text.value for text in concept.pref_label if text.language == language), "") if concept else ""
    return name or iri.rstrip("/").rsplit("/", 1)[-1].rsplit("#", 1)[-1] or iri
