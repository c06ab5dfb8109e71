"""The records that every format writes down: complete, minimal, nasty, restricted, Portuguese and harvested."""

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
AUTHORITY = "http://publications.europa.eu/resource/authority/"
FRENCH, PORTUGUESE = f"{AUTHORITY}language/FRA", f"{AUTHORITY}language/POR"


def fr(words: str) -> tuple[Text, ...]:
    return (Text(words, "fr"),)


COMPLETE = Record(
    id="0190b2c4-0000-7000-8000-000000000001",
    identifier=("BJ-RMC-0012", "urn:isbn:9782070368228"),
    title=(Text("Référentiel métier-compétences de l’électricien", "fr"), Text("Referencial do eletricista", "pt")),
    description=(Text("Premier paragraphe.\n\nSecond paragraphe.", "fr"), Text("Descrição.", "pt")),
    language=(FRENCH, PORTUGUESE),
    keyword=(Text("câblage", "fr"), Text("cablagem", "pt"), Text("NF C 15-100")),
    sector=(f"{VOCABULARY}sector/btp",),
    resource_type=(f"{VOCABULARY}resource-type/RMC",),
    level=(f"{VOCABULARY}level/BJ-CQP", f"{VOCABULARY}regional-level/2"),
    occupation=(f"{VOCABULARY}occupation/electricien-batiment",),
    audience=(f"{VOCABULARY}audience/trainer",),
    teaches=fr("Câbler une installation"),
    competency_required=fr("Lire un plan"),
    qualification=(f"{VOCABULARY}level/BJ-CAP",),
    time_required="PT120H",
    difficulty=f"{VOCABULARY}lom/5.8-easy",
    interactivity_type=f"{VOCABULARY}lom/5.1-active",
    interactivity_level=f"{VOCABULARY}lom/5.3-low",
    semantic_density=f"{VOCABULARY}lom/5.4-medium",
    creator=(
        Agent(id="https://ministere.example.bj", name=fr("Ministère"), kind="organisation"),
        Agent(name=(Text("A. Dossou"),), kind="person", homepage="https://dossou.example.bj/"),
    ),
    contributor=(Attribution(agent=Agent(name=fr("Cabinet Kpatcha")), role=f"{VOCABULARY}role/editor"),),
    publisher=Agent(name=fr("Institut national de formation"), kind="organisation"),
    issued="2019-05",
    modified="2020-01-02",
    version="2",
    status=f"{VOCABULARY}status/in-use",
    licence="http://creativecommons.org/licenses/by-sa/4.0/",
    rights=fr("À citer avec mention du ministère."),
    access=f"{VOCABULARY}access/open",
    adaptation=f"{VOCABULARY}adaptation/allowed",
    rights_holder=(Agent(name=fr("État béninois"), kind="organisation"),),
    country=(f"{AUTHORITY}country/BEN",),
    validation=(Validation(act=fr("Arrêté n° 12"), authority=Agent(name=fr("Ministère")), date="2019-06-01"),),
    derivation=(
        Derivation(
            source="0190b2c4-0000-7000-8000-000000000002",
            kind=f"{VOCABULARY}relation/adaptation",
            changes=fr("Normes nationales"),
        ),
    ),
    translation_of="https://source.example.org/a",
    version_of="0190b2c4-0000-7000-8000-000000000003",
    is_part_of=("0190b2c4-0000-7000-8000-000000000004",),
    has_part=("https://source.example.org/partie",),
    requires=("https://source.example.org/requis",),
    distribution=(
        Distribution(
            access_url="https://fichiers.example.bj/rmc.pdf",
            download_url="https://fichiers.example.bj/rmc.pdf",
            media_type="application/pdf",
            byte_size=123456,
            checksum=Checksum(algorithm="sha256", value="ab" * 32),
            title=fr("Document complet"),
        ),
    ),
    landing_page="https://ministere.example.bj/rmc/12",
    funding=(Agent(name=(Text("Coopération suisse", "fr"),), kind="organisation"),),
    catalog_record=(
        CatalogRecord(
            source="benin",
            identifier="oai:example.bj:12",
            datestamp="2020-01-01",
            harvested="2021-01-01T00:00:00Z",
            format="oai_dc",
            base_url="https://ministere.example.bj/oai",
            sets=("btp", "kits"),
            terms=(Text("CC0"),),
        ),
    ),
    source_word=(SourceWord(element="dc:type", text=Text("Référentiel (version papier)", "fr")),),
)

