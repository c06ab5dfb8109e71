"""Countries and languages as vocabularies, from CLDR through Babel. Source: Unicode CLDR; ISO 3166-1; ISO 639.

Countries have the IRIs of the European Union's authority table; so have its official languages and Arabic,
Russian and Chinese, while all other languages have those of lexvo.org. CLDR lacks the names of many languages of
the region; `vocabularies.regional` adds them.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, Final

from babel import Locale
from babel.core import get_global

from repository.namespaces import COUNTRY, LANGUAGE_EU, LANGUAGE_ISO
from repository.record import Text
from vocabularies.concept import Concept, Scheme, Vocabulary
from vocabularies.regional import COUNTRY_LINKS, COUNTRY_NAMES, LANGUAGE_LINKS, LANGUAGE_NAMES
from vocabularies.statements import text_order

LOCALES: Final = (("en", "en"), ("fr", "fr"), ("pt", "pt_PT"))
"""Label language -> CLDR locale: the region writes European Portuguese."""

_FORMER: Final = {
    "BUR",
    "ZAR",
    "DDR",
    "FXX",
    "TMP",
    "YMD",
    "ASC",
    "CPT",
    "DGA",
    "TAA",
    "QUU",
    "XKK",
    "XAA",
    "XBB",
    "ZZZ",
}
"""Alpha-3 codes that CLDR keeps beside today's, or that ISO 3166-1 only reserves."""

_EU_LANGUAGES: Final = frozenset(
    re.findall(
        r"\w+",
        "bul hrv ces dan nld eng est fin fra deu ell hun gle ita lav lit mlt pol por ron slk slv spa swe ara rus zho",
    )
)
_BIBLIOGRAPHIC: Final = frozenset(
    re.findall(r"\w+", "alb arm baq bur chi cze dut fre geo ger gre ice mac mao may per rum slo tib wel")
)
_NARROWER: Final = frozenset(
    re.findall(
        r"\w+",
        "scc scr adp drh als arb ayr azj cmn cwd ekk esk fat fuc gaz gug ike kmr knc kng kpv lvs "
        "khk npi ojg ory pbu pes plt quz src swh uzn ydd zsm zyb cls mol prp",
    )
)
"""Codes that CLDR gives as aliases of a two-letter code but that are a member or a former name of it."""

_ENDONYMS: Final = ("ar", "de", "es", "it", "nl", "ru", "zh", "ja", "tr", "pl", "sv", "fi", "el", "ca")


def countries() -> Vocabulary:
    """All countries and territories of ISO 3166-1; notation is the alpha-2 code, the alpha-3 is a hidden label."""
    alpha3 = _alpha3()
    scheme = Scheme(
        id="country",
        iri=COUNTRY.rstrip("/"),
        title=(Text("Countries", "en"), Text("Pays", "fr"), Text("Países", "pt")),
        description=(
            Text("Countries and territories of ISO 3166-1, named as in Unicode CLDR.", "en"),
            Text("Pays et territoires de la norme ISO 3166-1, nommés comme dans Unicode CLDR.", "fr"),
            Text("Países e territórios da norma ISO 3166-1, com os nomes do Unicode CLDR.", "pt"),
        ),
        source=("https://cldr.unicode.org/",),
    )
    return Vocabulary(scheme, tuple(_country(code, alpha3[code]) for code in sorted(alpha3, key=alpha3.__getitem__)))


def _alpha3() -> dict[str, str]:
    names = Locale.parse("en").territories
    return {
        current[0]: code
        for code, current in get_global("territory_aliases").items()
        if re.fullmatch("[A-Z]{3}", code) and code not in _FORMER and len(current) == 1 and current[0] in names
    }


def _country(code: str, alpha3: str) -> Concept:
    own = COUNTRY_NAMES.get(code, {})
    labels = {language: own.get(language) or (_territory(locale, code),) for language, locale in LOCALES}
    extra = [Text(_territory("pt", code), "pt"), *(Text(_territory(name, code), lang) for lang, name in LOCALES)]
    return Concept(
        iri=COUNTRY + alpha3,
        scheme="country",
        notation=code,
        hidden_label=(Text(alpha3),),
        top=True,
        exact_match=COUNTRY_LINKS.get(code, ()),
        **_labels(labels, extra),
    )


def _territory(locale: str, code: str) -> str:
    return str(_locale(locale).territories[code])


