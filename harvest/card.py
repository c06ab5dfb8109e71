"""The report card of a source: how much came, how complete and useful it is, what is commonly wrong, what to do.

A librarian sends it to the partner, so every fault has a number, an example and a remedy.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Literal

from msgspec import Struct

from harvest.crosswalk import attempt, reader
from harvest.journal import Journal, Run
from harvest.links import Links, urls_of
from harvest.remedies import REMEDIES
from harvest.report import Fault
from harvest.source import Source
from harvest.verdict import Link, State
from repository.catalogue import BATCH, Catalogue, Stored
from repository.conformity import Conformity
from repository.errors import MutualisError
from repository.formats import xml
from repository.formats.registry import Format
from repository.formats.table import FORMATS
from repository.namespaces import VOCABULARY
from repository.profile import completeness, rules
from repository.profile.rules import Violation
from repository.profile.table import Property, properties
from repository.record import Record
from vocabularies.terms import Terms

Kind = Literal["field", "quarantine", "answer", "words", "link", "missing"]

RUNS: Final = 20
"""The newest runs whose counts are added up."""

_REREAD: Final = 200
_EXAMPLES: Final = 3
_UNKNOWN_LICENCE: Final = f"{VOCABULARY}licence/unknown"

FIELDS: Final = tuple(
    each for each in properties(Record) if each.row.need != "O" and each.name not in ("catalogRecord",)
)
"""The mandatory and recommended properties, whose presence the card counts."""


class Share(Struct, frozen=True):
    """How many of the records looked at have something."""

    name: str
    count: int
    of: int

    @property
    def percent(self) -> int:
        return 100 * self.count // self.of if self.of else 0


class Example(Struct, frozen=True):
    """A record that shows a fault: its OAI identifier at the partner, its id here ("" where it has none), and
    what is wrong with it, in words of the partner or of ours."""

    identifier: str
    id: str = ""
    before: str = ""
    after: str = ""
    reason: Fault | None = None


class Finding(Struct, frozen=True):
    """A fault, how often it was met, of how many (0: not known), and who shows it. `name` is the rule, the shape or
    the message that it is known by; `violation` one case of a field's."""

    kind: Kind
    name: str
    count: int
    of: int
    examples: tuple[Example, ...] = ()
    violation: Violation | None = None


class Card(Struct, frozen=True):
    """Everything that the card says. `faulty` is how many of the published records SHACL found not to meet the profile
    in every way; `looked` how many were looked at for `score` (0 to 100), `fields` and `uses`; `links` counts links by
    state; `runs` are the newest ones first."""

    source: Source
    moment: str
    runs: tuple[Run, ...]
    published: int
    faulty: int
    quarantined: int
    looked: int
    score: int
    fields: tuple[Share, ...]
    uses: tuple[Share, ...]
    links: dict[State, int]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Sample:
    """What was counted over the records that were looked at: `fields` and `uses` by name; by shape, how many records
    break it (`times`), one case of it, and some of those records (`broken`)."""

    looked: int = 0
    score: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    uses: Counter[str] = field(default_factory=Counter)
    times: Counter[str] = field(default_factory=Counter)
    cases: dict[str, Violation] = field(default_factory=dict)
    broken: dict[str, list[Example]] = field(default_factory=dict)


def of_source(
    source: Source,
    *,
    catalogue: Catalogue,
    journal: Journal,
    links: Links,
    conformity: Conformity,
    moment: str,
    most: int | None = None,
    formats: Sequence[Format] = FORMATS,
) -> Card:
    """The card of a source; at most `most` of its records are looked at (None: all of them).

    Ids of harvested records are hashes, so that the first ones in their order are chosen by chance.
    """
    terms = catalogue.terms()
    ids = list(islice(catalogue.published_ids(source.id), most))
    published = (
        sum(1 for _ in catalogue.published_ids(source.id)) if most is not None and len(ids) == most else len(ids)
    )
    sample = _looked_at(_batches(catalogue, ids), links, terms)
    runs = journal.runs(source.id, RUNS)
    reread = _reread(catalogue, ids[:_REREAD], source, formats, terms)
    findings = [
        *_missing(runs),
        *_quarantine(source, journal),
        *_of_rules(runs, reread),
        *_dead(source, links),
        *_of_fields(sample),
    ]
    return Card(
        source=source,
        moment=moment,
        runs=tuple(runs),
        published=published,
        faulty=conformity.faulty(source.id),
        quarantined=journal.quarantine_totals().get(source.id, 0),
        looked=sample.looked,
        score=sample.score // sample.looked if sample.looked else 0,
        fields=tuple(Share(each.name, sample.fields[each.name], sample.looked) for each in FIELDS),
        uses=tuple(Share(name, sample.uses[name], sample.looked) for name in (*USES, ALL_USES)),
        links=links.totals(source.id),
        findings=tuple(findings),
    )


def _batches(catalogue: Catalogue, ids: Sequence[str]) -> Iterator[list[Stored]]:
    for start in range(0, len(ids), BATCH):
        yield list(catalogue.get_many(ids[start : start + BATCH]).values())


# The records


def _looked_at(batches: Iterable[list[Stored]], links: Links, terms: Terms) -> _Sample:
    sample = _Sample()
    for batch in batches:
        named = {stored.record.id: urls_of(stored.record) for stored in batch}
        known = links.of({url for urls in named.values() for url in urls})
        for stored in batch:
            record = stored.record
            sample.looked += 1
            sample.score += completeness.score(record, terms).score
            sample.fields.update(each.name for each in FIELDS if getattr(record, each.attribute) not in (None, ()))
            sample.uses.update(_useful(record, [known[url] for url in named[record.id] if url in known], terms))
            _note_broken(sample, stored, terms)
    return sample


