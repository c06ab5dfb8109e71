"""`mutualis template`: an empty inventory to fill in with a spreadsheet program."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from repository import services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console
from repository.errors import FileNotWritten
from repository.exchange import template


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("file", type=Path, metavar="FILE.xlsx", help=text("the file to write"))
    parser.add_argument("--language", choices=("fr", "pt", "en"), help=text("language of the headings"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    language = given.language or opened.settings.default_language
    content = template.write(opened.terms(), language)
    try:
        given.file.write_bytes(content)
    except OSError as error:
        raise FileNotWritten(path=given.file, reason=error.strerror or str(error)) from error
    console.say(
        "{path} is ready; fill it in, then: mutualis --data {data} import {path}", path=given.file, data=given.data
    )
    console.report({"outcome": "complete", "file": str(given.file)})
    opened.close()
    return COMPLETE
