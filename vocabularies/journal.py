"""What curators did: drafts, edits, releases, proposals and verdicts, in the catalogue's database.

Every function that takes a connection expects one of `Database.writing`, or of `Database.reading` where it only reads.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Literal

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from repository.store.curation import (
    concept_drafts,
    edited,
    edits,
    proposals,
    scheme_releases,
    upstreams,
    verdicts,
)
from vocabularies.concept import Concept, Scheme
from vocabularies.editing import Change, Edit, Kind
from vocabularies.errors import EditNotFound, ProposalNotFound, ReleaseNotFound

State = Literal["draft", "published", "undone"]
UNDOES: Final = "undoes"
"""The kind of verdicts that say which act an undo of something published takes back."""

WORD: Final = "word"
"""The kind of verdicts on what free words mean."""

_encoder: Final = msgspec.json.Encoder()
_concept: Final = msgspec.json.Decoder(Concept)
_changes: Final = msgspec.json.Decoder(tuple[Change, ...])
_IN_CHUNK: Final = 400
_MOST_RELEASES: Final = 1_000_000


class Draft(Struct, frozen=True):
    """A concept as it is to be, and as it was published when work on it began (None for a new one)."""

    concept: Concept
    base: Concept | None


class Done(Struct, frozen=True):
    """One act of a curator. `released` is the number of the release that published it, 0 before."""

    id: str
    scheme: str
    moment: str
    kind: Kind
    account: str
    who: str
    why: str
    state: State
    released: int
    changes: tuple[Change, ...]

    @property
    def edit(self) -> Edit:
        return Edit(self.kind, self.scheme, self.changes)


class Frozen(Struct, frozen=True):
    """A scheme as one release published it."""

    scheme: Scheme
    concepts: tuple[Concept, ...]


class Release(Struct, frozen=True):
    """One release without its concepts; `notes` by language."""

    scheme: str
    number: int
    issued: str
    who: str
    concepts: int
    notes: Mapping[str, str]
    carried: bool


class Comment(Struct, frozen=True):
    """What somebody said about a proposal."""

    who: str
    moment: str
    words: str


class Proposal(Struct, frozen=True, kw_only=True):
    """What a contributor would have done to a concept ("": a new one), field by field, with the reason."""

    id: str
    scheme: str
    account: str
    who: str
    moment: str
    state: Literal["open", "accepted", "refused"] = "open"
    iri: str = ""
    fields: Mapping[str, Any] = {}
    why: str = ""
    answer: str = ""
    by: str = ""
    comments: tuple[Comment, ...] = ()


class Verdict(Struct, frozen=True):
    """A decision that is not asked for again."""

    subject: str
    value: str
    who: str
    why: str
    moment: str


# Drafts


def drafts(connection: Connection, scheme: str = "") -> dict[str, Draft]:
    """What is drafted, by IRI; in one scheme where it is named."""
    wanted = select(concept_drafts)
    rows = connection.execute(wanted.where(concept_drafts.c.scheme == scheme) if scheme else wanted)
    return {row.iri: Draft(_concept.decode(row.body), _concept.decode(row.base) if row.base else None) for row in rows}


def write_drafts(connection: Connection, changes: Iterable[Change], published: Mapping[str, Concept]) -> None:
    """Draft what an act brings; what is again as it is published is a draft no more."""
    held = list(changes)
    known = _known(connection, [each.iri for each in held])
    for each in held:
        now = published.get(each.iri)
        if each.after is None or each.after == now:
            connection.execute(delete(concept_drafts).where(concept_drafts.c.iri == each.iri))
            continue
        values = {"scheme": each.after.scheme, "body": _encoder.encode(each.after)}
        if each.iri in known:
            connection.execute(update(concept_drafts).where(concept_drafts.c.iri == each.iri).values(**values))
        else:
            base = _encoder.encode(now) if now is not None else None
            connection.execute(insert(concept_drafts).values(iri=each.iri, base=base, **values))


def drop_drafts(connection: Connection, iris: Sequence[str]) -> None:
    for start in range(0, len(iris), _IN_CHUNK):
        chosen = concept_drafts.c.iri.in_(iris[start : start + _IN_CHUNK])
        connection.execute(delete(concept_drafts).where(chosen))


def draft_counts(connection: Connection) -> dict[str, int]:
    """How many concepts of each scheme are drafted."""
    wanted = select(concept_drafts.c.scheme, func.count()).group_by(concept_drafts.c.scheme)
    return {row[0]: row[1] for row in connection.execute(wanted)}


def stamp(connection: Connection) -> str:
    """Names the state of all drafts: it changes with every act of a curator."""
    number, newest = connection.execute(select(func.count(), func.max(edits.c.id))).one()
    undone = connection.scalar(select(func.count()).where(edits.c.state == "undone"))
    return f"{number}.{newest}.{undone}.{connection.scalar(select(func.count()).select_from(concept_drafts))}"


def _known(connection: Connection, iris: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(iris), _IN_CHUNK):
        wanted = select(concept_drafts.c.iri).where(concept_drafts.c.iri.in_(iris[start : start + _IN_CHUNK]))
        found.update(connection.scalars(wanted))
    return found


# Edits


def add_edit(connection: Connection, done: Done) -> None:
    body = zlib.compress(_encoder.encode(done.changes))
    values = {name: getattr(done, name) for name in Done.__struct_fields__ if name != "changes"}
    connection.execute(insert(edits).values(**values, body=body))
    rows = [{"iri": iri, "edit": done.id} for iri in sorted({each.iri for each in done.changes})]
    if rows:
        connection.execute(insert(edited), rows)


def edit(connection: Connection, id: str) -> Done:
    """Raises EditNotFound."""
    if (row := connection.execute(select(edits).where(edits.c.id == id)).first()) is None:
        raise EditNotFound(id=id)
    return _done(row)


def edits_of(
    connection: Connection, scheme: str, *, state: State | None = None, before: str = "", limit: int = 100
) -> list[Done]:
    """The acts in a scheme, newest first; of one state, or before the id of one, where they are given."""
    wanted = select(edits).where(edits.c.scheme == scheme).order_by(edits.c.id.desc()).limit(limit)
    wanted = wanted.where(edits.c.state == state) if state else wanted
    return [_done(row) for row in connection.execute(wanted.where(edits.c.id < before) if before else wanted)]


def edits_on(connection: Connection, iri: str, limit: int = 100) -> list[Done]:
    """The acts that touched a concept, newest first."""
    touching = select(edited.c.edit).where(edited.c.iri == iri)
    wanted = select(edits).where(edits.c.id.in_(touching)).order_by(edits.c.id.desc()).limit(limit)
    return [_done(row) for row in connection.execute(wanted)]


def mark(connection: Connection, ids: Sequence[str], state: State, released: int = 0) -> None:
    for start in range(0, len(ids), _IN_CHUNK):
        chosen = edits.c.id.in_(ids[start : start + _IN_CHUNK])
        values = {"state": state, **({"released": released} if released else {})}
        connection.execute(update(edits).where(chosen).values(**values))


def _done(row: Row[Any]) -> Done:
    told = {name: getattr(row, name) for name in Done.__struct_fields__ if name != "changes"}
    return Done(**told, changes=_changes.decode(zlib.decompress(row.body)))


# Releases


def add_release(connection: Connection, release: Release, frozen: Frozen) -> None:
    connection.execute(
        insert(scheme_releases).values(
            scheme=release.scheme,
            number=release.number,
            issued=release.issued,
            who=release.who,
            concepts=release.concepts,
            notes=_encoder.encode(release.notes),
            body=zlib.compress(_encoder.encode(frozen)),
            carried=release.carried,
        )
    )


def releases(connection: Connection, scheme: str = "", *, carried: bool | None = None) -> list[Release]:
    """The releases, newest first; of one scheme, or those whose merges have (not) reached every record."""
    columns = [column for column in scheme_releases.c if column.name != "body"]
    wanted = select(*columns).order_by(scheme_releases.c.scheme, scheme_releases.c.number.desc())
    wanted = wanted.where(scheme_releases.c.scheme == scheme) if scheme else wanted
    wanted = wanted.where(scheme_releases.c.carried.is_(carried)) if carried is not None else wanted
    return [_release(row) for row in connection.execute(wanted)]


def frozen(connection: Connection, scheme: str, number: int) -> tuple[Release, Frozen]:
    """A release with its concepts. Raises ReleaseNotFound, for numbers that no database holds too."""
    if not 0 < number <= _MOST_RELEASES:
        raise ReleaseNotFound(number=number if number <= _MOST_RELEASES else "…")
    chosen = (scheme_releases.c.scheme == scheme, scheme_releases.c.number == number)
    if (row := connection.execute(select(scheme_releases).where(*chosen)).first()) is None:
        raise ReleaseNotFound(number=number)
    return _release(row), msgspec.json.decode(zlib.decompress(row.body), type=Frozen)


def newest_number(connection: Connection, scheme: str) -> int:
    """The number of a scheme's newest release; 0 before the first."""
    return connection.scalar(select(func.max(scheme_releases.c.number)).where(scheme_releases.c.scheme == scheme)) or 0


