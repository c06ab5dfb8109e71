"""`mutualis import`: take in files of any kind that is known."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import msgspec

from harvest.report import STATUS
from repository import importing, services
from repository.commands.command import Command, Translate, make_visible
from repository.commands.telling import as_object, tell_counts
from repository.console import Console
from repository.errors import UnreadableFile
from repository.tabular import read_mapping


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--mapping", type=Path, metavar="FILE.toml", help=text("how to read the columns of a table"))
    parser.add_argument("--why", default="", help=text("the reason, for the history"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    mapping = read_mapping(_bytes(given.mapping), str(given.mapping)) if given.mapping else None
    names = ", ".join(path.name for path in given.files[:3])
    with console.progress("Importing") as advance:
        report = importing.import_files(
            given.files,
            catalogue=opened.catalogue,
            journal=opened.journal,
            clock=opened.now,
            act=opened.act("import", given.why or names),
            mapping=mapping,
            language=console.language,
            progress=advance,
        )
    make_visible(opened, console)
    opened.close()
    for each in report.files:
        _tell(each, console)
    files = [_as_object(each, console.language) for each in report.files]
    console.report({**as_object(report.total, console.language), "files": files})
    return STATUS[report.outcome]


def _tell(told: importing.FileReport, console: Console) -> None:
    tell_counts(told.report, console, told.path)
    if told.inventory:
        console.say(
            "{path}: {read} rows read: {created} new drafts, {changed} changed, {unchanged} as they were, "
            "{refused} refused.",
            path=told.path,
            read=told.inventory.read,
            created=told.inventory.created,
            changed=told.inventory.changed,
            unchanged=told.inventory.unchanged,
            refused=told.inventory.refused,
        )
        for problem in told.inventory.problems:
            console.say("{reason}", reason=problem.told(console.language))


def _as_object(told: importing.FileReport, language: str) -> dict[str, object]:
    found: dict[str, object] = {"file": told.path, "kind": told.kind, **as_object(told.report, language)}
    if told.inventory:
        sentences = [problem.told(language) for problem in told.inventory.problems]
        found["inventory"] = {**msgspec.to_builtins(told.inventory), "problems": sentences}
    return found


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UnreadableFile(path=path, reason=error.strerror or str(error)) from error


COMMAND = Command("import", "take in files: records, kits, tables, an inventory (.xlsx)", run, arguments)
