"""The process that `serve` starts beside its web workers."""

from argparse import ArgumentParser, Namespace

from repository import following, thrift
from repository.commands.command import COMPLETE, Translate
from repository.console import Console


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--address", required=True)


def run(given: Namespace, console: Console) -> int:
    thrift.be_thrifty()
    following.follow(given.data, given.address)
    return COMPLETE
