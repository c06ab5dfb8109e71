"""The acts of curators: drafting, undoing, publishing, and carrying what was merged into the records.

What is drafted changes nothing for anybody else. A release publishes it in one transaction, freezes the scheme under a
number for ever, and then carries merges into the records: each is a batch of ordinary changes under the act of the
merge, so that one undo takes concept and records back together. A release that was interrupted in the midst of this is
carried on by the next one who asks.
"""

from collections.abc import Callable, Mapping, Sequence
from hashlib import blake2b
from threading import Lock
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from repository.catalogue import Catalogue
from repository.exchange import audit
from repository.exchange.accounts import Account
from repository.store.changes import Act, Clock, written
from repository.store.database import Database
from vocabularies import carrying, difference, journal, store
from vocabularies.concept import Concept, Vocabulary
from vocabularies.difference import Differing
from vocabularies.editing import Change, Edit
from vocabularies.errors import AlreadyUndone, CannotUndo, ChangedMeanwhile, NothingChanged, NothingToPublish
from vocabularies.journal import UNDOES, Done, Frozen, Release, Verdict
from vocabularies.threeway import merged
from vocabularies.working import Working

FIRST: Final = {
    "fr": "Avant toute modification.",
    "pt": "Antes de qualquer alteração.",
    "en": "Before any change.",
}
"""The notes of a first release, which keeps what there was before somebody worked on a scheme."""

Making = Callable[[Working], Edit]


class Carried(Struct, frozen=True):
    """What a release did beyond the scheme: records whose ids changed, and those that were rendered again."""

    records: int
    rendered: int


def digest(concept: Concept | None) -> str:
    """Names one state of a concept, for a form to say what it was made from."""
    return blake2b(msgspec.json.encode(concept), digest_size=8).hexdigest()


