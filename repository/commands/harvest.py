"""`mutualis harvest`: fetch what is new at a partner."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

import msgspec

from harvest import asking
from harvest.client import Client
from harvest.errors import NotOaiPmh, PartnerError, RefusedByPartner
from harvest.report import STATUS, Report
from harvest.run import harvest
from harvest.source import IMPORTED, Source, source_id
from repository import services
from repository.commands.command import Translate
from repository.commands.showing import make_visible
from repository.commands.telling import quarantined, tell_quarantine, tell_report
from repository.console import Console, language_of
from repository.identity import slug
from repository.messages import translate
from repository.record import Text


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("url", metavar="URL", help=text("base URL of the partner's OAI-PMH address"))
    parser.add_argument("--prefix", default="oai_dc", help=text("metadata prefix to ask for (default: %(default)s)"))
    parser.add_argument("--set", default="", dest="set_spec", help=text("harvest this set alone"))
    parser.add_argument(
        "--source", default="", type=_name, metavar="ID", help=text("short name of the source, for ever")
    )
    parser.add_argument(
        "--terms", default="", help=text("the partner's own conditions for its metadata, kept with each record")
    )
    parser.add_argument("--full", action="store_true", help=text("fetch everything again, not only what is new"))
    parser.add_argument(
        "--allow-private", action="store_true", help=text("accept a partner on a private or loopback address")
    )


def _name(words: str) -> str:
    if slug(words) != words or words == IMPORTED:
        raise ArgumentTypeError(
            translate("{value} is no short name: give small letters, digits and hyphens", language_of(), value=words)
        )
    return words


def run(given: Namespace, console: Console) -> int:
    report = take(
        given.data,
        given.url,
        given.source,
        console,
        prefix=given.prefix,
        set_spec=given.set_spec,
        full=given.full,
        allow_private=given.allow_private,
        terms=given.terms,
    )
    tell_report(report, console)
    return STATUS[report.outcome or "failed"]


def take(
    data: Path,
    url: str,
    name: str,
    console: Console,
    *,
    prefix: str = "oai_dc",
    set_spec: str = "",
    full: bool = False,
    allow_private: bool = False,
    terms: str = "",
) -> Report:
    """Harvest a source, registering it at the first time under `name`, or a name made from its address.

    `terms` are the partner's conditions for its metadata; once given they stay until others are given.
    """
    opened = services.open_services(data)
    client = Client(clock=opened.now, allow_private=allow_private)
    source = opened.journal.find(url, prefix, set_spec)
    if source is None:
        source = _register(opened, client, url, name, prefix, set_spec, allow_private)
    if terms:
        source = msgspec.structs.replace(source, terms=(Text(terms),))
        opened.journal.register(source)
    act = opened.act(f"harvest {source.id}", url)
    with console.progress("Harvesting {source}", source=source.id) as advance:
        report = harvest(
            source,
            catalogue=opened.catalogue,
            journal=opened.journal,
            fetch=client.fetch,
            clock=opened.now,
            act=act,
            progress=advance,
            full=full,
        )
    make_visible(opened, console)
    tell_quarantine(quarantined(opened.journal, source.id, act.id), console)
    opened.close()
    return report


def _register(
    opened: services.Services, client: Client, url: str, name: str, prefix: str, set_spec: str, allow_private: bool
) -> Source:
    """Note a new source, under the name it gives itself where it does. Raises HarvestError where nobody answers."""
    try:
        name_given = asking.identify(url, client.fetch).name
    except (NotOaiPmh, PartnerError, RefusedByPartner):
        name_given = ""  # many lists can be read from a partner that cannot say who it is
    taken = {each.id for each in opened.journal.sources()}
    source = Source(
        id=name or source_id(url, prefix, set_spec, taken),
        base_url=url,
        prefix=prefix,
        set_spec=set_spec,
        name=(Text(name_given),) if name_given else (),
        allow_private=allow_private,
    )
    opened.journal.register(source)
    return source
