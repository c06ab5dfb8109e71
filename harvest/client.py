"""The web as a harvester meets it: one answer at a time, within limits, from addresses that were checked.

The host name is resolved once, every address it has is judged, and the connection goes to a judged address, so
that a name cannot point elsewhere between the look and the call. Redirects are followed by hand, each judged
again. Every limit is on what is produced, never on what is announced.
"""

import ipaddress
import re
import socket
import time
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import urllib3
from msgspec import Struct, structs
from urllib3.exceptions import HTTPError

from harvest.deadline import Deadline, open_pool
from harvest.errors import (
    AddressRefused,
    BadAddress,
    ComeBackLater,
    HarvestError,
    OutOfTime,
    RefusedByPartner,
    ResponseTooLarge,
    ResponseTooSlow,
    SourceUnreachable,
    TooManyRedirects,
)
from repository.errors import MutualisError

Clock = Callable[[], datetime]
Resolve = Callable[[str, int], list[str]]

_REDIRECTS: Final = 5
_PIECE: Final = 64 * 1024
_BUSY: Final = (408, 429, 500, 502, 503, 504)
_GZIP: Final = b"\x1f\x8b"
_CHARSET: Final = re.compile(r"charset\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE)


class Limits(Struct, frozen=True, kw_only=True):
    """What one answer may cost. `body` in bytes after decompression; times in seconds.

    `longest_wait` is how long we sleep because a partner asks us to; when asked for longer, the run ends and
    the moment is kept. `tries` counts the first one.
    """

    body: int = 64 * 1024 * 1024
    seconds: float = 300.0
    idle: float = 30.0
    longest_wait: float = 120.0
    first_wait: float = 2.0
    tries: int = 4


class Answer(Struct, frozen=True, kw_only=True):
    """What came. `url` is where it came from in the end; `cut` why it is not whole ("" where it is);
    `notes` name what the transport got wrong; `media_type` is that of the header, in small letters; `headers` are those
    of the answer by name in small letters; `redirected` tells that it came from another address."""

    url: str
    status: int
    body: bytes
    charset: str = ""
    media_type: str = ""
    headers: dict[str, str] = {}
    redirected: bool = False
    cut: str = ""
    notes: tuple[str, ...] = ()


Fetch = Callable[[str, Mapping[str, str]], Answer]


def resolve(host: str, port: int) -> list[str]:
    """Every address of a host, in the order of preference; raises OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def is_public(address: str) -> bool:
    """Whether an address is one of the open internet, also when it is wrapped in IPv6."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo or (None, None))[1] or _nat64(parsed)
        if inner is not None and not is_public(str(inner)):
            return False
    return parsed.is_global and not parsed.is_multicast


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside 64:ff9b::/96. Source: RFC 6052 section 2.1."""
    if address in ipaddress.ip_network("64:ff9b::/96"):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def with_arguments(base_url: str, arguments: Mapping[str, str]) -> str:
    """The address of a request; a query string that the base address already has is kept."""
    parts = urlsplit(base_url.strip())
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] not in arguments]
    query = urlencode([*kept, *arguments.items()])
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", query, ""))


class Client:
    """Fetches answers; one per run, since it keeps its connections open.

    `clock` gives the time, against which an HTTP-date in Retry-After is held; `wait` sleeps; `steady` measures
    how long an answer takes. `seconds` is the time that everything together may take (None: no end to it): waits
    and answers that would last longer end with OutOfTime.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        allow_private: bool = False,
        limits: Limits | None = None,
        agent: str = "Mutualis (OAI-PMH harvester)",
        accept: str = "text/xml, application/xml, */*;q=0.5",
        seconds: float | None = None,
        wait: Callable[[float], None] = time.sleep,
        steady: Callable[[], float] = time.monotonic,
        resolve: Resolve = resolve,
    ) -> None:
        self.clock = clock
        self.allow_private = allow_private
        self.limits = limits or Limits()
        self.wait = wait
        self.steady = steady
        self.resolve = resolve
        self.seconds = seconds
        self.ends = float("inf") if seconds is None else steady() + seconds
        self.headers = {
            "User-Agent": agent,
            "Accept": accept,
            "Accept-Encoding": "gzip",
        }
        self.pools: dict[tuple[str, str, int, str], urllib3.HTTPConnectionPool] = {}

    def fetch(self, base_url: str, arguments: Mapping[str, str]) -> Answer:
        """The answer to a request, tried again where that can help.

        An answer that broke off comes back with `cut` set after the last try. Raises the errors of this
        package: unreachable, refused, too large, too slow, or to be asked later.
        """
        url = with_arguments(base_url, arguments)
        for left in range(self.limits.tries - 1, -1, -1):
            pause = self.limits.first_wait * 2 ** (self.limits.tries - 1 - left)
            try:
                answer, after = self._follow(url)
            except SourceUnreachable:
                if not left:
                    raise
                self._pause(pause)
                continue
            if answer.status in _BUSY:
                self._rest(url, answer.status, after, pause, left)
            elif answer.cut and left:
                self._pause(pause)
            else:
                return answer
        raise SourceUnreachable(url=url, reason="it did not answer")

    def post(self, base_url: str, arguments: Mapping[str, str]) -> Answer:
        """The answer to a request by POST, asked for once whatever comes. Source: OAI-PMH 2.0 section 3.1.1.2."""
        return self._follow(base_url, form=urlencode(arguments).encode())[0]

    def look(self, url: str, most: int) -> Answer:
        """What stands at an address, read no further than about `most` bytes, and asked for once whatever comes.

        Raises the errors of this package as `fetch` does, but none because an answer is long or says that its
        server is busy.
        """
        return self._follow(url, most)[0]

    def close(self) -> None:
        for pool in self.pools.values():
            pool.close()
        self.pools.clear()

    def _rest(self, url: str, status: int, after: str, pause: float, left: int) -> None:
        """Wait as long as a busy partner asks; raise ComeBackLater where that is too long for a run."""
        seconds = retry_after(after, self.clock())
        if seconds is not None and seconds > self.limits.longest_wait:
            until = self.clock().astimezone(UTC) + timedelta(seconds=min(seconds, 30 * 86400))
            raise ComeBackLater(url=url, until=until.strftime("%Y-%m-%dT%H:%M:%SZ"))
        if not left:
            raise RefusedByPartner(url=url, answer=status)
        self._pause(pause if seconds is None else seconds)

    def _pause(self, seconds: float) -> None:
        """Sleep; raises OutOfTime at once where the time would be over before."""
        if self.steady() + seconds >= self.ends:
            raise self._out_of_time()
        self.wait(seconds)

    def _out_of_time(self) -> OutOfTime:
        return OutOfTime(seconds=int(self.seconds or 0))

    def _follow(self, url: str, most: int | None = None, form: bytes | None = None) -> tuple[Answer, str]:
        """The answer behind all redirects, and what it says in Retry-After; `most` bytes are enough of its body. A
        `form` is posted."""
        started = url
        if self.steady() >= self.ends:
            raise self._out_of_time()
        deadline = min(self.steady() + self.limits.seconds, self.ends)
        for _ in range(_REDIRECTS + 1):
            answer, headers = self._get(url, deadline, most, form)
            place = headers.get("Location", "")
            if answer.status not in (301, 302, 303, 307, 308) or not place:
                found = structs.replace(answer, redirected=True) if url != started else answer
                return found, headers.get("Retry-After", "")
            url = urljoin(url, place)
        raise TooManyRedirects(url=started, times=_REDIRECTS)

    def _get(self, url: str, deadline: float, most: int | None, form: bytes | None) -> tuple[Answer, Mapping[str, str]]:
        pool = self._pool(url)
        with Deadline(pool, deadline - self.steady()) as limit:
            try:
                response = self._open(pool, url, form)
                body, cut, notes = self._body(response, url, deadline, most)
            except (HTTPError, OSError) as error:
                if limit.passed:
                    raise self._too_slow(url) from error
                raise SourceUnreachable(url=url, reason=_reason(error)) from error
        if limit.passed:  # headers that were cut off look like whole ones
            raise self._too_slow(url)
        kind = response.headers.get("Content-Type", "")
        charset = _CHARSET.search(kind)
        answer = Answer(
            url=url,
            status=response.status,
            body=body,
            charset=charset.group(1) if charset else "",
            media_type=kind.partition(";")[0].strip().lower(),
            headers={name.lower(): value for name, value in response.headers.items()},
            cut=cut,
            notes=notes,
        )
        return answer, response.headers

    def _open(self, pool: urllib3.HTTPConnectionPool, url: str, form: bytes | None) -> urllib3.BaseHTTPResponse:
        """The answer's status and headers, its body still to be read."""
        parts = urlsplit(url)
        told = {**self.headers, "Host": parts.netloc.rpartition("@")[2]}
        if form is not None:
            told["Content-Type"] = "application/x-www-form-urlencoded"
        return pool.urlopen(
            "GET" if form is None else "POST",
            urlunsplit(("", "", parts.path or "/", parts.query, "")),
            body=form,
            headers=told,
            redirect=False,
            retries=False,
            preload_content=False,
            timeout=urllib3.Timeout(connect=self.limits.idle, read=self.limits.idle),
        )

    def _too_slow(self, url: str) -> HarvestError:
        """Why an answer was not waited for any longer: its own time is over, or that of the whole run."""
        if self.steady() >= self.ends:
            return self._out_of_time()
        return ResponseTooSlow(url=url, seconds=int(self.limits.seconds))

    def _body(
        self, response: urllib3.BaseHTTPResponse, url: str, deadline: float, most: int | None
    ) -> tuple[bytes, str, tuple[str, ...]]:
        """The body, decompressed by what it is and not by what the header says of it."""
        named = response.headers.get("Content-Encoding", "").strip().lower()
        unpack = _Unpacking(self.limits.body)
        cut = ""
        try:
            while piece := response.read1(_PIECE, decode_content=False):
                unpack.feed(piece)
                if most is not None and unpack.size >= most:
                    response.close()
                    return unpack.result(), "", ()
                if unpack.size > self.limits.body:
                    raise ResponseTooLarge(url=url, limit=self.limits.body)
                if self.steady() > deadline:
                    raise self._too_slow(url)
        except (HTTPError, OSError, zlib.error) as error:
            cut = _reason(error)
        except MutualisError:
            response.close()
            raise
        response.release_conn() if not cut else response.close()
        cut = cut or unpack.unfinished
        lied = unpack.size > 0 and (named in ("gzip", "x-gzip")) != unpack.packed
        return unpack.result(), cut, ("wrong-content-encoding",) if lied else ()

    def _pool(self, url: str) -> urllib3.HTTPConnectionPool:
        parts = urlsplit(url)
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as error:
            raise BadAddress(url=url) from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise BadAddress(url=url)
        address = self._checked(url, parts.hostname, port)
        key = (parts.scheme, parts.hostname, port, address)
        if key not in self.pools:
            self.pools[key] = open_pool(parts.scheme, parts.hostname, port, address)
        return self.pools[key]

    def _checked(self, url: str, host: str, port: int) -> str:
        """The address to connect to; one private address among many is enough to refuse the host."""
        try:
            addresses = self.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise SourceUnreachable(url=url, reason=_reason(error)) from error
        for address in addresses:
            if not self.allow_private and not is_public(address):
                raise AddressRefused(url=url, address=address)
        return addresses[0]


