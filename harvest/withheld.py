"""A list of a source that is known already is kept back until it is through and was judged; then it is stored.

So nothing is published or deleted of a list that is unlike its source before a person agrees. What came is kept page by
page with the token of the next one, so that a run which is killed loses nothing. A person who refuses throws the pages
away; the next harvest begins where the refused one did.
"""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from harvest import drift, response
from harvest.alone import alone
from harvest.drift import Sample, Usual
from harvest.errors import AwaitingDecision, HarvestError, NotOaiPmh, UnlikeItself
from harvest.journal import Checkpoint, Held, Journal, Settled, outcome_of
from harvest.report import Fault, fault
from harvest.response import Page
from harvest.source import Source
from harvest.staging import Kept, Staging
from harvest.storing import Storing, store
from repository.questions import Question, Questions
from repository.store.changes import written

KIND: Final = "drift"
_PLACE: Final = "answer {number}"


def is_known(to: Storing) -> bool:
    """Whether so much is here of the source that its lists are judged before they are stored."""
    return to.catalogue.published_count(to.source.id) >= drift.LEAST or bool(_staging(to).numbers())


def refuse_while_open(journal: Journal, source: Source) -> None:
    """Raise AwaitingDecision where a list of the source waits for a person."""
    questions = Questions(journal.database)
    known = questions.known(Question(kind=KIND, subject=source.id).id)
    if known is not None and known.state == "open":
        raise AwaitingDecision(source=source.id, number=known.number)


class Withheld:
    """The pages of a run that are kept back; `distinct` counts their records, each once."""

    def __init__(self, to: Storing, before: Checkpoint) -> None:
        self.to, self.before = to, before
        self.names: set[str] = set()
        self.deleted: set[str] = set()
        self.nameless = 0
        self.sample = Sample(to.source.prefix)
        for _, page in _pages(to):
            self._look(page)

    @property
    def distinct(self) -> int:
        return len(self.names) + self.nameless

    def take(self, page: Page, reached: Checkpoint) -> None:
        """Keep a page, together with how far the source was read."""
        self._look(page)
        self.to.journal.keep(self.to.source.id, Kept(page.data, page.charset), reached)

    def waiting(self) -> int:
        """How many records are kept back still."""
        return self.distinct if _staging(self.to).numbers() else 0

    def begin_again(self) -> None:
        """Forget what was counted: the list is asked for from its beginning. The pages stay; each record is stored
        once, in its newest form."""
        self.names.clear()
        self.nameless = 0

    def release(self, reached: Checkpoint) -> Usual:
        """Store what is kept; returns what is usual of the source from now on. Raises UnlikeItself where it is
        for a person to say, who then finds it in `mutualis review`."""
        now = self.sample.usual()
        deleted = _held_of(self.to, self.deleted)
        held = self.to.catalogue.published_count(self.to.source.id)
        signs = drift.judge(reached.usual, now, deleted=deleted, held=held)
        if signs:
            # That the partner asked to be left alone holds whatever is decided.
            self.before = msgspec.structs.replace(self.before, not_before=reached.not_before)
            raise self._ask(signs, reached, now)
        publish(self.to)
        return reached.usual.then(now) if now.records else reached.usual

    def _look(self, page: Page) -> None:
        self.sample.take(page.items)
        for item in page.items:
            if item.fault is not None:
                self.nameless += 1
                continue
            self.names.add(item.identifier)
            (self.deleted.add if item.deleted else self.deleted.discard)(item.identifier)

    def _ask(self, signs: list[Fault], reached: Checkpoint, now: Usual) -> HarvestError:
        """Ask a person; the source stands as if it had not been read until there is an answer."""
        after = msgspec.structs.replace(reached, usual=now)
        question = Question(
            kind=KIND,
            subject=self.to.source.id,
            source=self.to.source.id,
            details={
                "signs": msgspec.to_builtins(signs),
                "records": self.distinct,
                "before": msgspec.to_builtins(self.before),
                "after": msgspec.to_builtins(after),
            },
        )
        Questions(self.to.catalogue.database).ask([question], written(self.to.clock()), again=True)
        return UnlikeItself(source=self.to.source.id, number=question.number)


def publish(to: Storing) -> None:
    """Store every page that is kept back, and let go of each once it is."""
    for number, page in _pages(to):
        settled = store(to, page)
        to.journal.note(to.act.id, to.report, settled, stored=number)


def accept(to: Storing, question: Question) -> None:
    """A person agrees: what was kept back is stored, as a run of its own, and the next harvest goes on from there.
    Raises SourceBusy."""
    with alone(to.catalogue.database, to.source.id):
        to.journal.begin(to.act.id, to.source.id, written(to.clock()))
        publish(to)
        to.journal.set_checkpoint(to.source.id, _checkpoint(question.details["after"]))
        to.report.outcome = outcome_of(to.report, whole=True)
        to.journal.end(to.act.id, written(to.clock()), to.report)


def throw_away(journal: Journal, question: Question) -> None:
    """A person refuses: what was kept back is forgotten, and the next harvest begins where that one did."""
    Staging(journal.database, question.subject).clear()
    journal.set_checkpoint(question.subject, _checkpoint(question.details["before"]))


def _checkpoint(held: Any) -> Checkpoint:
    return msgspec.convert(held, Checkpoint)


def _held_of(to: Storing, names: set[str]) -> int:
    """How many of the records with these identifiers are published here."""
    ids = to.catalogue.by_origin(to.source.id, sorted(names)).values()
    return sum(not each.withdrawn for each in to.catalogue.get_many(list(ids)).values())


def _staging(to: Storing) -> Staging:
    return Staging(to.catalogue.database, to.source.id)


def _pages(to: Storing) -> Iterator[tuple[int, Page]]:
    """The pages that are kept back, with their numbers.

    One that can no longer be read, by another version of the software, goes into quarantine with its bytes: it must
    neither be lost nor keep the source from being harvested.
    """
    for number, kept in _staging(to).read():
        try:
            page = response.parse(kept.body, charset=kept.charset)
        except NotOaiPmh as error:
            held = Held(
                source=to.source.id,
                identifier="",
                run=to.act.id,
                noted=written(to.clock()),
                place=_PLACE.format(number=number),
                fault=fault(error),
                received=kept.body,
            )
            to.journal.note(to.act.id, to.report, Settled([held]), stored=number)
            continue
        yield number, page
