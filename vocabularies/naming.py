"""Terms as people name them: by a code, a name, or "code — name"; never by an address that nobody remembers. Pure."""

import re
from typing import Final

from vocabularies.errors import NotInThisList
from vocabularies.terms import fold
from vocabularies.working import Working

_BETWEEN: Final = " — "
_ADDRESS: Final = re.compile(r"https?://\S+|urn:\S+")


def named(iri: str, working: Working, language: str, scheme: str) -> str:
    """A term of a list as its fields show it: "code — name"; one that has no code, or is of another, by its address."""
    found = working.get(iri)
    if found is None or not found.notation or found.scheme != scheme:
        return iri
    return f"{found.notation}{_BETWEEN}{working.name(iri, language)}"


def coded(line: str) -> str:
    """The code in a line "code — name"."""
    return line.partition(_BETWEEN)[0].strip()


def resolve(line: str, scheme: str, working: Working) -> str:
    """The term that a line names: by address, by code, by "code — name", or by a name that one term alone has."""
    line = line.strip()
    for code in (line, coded(line)):
        if (found := working.by_code(scheme, code) or working.get(code)) is not None:
            return found.iri
    wanted = fold(line)
    hits = {
        each.iri
        for each in working.in_scheme(scheme)
        if not each.deprecated and any(fold(text.value) == wanted for text in (*each.pref_label, *each.alt_label))
    }
    if len(hits) == 1:
        return hits.pop()
    raise NotInThisList(term=line)


def elsewhere(line: str, working: Working) -> str:
    """The term of another list that a line names: by address, or by "list/code" for one that is held here."""
    line = line.strip()
    if found := _ADDRESS.match(line):
        return found[0]
    scheme, slash, code = line.partition("/")
    if slash and (held := working.by_code(scheme, coded(code))) is not None:
        return held.iri
    raise NotInThisList(term=line)
