"""A harvest never reaches into a private network unless its source may, and no answer can exhaust the harvester."""

from itertools import count

import harvest_rig
import pytest
from harvest_partner import Question, Reply, page, pages, partner, record
from harvest_rig import Rig

from harvest.client import Client, Limits, is_public, retry_after, with_arguments
from harvest.errors import (
    AddressRefused,
    BadAddress,
    ResponseTooLarge,
    ResponseTooSlow,
    SourceUnreachable,
    TooManyRedirects,
)

rig = harvest_rig.rig
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


def _port(url: str) -> int:
    return int(url.rpartition(":")[2].partition("/")[0])


def _pool_to(url: str) -> object:
    """A pool that stands for a public address and leads to loopback, for a first hop that is allowed."""
    client = Client(clock=lambda: harvest_rig.START, allow_private=True)
    return client._pool(url)
