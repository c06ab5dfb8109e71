"""`mutualis preview`: what a partner offers, and what some of its records would look like here."""

from argparse import ArgumentParser, Namespace
from collections import Counter
from typing import Any, Final

import msgspec

from harvest.client import Client
from harvest.discovery import Discovery, Seen, discover
from repository import services
from repository.commands.command import COMPLETE, FAILED, Translate
from repository.console import Console
from vocabularies.terms import Terms, choose

_SETS: Final = 30
_WORDS: Final = 20
_WIDTH: Final = 80


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("url", metavar="URL", help=text("base URL of the partner's OAI-PMH address"))
    parser.add_argument(
        "--prefix", default="", help=text("metadata prefix to ask for (default: the richest that both sides know)")
    )
    parser.add_argument("--set", default="", dest="set_spec", help=text("look at this set alone"))
    parser.add_argument(
        "--allow-private", action="store_true", help=text("accept a partner on a private or loopback address")
    )


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    client = Client(clock=opened.now, allow_private=given.allow_private)
    try:
        with console.progress("Looking at {url}", url=given.url):
            found = discover(given.url, client.fetch, opened.terms(), prefix=given.prefix, set_spec=given.set_spec)
        _tell(found, opened.terms(), console)
        console.report(_as_object(found, console.language))
        return COMPLETE if any(each.record for each in found.seen) else FAILED
    finally:
        client.close()
        opened.close()


def _tell(found: Discovery, terms: Terms, console: Console) -> None:
    console.say("{name}, at {url}", name=found.identity.name or "?", url=found.url)
    for each in found.untold:
        console.warn("{reason}", reason=each.told(console.language))
    for offer in found.offers:
        sentence = "{prefix}: can be read" if offer.prefix in found.readable else "{prefix}: is not read here"
        console.say(sentence, prefix=offer.prefix)
    for each_set in found.sets[:_SETS]:
        console.say("Set {spec}: {name}", spec=each_set.spec, name=each_set.name)
    if len(found.sets) > _SETS:
        console.say("… and {number} more sets.", number=len(found.sets) - _SETS)
    for address in found.identity.friends:
        console.say("It names another repository: {url}", url=address)
    _tell_records(found, terms, console)
    _tell_words(found, console)


def _tell_records(found: Discovery, terms: Terms, console: Console) -> None:
    rows = [_row(each, terms, console) for each in found.seen]
    if rows:
        console.table(["Title", "Type", "Language", "Country", "Licence", "Open"], rows)
    console.say(
        "{number} records were read as {prefix}; the list is said to have {announced}.",
        number=len(found.seen),
        prefix=found.prefix,
        announced="?" if found.announced is None else found.announced,
    )


def _row(seen: Seen, terms: Terms, console: Console) -> list[str]:
    record = seen.record
    if record is None:
        reason = seen.fault.told(console.language) if seen.fault else ""
        return [seen.identifier[:_WIDTH], console.text("in quarantine"), "", "", "", reason]
    title = choose(record.title, console.language)
    labels = [
        ", ".join(text.value for iri in held if (text := terms.label(iri, console.language)))
        for held in (record.resource_type, record.language, record.country, (record.licence or "",))
    ]
    return [(title.value if title else seen.identifier)[:_WIDTH], *labels, str(len(seen.warnings))]


def _tell_words(found: Discovery, console: Console) -> None:
    """The partner's words that found no place, so that somebody can say what they mean."""
    for (element, words), number in _placeless(found).most_common(_WORDS):
        console.say(
            "{number} × {element}: “{words}” found no place.", number=number, element=element, words=words[:_WIDTH]
        )


def _placeless(found: Discovery) -> Counter[tuple[str, str]]:
    return Counter(pair for each in found.seen for pair in each.placeless)


def _as_object(found: Discovery, language: str) -> dict[str, Any]:
    records = [
        {
            "identifier": each.identifier,
            "record": None if each.record is None else msgspec.to_builtins(each.record),
            "notes": each.notes,
            "warnings": each.warnings,
            "quarantined": each.fault.told(language) if each.fault else None,
        }
        for each in found.seen
    ]
    words = [
        {"element": element, "words": text, "times": times} for (element, text), times in _placeless(found).items()
    ]
    return {
        "outcome": "complete" if any(each.record for each in found.seen) else "failed",
        "url": found.url,
        "name": found.identity.name,
        "deletedRecord": found.identity.deleted,
        "granularity": found.identity.granularity,
        "friends": found.identity.friends,
        "formats": [{"prefix": each.prefix, "read": each.prefix in found.readable} for each in found.offers],
        "sets": [{"spec": each.spec, "name": each.name} for each in found.sets],
        "prefix": found.prefix,
        "announced": found.announced,
        "records": records,
        "placeless": words,
        "untold": [each.told(language) for each in found.untold],
    }
