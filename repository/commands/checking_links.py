"""`mutualis check-links`: look whether the pages and files of harvested records are still there."""

import time
from argparse import ArgumentParser, Namespace

from harvest.client import Answer, Client, Limits
from harvest.linkcheck import Tally, Web, check
from harvest.verdict import Link
from repository import services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console

LIMITS = Limits(seconds=30.0, idle=15.0, tries=1)


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--source", default="", metavar="ID", help=text("look at the links of this source alone"))
    parser.add_argument("--most", type=int, default=1000, help=text("how many links to look at (default: %(default)s)"))
    parser.add_argument(
        "--max-seconds", type=float, default=600.0, help=text("end after about this time (default: %(default)s)")
    )


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    if given.source:
        opened.journal.source(given.source)  # a slip of the pen is told, and does not look like good news
    clients = _Clients(opened)
    web = Web(clients.look, time.sleep, time.monotonic, opened.now)
    with console.progress("Looking at links"):
        tally = check(
            opened.links, opened.catalogue, web, most=given.most, seconds=given.max_seconds, source=given.source
        )
    _tell(tally, console)
    clients.close()
    opened.close()
    return COMPLETE


class _Clients:
    """One way out for everybody, and one into private networks for links of sources that stand there themselves."""

    def __init__(self, opened: services.Services) -> None:
        self._links = opened.links
        self._inside = {each.id for each in opened.journal.sources() if each.allow_private}
        agent = f"Mutualis (link check; {opened.base_url})"
        self._public, self._private = (
            Client(clock=opened.now, allow_private=private, limits=LIMITS, agent=agent, accept="text/html, */*;q=0.8")
            for private in (False, True)
        )

    def look(self, url: str, most: int) -> Answer:
        inside = self._inside and self._links.sources_of([url]).get(url, set()) & self._inside
        return (self._private if inside else self._public).look(url, most)

    def close(self) -> None:
        self._public.close()
        self._private.close()


def _tell(tally: Tally, console: Console) -> None:
    console.say(
        "{looked} links looked at: {alive} there, {kept} behind a sign-in, {failing} to be seen again, {dead} dead.",
        looked=sum(tally.looked.values()),
        **{state: tally.looked.get(state, 0) for state in ("alive", "kept", "failing", "dead")},
    )
    for link in tally.newly_dead:
        console.warn("{url}: {reason}", url=link.url, reason=_reason(link, console))
    if tally.left:
        console.say("More links are due; run the command again to go on.")
    console.report(
        {
            "outcome": "complete",
            "looked": tally.looked,
            "left": tally.left,
            "dead": [
                {"url": each.url, "status": each.status, "reason": _reason(each, console)} for each in tally.newly_dead
            ],
        }
    )


def _reason(link: Link, console: Console) -> str:
    return link.reason.told(console.language) if link.reason else ""
