"""`mutualis report`: the report card of a source, to read or to send to the partner."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

import msgspec

from repository import app, services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console
from repository.messages import LANGUAGES
from repository.web import cards, pages
from repository.web.language import addresses


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))
    parser.add_argument(
        "--language", choices=LANGUAGES, help=text("language of the card (default: that of the command)")
    )
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help=text("file to write; its ending says how: .html or .csv")
    )


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    with console.progress("Looking at the records of {source}", source=given.source):
        held = opened.card(given.source)
    language = given.language or console.language
    portal = app.create_app(opened)
    with portal.test_request_context(f"/{language}/source/{held.source.id}", base_url=opened.base_url):
        portal.preprocess_request()
        shown = cards.of_card(held, opened.terms(), addresses())
        if given.output:
            as_table = given.output.suffix.lower() == ".csv"
            given.output.write_bytes(cards.table(shown, language) if as_table else pages.letter(shown).encode())
        else:
            console.table(["What", "Count", "Percent"], [_row(row) for row in cards.rows(shown, language)][1:])
    console.report({"outcome": "complete", "card": msgspec.to_builtins(held)})
    opened.close()
    return COMPLETE


def _row(row: Sequence[str]) -> list[str]:
    return [row[1], row[2], row[4]]
