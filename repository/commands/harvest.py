"""`mutualis harvest`: fetch what is new at a partner."""

import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable, Sequence
from math import inf
from pathlib import Path
from typing import NamedTuple

import msgspec

from harvest import asking
from harvest.client import Client
from harvest.errors import DueAsRegistered, NothingToHarvest, NotOaiPmh, OutOfTime, PartnerError, RefusedByPartner
from harvest.negotiation import FALLBACK, choose
from harvest.report import STATUS, Outcome, Report, fault
from harvest.run import harvest
from harvest.schedule import RHYTHMS
from harvest.source import IMPORTED, Source, source_id
from repository import services
from repository.commands.command import Translate
from repository.commands.showing import make_visible
from repository.commands.telling import as_object, quarantined, tell_counts, tell_quarantine, tell_report
from repository.console import Console, language_of
from repository.errors import MutualisError
from repository.formats.table import FORMATS
from repository.identity import slug
from repository.keeping import due
from repository.messages import tell, translate
from repository.record import Text
from repository.store.changes import written


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument(
        "url",
        metavar="URL",
        nargs="?",
        default="",
        help=text("base URL of the partner's OAI-PMH address, or the id of a source"),
    )
    parser.add_argument(
        "--prefix", default="", help=text("metadata prefix to ask for (default: the richest that both sides know)")
    )
    parser.add_argument("--set", default="", dest="set_spec", help=text("harvest this set alone"))
    parser.add_argument(
        "--source", default="", type=_name, metavar="ID", help=text("short name of the source, for ever")
    )
    parser.add_argument(
        "--terms", default="", help=text("the partner's own conditions for its metadata, kept with each record")
    )
    parser.add_argument(
        "--due", action="store_true", help=text("harvest every source whose time has come, and no other")
    )
    parser.add_argument(
        "--every", choices=list(RHYTHMS), help=text("harvest it this often while the catalogue is served")
    )
    parser.add_argument("--full", action="store_true", help=text("fetch everything again, not only what is new"))
    parser.add_argument(
        "--allow-private", action="store_true", help=text("accept a partner on a private or loopback address")
    )
    parser.add_argument(
        "--max-seconds", type=_seconds, metavar="N", help=text("end after this time; the next run goes on from there")
    )
    parser.add_argument(
        "--print-identifiers",
        action="store_true",
        help=text("print the OAI identifier of everything stored or deleted, one a line, and nothing else"),
    )


def _name(words: str) -> str:
    if slug(words) != words or words == IMPORTED:
        raise ArgumentTypeError(
            translate("{value} is no short name: give small letters, digits and hyphens", language_of(), value=words)
        )
    return words


def _seconds(words: str) -> float:
    try:
        seconds = float(words)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < inf:
        raise ArgumentTypeError(translate("{value} is no number of seconds above 0", language_of(), value=words))
    return seconds


def run(given: Namespace, console: Console) -> int:
    if bool(given.url) == given.due:
        raise NothingToHarvest()
    if given.due and any((given.prefix, given.set_spec, given.source, given.terms, given.allow_private, given.every)):
        raise DueAsRegistered()
    if given.print_identifiers:
        console.set_aside()
    if given.due:
        return _harvest_due(given, console)
    report = _take_one(given, console, given.url, given.max_seconds)
    tell_report(report, console)
    return STATUS[report.outcome or "failed"]


def _take_one(given: Namespace, console: Console, url: str, seconds: float | None) -> Report:
    return take(
        given.data,
        url,
        given.source,
        console,
        wish=Wish(given.prefix, given.set_spec, given.terms, given.allow_private, given.every or ""),
        full=given.full,
        seconds=seconds,
        tell=_printing(console) if given.print_identifiers else _silent,
    )


def _harvest_due(given: Namespace, console: Console) -> int:
    """Every source whose time has come, one after the other; what is wrong with one keeps no other waiting."""
    opened = services.open_services(given.data)
    waiting = due(opened, written(opened.now()))
    opened.close()
    ends = inf if given.max_seconds is None else time.monotonic() + given.max_seconds
    reports: list[Report] = []
    for id in waiting:
        left = ends - time.monotonic()
        if left <= 0:
            break
        try:
            reports.append(_take_one(given, console, id, None if left == inf else left))
        except MutualisError as error:
            console.warn("{source}: {reason}", source=id, reason=tell(error, console.language))
            reports.append(Report(source=id, outcome="failed", problems=[fault(error)]))
        else:
            tell_counts(reports[-1], console, id)
    if not waiting:
        console.say("No source is due.")
    outcome = worst(reports, left=len(waiting) - len(reports))
    console.report({"outcome": outcome, "runs": [as_object(each, console.language) for each in reports]})
    return STATUS[outcome]


