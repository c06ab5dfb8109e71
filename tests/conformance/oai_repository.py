"""A real repository for the OAI-PMH tests: a database, a catalogue on a clock that tests turn, the Flask view."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from msgspec.structs import replace
from werkzeug.serving import WSGIRequestHandler, make_server

from harvest.source import Source
from repository.catalogue import Catalogue, Entry
from repository.namespaces import COUNTRY, VOCABULARY
from repository.oai import views
from repository.record import CatalogRecord, Distribution, Record, Text
from repository.settings import Settings
from repository.store import changes, tables
from repository.store.changes import Act
from repository.store.database import Database
from vocabularies import shipped
from vocabularies.terms import Terms

GUIDELINES = Path(__file__).parent / "guidelines"
NOT_AT_HAND = {
    "rights": "http://www.openarchives.org/OAI/2.0/rights/",
    "friends": "http://www.openarchives.org/OAI/2.0/friends/",
    "eprints": "http://www.openarchives.org/OAI/1.1/eprints",
}
"""Containers whose schemas were not at hand: ours are written from the text of the implementation guidelines."""

BASE = "http://oai.example.org/"
ENDPOINT = BASE + "oai"
NAMESPACE = "oai.example.org"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
ACT = Act(id="00000000-0000-7000-8000-0000000000aa", who="test", why="test")


@dataclass
class Services:
    """What the view takes from the composition root, with a clock that stands still until it is turned."""

    settings: Settings
    database: Database
    base_url: str = BASE
    moment: datetime = START
    held: Terms = field(default_factory=shipped.terms)
    registered: list[Source] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.catalogue = Catalogue(self.database, self.terms, self.now)

    def terms(self) -> Terms:
        return self.held

    def now(self) -> datetime:
        return self.moment

    def secret(self) -> bytes:
        return b"a secret of the tests"

    def partners(self) -> list[Source]:
        return self.registered


class Repository:
    """A catalogue and what a harvester gets from it."""

    def __init__(self, database: Database, data: Path, **chosen: Any) -> None:
        settings = Settings(data=data, **{"oai_namespace": NAMESPACE, "default_language": "en", **chosen})
        self.services = Services(settings, database)
        self.catalogue = self.services.catalogue
        self.app = Flask("oai")
        self.app.register_blueprint(views.blueprint(self.services))
        self.client: FlaskClient = self.app.test_client()

    def put(self, *records: Record, **entry: Any) -> None:
        self.catalogue.put_many([Entry(record, **entry) for record in records], ACT)

    def withdraw(self, *numbers: int) -> None:
        self.catalogue.withdraw([record_id(number) for number in numbers], ACT)

    def later(self, seconds: int = 1) -> datetime:
        self.services.moment += timedelta(seconds=seconds)
        return self.services.moment

    def renew_epoch(self, epoch: str) -> None:
        with self.services.database.writing() as connection:
            changes.write_meta(connection, "epoch", epoch)

    def raw(self, **arguments: str) -> bytes:
        sent = {name.rstrip("_"): value for name, value in arguments.items()}
        answered = self.client.get("/oai", query_string=sent)
        assert answered.status_code == 200
        return answered.data

    def get(self, **arguments: str) -> etree._Element:
        """The root of the answer to a GET; `from_` stands for the argument from."""
        return etree.fromstring(self.raw(**arguments))

    def pages(self, verb: str = "ListRecords", **arguments: str) -> Iterator[etree._Element]:
        """The pages of a whole list; fails when it does not end."""
        page = self.get(
            verb=verb, **({} if "resumptionToken" in arguments else {"metadataPrefix": "oai_dc"}), **arguments
        )
        for _ in range(1000):
            yield page
            if not (token := token_of(page)):
                return
            page = self.get(verb=verb, resumptionToken=token)
        raise AssertionError("the list does not end")


@contextmanager
def repository(url: str, data: Path, **chosen: Any) -> Iterator[Repository]:
    """An empty catalogue in the database at `url`."""
    database = Database(url)
    tables.metadata.create_all(database.engine)
    held = Repository(database, data, **chosen)
    held.renew_epoch("first")
    yield held
    database.close()


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """The server's log is no part of a test's story."""


@contextmanager
def served(held: Repository) -> Iterator[str]:
    """The address of the provider on a real loopback server."""
    server = make_server("127.0.0.1", 0, held.app, threaded=True, request_handler=_Quiet)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.port}/oai"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def record_id(number: int) -> str:
    return str(UUID(int=(7 << 76) | (2 << 62) | number))


def oai_id(number: int) -> str:
    return f"oai:{NAMESPACE}:{record_id(number)}"


def a_record(number: int, title: str = "Guide du formateur", country: str = "BEN", **changed: Any) -> Record:
    """A guide from a country about building; the number makes its id."""
    record = Record(
        id=record_id(number),
        identifier=(f"INV-{number:05}",),
        title=(Text(f"{title} {number}", "fr"),),
        description=(Text("Fiches de travaux pratiques, avec leur corrigé & barème <à compléter>.", "fr"),),
        language=("http://publications.europa.eu/resource/authority/language/FRA",),
        sector=(VOCABULARY + "sector/btp",),
        resource_type=(VOCABULARY + "resource-type/GM-GUIDE",),
        country=(COUNTRY + country,),
        licence="http://creativecommons.org/licenses/by/4.0/",
        access=VOCABULARY + "access/open",
        distribution=(
            Distribution(access_url=f"https://files.example.org/{number}.pdf", media_type="application/pdf"),
        ),
    )
    return replace(record, **changed)


def an_origin(**changed: Any) -> CatalogRecord:
    """What is known of a record that was harvested from a partner."""
    origin = CatalogRecord(
        source="partner",
        identifier="oai:partner.example.org:42",
        datestamp="2025-11-02T08:00:00Z",
        harvested="2026-02-28T23:00:00Z",
        format="oai_dc",
        base_url="https://partner.example.org/oai",
    )
    return replace(origin, **changed)


def texts(root: etree._Element, name: str) -> list[str]:
    """The texts of all elements with this name in OAI-PMH's namespace, in order."""
    return [element.text or "" for element in root.iter(OAI + name)]