def _note_broken(sample: _Sample, stored: Stored, terms: Terms) -> None:
    seen = set()
    for each in rules.check(stored.record, terms, "harvest"):
        if each.shape not in seen:
            seen.add(each.shape)
            sample.times[each.shape] += 1
            sample.cases.setdefault(each.shape, each)
            examples = sample.broken.setdefault(each.shape, [])
            if len(examples) < _EXAMPLES:
                examples.append(Example(stored.state.origin or stored.record.id, stored.record.id, each.value))


def _understood(record: Record, _links: Sequence[Link], _terms: Terms) -> bool:
    return bool(record.title and record.description and record.language)


def _found(record: Record, _links: Sequence[Link], _terms: Terms) -> bool:
    return bool((record.sector or record.occupation) and record.resource_type and record.country)


def _obtained(record: Record, links: Sequence[Link], _terms: Terms) -> bool:
    return bool(urls_of(record)) and (not links or any(each.state != "dead" for each in links))


def _allowed(record: Record, _links: Sequence[Link], _terms: Terms) -> bool:
    return bool(record.licence) and record.licence != _UNKNOWN_LICENCE


USES: Final[dict[str, Callable[[Record, Sequence[Link], Terms], bool]]] = {
    "understood": _understood,
    "found": _found,
    "obtained": _obtained,
    "allowed": _allowed,
}
"""What makes a record useful to a trainer: one knows what it is (title, description, language), finds it (sector or
métier, type, country), gets it (a page or open file that is not dead), and may use it (a licence that is known)."""

ALL_USES: Final = "all"


def _useful(record: Record, links: Sequence[Link], terms: Terms) -> Iterator[str]:
    held = [name for name, test in USES.items() if test(record, links, terms)]
    yield from held
    if len(held) == len(USES):
        yield ALL_USES


# The faults


def _of_fields(sample: _Sample) -> Iterator[Finding]:
    for shape, times in sample.times.most_common():
        yield Finding("field", shape, times, sample.looked, tuple(sample.broken[shape]), sample.cases[shape])


def _missing(runs: Sequence[Run]) -> Iterator[Finding]:
    if runs and (missing := runs[0].report.missing):
        yield Finding("missing", "missing", missing, runs[0].report.offered + missing)
    if runs and (vanished := runs[0].report.vanished):
        yield Finding("missing", "vanished", vanished, 0)


def _quarantine(source: Source, journal: Journal) -> Iterator[Finding]:
    held: dict[str, list[Example]] = {}
    for each in journal.quarantined(source.id):
        held.setdefault(each.fault.message, []).append(Example(each.identifier or each.place, reason=each.fault))
    for message, examples in sorted(held.items(), key=lambda pair: -len(pair[1])):
        yield Finding("quarantine", message, len(examples), 0, tuple(examples[:_EXAMPLES]))


def _of_rules(runs: Sequence[Run], reread: dict[str, list[Example]]) -> Iterator[Finding]:
    """The rules that acted in the newest runs and that a partner can do something about, the commonest first."""
    answers: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for run in runs:
        answers.update(run.report.repaired)
        words.update(run.report.notes)
    offered = sum(run.report.offered for run in runs)
    for rule, times in answers.most_common():
        if rule in REMEDIES:
            yield Finding("answer", rule, times, 0)
    for rule, times in words.most_common():
        if rule in REMEDIES:
            examples = tuple(reread.get(rule, ()))
            yield Finding("words", rule, times, offered if times <= offered else 0, examples)


def _dead(source: Source, links: Links) -> Iterator[Finding]:
    totals = links.totals(source.id)
    if dead := totals.get("dead"):
        found = links.dead(source.id, _EXAMPLES)
        examples = tuple(Example(link.url, record, reason=link.reason) for record, link in found)
        yield Finding("link", "dead", dead, sum(totals.values()), examples)


def _reread(
    catalogue: Catalogue, ids: Sequence[str], source: Source, formats: Sequence[Format], terms: Terms
) -> dict[str, list[Example]]:
    """Examples of each rule, out of some of the records as they came."""
    found: dict[str, list[Example]] = {}
    held, received = catalogue.get_many(ids), catalogue.received_many(ids)
    for id, (prefix, data) in received.items():
        notes = {rule: (before, after) for rule, before, after in _notes(prefix, data, formats, terms)}
        for rule, (before, after) in notes.items():
            if len(examples := found.setdefault(rule, [])) < _EXAMPLES:
                examples.append(Example(held[id].state.origin or id, id, before, after))
    return found


def _notes(prefix: str, data: bytes, formats: Sequence[Format], terms: Terms) -> Iterator[tuple[str, str, str]]:
    try:
        element = str(xml.parse(data).tag)
        chosen = reader(element, prefix, formats)
        reading = attempt(chosen[0], data, terms) if chosen else None
    except MutualisError:
        return
    for note in reading.notes if reading else ():
        yield note.rule, note.before, note.after or ""


def place(each: Property, prefix: str) -> str:
    """Where a partner writes a property in its own format: "dc:language", "LOM 1.3"."""
    row = each.row
    if "lom" in prefix:
        return f"LOM {row.lom}" if row.lom else ""
    if prefix in ("rdf", "jsonld", "turtle"):
        return row.rdf
    return f"dc:{row.dc}" if row.dc and row.dc != "–" else ""
