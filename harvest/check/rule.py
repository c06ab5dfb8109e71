"""What a check is, and what it finds."""

from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct

from harvest.check.visit import Exchange, Visit

Severity = Literal["must", "should"]


class Problem(Struct, frozen=True):
    """One place where a rule is broken: what was asked, and what in the answer shows it."""

    exchange: Exchange
    shown: str = ""


class Rule(Struct, frozen=True):
    """One thing that an endpoint owes its harvesters.

    `wanted` says it in one English sentence, `fix` what to do where it is not so; `source` where it is written
    ("OAI-PMH 2.0, 3.3.1"). `judge` yields the places where it is broken.
    """

    wanted: str
    fix: str
    id: str
    severity: Severity
    source: str
    judge: Callable[[Visit], Iterable[Problem]]
