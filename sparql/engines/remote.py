"""A SPARQL 1.1 server elsewhere as engine. The only module that knows SPARQLWrapper.

The server is asked for one form of each kind (JSON, N-Triples), and the answer is written here in the form that
was wanted, under the same limits as the embedded engine's: servers differ in what they offer and none caps.
"""

import time
from contextlib import closing
from http.client import HTTPException
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast
from urllib.error import URLError

import pyoxigraph as ox
from msgspec import Struct, structs
from SPARQLWrapper import (
    BASIC,
    DIGEST,
    INSERT,
    JSON,
    N3,
    POST,
    POSTDIRECTLY,
    URLENCODED,
    SPARQLExceptions,
    SPARQLWrapper,
)

from sparql.admission import tokens
from sparql.errors import (
    EngineFailed,
    EngineUnreachable,
    MalformedRemoteQuery,
    QueryTimedOut,
    ResultTooLarge,
    TooManyBytes,
    TooManyRows,
)
from sparql.query import Answer, Limits, Question
from sparql.results import FORMATS, Exceeded, write

_NOTHING: Final = "urn:mutualis:nothing"
"""A graph that is nowhere: where the protocol names one part of the dataset, the other one is empty, and said to be."""

_PIECE: Final = 64 * 1024
_IN_MEMORY: Final = 1 << 20
_AGENT: Final = "Mutualis"
_PAUSES: Final = (0.2, 1.0)
_UPDATE_SECONDS: Final = 120
_OWN: Final = Limits(seconds=120, rows=1 << 40, bytes=1 << 30)


class Server(Struct, frozen=True):
    """Where the server is, and what one query may cost.

    `updates` is the address for SPARQL Update, "" for the one that the server's kind is known by; `user` and
    `password` are given where it asks for them, in the way it asks.
    """

    address: str
    limits: Limits
    updates: str = ""
    user: str = ""
    password: str = ""

    @property
    def update_address(self) -> str:
        """Where updates go: beside the queries, as oxigraph, Fuseki, GraphDB and Virtuoso have it."""
        for ending, other in _UPDATES:
            if not self.updates and self.address.endswith(ending):
                return self.address.removesuffix(ending) + other
        return self.updates or self.address


_UPDATES: Final = (("/query", "/update"), ("/sparql", "/sparql-auth"))
"""The end of an address for queries -> that for updates."""


def update(server: Server, text: str) -> None:
    """Have the server carry out a SPARQL Update; tried again a few times where nobody answers, since the same update
    twice does what it does once. Raises EngineUnreachable, EngineFailed and MalformedRemoteQuery."""
    for pause in (*_PAUSES, None):
        try:
            _send(server, text)
        except EngineUnreachable:
            if pause is None:
                raise
            time.sleep(pause)
        else:
            return


def _send(server: Server, text: str) -> None:
    wrapper = SPARQLWrapper(server.address, server.update_address, agent=_AGENT)
    wrapper.setMethod(POST)
    wrapper.setRequestMethod(POSTDIRECTLY)
    wrapper.setQuery(text)
    wrapper.queryType = INSERT
    wrapper.setTimeout(_UPDATE_SECONDS)
    _identify(wrapper, server)
    try:
        with closing(wrapper.query().response) as response:
            response.read()
    except SPARQLExceptions.QueryBadFormed as error:
        raise MalformedRemoteQuery(reason=_reason(error)) from error
    except SPARQLExceptions.EndPointInternalError as error:
        raise EngineFailed(reason=_reason(error)) from error
    except SPARQLExceptions.SPARQLWrapperException as error:  # not let in, or nothing there: it may be put right
        raise EngineUnreachable(address=server.update_address, reason=_reason(error)) from error
    except (URLError, HTTPException, OSError) as error:
        raise EngineUnreachable(address=server.update_address, reason=getattr(error, "reason", error)) from error


def rows(server: Server, text: str) -> list[Any]:
    """The rows of a SELECT of our own, all of them. Raises EngineUnreachable, EngineFailed."""
    question = Question(text=text, form="SELECT", format=FORMATS[0])
    patient = structs.replace(server, limits=_OWN)
    found: Any = _parsed(_received(patient, question, time.monotonic() + _OWN.seconds), question)
    return list(found)


def _identify(wrapper: Any, server: Server) -> None:
    """Give name and password where the server asks: in the clear over a header, or by a digest as Virtuoso wants it."""
    if server.user:
        wrapper.setHTTPAuth(DIGEST if server.update_address.endswith("/sparql-auth") else BASIC)
        wrapper.setCredentials(server.user, server.password)


