"""The forms that an answer can take: which one is wanted, and writing it under a limit.

Sources: SPARQL 1.1 Protocol section 2.1.6; Query Results JSON, XML, CSV and TSV; RFC 9110 section 12.5.1.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, Literal

import pyoxigraph as ox
from msgspec import Struct

from repository.errors import NotAcceptable
from repository.namespaces import PREFIXES

Kind = Literal["results", "graph"]


class Format(Struct, frozen=True):
    """One form of an answer: its short name, media type, the kind of answer it is for, the extension of its files, and
    what else asks for it."""

    name: str
    media_type: str
    kind: Kind
    extension: str
    aliases: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The header's value; text types say their charset."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


FORMATS: Final = (
    Format("json", "application/sparql-results+json", "results", "srj", ("application/json",)),
    Format("xml", "application/sparql-results+xml", "results", "srx", ("application/xml", "text/xml")),
    Format("csv", "text/csv", "results", "csv"),
    Format("tsv", "text/tab-separated-values", "results", "tsv"),
    Format("turtle", "text/turtle", "graph", "ttl", ("application/x-turtle",)),
    Format("ntriples", "application/n-triples", "graph", "nt", ("text/plain",)),
    Format("rdfxml", "application/rdf+xml", "graph", "rdf", ("application/xml", "text/xml")),
    Format("jsonld", "application/ld+json", "graph", "jsonld", ("application/json",)),
)
"""In the order of preference among equals: the first of a kind is what `*/*` gets."""

_RESULTS: Final = {
    "json": ox.QueryResultsFormat.JSON,
    "xml": ox.QueryResultsFormat.XML,
    "csv": ox.QueryResultsFormat.CSV,
    "tsv": ox.QueryResultsFormat.TSV,
}
_GRAPHS: Final = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


class Exceeded(Exception):
    """The answer has more rows or bytes than it may: the message names the unit."""


def kind_of(form: str) -> Kind:
    """Which kind of answer a query form has."""
    return "results" if form in ("SELECT", "ASK") else "graph"


def named(name: str, kind: Kind) -> Format | None:
    """The format of a short name ("csv") for a kind of answer, or None."""
    return next((each for each in FORMATS if each.name == name and each.kind == kind), None)


def demanded(name: str, kind: Kind) -> Format:
    """The format of a short name for a kind of answer. Raises NotAcceptable."""
    form = named(name, kind)
    if form is None:
        raise NotAcceptable(asked=name, offered=", ".join(each.name for each in FORMATS if each.kind == kind))
    return form


def negotiate(accept: str, kind: Kind) -> Format:
    """The format of `kind` that an Accept header wants most; an empty header wants anything.

    Raises NotAcceptable. Source: RFC 9110 section 12.5.1.
    """
    offered = [each for each in FORMATS if each.kind == kind]
    wanted = ranges(accept)
    best = max(offered, key=lambda each: _quality(each, wanted))
    if _quality(best, wanted) <= 0:
        raise NotAcceptable(asked=accept, offered=", ".join(each.media_type for each in offered))
    return best


def ranges(accept: str) -> list[tuple[str, float]]:
    """The media ranges of an Accept header with their quality (0 to 1); one that is none is passed over."""
    found = []
    for part in (accept.strip() or "*/*").split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        quality = next((each[2:].strip() for each in parameters if each.startswith("q=")), "1")
        if re.fullmatch(r"[01](\.\d{0,3})?", quality) and "/" in name:
            found.append((name, min(float(quality), 1.0)))
    return found


def quality_of(media_type: str, wanted: list[tuple[str, float]]) -> float:
    """How much a media type is wanted: by the most specific range that covers it."""
    major = media_type.partition("/")[0]
    held = dict(reversed(wanted))
    return next((held[name] for name in (media_type, f"{major}/*", "*/*") if name in held), 0.0)


def _quality(offered: Format, wanted: list[tuple[str, float]]) -> float:
    """An alias counts a little less than the name itself, so that a client that lists both gets the latter."""
    exact = quality_of(offered.media_type, wanted)
    asked = dict(wanted)
    by_alias = max((asked.get(alias, 0.0) for alias in offered.aliases), default=0.0)
    return max(exact, by_alias - 0.0005)


def write(results: Any, form: Format, output: BinaryIO, most_rows: int, most_bytes: int) -> tuple[int, int]:
    """Write an engine's results in a format; returns (rows or triples, bytes). Raises Exceeded.

    `results` are what pyoxigraph's `query` or `parse_query_results` gives, or an iterable of triples.
    Rows that bind no variable at all are not counted in JSON; the limit of bytes holds them too.
    """
    capped: Any = _Capped(output, most_rows, most_bytes, _COUNTERS.get(form.name, _nothing)())
    if form.kind == "results":
        results.serialize(capped, _RESULTS[form.name])
        return max(capped.rows - (form.name in ("csv", "tsv")), 0), capped.size
    count = [0]
    triples = _counted(results, most_rows, count)
    ox.serialize(triples, capped, _GRAPHS[form.name], prefixes=None if form.name == "ntriples" else PREFIXES)
    return count[0], capped.size


def _counted(triples: Any, most: int, count: list[int]) -> Iterator[Any]:
    for triple in triples:
        count[0] += 1
        if count[0] > most:
            raise Exceeded("rows")
        yield triple


class _Capped:
    """A file that counts the bytes and the rows written into it, and stops at the most there may be."""

    def __init__(self, output: BinaryIO, rows: int, size: int, count: Callable[[bytes], int]) -> None:
        self.output, self.most_rows, self.most_bytes, self.count = output, rows, size, count
        self.rows = self.size = 0

    def write(self, data: bytes) -> int:
        self.size += len(data)
        self.rows += self.count(bytes(data))
        if self.size > self.most_bytes:
            raise Exceeded("bytes")
        if self.rows > self.most_rows:
            raise Exceeded("rows")
        self.output.write(data)
        return len(data)

    def flush(self) -> None:
        self.output.flush()


_LONGEST_NAME: Final = 1000


def _matches(pattern: bytes) -> Callable[[], Callable[[bytes], int]]:
    """A counter of a pattern's places, also of those that lie across two pieces."""
    compiled = re.compile(pattern)

    def begin() -> Callable[[bytes], int]:
        tail = b""

        def count(data: bytes) -> int:
            nonlocal tail
            seen, end, found = tail + data, 0, 0
            for match in compiled.finditer(seen):
                end, found = match.end(), found + 1
            tail = seen[max(end, len(seen) - _LONGEST_NAME) :]
            return found

        return count

    return begin


def _lines_outside_quotes() -> Callable[[bytes], int]:
    """A counter of CSV lines: a line end between quotes belongs to the value. Source: RFC 4180."""
    quoted = False

    def count(data: bytes) -> int:
        nonlocal quoted
        found = 0
        for number, piece in enumerate(data.split(b'"')):
            quoted = not quoted if number else quoted
            found += 0 if quoted else piece.count(b"\n")
        return found

    return count


def _nothing() -> Callable[[bytes], int]:
    return lambda data: 0


_COUNTERS: Final[dict[str, Callable[[], Callable[[bytes], int]]]] = {
    # A row begins where a variable's name opens an object; in a value, the quotes would be escaped.
    "json": _matches(rb'[\[,]\{"[^"\\]+":\{'),
    "xml": _matches(rb"<result>"),
    "csv": _lines_outside_quotes,
    "tsv": _matches(rb"\n"),
}
