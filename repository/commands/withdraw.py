"""`mutualis withdraw`: take records out of every public interface, leaving a tombstone."""

from argparse import ArgumentParser, Namespace

from repository import services
from repository.commands.command import OUTCOMES, Translate
from repository.commands.showing import make_visible
from repository.console import Console


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("ids", nargs="+", metavar="ID", help=text("ids or addresses of records"))
    parser.add_argument("--why", required=True, help=text("the reason, for the history"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    ids = [each.rstrip("/").rsplit("/", 1)[-1] for each in given.ids]
    written = opened.catalogue.withdraw(ids, opened.act("mutualis", given.why))
    make_visible(opened, console)
    for each in written:
        if each.outcome == "absent":
            console.warn("No record has the identifier {identifier}.", identifier=each.id)
        else:
            console.say("{identifier} is withdrawn; partners see it as deleted.", identifier=each.id)
    absent = sum(each.outcome == "absent" for each in written)
    outcome = "complete" if not absent else "failed" if absent == len(written) else "partial"
    console.report({"outcome": outcome, "records": written})
    opened.close()
    return OUTCOMES[outcome]
