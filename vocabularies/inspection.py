"""Looking at a scheme as it is drafted: what the checks find, what was waived, what one button mends, and the gate."""

from collections import Counter
from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import Struct

from repository.catalogue import Catalogue
from repository.exchange import audit
from repository.exchange.accounts import Account
from repository.record import Text
from repository.store.changes import written
from vocabularies import editing, journal, outward
from vocabularies.checks import Found, look
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.curation import Curation
from vocabularies.editing import Edit
from vocabularies.errors import GateClosed, NothingChanged, ReasonMissing
from vocabularies.faults import CHECKS, GATE
from vocabularies.journal import Verdict
from vocabularies.subject import of_concepts
from vocabularies.working import Working

_WAIVED: Final = "waiver"
_COUNTS: Final = "checked"
_WEIGHTS: Final = {"error": 0, "warning": 1, "hint": 2}


class Inspected(Struct, frozen=True):
    """What the checks found in a scheme: the findings that count, those that were waived, and how many of each check
    there were at each release (number -> check -> count)."""

    found: tuple[Found, ...]
    waived: tuple[tuple[Found, Verdict], ...]
    trend: tuple[tuple[int, dict[str, int]], ...]

    @property
    def gate(self) -> tuple[Found, ...]:
        """What keeps the scheme from being published."""
        return tuple(each for each in self.found if each.check in GATE)


def inspect(curation: Curation, scheme: str, *, weighed: bool = True) -> Inspected:
    """Look at a scheme as it is drafted; `weighed` counts uses, which takes a look at every record, and puts what is
    used most first within each check."""
    working = curation.working()
    concepts = working.in_scheme(scheme)
    uses = used(working, curation.catalogue, scheme) if weighed else Counter()
    everything = look(of_concepts(concepts, working.scheme(scheme).iri), (set(uses) or {""}) if weighed else ())
    everything += outward.broken(curation, scheme)
    with curation.database.reading() as connection:
        waivers = journal.verdicts_of(connection, _WAIVED, scheme)
        counts = journal.verdicts_of(connection, _COUNTS, scheme)
    order = sorted(
        everything, key=lambda each: (_WEIGHTS[CHECKS[each.check].weight], each.check, -uses[each.iri], each)
    )
    trend = sorted((int(each.subject), msgspec.json.decode(each.value)) for each in counts.values())
    return Inspected(
        tuple(each for each in order if each.key not in waivers),
        tuple((each, waivers[each.key]) for each in order if each.key in waivers),
        tuple(trend),
    )


def used(working: Working, catalogue: Catalogue, scheme: str) -> Counter[str]:
    """How often records and terms of other lists name each concept of a scheme."""
    own = {each.iri for each in working.in_scheme(scheme)}
    counts = catalogue.concept_uses(own)
    for each in (*working.published.concepts.values(), *working.drafts.values()):
        if each.scheme != scheme:
            counts.update(_named(each) & own)
    return counts


def _named(concept: Concept) -> set[str]:
    mapped = {iri for name in MAPPINGS for iri in getattr(concept, name)}
    return mapped | {value for _, value in concept.properties if isinstance(value, str)}


def pass_gate(curation: Curation, scheme: str) -> None:
    """Raises GateClosed where something must be mended or waived before a release."""
    if closing := inspect(curation, scheme, weighed=False).gate:
        raise GateClosed(count=len(closing))


def note_counts(curation: Curation, scheme: str, number: int, inspected: Inspected) -> None:
    """Remember how many findings there were at a release."""
    counts = dict(Counter(each.check for each in inspected.found))
    verdict = Verdict(str(number), msgspec.json.encode(counts).decode(), "", "", written(curation.clock()))
    with curation.database.writing() as connection:
        journal.give_verdict(connection, _COUNTS, scheme, verdict)


def waive(curation: Curation, scheme: str, key: str, account: Account, why: str, *, again: bool = False) -> None:
    """Let a finding be, with the reason; `again` takes that back. Raises ReasonMissing."""
    if not why and not again:
        raise ReasonMissing()
    moment = written(curation.clock())
    with curation.database.writing() as connection:
        journal.give_verdict(
            connection, _WAIVED, scheme, Verdict(key, "" if again else "yes", account.shown, why, moment)
        )
        action = "finding counted again" if again else "finding waived"
        audit.note(connection, moment, account.id, action, scheme, details={"finding": key, "why": why})


def mend(working: Working, found: Iterable[Found]) -> Edit:
    """What mends some findings, as one act. Raises NothingChanged where none of them can be mended so."""
    after: dict[str, Concept] = {}
    for each in found:
        concept = after.get(each.iri) or working.get(each.iri)
        if concept is not None and (mended := _mended(concept, each)) != concept:
            after[each.iri] = mended
    edits = [editing.Change(working.get(iri), concept) for iri, concept in after.items()]
    others = [change for change in _other_sides(working, after) if change.iri not in after]
    if not edits:
        raise NothingChanged()
    return Edit("bulk", next(iter(after.values())).scheme, (*edits, *others))


def _mended(concept: Concept, found: Found) -> Concept:
    kind, about = CHECKS[found.check].mend, found.about
    told: dict[str, Any] = {}
    if kind == "drop label":
        known = {each.value for each in concept.pref_label}
        told["alt_label"] = tuple(each for each in concept.alt_label if not (each.value == about and about in known))
        seen = {each.value for each in (*concept.pref_label, *told["alt_label"])}
        told["hidden_label"] = tuple(each for each in concept.hidden_label if each.value not in seen)
    elif kind == "tidy label":
        for name in ("pref_label", "alt_label", "hidden_label"):
            told[name] = editing.clean(Text(_visible(each.value), each.language) for each in getattr(concept, name))
    elif kind == "drop broader":
        told["broader"] = tuple(each for each in concept.broader if each != about)
    elif kind == "drop related":
        told["related"] = tuple(each for each in concept.related if each != about)
    elif kind == "drop mapping":
        names = [name for name in MAPPINGS if not (found.check == "mapping-clash" and name == "exact_match")]
        told.update({name: tuple(each for each in getattr(concept, name) if each != about) for name in names})
    elif kind == "make top":
        told["top"] = not concept.broader
    return msgspec.structs.replace(concept, **told)


def _other_sides(working: Working, after: dict[str, Concept]) -> Iterable[editing.Change]:
    """A "see also" that is dropped on one side is dropped on the other."""
    for iri, concept in after.items():
        before = working.get(iri)
        for other in set(before.related if before else ()) - set(concept.related):
            held = working.get(other)
            if held is not None and iri in held.related and held.scheme == concept.scheme:
                kept = tuple(each for each in held.related if each != iri)
                yield editing.Change(held, msgspec.structs.replace(held, related=kept))


def _visible(words: str) -> str:
    return "".join(char for char in words if char.isprintable() or char in "\u200c\u200d")