def set_carried(connection: Connection, scheme: str, number: int) -> None:
    chosen = (scheme_releases.c.scheme == scheme, scheme_releases.c.number == number)
    connection.execute(update(scheme_releases).where(*chosen).values(carried=True))


def _release(row: Row[Any]) -> Release:
    notes = msgspec.json.decode(row.notes)
    return Release(row.scheme, row.number, row.issued, row.who, row.concepts, notes, row.carried)


# Proposals


def put_proposal(connection: Connection, proposal: Proposal) -> None:
    """Store a proposal, or its newest state."""
    names = ("scheme", "account", "who", "moment", "state")
    values = {name: getattr(proposal, name) for name in names} | {"body": _encoder.encode(proposal)}
    changed = connection.execute(update(proposals).where(proposals.c.id == proposal.id).values(**values))
    if not changed.rowcount:
        connection.execute(insert(proposals).values(id=proposal.id, **values))


def proposal(connection: Connection, id: str) -> Proposal:
    """Raises ProposalNotFound."""
    body = connection.scalar(select(proposals.c.body).where(proposals.c.id == id))
    if body is None:
        raise ProposalNotFound(id=id)
    return msgspec.json.decode(body, type=Proposal)


def proposals_of(connection: Connection, scheme: str = "", state: str = "open", limit: int = 200) -> list[Proposal]:
    wanted = select(proposals.c.body).order_by(proposals.c.moment.desc(), proposals.c.id).limit(limit)
    wanted = wanted.where(proposals.c.scheme == scheme) if scheme else wanted
    wanted = wanted.where(proposals.c.state == state) if state else wanted
    return [msgspec.json.decode(body, type=Proposal) for body in connection.scalars(wanted)]