@cache
def _languages(locale: str) -> dict[str, str]:
    """Language code -> its name in a locale; codes with a region or script are left out."""
    named = _locale(locale).languages.items()
    return {str(code): str(name) for code, name in named if re.fullmatch("[a-z]{2,3}", str(code))}


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


def _labels(names: dict[str, tuple[str, ...]], extra: Iterable[Text]) -> dict[str, Any]:
    """The first name of each language preferred, the others and `extra` alternative, nothing twice."""
    preferred = tuple(Text(held[0], language) for language, held in sorted(names.items()))
    others = [Text(name, language) for language, held in names.items() for name in held[1:]]
    alternative = dict.fromkeys(text for text in (*others, *extra) if text not in preferred)
    return {"pref_label": preferred, "alt_label": tuple(sorted(alternative, key=text_order))}


def languages() -> Vocabulary:
    """The languages CLDR names in French, Portuguese or English and those of the region; notation is the shortest
    ISO 639 code, other codes and names are further labels."""
    scheme = Scheme(
        id="language",
        iri=LANGUAGE_EU.rstrip("/"),
        title=(Text("Languages", "en"), Text("Langues", "fr"), Text("Línguas", "pt")),
        description=(
            Text("Languages of ISO 639, named as in Unicode CLDR, with more languages of West Africa.", "en"),
            Text(
                "Langues de la norme ISO 639, nommées comme dans Unicode CLDR, "
                "avec d’autres langues d’Afrique de l’Ouest.",
                "fr",
            ),
            Text(
                "Línguas da norma ISO 639, com os nomes do Unicode CLDR, e mais línguas da África Ocidental.",
                "pt",
            ),
        ),
        source=("https://cldr.unicode.org/", "https://iso639-3.sil.org/"),
    )
    three, others = _language_codes()
    names = dict(_language_names())
    codes = sorted(code for code in names if len(code) == 3 or code in three)
    found = (_language(code, three.get(code, code), others.get(code, ()), names[code]) for code in codes)
    return Vocabulary(scheme, tuple(sorted(found, key=lambda each: each.iri)))


def _language_codes() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """Two-letter code -> its own three-letter code, and -> the further codes that stand for it."""
    three: dict[str, str] = {}
    others: dict[str, list[str]] = {}
    for code, current in get_global("language_aliases").items():
        if not (re.fullmatch("[a-z]{3}", code) and re.fullmatch("[a-z]{2}", str(current))):
            continue
        if code in _BIBLIOGRAPHIC or code in _NARROWER:
            others.setdefault(str(current), []).append(code)
        elif code != "twi":
            three[str(current)] = code
    three |= {"sh": "hbs", "tw": "twi"}
    others["fil"] = ["tl", "tgl"]
    return three, {code: tuple(held) for code, held in others.items()}


def _language_names() -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    """Every language with its names; one that CLDR names in part only takes the missing names from the others."""
    known = [(language, _languages(locale)) for language, locale in LOCALES]
    codes = {code for _, names in known for code in names}
    for code in sorted((codes | set(LANGUAGE_NAMES)) - {"und", "mul", "zxx", "root", "mis"}):
        own = LANGUAGE_NAMES.get(code, {})
        given = {language: names[code] for language, names in known if code in names}
        spare = given.get("en") or given.get("fr") or given.get("pt") or code
        yield code, {language: own.get(language) or (given.get(language, spare),) for language, _ in LOCALES}


def _language(code: str, three: str, others: tuple[str, ...], names: dict[str, tuple[str, ...]]) -> Concept:
    base = LANGUAGE_EU + three.upper() if three in _EU_LANGUAGES else LANGUAGE_ISO + three
    hidden = tuple(Text(each) for each in sorted({three, *others} - {code}))
    extra = [
        Text(_languages(locale)[code], language)
        for language, locale in (*LOCALES, ("pt", "pt"))
        if code in _languages(locale)
    ]
    if code in _ENDONYMS:
        extra.append(Text(_languages(code)[code], code))
    lexvo = (LANGUAGE_ISO + three,) if base != LANGUAGE_ISO + three else ()
    return Concept(
        iri=base,
        scheme="language",
        notation=code,
        hidden_label=hidden,
        top=True,
        exact_match=(*lexvo, *LANGUAGE_LINKS.get(code, ())),
        **_labels(names, extra),
    )
