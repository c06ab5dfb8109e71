"""`mutualis release`: numbered states of all data that are kept for ever, to be cited and asked again."""

from argparse import ArgumentParser, Namespace

from repository import services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console
from repository.messages import LANGUAGES
from sparql.dumps import citation


def arguments(parser: ArgumentParser, text: Translate) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help=text("show all releases, the newest first"))
    making = acts.add_parser("make", help=text("make the next release of what the catalogue says now"))
    for language in LANGUAGES:
        making.add_argument(
            f"--note-{language}", default="", metavar="TEXT", help=text("what is new in it, in this language")
        )


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    try:
        if given.act == "list":
            _list(opened, console)
        else:
            _make(opened, given, console)
    finally:
        opened.close()
    return COMPLETE


def _list(opened: services.Services, console: Console) -> None:
    found = opened.dumps.listed("release")
    rows = [[each.name, each.issued[:10], f"{each.counts.resources:,}", citation(each)] for each in found]
    console.table(["Number", "Date", "Resources", "To cite"], rows)
    console.report({"outcome": "complete", "releases": found})


def _make(opened: services.Services, given: Namespace, console: Console) -> None:
    note = {language: getattr(given, f"note_{language}") for language in LANGUAGES}
    with console.progress("Writing everything that the catalogue says") as advance:
        made = opened.dump("release", "", advance, {k: v for k, v in note.items() if v})
    folder = opened.dumps.folder("release", made.name)
    console.say("Release {number} is in {path}.", number=made.name, path=folder)
    console.say("To cite it: {citation}", citation=citation(made))
    console.report({"outcome": "complete", "path": str(folder), "release": made, "citation": citation(made)})
