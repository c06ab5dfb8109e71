"""When a source is due: by its rhythm, sooner after a failure, and never before it is welcome."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from harvest.journal import Checkpoint, Pending, Run
from harvest.report import Outcome, Report
from harvest.schedule import RHYTHMS, next_run
from harvest.source import Source

BEGAN = "2026-03-01T12:00:00Z"


def source(**changed: Any) -> Source:
    return Source(**{"id": "partner", "base_url": "https://partner.example/oai", "every": "daily", **changed})


def ran(outcome: Outcome | None = "complete", started: str = BEGAN) -> Run:
    return Run(
        id="1", source="partner", started=started, ended=started, outcome=outcome, report=Report(source="partner")
    )


def pause(of: Source, run: Run, reached: Checkpoint = Checkpoint()) -> timedelta:  # noqa: B008 frozen
    when = next_run(of, reached, run)
    assert when
    return datetime.fromisoformat(when) - datetime.fromisoformat(run.started)


@pytest.mark.parametrize("every", RHYTHMS)
def test_a_source_comes_back_after_its_period_and_at_most_a_tenth_later(every: str) -> None:
    periods = [pause(source(every=every), ran(started=f"2026-03-{day:02}T12:00:00Z")) for day in range(1, 29)]
    assert min(periods) >= RHYTHMS[every]
    assert max(periods) <= RHYTHMS[every] * 1.1
    assert len(set(periods)) > 20, "not every time at the same minute"


def test_two_sources_do_not_come_at_the_same_moment() -> None:
    assert len({pause(source(id=f"s{number}"), ran()) for number in range(20)}) > 15


def test_a_new_source_is_due_at_once_and_one_by_hand_or_stopped_never() -> None:
    assert next_run(source(), Checkpoint(), None) == ""
    for changed in ({"every": ""}, {"every": "sometimes"}, {"stopped_by": "Awa"}):
        assert next_run(source(**changed), Checkpoint(), None) is None


def test_a_failure_is_tried_again_before_its_time_and_not_at_once() -> None:
    assert pause(source(every="hourly"), ran("failed")) == timedelta(hours=1)
    assert pause(source(), ran("failed")) == timedelta(hours=6)
    assert timedelta(days=7) < pause(source(every="monthly"), ran("failed")) < timedelta(days=8)


def test_an_open_list_is_gone_on_with_within_the_hour() -> None:
    open_list = Checkpoint(pending=Pending(token="t"))
    assert pause(source(every="monthly"), ran("partial"), open_list) == timedelta(hours=1)


@pytest.mark.parametrize("last", [None, ran(), ran("failed"), ran("partial")])
def test_a_partner_that_asks_to_be_left_alone_is(last: Run | None) -> None:
    until = "2026-04-01T00:00:00Z"
    assert next_run(source(), Checkpoint(not_before=until), last) == until
