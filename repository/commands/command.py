"""What a command is: its name, what it does in a few words, and the module that does it."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, Protocol, cast

from repository.console import Console, language_of
from repository.messages import translate

COMPLETE: Final = 0
FAILED: Final = 1
PARTIAL: Final = 3
OUTCOMES: Final = {"complete": COMPLETE, "partial": PARTIAL, "failed": FAILED}
"""Exit statuses, so that scripts can count on them."""

KEEPER: Final = "MUTUALIS_KEEPER"
"""The variable by which a served catalogue tells a command who started it, and with whom it ends."""

Translate = Callable[[str], str]


def port(words: str) -> int:
    """The number of a TCP port. Raises ArgumentTypeError."""
    if not words.isdecimal() or not 0 < int(words) < 65536:
        raise ArgumentTypeError(
            translate("{value} is not a port: give a number from 1 to 65535", language_of(), value=words)
        )
    return int(words)


class Acting(Protocol):
    """What the module of a command offers: `run` gets the parsed arguments (with `data`, the folder) and a console,
    and returns the exit status."""

    def arguments(self, parser: ArgumentParser, text: Translate) -> None: ...

    def run(self, given: Namespace, console: Console) -> int: ...


@dataclass(frozen=True, slots=True)
class Command:
    """A command. Its module is imported when it is called, so that none waits for what another needs."""

    name: str
    help: str
    module: str
    hidden: bool = False

    def load(self) -> Acting:
        return cast(Acting, import_module(f"repository.commands.{self.module}"))
