"""`mutualis demo`: a sample catalogue and a small partner, the one harvesting the other, both served."""

import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from repository import importing, services, serving, settings
from repository.commands import harvest
from repository.commands.command import COMPLETE, Command, Translate, make_visible, tell_addresses
from repository.console import Console
from repository.errors import DemoDidNotStart, NoExamples

FOLDER: Final = Path(".demo")
_START_SECONDS: Final = 30
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


def arguments(parser: ArgumentParser, text: Translate) -> None:
    parser.add_argument("--port", type=int, default=8000, help=text("port to listen on (default: %(default)s)"))
    parser.add_argument("--folder", type=Path, default=FOLDER, help=text("where the demonstration lives"))


def run(given: Namespace, console: Console) -> int:
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a polite kill cleans up like Ctrl-C
    examples = _examples()
    own, partner = given.folder / "catalogue", given.folder / "partner"
    serving.check_port("127.0.0.1", given.port)
    partner_port = _free_port(given.port + 1)
    fresh = not (own / settings.FILE_NAME).exists()
    _prepare(own, _CATALOGUE, sorted((examples / "sample").glob("*.jsonld")), given.port, console)
    _prepare(partner, _PARTNER, sorted((examples / "partner").glob("*.jsonld")), partner_port, console)
    with _served(partner, partner_port) as partner_address:
        if fresh:
            harvest.take(own, f"{partner_address}oai", "partner", console, allow_private=True)
        with _served(own, given.port) as address:
            _tell(own, address, partner_address, console)
            _wait()
    console.say("Stopped. The demonstration stays in {path}; run it again to go on.", path=given.folder)
    return COMPLETE


def _prepare(data: Path, chosen: dict[str, str], files: list[Path], port: int, console: Console) -> None:
    """Make a catalogue and put the sample records into it; what is there already stays as it is."""
    fresh = not (data / settings.FILE_NAME).exists()
    with console.progress("Making the catalogue in {path}", path=data):
        opened = services.create(data, chosen)
        services.remember_address(data, serving.address("127.0.0.1", port))
        opened.close()
        opened = services.open_services(data)
        if fresh:
            act = opened.act("demo", "sample records")
            importing.import_files(files, catalogue=opened.catalogue, journal=opened.journal, clock=opened.now, act=act)
    make_visible(opened, console)
    opened.close()


@contextmanager
def _served(data: Path, port: int) -> Iterator[str]:
    """A server of its own process for the length of the block; yields its address."""
    address = serving.address("127.0.0.1", port)
    command = [
        sys.executable,
        "-m",
        "repository.cli",
        "--data",
        str(data),
        "serve",
        "--with-parent",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(  # noqa: S603 our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_until_healthy(process, address)
        yield address
    finally:
        process.terminate()
        serving.end_process(process)


def _wait_until_healthy(process: subprocess.Popen[bytes], address: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}healthz", timeout=2) as answer:  # noqa: S310 our own address
                if json.load(answer)["status"] == "ok":
                    return
        except (OSError, urllib.error.URLError):
            time.sleep(0.1)
    raise DemoDidNotStart(address=address)


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


def _wait() -> None:
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return


def _free_port(wanted: int) -> int:
    """`wanted` where it is free, otherwise one that the system gives."""
    for port in (wanted, 0):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", port))
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


COMMAND = Command("demo", "serve a sample catalogue and a partner that it harvests", run, arguments)
