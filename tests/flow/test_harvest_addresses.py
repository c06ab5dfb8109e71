"""A harvest never reaches into a private network unless its source may, and no answer can exhaust the harvester."""

import gzip
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from threading import Thread

import harvest_rig
import pytest
from harvest_partner import Question, Reply, page, pages, partner, record
from harvest_rig import Rig

from harvest.client import Client, Limits, is_public, resolve, retry_after, with_arguments
from harvest.errors import (
    AddressRefused,
    BadAddress,
    ResponseTooLarge,
    ResponseTooSlow,
    SourceUnreachable,
    TooManyRedirects,
)

rig = harvest_rig.rig


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """One database is enough where nothing is stored."""
    return f"sqlite:///{tmp_path / 'catalogue.sqlite'}"


ASKED = {"verb": "Identify"}

PRIVATE = (
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "ff02::1",
)  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private_and_reserved_addresses_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "64:ff9b::5db8:d822"])
def test_addresses_of_the_open_internet_are_known(address: str) -> None:
    assert is_public(address)


def test_a_private_address_is_refused_before_anything_is_asked(rig: Rig) -> None:
    with partner(pages(page(record("1")))) as there:
        with pytest.raises(AddressRefused, match=r"127\.0\.0\.1.*--allow-private"):
            rig.client(allow_private=False).fetch(there.url, ASKED)
        assert there.asked == []


@pytest.mark.parametrize("host", ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]"])
def test_no_spelling_of_loopback_gets_through(rig: Rig, host: str) -> None:
    with pytest.raises((AddressRefused, SourceUnreachable)):
        rig.client(allow_private=False, limits=Limits(tries=1)).fetch(f"http://{host}:9/oai", ASKED)


def test_a_name_with_one_private_address_among_public_ones_is_refused(rig: Rig) -> None:
    client = rig.client(allow_private=False, resolve=lambda _host, _port: ["93.184.216.34", "10.0.0.8"])
    with pytest.raises(AddressRefused, match=r"10\.0\.0\.8"):
        client.fetch("http://partner.example/oai", ASKED)


def test_the_connection_goes_to_the_address_that_was_judged(rig: Rig) -> None:
    """A name that changes its address between two looks is looked up once only."""
    looked = count()
    with partner(pages(page(record("1")))) as there:
        port = int(there.url.rpartition(":")[2].partition("/")[0])

        def resolve(host: str, _port: int) -> list[str]:
            assert host == "partner.example"
            return ["127.0.0.1"] if next(looked) == 0 else ["127.0.0.2"]

        answer = rig.client(resolve=resolve).fetch(f"http://partner.example:{port}/oai", ASKED)
    assert b"<Identify>" in answer.body
    assert next(looked) == 1


def test_a_redirect_into_the_private_network_is_refused(rig: Rig) -> None:
    with partner(
        lambda _question, _number: Reply(b"", 302, (("Location", "http://inside.example:9/secret"),))
    ) as there:
        known = {"127.0.0.1": "93.184.216.34", "inside.example": "10.0.0.8"}
        client = rig.client(allow_private=False, resolve=lambda host, _port: [known[host]])
        client.pools[("http", "127.0.0.1", _port(there.url), "93.184.216.34")] = _pool_to(there.url)
        with pytest.raises(AddressRefused, match=r"10\.0\.0\.8"):
            client.fetch(there.url, ASKED)


def test_redirects_are_followed_and_bounded(rig: Rig) -> None:
    def behave(question: Question, _number: int) -> Reply:
        if question["path"] == "/oai":
            return Reply(b"", 301, (("Location", "/moved?verb=Identify&x=1"),))
        if question["path"] == "/moved":
            return Reply(page(record("1")).encode())
        return Reply(b"", 302, (("Location", question["path"] + "x"),))

    with partner(behave) as there:
        assert rig.client().fetch(there.url, ASKED).url.endswith("/moved?verb=Identify&x=1")
        with pytest.raises(TooManyRedirects):
            rig.client().fetch(there.url.replace("/oai", "/round"), ASKED)


@pytest.mark.parametrize(
    "url", ["ftp://partner.example/", "file:///etc/passwd", "http://", "partner.example", "http://h:x/"]
)
def test_what_is_no_web_address_is_told(rig: Rig, url: str) -> None:
    with pytest.raises(BadAddress):
        rig.client().fetch(url, ASKED)


def test_a_redirect_to_a_file_is_told(rig: Rig) -> None:
    moved = Reply(b"", 302, (("Location", "file:///etc/passwd"),))
    with partner(lambda _question, _number: moved) as there, pytest.raises(BadAddress):
        rig.client().fetch(there.url, ASKED)


def test_an_answer_without_end_is_cut_off_by_its_size(rig: Rig) -> None:
    with partner(lambda _question, _number: Reply(b"x" * 3_000_000)) as there, pytest.raises(ResponseTooLarge):
        rig.client(limits=Limits(body=1_000_000)).fetch(there.url, ASKED)


def test_an_answer_that_trickles_is_cut_off_by_its_time(rig: Rig) -> None:
    ticks = count(step=100)
    large = Reply(b"x" * 3_000_000)
    with partner(lambda _question, _number: large) as there, pytest.raises(ResponseTooSlow, match="300 seconds"):
        rig.client(steady=lambda: next(ticks)).fetch(there.url, ASKED)


