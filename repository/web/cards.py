"""The report card of a source for one reader: sentences, shares and examples, as a page and as rows. Pure."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Final

from harvest import card
from harvest.card import ALL_USES, Card, Example, Finding, Share
from harvest.remedies import REMEDIES
from harvest.report import in_general
from repository.messages import marked, translate
from repository.profile import labels
from repository.profile.table import by_name
from repository.web import sources, texts
from repository.web.addresses import Addresses
from repository.web.sources import SourceShown
from vocabularies.terms import Terms

USES: Final[Mapping[str, str]] = {
    "understood": marked("One can tell what it is: title, description and language"),
    "found": marked("One finds it: sector or métier, type and country"),
    "obtained": marked("One gets it: a page or an open file that is there"),
    "allowed": marked("One may use it: a licence that is known"),
    ALL_USES: marked("All of these together"),
}

_SAID: Final[Mapping[tuple[str, str], tuple[str, str]]] = {
    ("missing", "missing"): (
        marked("The last list announced more records than it sent."),
        marked("Send every record once, and announce their true number."),
    ),
    ("missing", "vanished"): (
        marked("Records that were there before are gone without being reported as deleted."),
        marked("Report deletions and keep them for good (deletedRecord: persistent)."),
    ),
    ("link", "dead"): (
        marked("Pages or files of records are no longer there."),
        marked("Correct the addresses, or let the old ones lead to the new ones."),
    ),
}
_QUARANTINED: Final = marked("These records are not in the catalogue; mend them, and the next harvest takes them in.")
_HEADINGS: Final = (
    marked("Section"),
    marked("What"),
    marked("Count"),
    marked("Of how many"),
    marked("Percent"),
    marked("Place"),
    marked("What to do"),
    marked("Example"),
)
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Row:
    """One share with its name, and where the partner writes it."""

    name: str
    share: Share
    place: str = ""
    need: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A record that shows a fault. `href` is its page here, "" where it has none; `said` what is wrong with it."""

    identifier: str
    href: str
    said: str


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: what it is, what to do, how often, and some cases. `percent` is None where no share makes sense."""

    what: str
    fix: str
    count: int
    percent: int | None
    place: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class CardShown:
    source: SourceShown
    card: Card
    dead: int
    links: int
    useful: Share
    uses: tuple[Row, ...]
    fields: tuple[Row, ...]
    faults: tuple[Fault, ...]


def of_card(held: Card, terms: Terms, to: Addresses) -> CardShown:
    """A card for the reader whose addresses these are."""
    (source,) = sources.of_sources([(held.source, held.runs[0] if held.runs else None)], {}, to)
    shares = {each.name: each for each in held.uses}
    return CardShown(
        source=source,
        card=held,
        dead=held.links.get("dead", 0),
        links=sum(held.links.values()),
        useful=shares[ALL_USES],
        uses=tuple(Row(translate(USES[each.name], to.language), each) for each in held.uses),
        fields=tuple(_field(each, held.source.prefix, to.language) for each in held.fields),
        faults=tuple(_fault(each, held.source.prefix, terms, to) for each in held.findings),
    )


def _field(share: Share, prefix: str, language: str) -> Row:
    each = by_name(share.name)
    return Row(labels.label(share.name, language), share, card.place(each, prefix), each.row.need)


def _fault(each: Finding, prefix: str, terms: Terms, to: Addresses) -> Fault:
    what, fix = _said(each, terms, to.language)
    name = labels.name_of(each.name) if each.kind == "field" else ""
    return Fault(
        what=texts.typeset(what, to.language),
        fix=texts.typeset(fix, to.language),
        count=each.count,
        percent=100 * each.count // each.of if each.of else None,
        place=card.place(by_name(name), prefix) if name else "",
        cases=tuple(_case(example, to) for example in each.examples),
    )


def _said(each: Finding, terms: Terms, language: str) -> tuple[str, str]:
    """What a fault is, and what the partner can do."""
    if each.violation is not None:
        return labels.tell(each.violation, language, terms), ""
    if each.kind == "quarantine":
        return in_general(each.name, language), translate(_QUARANTINED, language)
    if each.name in REMEDIES:
        remedy = REMEDIES[each.name]
        return translate(remedy.what, language), translate(remedy.fix, language)
    what, fix = _SAID[each.kind, each.name]
    return translate(what, language), translate(fix, language)


def _case(example: Example, to: Addresses) -> Case:
    if example.reason is not None:
        said = example.reason.told(to.language)
    else:
        said = " → ".join(texts.excerpt(words, 80) for words in (example.before, example.after) if words)
    return Case(example.identifier, to.resource(example.id) if example.id else "", texts.typeset(said, to.language))


def rows(shown: CardShown, language: str) -> Iterator[Sequence[str]]:
    """The card as a table: section, name, count, of how many, percent, place, what to do, example."""
    yield [translate(heading, language) for heading in _HEADINGS]
    for section, held in ((marked("Usefulness"), shown.uses), (marked("Completeness"), shown.fields)):
        for row in held:
            share = row.share
            numbers = (str(share.count), str(share.of), str(share.percent))
            yield translate(section, language), row.name, *numbers, row.place, "", ""
    for fault in shown.faults:
        percent = "" if fault.percent is None else str(fault.percent)
        case = f"{fault.cases[0].identifier} {fault.cases[0].said}".strip() if fault.cases else ""
        yield (
            translate(marked("Faults"), language),
            fault.what,
            str(fault.count),
            "",
            percent,
            fault.place,
            fault.fix,
            case,
        )


def table(shown: CardShown, language: str) -> bytes:
    """The card as CSV that a spreadsheet opens as it is; what begins like a formula stays a text."""
    written = StringIO()
    writer = csv.writer(written, delimiter="," if language == "en" else ";", lineterminator="\r\n")
    for row in rows(shown, language):
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell for cell in row])
    return written.getvalue().encode("utf-8-sig")
