"""The links of a list to others, followed: whether the terms they lead to are still there. Gently, like every look at
other servers here: one at a time, with a pause for each server."""

from typing import Final

from harvest.linkcheck import Hosts, Web, in_turn, look_at
from harvest.verdict import Link
from repository.store.changes import written
from vocabularies import journal
from vocabularies.checks import Found
from vocabularies.concept import MAPPINGS
from vocabularies.curation import Curation
from vocabularies.journal import Verdict

KIND: Final = "broken link"
CHECK: Final = "broken-link"


def follow(curation: Curation, scheme: str, web: Web, *, most: int = 500, seconds: float = 600.0) -> tuple[int, int]:
    """Look at the terms of other lists that a list's terms are linked to and that are not held here; what leads nowhere
    is remembered, what answers again is forgotten. Returns how many were looked at and how many lead nowhere."""
    pointing = _pointing(curation, scheme)
    links = [Link(url=url) for url in sorted(pointing)][:most]
    ends, hosts = web.steady() + seconds, Hosts()
    looked = broken = 0
    for link in in_turn(links):
        if web.steady() >= ends:
            break
        found = look_at(link, web, hosts)
        looked, broken = looked + 1, broken + (found.kind == "gone")
        _remember(curation, scheme, link.url, pointing[link.url], gone=found.kind == "gone")
    return looked, broken


def broken(curation: Curation, scheme: str) -> list[Found]:
    """The links that led nowhere when they were last followed, and that are still there."""
    with curation.database.reading() as connection:
        held = journal.verdicts_of(connection, KIND, scheme)
    pointing = _pointing(curation, scheme) if held else {}
    pairs = (each.partition(" ")[::2] for each in held)
    return [Found(CHECK, iri, url) for iri, url in pairs if iri in pointing.get(url, ())]


def _pointing(curation: Curation, scheme: str) -> dict[str, list[str]]:
    """Address of a term elsewhere -> the terms (IRIs) of the list that are linked to it."""
    working = curation.working()
    found: dict[str, list[str]] = {}
    for concept in working.in_scheme(scheme):
        for url in {url for name in MAPPINGS for url in getattr(concept, name)}:
            if url.startswith(("http://", "https://")) and working.get(url) is None and not concept.deprecated:
                found.setdefault(url, []).append(concept.iri)
    return found


def _remember(curation: Curation, scheme: str, url: str, iris: list[str], *, gone: bool) -> None:
    moment = written(curation.clock())
    with curation.database.writing() as connection:
        for iri in iris:
            verdict = Verdict(f"{iri} {url}", "gone" if gone else "", "", "", moment)
            journal.give_verdict(connection, KIND, scheme, verdict)
