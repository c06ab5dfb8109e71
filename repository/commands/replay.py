"""`mutualis replay`: read again what a partner sent, without asking the partner."""

from argparse import ArgumentParser, Namespace

from harvest.replay import replay
from harvest.report import STATUS
from repository import services
from repository.commands.command import Translate
from repository.commands.showing import make_visible
from repository.commands.telling import quarantined, tell_quarantine, tell_report
from repository.console import Console


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    source = opened.journal.source(given.source)
    act = opened.act(f"replay {source.id}", source.base_url)
    with console.progress("Reading {source} again", source=source.id) as advance:
        report = replay(
            source,
            catalogue=opened.catalogue,
            journal=opened.journal,
            clock=opened.now,
            act=act,
            progress=advance,
        )
    make_visible(opened, console)
    tell_report(report, console)
    tell_quarantine(quarantined(opened.journal, source.id, act.id), console)
    opened.close()
    return STATUS[report.outcome or "failed"]
