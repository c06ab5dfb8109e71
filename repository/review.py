"""Decisions of people on what the software could not decide: each kind of question and what follows from an answer."""

from collections.abc import Callable, Mapping
from typing import Final

import msgspec
from msgspec import Struct

from harvest import gone, unsure, withheld
from harvest.journal import Journal
from harvest.report import Fault, Report
from harvest.storing import Storing
from repository import duplicates
from repository.catalogue import Catalogue
from repository.duplicates import Duplicates
from repository.formats.table import FORMATS
from repository.messages import translate
from repository.questions import AlreadyDecided, NoWayBack, Question, Questions, State, StillOpen
from repository.store.changes import Act, Clock, written


class Parts(Struct, frozen=True):
    """What decisions are carried out with. `clock` tells the time; `namespace` is the domain name in our own OAI
    identifiers."""

    catalogue: Catalogue
    questions: Questions
    duplicates: Duplicates
    journal: Journal
    clock: Clock
    namespace: str = ""

    @property
    def moment(self) -> str:
        return written(self.clock())


Deed = Callable[[Parts, Question, Act], None]


def _nothing(_parts: Parts, _question: Question, _act: Act) -> None:
    """Where the decision itself is all that there is to it."""


class Kind(Struct, frozen=True):
    """A kind of question: the sentence it is asked with, what fills its places, and what follows from an answer."""

    sentence: str
    values: Callable[[Question, str], Mapping[str, object]]
    accept: Deed
    refuse: Deed = _nothing
    reopen: Deed = _nothing


def _titles(question: Question, _language: str) -> Mapping[str, object]:
    first, second = question.details["titles"]
    return {"first": first, "second": second}


def _join(parts: Parts, question: Question, _act: Act) -> None:
    parts.duplicates.join(parts.catalogue, question, parts.moment, joined=True)


def _part(parts: Parts, question: Question, _act: Act) -> None:
    parts.duplicates.join(parts.catalogue, question, parts.moment, joined=False)


def _numbers(question: Question, _language: str) -> Mapping[str, object]:
    return {"source": question.source, "number": question.details["number"], "held": question.details["held"]}


def _withdraw(parts: Parts, question: Question, act: Act) -> None:
    gone.withdraw(parts.catalogue, question, act)


def _restore(parts: Parts, question: Question, act: Act) -> None:
    gone.restore(parts.catalogue, question, act)


def _words(question: Question, language: str) -> Mapping[str, object]:
    details = question.details
    return {"source": question.source, "word": details["word"], "label": details["labels"][language]}


def _mean(parts: Parts, question: Question, _act: Act) -> None:
    _choose(parts, question, question.details["concept"])


def _unsaid(parts: Parts, question: Question, _act: Act) -> None:
    _choose(parts, question, "")


def _choose(parts: Parts, question: Question, concept: str) -> None:
    """Remember what a word of a source means; its records say so after the next replay or harvest."""
    source = parts.journal.source(question.source)
    choices = source.choices.then(question.details["word"], concept)
    parts.journal.register(msgspec.structs.replace(source, choices=choices))


def _signs(question: Question, language: str) -> Mapping[str, object]:
    signs = msgspec.convert(question.details["signs"], list[Fault])
    told = "; ".join(each.told(language) for each in signs)
    return {"source": question.source, "records": question.details["records"], "signs": told}


def _let_in(parts: Parts, question: Question, act: Act) -> None:
    source = parts.journal.source(question.source)
    report = Report(source=source.id)
    to = Storing(source, parts.catalogue, parts.journal, parts.clock, act, FORMATS, report, namespace=parts.namespace)
    withheld.accept(to, question)


def _throw_away(parts: Parts, question: Question, _act: Act) -> None:
    withheld.throw_away(parts.journal, question)


def _too_late(_parts: Parts, question: Question, _act: Act) -> None:
    """What was stored has been seen by partners, and what was thrown away is asked for again by the next harvest."""
    raise NoWayBack(id=question.number)


KINDS: Final[Mapping[str, Kind]] = {
    duplicates.KIND: Kind(
        "“{first}” and “{second}” have title, maker and country alike: do they describe one resource?",
        values=_titles,
        accept=_join,
        reopen=_part,
    ),
    gone.KIND: Kind(
        "{source} no longer has {number} of the {held} records that are here: are they to be withdrawn?",
        values=_numbers,
        accept=_withdraw,
        reopen=_restore,
    ),
    unsure.KIND: Kind(
        "{source} uses the keyword “{word}”: does it mean “{label}”?",
        values=_words,
        accept=_mean,
        reopen=_unsaid,
    ),
    withheld.KIND: Kind(
        "{source} sent {records} records unlike those before ({signs}): are they to be taken in?",
        values=_signs,
        accept=_let_in,
        refuse=_throw_away,
        reopen=_too_late,
    ),
}
"""Every kind of question by its name."""


def told(question: Question, language: str) -> str:
    """A question as it is asked of a person."""
    kind = KINDS[question.kind]
    return translate(kind.sentence, language, **kind.values(question, language))


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
