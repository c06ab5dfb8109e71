"""The command `mutualis`: reads the words, runs one command, and tells its errors in one sentence."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from repository.commands import (
    demo,
    doctor,
    harvest,
    importing,
    init,
    rebuild,
    serve,
    template,
    vocabulary,
    withdraw,
)
from repository.commands.command import FAILED, Command
from repository.console import Console, language_of
from repository.errors import DataFolderUnusable, DiskFull, MutualisError
from repository.messages import translate

COMMANDS: Final[tuple[Command, ...]] = (
    init.COMMAND,
    serve.COMMAND,
    importing.COMMAND,
    harvest.COMMAND,
    vocabulary.COMMAND,
    withdraw.COMMAND,
    template.COMMAND,
    rebuild.COMMAND,
    doctor.COMMAND,
    demo.COMMAND,
    serve.FOLLOW,
)
_INTERRUPTED: Final = 130
_FULL_DISK: Final = 28


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 complete, 3 partial, 1 failed, 2 wrong arguments."""
    language = language_of()
    given = parser(language).parse_args(words)
    console = Console(as_json=given.json, language=language)
    try:
        return next(each for each in COMMANDS if each.name == given.command).run(given, console)
    except MutualisError as error:
        console.fail(error)
        return error.exit_status
    except OSError as error:
        console.fail(_told(error, given.data))
        return FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED


def parser(language: str) -> argparse.ArgumentParser:
    """The parser of all commands, with its help in a language."""

    def text(message: str) -> str:
        return translate(message, language)

    whole = argparse.ArgumentParser(
        prog="mutualis", description=text("The regional catalogue of vocational-training resources.")
    )
    whole.add_argument("--data", type=Path, default=_folder(), help=text("the data folder (default: %(default)s)"))
    whole.add_argument("--json", action="store_true", help=text("report as JSON on standard output"))
    commands = whole.add_subparsers(dest="command", required=True, metavar=text("COMMAND"))
    for each in COMMANDS:
        below = _below(commands, each, text)
        below.add_argument("--data", type=Path, default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        below.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)
        each.arguments(below, text)
    return whole


def _below(commands: Any, each: Command, text: Callable[[str], str]) -> argparse.ArgumentParser:
    """The parser of one command; one without help is left out of the list of commands."""
    shown = {} if each.hidden else {"help": text(each.help)}
    parser: argparse.ArgumentParser = commands.add_parser(each.name, description=text(each.help), **shown)
    return parser


def _folder() -> Path:
    return Path(os.environ.get("MUTUALIS_DATA", "data"))


def _told(error: OSError, data: Path) -> MutualisError:
    """A sentence for what the operating system refused, outside the database."""
    path = error.filename or data
    if error.errno == _FULL_DISK:
        return DiskFull(path=path)
    return DataFolderUnusable(path=path, reason=error.strerror or str(error))


if __name__ == "__main__":
    sys.exit(main())
