"""What programs may read."""

from typing import Any, Final

import msgspec
from flask import g, request

from repository.exchange.accounts import Account
from repository.web.needs import Services
from repository.web.numbers import whole
from vocabularies import aligning, impact, inspection, proposing, translating, words
from vocabularies.faults import CHECKS
from vocabularies.finding import finder
from vocabularies.views.api import bodies
from vocabularies.working import Working

_PAGE: Final = 200
_MOST: Final = 1000


def lists(services: Services, _held: Account | None) -> Any:
    terms = services.terms()
    return {
        "lists": [
            {**msgspec.to_builtins(each), "terms": len(terms.in_scheme(each.id))} for each in terms.schemes.values()
        ]
    }


def one_list(services: Services, _held: Account | None, scheme_id: str) -> Any:
    terms = services.terms()
    scheme = Working(terms, {}).scheme(scheme_id)
    newest = services.curation.releases(scheme_id)[:1]
    return {
        **msgspec.to_builtins(scheme),
        "terms": len(terms.in_scheme(scheme_id)),
        "release": newest[0].number if newest else None,
    }


def terms_of(services: Services, held: Account | None, scheme_id: str) -> Any:
    """A page of terms, in the order of their codes; the published ones, or those that are drafted too."""
    working = bodies.seen(services, held, scheme_id)
    concepts, start = working.in_scheme(scheme_id), bodies.number("start", 0)
    page = concepts[start : start + max(1, min(bodies.number("limit", _PAGE), _MOST))]
    following = start + len(page)
    return {
        "total": len(concepts),
        "start": start,
        "next": following if following < len(concepts) else None,
        "terms": [bodies.term(each, working) for each in page],
    }


def one_term(services: Services, held: Account | None, scheme_id: str, code: str) -> Any:
    working = bodies.seen(services, held, scheme_id)
    return bodies.term(working.named(scheme_id, code), working)


def suggest(services: Services, _held: Account | None, scheme_id: str) -> Any:
    """Terms that have a name in which every word that is typed begins a word, best first."""
    terms = services.terms()
    Working(terms, {}).scheme(scheme_id)
    hits = finder(terms, scheme_id).begin(
        request.args.get("q", "")[:100], g.language, min(bodies.number("limit", 10), 50)
    )
    return {
        "terms": [
            {
                "iri": hit.concept.iri,
                "code": hit.concept.notation,
                "name": Working(terms, {}).name(hit.concept.iri, g.language),
                "found": hit.text.value,
                "language": hit.text.language,
            }
            for hit in hits
        ]
    }


def releases(services: Services, _held: Account | None, scheme_id: str) -> Any:
    Working(services.terms(), {}).scheme(scheme_id)
    return {"releases": services.curation.releases(scheme_id)}


def one_release(services: Services, _held: Account | None, scheme_id: str, number: str) -> Any:
    release, frozen = services.curation.release(scheme_id, whole(number))
    return {**msgspec.to_builtins(release), "list": frozen.scheme, "terms": frozen.concepts}


def changes_of(services: Services, _held: Account | None, scheme_id: str, number: str) -> Any:
    return {"changes": services.curation.differing(scheme_id, whole(number))}


def history_of(services: Services, _held: Account | None, scheme_id: str) -> Any:
    Working(services.terms(), {}).scheme(scheme_id)
    return {
        "acts": services.curation.history(
            scheme_id, request.args.get("before", ""), min(bodies.number("limit", 50), 200)
        )
    }


def drafts(services: Services, _held: Account | None, scheme_id: str) -> Any:
    services.curation.working().scheme(scheme_id)
    return {"changes": services.curation.drafted(scheme_id)}


def checks(services: Services, _held: Account | None, scheme_id: str) -> Any:
    services.curation.working().scheme(scheme_id)
    inspected = inspection.inspect(services.curation, scheme_id)
    return {
        "checks": [{"id": each.id, "weight": each.weight, "title": each.title} for each in CHECKS.values()],
        "found": inspected.found,
        "waived": [{"found": found, "why": verdict.why, "who": verdict.who} for found, verdict in inspected.waived],
    }


def impact_of(services: Services, _held: Account | None, scheme_id: str, code: str) -> Any:
    working = services.curation.working()
    concept = working.named(scheme_id, code)
    return impact.of_concepts([concept.iri], working, services.catalogue, services.questions, services.journal)


def proposals(services: Services, _held: Account | None, scheme_id: str) -> Any:
    return {"proposals": proposing.listed(services.curation, scheme_id, request.args.get("state", "open"))}


def candidates(services: Services, _held: Account | None, scheme_id: str, other: str) -> Any:
    working = services.curation.working()
    working.scheme(scheme_id), working.scheme(other)
    found = aligning.ranked(services.curation, scheme_id, other)
    return {"total": len(found), "candidates": found[: min(bodies.number("limit", _PAGE), _MOST)]}


def untranslated(services: Services, _held: Account | None, scheme_id: str) -> Any:
    services.curation.working().scheme(scheme_id)
    found, total = translating.lacking(
        services.curation, scheme_id, min(bodies.number("limit", _PAGE), _MOST), request.args.get("language", "")
    )
    return {"total": total, "terms": found}


def clusters(services: Services, _held: Account | None) -> Any:
    found = words.clusters(services.curation, min(bodies.number("limit", _PAGE), _MOST), request.args.get("source", ""))
    return {"words": found, "decisions": words.decisions(services.curation)}
