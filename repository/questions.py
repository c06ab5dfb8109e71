"""What a person is to decide, and what was decided: the table of questions in the catalogue's database.

A subject of a kind is asked about once. Whoever asks again changes nothing of a decision that was taken, unless what
happened is news of its own (`again`): a source whose records vanish a second time is a second question.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, Literal
from uuid import NAMESPACE_URL, uuid5

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Row, delete, func, insert, select, update

from repository.errors import MutualisError
from repository.store.database import Database
from repository.store.tables import questions

State = Literal["open", "accepted", "refused"]
STATES: Final[tuple[State, ...]] = ("open", "accepted", "refused")

_SHORTEST: Final = 4
_IN_CHUNK: Final = 400
_encoder: Final = msgspec.json.Encoder()


class NoSuchQuestion(MutualisError):
    message = "No question has the number {id}; mutualis review list shows those that there are."
    status = 404


class SeveralQuestions(MutualisError):
    message = "More than one question begins with {id}; give more of its number."
    status = 409


class AlreadyDecided(MutualisError):
    message = "The question {id} was decided on {date}; mutualis review reopen {id} takes the decision back first."
    status = 409


class StillOpen(MutualisError):
    message = "The question {id} is open, so there is no decision to take back."
    status = 409


class NoWayBack(MutualisError):
    message = "What followed from the decision on question {id} cannot be taken back; harvest the source again."
    status = 409


class Question(Struct, frozen=True, kw_only=True, rename="camel"):
    """One question. `subject` names what it is about, in the words of its kind; `source` the source it came up with
    ("" for none); `details` are what its kind needs to show it and to carry the decision out. `asked` and `decided`
    are moments (UTC, seconds), `who` and `why` tell of the decision."""

    kind: str
    subject: str
    source: str = ""
    details: dict[str, Any] = {}
    asked: str = ""
    state: State = "open"
    decided: str = ""
    who: str = ""
    why: str = ""

    @property
    def id(self) -> str:
        """A number made from kind and subject, the same wherever it is asked."""
        return uuid5(NAMESPACE_URL, f"{self.kind}\n{self.subject}").hex

    @property
    def number(self) -> str:
        """As much of the id as people need."""
        return self.id[:8]


class Questions:
    """The table of questions."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def ask(self, asked: Sequence[Question], moment: str, *, again: bool = False) -> None:
        """Ask what was not asked yet; what is still open gets the newest details. With `again` a decided one is open
        once more."""
        with self.database.writing() as connection:
            put(connection, asked, moment, again=again)

    def find(self, words: str) -> Question:
        """A question by its id or the beginning of it. Raises NoSuchQuestion, SeveralQuestions."""
        wanted = select(questions).where(questions.c.id.startswith(words.lower(), autoescape=True)).limit(2)
        with self.database.reading() as connection:
            rows = connection.execute(wanted).all() if len(words) >= _SHORTEST else []
        if not rows:
            raise NoSuchQuestion(id=words)
        if len(rows) > 1:
            raise SeveralQuestions(id=words)
        return _question(rows[0])

    def known(self, id: str) -> Question | None:
        """The question with this id, where it was ever asked."""
        with self.database.reading() as connection:
            row = connection.execute(select(questions).where(questions.c.id == id)).first()
        return None if row is None else _question(row)

    def withdraw(self, ids: Collection[str]) -> None:
        """Take back questions that nobody has decided."""
        with self.database.writing() as connection:
            drop(connection, ids)

    def listed(
        self, *, state: State | None = "open", kind: str = "", source: str = "", limit: int = 1000
    ) -> list[Question]:
        """Questions, those asked first at the beginning; of one state, kind or source where it is named."""
        wanted = select(questions)
        chosen = {"state": state or "", "kind": kind, "source": source}
        for name, value in chosen.items():
            wanted = wanted.where(questions.c[name] == value) if value else wanted
        with self.database.reading() as connection:
            rows = connection.execute(wanted.order_by(questions.c.asked, questions.c.id).limit(limit))
            return [_question(row) for row in rows]

    def totals(self) -> dict[str, int]:
        """How many questions of each kind are open."""
        wanted = select(questions.c.kind, func.count()).where(questions.c.state == "open").group_by(questions.c.kind)
        with self.database.reading() as connection:
            return {row[0]: row[1] for row in connection.execute(wanted)}

    def decide(self, question: Question, state: State, moment: str, who: str, why: str) -> Question:
        """Note a decision; with `open` it is taken back."""
        values = {"state": state, "decided": None if state == "open" else moment, "who": who, "why": why}
        with self.database.writing() as connection:
            connection.execute(update(questions).where(questions.c.id == question.id).values(**values))
        return msgspec.structs.replace(question, **{**values, "decided": values["decided"] or ""})


def put(connection: Connection, asked: Sequence[Question], moment: str, *, again: bool = False) -> None:
    """Ask within a transaction; see `Questions.ask`."""
    held = states(connection, [each.id for each in asked])
    for each in asked:
        values = {"source": each.source or None, "body": _encoder.encode(each.details)}
        state = held.get(each.id)
        if state is None:
            fresh = {"kind": each.kind, "subject": each.subject, "asked": moment, "state": "open"}
            connection.execute(insert(questions).values(id=each.id, who="", why="", **fresh, **values))
        elif state == "open" or again:
            renewed = (
                {} if state == "open" else {"asked": moment, "state": "open", "decided": None, "who": "", "why": ""}
            )
            connection.execute(update(questions).where(questions.c.id == each.id).values(**renewed, **values))


def states(connection: Connection, ids: Sequence[str]) -> dict[str, State]:
    """The states of those of the questions that there are, by id."""
    found: dict[str, State] = {}
    for start in range(0, len(ids), _IN_CHUNK):
        wanted = select(questions.c.id, questions.c.state).where(questions.c.id.in_(ids[start : start + _IN_CHUNK]))
        found.update((row.id, row.state) for row in connection.execute(wanted))
    return found


def drop(connection: Connection, ids: Collection[str]) -> None:
    """Take back questions that nobody has decided, since what they ask about is no more."""
    held = sorted(ids)
    for start in range(0, len(held), _IN_CHUNK):
        chosen = questions.c.id.in_(held[start : start + _IN_CHUNK])
        connection.execute(delete(questions).where(chosen, questions.c.state == "open"))


def _question(row: Row[Any]) -> Question:
    return Question(
        kind=row.kind,
        subject=row.subject,
        source=row.source or "",
        details=msgspec.json.decode(row.body),
        asked=row.asked,
        state=row.state,
        decided=row.decided or "",
        who=row.who,
        why=row.why,
    )
