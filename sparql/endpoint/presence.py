"""Whether whoever asked is still connected, which a WSGI application is not told.

On Linux the kernel's table of connections tells it: a client has gone when this process holds no open connection to
its address any more. Another connection from there (a proxy's, say) leaves it unknown, and the query goes on until its
deadline. Elsewhere nobody is ever thought gone. Source: proc_pid_net(5).
"""

import sys
from collections.abc import Iterator, Mapping
from functools import partial
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Final

from sparql.query import Wanted

_TABLES: Final = ("/proc/self/net/tcp", "/proc/self/net/tcp6")
_SERVER: Final = "Granian"
_OPEN: Final = "01"
_WORD: Final = 8


def watching(environ: Mapping[str, str]) -> Wanted | None:
    """Tells of whoever sent this request whether they are still there. None under a server of another kind, of which
    it is not known how it holds its connections."""
    address = environ.get("REMOTE_ADDR", "")
    return partial(is_there, address) if environ.get("SERVER_SOFTWARE") == _SERVER and address else None


def is_there(address: str) -> bool:
    """Whether this process has an open connection with an address; true where that cannot be known."""
    try:
        wanted = ip_address(address)
        mine = set(_sockets())
        rows = [row.split() for table in _TABLES if Path(table).exists() for row in _rows(table)]
    except (OSError, ValueError):
        return True
    if not rows:
        return True
    return any(row[3] == _OPEN and row[9] in mine and _address(row[2]) == _plain(wanted) for row in rows)


def _rows(table: str) -> list[str]:
    return Path(table).read_text().splitlines()[1:]


def _sockets() -> Iterator[str]:
    """The inodes of the sockets that this process has open."""
    for path in Path("/proc/self/fd").iterdir():
        try:
            target = str(path.readlink())
        except OSError:  # closed meanwhile
            continue
        if target.startswith("socket:["):
            yield target[len("socket:[") : -1]


def _address(written: str) -> object:
    """The address of "0100007F:1F90": words of four bytes, each in the machine's own order."""
    digits = written.partition(":")[0]
    words = [digits[start : start + _WORD] for start in range(0, len(digits), _WORD)]
    return _plain(ip_address(b"".join(int(word, 16).to_bytes(4, sys.byteorder) for word in words)))


def _plain(address: object) -> object:
    """An IPv4 address that was reached over IPv6 as what it is."""
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
