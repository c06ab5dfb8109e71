"""A small catalogue that the portal's tests read: three countries, two kits, an adaptation, a harvested record."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import insert

from repository.catalogue import Catalogue, Entry
from repository.kit import ELSEWHERE, NONEXISTENT, Declaration, KitKey
from repository.namespaces import COUNTRY, LANGUAGE_EU, VOCABULARY
from repository.record import (
    Agent,
    Attribution,
    CatalogRecord,
    Checksum,
    Derivation,
    Distribution,
    Record,
    SourceWord,
    Text,
    Validation,
)
from repository.store.changes import Act
from repository.store.database import Database
from repository.store.tables import meta, metadata
from vocabularies import shipped

ACT = Act(id="0192f0c0-0000-7000-8000-000000000000", who="tests", why="samples")
BASE = "http://localhost:8000/"
NOON = datetime(2026, 3, 2, 12, 0, 0, tzinfo=UTC)
BENIN, TOGO, GUINEA_BISSAU = COUNTRY + "BEN", COUNTRY + "TGO", COUNTRY + "GNB"
ELECTRICIAN = VOCABULARY + "occupation/electricien-batiment"
FRENCH, PORTUGUESE = LANGUAGE_EU + "FRA", LANGUAGE_EU + "POR"
KIT = "BJ/BJ-CQP/electricien-batiment"


def record_id(number: int) -> str:
    return f"0192f0c0-0000-7000-8000-{number:012d}"


STANDARD, TEACHING_GUIDE, ADAPTED, HARVESTED, WITHDRAWN, FULL, HOSTILE = map(record_id, range(1, 8))


def concept(scheme: str, notation: str) -> str:
    return f"{VOCABULARY}{scheme}/{notation}"


def french(*values: str) -> tuple[Text, ...]:
    return tuple(Text(value, "fr") for value in values)


def organisation(name: str, language: str = "fr") -> Agent:
    return Agent(name=(Text(name, language),), kind="organisation")


def sample(id: str, name: str, kind: str, **others: object) -> Record:
    """A complete enough record of Bénin's building electricians; `others` replace its attributes."""
    held: dict[str, object] = {
        "id": id,
        "identifier": (f"MUT-{id[-4:]}",),
        "title": french(name),
        "description": french(f"{name} : document validé pour la formation professionnelle."),
        "language": (FRENCH,),
        "sector": (concept("sector", "btp"),),
        "resource_type": (concept("resource-type", kind),),
        "level": (concept("level", "BJ-CQP"),),
        "occupation": (ELECTRICIAN,),
        "country": (BENIN,),
        "publisher": organisation("Ministère de la formation professionnelle du Bénin"),
        "licence": concept("licence", "unknown"),
        "access": concept("access", "open"),
        "adaptation": concept("adaptation", "allowed"),
        "issued": "2021-05",
        "distribution": (
            Distribution(
                access_url="https://example.org/doc",
                download_url="https://example.org/doc.pdf",
                media_type="application/pdf",
                byte_size=1_482_000,
            ),
        ),
    }
    return Record(**{**held, **others})  # type: ignore[arg-type]