def test_nobody_at_the_address_is_told_after_some_tries(rig: Rig) -> None:
    with partner(pages(page(record("1")))) as there:
        url = there.url
    with pytest.raises(SourceUnreachable, match="try again later"):
        rig.client(limits=Limits(tries=3, first_wait=1)).fetch(url, ASKED)
    assert rig.slept == [1, 2]


def test_a_run_against_nobody_fails_and_says_so(rig: Rig) -> None:
    with partner(pages(page(record("1")))) as there:
        gone = there
    report = rig.harvest(gone, limits=Limits(tries=1))
    assert (report.outcome, report.offered) == ("failed", 0)
    assert "could not be reached" in report.problems[0].told("en")
    assert rig.journal.last_runs()["partner"].outcome == "failed"


def test_retry_after_is_read_in_seconds_and_as_a_date() -> None:
    now = harvest_rig.START
    assert retry_after("120", now) == 120
    assert retry_after("Sun, 01 Mar 2026 12:05:00 GMT", now) == 300
    assert retry_after("Sun, 01 Mar 2026 11:00:00 GMT", now) == 0
    assert [retry_after(value, now) for value in ("", "soon", "-5", "1.5")] == [None] * 4


def test_arguments_are_added_to_whatever_address_there_is() -> None:
    assert with_arguments("http://h/oai?a=1&verb=x", {"verb": "Identify"}) == "http://h/oai?a=1&verb=Identify"
    assert with_arguments(" http://h ", {"from": "2026-01-01", "t": "a b&c"}) == "http://h/?from=2026-01-01&t=a+b%26c"


def test_headers_that_never_end_are_cut_off_by_the_whole_time(rig: Rig) -> None:
    """Each byte comes well within the time that a connection may be idle."""

    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        _for_ever(lambda: connection.sendall(b"a"))

    with _raw(answer) as url, pytest.raises(ResponseTooSlow):
        rig.client(limits=Limits(seconds=0.4, idle=20, tries=1)).fetch(url, ASKED)


def test_pieces_whose_size_never_ends_are_cut_off_by_the_whole_time(rig: Rig) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\n<OAI-\r\n")
        _for_ever(lambda: connection.sendall(b"0"))

    with _raw(answer) as url, pytest.raises(ResponseTooSlow):
        rig.client(limits=Limits(seconds=0.4, idle=20, tries=1)).fetch(url, ASKED)


def test_the_time_is_that_of_all_redirects_together(rig: Rig) -> None:
    ticks = count(step=100)
    with (
        partner(lambda question, _number: Reply(b"", 302, (("Location", question["path"] + "x"),))) as there,
        pytest.raises((ResponseTooSlow, TooManyRedirects)),
    ):
        rig.client(steady=lambda: next(ticks), limits=Limits(seconds=250, tries=1)).fetch(there.url, ASKED)
    assert len(there.asked) < 4


def test_a_body_without_length_or_end_is_cut_off_by_its_size(rig: Rig) -> None:
    def answer(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n")
        _for_ever(lambda: connection.sendall(b"<record>" * 8192), pause=0)

    with _raw(answer) as url, pytest.raises(ResponseTooLarge):
        rig.client(limits=Limits(body=1_000_000, tries=1)).fetch(url, ASKED)


@pytest.mark.parametrize("header", [(("Content-Encoding", "gzip"),), ()])
@pytest.mark.parametrize("members", [1, 40])
def test_a_small_answer_that_unpacks_to_a_large_one_is_never_unpacked_whole(
    rig: Rig, header: tuple[tuple[str, str], ...], members: int
) -> None:
    """Two hundred megabytes in two hundred kilobytes, in one piece or in many, announced or not."""
    bomb = gzip.compress(bytes(200_000_000 // members), 9) * members
    tracemalloc.start()
    try:
        with partner(lambda _question, _number: Reply(bomb, 200, header)) as there, pytest.raises(ResponseTooLarge):
            rig.client(limits=Limits(body=10_000_000)).fetch(there.url, ASKED)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()


def test_a_redirect_to_a_name_that_leads_inside_ends_the_run_with_a_reason(rig: Rig) -> None:
    """By name and not by number: every name is looked up and judged again."""
    inside = Reply(b"", 301, (("Location", "http://localhost:1/latest/meta-data"),))
    with partner(lambda _question, _number: inside) as there:
        known = {"127.0.0.1": "93.184.216.34"}
        client = rig.client(
            allow_private=False, resolve=lambda host, port: [known[host]] if host in known else resolve(host, port)
        )
        client.pools[("http", "127.0.0.1", _port(there.url), "93.184.216.34")] = _pool_to(there.url)
        with pytest.raises(AddressRefused, match="localhost"):
            client.fetch(there.url, ASKED)


@contextmanager
def _raw(answer: Callable[[socket.socket], None]) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = server.accept()
                with connection:
                    connection.recv(65536)
                    answer(connection)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/oai"
        thread.join(20)
        assert not thread.is_alive(), "the client has not let go of the connection"


def _for_ever(send: Callable[[], None], pause: float = 0.02) -> None:
    """Until the other side has gone, and no longer than a test may take."""
    end = time.monotonic() + 15
    while time.monotonic() < end:
        send()
        time.sleep(pause)


def _port(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def _pool_to(url: str) -> object:
    """A pool that stands for a public address and leads to loopback, for a first hop that is allowed."""
    client = Client(clock=lambda: harvest_rig.START, allow_private=True)
    return client._pool(url)
