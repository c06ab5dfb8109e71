"""The command `mutualis`: reads the words, runs one command, and tells its errors in one sentence."""

import argparse
import os
import sys
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any, Final

from repository.commands.command import FAILED, KEEPER, Command
from repository.console import Console, language_of, refusal
from repository.errors import MutualisError
from repository.messages import translate

COMMANDS: Final = (
    Command("init", "make a catalogue in the data folder, or bring it up to date", "init"),
    Command("serve", "serve the portal, OAI-PMH and SPARQL", "serve"),
    Command("import", "take in files: records, kits, tables, an inventory (.xlsx)", "importing"),
    Command("harvest", "fetch what is new at a partner, by OAI-PMH", "harvest"),
    Command("preview", "look at a partner before its first harvest; nothing is stored", "preview"),
    Command("source", "say how often sources are harvested, stop one, let it go on", "source"),
    Command("oai-check", "look at an OAI-PMH address as a partner would", "oai_check"),
    Command("replay", "read again what a partner sent, without asking the partner", "replay"),
    Command("report", "write the report card of a source, for the partner", "report"),
    Command("review", "show what waits for a person, and decide it", "review"),
    Command("validate", "look by SHACL at records that have changed", "validate"),
    Command("check-links", "look whether pages and files of harvested records are still there", "checking_links"),
    Command("vocabulary", "take in vocabularies of your own", "vocabulary"),
    Command("user", "give people accounts for the workbench, or close them", "user"),
    Command("withdraw", "withdraw records; partners see them as deleted", "withdraw"),
    Command("template", "write an empty inventory (.xlsx) to fill in", "template"),
    Command("query", "ask in SPARQL: the catalogue, or a dump of it", "query"),
    Command("dump", "write everything that the catalogue says into dated files", "dump"),
    Command("release", "make a numbered state of all data that is kept for ever, or list them", "release"),
    Command("rebuild", "make search, SPARQL and stored renderings again from the records", "rebuild"),
    Command("doctor", "look whether everything is in order", "doctor"),
    Command("demo", "serve a sample catalogue and a partner that it harvests", "demo"),
    Command("follow", "keep search and SPARQL up with the catalogue", "follow", hidden=True),
)
NAMES: Final = tuple(each.name for each in COMMANDS)
_INTERRUPTED: Final = 130


def main(words: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit status: 0 complete, 3 partial, 1 failed, 2 wrong arguments, 130 interrupted."""
    words = sys.argv[1:] if words is None else words
    if keeper := os.environ.pop(KEEPER, ""):
        from repository.thrift import be_thrifty  # for nobody else to wait for
        from sparql.pool.confinement import die_with

        die_with(int(keeper))
        be_thrifty()
    language = language_of()
    given = parser(language, words).parse_args(words)
    console = Console(as_json=given.json, language=language)
    try:
        return next(each for each in COMMANDS if each.name == given.command).load().run(given, console)
    except MutualisError as error:
        console.fail(error)
        return error.exit_status
    except OSError as error:
        console.fail(refusal(error, given.data))
        return FAILED
    except KeyboardInterrupt:
        return _INTERRUPTED


def parser(language: str, wanted: Collection[str] = NAMES) -> argparse.ArgumentParser:
    """The parser of all commands, with its help in a language; only `wanted` ones get their arguments."""

    def text(message: str) -> str:
        return translate(message, language)

    argparse._ = text  # type: ignore[attr-defined]  # its own words, for which Python ships no translation
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
        if each.name in wanted:
            each.load().arguments(below, text)
    return whole


def _below(commands: Any, each: Command, text: Callable[[str], str]) -> argparse.ArgumentParser:
    """The parser of one command; one without help is left out of the list of commands."""
    shown = {} if each.hidden else {"help": text(each.help)}
    parser: argparse.ArgumentParser = commands.add_parser(each.name, description=text(each.help), **shown)
    return parser


def _folder() -> Path:
    return Path(os.environ.get("MUTUALIS_DATA", "data"))


if __name__ == "__main__":
    sys.exit(main())
