"""Answering queries with the engine that the settings name."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec import Struct

from repository.settings import Settings
from sparql.engines.remote import Server
from sparql.engines.table import ENGINES
from sparql.pool.workers import Pool
from sparql.query import Ask, Limits


class Engine(Struct, frozen=True):
    """What answers: `ask` takes an admitted question, `close` ends what runs for it."""

    ask: Ask
    close: Callable[[], None]


def engine(settings: Settings, folder: Path) -> Engine:
    """The engine of an installation; `folder` is that of the triple projection (data/triples).

    Nothing is started before the first question, so it may be built before the web processes are forked.
    """
    limits = Limits(seconds=settings.query_seconds, rows=settings.query_rows)
    if settings.sparql_engine:
        return Engine(partial(ENGINES["remote"], Server(settings.sparql_engine, limits)), _nothing_to_close)
    pool = Pool(folder, settings.query_workers, limits)
    return Engine(partial(ENGINES["embedded"], pool.ask), pool.close)


def _nothing_to_close() -> None:
    """A remote server is asked anew each time."""
