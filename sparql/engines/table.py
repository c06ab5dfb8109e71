"""The engines: a row each, the same function for all.

A row takes its target (a pool's `ask`, or a remote server) and a question, gives a spooled answer, and raises the
errors of `sparql.errors`: syntax, time, size and memory are reported alike by every engine.
"""

from collections.abc import Callable
from typing import Any, Final

from sparql.engines import embedded, remote
from sparql.query import Answer, Question

ENGINES: Final[dict[str, Callable[[Any, Question], Answer]]] = {
    "embedded": embedded.query,
    "remote": remote.query,
}
