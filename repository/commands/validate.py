"""`mutualis validate`: look at every record by SHACL that has changed since the last time."""

from argparse import ArgumentParser, Namespace

from repository import services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--source", default="", metavar="ID", help=text("count the records of this source alone"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    if given.source:
        opened.journal.source(given.source)  # a slip of the pen is told, and does not look like good news
    with console.progress("Looking at records by SHACL") as advance:
        looked = opened.conformity.follow(opened.catalogue, advance)
    totals = opened.conformity.totals(given.source)
    faulty = totals.pop("", 0)
    console.say(
        "{looked} records looked at; {faulty} of all do not meet the profile in every way.",
        looked=looked,
        faulty=faulty,
    )
    for shape, number in totals.most_common():
        console.say("{number} × {shape}", number=number, shape=shape)
    console.report({"outcome": "complete", "looked": looked, "faulty": faulty, "shapes": dict(totals.most_common())})
    opened.close()
    return COMPLETE
