"""What a command is: its words, its arguments and its act."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from repository.console import Console
from repository.services import Services
from repository.serving import catch_up_if_alone

COMPLETE: Final = 0
FAILED: Final = 1
PARTIAL: Final = 3
OUTCOMES: Final = {"complete": COMPLETE, "partial": PARTIAL, "failed": FAILED}
"""Exit statuses, so that scripts can count on them."""

Translate = Callable[[str], str]


def no_arguments(parser: ArgumentParser, text: Translate) -> None:
    """For commands that take none."""


@dataclass(frozen=True, slots=True)
class Command:
    """`run` gets the parsed arguments (with `data`, the folder) and a console, and returns the exit status."""

    name: str
    help: str
    run: Callable[[Namespace, Console], int]
    arguments: Callable[[ArgumentParser, Translate], None] = no_arguments
    hidden: bool = False


def tell_addresses(console: Console, addresses: dict[str, str]) -> None:
    """What is served where, a line each, and how to stop it."""
    width = max(len(console.text(label)) for label in addresses)
    for label, address in addresses.items():
        console.say("{label}  {address}", label=console.text(label).ljust(width), address=address)
    console.say("Ctrl-C stops it.")


def make_visible(services: Services, console: Console) -> None:
    """Bring search and SPARQL up to date after a write, unless a server is running that does it anyway."""
    with console.progress("Bringing search and SPARQL up to date") as advance:
        catch_up_if_alone(services, advance)
