"""When a source is harvested next: its rhythm, spread out a little, and what its last run says about it. Pure."""

import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from harvest.journal import Checkpoint, Run
from harvest.source import Source

RHYTHMS: Final[Mapping[str, timedelta]] = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
}
"""How often a source may be harvested, by name."""

_JITTER: Final = 0.1
"""The part of a period by which a run may come later, so that not everybody asks a partner at the same minute."""

_SOON: Final = timedelta(hours=1)
_FAILED: Final = 4
"""A failed run is tried again after an hour, or after this part of its period where that is longer."""


def next_run(source: Source, reached: Checkpoint, last: Run | None) -> str | None:
    """The moment from which a source is due (UTC, seconds); None where it is harvested by hand or was stopped.

    A source that was never harvested is due at once. A list that was left open is gone on with within the hour, a run
    that failed is tried again before its time, and a partner that asked to be left alone is.
    """
    if source.every not in RHYTHMS or source.stopped_by:
        return None
    if last is None:
        return reached.not_before
    started = datetime.fromisoformat(last.started)
    return max(_written(started + _pause(source, reached, last)), reached.not_before)


def _pause(source: Source, reached: Checkpoint, last: Run) -> timedelta:
    period = RHYTHMS[source.every]
    if reached.pending is not None and last.outcome != "failed":
        return min(period, _SOON)
    if last.outcome == "failed":
        return min(period, max(_SOON, period / _FAILED))
    return period + period * _JITTER * _chance(f"{source.id} {last.started}")


def _chance(words: str) -> float:
    """A number from 0 to 1 that is the same whenever it is asked for, and another for each source and run."""
    return zlib.crc32(words.encode()) / 0xFFFFFFFF


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
