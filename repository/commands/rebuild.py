"""`mutualis rebuild`: make search, SPARQL and the stored renderings again from the records."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace

from repository import following, services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console, language_of
from repository.messages import translate

PARTS = ("records", "search", "triples")


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument(
        "parts", nargs="*", type=_part, metavar="PART", help=text("records, search or triples (default: all three)")
    )


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    chosen = given.parts or PARTS
    report: dict[str, object] = {"outcome": "complete"}
    if "records" in chosen:
        with console.progress("Rendering the records again"):
            report["records_renewed"] = opened.catalogue.restamp(opened.act("mutualis", "rebuild"))
    if following.ask_rebuild(opened, [part for part in chosen if part != "records"]):
        console.say("The running server rebuilds {parts} beside the old ones and swaps them.", parts=", ".join(chosen))
    else:
        report |= {name: _rebuild(opened, name, console) for name in chosen if name != "records"}
    console.report(report)
    opened.close()
    return COMPLETE


def _part(words: str) -> str:
    if words not in PARTS:
        raise ArgumentTypeError(
            translate("{value} is not one of: {known}", language_of(), value=words, known=", ".join(PARTS))
        )
    return words


def _rebuild(opened: services.Services, name: str, console: Console) -> int:
    follower = opened.followers()[name]
    data = opened.settings.data
    with (
        following.holding(data),
        console.progress("Rebuilding {name}", name=name) as advance,
    ):
        changes = follower.rebuild(advance)
        follower.close()
    console.say("{name} in {path} was rebuilt from {changes} changes.", name=name, path=data, changes=changes)
    return changes
