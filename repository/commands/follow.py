"""The process that `serve` starts beside its web workers."""

from argparse import ArgumentParser, Namespace

from repository import following
from repository.commands.command import COMPLETE, Translate
from repository.console import Console


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--address", required=True)


def run(given: Namespace, console: Console) -> int:
    following.follow(given.data, given.address)
    return COMPLETE
