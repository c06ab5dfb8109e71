"""What the catalogue's tests put into it: records, acts and a clock that the test moves."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from repository.catalogue import Catalogue, Entry
from repository.identity import imported_id
from repository.namespaces import COUNTRY, VOCABULARY
from repository.record import CatalogRecord, Record, Text
from repository.store import changes
from repository.store.changes import Act
from repository.store.database import Database
from vocabularies import shipped

BASE = "https://catalogue.example.org/"
TERMS = shipped.terms(BASE)
BENIN, TOGO, NIGER = COUNTRY + "BEN", COUNTRY + "TGO", COUNTRY + "NER"
CQP, CAP = VOCABULARY + "level/BJ-CQP", VOCABULARY + "level/TG-CAP"
ELECTRICIAN = VOCABULARY + "occupation/electricien-batiment"
BUILDING, FARMING = VOCABULARY + "sector/btp", VOCABULARY + "sector/agriculture"
MANUAL, GUIDE = VOCABULARY + "resource-type/SA-MANUEL", VOCABULARY + "resource-type/GP"
FRAMEWORK = VOCABULARY + "resource-type/RF"
PARTNER = "partner"


class Clock:
    """A clock that stands still until the test moves it, forwards or back."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 23, 17, 0, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


def act(why: str = "test") -> Act:
    return Act(id="0190b2a0-0000-7000-8000-000000000001", who="awa@example.org", why=why)


def record(number: int, **changed: Any) -> Record:
    """One of endlessly many records, always the same for one number; `changed` replaces properties."""
    held: dict[str, Any] = {
        "id": imported_id(f"specimen {number}"),
        "identifier": (f"REF-{number}",),
        "title": (Text(f"Installer un tableau électrique, leçon {number}", "fr"),),
        "description": (Text("Du choix du disjoncteur à l’essai sous tension.", "fr"),),
        "country": (BENIN,),
        "resource_type": (MANUAL,),
        "sector": (BUILDING,),
        "publisher": None,
    }
    return Record(**{**held, **changed})


def entry(number: int, **changed: Any) -> Entry:
    return Entry(record(number, **changed))


def harvested(number: int, moment: str, sent: bytes = b"<dc/>", **changed: Any) -> Entry:
    """The record of a partner, as a harvest at `moment` finds it."""
    origin = CatalogRecord(source=PARTNER, identifier=f"oai:partner:{number}", harvested=moment, format="oai_dc")
    described = record(number, catalog_record=(origin,), **changed)
    return Entry(described, source=PARTNER, origin=f"oai:partner:{number}", received=("oai_dc", sent))


def open_catalogue(database: Database, clock: changes.Clock) -> Catalogue:
    return Catalogue(database, lambda: TERMS, clock)


def begin(database: Database) -> None:
    """What `init` writes into new tables, as far as the catalogue needs it."""
    with database.writing() as connection:
        changes.write_meta(connection, "epoch", "first")


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table that a change touches, to see that nothing was half written."""
    names = ("meta", "history", "records", "record_sets", "source_bytes", "kits", "kit_documents")
    with database.reading() as connection:
        return {name: sorted(tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))) for name in names}
