"""A SPARQL 1.1 server elsewhere as engine. The only module that knows SPARQLWrapper.

The server is asked for one form of each kind (JSON, N-Triples), and the answer is written here in the form that
was wanted, under the same limits as the embedded engine's: servers differ in what they offer and none caps.
"""

import time
from http.client import HTTPException
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast
from urllib.error import URLError

import pyoxigraph as ox
from msgspec import Struct
from SPARQLWrapper import JSON, N3, POST, POSTDIRECTLY, SPARQLExceptions, SPARQLWrapper

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
from sparql.results import Exceeded, write

_PIECE: Final = 64 * 1024
_IN_MEMORY: Final = 1 << 20
_AGENT: Final = "Mutualis"


class Server(Struct, frozen=True):
    """Where the server is, and what one query may cost."""

    address: str
    limits: Limits


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
    wrapper.setMethod(POST)
    wrapper.setRequestMethod(POSTDIRECTLY)
    # On the query's own first line, so that the server's complaints keep their line numbers.
    wrapper.setQuery(f"BASE <{question.base_iri}> {question.text}" if question.base_iri else question.text)
    wrapper.queryType = question.form  # known from admission; SPARQLWrapper's own guess is a regular expression
    wrapper.setReturnFormat(N3 if graph else JSON)
    wrapper.addCustomHttpHeader("Accept", "application/n-triples" if graph else "application/sparql-results+json")
    wrapper.setTimeout(max(1, int(server.limits.seconds)))
    for name, graphs in (("default", question.default_graphs), ("named", question.named_graphs)):
        for iri in graphs or ():
            wrapper.addParameter(f"{name}-graph-uri", iri)
    return wrapper


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
    return ox.parse_query_results(received, ox.QueryResultsFormat.JSON)


def _too_large(limits: Limits, unit: str) -> ResultTooLarge:
    return TooManyRows(most=limits.rows) if unit == "rows" else TooManyBytes(most=limits.bytes)


def _reason(error: Exception) -> str:
    """The server's own words, on one line and not more than a person reads."""
    words = str(error.args[0] if error.args else error)
    return " ".join(words.replace("\\n", " ").split())[:300]
