"""`mutualis rebuild`: make search, SPARQL and the stored renderings again from the records."""

from argparse import ArgumentParser, Namespace

from repository import services, serving
from repository.commands.command import COMPLETE, Command, Translate
from repository.console import Console

PARTS = ("records", "search", "triples")


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument(
        "parts", nargs="*", metavar="PART", help=text("records, search or triples (default: all three)")
    )


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    chosen = given.parts or PARTS
    report: dict[str, object] = {"outcome": "complete"}
    if "records" in chosen:
        with console.progress("Rendering the records again"):
            report["records_renewed"] = opened.catalogue.restamp(opened.act("mutualis", "rebuild"))
    if serving.ask_rebuild(opened, [part for part in chosen if part != "records"]):
        console.say("The running server rebuilds {parts} beside the old ones and swaps them.", parts=", ".join(chosen))
    else:
        report |= {name: _rebuild(opened, name, console) for name in chosen if name != "records"}
    console.report(report)
    opened.close()
    return COMPLETE


def _rebuild(opened: services.Services, name: str, console: Console) -> int:
    follower = opened.followers()[name]
    data = opened.settings.data
    with (
        serving.holding(data),
        console.progress("Rebuilding {name}", name=name) as advance,
    ):
        changes = follower.rebuild(advance)
        follower.close()
    console.say("{name} in {path} was rebuilt from {changes} changes.", name=name, path=data, changes=changes)
    return changes


COMMAND = Command("rebuild", "make search, SPARQL and stored renderings again from the records", run, arguments)