def retry_after(value: str, now: datetime) -> float | None:
    """The seconds that a Retry-After header asks for, None where it is absent or unreadable.

    Source: RFC 9110 section 10.2.3.
    """
    value = value.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now.astimezone(UTC)).total_seconds())


class _Unpacking:
    """A body as it comes in pieces, unpacked where its first bytes are those of gzip."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.parts: list[bytes] = []
        self.size = 0
        self.packed = False
        self.stream = zlib.decompressobj(wbits=31)
        self.held = b""

    def feed(self, piece: bytes) -> None:
        if not self.parts and not self.packed:
            self.held += piece
            if len(self.held) < len(_GZIP):
                return
            piece, self.held = self.held, b""
            self.packed = piece.startswith(_GZIP)
        self._unpack(piece) if self.packed else self._keep(piece)

    def _unpack(self, piece: bytes) -> None:
        """Unpack no more than one byte above the limit; members may follow each other, padding is passed over."""
        while piece and self.size <= self.limit:
            if self.stream.eof:
                if not piece.startswith(_GZIP):
                    return
                self.stream = zlib.decompressobj(wbits=31)
            self._keep(self.stream.decompress(piece, self.limit - self.size + 1))
            piece = self.stream.unused_data if self.stream.eof else self.stream.unconsumed_tail

    def _keep(self, part: bytes) -> None:
        self.parts.append(part)
        self.size += len(part)

    @property
    def unfinished(self) -> str:
        return "the compressed data have no end" if self.packed and not self.stream.eof else ""

    def result(self) -> bytes:
        return b"".join(self.parts) + self.held


def _reason(error: Exception) -> str:
    """The innermost cause, in its own words, without object addresses."""
    while (cause := error.__cause__ or getattr(error, "reason", None)) is not None and isinstance(cause, Exception):
        error = cause
    words = re.sub(r"<[^>]*0x[0-9a-f]+[^>]*>:?\s*", "", str(error)).strip()
    return words or type(error).__name__
