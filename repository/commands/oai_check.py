"""`mutualis oai-check`: look at an OAI-PMH endpoint as a partner would, and write what its keepers can mend."""

import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from pathlib import Path

from harvest.check import report
from harvest.check.visit import Visit
from harvest.client import Client, Limits
from repository.commands.command import COMPLETE, FAILED, PARTIAL, Translate
from repository.console import Console, language_of
from repository.messages import LANGUAGES, translate
from repository.services import now
from repository.store.changes import written

_LIMITS = Limits(tries=2, longest_wait=60.0)
_ENDINGS = (".html", ".txt", ".md")


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("url", metavar="URL", help=text("base URL of the OAI-PMH address to look at"))
    parser.add_argument("--prefix", default="oai_dc", help=text("metadata prefix to ask for (default: %(default)s)"))
    parser.add_argument("--set", default="", dest="set_spec", help=text("look at this set alone"))
    parser.add_argument(
        "--pages",
        type=int,
        default=5,
        metavar="N",
        help=text("pages of the list to read; 0: all (default: %(default)s)"),
    )
    parser.add_argument(
        "--max-seconds", type=float, default=600.0, help=text("end after about this time (default: %(default)s)")
    )
    parser.add_argument(
        "--language", choices=LANGUAGES, help=text("language of the report (default: that of the command)")
    )
    parser.add_argument(
        "--output", type=_file, metavar="FILE", help=text("file to write the report to: .html, .txt or .md")
    )
    parser.add_argument(
        "--allow-private", action="store_true", help=text("accept a partner on a private or loopback address")
    )


def _file(words: str) -> Path:
    path = Path(words)
    if path.suffix.lower() not in _ENDINGS:
        raise ArgumentTypeError(
            translate("{value} ends in none of: {known}", language_of(), value=words, known=", ".join(_ENDINGS))
        )
    return path


def run(given: Namespace, console: Console) -> int:
    client = Client(clock=now, allow_private=given.allow_private, limits=_LIMITS, seconds=given.max_seconds)
    visit = Visit(
        base_url=given.url,
        ask_once=client.fetch,
        post_once=client.post,
        steady=time.monotonic,
        prefix=given.prefix,
        set_spec=given.set_spec,
        pages=given.pages,
        most=60 + given.pages if given.pages else 1_000_000,
    )
    with console.progress("Looking at {url}", url=given.url):
        checked = report.check(visit, written(now()))
    client.close()
    language = given.language or console.language
    if given.output:
        as_page = given.output.suffix.lower() == ".html"
        told = report.page(checked, language) if as_page else "\n".join(report.lines(checked, language)) + "\n"
        given.output.write_text(told, "utf-8")
    elif not console.as_json:
        console.lines(report.lines(checked, language))
    console.report({"outcome": "complete", **report.as_object(checked, language)})
    return FAILED if checked.faults else PARTIAL if checked.advice else COMPLETE