MINIMAL = Record(id="0190b2c4-0000-7000-8000-000000000005", title=(Text("Sans rien d’autre"),))

NASTY = Record(
    id="0190b2c4-0000-7000-8000-000000000006",
    identifier=('a"b<c>&d', "tab\tretour\nligne"),
    title=(
        Text("Fin ]]> de <![CDATA[ & \u0000\u0008\ufffe \ud800 \U0001f527 \u2028", "fr"),
        Text("mauvais", "pas une langue"),
    ),
    description=(Text("\r\n  'apostrophe' \\ antislash \"guillemet\"  ", "pt-GW"),),
    keyword=(Text(""), Text(" ")),
    sector=("urn:inconnu:secteur",),
    language=("http://lexvo.org/id/iso639-3/xxx",),
    issued="2024-02-30",
    time_required="2h30",
    landing_page='https://x.example/é à?q=<b>&r="',
    distribution=(Distribution(access_url="pas une adresse", media_type="PDF", byte_size=-1),),
    creator=(Agent(id="pas une adresse non plus"), Agent()),
)

RESTRICTED = Record(
    id="0190b2c4-0000-7000-8000-000000000007",
    title=fr("Épreuves du CAP maçonnerie"),
    language=(FRENCH,),
    resource_type=(f"{VOCABULARY}resource-type/SA-EPREUVE",),
    access=f"{VOCABULARY}access/participants",
    adaptation=f"{VOCABULARY}adaptation/forbidden",
    licence=f"{VOCABULARY}licence/main-levee",
    country=(f"{AUTHORITY}country/TCD",),
    distribution=(Distribution(access_url="https://secret.example.td/epreuves.zip", media_type="application/zip"),),
)

LUSOPHONE = Record(
    id="0190b2c4-0000-7000-8000-000000000008",
    identifier=("GW-GP-4",),
    title=(Text("Guia pedagógico do pedreiro", "pt-GW"),),
    description=(Text("Guia para formadores.", "pt"),),
    language=(PORTUGUESE, "http://lexvo.org/id/iso639-3/pov"),
    sector=(f"{VOCABULARY}sector/btp",),
    occupation=(f"{VOCABULARY}occupation/macon",),
    resource_type=(f"{VOCABULARY}resource-type/GP",),
    audience=(f"{VOCABULARY}audience/trainer", f"{VOCABULARY}audience/general-public"),
    access=f"{VOCABULARY}access/on-request",
    country=(f"{AUTHORITY}country/GNB",),
    publisher=Agent(name=(Text("Ministério da Educação", "pt"),), kind="organisation"),
)

HARVESTED = Record(
    id="0190b2c4-0000-5000-8000-000000000009",
    identifier=("https://doi.org/10.1234/abc",),
    title=(Text("Solar energy & training", "en"),),
    language=(f"{AUTHORITY}language/ENG",),
    landing_page="https://doi.org/10.1234/abc",
    rights=(Text("© 2014 The Authors", "en"), Text("Tous droits réservés")),
    source_word=(
        SourceWord(element="dc:type", text=Text("info:eu-repo/semantics/article")),
        SourceWord(element="dc:relation", text=Text("Série;12", "fr")),
        SourceWord(element="lom:1.8", text=Text("2")),
    ),
)

RECORDS = {
    "complete": COMPLETE,
    "minimal": MINIMAL,
    "nasty": NASTY,
    "restricted": RESTRICTED,
    "lusophone": LUSOPHONE,
    "harvested": HARVESTED,
}
