"""Decisions of people on what the software could not decide: each kind of question and what follows from an answer."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct

from repository import duplicates
from repository.catalogue import Catalogue
from repository.duplicates import Duplicates
from repository.messages import translate
from repository.questions import AlreadyDecided, Question, Questions, State, StillOpen
from repository.store.changes import Act, Clock, written


class Parts(Struct, frozen=True):
    """What decisions are carried out with. `clock` tells the time."""

    catalogue: Catalogue
    questions: Questions
    duplicates: Duplicates
    clock: Clock

    @property
    def moment(self) -> str:
        return written(self.clock())


Deed = Callable[[Parts, Question, Act], None]


def _nothing(_parts: Parts, _question: Question, _act: Act) -> None:
    """Where the decision itself is all that there is to it."""


class Kind(Struct, frozen=True):
    """A kind of question: the sentence it is asked with, what fills its places, and what follows from an answer."""

    sentence: str
    values: Callable[[Question], Mapping[str, object]]
    accept: Deed
    refuse: Deed = _nothing
    reopen: Deed = _nothing


def _titles(question: Question) -> Mapping[str, object]:
    first, second = question.details["titles"]
    return {"first": first, "second": second}


def _join(parts: Parts, question: Question, _act: Act) -> None:
    parts.duplicates.join(parts.catalogue, question, parts.moment, joined=True)


def _part(parts: Parts, question: Question, _act: Act) -> None:
    parts.duplicates.join(parts.catalogue, question, parts.moment, joined=False)


KINDS: Final[Mapping[str, Kind]] = {
    duplicates.KIND: Kind(
        "“{first}” and “{second}” have title, maker and country alike: do they describe one resource?",
        values=_titles,
        accept=_join,
        reopen=_part,
    ),
}
"""Every kind of question by its name."""


def told(question: Question, language: str) -> str:
    """A question as it is asked of a person."""
    kind = KINDS[question.kind]
    return translate(kind.sentence, language, **kind.values(question))


def decide(parts: Parts, question: Question, state: State, act: Act) -> Question:
    """Answer a question, or take an answer back with `open`; what follows is done first, so that a decision is never
    noted without it. Raises AlreadyDecided, StillOpen."""
    kind = KINDS[question.kind]
    if state == "open":
        if question.state == "open":
            raise StillOpen(id=question.number)
        kind.reopen(parts, question, act)
    else:
        if question.state != "open":
            raise AlreadyDecided(id=question.number, date=question.decided[:10])
        (kind.accept if state == "accepted" else kind.refuse)(parts, question, act)
    return parts.questions.decide(question, state, parts.moment, act.who, act.why)
