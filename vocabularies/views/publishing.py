"""What is drafted and what was published: the difference, the gate, the release, the history, and the ways back."""

from typing import Any, Final

from flask import g, request
from flask.typing import ResponseReturnValue

from repository.messages import LANGUAGES
from repository.record import Text
from repository.web import texts
from repository.web.language import addresses
from repository.web.lines import line
from repository.web.needs import Services
from repository.web.numbers import whole
from repository.web.texts import Shown
from repository.web.workbench import who
from repository.web.workbench.routes import Route, done
from vocabularies import difference, inspection, publication
from vocabularies.concept import MAPPINGS, Concept
from vocabularies.difference import Differing
from vocabularies.editing import TEXTS
from vocabularies.errors import ReasonMissing
from vocabularies.faults import CHECKS
from vocabularies.views import desk
from vocabularies.working import Working

_ATTRIBUTES: Final = (*TEXTS, "notation", "top", "broader", "related", *MAPPINGS, "deprecated", "replaced_by")


def drafts_page(services: Services, scheme_id: str) -> ResponseReturnValue:
    drafted, working = services.curation.drafted(scheme_id), services.curation.working()
    inspected = inspection.inspect(services.curation, scheme_id, weighed=False)
    return desk.list_of(
        "drafts.html",
        services,
        scheme_id,
        rows=rows(drafted, working),
        counts=difference.counted(drafted),
        gate=inspected.gate,
        checks=CHECKS,
        names=lambda iri: working.name(iri, g.language),
    )


def publish(services: Services, scheme_id: str) -> ResponseReturnValue:
    account = who.known(services)
    notes = {language: " ".join(request.form.get(f"notes.{language}", "").split()) for language in LANGUAGES}
    told = {tag: held for tag, held in notes.items() if held}
    release, carried = publication.publish(services.curation, scheme_id, account, told)
    return done(
        addresses().workbench(f"list/{scheme_id}/history"),
        "Release {number} is published. Resources with another term: {records}; with new words: {rendered}.",
        number=release.number,
        records=carried.records,
        rendered=carried.rendered,
    )


def history_page(services: Services, scheme_id: str) -> ResponseReturnValue:
    before, working = request.args.get("before", ""), services.curation.working()
    acts = services.curation.history(scheme_id, before)
    releases = services.curation.releases(scheme_id)
    return desk.list_of(
        "history.html",
        services,
        scheme_id,
        acts=[(each, [working.name(change.iri, g.language) for change in each.changes[:5]]) for each in acts],
        further=acts[-1].id if len(acts) == 50 else "",
        releases=[(each, notes_of(each.notes)) for each in releases],
    )


def go_back(services: Services, scheme_id: str) -> ResponseReturnValue:
    account, why = who.known(services), line(request.form.get("why", ""))
    if undone := request.form.get("undo", ""):
        edit = services.curation.edit(undone)
        who.allowed(account, "publish" if edit.state == "published" else "edit", edit.scheme)
        services.curation.undo(undone, account, why)
        return done(addresses().workbench(f"list/{scheme_id}/history"), "Taken back.")
    number = request.form.get("release", "")
    if not why:
        raise ReasonMissing()
    services.curation.roll_back(scheme_id, whole(number), account, why)
    return done(
        addresses().workbench(f"list/{scheme_id}/drafts"),
        "The list is drafted as it was in release {number}; publish it to make that so for everybody.",
        number=number,
    )


def checks_page(services: Services, scheme_id: str) -> ResponseReturnValue:
    inspected, working = inspection.inspect(services.curation, scheme_id), services.curation.working()
    grouped: dict[str, list[Any]] = {}
    for each in inspected.found:
        grouped.setdefault(each.check, []).append(each)
    return desk.list_of(
        "checks.html",
        services,
        scheme_id,
        groups=[(CHECKS[name], held[:_MOST_SHOWN], len(held)) for name, held in grouped.items()],
        waived=inspected.waived,
        trend=inspected.trend,
        checks=CHECKS,
        names=lambda iri: working.name(iri, g.language) if iri else "",
        about=lambda found: working.name(found.about, g.language) if working.get(found.about) else found.about,
    )


_MOST_SHOWN: Final = 100


def mend_or_waive(services: Services, scheme_id: str) -> ResponseReturnValue:
    account, form = who.known(services), request.form
    here = addresses().workbench(f"list/{scheme_id}/checks")
    if key := form.get("waive") or form.get("again"):
        why = line(form.get("why", ""))
        inspection.waive(services.curation, scheme_id, key, account, why, again="again" in form)
        return done(here, "Noted.")
    wanted = form.get("mend", "")
    found = [
        each
        for each in inspection.inspect(services.curation, scheme_id).found
        if wanted in (each.key, f"all {each.check}")
    ]
    made = services.curation.do(lambda working: inspection.mend(working, found), account, wanted.partition(" ")[0])
    return done(here, "Mended in the draft; terms that change: {count}.", count=len(made.changes))


def rows(differing: list[Differing], working: Working) -> list[dict[str, Any]]:
    """Each concept that differs with its attributes before and after, in words."""
    return [
        {
            "iri": each.iri,
            "name": _name(each.after or each.before),
            "kinds": each.kinds,
            "lines": [
                (desk.LABELS[name], *_apart(_said(each.before, name, working), _said(each.after, name, working)))
                for name in _ATTRIBUTES
                if each.before and each.after and getattr(each.before, name) != getattr(each.after, name)
            ],
        }
        for each in differing
    ]


def _apart(before: list[str], after: list[str]) -> tuple[list[str], list[str]]:
    """What is gone and what is new; what both hold goes without saying."""
    return [each for each in before if each not in after], [each for each in after if each not in before]


def notes_of(notes: Any) -> Shown | None:
    """The notes of a release for the reader."""
    return texts.best(tuple(Text(value, language) for language, value in notes.items()), g.language)


def _name(concept: Concept | None) -> Shown:
    return (texts.best(concept.pref_label, g.language) if concept else None) or Shown("—")


def _said(concept: Concept | None, name: str, working: Working) -> list[str]:
    value = getattr(concept, name) if concept is not None else None
    if isinstance(value, bool):
        return ["✓"] if value else []
    return desk.told(value, working)


ROUTES: Final = (
    Route("list/<scheme_id>/drafts", drafts_page, publish, does="publish"),
    Route("list/<scheme_id>/history", history_page, go_back, does="edit"),
    Route("list/<scheme_id>/checks", checks_page, mend_or_waive, does="edit"),
)
