"""`mutualis demo`: a sample catalogue and a small partner, the one harvesting the other, both served."""

import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from repository import importing, services, serving
from repository.commands import harvest
from repository.commands.command import COMPLETE, FAILED, Translate, port
from repository.commands.showing import tell_addresses
from repository.console import Console, refusal
from repository.errors import DemoDidNotStart, MutualisError, NoCatalogue, NoExamples, OldCatalogue
from sparql.pool.confinement import die_with

FOLDER: Final = Path(".demo")
_HOST: Final = "127.0.0.1"
_START_SECONDS: Final = 60
_STOP_SECONDS: Final = 15
_PAUSE_SECONDS: Final = 0.1
_CATALOGUE: Final = {
    "name": "Mutualis (données d’exemple)",
    "oai_namespace": "demo.mutualis.invalid",
    "admin_email": "demo@mutualis.invalid",
}
_PARTNER: Final = {
    "name": "Centre de ressources partenaire (données d’exemple)",
    "oai_namespace": "partner.mutualis.invalid",
    "admin_email": "partner@mutualis.invalid",
    "web_workers": "1",
    "query_workers": "1",
}
_FORKED: Final = multiprocessing.get_context("fork")
"""The two servers take over what is imported already, and begin at the same time."""


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--port", type=port, default=8000, help=text("port to listen on (default: %(default)s)"))
    parser.add_argument("--folder", type=Path, default=FOLDER, help=text("where the demonstration lives"))


def run(given: Namespace, console: Console) -> int:
    examples = _examples()
    own, partner = given.folder / "catalogue", given.folder / "partner"
    serving.check_port(_HOST, given.port)
    partner_port = _free_port(given.port % 65535 + 1)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill cleans up like Ctrl-C
    try:
        with (
            _served(partner, _PARTNER, examples / "partner", partner_port, console) as there,
            _served(own, _CATALOGUE, examples / "sample", given.port, console) as here,
        ):
            with console.progress("Making the catalogue in {path}", path=own):
                answered = all(_is_served(*each) for each in ((there, partner_port), (here, given.port)))
            if not answered:
                return FAILED
            source = f"{serving.address(_HOST, partner_port)}oai"
            harvest.take(own, source, "partner", console, wish=harvest.Wish(allow_private=True))
            _wait_until_found(own)
            _tell(own, serving.address(_HOST, given.port), serving.address(_HOST, partner_port), console)
            threading.Event().wait()
    except KeyboardInterrupt:
        console.say("Stopped. The demonstration stays in {path}; run it again to go on.", path=given.folder)
    return COMPLETE


Server = multiprocessing.process.BaseProcess


@contextmanager
def _served(data: Path, chosen: dict[str, str], files: Path, port: int, console: Console) -> Iterator[Server]:
    """A catalogue made, filled and served by a process of its own for the length of the block."""
    process = _FORKED.Process(target=_make_and_serve, args=(os.getpid(), data, chosen, files, port, console))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(_STOP_SECONDS)
        process.kill()
        process.join()


def _make_and_serve(parent: int, data: Path, chosen: dict[str, str], files: Path, port: int, console: Console) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.setsid()  # a Ctrl-C is for our parent, which then ends us
    die_with(parent)
    try:
        _make(data, chosen, files, port)
        serving.serve(data, _HOST, port, serving.address(_HOST, port))
    except MutualisError as error:
        console.fail(error)
        sys.exit(FAILED)
    except OSError as error:
        console.fail(refusal(error, data))
        sys.exit(FAILED)


def _make(data: Path, chosen: dict[str, str], files: Path, port: int) -> None:
    """Make a catalogue with sample records; what is there already stays as it is."""
    try:
        opened = services.open_services(data)
    except (NoCatalogue, OldCatalogue):
        opened = services.create(data, chosen)
    services.remember_address(data, serving.address(_HOST, port))
    if not any(opened.catalogue.totals()):
        opened.close()
        opened = services.open_services(data)
        act = opened.act("demo", "sample records")
        records = sorted(files.glob("*.jsonld"))
        importing.import_files(records, catalogue=opened.catalogue, journal=opened.journal, clock=opened.now, act=act)
    opened.close()


def _is_served(process: Server, port: int) -> bool:
    """Wait for a server to answer; False where it has ended and told why. Raises DemoDidNotStart."""
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.is_alive():
        if serving.answers(_HOST, port):
            return True
        time.sleep(_PAUSE_SECONDS)
    if process.exitcode == FAILED:
        return False
    raise DemoDidNotStart(address=serving.address(_HOST, port))


def _wait_until_found(data: Path) -> None:
    """Wait for the server's follower to have brought search and SPARQL up to what was harvested."""
    opened = services.open_services(data)
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and set(opened.projections().values()) != {opened.catalogue.newest()}:
        time.sleep(_PAUSE_SECONDS)
    opened.close()


def _tell(data: Path, address: str, partner: str, console: Console) -> None:
    opened = services.open_services(data)
    record = next(opened.catalogue.published_ids(), "")
    lines = {
        "Portal": f"{address}fr/",
        "OAI-PMH": f"{address}oai?verb=ListRecords&metadataPrefix=oai_dc",
        "SPARQL": f"{address}sparql",
        "One record in Turtle": f"{address}resource/{record}.ttl",
        "The partner harvested": f"{partner}fr/",
    }
    tell_addresses(console, lines)
    console.report({"outcome": "complete", "addresses": lines})
    opened.close()


def _free_port(wanted: int) -> int:
    """`wanted` where it is free, otherwise one that the system gives."""
    for tried in (wanted, 0):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((_HOST, tried))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    return wanted


def _examples() -> Path:
    """The sample records: beside the packages in a checkout, inside ours where installed from a wheel."""
    package = Path(__file__).parent.parent
    for folder in (package / "examples", package.parent / "examples"):
        if (folder / "sample").is_dir():
            return folder
    raise NoExamples(path=package.parent / "examples")
