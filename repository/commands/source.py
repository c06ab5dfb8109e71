"""`mutualis source`: the sources, when each is harvested, and who stopped which."""

from argparse import ArgumentParser, Namespace
from typing import Any

import msgspec

from harvest.choices import concept_named
from harvest.errors import UnclearChoice, UnknownConcept
from harvest.schedule import RHYTHMS, next_run
from harvest.source import IMPORTED, Choices, Source
from repository import services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console, user
from vocabularies.terms import Terms


def arguments(parser: ArgumentParser, text: Translate) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help=text("show all sources, their rhythm and their last run"))
    scheduling = acts.add_parser(
        "schedule", help=text("say how often a source is harvested while the catalogue is served")
    )
    scheduling.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))
    scheduling.add_argument("every", choices=[*RHYTHMS, "never"], help=text("how often; never: by hand alone"))
    stopping = acts.add_parser("stop", help=text("harvest a source no more, not even by hand; a run that goes on ends"))
    stopping.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))
    stopping.add_argument("--who", default="", help=text("who decides (default: the user of this machine)"))
    holding = acts.add_parser("quarantine", help=text("show the records of a source that could not be used, and why"))
    holding.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))
    holding.add_argument("--most", type=int, default=100, help=text("how many to show (default: %(default)s)"))
    holding.add_argument("--bytes", action="store_true", help=text("show each as it came"))
    resuming = acts.add_parser("resume", help=text("harvest a stopped source again"))
    choices = acts.add_parser(
        "choose", help=text("say what words of a source mean, and its language; show what was said")
    )
    _choosing(choices, text)
    resuming.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))


def _choosing(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("source", metavar="SOURCE", help=text("id of the source, as the page of sources shows it"))
    parser.add_argument("--language", help=text("language of records that tell none: fr, pt ...; none takes it back"))
    parser.add_argument(
        "--word",
        action="append",
        default=[],
        metavar="WORDS=CONCEPT",
        help=text("what words of the source mean, such as Manuel=resource-type/GP; nothing after = takes it back"),
    )


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    try:
        if given.act == "list":
            _list(opened, console)
        elif given.act == "quarantine":
            _quarantine(opened, given, console)
        elif given.act == "choose":
            _choose(opened, given, console)
        else:
            _change(opened, given, console)
    finally:
        opened.close()
    return COMPLETE


def _list(opened: services.Services, console: Console) -> None:
    found = [_told(opened, source) for source in opened.journal.sources() if source.id != IMPORTED]
    if not found:
        console.say("No partner repository is harvested yet; everything here was deposited or imported.")
    else:
        console.table(
            ["Source", "How often", "Next run", "Last run", "Outcome"],
            [
                [
                    each["id"],
                    console.text("stopped by {who}", who=each["stoppedBy"])
                    if each["stoppedBy"]
                    else console.text(each["every"]),
                    _minute(each["next"]),
                    _minute(each["last"]),
                    console.text(each["outcome"]) if each["outcome"] else "-",
                ]
                for each in found
            ],
        )
    console.report({"outcome": "complete", "sources": found})


def _minute(moment: str | None) -> str:
    """A moment (UTC) as people read it in a table."""
    return (moment or "-")[:16].replace("T", " ")


def _told(opened: services.Services, source: Source) -> dict[str, Any]:
    last = next(iter(opened.journal.runs(source.id, 1)), None)
    due = next_run(source, opened.journal.checkpoint(source.id), last)
    return {
        "id": source.id,
        "url": source.base_url,
        "prefix": source.prefix,
        "set": source.set_spec,
        "every": source.every or "never",
        "stoppedBy": source.stopped_by,
        "next": None if due is None else due or "now",
        "last": last.started if last else None,
        "outcome": last.outcome if last else None,
    }


def _quarantine(opened: services.Services, given: Namespace, console: Console) -> None:
    source = opened.journal.source(given.source)
    held = opened.journal.quarantined(source.id, given.most)
    for each in held:
        reason = each.fault.told(console.language)
        console.say(
            "{identifier} ({place}, {date}): {reason}",
            identifier=each.identifier or "-",
            place=each.place,
            date=each.noted[:10],
            reason=reason,
        )
        if given.bytes:
            console.say("{received}", received=each.received.decode("utf-8", "replace"))
    total = opened.journal.quarantine_totals().get(source.id, 0)
    console.say("{number} in quarantine; mutualis replay {source} tries them again.", number=total, source=source.id)
    told = [
        {
            "identifier": each.identifier,
            "place": each.place,
            "noted": each.noted,
            "reason": each.fault.told(console.language),
            "received": each.received.decode("utf-8", "replace"),
        }
        for each in held
    ]
    console.report({"outcome": "complete", "id": source.id, "total": total, "records": told})


def _choose(opened: services.Services, given: Namespace, console: Console) -> None:
    """Change what was decided about the source's words, then show all of it. Raises UnknownConcept, UnclearChoice."""
    source = opened.journal.source(given.source)
    terms, held = opened.terms(), source.choices
    if given.language is not None:
        language = "" if given.language == "none" else _concept(f"language/{given.language}", terms)
        held = Choices(language, held.words)
    for pair in given.word:
        words, equals, name = pair.rpartition("=")
        if not equals or not words.strip():
            raise UnclearChoice(words=pair)
        held = held.then(words, _concept(name, terms) if name else "")
    if held != source.choices:
        opened.journal.register(msgspec.structs.replace(source, choices=held))
        console.say("It holds from the next harvest on; mutualis replay {source} applies it now.", source=source.id)
    if held.language:
        console.say("Records that tell no language are in: {language}", language=_label(held.language, terms, console))
    for words, iri in sorted(held.words.items()):
        console.say("“{words}” means: {concept}", words=words, concept=_label(iri, terms, console))
    console.report({"outcome": "complete", "id": source.id, "language": held.language, "words": held.words})


def _concept(name: str, terms: Terms) -> str:
    if (found := concept_named(name.strip(), terms)) is None:
        raise UnknownConcept(name=name)
    return found


def _label(iri: str, terms: Terms, console: Console) -> str:
    label = terms.label(iri, console.language)
    return f"{label.value} ({iri})" if label else iri


def _change(opened: services.Services, given: Namespace, console: Console) -> None:
    source = opened.journal.source(given.source)
    if given.act == "schedule":
        source = msgspec.structs.replace(source, every="" if given.every == "never" else given.every)
    else:
        who = given.who or user() if given.act == "stop" else ""
        source = msgspec.structs.replace(source, stopped_by=who)
    opened.journal.register(source)
    if source.stopped_by:
        console.say("{source} is stopped: nothing is harvested there until somebody resumes it.", source=source.id)
    elif source.every:
        console.say(
            "{source} is harvested {every} while the catalogue is served.",
            source=source.id,
            every=console.text(source.every),
        )
    else:
        console.say("{source} is harvested by hand alone.", source=source.id)
    console.report({"outcome": "complete", **_told(opened, source)})
