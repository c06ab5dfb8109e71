"""Which of the formats that a repository offers is asked for: the richest that both sides know. Pure.

The namespace decides and not the prefix, which is each repository's own. Source: OAI-PMH 2.0 section 3.4.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from msgspec import Struct

from repository.formats.registry import Format

KIN: Final = "rdf"
"""Between two installations of this software: the graph of a record, in which nothing is lost. Elsewhere RDF may
hold anything, often less than simple Dublin Core."""

RANKED: Final = ("lomfr", "lom", "mods", "unimarc", "dim", "oai_qdc", "qdc", "marcxml", "oai_dc")
"""Formats by what they can say of a resource for learning, the richest first."""

FALLBACK: Final = "oai_dc"


class Offer(Struct, frozen=True):
    """A format that a repository offers. Source: OAI-PMH 2.0 section 4.4."""

    prefix: str
    namespace: str
    schema: str = ""


def ranked(offers: Iterable[Offer], formats: Sequence[Format], *, kin: bool = False) -> list[Offer]:
    """Those of the offers that can be read, the richest first; of two in one namespace, the one under our prefix.

    `kin` tells that the repository is another installation of this software.
    """
    order = (KIN, *RANKED) if kin else RANKED
    readable = {each.prefix: each for each in formats if each.read is not None and each.namespace}
    known = [readable[prefix] for prefix in order if prefix in readable]
    found: list[Offer] = []
    for each in known:
        same = [offer for offer in offers if offer.namespace == each.namespace and offer not in found]
        found += sorted(same, key=lambda offer: (offer.prefix != each.prefix, offer.prefix))
    return found


def choose(offers: Iterable[Offer], formats: Sequence[Format], *, kin: bool = False) -> str:
    """The prefix to ask for; oai_dc, which every repository must have, where nothing better is offered."""
    best = ranked(list(offers), formats, kin=kin)
    return best[0].prefix if best else FALLBACK
