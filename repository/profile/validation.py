"""SHACL validation behind one small function, so that the engine can be changed.

pyshifty is the engine: fast, and its W3C report names the property shape. pySHACL takes its place where
pyshifty cannot be imported, and is the second opinion in the tests.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any, Final

import pyoxigraph as ox

from repository.errors import MutualisError, UnreadableRecord
from repository.namespaces import PREFIXES
from repository.profile import forms
from repository.profile.spelling import XSD

Findings = tuple[tuple[str, str], ...]
"""(IRI of the node that is at fault, IRI of the shape that it breaks), sorted, each once."""

_SH: Final = PREFIXES["sh"]
_FOCUS, _SOURCE = ox.NamedNode(_SH + "focusNode"), ox.NamedNode(_SH + "sourceShape")


class NoShaclEngine(MutualisError):
    message = "No SHACL engine is installed; install pyshifty or pyshacl, then run the command again."


def shacl(data: bytes, shapes: bytes) -> Findings:
    """What a SHACL engine finds in `data` (Turtle, N-Triples or N-Quads) by the Turtle of `shapes`.

    The graphs of N-Quads are laid together. Both are bytes on purpose: an engine given text may take it for a
    path or an address and open it. Raises UnreadableRecord and NoShaclEngine.
    """
    for name, engine in ENGINES.items():
        try:
            module = import_module(name)
        except ImportError:
            continue
        return engine(module, well_typed(data), shapes)
    raise NoShaclEngine()


def shifty(module: ModuleType, data: bytes, shapes: bytes) -> Findings:
    """The findings of pyshifty: its quick way first, which says whether there are any but not of which shape."""
    validator = _prepared(module, shapes)
    if validator.validate_algebra(data=data, run_infer=False, minimum_severity="info").conforms:
        return ()
    result = validator.validate_w3c(data=data, run_infer=False)
    return _findings(ox.parse(result._report_ntriples.encode(), format=ox.RdfFormat.N_TRIPLES))


@lru_cache(maxsize=8)
def _prepared(module: ModuleType, shapes: bytes) -> Any:
    return module._shifty.PreparedValidator(shapes=shapes)


def pyshacl(module: ModuleType, data: bytes, shapes: bytes) -> Findings:
    """The findings of pySHACL."""
    rdflib = import_module("rdflib")
    parts = [rdflib.Graph().parse(data=each, format="turtle") for each in (data, shapes)]
    _, report, _ = module.validate(parts[0], shacl_graph=parts[1], inference="none")
    text = report.serialize(format="nt", encoding="utf-8")
    return _findings(ox.parse(text, format=ox.RdfFormat.N_TRIPLES))


ENGINES: Final[dict[str, Callable[[ModuleType, bytes, bytes], Findings]]] = {
    "shifty": shifty,
    "pyshacl": pyshacl,
}
"""Module to import -> engine, the preferred one first."""


def _findings(report: Any) -> Findings:
    focus: dict[Any, str] = {}
    source: dict[Any, str] = {}
    for quad in report:
        held = focus if quad.predicate == _FOCUS else source if quad.predicate == _SOURCE else None
        if held is not None:
            held[quad.subject] = quad.object.value
    return tuple(sorted({(focus[each], shape) for each, shape in source.items() if each in focus}))


def well_typed(data: bytes) -> bytes:
    """N-Triples in which no literal is ill-typed: an impossible xsd:date makes one engine stop.

    A literal whose form its datatype does not allow becomes a plain string, which every shape that asks for
    the datatype names as a fault.
    """
    triples = (ox.Triple(each.subject, each.predicate, _typed(each.object)) for each in _quads(data))
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _quads(data: bytes) -> list[Any]:
    """N-Quads holds N-Triples, and TriG holds Turtle: two parsers read all four."""
    reasons = []
    for syntax in (ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG):
        try:
            return list(ox.parse(data, format=syntax))
        except SyntaxError as error:
            reasons.append(str(error))
    raise UnreadableRecord(format="Turtle", reason=reasons[-1])


def _typed(term: Any) -> Any:
    if not isinstance(term, ox.Literal):
        return term
    right = _LEXICAL.get(term.datatype.value)
    return term if right is None or right(term.value) else ox.Literal(term.value)


_ZONE: Final = re.compile("(Z|[+-][0-9]{2}:[0-9]{2})$")


def _date_of(kind: str) -> Callable[[str], bool]:
    return lambda text: forms.date_type(_ZONE.sub("", text)) == kind


def _is_moment(text: str) -> bool:
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return re.match("[0-9]{4}-[0-9]{2}-[0-9]{2}T", text) is not None


_LEXICAL: Final[dict[str, Callable[[str], bool]]] = {
    XSD + "date": _date_of("date"),
    XSD + "gYearMonth": _date_of("gYearMonth"),
    XSD + "gYear": _date_of("gYear"),
    XSD + "dateTime": _is_moment,
    XSD + "duration": lambda text: forms.is_duration(text.removeprefix("-")),
    XSD + "nonNegativeInteger": lambda text: re.fullmatch("[+]?[0-9]+|-0+", text) is not None,
    XSD + "hexBinary": lambda text: re.fullmatch("([0-9a-fA-F]{2})*", text) is not None,
}
"""Datatype that the shapes ask for -> whether a text has its form."""