def query(server: Server, question: Question) -> Answer:
    """Have the server answer. Raises the errors of `sparql.errors`."""
    deadline = time.monotonic() + server.limits.seconds
    received = _received(server, question, deadline)
    output = cast(BinaryIO, SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 the answer's reader closes it
    try:
        results = _parsed(received, question)
        rows, size = write(results, question.format, output, server.limits.rows, server.limits.bytes)
    except Exceeded as error:
        output.close()
        raise _too_large(server.limits, str(error)) from None
    except (SyntaxError, ValueError) as error:
        output.close()
        raise EngineFailed(reason=f"unreadable answer: {error}") from error
    output.seek(0)
    return Answer(format=question.format, file=output, size=size, rows=rows)


def _received(server: Server, question: Question, deadline: float) -> bytes:
    wrapper = _wrapper(server, question)
    try:
        response = wrapper.query().response
        return _read(response, server.limits, deadline)
    except SPARQLExceptions.QueryBadFormed as error:
        raise MalformedRemoteQuery(reason=_reason(error)) from error
    except TimeoutError as error:
        raise QueryTimedOut(seconds=f"{server.limits.seconds:g}") from error
    except URLError as error:
        if isinstance(error.reason, TimeoutError):
            raise QueryTimedOut(seconds=f"{server.limits.seconds:g}") from error
        raise EngineUnreachable(address=server.address, reason=error.reason) from error
    except SPARQLExceptions.SPARQLWrapperException as error:
        raise EngineFailed(reason=_reason(error)) from error
    except (HTTPException, OSError) as error:
        raise EngineUnreachable(address=server.address, reason=error) from error


def _wrapper(server: Server, question: Question) -> Any:
    graph = question.format.kind == "graph"
    wrapper = SPARQLWrapper(server.address, agent=_AGENT)
    if not server.address.endswith("/sparql"):  # Virtuoso answers queries to all
        _identify(wrapper, server)
    wrapper.setMethod(POST)
    wrapper.setRequestMethod(URLENCODED)  # Virtuoso never answers a query that is the body itself
    wrapper.setOnlyConneg(True)
    # On the query's own first line, so that the server's complaints keep their line numbers.
    text = question.text if question.default_graphs is question.named_graphs is None else _without_from(question.text)
    wrapper.setQuery(f"BASE <{question.base_iri}> {text}" if question.base_iri else text)
    wrapper.queryType = question.form  # known from admission; SPARQLWrapper's own guess is a regular expression
    wrapper.setReturnFormat(N3 if graph else JSON)
    wrapper.addCustomHttpHeader("Accept", "application/n-triples" if graph else "application/sparql-results+json")
    wrapper.setTimeout(max(1, int(server.limits.seconds)))
    if question.default_graphs is not None or question.named_graphs is not None:
        for name, graphs in (("default", question.default_graphs), ("named", question.named_graphs)):
            for iri in graphs or (_NOTHING,):
                wrapper.addParameter(f"{name}-graph-uri", iri)
    return wrapper


def _without_from(text: str) -> str:
    """A query without FROM and FROM NAMED, which the protocol's dataset beats; some servers would add them up.

    Source: SPARQL 1.1 Protocol, section 2.1.4.
    """
    held = list(tokens(text))
    opening = next((place for place, each in enumerate(held) if each.text == "{"), len(held))
    gone: list[tuple[int, int]] = []
    for place, each in enumerate(held[:opening]):
        if each.kind == "word" and each.text.upper() == "FROM":
            named = held[place + 1].text.upper() == "NAMED" if place + 1 < len(held) else False
            last = held[min(place + 1 + named, len(held) - 1)]
            gone.append((each.start, last.start + len(last.text)))
    for start, end in reversed(gone):
        text = text[:start] + text[end:]
    return text


def _read(response: Any, limits: Limits, deadline: float) -> bytes:
    """The body, within the limits: a server that trickles is as late as one that is silent."""
    held = bytearray()
    while piece := response.read(_PIECE):
        held += piece
        if len(held) > limits.bytes:
            raise _too_large(limits, "bytes")
        if time.monotonic() > deadline:
            raise TimeoutError
    return bytes(held)


def _parsed(received: bytes, question: Question) -> Any:
    if question.format.kind == "graph":
        return (quad.triple for quad in ox.parse(received, ox.RdfFormat.N_TRIPLES))
    found = ox.parse_query_results(received, ox.QueryResultsFormat.JSON)
    if question.form == "ASK" and not isinstance(found, ox.QueryBoolean):  # Virtuoso gives a table, empty for no
        verdict = b"true" if next(iter(found), None) is not None else b"false"
        return ox.parse_query_results(b'{"head":{},"boolean":%b}' % verdict, ox.QueryResultsFormat.JSON)
    return found


def _too_large(limits: Limits, unit: str) -> ResultTooLarge:
    return TooManyRows(most=limits.rows) if unit == "rows" else TooManyBytes(most=limits.bytes)


def _reason(error: Exception) -> str:
    """The server's own words, on one line and not more than a person reads."""
    words = str(error.args[0] if error.args else error)
    return " ".join(words.replace("\\n", " ").split())[:300]
