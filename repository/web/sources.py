"""The sources page: where records come from, and how the last run of each went. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from harvest.journal import Run
from harvest.source import Source
from repository.messages import marked
from repository.web import texts
from repository.web.addresses import Addresses
from repository.web.texts import Shown
from vocabularies.terms import fold

OUTCOMES: Mapping[str | None, str] = {
    "complete": marked("Complete"),
    "partial": marked("Partial"),
    "failed": marked("Failed"),
    None: marked("Running"),
}
"""Outcome of a run -> what people read."""


RHYTHMS: Mapping[str, str] = {
    "hourly": marked("Every hour"),
    "daily": marked("Every day"),
    "weekly": marked("Every week"),
    "monthly": marked("Every month"),
}
"""Rhythm of a source -> what people read."""


@dataclass(frozen=True, slots=True)
class RunShown:
    """One run: its outcome, when it was, and its counts of records."""

    outcome: str
    state: str
    when: str
    counts: tuple[tuple[str, int], ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SourceShown:
    id: str
    name: Shown
    base_url: str
    is_link: bool
    prefix: str
    set_spec: str
    terms: Shown | None
    held: int
    every: str
    stopped: bool
    run: RunShown | None


def of_sources(
    held: Iterable[tuple[Source, Run | None]], counts: Mapping[str, int], to: Addresses
) -> tuple[SourceShown, ...]:
    """All sources for one reader, partners first; `counts` are the published records of each, by source id."""
    held = sorted(held, key=lambda each: (not each[0].base_url, fold(name(each[0], to.language).value)))
    return tuple(_source(source, run, counts.get(source.id, 0), to.language) for source, run in held)


def name(source: Source, language: str) -> Shown:
    return texts.best(source.name, language) or Shown(source.id)


def _source(source: Source, run: Run | None, held: int, language: str) -> SourceShown:
    return SourceShown(
        id=source.id,
        name=name(source, language),
        base_url=source.base_url,
        is_link=texts.is_link(source.base_url),
        prefix=source.prefix,
        set_spec=source.set_spec,
        terms=texts.best(source.terms, language),
        held=held,
        every=RHYTHMS.get(source.every, ""),
        stopped=bool(source.stopped_by),
        run=_run(run, language) if run else None,
    )


def _run(run: Run, language: str) -> RunShown:
    report = run.report
    counts = (
        (marked("offered"), report.offered),
        (marked("new"), report.created),
        (marked("changed"), report.changed + report.restored),
        (marked("unchanged"), report.unchanged),
        (marked("deleted"), report.deleted),
        (marked("duplicates"), report.duplicates),
        (marked("of our own"), report.own),
        (marked("in quarantine"), report.held),
    )
    return RunShown(
        outcome=OUTCOMES.get(run.outcome, str(run.outcome)),
        state=run.outcome or "running",
        when=texts.span(run.started, run.ended, language),
        counts=tuple((label, number) for label, number in counts if number or label == "offered"),
        reasons=tuple(problem.told(language) for problem in report.problems),
    )
