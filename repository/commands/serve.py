"""`mutualis serve` and the process that it starts beside the web workers."""

from argparse import SUPPRESS, ArgumentParser, Namespace

from repository import serving
from repository.commands.command import COMPLETE, Command, Translate, tell_addresses
from repository.console import Console


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=text("address to listen on (default: %(default)s)"))
    parser.add_argument("--port", type=int, default=8000, help=text("port to listen on (default: %(default)s)"))
    parser.add_argument(
        "--base-url", default="", help=text("public address of this server, where a proxy stands before it")
    )
    parser.add_argument("--with-parent", action="store_true", help=SUPPRESS)


def run(given: Namespace, console: Console) -> int:
    address = serving.address(given.host, given.port, given.base_url)
    serving.check(given.data, given.host, given.port)
    addresses = {"Portal": address, "OAI-PMH": f"{address}oai?verb=Identify", "SPARQL": f"{address}sparql"}
    tell_addresses(console, addresses)
    console.report({"addresses": addresses})
    if given.with_parent:
        serving.end_with_parent()
    serving.serve(given.data, given.host, given.port, address)
    return COMPLETE


def follow_arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--address", required=True)


def follow(given: Namespace, console: Console) -> int:
    serving.follow(given.data, given.address)
    return COMPLETE


COMMAND = Command("serve", "serve the portal, OAI-PMH and SPARQL", run, arguments)
FOLLOW = Command(
    "follow",
    "keep search and SPARQL up with the catalogue",
    follow,
    follow_arguments,
    hidden=True,
)
