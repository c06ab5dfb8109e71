"""Answering queries with the engine that the settings name."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from msgspec import Struct, structs

from repository.projections import current
from repository.settings import Settings
from sparql import paging
from sparql.engines.remote import Server
from sparql.engines.table import ENGINES
from sparql.errors import NotReady
from sparql.graphs.remote import is_filling, read_state
from sparql.pool.workers import Pool
from sparql.query import Answer, Ask, Limits, Question

_RETRY_SECONDS: Final = 30


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
        asked = partial(ENGINES["remote"], server(settings))
        return Engine(partial(_when_filled, asked, folder), partial(_remote_version, folder), _nothing_to_close, limits)
    pool = Pool(folder, settings.query_workers, limits)
    return Engine(partial(paging.ask, partial(ENGINES["embedded"], pool.ask), limits), pool.version, pool.close, limits)


def server(settings: Settings) -> Server:
    """The external server that the settings name."""
    return Server(
        settings.sparql_engine,
        Limits(seconds=settings.query_seconds, rows=settings.query_rows),
        settings.sparql_updates,
        settings.sparql_user,
        settings.sparql_password,
    )


def _when_filled(ask: Ask, folder: Path, question: Question) -> Answer:
    """Ask a server, unless it holds only a part as yet: that would look like the whole."""
    if is_filling(folder):
        raise NotReady(seconds=_RETRY_SECONDS)
    return structs.replace(ask(question), version=_remote_version(folder))


def _remote_version(folder: Path) -> str:
    """The data that a server was last brought up to, "" where we have not written to it."""
    generation = current(folder)
    position = read_state(generation).position if generation else None
    return f"{position.epoch}-{position.change}-remote" if position else ""


def _nothing_to_close() -> None:
    """A remote server is asked anew each time."""
