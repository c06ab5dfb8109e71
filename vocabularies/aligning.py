"""The alignment desk: candidates between two lists, and what people said of them, once and for all."""

from collections.abc import Mapping
from typing import Any, Final

from repository.exchange import audit
from repository.exchange.accounts import Account
from repository.store.changes import written
from vocabularies import editing, journal
from vocabularies.alignment import Candidate, candidates
from vocabularies.concept import MAPPINGS
from vocabularies.curation import Curation
from vocabularies.journal import Verdict
from vocabularies.working import Working

KIND: Final = "no match"
REFUSED: Final = "refuse"


def ranked(curation: Curation, scheme: str, other: str) -> list[Candidate]:
    """The candidates that nobody decided about yet, the surest first."""
    working = curation.working()
    with curation.database.reading() as connection:
        refused = journal.verdicts_of(connection, KIND, scheme)
    pairs = {(source, target) for source, _, target in (each.partition(" ") for each in refused)}
    return candidates(working.in_scheme(scheme), working.in_scheme(other), pairs)


def decide(curation: Curation, scheme: str, said: Mapping[tuple[str, str], str], account: Account) -> tuple[int, int]:
    """What was said of pairs of terms: the name of a mapping, or `REFUSED`. Returns how many links are drafted and how
    many pairs refused."""
    accepted = {pair: value for pair, value in said.items() if value in MAPPINGS}
    refused = [pair for pair, value in said.items() if value == REFUSED]
    if accepted:
        curation.do(lambda working: _linked(working, scheme, accepted), account, "")
    moment = written(curation.clock())
    with curation.database.writing() as connection:
        for source, target in refused:
            verdict = Verdict(f"{source} {target}", "yes", account.shown, "", moment)
            journal.give_verdict(connection, KIND, scheme, verdict)
            audit.note(connection, moment, account.id, "match refused", source, details={"target": target})
    return len(accepted), len(refused)


def _linked(working: Working, scheme: str, accepted: Mapping[tuple[str, str], str]) -> editing.Edit:
    told: dict[str, dict[str, Any]] = {}
    for (source, target), mapping in accepted.items():
        concept = working.named(scheme, source)
        held = told.setdefault(source, {})
        held[mapping] = (*held.get(mapping, getattr(concept, mapping)), target)
    return editing.bulk(working, [editing.revise(working, iri, fields) for iri, fields in told.items()], scheme)
