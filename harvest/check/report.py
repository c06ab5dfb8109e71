"""What a visit found, told so that a person can send it to the partner: as a page, as text, or for programs."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

import msgspec
from msgspec import Struct

from harvest.check.rule import Problem, Rule, Severity
from harvest.check.table import RULES
from harvest.check.visit import NoMoreQuestions, Visit
from harvest.report import Fault
from repository.messages import translate

SHOWN: Final = 3
"""Places that are shown of each rule that is broken."""

_EXCERPT: Final = 300


class Place(Struct, frozen=True):
    """Where a rule is broken: the question, and what shows it."""

    url: str
    shown: str


class Found(Struct, frozen=True):
    """A rule that is broken: how often, and the first places."""

    rule: str
    severity: Severity
    source: str
    wanted: str
    fix: str
    times: int
    places: tuple[Place, ...]


class Checked(Struct, frozen=True, kw_only=True):
    """What came of a visit. `judged` names the rules that could be looked at, `unknown` those for which the visit had
    no questions left; `records` and `questions` count what was seen."""

    base_url: str
    name: str
    prefix: str
    moment: str
    records: int
    questions: int
    whole: bool
    found: tuple[Found, ...]
    judged: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def faults(self) -> int:
        return sum(1 for each in self.found if each.severity == "must")

    @property
    def advice(self) -> int:
        return len(self.found) - self.faults


def check(visit: Visit, moment: str, rules: Sequence[Rule] = RULES) -> Checked:
    """Make every check, as far as the questions last.

    Everything is asked before anything is told, so that the rules about all answers see all of them.
    """
    unknown = _asked(visit, rules)
    found: list[Found] = []
    judged = [rule for rule in rules if rule.id not in unknown]
    for rule in judged:
        if problems := list(rule.judge(visit)):
            found.append(_found(rule, problems))
    told = visit.known.get(("GET", "verb=Identify"))
    return Checked(
        base_url=visit.base_url,
        name=told.text("Identify/repositoryName") if told else "",
        prefix=visit.prefix,
        moment=moment,
        records=sum(1 for _ in visit.headers()) if visit.listed else 0,
        questions=len(visit.exchanges),
        whole=visit.is_whole,
        found=tuple(found),
        judged=tuple(rule.id for rule in judged),
        unknown=unknown,
    )


def _asked(visit: Visit, rules: Sequence[Rule]) -> tuple[str, ...]:
    """Ask what every rule needs; returns those for which there were no questions left. Where nobody answers the first
    question, no other is asked."""
    unknown = []
    for number, rule in enumerate(rules):
        try:
            problems = list(rule.judge(visit))
        except NoMoreQuestions:
            unknown.append(rule.id)
            continue
        if number == 0 and problems:
            return tuple(each.id for each in rules[1:])
    return tuple(unknown)


def _found(rule: Rule, problems: Sequence[Problem]) -> Found:
    places = tuple(Place(each.exchange.url, each.shown[:_EXCERPT]) for each in problems[:SHOWN])
    return Found(rule.id, rule.severity, rule.source, rule.wanted, rule.fix, len(problems), places)


def verdict(checked: Checked) -> Fault:
    """The whole in one sentence."""
    if "reachable" in {each.rule for each in checked.found}:
        return Fault("This address cannot be harvested.")
    if checked.faults:
        return Fault("This repository can be harvested, but harvesters may lose or miss something.")
    if checked.advice:
        return Fault("This repository can be harvested without loss; a few things would make it better.")
    return Fault("This repository can be harvested without loss.")


def lines(checked: Checked, language: str) -> Iterator[str]:
    """The report as lines of text."""
    yield translate("OAI-PMH check of {url}", language, url=checked.base_url)
    yield f"{checked.name} · {checked.moment}" if checked.name else checked.moment
    yield ""
    yield verdict(checked).told(language)
    yield translate(_COUNTED, language, **_counts(checked))
    for each in checked.found:
        yield ""
        yield f"{_mark(each, language)} {translate(each.wanted, language)} ({each.source})"
        for place in each.places:
            yield f"    {place.url}"
            if place.shown:
                yield f"    → {' '.join(place.shown.split())}"
        if each.times > len(each.places):
            yield f"    {translate('… and {number} more places', language, number=each.times - len(each.places))}"
        yield f"    {translate(each.fix, language)}"


_COUNTED: Final = (
    "{faults} rules of the protocol are broken and {advice} recommendations are not met; {questions} questions were "
    "asked and {records} records looked at."
)
_UNKNOWN: Final = "{number} rules could not be looked at: the questions or the time were used up."


def _counts(checked: Checked) -> dict[str, int]:
    return {
        "faults": checked.faults,
        "advice": checked.advice,
        "questions": checked.questions,
        "records": checked.records,
    }


def _mark(found: Found, language: str) -> str:
    return translate("MUST", language) if found.severity == "must" else translate("SHOULD", language)


_STYLE: Final = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:52rem;margin:0 auto;padding:1rem;color:#1d2523;"
    "overflow-wrap:anywhere}h1{font-size:1.5rem;line-height:1.2}h2{font-size:1.05rem;margin:1.6rem 0 .2rem}"
    ".verdict{font-weight:600;font-size:1.15rem;border-left:.4rem solid #07423b;padding:.4rem .8rem;background:#f1f5f3}"
    ".must{color:#9a2f16}.should{color:#1f4f82}.source{color:#55605c;font-weight:400}"
    "code{font-size:.85rem}li{margin:.3rem 0}.shown{color:#55605c}@media print{li,h2{break-inside:avoid}}"
)


def page(checked: Checked, language: str) -> str:
    """The report as one page that needs nothing else. Nothing of the partner's becomes markup."""
    told = [
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{_told('OAI-PMH check of {url}', language, url=checked.base_url)}</title>",
        f"<style>{_STYLE}</style></head><body>",
        f"<h1>{_told('OAI-PMH check of {url}', language, url=checked.base_url)}</h1>",
        f"<p>{escape(checked.name)} · {escape(checked.moment)} · <code>{escape(checked.prefix)}</code></p>",
        f'<p class="verdict">{escape(verdict(checked).told(language))}</p>',
        f"<p>{_told(_COUNTED, language, **_counts(checked))}</p>",
    ]
    if checked.unknown:
        told.append(f"<p>{_told(_UNKNOWN, language, number=len(checked.unknown))}</p>")
    for each in checked.found:
        told += [
            f'<h2><span class="{each.severity}">{escape(_mark(each, language))}</span> {_told(each.wanted, language)} '
            f'<span class="source">{escape(each.source)}</span></h2>',
            f"<p>{_told(each.fix, language)}</p><ul>",
            *(_place(place) for place in each.places),
            "</ul>",
        ]
        if each.times > len(each.places):
            told.append(f"<p>{_told('… and {number} more places', language, number=each.times - len(each.places))}</p>")
    return "".join((*told, "</body></html>"))


def _place(place: Place) -> str:
    address = escape(place.url)
    link = f'<a href="{address}">{address}</a>' if place.url.startswith(("http://", "https://")) else address
    shown = f'<br><span class="shown">→ {escape(place.shown)}</span>' if place.shown else ""
    return f"<li><code>{link}</code>{shown}</li>"


def _told(message: str, language: str, **values: object) -> str:
    return escape(translate(message, language, **values))


def as_object(checked: Checked, language: str) -> dict[str, object]:
    """The report for programs, its sentences in a language."""
    found = [
        {**msgspec.to_builtins(each), "wanted": translate(each.wanted, language), "fix": translate(each.fix, language)}
        for each in checked.found
    ]
    counts = {**_counts(checked), "verdict": verdict(checked).told(language)}
    return {**msgspec.to_builtins(checked), **counts, "found": found}