def codes(root: etree._Element) -> list[str]:
    """The codes of the errors in an answer."""
    return [element.attrib["code"] for element in root.iter(OAI + "error")]


def token_of(page: etree._Element) -> str:
    return next(iter(texts(page, "resumptionToken")), "")


def headers(page: etree._Element) -> dict[str, str]:
    """Identifier -> datestamp of the records of a page."""
    return {
        head.findtext(OAI + "identifier", ""): head.findtext(OAI + "datestamp", "")
        for head in page.iter(OAI + "header")
    }


@cache
def schema(shared: Path) -> etree.XMLSchema:
    """OAI-PMH.xsd with every namespace that may stand in an answer, since it judges their contents strictly."""
    oai, lom = shared / "schemas" / "oai", shared / "schemas" / "lom" / "lom.xsd"
    known = {
        "http://www.openarchives.org/OAI/2.0/": oai / "OAI-PMH.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/": oai / "oai_dc.xsd",
        "http://www.openarchives.org/OAI/2.0/oai-identifier": oai / "oai-identifier.xsd",
        "http://www.openarchives.org/OAI/2.0/provenance": oai / "provenance.xsd",
        "http://www.openarchives.org/OAI/2.0/branding/": oai / "branding.xsd",
        "http://oai.dlib.vt.edu/OAI/metadata/toolkit": oai / "toolkit.xsd",
        "http://ltsc.ieee.org/xsd/LOM": lom,
        **{name: GUIDELINES / f"{kind}.xsd" for kind, name in NOT_AT_HAND.items()},
    }
    imports = "".join(f'<import namespace="{name}" schemaLocation="{path.as_uri()}"/>' for name, path in known.items())
    driver = f'<schema xmlns="http://www.w3.org/2001/XMLSchema">{imports}</schema>'
    return etree.XMLSchema(etree.fromstring(driver, base_url=oai.as_uri() + "/driver.xsd"))


def check(shared: Path, root: etree._Element) -> etree._Element:
    """The same answer, valid."""
    schema(shared).assertValid(root)
    return root
