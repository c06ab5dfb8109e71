"""Records that a partner no longer has, as a full harvest shows: a person says whether they are to go here too.

They are never withdrawn by themselves, since a list that is cut short would empty the catalogue.
"""

from typing import Final

from harvest.storing import Storing
from repository.catalogue import Catalogue, Entry
from repository.questions import Question, Questions
from repository.store.changes import Act, written

KIND: Final = "vanished"


def ask(to: Storing) -> int:
    """After a full harvest that was read to its end: ask about what it did not bring; returns how many those are.

    Asked again only where others have vanished since a person decided.
    """
    came = set(to.catalogue.by_origin(to.source.id, list(to.seen)).values())
    held = list(to.catalogue.published_ids(to.source.id))
    ids = [id for id in held if id not in came]
    questions, moment = Questions(to.catalogue.database), written(to.clock())
    question = Question(
        kind=KIND,
        subject=to.source.id,
        source=to.source.id,
        details={"number": len(ids), "held": len(held), "change": to.catalogue.newest(), "ids": ids},
    )
    known = questions.known(question.id)
    if not ids:
        questions.withdraw([question.id])
    elif known is None or known.state == "open" or set(ids) - set(known.details["ids"]):
        questions.ask([question], moment, again=True)
    return len(ids)


def withdraw(catalogue: Catalogue, question: Question, act: Act) -> None:
    """Withdraw the records in question, but for those that have come again since it was asked."""
    held = catalogue.get_many(question.details["ids"])
    catalogue.withdraw([id for id, each in held.items() if each.state.change <= question.details["change"]], act)


def restore(catalogue: Catalogue, question: Question, act: Act) -> None:
    """Publish the records again that the decision withdrew, as they were."""
    held = catalogue.get_many(question.details["ids"])
    entries = [Entry(each.record, each.state.source, each.state.origin) for each in held.values() if each.withdrawn]
    catalogue.put_many(entries, act)
