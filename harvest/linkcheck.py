"""Looking at the pages and files of harvested records, gently: seldom, one at a time, with a pause for each server."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct, field

from harvest.client import Answer
from harvest.errors import HarvestError
from harvest.links import Links
from harvest.report import Fault, fault
from harvest.verdict import MOST, Link, State, Verdict, beside, compare, is_page, judge, looked_at
from repository.catalogue import Catalogue
from repository.store.changes import written

PAUSE: Final = 2.0
"""Seconds between two requests to one server."""

_PATIENCE: Final = 3
"""Failures of a server in a row after which it is left alone for the rest of a run."""

_KEPT: Final = 50

Look = Callable[[str, int], Answer]
"""(address, most bytes) -> what stands there; raises HarvestError."""


class Web(Struct):
    """The way out. `look` fetches, `wait` sleeps, `steady` measures seconds, `clock` tells the time."""

    look: Look
    wait: Callable[[float], None]
    steady: Callable[[], float]
    clock: Callable[[], datetime]


class Tally(Struct, kw_only=True):
    """What a run did: `looked` links by the state they are in now, `left` due ones for which it had no time, and
    `newly_dead` the first fifty of those that were not dead before."""

    looked: dict[State, int] = field(default_factory=dict)
    left: int = 0
    newly_dead: list[Link] = field(default_factory=list)


class Hosts(Struct):
    """What a run knows of each server: when it may be asked again, how often it failed in a row, and the answers
    for addresses beside its pages."""

    free: dict[str, float] = field(default_factory=dict)
    failed: dict[str, int] = field(default_factory=dict)
    beside: dict[str, Answer | None] = field(default_factory=dict)


def check(
    links: Links, catalogue: Catalogue, web: Web, *, most: int = 1000, seconds: float = 600.0, source: str = ""
) -> Tally:
    """Look at the links that are due, at most `most` and for about `seconds`; what was found is kept as it is found."""
    links.follow(catalogue, written(web.clock()))
    due = links.due(written(web.clock()), most + 1, source)
    tally, hosts = Tally(), Hosts()
    ends = web.steady() + seconds
    for link in in_turn(due[:most]):
        if web.steady() >= ends or hosts.failed.get(_host(link.url), 0) >= _PATIENCE:
            tally.left += 1
            continue
        found = looked_at(link, look_at(link, web, hosts), web.clock())
        links.settle([found])
        tally.looked[found.state] = tally.looked.get(found.state, 0) + 1
        if found.state == "dead" != link.state and len(tally.newly_dead) < _KEPT:
            tally.newly_dead.append(found)
    tally.left += len(due) > most
    return tally


def in_turn(due: Sequence[Link]) -> Iterator[Link]:
    """One link of each server in turn, so that hardly any pause has to be waited for."""
    servers: dict[str, list[Link]] = {}
    for link in due:
        servers.setdefault(_host(link.url), []).append(link)
    for round_ in zip_longest(*servers.values()):
        yield from (link for link in round_ if link is not None)


def look_at(link: Link, web: Web, hosts: Hosts) -> Verdict:
    """What stands at a link; `hosts` remembers when each server may be asked again."""
    host = _host(link.url)
    try:
        answer = _asked(link.url, web, hosts)
    except HarvestError as error:
        hosts.failed[host] = hosts.failed.get(host, 0) + 1
        return Verdict("silent", 0, fault(error))
    found = judge(link.url, link.promised, answer)
    hosts.failed[host] = hosts.failed.get(host, 0) + 1 if found.kind == "busy" else 0
    if found.kind == "there" and is_page(answer) and (reason := _alike(link.url, answer, web, hosts)):
        return Verdict("gone", found.status, reason)
    return found


def _alike(url: str, answer: Answer, web: Web, hosts: Hosts) -> Fault | None:
    """Why a page is one that the server gives for anything; asked once for each place on it."""
    other = beside(url)
    place = other.rpartition("mutualis-")[0]
    if place not in hosts.beside:
        try:
            hosts.beside[place] = _asked(other, web, hosts)
        except HarvestError:
            hosts.beside[place] = None
    nothing = hosts.beside[place]
    return compare(answer, nothing) if nothing is not None else None


def _asked(url: str, web: Web, hosts: Hosts) -> Answer:
    host = _host(url)
    if (pause := hosts.free.get(host, 0.0) - web.steady()) > 0:
        web.wait(pause)
    try:
        return web.look(url, MOST)
    finally:
        hosts.free[host] = web.steady() + PAUSE


def _host(url: str) -> str:
    return urlsplit(url).netloc.rpartition("@")[2].lower()
