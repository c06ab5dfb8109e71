"""`mutualis doctor`: is everything in order, and what to do where it is not."""

from argparse import ArgumentParser, Namespace

from repository import diagnosis, services
from repository.commands.command import COMPLETE, FAILED, Translate
from repository.console import Console

_MARKS = {"good": "✓", "advice": "!", "fault": "✗"}


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--online", action="store_true", help=text("also ask the running server as a partner would"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    findings = diagnosis.examine(opened, given.online)
    for each in findings:
        console.say("{mark} {sentence}", mark=_MARKS[each.level], sentence=console.text(each.message, **each.values))
    faulty = any(each.level == "fault" for each in findings)
    told = [{"level": each.level, "message": console.text(each.message, **each.values)} for each in findings]
    console.report({"outcome": "failed" if faulty else "complete", "findings": told})
    opened.close()
    return FAILED if faulty else COMPLETE
