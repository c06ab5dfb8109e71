"""`mutualis review`: what waits for a person, and what that person decides."""

from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from harvest import unsure
from repository import review, services
from repository.commands.command import OUTCOMES, Translate
from repository.commands.showing import make_visible
from repository.console import Console, user
from repository.errors import MutualisError
from repository.messages import tell
from repository.questions import STATES, Question, State

_ACTS: Final[Mapping[str, State]] = {"accept": "accepted", "refuse": "refused", "reopen": "open"}
_SHOWN: Final = ("titles", "number", "held", "records", "concept", "record")
"""Details that say something to people; the others are what a decision is carried out with."""

_TOLD: Final[Mapping[State, str]] = {
    "accepted": "{number} is accepted: {question}",
    "refused": "{number} is refused: {question}",
    "open": "{number} is open again: {question}",
}


def arguments(parser: ArgumentParser, text: Translate) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    listing = acts.add_parser("list", help=text("show what waits for a decision"))
    listing.add_argument("--kind", default="", choices=sorted(review.KINDS), help=text("questions of this kind alone"))
    listing.add_argument("--source", default="", metavar="ID", help=text("questions about this source alone"))
    listing.add_argument(
        "--state", default="open", choices=[*STATES, "all"], help=text("open, decided, or all (default: %(default)s)")
    )
    listing.add_argument("--most", type=int, default=100, help=text("how many to show (default: %(default)s)"))
    showing = acts.add_parser("show", help=text("show everything about one question"))
    showing.add_argument("id", metavar="NUMBER", help=text("number of the question, or its beginning"))
    _deciding(acts.add_parser("accept", help=text("say yes, and carry it out")), text)
    _deciding(acts.add_parser("refuse", help=text("say no, once and for all")), text)
    _deciding(acts.add_parser("reopen", help=text("take a decision back")), text)


def _deciding(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("ids", nargs="+", metavar="NUMBER", help=text("numbers of questions, or their beginnings"))
    parser.add_argument("--why", default="", help=text("the reason, for the history"))
    parser.add_argument("--who", default="", help=text("who decides (default: the user of this machine)"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    try:
        if given.act == "list":
            return _list(opened, given, console)
        if given.act == "show":
            return _show(opened, given, console)
        return _decide(opened, given, console)
    finally:
        opened.close()


def _list(opened: services.Services, given: Namespace, console: Console) -> int:
    state = None if given.state == "all" else given.state
    opened.take_note()  # what the last harvest brought may not have been looked at yet
    found = opened.questions.listed(state=state, kind=given.kind, source=given.source, limit=given.most)
    if not found:
        console.say("Nothing waits for a decision." if given.state == "open" else "There are no such questions.")
    rows = [
        [each.number, each.kind, each.source, each.asked[:10], review.told(each, console.language)] for each in found
    ]
    if rows:
        console.table(["Number", "Kind", "Source", "Asked on", "Question"], rows)
    console.report({"outcome": "complete", "questions": [_as_object(each, console.language) for each in found]})
    return OUTCOMES["complete"]


def _show(opened: services.Services, given: Namespace, console: Console) -> int:
    found = opened.questions.find(given.id)
    console.say("{question}", question=review.told(found, console.language))
    for name, value in _facts(found).items():
        console.say("{name}: {value}", name=console.text(name), value=value)
    console.report({"outcome": "complete", **_as_object(found, console.language)})
    return OUTCOMES["complete"]


def _facts(question: Question) -> dict[str, str]:
    """What is known of a question, without what is empty."""
    details = {name: _plain(value) for name, value in question.details.items() if name in _SHOWN}
    facts = {
        "Number": question.id,
        "Kind": question.kind,
        "Subject": question.subject,
        "Source": question.source,
        "Asked on": question.asked,
        "State": question.state,
        "Decided on": question.decided,
        "By": question.who,
        "Reason": question.why,
        **details,
    }
    return {name: value for name, value in facts.items() if value}


def _plain(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _decide(opened: services.Services, given: Namespace, console: Console) -> int:
    state = _ACTS[given.act]
    act = opened.act(given.who or user(), given.why)
    done, failed = [], []
    for id in given.ids:
        try:
            found = review.decide(opened.review_parts(), opened.questions.find(id), state, act)
        except MutualisError as error:
            failed.append({"id": id, "message": tell(error, console.language)})
            console.warn("{reason}", reason=tell(error, console.language))
            continue
        done.append(_as_object(found, console.language))
        console.say(_TOLD[state], number=found.number, question=review.told(found, console.language))
    if done:
        make_visible(opened, console)
    for source in sorted({each["source"] for each in done if each["kind"] == unsure.KIND}):
        console.say("It holds from the next harvest on; mutualis replay {source} applies it now.", source=source)
    outcome = "complete" if not failed else "partial" if done else "failed"
    console.report({"outcome": outcome, "decided": done, "failed": failed})
    return OUTCOMES[outcome]


def _as_object(question: Question, language: str) -> dict[str, Any]:
    told = {"id": question.id, "question": review.told(question, language)}
    return {**told, **msgspec.to_builtins(question)}
