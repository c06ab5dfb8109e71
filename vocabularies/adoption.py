"""Taking in a vocabulary beside those that are held: under which name, and what of it may change what is there. Pure.

Until a librarian can look at a proposed difference, an import adds and never overrules: what came with the
software is referred to by records and set specs, so a file may add concepts to it and change none of it.
"""

from collections.abc import Container
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct

from repository.identity import slug
from vocabularies.concept import Concept, Scheme, Vocabulary
from vocabularies.terms import Terms


class Adopted(Struct, frozen=True):
    """A vocabulary as it is to be stored, and the concepts (IRIs) of the file that stay as they were shipped."""

    vocabulary: Vocabulary
    kept: tuple[str, ...] = ()


def adopt(vocabulary: Vocabulary, held: Terms, shipped: Container[str]) -> Adopted:
    """Fit a vocabulary from a file in with those that are held.

    A scheme is the same where its IRI is; another with the same short id gets one of its own. `shipped` holds the
    IRIs of the schemes and concepts that came with the software. A file that describes a known scheme less fully
    than before (it only adds concepts, say) leaves the description as it is.
    """
    known = next((each for each in held.schemes.values() if each.iri == vocabulary.scheme.iri), None)
    id = known.id if known else _free_id(vocabulary.scheme, held)
    scheme = known if known and (known.iri in shipped or not vocabulary.scheme.title) else vocabulary.scheme
    concepts = [each for each in vocabulary.concepts if each.iri not in shipped]
    return Adopted(
        Vocabulary(
            msgspec.structs.replace(scheme, id=id),
            tuple(_placed(each, id, held) for each in concepts),
        ),
        tuple(each.iri for each in vocabulary.concepts if each.iri in shipped and each != held.concept(each.iri)),
    )


def _placed(concept: Concept, scheme: str, held: Terms) -> Concept:
    """The concept in its scheme, or where it is held already: one concept has one place."""
    before = held.concept(concept.iri)
    return msgspec.structs.replace(concept, scheme=before.scheme if before else scheme)


def _free_id(scheme: Scheme, held: Terms) -> str:
    """The scheme's own short id where it is free, else one that tells whose it is ("coar-resource-type")."""
    if scheme.id not in held.schemes:
        return scheme.id
    address = urlsplit(scheme.iri)
    parts = [part for part in (address.hostname or "", *address.path.split("/")) if part]
    names = [slug(" ".join(parts[-2:])), slug(" ".join(parts))]
    numbered = (f"{names[-1]}-{number}" for number in range(2, len(held.schemes) + 3))
    return next(name for name in (*names, *numbered) if name and name not in held.schemes)
