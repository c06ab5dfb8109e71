"""Names that CLDR lacks or words otherwise than the region does: its languages and a few countries.

The first name of each language is the preferred label, the others are alternative ones.
"""

from typing import Final, TypeAlias

Names: TypeAlias = dict[str, tuple[str, ...]]


def _names(fr: str, pt: str, en: str) -> Names:
    return {
        language: tuple(name.strip() for name in listed.split("|"))
        for language, listed in (("fr", fr), ("pt", pt), ("en", en))
        if listed
    }


COUNTRY_NAMES: Final[dict[str, Names]] = {
    "CI": _names("", "Costa do Marfim|Côte d’Ivoire", "Côte d’Ivoire|Ivory Coast"),
    "CV": _names("Cap-Vert|Cabo Verde", "Cabo Verde", "Cabo Verde|Cape Verde"),
    "CD": _names(
        "République démocratique du Congo|RDC|Congo-Kinshasa",
        "República Democrática do Congo|RDC",
        "Democratic Republic of the Congo|DRC",
    ),
    "CG": _names(
        "Congo|Congo-Brazzaville|République du Congo", "Congo|República do Congo", "Congo|Republic of the Congo"
    ),
    "US": _names(
        "États-Unis|États-Unis d’Amérique",
        "Estados Unidos|Estados Unidos da América|EUA",
        "United States|United States of America|USA",
    ),
    "GB": _names("Royaume-Uni|Grande-Bretagne", "Reino Unido|Grã-Bretanha", "United Kingdom|Great Britain"),
    "GW": _names("Guinée-Bissau|Guinée-Bissao", "Guiné-Bissau", "Guinea-Bissau"),
    "GN": _names("Guinée|Guinée-Conakry", "Guiné|Guiné-Conacri", "Guinea|Guinea-Conakry"),
}

