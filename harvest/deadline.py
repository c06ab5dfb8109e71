"""A moment by which an answer must be whole, kept even while a connection waits for its next byte.

The timeout of a socket begins anew with every byte, so that a partner that sends its headers one byte at a time
would hold a harvest for days. At the deadline the connection is shut down under whoever reads from it.
"""

import socket
from contextlib import suppress
from threading import Timer
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection


class _Noted:
    """A connection that tells its pool of itself, and remembers its socket, which a response may take over."""

    sock: socket.socket | None
    kept: socket.socket | None = None

    def __init__(self, *given: Any, note: list[Any], **more: Any) -> None:
        note[:] = [self]
        super().__init__(*given, **more)

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]  # the next class in line is urllib3's
        self.kept = self.sock


class _Plain(_Noted, HTTPConnection):
    """Over HTTP."""


class _Secure(_Noted, HTTPSConnection):
    """Over HTTPS."""


class _PlainPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Secure


def open_pool(scheme: str, host: str, port: int, address: str) -> urllib3.HTTPConnectionPool:
    """Connections, one at a time, to one address of a host."""
    if scheme == "https":
        return _SecurePool(address, port, maxsize=1, server_hostname=host, assert_hostname=host, note=[])
    return _PlainPool(address, port, maxsize=1, note=[])


class Deadline:
    """Within the block, shuts down a pool's connection once `seconds` are over; `passed` tells that it did."""

    def __init__(self, pool: urllib3.HTTPConnectionPool, seconds: float) -> None:
        self.passed = False
        self._pool = pool
        self._timer = Timer(max(0.0, seconds), self._pass)
        self._timer.daemon = True

    def __enter__(self) -> "Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _pass(self) -> None:
        self.passed = True
        for connection in self._pool.conn_kw["note"]:
            for each in {connection.sock, connection.kept} - {None}:
                with suppress(OSError):  # it may be closed by now
                    each.shutdown(socket.SHUT_RDWR)
