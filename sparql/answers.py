"""Answering queries with the engine that the settings name."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from msgspec import Struct

from repository.settings import Settings
from sparql import paging
from sparql.engines.remote import Server
from sparql.engines.table import ENGINES
from sparql.pool.workers import Pool
from sparql.query import Ask, Limits


class Engine(Struct, frozen=True):
    """What answers: `ask` takes an admitted question, `version` names the data that it would be asked of now ("" where
    that is not known), `close` ends what runs for it, `limits` are those of one query."""

    ask: Ask
    version: Callable[[], str]
    close: Callable[[], None]
    limits: Limits


def engine(settings: Settings, folder: Path) -> Engine:
    """The engine of an installation; `folder` is that of the triple projection (data/triples).

    Nothing is started before the first question, so it may be built before the web processes are forked.
    """
    limits = Limits(seconds=settings.query_seconds, rows=settings.query_rows)
    if settings.sparql_engine:
        return Engine(
            partial(ENGINES["remote"], Server(settings.sparql_engine, limits)), str, _nothing_to_close, limits
        )
    pool = Pool(folder, settings.query_workers, limits)
    return Engine(partial(paging.ask, partial(ENGINES["embedded"], pool.ask), limits), pool.version, pool.close, limits)


def _nothing_to_close() -> None:
    """A remote server is asked anew each time."""
