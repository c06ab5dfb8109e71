"""Proposals: what contributors would have done, what others say to it, and what a curator answers."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from repository.exchange import audit
from repository.exchange.accounts import Account
from repository.store.changes import written
from vocabularies import editing, journal
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.curation import Curation
from vocabularies.errors import NothingChanged, ProposalDecided, ProposalNotFound, ReasonMissing
from vocabularies.journal import Comment, Done, Proposal

FIELDS: Final = (*editing.TEXTS, "notation", "broader", "related", *MAPPINGS)


def propose(curation: Curation, scheme: str, iri: str, fields: Mapping[str, Any], account: Account, why: str) -> str:
    """Propose other values for a concept, or a new one (iri ""); returns the proposal's id. It is checked as the act
    itself would be. Raises what `editing.create` and `editing.revise` raise."""
    working = curation.working()
    if iri:
        before = working.concept(iri)
        fields = {name: value for name, value in fields.items() if getattr(before, name) != value}
        if not fields:
            raise NothingChanged()
        editing.revise(working, iri, fields)
    else:
        editing.create(working, scheme, working.published.base_iri, fields)
    told = msgspec.to_builtins(dict(fields))
    made = Proposal(
        id=curation.new_id(),
        scheme=scheme,
        account=account.id,
        who=account.shown,
        moment=written(curation.clock()),
        iri=iri,
        fields=told,
        why=why,
    )
    _store(curation, made, account, "proposal made")
    return made.id


def comment(curation: Curation, scheme: str, id: str, account: Account, words: str) -> None:
    """Say something to a proposal. Raises ReasonMissing where nothing is said."""
    if not words:
        raise ReasonMissing()
    held = get(curation, scheme, id)
    said = Comment(account.shown, written(curation.clock()), words)
    _store(curation, msgspec.structs.replace(held, comments=(*held.comments, said)), account, "proposal commented")


def accept(curation: Curation, scheme: str, id: str, account: Account, answer: str = "") -> Done:
    """Draft what is proposed. Raises ProposalDecided, and what the act raises."""
    held = _open(curation, scheme, id)
    fields = values(held.fields)
    why = f"{held.why} ({held.who})" if held.why else held.who

    def make(working: Any) -> editing.Edit:
        if held.iri:
            return editing.revise(working, held.iri, fields)
        return editing.create(working, held.scheme, working.published.base_iri, fields)

    done = curation.do(make, account, why)
    _decide(curation, held, "accepted", account, answer)
    return done


def refuse(curation: Curation, scheme: str, id: str, account: Account, answer: str) -> None:
    """Refuse a proposal, with the reason. Raises ReasonMissing, ProposalDecided."""
    if not answer:
        raise ReasonMissing()
    _decide(curation, _open(curation, scheme, id), "refused", account, answer)


def get(curation: Curation, scheme: str, id: str) -> Proposal:
    """A proposal for a scheme. Raises ProposalNotFound."""
    with curation.database.reading() as connection:
        held = journal.proposal(connection, id)
    if held.scheme != scheme:
        raise ProposalNotFound(id=id)
    return held


def listed(curation: Curation, scheme: str = "", state: str = "open") -> list[Proposal]:
    with curation.database.reading() as connection:
        return journal.proposals_of(connection, scheme, state)


def values(told: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes of a concept out of plain data; names that are none are left out."""
    empty = {"iri": "", "scheme": ""}
    renamed = {
        msgspec.structs.fields(Concept)[_PLACES[name]].encode_name: held
        for name, held in told.items()
        if name in FIELDS
    }
    concept = msgspec.convert({**empty, **renamed}, Concept)
    return {name: getattr(concept, name) for name in told if name in FIELDS}


_PLACES: Final = {each.name: place for place, each in enumerate(msgspec.structs.fields(Concept))}


def _open(curation: Curation, scheme: str, id: str) -> Proposal:
    held = get(curation, scheme, id)
    if held.state != "open":
        raise ProposalDecided()
    return held


def _decide(curation: Curation, held: Proposal, state: Any, account: Account, answer: str) -> None:
    decided = msgspec.structs.replace(held, state=state, answer=answer, by=account.shown)
    _store(curation, decided, account, f"proposal {state}")


def _store(curation: Curation, held: Proposal, account: Account, action: str) -> None:
    with curation.database.writing() as connection:
        journal.put_proposal(connection, held)
        audit.note(connection, written(curation.clock()), account.id, action, held.id, details={"list": held.scheme})
