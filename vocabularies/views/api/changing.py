"""What programs may change, with a token."""

from typing import Any

import msgspec
from flask import request

from repository.errors import PageNotFound
from repository.exchange.accounts import Account
from repository.messages import LANGUAGES
from repository.web.needs import Services
from repository.web.numbers import whole
from repository.web.workbench import who
from vocabularies import aligning, editing, inspection, intake, proposing, publication, words
from vocabularies.editing import Edit
from vocabularies.errors import ReasonMissing
from vocabularies.naming import resolve
from vocabularies.views.api import bodies
from vocabularies.working import Working


def create(services: Services, held: Account, scheme_id: str) -> Any:
    body, working = bodies.body(), services.curation.working()
    fields = bodies.fields_of(body, scheme_id, working)
    code, why = fields.pop("notation", None) or "", bodies.why_of(body)
    return services.curation.do(lambda now: editing.create(now, scheme_id, services.base_iri, fields, code), held, why)


def revise(services: Services, held: Account, scheme_id: str, code: str) -> Any:
    """Change a term; the header If-Match, with the state that was read, keeps others' work from being overwritten."""
    body, working = bodies.body(), services.curation.working()
    concept = working.named(scheme_id, code)
    fields = bodies.fields_of(body, scheme_id, working)
    seen = bodies.matching(concept.iri)
    return services.curation.do(lambda now: editing.revise(now, concept.iri, fields), held, bodies.why_of(body), seen)


def act(services: Services, held: Account, scheme_id: str, code: str, what: str) -> Any:
    body, concept = bodies.body(), services.curation.working().named(scheme_id, code)
    why = bodies.why_of(body)
    if not why:
        raise ReasonMissing()
    if what not in ("merge", "split", "withdraw", "restore"):
        raise PageNotFound(path=request.path)

    def make(now: Working) -> Edit:
        if what == "merge":
            return editing.merge(now, concept.iri, resolve(str(body.get("into", "")), scheme_id, now))
        if what == "split":
            return editing.split(
                now, concept.iri, services.base_iri, [bodies.texts_of(each) for each in body.get("parts") or []]
            )
        if what == "restore":
            return editing.restore(now, concept.iri)
        return editing.withdraw(
            now, concept.iri, [resolve(str(each), scheme_id, now) for each in body.get("instead") or []]
        )

    return services.curation.do(make, held, why, bodies.matching(concept.iri))


def publish(services: Services, held: Account, scheme_id: str) -> Any:
    notes = bodies.body().get("notes")
    told = {tag: str(words) for tag, words in notes.items() if tag in LANGUAGES} if isinstance(notes, dict) else {}
    release, carried = publication.publish(services.curation, scheme_id, held, told)
    return {**msgspec.to_builtins(release), "records": carried.records, "rendered": carried.rendered}


def undo(services: Services, held: Account, id: str) -> Any:
    done = services.curation.edit(id)
    who.allowed(held, "publish" if done.state == "published" else "edit", done.scheme)
    return services.curation.undo(id, held, bodies.why_of(bodies.body()))


def roll_back(services: Services, held: Account, scheme_id: str, number: str) -> Any:
    why = bodies.why_of(bodies.body())
    if not why:
        raise ReasonMissing()
    return services.curation.roll_back(scheme_id, whole(number), held, why)


def waive(services: Services, held: Account, scheme_id: str) -> Any:
    body = bodies.body()
    key, again = str(body.get("finding", "")), bool(body.get("again"))
    inspection.waive(services.curation, scheme_id, key, held, bodies.why_of(body), again=again)
    return {"finding": key}


def mend(services: Services, held: Account, scheme_id: str) -> Any:
    wanted = {str(each) for each in bodies.body().get("findings") or []}
    found = [each for each in inspection.inspect(services.curation, scheme_id).found if each.key in wanted]
    return services.curation.do(lambda now: inspection.mend(now, found), held, "")


def take_in(services: Services, held: Account) -> Any:
    """Look at the files of one vocabulary, or with `apply=yes` take them in."""
    files = {each.filename or "file": each.read() for each in request.files.getlist("files")}
    if not files:
        files = {request.args.get("name", "file"): request.get_data()}
    looked = intake.examine(services.curation, files)
    if request.args.get("apply") == "yes":
        return {"taken": intake.take(services.curation, looked, held, ", ".join(files))}
    return {
        "lists": [
            {
                "id": each.vocabulary.scheme.id,
                "iri": each.vocabulary.scheme.iri,
                "terms": len(each.vocabulary.concepts),
                "new": each.is_new,
                "changes": each.edit.changes if each.edit else (),
                "disagreements": each.disagreements,
                "kept": each.kept,
            }
            for each in looked.incoming
        ],
        "found": looked.found,
        "faults": looked.faults,
    }


def propose(services: Services, held: Account, scheme_id: str) -> Any:
    body, working = bodies.body(), services.curation.working()
    iri = working.named(scheme_id, str(body["term"])).iri if body.get("term") else ""
    fields = bodies.fields_of({name: value for name, value in body.items() if name != "term"}, scheme_id, working)
    return {"id": proposing.propose(services.curation, scheme_id, iri, fields, held, bodies.why_of(body))}


def answer_proposal(services: Services, held: Account, scheme_id: str, id: str) -> Any:
    body = bodies.body()
    said = str(body.get("answer", ""))
    if said not in ("accept", "refuse", "comment"):
        raise bodies.BadBody(reason="answer: accept, refuse, comment")
    if said == "comment":
        proposing.comment(services.curation, scheme_id, id, held, bodies.why_of(body))
    else:
        who.allowed(held, "decide", scheme_id)
        decide = proposing.accept if said == "accept" else proposing.refuse
        decide(services.curation, scheme_id, id, held, bodies.why_of(body))
    return proposing.get(services.curation, scheme_id, id)


def judge(services: Services, held: Account, scheme_id: str) -> Any:
    pairs = bodies.body().get("pairs")
    if not isinstance(pairs, list) or not all(isinstance(each, dict) for each in pairs):
        raise bodies.BadBody(reason="pairs")
    said = {(str(each.get("source")), str(each.get("target"))): str(each.get("mapping")) for each in pairs}
    accepted, refused = aligning.decide(
        services.curation, scheme_id, {pair: bodies.SNAKE.get(value, value) for pair, value in said.items()}, held
    )
    return {"accepted": accepted, "refused": refused}


def decide_words(services: Services, held: Account) -> Any:
    body, curation = bodies.body(), services.curation
    key, source, concept = (str(body.get(name, "")) for name in ("key", "source", "concept"))
    if not concept:
        return {"records": words.take_back(curation, services.journal, key, held, source=source)}
    if concept != words.NOISE:
        concept = curation.working().concept(concept).iri
    return {"records": words.decide(curation, services.journal, key, concept, held, source=source)}
