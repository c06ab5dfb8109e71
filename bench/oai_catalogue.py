"""The records that OAI-PMH servers are measured on, of which every second one came from a partner."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from harvest.source import Source
from repository.catalogue import Catalogue, Entry
from repository.namespaces import COUNTRY, VOCABULARY
from repository.record import Agent, CatalogRecord, Distribution, Record, Text
from repository.settings import Settings
from repository.store import changes, tables
from repository.store.changes import Act
from repository.store.database import Database
from vocabularies import shipped
from vocabularies.terms import Terms

PAGE: Final = 100
FOLDER: Final = "MUTUALIS_BENCH_OAI"
"""The variable that names the folder of the catalogue to the servers."""

NAMESPACE: Final = "bench.example.org"
_ACT: Final = Act(id="00000000-0000-7000-8000-000000000001", who="bench", why="bench")
_COUNTRIES: Final = ("BEN", "BFA", "CIV", "GNB", "MLI", "NER", "SEN", "TCD", "TGO")


@dataclass
class Services:
    """What the provider's view takes from the composition root."""

    database: Database
    settings: Settings
    base_url: str = "http://bench.example.org/"
    held: Terms = field(default_factory=shipped.terms)

    @property
    def catalogue(self) -> Catalogue:
        return Catalogue(self.database, self.terms, self.now)

    def terms(self) -> Terms:
        return self.held

    def now(self) -> datetime:
        return datetime.now(UTC)

    def secret(self) -> bytes:
        return b"a secret for benchmarks"

    def partners(self) -> list[Source]:
        return [Source(id="partner", base_url="https://partner.example.org/oai")]


def services(folder: Path) -> Services:
    settings = Settings(data=folder, oai_namespace=NAMESPACE, oai_page_size=PAGE)
    return Services(Database(settings.database_url), settings)


def fill(folder: Path, number: int, done: int = 0) -> None:
    held = services(folder)
    tables.metadata.create_all(held.database.engine)
    with held.database.writing() as connection:
        changes.write_meta(connection, "epoch", "bench")
    held.catalogue.put_many((_entry(each) for each in range(done, number)), _ACT)
    held.database.close()


def _entry(number: int) -> Entry:
    if number % 2:
        return Entry(_record(number, (_origin(number),)), source="partner", origin=f"oai:partner.example.org:{number}")
    return Entry(_record(number, ()))


def _origin(number: int) -> CatalogRecord:
    return CatalogRecord(
        source="partner",
        identifier=f"oai:partner.example.org:{number}",
        datestamp="2025-11-02T08:00:00Z",
        harvested="2026-02-28T23:00:00Z",
        format="oai_dc",
        base_url="https://partner.example.org/oai",
    )


def _record(number: int, origins: tuple[CatalogRecord, ...]) -> Record:
    return Record(
        id=str(UUID(int=(7 << 76) | (2 << 62) | number)),
        identifier=(f"INV-{number:07}",),
        title=(Text(f"Guide d'organisation pédagogique et matérielle, fascicule {number}", "fr"),),
        description=(
            Text(
                "Progression pédagogique, fiches de travaux pratiques, matière d'œuvre et grilles d'évaluation "
                "à l'usage des formateurs des centres de formation professionnelle & des entreprises d'accueil.",
                "fr",
            ),
        ),
        language=("http://publications.europa.eu/resource/authority/language/FRA",),
        keyword=(Text("compétences", "fr"), Text("évaluation", "fr"), Text(f"module {number % 40}", "fr")),
        sector=(VOCABULARY + "sector/btp",),
        resource_type=(VOCABULARY + "resource-type/GM-GUIDE",),
        publisher=Agent(name=(Text("Direction de la formation professionnelle", "fr"),), kind="organisation"),
        issued=str(2000 + number % 25),
        licence="http://creativecommons.org/licenses/by/4.0/",
        access=VOCABULARY + "access/open",
        country=(COUNTRY + _COUNTRIES[number % len(_COUNTRIES)],),
        distribution=(
            Distribution(access_url=f"https://files.example.org/{number}.pdf", media_type="application/pdf"),
        ),
        landing_page=f"https://www.example.org/ressources/{number}",
        catalog_record=origins,
    )