# Verdicts


def verdicts_of(connection: Connection, kind: str, scheme: str) -> dict[str, Verdict]:
    """Decisions of a kind in a scheme, by subject."""
    wanted = select(verdicts).where(verdicts.c.kind == kind, verdicts.c.scheme == scheme)
    return {
        row.subject: Verdict(row.subject, row.value, row.who, row.why, row.moment) for row in connection.execute(wanted)
    }


def give_verdict(connection: Connection, kind: str, scheme: str, verdict: Verdict) -> None:
    """Note a decision; with an empty value it is taken back."""
    chosen = (verdicts.c.kind == kind, verdicts.c.scheme == scheme, verdicts.c.subject == verdict.subject)
    connection.execute(delete(verdicts).where(*chosen))
    if verdict.value:
        values = {name: getattr(verdict, name) for name in Verdict.__struct_fields__}
        connection.execute(insert(verdicts).values(kind=kind, scheme=scheme, **values))


# What a maker gave


def upstream_of(connection: Connection, iris: Sequence[str]) -> dict[str, Concept]:
    """Concepts as their maker last gave them."""
    found: dict[str, Concept] = {}
    for start in range(0, len(iris), _IN_CHUNK):
        wanted = select(upstreams).where(upstreams.c.iri.in_(iris[start : start + _IN_CHUNK]))
        found.update((row.iri, _concept.decode(row.body)) for row in connection.execute(wanted))
    return found


def put_upstream(connection: Connection, concepts: Sequence[Concept]) -> None:
    iris = [each.iri for each in concepts]
    for start in range(0, len(iris), _IN_CHUNK):
        connection.execute(delete(upstreams).where(upstreams.c.iri.in_(iris[start : start + _IN_CHUNK])))
    rows = [{"iri": each.iri, "scheme": each.scheme, "body": _encoder.encode(each)} for each in concepts]
    if rows:
        connection.execute(insert(upstreams), rows)
