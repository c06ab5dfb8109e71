"""A file of others taken in: looked at first, then a new list at once, or drafts of a list that is here.

What came with the software is only ever added to by a file; see `vocabularies.upstream` for what others changed.
"""

from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from typing import Final

from msgspec import Struct
from sqlalchemy import Connection

from repository.exchange.accounts import Account
from repository.store.changes import Act
from vocabularies import shipped, skos, store, tables, upstream
from vocabularies.adoption import adopt
from vocabularies.checks import Found, look
from vocabularies.concept import Collection, Vocabulary
from vocabularies.curation import Curation, digest
from vocabularies.editing import Edit
from vocabularies.errors import NoTerms, NothingChanged, PartOfAnother
from vocabularies.shipped import SCHEME_IDS
from vocabularies.subject import Subject, of_concepts, of_files
from vocabularies.upstream import Disagreement
from vocabularies.working import Working

_MOST_FOUND: Final = 500


class Incoming(Struct, frozen=True):
    """One list of a file as it would come in. `edit` is what would be drafted (None: the list is new); `kept` are terms
    of the file that came with the software and stay; `missing` counts terms here that the file lacks."""

    vocabulary: Vocabulary
    edit: Edit | None
    disagreements: tuple[Disagreement, ...]
    kept: tuple[str, ...]
    missing: int

    @property
    def is_new(self) -> bool:
        return self.edit is None


class Looked(Struct, frozen=True):
    """What a file holds, and what the checks found in it as it came."""

    incoming: tuple[Incoming, ...]
    collections: tuple[Collection, ...]
    found: tuple[Found, ...]
    faults: int


class Taken(Struct, frozen=True):
    """What became of one list: terms that are new, changed and as they were; `drafted` where somebody is to look."""

    scheme: str
    created: int
    changed: int
    unchanged: int
    drafted: bool
    kept: int
    disagreements: int


def examine(curation: Curation, files: Mapping[str, bytes], columns: tables.Columns | None = None) -> Looked:
    """Read files (by name) that are one vocabulary and tell what they would change; nothing is changed. Raises
    UnreadableRecord, NoTerms, PartOfAnother, and what `tables.read` raises."""
    working = curation.working()
    terms = working.published
    vocabularies, collections, subject = _read(files, columns, terms.base_iri)
    name = ", ".join(files)
    if not any(each.concepts for each in vocabularies):
        raise NoTerms(file=name)
    came = shipped.terms()
    ours = frozenset((*came.concepts, *(each.iri for each in came.schemes.values())))
    with curation.database.reading() as connection:
        incoming = [_incoming(connection, each, working, ours, name) for each in vocabularies if each.concepts]
    found = look(subject)
    return Looked(tuple(incoming), tuple(collections), tuple(found[:_MOST_FOUND]), len(found))


def _read(
    files: Mapping[str, bytes], columns: tables.Columns | None, base_iri: str
) -> tuple[Sequence[Vocabulary], Sequence[Collection], Subject]:
    [(name, data), *_] = files.items()
    if columns is not None or tables.is_table(data, name):
        vocabulary = tables.read(data, name, columns or tables.Columns(), base_iri)
        return [vocabulary], (), of_concepts(vocabulary.concepts, vocabulary.scheme.iri)
    vocabularies, collections = skos.read_together(files.values(), None, SCHEME_IDS)
    return vocabularies, collections, of_files(files.values())


def _incoming(
    connection: Connection, vocabulary: Vocabulary, working: Working, ours: Container[str], name: str
) -> Incoming:
    elsewhere = [held for each in vocabulary.concepts if (held := working.get(each.iri)) is not None]
    known = working.published.schemes.values()
    if elsewhere and not vocabulary.scheme.title and vocabulary.scheme.iri not in {each.iri for each in known}:
        raise PartOfAnother(file=name, scheme=elsewhere[0].scheme)
    adopted = adopt(vocabulary, working.published, ours)
    id = adopted.vocabulary.scheme.id
    if id not in working.published.schemes:
        return Incoming(adopted.vocabulary, None, (), adopted.kept, 0)
    proposed = upstream.proposed(connection, adopted.vocabulary, working)
    given = {concept.iri for concept in vocabulary.concepts}
    missing = sum(each.iri not in given for each in working.in_scheme(id))
    return Incoming(adopted.vocabulary, proposed.edit, proposed.disagreements, adopted.kept, missing)


def take(curation: Curation, looked: Looked, account: Account, why: str) -> list[Taken]:
    """Take in what was looked at: new lists at once, changes of lists that are here as drafts for a release."""
    act = Act(id=curation.new_id(), who=account.shown, why=why)
    taken = [_take(curation, each, account, why, act) for each in looked.incoming]
    store.put_collections(curation.database, looked.collections, act, curation.clock)
    curation.forget()
    return taken


def _take(curation: Curation, each: Incoming, account: Account, why: str, act: Act) -> Taken:
    scheme, kept = each.vocabulary.scheme.id, len(each.kept)
    if each.edit is None:
        stored = upstream.first(curation.database, each.vocabulary, act, curation.clock)
        curation.forget()
        return Taken(scheme, stored.created, stored.changed, stored.unchanged, False, kept, 0)
    created = sum(change.before is None for change in each.edit.changes)
    changed = len(each.edit.changes) - created
    edit = each.edit
    with suppress(NothingChanged):
        curation.do(lambda _: edit, account, why, _states(edit))
    with curation.database.writing() as connection:
        upstream.remember(connection, each.vocabulary.concepts)
    unchanged = len(each.vocabulary.concepts) - created - changed
    return Taken(scheme, created, changed, unchanged, bool(edit.changes), kept, len(each.disagreements))


def _states(edit: Edit) -> Mapping[str, str]:
    """The state of every concept that a file was compared with, so that nothing done meanwhile is overwritten."""
    return {change.iri: digest(change.before) for change in edit.changes}
