"""Vocabularies of others, taken in again: what their maker changed comes in, what was changed here stays.

What a maker last gave is kept, so that each name, note and link of a newer file is compared with it and with what
stands here; see `vocabularies.threeway`. A concept that a file no longer has stays.
"""

from collections.abc import Sequence

from msgspec import Struct
from sqlalchemy import Connection

from repository.store.changes import Act, Clock
from repository.store.database import Database
from vocabularies import journal, store
from vocabularies.concept import Concept, Vocabulary
from vocabularies.editing import Change, Edit
from vocabularies.store import Stored
from vocabularies.threeway import Conflict, merged
from vocabularies.working import Working


class Disagreement(Struct, frozen=True):
    """A concept of which maker and curators each changed the same thing otherwise; ours is kept."""

    iri: str
    conflicts: tuple[Conflict, ...]


class Proposed(Struct, frozen=True):
    """What a newer file would change here, as one act, and what is not agreed on."""

    edit: Edit
    disagreements: tuple[Disagreement, ...]


def renew(database: Database, vocabulary: Vocabulary, act: Act, clock: Clock) -> Stored:
    """Take in what comes with the software, at once: nobody but its makers and our curators changed it."""
    with database.writing() as connection:
        held = _published(connection, vocabulary.scheme.id)
        concepts, _ = _combined(connection, vocabulary.concepts, held)
        stored = store.put_within(connection, Vocabulary(vocabulary.scheme, tuple(concepts)), act, clock)
        _remember(connection, vocabulary.concepts)
    return stored


def first(database: Database, vocabulary: Vocabulary, act: Act, clock: Clock) -> Stored:
    """Take in a scheme that is not here yet."""
    with database.writing() as connection:
        stored = store.put_within(connection, vocabulary, act, clock)
        _remember(connection, vocabulary.concepts)
    return stored


def proposed(connection: Connection, vocabulary: Vocabulary, working: Working) -> Proposed:
    """What a newer file of a scheme that is here would change, for somebody to look at; nothing is changed."""
    held = {each.iri: each for each in working.in_scheme(vocabulary.scheme.id)}
    concepts, disagreements = _combined(connection, vocabulary.concepts, held)
    changes = tuple(Change(held.get(each.iri), each) for each in concepts if held.get(each.iri) != each)
    return Proposed(Edit("import", vocabulary.scheme.id, changes), tuple(disagreements))


def remember(connection: Connection, concepts: Sequence[Concept]) -> None:
    """Keep what a maker gave, once somebody took it in."""
    _remember(connection, concepts)


def _combined(
    connection: Connection, concepts: Sequence[Concept], held: dict[str, Concept]
) -> tuple[list[Concept], list[Disagreement]]:
    bases = journal.upstream_of(connection, [each.iri for each in concepts])
    found, disagreements = [], []
    for theirs in concepts:
        ours = held.get(theirs.iri)
        base = bases.get(theirs.iri, ours)  # before anything was kept, nobody here changed anything
        if ours is None or ours == base:
            found.append(theirs)
        elif theirs == base:
            found.append(ours)
        else:
            combined, conflicts = merged(base, ours, theirs)
            found.append(combined)
            if conflicts:
                disagreements.append(Disagreement(theirs.iri, conflicts))
    return found, disagreements


def _published(connection: Connection, scheme: str) -> dict[str, Concept]:
    return {each.iri: each for each in store.concepts_of(connection, scheme)}


def _remember(connection: Connection, concepts: Sequence[Concept]) -> None:
    unlike = journal.upstream_of(connection, [each.iri for each in concepts])
    journal.put_upstream(connection, [each for each in concepts if unlike.get(each.iri) != each])
