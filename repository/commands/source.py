"""`mutualis source`: the sources, when each is harvested, and who stopped which."""

import getpass
from argparse import ArgumentParser, Namespace
from typing import Any

import msgspec

from harvest.schedule import RHYTHMS, next_run
from harvest.source import IMPORTED, Source
from repository import services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console


def arguments(parser: ArgumentParser, text: Translate) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help=text("show all sources, their rhythm and their last run"))
    scheduling = acts.add_parser(
        "schedule", help=text("say how often a source is harvested while the catalogue is served")
    )
    scheduling.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))
    scheduling.add_argument("every", choices=[*RHYTHMS, "never"], help=text("how often; never: by hand alone"))
    stopping = acts.add_parser("stop", help=text("harvest a source no more, not even by hand; a run that goes on ends"))
    stopping.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))
    stopping.add_argument("--who", default="", help=text("who decides (default: the user of this machine)"))
    resuming = acts.add_parser("resume", help=text("harvest a stopped source again"))
    resuming.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    try:
        if given.act == "list":
            _list(opened, console)
        else:
            _change(opened, given, console)
    finally:
        opened.close()
    return COMPLETE


def _list(opened: services.Services, console: Console) -> None:
    found = [_told(opened, source) for source in opened.journal.sources() if source.id != IMPORTED]
    if not found:
        console.say("No partner repository is harvested yet; everything here was deposited or imported.")
    else:
        console.table(
            ["Source", "How often", "Next run", "Last run", "Outcome"],
            [
                [
                    each["id"],
                    console.text("stopped by {who}", who=each["stoppedBy"])
                    if each["stoppedBy"]
                    else console.text(each["every"]),
                    each["next"] or "-",
                    each["last"] or "-",
                    console.text(each["outcome"]) if each["outcome"] else "-",
                ]
                for each in found
            ],
        )
    console.report({"outcome": "complete", "sources": found})


def _told(opened: services.Services, source: Source) -> dict[str, Any]:
    last = opened.journal.last_runs().get(source.id)
    due = next_run(source, opened.journal.checkpoint(source.id), last)
    return {
        "id": source.id,
        "url": source.base_url,
        "prefix": source.prefix,
        "set": source.set_spec,
        "every": source.every or "never",
        "stoppedBy": source.stopped_by,
        "next": None if due is None else due or "now",
        "last": last.started if last else None,
        "outcome": last.outcome if last else None,
    }


def _change(opened: services.Services, given: Namespace, console: Console) -> None:
    source = opened.journal.source(given.source)
    if given.act == "schedule":
        source = msgspec.structs.replace(source, every="" if given.every == "never" else given.every)
    else:
        who = given.who or getpass.getuser() if given.act == "stop" else ""
        source = msgspec.structs.replace(source, stopped_by=who)
    opened.journal.register(source)
    if source.stopped_by:
        console.say("{source} is stopped: nothing is harvested there until somebody resumes it.", source=source.id)
    elif source.every:
        console.say(
            "{source} is harvested {every} while the catalogue is served.",
            source=source.id,
            every=console.text(source.every),
        )
    else:
        console.say("{source} is harvested by hand alone.", source=source.id)
    console.report({"outcome": "complete", **_told(opened, source)})
