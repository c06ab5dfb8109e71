"""How a query travels to its process and word of the answer comes back: a length, then JSON.

The answer itself is written into an open file that goes along with the query, so nothing is left behind when
the process is killed.
"""

import array
import socket
import struct
from typing import Any, Final

import msgspec
from msgspec import Struct

from sparql.query import Top

_LENGTH: Final = struct.Struct("!I")


class Job(Struct, frozen=True):
    """A query for one process, as a `sparql.query.Question` has it. `format` is the short name of a `sparql.results`
    format."""

    text: str
    format: str
    written: str
    top: Top | None
    base_iri: str
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    rows: int
    bytes: int


class Outcome(Struct, frozen=True):
    """What became of it: `failure` is "" or one of syntax, evaluation, rows, bytes, absent, disk,
    engine, with its `reason`. `version` is that of the checkpoint that was asked."""

    rows: int = 0
    size: int = 0
    failure: str = ""
    reason: str = ""
    version: str = ""


def send(connection: socket.socket, value: Struct, descriptor: int | None = None) -> None:
    """Send one frame, with an open file where one is given."""
    payload = msgspec.json.encode(value)
    length = _LENGTH.pack(len(payload))
    files = [] if descriptor is None else [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))]
    connection.sendmsg([length], files)
    connection.sendall(payload)


def receive(connection: socket.socket, kind: type[Any]) -> tuple[Any, int] | None:
    """Read one frame and the open file that came with it (-1: none); None at the end of the connection."""
    length, files, _, _ = socket.recv_fds(connection, _LENGTH.size, 1)
    if len(length) < _LENGTH.size:
        return None
    payload = _read(connection, _LENGTH.unpack(length)[0])
    if payload is None:
        return None
    return msgspec.json.decode(payload, type=kind), (files[0] if files else -1)


def _read(connection: socket.socket, size: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < size:
        piece = connection.recv(min(size - len(pieces), 1 << 16))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)
