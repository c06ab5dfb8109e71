"""`mutualis dump`: everything that the catalogue says as files, dated; the last few are kept."""

from argparse import ArgumentParser, Namespace

from repository import services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console


def arguments(parser: ArgumentParser, text: Translate) -> None:
    """It has none of its own."""


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    with console.progress("Writing everything that the catalogue says") as advance:
        made = opened.dump("dump", opened.today(), advance)
    opened.dumps.prune()
    folder = opened.dumps.folder("dump", made.name)
    console.say("{triples} statements are in {path}.", triples=made.counts.triples, path=folder)
    console.report({"outcome": "complete", "path": str(folder), "dump": made})
    opened.close()
    return COMPLETE
