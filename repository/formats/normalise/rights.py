"""Rights: which licence and which access the words of a source certainly name."""

import re
from functools import lru_cache
from typing import Final

from repository.formats.normalise.words import equivalents
from repository.namespaces import VOCABULARY
from vocabularies.terms import Terms, fold

CC: Final = "http://creativecommons.org/"
OPEN: Final = f"{VOCABULARY}access/open"

_CC_ADDRESS: Final = re.compile(
    r"(?:https?://)?(?:www\.)?creativecommons\.org/(licenses|publicdomain)/([a-z-]+)/([0-9]\.[0-9])(/[a-z]{2,3}(?![a-z.]))?",
    re.IGNORECASE,
)
_PORT: Final = {"": "", "/igo": "igo/"}
_CC_NAME: Final = re.compile(
    r"(?:licence |licenca |license )?(?:creative commons|cc) (?P<terms>[a-z ]+?) "
    r"(?P<version>[0-9]\.[0-9])(?P<tail>[a-z0-9. ]*)"
)
_WORDS: Final = (
    ("attribution", "by"),
    ("atribuicao", "by"),
    ("paternite", "by"),
    ("non commercial", "nc"),
    ("noncommercial", "nc"),
    ("pas d utilisation commerciale", "nc"),
    ("nao comercial", "nc"),
    ("share alike", "sa"),
    ("sharealike", "sa"),
    ("partage dans les memes conditions", "sa"),
    ("partage a l identique", "sa"),
    ("partilha nos mesmos termos", "sa"),
    ("compartilha igual", "sa"),
    ("no derivatives", "nd"),
    ("noderivatives", "nd"),
    ("noderivs", "nd"),
    ("no derivs", "nd"),
    ("pas de modification", "nd"),
    ("sem derivacoes", "nd"),
)
_TAILS: Final = {"", "international", "unported", "non transpose", "internacional", "nao adaptada", "igo"}
_KNOWN: Final = {"by", "by-sa", "by-nc", "by-nc-sa", "by-nd", "by-nc-nd"}
_ACCESS: Final = {
    "openaccess": OPEN,
    "info:eu-repo/semantics/openaccess": OPEN,
    "http://purl.org/coar/access_right/c_abf2": OPEN,
    "http://purl.org/eprint/accessrights/openaccess": OPEN,
    "http://publications.europa.eu/resource/authority/access-right/public": OPEN,
    "http://w3id.org/kim/conditionsofaccess/no_login": OPEN,
}
"""Only the words for open access are certain: "restricted" does not say to whom a file may be given."""


_LONGEST_KEPT: Final = 500


def named(words: str, terms: Terms) -> tuple[tuple[str, str], ...]:
    """All that the words certainly name: ("licence", its IRI), ("access", ...), ("adaptation", ...), in this order."""
    return (_kept if len(words) <= _LONGEST_KEPT else _named)(words, terms)


def _named(words: str, terms: Terms) -> tuple[tuple[str, str], ...]:
    looks = (("licence", licence), ("access", access), ("adaptation", adaptation))
    return tuple((key, iri) for key, look in looks if (iri := look(words, terms)))


_kept = lru_cache(maxsize=4096)(_named)


def licence(words: str, terms: Terms) -> str | None:
    """The licence of the vocabulary that the words name: an address in any of its forms, a code or a name.

    A sentence counts where it holds exactly one address of a licence; a version or a national port that the
    vocabulary does not have is not taken for another.
    """
    named = {_cc_iri(*found.groups()) for found in _CC_ADDRESS.finditer(words)}
    if len(named) == 1:
        return _held(next(iter(named)), terms)
    if named or len(words) > 200:
        return None
    if "://" in words:
        bare = words.removeprefix("https://").removeprefix("http://").rstrip("/")
        if same := equivalents("licence", terms).get(bare.removesuffix(".html").removesuffix(".json")):
            return same
        forms = (f"{scheme}://{bare}{end}" for scheme in ("http", "https") for end in ("", "/"))
        return next((form for form in forms if _held(form, terms)), None)
    return _held(_by_name(words), terms) or _preferred("licence", words, terms)


def _held(iri: str | None, terms: Terms) -> str | None:
    concept = terms.concept(iri) if iri else None
    return iri if concept and concept.scheme == "licence" else None


def _cc_iri(kind: str, name: str, version: str, port: str | None) -> str | None:
    if (port or "").lower() not in _PORT and not (port or "").lower().startswith("/deed"):
        return None
    return f"{CC}{kind.lower()}/{name.lower()}/{version}/{_PORT.get((port or '').lower(), '')}"


def _by_name(words: str) -> str | None:
    folded = fold(words.replace("(", " ").replace(")", " ").replace(",", " "))
    if folded in ("cc0", "cc0 1.0", "cc zero", "cc0 1.0 universal"):
        return f"{CC}publicdomain/zero/1.0/"
    found = _CC_NAME.fullmatch(folded)
    if found is None or found["tail"].strip() not in _TAILS:
        return None
    name = found["terms"]
    for word, code in _WORDS:
        name = re.sub(rf"\b{word}\b", code, name)
    code = "-".join(name.split())
    port = "igo/" if found["tail"].strip() == "igo" else ""
    return f"{CC}licenses/{code}/{found['version']}/{port}" if code in _KNOWN else None


def access(words: str, terms: Terms) -> str | None:
    """The access policy that the words certainly name."""
    key = words.strip().lower().rstrip("/").replace("https://", "http://")
    return _ACCESS.get(key) or _preferred("access", words, terms)


def adaptation(words: str, terms: Terms) -> str | None:
    """The permission to adapt, where the words are its label."""
    return _preferred("adaptation", words, terms)


def _preferred(scheme: str, words: str, terms: Terms) -> str | None:
    """The concept whose IRI, code or preferred label the words are; short alternative labels say too little."""
    iri = terms.find(scheme, words)
    concept = terms.concept(iri) if iri else None
    if concept is None:
        return None
    folded = fold(words)
    if words == concept.iri or (scheme == "licence" and concept.notation and folded == fold(concept.notation)):
        return None if words == "unknown" else concept.iri
    return concept.iri if any(fold(text.value) == folded for text in concept.pref_label) else None


@lru_cache(maxsize=256)
def adaptable(licence_iri: str, terms: Terms) -> str | None:
    """What a licence itself says about adaptation: allowed, forbidden, or None where it says nothing."""
    concept = terms.concept(licence_iri)
    said = concept.property_values("https://w3id.org/mutualis/ns#adaptable") if concept else ()
    if not said:
        return None
    return f"{VOCABULARY}adaptation/{'allowed' if said[0] is True else 'forbidden'}"