LANGUAGE_NAMES: Final[dict[str, Names]] = {
    "pov": _names(
        "créole de Guinée-Bissau|kriol|kiriol",
        "crioulo da Guiné-Bissau|crioulo guineense|crioulo|kriol",
        "Guinea-Bissau Creole|Upper Guinea Crioulo|Kriol",
    ),
    "kea": _names(
        "capverdien|créole capverdien", "crioulo cabo-verdiano|cabo-verdiano", "Kabuverdianu|Cape Verdean Creole"
    ),
    "fon": _names("fon|fongbé", "fon|fongbé", "Fon|Fongbe"),
    "ff": _names("peul|fulfuldé|poular|pulaar|foulfouldé|fula", "fula|fulfulde|pular", "Fula|Fulah|Fulfulde|Pulaar"),
    "mos": _names("moré|mooré|mossi", "mossi|more", "Mossi|Mooré"),
    "bm": _names("bambara|bamanankan", "bambara", "Bambara|Bamanankan"),
    "ee": _names("éwé|ewe|éwégbé", "ewe|jeje-ewe", "Ewe"),
    "dyu": _names("dioula|jula", "diúla|djula", "Dyula|Jula|Dioula"),
    "dje": _names("zarma|djerma|zarma-songhaï", "zarma|djerma", "Zarma|Djerma"),
    "snk": _names("soninké|sarakolé", "soninquê|soninké|saracolé", "Soninke"),
    "kr": _names("kanouri", "canúri", "Kanuri"),
    "gej": _names("mina|gen|guin|gengbé", "mina|gen", "Gen|Mina|Gen-Gbe"),
    "kbp": _names("kabiyè|kabyè|kabyé", "kabiyé|cabié", "Kabiye|Kabye"),
    "kdh": _names("tem|kotokoli|tém", "tem|cotocoli", "Tem|Kotokoli"),
    "tem": _names("temné|timné", "temne", "Temne|Timne"),
    "nmz": _names("nawdm|losso", "nawdm", "Nawdm|Losso"),
    "bba": _names("baatonum|bariba|batonu", "baatonum|bariba", "Baatonum|Bariba"),
    "ajg": _names("aja|adja|ajagbé", "aja|adja", "Aja (Benin)|Adja"),
    "ddn": _names("dendi", "dendi", "Dendi"),
    "gux": _names("gourmantché|gulmancema|gourmantchéma", "gurmantche|gulmancema", "Gourmanchéma|Gulmancema"),
    "bib": _names("bissa|bisa", "bissa", "Bissa"),
    "dga": _names("dagara", "dagara", "Southern Dagaare|Dagara"),
    "dgi": _names("dagara du nord|dagara", "dagara do norte", "Northern Dagara"),
    "lob": _names("lobi|lobiri", "lobi", "Lobi"),
    "xsm": _names("kasséna|kasem", "kasem|kassena", "Kasem"),
    "bci": _names("baoulé", "baulé", "Baoulé|Baule"),
    "any": _names("agni|anyin", "anyin|agni", "Anyin|Agni"),
    "bet": _names("bété|bété de Guibéroua", "beté", "Guiberoua Béte|Bété"),
    "dnj": _names("dan|yacouba", "dan|iacuba", "Dan|Yacouba"),
    "sef": _names("sénoufo|cebaara", "senufo", "Cebaara Senoufo|Senoufo"),
    "mnk": _names("mandinka|mandingue", "mandinga", "Mandinka"),
    "mlq": _names("malinké de l’Ouest|maninkakan de l’Ouest", "maninca ocidental", "Western Maninkakan"),
    "emk": _names("malinké|maninkakan de l’Est", "maninca oriental|malinqué", "Eastern Maninkakan|Malinke"),
    "kao": _names("khassonké|xaasongaxango", "cassonqué", "Xaasongaxango|Khassonke"),
    "dts": _names("dogon|dogon toro so", "dogon", "Toro So Dogon|Dogon"),
    "son": _names("songhaï|sonrhaï", "songai", "Songhai"),
    "taq": _names("tamasheq|touareg", "tamaxeque|tuaregue", "Tamasheq|Tuareg"),
    "ttq": _names("tawallammat tamajaq|tamajaq|touareg", "tamajaque", "Tawallammat Tamajaq"),
    "mfv": _names("manjaque|mandjak", "manjaco", "Mandjak|Manjaco"),
    "pbo": _names("papel|pepel", "papel|pepel", "Papel|Pepel"),
    "ble": _names("balante|balanta", "balanta", "Balanta-Kentohe|Balanta"),
    "bjg": _names("bidyogo|bijogo", "bijagó", "Bidyogo|Bijago"),
    "knf": _names("mankagne|mancagne", "mancanha", "Mankanya"),
    "srr": _names("sérère", "serere|sereer", "Serer"),
    "dyo": _names("diola|diola-fogny|jola", "diola|felupe", "Jola-Fonyi|Diola"),
    "shu": _names("arabe tchadien", "árabe chadiano", "Chadian Arabic"),
    "sba": _names("ngambay|sara ngambay", "ngambai", "Ngambay"),
    "mcn": _names("massa|masana", "massa", "Masa|Masana"),
    "tod": _names("toma", "toma", "Toma"),
    "gkp": _names("guerzé|kpèlè de Guinée", "kpelle da Guiné", "Guinea Kpelle|Guerze"),
    "dag": _names("dagbani", "dagbani", "Dagbani"),
    "yo": _names("yoruba", "ioruba", "Yoruba|Yorùbá"),
    "kri": _names("krio", "krio", "Krio"),
    "vai": _names("vaï", "vai", "Vai"),
    "aeb": _names("", "árabe tunisino", ""),
    "arq": _names("", "árabe argelino", ""),
    "ary": _names("", "árabe marroquino", ""),
}

_WIKIDATA: Final = "http://www.wikidata.org/entity/"
_GEONAMES: Final = "https://sws.geonames.org/"

COUNTRY_LINKS: Final[dict[str, tuple[str, ...]]] = {
    code: (f"{_WIKIDATA}Q{entity}", f"{_GEONAMES}{place}/")
    for code, entity, place in (
        ("BF", 965, 2361809),
        ("BJ", 962, 2395170),
        ("CI", 1008, 2287781),
        ("GW", 1007, 2372248),
        ("ML", 912, 2453866),
        ("NE", 1032, 2440476),
        ("SN", 1041, 2245662),
        ("TD", 657, 2434508),
        ("TG", 945, 2363686),
    )
}
"""The same countries in Wikidata and in GeoNames, of those that take part."""

LANGUAGE_LINKS: Final[dict[str, tuple[str, ...]]] = {
    code: (f"{_WIKIDATA}Q{entity}",)
    for code, entity in (
        ("ar", 13955),
        ("bm", 33243),
        ("ee", 30005),
        ("en", 1860),
        ("fr", 150),
        ("ha", 56475),
        ("pt", 5146),
        ("wo", 34257),
        ("yo", 34311),
    )
}
"""The same languages in Wikidata, where that is certain."""