def worst(reports: Sequence[Report], left: int) -> Outcome:
    """The outcome of several runs in one word; `left` are those for which there was no time."""
    outcomes = {each.outcome or "failed" for each in reports}
    if outcomes <= {"complete"} and not left:
        return "complete"
    return "failed" if outcomes == {"failed"} else "partial"


def _silent(_identifiers: Sequence[str]) -> None:
    """Where nobody asked for identifiers."""


def _printing(console: Console) -> Callable[[Sequence[str]], None]:
    return lambda identifiers: console.lines(" ".join(each.split()) for each in identifiers)


class Wish(NamedTuple):
    """What is asked of a source: its format ("" for the richest), its set ("" for everything), the partner's terms
    ("" for those it has), whether it may stand on a private address, how often it is harvested ("" as before)."""

    prefix: str = ""
    set_spec: str = ""
    terms: str = ""
    allow_private: bool = False
    every: str = ""


def take(
    data: Path,
    url: str,
    name: str,
    console: Console,
    *,
    wish: Wish,
    full: bool = False,
    seconds: float | None = None,
    tell: Callable[[Sequence[str]], None] = _silent,
) -> Report:
    """Harvest a source, by its id or its address; at the first time it is registered under `name`, or a name made
    from its address. `seconds` is all the time that there is; `tell` gets the identifiers of what was taken in.
    """
    opened = services.open_services(data)
    source = _found(opened, url, wish)
    allow_private = wish.allow_private or (source is not None and source.allow_private)
    client = Client(clock=opened.now, allow_private=allow_private, seconds=seconds)
    if source is None:
        source = _register(opened, client, url, name, wish, console)
    source = _kept(opened, source, wish)
    act = opened.act(f"harvest {source.id}", source.base_url)
    with console.progress("Harvesting {source}", source=source.id) as advance:
        report = harvest(
            source,
            catalogue=opened.catalogue,
            journal=opened.journal,
            fetch=client.fetch,
            clock=opened.now,
            act=act,
            progress=advance,
            tell=tell,
            namespace=opened.settings.oai_namespace,
            full=full,
        )
    if not any(problem.message == OutOfTime.message for problem in report.problems):
        make_visible(opened, console)  # else the next command or server does it: the time is over
    tell_quarantine(quarantined(opened.journal, source.id, act.id), console)
    opened.close()
    return report


def _found(opened: services.Services, url: str, wish: Wish) -> Source | None:
    """The source with this id or address. Without a prefix it is the one that was chosen the first time."""
    held = opened.journal.sources()
    same = [each for each in held if (each.base_url, each.set_spec) == (url, wish.set_spec)]
    named = [each for each in held if each.id == url and each.id != IMPORTED]
    fitting = named or [each for each in same if wish.prefix in ("", each.prefix)]
    return fitting[0] if fitting else None


def _kept(opened: services.Services, source: Source, wish: Wish) -> Source:
    """The source with what was asked of it now, which stays until something else is asked."""
    changed: Source = msgspec.structs.replace(
        source,
        terms=(Text(wish.terms),) if wish.terms else source.terms,
        allow_private=wish.allow_private or source.allow_private,
        every=wish.every or source.every,
    )
    if changed != source:
        opened.journal.register(changed)
    return changed


def _register(opened: services.Services, client: Client, url: str, name: str, wish: Wish, console: Console) -> Source:
    """Note a new source, under the name it gives itself where it does. Raises HarvestError where nobody answers."""
    try:
        told = asking.identify(url, client.fetch)
    except (NotOaiPmh, PartnerError, RefusedByPartner):
        told = asking.Identity()  # many lists can be read from a partner that cannot say who it is
    prefix = wish.prefix or _negotiated(client, url, told, console)
    taken = {each.id for each in opened.journal.sources()}
    source = Source(
        id=name or source_id(url, prefix, wish.set_spec, taken),
        base_url=url,
        prefix=prefix,
        set_spec=wish.set_spec,
        name=(Text(told.name),) if told.name else (),
        allow_private=wish.allow_private,
        kin=told.is_kin,
        every=wish.every,
    )
    opened.journal.register(source)
    return source


def _negotiated(client: Client, url: str, told: asking.Identity, console: Console) -> str:
    """The richest format that both sides know. A partner that does not say what it has is asked for oai_dc."""
    try:
        offered = asking.offers(url, client.fetch)
    except (NotOaiPmh, PartnerError, RefusedByPartner):
        return FALLBACK
    prefix = choose(offered, FORMATS, kin=told.is_kin)
    console.say("{url} is asked for {prefix}, the richest format that both sides know.", url=url, prefix=prefix)
    return prefix
