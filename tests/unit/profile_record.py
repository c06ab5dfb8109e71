"""One good record that fills every property of the profile, for the tests of what is read from the table."""

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

VOCABULARY = "https://w3id.org/mutualis/vocabulary/"
PARENT = "0190b2aa-0000-7000-8000-000000000002"


def fr(words: str) -> tuple[Text, ...]:
    return (Text(words, "fr"),)


COMPLETE = Record(
    id="0190b2aa-0000-7000-8000-000000000001",
    identifier=("BJ-RF-2019-045", "ISBN 978-99919-0-001-2"),
    title=(Text("Référentiel de formation « maçon »", "fr"), Text("Referencial do pedreiro", "pt-GW")),
    description=(*fr("Compétences, modules et durées."), Text("Sem língua declarada")),
    language=("http://publications.europa.eu/resource/authority/language/FRA",),
    keyword=(*fr("maçonnerie"), *fr("béton")),
    sector=(VOCABULARY + "sector/btp",),
    resource_type=(VOCABULARY + "resource-type/RF",),
    level=(VOCABULARY + "level/BJ-CQP", VOCABULARY + "regional-level/2"),
    occupation=(VOCABULARY + "occupation/macon",),
    audience=(VOCABULARY + "audience/trainer",),
    teaches=fr("Monter un mur en parpaings"),
    competency_required=fr("Lire un plan"),
    qualification=(VOCABULARY + "level/BJ-CQP",),
    time_required="PT900H",
    difficulty=VOCABULARY + "lom/5.8-easy",
    interactivity_type=VOCABULARY + "lom/5.1-active",
    interactivity_level=VOCABULARY + "lom/5.3-low",
    semantic_density=VOCABULARY + "lom/5.4-low",
    creator=(Agent(name=fr("Ama Kponou"), kind="person", homepage="https://example.org/ama"), Agent(name=fr("DETFP"))),
    contributor=(Attribution(agent=Agent(name=fr("Projet FP")), role=VOCABULARY + "role/editor"),),
    publisher=Agent(name=fr("Ministère de la formation"), kind="organisation", homepage="https://example.org/"),
    issued="2019",
    modified="2020-05-01",
    version="2",
    status=VOCABULARY + "status/in-use",
    licence="http://creativecommons.org/licenses/by/4.0/",
    rights=fr("Libre de droits pour les pays participants"),
    access=VOCABULARY + "access/open",
    adaptation=VOCABULARY + "adaptation/allowed",
    rights_holder=(Agent(id="https://ror.org/02jwe8b72", name=fr("État du Bénin"), kind="organisation"),),
    country=("http://publications.europa.eu/resource/authority/country/BEN",),
    validation=(Validation(act=fr("Arrêté n° 045"), authority=Agent(name=fr("Cabinet")), date="2019-02"),),
    derivation=(
        Derivation(source=PARENT, kind=VOCABULARY + "relation/adaptation", changes=fr("Durées revues")),
        Derivation(source="http://repository.example.org/record/7"),
    ),
    translation_of="http://repository.example.org/record/8",
    version_of=PARENT,
    is_part_of=("0190b2aa-0000-7000-8000-000000000003",),
    has_part=("0190b2aa-0000-7000-8000-000000000004",),
    requires=("0190b2aa-0000-7000-8000-000000000005",),
    distribution=(
        Distribution(
            access_url="https://example.org/rf/",
            download_url="https://example.org/rf/rf%20maçon.pdf",
            media_type="application/pdf",
            byte_size=1_234_567,
            checksum=Checksum(algorithm="sha256", value="ab" * 32),
            title=fr("Version imprimable"),
        ),
    ),
    landing_page="https://example.org/rf",
    funding=(Agent(name=fr("Coopération suisse")),),
    catalog_record=(
        CatalogRecord(
            source="benin-pmb",
            identifier="oai:pmb.example.org:45",
            datestamp="2020-06-01",
            harvested="2026-11-23T09:00:00Z",
            format="oai_dc",
            base_url="https://pmb.example.org/oai",
            sets=("formation",),
            terms=fr("Réutilisation libre de la notice"),
        ),
    ),
    source_word=(SourceWord(element="dc:type", text=Text("référentiel", "fr")),),
)
