"""How the counts of a harvest or an import are told to people and to programs."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from harvest.journal import Held, Journal
from harvest.report import Report, in_general
from repository.console import Console

_COUNTS = ("offered", "created", "changed", "restored", "unchanged", "deleted", "duplicates", "own", "kits", "drafts")
_SHOWN: Final = 5
_COUNTED = (
    "{source}: {outcome}. {offered} offered: {stored} stored, {deleted} deleted, {duplicates} repeated, "
    "{held} in quarantine."
)


def tell_report(report: Report, console: Console) -> None:
    """A harvest, to people or, where asked for, as JSON."""
    tell_counts(report, console, report.source)
    console.report(as_object(report, console.language))


def tell_counts(report: Report, console: Console, source: str) -> None:
    """The counts in one sentence, then what was repaired, left out or went wrong."""
    console.say(
        _COUNTED,
        source=source,
        outcome=console.text(report.outcome or "failed"),
        offered=report.offered,
        stored=report.stored,
        deleted=report.deleted,
        duplicates=report.duplicates,
        held=report.held,
    )
    if report.own:
        console.say("{number} of our own came back and were passed over.", number=report.own)
    if report.kept_back:
        console.say("{number} are kept back for the time being.", number=report.kept_back)
    if report.vanished:
        console.say(
            "{number} records that are here did not come: mutualis review list --source {source} asks what to do.",
            number=report.vanished,
            source=source,
        )
    for problem in report.problems:
        console.warn("{reason}", reason=problem.told(console.language))
    for reason, number in sorted(report.quarantined.items()):
        console.warn("{number} in quarantine: {reason}", number=number, reason=in_general(reason, console.language))
    for rule, number in sorted(report.repaired.items()):
        console.say("{number} repaired: {rule}", number=number, rule=rule)


def quarantined(journal: Journal, source: str, run: str) -> list[Held]:
    """The records that one run put into quarantine."""
    return [each for each in journal.quarantined(source) if each.run == run]


def tell_quarantine(held: Sequence[Held], console: Console) -> None:
    """The first few records in quarantine, each with its place and its reason in full."""
    for each in held[:_SHOWN]:
        console.warn("{place}: {reason}", place=each.place, reason=each.fault.told(console.language))
    if len(held) > _SHOWN:
        console.warn("… and {number} more in quarantine.", number=len(held) - _SHOWN)


def as_object(report: Report, language: str) -> dict[str, Any]:
    """The report for programs: every count, also those that are 0, and problems as sentences."""
    counts = {name: getattr(report, name) for name in _COUNTS}
    told = {
        "source": report.source,
        "outcome": report.outcome,
        **counts,
        "stored": report.stored,
        "missing": report.missing,
        "vanished": report.vanished,
        "keptBack": report.kept_back,
        "problems": [each.told(language) for each in report.problems],
    }
    details = ("quarantined", "repaired", "notes", "warnings")
    return {**told, **{name: msgspec.to_builtins(getattr(report, name)) for name in details}}
