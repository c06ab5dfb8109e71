"""One act on many terms: shown with what it would touch, then drafted as one change that one undo takes back."""

from collections.abc import Mapping
from typing import Any, Final

from flask import g, request
from flask.typing import ResponseReturnValue

from repository.web.language import addresses
from repository.web.lines import line
from repository.web.needs import Services
from repository.web.workbench import who
from repository.web.workbench.routes import Route, done
from vocabularies import editing
from vocabularies.editing import Edit
from vocabularies.errors import NotInThisList, ReasonMissing
from vocabularies.naming import resolve
from vocabularies.views import desk, fields
from vocabularies.working import Working

_ACTS: Final = ("move", "related", "withdraw")


def bulk_page(services: Services, scheme_id: str) -> ResponseReturnValue:
    return _shown(services, scheme_id, None)


def do_bulk(services: Services, scheme_id: str) -> ResponseReturnValue:
    """The first time what would be touched is shown; the second time it is drafted."""
    account, working, form = who.known(services), services.curation.working(), dict(request.form)
    iris = _terms(form, scheme_id, working)
    _made(form, scheme_id, working)  # what cannot be done is told before anybody confirms it
    if form.get("sure") != "yes":
        return _shown(services, scheme_id, iris)
    why = line(form.get("why", ""))
    if not why:
        raise ReasonMissing()
    made = services.curation.do(lambda now: _made(form, scheme_id, now), account, why)
    place = addresses().workbench(f"list/{scheme_id}/drafts")
    return done(place, "Drafted; terms that change: {count}.", count=len(made.changes))


def _shown(services: Services, scheme_id: str, iris: list[str] | None) -> str:
    working = services.curation.working()
    told: dict[str, Any] = {"names": [working.name(iri, g.language) for iri in iris or ()]}
    if iris is not None:
        told["impact"] = desk.impact_of(services, iris)
    choices = fields.choices(scheme_id, working, g.language)
    return desk.list_of("bulk.html", services, scheme_id, sure=iris is not None, choices=choices, **told)


def _made(form: Mapping[str, str], scheme: str, working: Working) -> Edit:
    """The act as one change, each term checked against what those before it became."""
    target = form.get("target", "").strip()
    to = (resolve(target, scheme, working),) if target else ()
    edits, seen = [], working.own()
    for iri in _terms(form, scheme, working):
        edit = _one(form.get("act", ""), iri, to, seen)
        edits.append(edit)
        seen.take(edit.after)
    return editing.bulk(working, edits, scheme)


def _one(act: str, iri: str, to: tuple[str, ...], working: Working) -> Edit:
    if act == "withdraw":
        return editing.withdraw(working, iri, to)
    if act == "related":
        return editing.revise(working, iri, {"related": (*working.concept(iri).related, *to)})
    return editing.revise(working, iri, {"broader": to})


def _terms(form: Mapping[str, str], scheme: str, working: Working) -> list[str]:
    lines = [line for line in form.get("terms", "").splitlines() if line.strip()]
    if not lines or form.get("act") not in _ACTS:
        raise NotInThisList(term="")
    return list(dict.fromkeys(resolve(line, scheme, working) for line in lines))


ROUTES: Final = (Route("list/<scheme_id>/bulk", bulk_page, do_bulk, sees="edit", does="edit"),)