class Curation:
    """The work on all schemes of one catalogue.

    `forget` makes this process look at the vocabularies anew after they were changed; `new_id` gives ids that sort by
    time.
    """

    def __init__(
        self, catalogue: Catalogue, forget: Callable[[], None], clock: Clock, new_id: Callable[[], str]
    ) -> None:
        self.catalogue = catalogue
        self.database: Database = catalogue.database
        self.forget = forget
        self.clock = clock
        self.new_id = new_id
        self._lock = Lock()
        self._held: tuple[tuple[int, str], Working] | None = None

    # Looking

    def working(self) -> Working:
        """The vocabularies with all drafts, as they are now."""
        terms = self.catalogue.terms()
        with self.database.reading() as connection:
            state = (terms.version, journal.stamp(connection))
            with self._lock:
                if self._held is not None and self._held[0] == state:
                    return self._held[1]
            made = Working(terms, {iri: each.concept for iri, each in journal.drafts(connection).items()})
        with self._lock:
            self._held = (state, made)
        return made

    def drafted(self, scheme: str) -> list[Differing]:
        """What a release of the scheme would change, by concept."""
        terms = self.catalogue.terms()
        with self.database.reading() as connection:
            drafts = journal.drafts(connection, scheme)
        after = {iri: _over(each, terms.concept(iri)) for iri, each in drafts.items()}
        return difference.between({iri: held for iri in after if (held := terms.concept(iri))}, after)

    def draft_counts(self) -> dict[str, int]:
        with self.database.reading() as connection:
            return journal.draft_counts(connection)

    def history(self, scheme: str, before: str = "", limit: int = 50) -> list[Done]:
        with self.database.reading() as connection:
            return journal.edits_of(connection, scheme, before=before, limit=limit)

    def history_of(self, iri: str) -> list[Done]:
        with self.database.reading() as connection:
            return journal.edits_on(connection, iri)

    def edit(self, id: str) -> Done:
        with self.database.reading() as connection:
            return journal.edit(connection, id)

    def former(self, iri: str, state: str) -> Concept | None:
        """A concept in the state that a digest names, out of what it is, was and was published as; None for a state
        that it was never in."""
        with self.database.reading() as connection:
            acts = journal.edits_on(connection, iri)
        states = [self.working().get(iri), self.catalogue.terms().concept(iri)]
        states += [each for done in acts for change in done.changes for each in (change.before, change.after)]
        return next((each for each in states if each is not None and each.iri == iri and digest(each) == state), None)

    def releases(self, scheme: str) -> list[Release]:
        with self.database.reading() as connection:
            return journal.releases(connection, scheme)

    def release(self, scheme: str, number: int) -> tuple[Release, Frozen]:
        with self.database.reading() as connection:
            return journal.frozen(connection, scheme, number)

    def differing(self, scheme: str, number: int) -> list[Differing]:
        """What a release changed against the one before it."""
        release, now = self.release(scheme, number)
        if number == 1 and release.notes == FIRST:
            return []
        before = self.release(scheme, number - 1)[1].concepts if number > 1 else ()
        return difference.between(_by_iri(before), _by_iri(now.concepts))

    # Doing

    def do(self, make: Making, account: Account, why: str = "", seen: Mapping[str, str] = {}) -> Done:
        """Draft an act. `make` gets the vocabularies as they are under the lock; `seen` says, by IRI, which state a
        form was made from (`digest`). Raises ChangedMeanwhile, and what `make` raises."""
        with self.database.writing() as connection:
            working = self._under_lock(connection)
            for iri, state in seen.items():
                if digest(working.get(iri)) != state:
                    newest = journal.edits_on(connection, iri, 1)
                    raise ChangedMeanwhile(name=working.name(iri), who=newest[0].who if newest else "?")
            edit = make(working)
            if not edit.changes:
                raise NothingChanged()
            done = self._done(edit, account, why)
            journal.write_drafts(connection, edit.changes, working.published.concepts)
            journal.add_edit(connection, done)
            self._note(connection, account, f"term {edit.kind}", edit, done)
        return done

    def undo(self, id: str, account: Account, why: str = "") -> Done:
        """Take an act back: what is drafted at once, what was published by a release of its own, which takes the
        records back as well. Raises CannotUndo where something was changed again since, AlreadyUndone."""
        with self.database.writing() as connection:
            done = journal.edit(connection, id)
            if done.state == "undone":
                raise AlreadyUndone()
            working = self._under_lock(connection)
            for change in done.changes:
                held = working.get(change.iri)
                if held != change.after or (done.state == "published" and change.iri in working.drafts):
                    raise CannotUndo(name=working.name(change.iri))
            inverse = _withdrawing_new(done)
            undoing = self._done(inverse, account, why)
            journal.write_drafts(connection, inverse.changes, working.published.concepts)
            was_published = done.state == "published"
            journal.mark(connection, [id], "undone")
            journal.add_edit(connection, msgspec.structs.replace(undoing, state="draft" if was_published else "undone"))
            self._note(connection, account, "change undone", inverse, done)
            if was_published:
                undoes = Verdict(undoing.id, done.id, account.shown, why, undoing.moment)
                journal.give_verdict(connection, UNDOES, done.scheme, undoes)
                self._publish_within(connection, done.scheme, account, {}, [change.iri for change in inverse.changes])
        if was_published:
            self.forget()
            self.carry_on()
        return undoing

    def publish(self, scheme: str, account: Account, notes: Mapping[str, str]) -> tuple[Release, Carried]:
        """Publish what is drafted in a scheme as its next release. Raises NothingToPublish."""
        release = self._publish(scheme, account, notes)
        return release, self.carry_on()

    def roll_back(self, scheme: str, number: int, account: Account, why: str) -> Done:
        """Draft the state of an earlier release; concepts made since are withdrawn, since addresses stay."""
        _, frozen = self.release(scheme, number)
        former = _by_iri(frozen.concepts)

        def make(working: Working) -> Edit:
            changes = []
            for each in working.in_scheme(scheme):
                after = former.get(each.iri) or msgspec.structs.replace(each, deprecated=True)
                if after != each:
                    changes.append(Change(each, after))
            return Edit("roll back", scheme, tuple(changes))

        return self.do(make, account, why)

    def is_behind(self) -> bool:
        """Whether a release waits for its merges to reach every record, since whoever published it was interrupted."""
        with self.database.reading() as connection:
            return bool(journal.releases(connection, carried=False))

    def carry_on(self) -> Carried:
        """Carry merges of releases into the records, and render again what uses a concept that changed."""
        records = rendered = 0
        with self.database.reading() as connection:
            waiting = journal.releases(connection, carried=False)
        for release in sorted(waiting, key=lambda each: (each.issued, each.number)):
            moved, again = self._carry(release)
            records, rendered = records + moved, rendered + again
            with self.database.writing() as connection:
                journal.set_carried(connection, release.scheme, release.number)
        return Carried(records, rendered)

    # Inside

    def _under_lock(self, connection: Connection) -> Working:
        terms = self.catalogue.terms()
        if store.newest(connection) != terms.version:
            terms = store.read(connection, terms.base_iri)
        return Working(terms, {iri: each.concept for iri, each in journal.drafts(connection).items()})

    def _done(self, edit: Edit, account: Account, why: str) -> Done:
        return Done(
            id=self.new_id(),
            scheme=edit.scheme,
            moment=written(self.clock()),
            kind=edit.kind,
            account=account.id,
            who=account.shown,
            why=why,
            state="draft",
            released=0,
            changes=edit.changes,
        )

    def _note(self, connection: Connection, account: Account, action: str, edit: Edit, done: Done) -> None:
        about = edit.changes[0].iri if len(edit.changes) == 1 else edit.scheme
        details = {"edit": done.id, "terms": str(len(edit.changes)), **({"why": done.why} if done.why else {})}
        audit.note(connection, written(self.clock()), account.id, action, about, details=details)

    def _publish(self, scheme: str, account: Account, notes: Mapping[str, str]) -> Release:
        with self.database.writing() as connection:
            release = self._publish_within(connection, scheme, account, notes, None)
        self.forget()
        return release

    def _publish_within(
        self,
        connection: Connection,
        scheme: str,
        account: Account,
        notes: Mapping[str, str],
        only: Sequence[str] | None,
    ) -> Release:
        """A release of what is drafted, or of the concepts `only` of it, in a transaction that may do more."""
        terms = store.read(connection, self.catalogue.terms().base_iri)
        drafts = journal.drafts(connection, scheme)
        chosen = {iri: each for iri, each in drafts.items() if only is None or iri in only}
        number = journal.newest_number(connection, scheme)
        if not chosen and number:
            raise NothingToPublish()
        described = Working(terms, {}).scheme(scheme)
        moment = written(self.clock())
        if not number and (held := terms.in_scheme(scheme)):
            number = 1
            first = Release(scheme, 1, moment, "Mutualis", len(held), FIRST, carried=True)
            journal.add_release(connection, first, Frozen(described, held))
        after = {iri: _over(each, terms.concept(iri)) for iri, each in chosen.items()}
        act = Act(id=self.new_id(), who=account.shown, why=notes.get("fr") or next(iter(notes.values()), ""))
        store.put_within(connection, Vocabulary(described, tuple(after.values())), act, self.clock)
        whole = tuple(sorted(({**_by_iri(terms.in_scheme(scheme)), **after}).values(), key=lambda each: each.iri))
        release = Release(scheme, number + 1, moment, account.shown, len(whole), dict(notes), carried=False)
        journal.add_release(connection, release, Frozen(described, whole))
        journal.mark(connection, _finished(connection, scheme, set(chosen)), "published", release.number)
        journal.drop_drafts(connection, list(chosen))
        details = {"terms": str(len(chosen)), "release": str(release.number)}
        audit.note(connection, moment, account.id, "list published", scheme, details=details)
        return release

    def _carry(self, release: Release) -> tuple[int, int]:
        changed = self.differing(release.scheme, release.number)
        moved = 0
        for edit in self._acts(release):
            act = Act(id=edit.id, who=edit.who, why=edit.why)
            if edit.kind == "undo":
                self._take_back(edit, act)
                continue
            moved += sum(carrying.move(self.catalogue, old, new, act) for old, new in carrying.moves(edit.changes))
        if not changed:
            return moved, 0
        working = Working(self.catalogue.terms(), {})
        touched = {iri for each in changed for iri in (each.iri, *working.descendants(each.iri))}
        act = Act(id=self.new_id(), who=release.who, why=f"{release.scheme} {release.number}")
        return moved, self.catalogue.restamp(act, self.catalogue.using(touched) if len(touched) < _FEW else None)

    def _acts(self, release: Release) -> list[Done]:
        """The acts that a release published, oldest first."""
        with self.database.reading() as connection:
            done = journal.edits_of(connection, release.scheme, state="published", limit=100_000)
        return [each for each in reversed(done) if each.released == release.number]

    def _take_back(self, undoing: Done, act: Act) -> None:
        """Take back in the records what an act did that was published and is undone."""
        with self.database.reading() as connection:
            undoes = journal.verdicts_of(connection, UNDOES, undoing.scheme).get(undoing.id)
            undone = journal.edit(connection, undoes.value) if undoes else None
        if undone is not None:
            carrying.take_back(self.catalogue, undone.id, carrying.moves(undone.changes), act)


_FEW: Final = 60
"""Concepts up to which the records that use them are looked for one by one."""


def _over(draft: journal.Draft, published: Concept | None) -> Concept:
    """What a draft publishes: with what was published meanwhile by somebody else, such as a newer upstream."""
    if published is None or published == draft.base:
        return draft.concept
    found, _ = merged(draft.base, draft.concept, published)
    return found


def _withdrawing_new(done: Done) -> Edit:
    """The inverse of an act; what it published newly stays at its address, withdrawn."""
    inverse = done.edit.inverse()
    if done.state != "published":
        return inverse
    kept = [
        Change(each.before, msgspec.structs.replace(each.before, deprecated=True, replaced_by=()))
        if each.after is None and each.before is not None
        else each
        for each in inverse.changes
    ]
    return Edit("undo", done.scheme, tuple(kept))


def _finished(connection: Connection, scheme: str, iris: set[str]) -> list[str]:
    """The drafted acts that a release of these concepts publishes."""
    drafted = journal.edits_of(connection, scheme, state="draft", limit=100_000)
    return [each.id for each in drafted if any(change.iri in iris for change in each.changes)]


def _by_iri(concepts: Sequence[Concept]) -> dict[str, Concept]:
    return {each.iri: each for each in concepts}
