"""`mutualis serve`: the portal, OAI-PMH and SPARQL, until it is interrupted."""

import os
from argparse import ArgumentParser, Namespace

from repository import serving
from repository.commands.command import COMPLETE, Translate, port
from repository.commands.showing import tell_addresses
from repository.console import Console


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--host", default="127.0.0.1", help=text("address to listen on (default: %(default)s)"))
    parser.add_argument("--port", type=port, default=8000, help=text("port to listen on (default: %(default)s)"))
    parser.add_argument(
        "--base-url", default="", help=text("public address of this server, where a proxy stands before it")
    )


def run(given: Namespace, console: Console) -> int:
    address = serving.address(given.host, given.port, given.base_url)

    def ready() -> None:
        console.say("Mutualis serves {path} (process {pid}).", path=given.data, pid=os.getpid())
        addresses = {"Portal": address, "OAI-PMH": f"{address}oai?verb=Identify", "SPARQL": f"{address}sparql"}
        tell_addresses(console, addresses)
        console.report({"outcome": "complete", "addresses": addresses})

    serving.serve(given.data, given.host, given.port, address, ready)
    return COMPLETE
