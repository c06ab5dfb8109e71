"""`mutualis import`: take in files of any kind that is known."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

import msgspec

from harvest.report import STATUS
from harvest.source import IMPORTED
from repository import importing, services
from repository.commands.command import Translate
from repository.commands.showing import make_visible
from repository.commands.telling import as_object, quarantined, tell_counts, tell_quarantine
from repository.console import Console
from repository.errors import UnreadableFile
from repository.tabular import read_mapping


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help=text("files of any kind that is known"))
    parser.add_argument("--mapping", type=Path, metavar="FILE.toml", help=text("how to read the columns of a table"))
    parser.add_argument("--why", default="", help=text("the reason, for the history"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    act = opened.act("import", given.why or ", ".join(path.name for path in given.files[:3]))
    mapping = read_mapping(_bytes(given.mapping), str(given.mapping)) if given.mapping else None
    with console.progress("Importing") as advance:
        report = importing.import_files(
            given.files,
            catalogue=opened.catalogue,
            journal=opened.journal,
            clock=opened.now,
            act=act,
            mapping=mapping,
            language=console.language,
            progress=advance,
        )
    make_visible(opened, console)
    held = quarantined(opened.journal, IMPORTED, act.id)
    opened.close()
    for each in report.files:
        _tell(each, console)
    tell_quarantine(held, console)
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
