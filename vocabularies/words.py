"""Free words of records, and what people decide that they mean: nothing, a term that is there, or one that is to be.

Words that differ only in case, accents, plural and order are one cluster. A decision reaches the records at once, under
one act, and is taken back in the same way; what a source sends later is read by it too.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from harvest.choices import takes, with_concept
from harvest.journal import Journal
from repository.catalogue import Catalogue
from repository.exchange import audit
from repository.exchange.accounts import Account
from repository.record import CatalogRecord, Record, Text
from repository.store.changes import Act, written
from vocabularies import journal as curators
from vocabularies.curation import Curation
from vocabularies.errors import AlreadyUndone, WordsDecided
from vocabularies.journal import WORD, Verdict
from vocabularies.matching import guess, telling
from vocabularies.terms import Terms, fold

NOISE: Final = "noise"
SCHEMES: Final = ("sector", "occupation", "resource-type", "audience")
_record: Final = msgspec.json.Decoder(Record)


class _Keywords(Struct, frozen=True, rename="camel"):
    """The part of a record that is looked at."""

    id: str = field(name="@id", default="")
    keyword: tuple[Text, ...] = ()
    catalog_record: tuple[CatalogRecord, ...] = ()


_keywords: Final = msgspec.json.Decoder(_Keywords)


class Cluster(Struct, frozen=True):
    """Words that are one: `key` names them, `variants` are how they are written (most used first), `records` counts
    records, `sources` counts them by source ("" for our own); `guess` is a concept that they may mean."""

    key: str
    variants: tuple[str, ...]
    languages: tuple[str, ...]
    records: int
    sources: tuple[tuple[str, int], ...]
    guess: str = ""


class Decision(Struct, frozen=True):
    """What was decided of a cluster, in one source or in all ("")."""

    key: str
    source: str
    concept: str
    who: str
    moment: str
    act: str


def key_of(words: str) -> str:
    """What makes words one cluster."""
    return " ".join(sorted(telling(words))) or fold(words)


def clusters(curation: Curation, limit: int = 100, source: str = "") -> list[Cluster]:
    """The words that nobody decided about yet, most used first; of one source where it is named."""
    decided = {(each.key, each.source) for each in decisions(curation)}
    variants: dict[str, Counter[str]] = defaultdict(Counter)
    languages: dict[str, Counter[str]] = defaultdict(Counter)
    sources: dict[str, Counter[str]] = defaultdict(Counter)
    for held in map(_keywords.decode, curation.catalogue.bodies()):
        origin = held.catalog_record[0].source if held.catalog_record else ""
        if source and origin != source:
            continue
        for key, text in {key_of(text.value): text for text in held.keyword}.items():
            if (key, "") not in decided and (key, origin or "") not in decided:
                variants[key][text.value] += 1
                languages[key][text.language or ""] += 1
                sources[key][origin or ""] += 1
    terms = curation.catalogue.terms()
    ranked = sorted(variants, key=lambda key: (-sources[key].total(), key))
    found: list[Cluster] = []
    for key in ranked:
        if len(found) == limit:
            break
        if not _is_known(variants[key], terms):
            found.append(_cluster(key, variants[key], languages[key], sources[key], terms))
    return found


def decisions(curation: Curation) -> list[Decision]:
    """Every decision that stands, newest first."""
    with curation.database.reading() as connection:
        held = curators.verdicts_of(connection, WORD, "")
    made = [_decision(each) for each in held.values()]
    return sorted(made, key=lambda each: each.moment, reverse=True)


def _decision(held: Verdict) -> Decision:
    source, _, key = held.subject.partition("\n")
    return Decision(key, source, held.value, held.who, held.moment, held.why)


def decide(curation: Curation, sources: Journal, key: str, concept: str, account: Account, *, source: str = "") -> int:
    """Decide what words mean: a concept (IRI), or `NOISE`; in one source, or in all records. Returns how many records
    it reached. Raises WordsDecided where another decision stands."""
    if any((each.key, each.source) == (key, source) for each in decisions(curation)):
        raise WordsDecided()
    act = Act(id=curation.new_id(), who=account.shown, why=f"“{key}”")
    verdict = Verdict(f"{source}\n{key}", concept, account.shown, act.id, written(curation.clock()))
    with curation.database.writing() as connection:
        curators.give_verdict(connection, WORD, "", verdict)
        audit.note(connection, verdict.moment, account.id, "words decided", concept, details={"words": key})
    if concept == NOISE:
        return 0
    _tell_sources(sources, key, concept, source, curation.catalogue)
    return len(_apply(curation.catalogue, key, concept, source, act))


def give_new(curation: Curation, published: Collection[str]) -> int:
    """Give terms that were just published to the records whose words were decided to mean them before. Returns how
    many records."""
    given = 0
    for held in decisions(curation) if published else ():
        if held.concept in published:
            act = Act(id=held.act, who=held.who, why=f"“{held.key}”")
            given += len(_apply(curation.catalogue, held.key, held.concept, held.source, act))
    return given


def take_back(curation: Curation, sources: Journal, key: str, account: Account, *, source: str = "") -> int:
    """Take a decision back, in the records too. Raises AlreadyUndone."""
    held = next((each for each in decisions(curation) if (each.key, each.source) == (key, source)), None)
    if held is None:
        raise AlreadyUndone()
    moment = written(curation.clock())
    with curation.database.writing() as connection:
        curators.give_verdict(connection, WORD, "", Verdict(f"{source}\n{key}", "", "", "", moment))
        audit.note(connection, moment, account.id, "words decided anew", held.concept, details={"words": key})
    if held.concept == NOISE:
        return 0
    _tell_sources(sources, key, "", source, curation.catalogue)
    act = Act(id=curation.new_id(), who=account.shown, why=f"“{key}”")
    return sum(_remove(curation.catalogue, id, held, act) for id in curation.catalogue.of_act(held.act))


def _apply(catalogue: Catalogue, key: str, concept: str, source: str, act: Act) -> list[str]:
    """Give the concept to every record that has the words."""
    found = catalogue.terms().concept(concept)
    if found is None or not takes(found.scheme):
        return []
    held = map(_keywords.decode, catalogue.bodies())
    ids = [each.id for each in held if _has(each, key, source)]
    return catalogue.amend(ids, lambda record: with_concept(record, found), act)


def _has(held: _Keywords, key: str, source: str) -> bool:
    origin = held.catalog_record[0].source if held.catalog_record else ""
    return (not source or origin == source) and any(key_of(text.value) == key for text in held.keyword)


def _remove(catalogue: Catalogue, id: str, held: Decision, act: Act) -> int:
    """Take the concept out of a record again, unless it had it before."""
    events = catalogue.history(id)
    place = next(place for place, event in enumerate(events) if event.act == held.act)
    before = _record.decode(events[place - 1].body)

    def without(record: Record) -> Record:
        told: dict[str, Any] = {}
        for name in msgspec.structs.asdict(record):
            now, former = getattr(record, name), getattr(before, name)
            if isinstance(now, tuple) and held.concept in now and held.concept not in (former or ()):
                told[name] = tuple(each for each in now if each != held.concept)
            elif now == held.concept and former is None:
                told[name] = None
        return msgspec.structs.replace(record, **told)

    return len(catalogue.amend([id], without, act))


def _tell_sources(sources: Journal, key: str, concept: str, source: str, catalogue: Catalogue) -> None:
    """Remember the words among the choices of the sources that use them, for their next harvest."""
    written_as: dict[str, set[str]] = defaultdict(set)
    for held in map(_keywords.decode, catalogue.bodies()):
        if held.catalog_record and _has(held, key, source):
            written_as[held.catalog_record[0].source].update(
                text.value for text in held.keyword if key_of(text.value) == key
            )
    for each in sources.sources():
        choices = each.choices
        for words in sorted(written_as.get(each.id, ())):
            choices = choices.then(words, concept)
        if choices != each.choices:
            sources.register(msgspec.structs.replace(each, choices=choices))


def _cluster(
    key: str, variants: Counter[str], languages: Counter[str], sources: Mapping[str, int], terms: Terms
) -> Cluster:
    ordered = [word for word, _ in variants.most_common(6)]
    near = guess(ordered[0], _searched(terms), terms)
    return Cluster(
        key,
        tuple(ordered),
        tuple(language for language, _ in languages.most_common(3) if language),
        sum(sources.values()),
        tuple(sorted(sources.items(), key=lambda pair: -pair[1])),
        near.iri if near else "",
    )


def _searched(terms: Terms) -> tuple[str, ...]:
    return tuple(scheme for scheme in SCHEMES if scheme in terms.schemes)


def _is_known(variants: Iterable[str], terms: Terms) -> bool:
    """Whether the words name a term exactly, so that there is nothing to decide."""
    return any(terms.find(scheme, words) for scheme in _searched(terms) for words in variants)


def choosable(terms: Terms) -> Sequence[str]:
    """The schemes whose terms words can be said to mean."""
    return [each for each in terms.schemes if takes(each)]