def full() -> Record:
    """A record that has something to say on every row of the profile."""
    return sample(
        FULL,
        "Guide complet de l’électricité du bâtiment",
        "GP",
        title=(
            Text("Guide complet de l’électricité du bâtiment", "fr"),
            Text("Guia completo de eletricidade na construção", "pt"),
        ),
        keyword=(Text("installation domestique", "fr"), Text("instalação doméstica", "pt")),
        audience=(concept("audience", shipped.terms().in_scheme("audience")[0].notation or ""),),
        teaches=french("Réaliser une installation électrique"),
        competency_required=french("Lire un plan"),
        qualification=(concept("level", "BJ-CQP"),),
        time_required="PT40H",
        difficulty=concept("lom", "5.8-medium"),
        interactivity_type=concept("lom", "5.1-expositive"),
        interactivity_level=concept("lom", "5.3-low"),
        semantic_density=concept("lom", "5.4-high"),
        creator=(organisation("Centre de métiers de Cotonou"), Agent(name=french("Awa Dossou"), kind="person")),
        contributor=(Attribution(agent=organisation("Coopération suisse")),),
        modified="2022-01-31",
        version="2.1",
        status=shipped.terms().in_scheme("status")[0].iri,
        rights=french("Libre de droits pour les pays participants"),
        rights_holder=(organisation("État du Bénin"),),
        validation=(
            Validation(act=french("Arrêté 2021-118"), authority=organisation("DFTP Bénin"), date="2021-06-01"),
        ),
        derivation=(Derivation(source=STANDARD, changes=french("Exercices ajoutés")),),
        translation_of="https://example.org/works/original",
        version_of="https://example.org/works/guide",
        is_part_of=(STANDARD,),
        has_part=(TEACHING_GUIDE,),
        requires=("https://example.org/works/required",),
        distribution=(
            Distribution(
                access_url="https://example.org/guide",
                download_url="https://example.org/guide.pdf",
                media_type="application/pdf",
                byte_size=2_000_000,
                checksum=Checksum(algorithm="sha256", value="ab" * 32),
                title=french("Version imprimable"),
            ),
        ),
        landing_page="https://example.org/guide/page",
        funding=(organisation("Union européenne"),),
        catalog_record=(
            CatalogRecord(
                source="pmb-cotonou",
                identifier="oai:pmb:42",
                datestamp="2024-02-03",
                harvested="2026-02-01T10:00:00Z",
                format="oai_dc",
                base_url="https://pmb.example.org/oai",
                sets=("guides",),
                terms=french("Réutilisation avec mention de la source"),
            ),
        ),
        source_word=(SourceWord(element="dc:type", text=Text("guide du maître", "fr")),),
    )


def samples() -> list[Record]:
    """The records, in the order in which they are stored."""
    return [
        sample(STANDARD, "Référentiel de formation d’électricien bâtiment", "RF"),
        sample(TEACHING_GUIDE, "Guide pédagogique de l’électricien", "GP", access=concept("access", "on-request")),
        sample(
            ADAPTED,
            "Référentiel de formation de l’électricien, adapté au Togo",
            "RF",
            country=(TOGO,),
            level=(concept("level", "TG-CQP"),),
            derivation=(
                Derivation(
                    source=STANDARD,
                    kind=concept("relation", "adaptation"),
                    changes=french("Normes togolaises"),
                ),
            ),
        ),
        sample(
            HARVESTED,
            "Manual do pedreiro",
            "SA-MANUEL",
            title=(Text("Manual do pedreiro", "pt"),),
            description=(Text("Materiais e técnicas de alvenaria.", "pt"),),
            language=(PORTUGUESE,),
            country=(GUINEA_BISSAU,),
            occupation=(),
            level=(),
            access=None,
            licence=None,
            landing_page="https://biblioteca.example.org/42",
            catalog_record=(CatalogRecord(source="biblioteca", identifier="oai:biblioteca:42"),),
        ),
        sample(WITHDRAWN, "Ancien référentiel retiré", "RF", occupation=(), level=()),
        full(),
        sample(
            HOSTILE,
            "<script>alert(1)</script> & Cie",
            "GM",
            occupation=(),
            level=(),
            landing_page="javascript:alert(1)",
            distribution=(Distribution(access_url="javascript:alert(2)"),),
        ),
    ]


def filled(folder: Path, records: Sequence[Record] = ()) -> Catalogue:
    """An SQLite catalogue below `folder` with the samples (or other records), the kit's declarations and one
    withdrawn record."""
    database = Database(f"sqlite:///{folder / 'catalogue.sqlite'}")
    metadata.create_all(database.engine)
    with database.writing() as connection:
        connection.execute(insert(meta).values(name="epoch", value="1"))
    terms = shipped.terms(base_iri=BASE)
    catalogue = Catalogue(database, lambda: terms, lambda: NOON)
    catalogue.put_many([_entry(record) for record in records or samples()], ACT)
    if not records:
        catalogue.withdraw([WITHDRAWN], ACT)
        catalogue.declare(KitKey(BENIN, concept("level", "BJ-CQP"), ELECTRICIAN), declarations(), ACT)
    return catalogue


def declarations() -> list[Declaration]:
    return [
        Declaration(
            type=concept("resource-type", "RMC"),
            status=ELSEWHERE,
            where=french("Bibliothèque du ministère, Porto-Novo"),
            url="https://example.org/rmc",
            date="2025-01-10",
        ),
        Declaration(type=concept("resource-type", "GOPM"), status=NONEXISTENT, who="ENM Bénin"),
    ]


def _entry(record: Record) -> Entry:
    if not record.catalog_record:
        return Entry(record)
    origin = record.catalog_record[0]
    return Entry(record, source=origin.source, origin=origin.identifier)
