"""The desk of one list: its tree with drafts, a term's form, acts on terms and what they would touch, proposals."""

from collections.abc import Mapping
from typing import Any, Final

from flask import g, request
from flask.typing import ResponseReturnValue

from repository.messages import marked
from repository.record import Text
from repository.web import texts
from repository.web.language import addresses
from repository.web.lines import line
from repository.web.needs import Services
from repository.web.texts import Shown
from repository.web.workbench import who
from repository.web.workbench.routes import Route, done, page
from vocabularies import editing, impact, proposing, sheets
from vocabularies.concept import Concept
from vocabularies.curation import digest
from vocabularies.difference import kinds
from vocabularies.editing import Edit
from vocabularies.errors import ReasonMissing
from vocabularies.naming import resolve
from vocabularies.terms import choose, fold
from vocabularies.views import fields
from vocabularies.working import Working

_MOST_LISTED: Final = 800
_TITLES: Final = 50
ACTS: Final = ("withdraw", "restore", "merge", "split")


def home_page(services: Services) -> ResponseReturnValue:
    working, counts = services.curation.working(), services.curation.draft_counts()
    open_ones = proposing.listed(services.curation)
    reader = who.known(services)
    lists = [
        {
            "id": each.id,
            "title": texts.best(each.title, g.language) or Shown(each.id),
            "size": len(working.in_scheme(each.id)),
            "drafts": counts.get(each.id, 0),
            "proposals": sum(one.scheme == each.id for one in open_ones),
            "mine": reader.may("edit", each.id),
        }
        for each in working.published.schemes.values()
    ]
    return page(
        "home.html", services, lists=sorted(lists, key=lambda each: (not each["mine"], fold(each["title"].value)))
    )


def list_page(services: Services, scheme_id: str) -> ResponseReturnValue:
    working, words = services.curation.working(), " ".join(request.args.get("q", "").split())[:100]
    held = working.in_scheme(scheme_id)
    if words:
        wanted = fold(words).split()
        held = tuple(each for each in held if _holds(each, wanted))
    tops = held if words or len(held) > _MOST_LISTED else tuple(each for each in held if not _above(each, working))
    nodes = [_node(each, working, set(), deep=not words and len(held) <= _MOST_LISTED) for each in tops[:_MOST_LISTED]]
    return list_of("list.html", services, scheme_id, nodes=_sorted(nodes), words_asked=words, found=len(held))


def term_page(services: Services, scheme_id: str, code: str) -> ResponseReturnValue:
    working = services.curation.working()
    concept = working.named(scheme_id, code)
    return list_of(
        "term.html",
        services,
        scheme_id,
        term=concept,
        name=_name(concept),
        form=fields.filled(concept, working, g.language, request.form),
        seen=digest(concept),
        impact=impact_of(services, [concept.iri]),
        published=services.terms().concept(concept.iri),
        history=services.curation.history_of(concept.iri),
        choices=fields.choices(scheme_id, working, g.language),
        below=[(each, working.name(each, g.language)) for each in working.narrower(concept.iri)],
        replaced=[(each, working.name(each, g.language)) for each in concept.replaced_by],
    )


def save_term(services: Services, scheme_id: str, code: str) -> ResponseReturnValue:
    account, working = who.known(services), services.curation.working()
    concept = working.named(scheme_id, code)
    told = fields.read(_given(), scheme_id, working)
    if not account.may("edit", scheme_id):
        proposing.propose(services.curation, scheme_id, concept.iri, told, account, _why())
        return done(_list(scheme_id), "Your proposal is with the curators of this list.")
    seen = {concept.iri: request.form["seen"]} if request.form.get("seen") else {}
    services.curation.do(lambda now: editing.revise(now, concept.iri, told), account, _why(), seen)
    return done(_list(scheme_id), "Saved as a draft. It is for everybody once the list is published.")


def new_page(services: Services, scheme_id: str) -> ResponseReturnValue:
    working = services.curation.working()
    given = {**request.args, **request.form} if request.args or request.form else {}
    form = fields.filled(None, working, g.language, given)
    return list_of("new.html", services, scheme_id, form=form, choices=fields.choices(scheme_id, working, g.language))


def make_term(services: Services, scheme_id: str) -> ResponseReturnValue:
    account, working = who.known(services), services.curation.working()
    told = fields.read(_given(), scheme_id, working)
    code = told.pop("notation", None) or ""
    if not account.may("edit", scheme_id):
        proposing.propose(services.curation, scheme_id, "", told, account, _why())
        return done(_list(scheme_id), "Your proposal is with the curators of this list.")
    base = services.base_iri
    services.curation.do(lambda now: editing.create(now, scheme_id, base, told, code), account, _why())
    return done(_list(scheme_id), "Saved as a draft. It is for everybody once the list is published.")


def act_page(services: Services, scheme_id: str, act: str, code: str) -> ResponseReturnValue:
    """What an act would touch, and the button that does it."""
    working = services.curation.working()
    concept = working.named(scheme_id, code)
    return list_of(
        "act.html",
        services,
        scheme_id,
        act=act,
        term=concept,
        name=_name(concept),
        seen=digest(concept),
        choices=fields.choices(scheme_id, working, g.language),
        impact=impact_of(services, [concept.iri]),
        below=[working.name(each, g.language) for each in working.narrower(concept.iri)],
    )


def do_act(services: Services, scheme_id: str, act: str, code: str) -> ResponseReturnValue:
    account, concept = who.known(services), services.curation.working().named(scheme_id, code)
    why = _why()
    if not why:
        raise ReasonMissing()
    seen = {concept.iri: request.form["seen"]} if request.form.get("seen") else {}
    form, base = dict(request.form), services.base_iri
    made = services.curation.do(lambda now: _made(act, concept.iri, form, now, base), account, why, seen)
    return done(
        _list(scheme_id),
        "Drafted; terms that change: {count}. Records follow when the list is published.",
        count=len(made.changes),
    )


def _made(act: str, iri: str, form: Mapping[str, str], working: Working, base: str) -> Edit:
    scheme = working.concept(iri).scheme
    if act == "merge":
        return editing.merge(working, iri, resolve(form.get("into", ""), scheme, working))
    if act == "split":
        rows = [line.split("|") for line in form.get("parts", "").splitlines() if line.strip()]
        names = [
            [
                Text(word.strip(), language)
                for word, language in zip(row, ("fr", "pt", "en"), strict=False)
                if word.strip()
            ]
            for row in rows
        ]
        return editing.split(working, iri, base, names)
    if act == "restore":
        return editing.restore(working, iri)
    lines = [line for line in form.get("instead", "").splitlines() if line.strip()]
    return editing.withdraw(working, iri, [resolve(line, scheme, working) for line in lines])


def proposal_page(services: Services, scheme_id: str, id: str) -> ResponseReturnValue:
    working, held = services.curation.working(), proposing.get(services.curation, scheme_id, id)
    concept = working.get(held.iri) if held.iri else None
    rows = [
        (name, told(getattr(concept, name) if concept else (), working), told(value, working))
        for name, value in proposing.values(held.fields).items()
    ]
    name = _name(concept) if concept else None
    return list_of(
        "proposal.html", services, scheme_id, proposal=held, name=name, term=concept, rows=rows, labels=LABELS
    )


def answer_proposal(services: Services, scheme_id: str, id: str) -> ResponseReturnValue:
    account, act, words = who.known(services), request.form.get("act", ""), _why()
    if act == "comment":
        proposing.comment(services.curation, scheme_id, id, account, words)
        return done(addresses().workbench(f"list/{scheme_id}/proposal/{id}"))
    who.allowed(account, "decide", scheme_id)
    if act == "accept":
        proposing.accept(services.curation, scheme_id, id, account, words)
        return done(_list(scheme_id), "Accepted: it is a draft of this list now.")
    proposing.refuse(services.curation, scheme_id, id, account, words)
    return done(_list(scheme_id), "Refused; whoever proposed it sees your reason.")


LABELS: Final = {
    **sheets.TEXTS,
    **sheets.LINKS,
    "notation": sheets.CODE,
    "replaced_by": marked("Use instead"),
    "deprecated": marked("No longer used"),
    "top": marked("Begins the tree"),
}
"""Attributes of a concept in the words of a librarian."""


def list_of(template: str, services: Services, scheme_id: str, **values: Any) -> str:
    """A page of one list, with its name and what waits in it."""
    working = services.curation.working()
    scheme = working.scheme(scheme_id)
    reader = who.known(services)
    return page(
        template,
        services,
        scheme={"id": scheme_id, "title": texts.best(scheme.title, g.language) or Shown(scheme_id), "iri": scheme.iri},
        drafts=services.curation.draft_counts().get(scheme_id, 0),
        proposals=proposing.listed(services.curation, scheme_id),
        can={act: reader.may(act, scheme_id) for act in ("edit", "decide", "publish", "import")},
        code_of=lambda iri: code_of(iri, working),
        **values,
    )


def code_of(iri: str, working: Working) -> str:
    """How a term is named in addresses of the workbench: its code, else its whole address."""
    found = working.get(iri)
    return (found.notation if found is not None else None) or iri


def impact_of(services: Services, iris: list[str]) -> dict[str, Any]:
    """What hangs on some terms, with names for people."""
    found = impact.of_concepts(
        iris, services.curation.working(), services.catalogue, services.questions, services.journal
    )
    terms, to = services.terms(), addresses()
    held = services.catalogue.get_many(list(found.listed[:_TITLES]))
    return {
        "counts": found,
        "countries": [(texts.label(terms, iri, g.language), number) for iri, number in found.countries],
        "types": [(texts.label(terms, iri, g.language), number) for iri, number in found.types],
        "records": [(to.resource(id), _title(stored.record.title)) for id, stored in held.items()],
        "kits": [(to.kit(id), id) for id in found.kits[:_TITLES]],
        "mapped": [
            (to.concept(iri, terms) or iri, texts.label(terms, iri, g.language)) for iri in found.mapped[:_TITLES]
        ],
    }


def _title(held: tuple[Text, ...]) -> Shown:
    return texts.best(held, g.language) or Shown("—")


def _name(concept: Concept) -> Shown:
    return texts.best(concept.pref_label, g.language) or Shown(concept.notation or concept.iri)


def told(value: Any, working: Working) -> list[str]:
    """An attribute's value in words, one to a line."""
    if not isinstance(value, tuple):
        return [str(value)] if value else []
    return [
        f"{each.value} ({each.language})" if isinstance(each, Text) else working.name(str(each), g.language)
        for each in value
    ]


def _given() -> dict[str, str]:
    return {name: value for name, value in request.form.items() if name not in ("csrf_token", "seen", "why")}


def _why() -> str:
    return line(request.form.get("why", ""))


def _list(scheme_id: str) -> str:
    return addresses().workbench(f"list/{scheme_id}")


def _holds(concept: Concept, wanted: list[str]) -> bool:
    labels = (*concept.pref_label, *concept.alt_label, *concept.hidden_label, Text(concept.notation or ""))
    return any(all(word in fold(text.value) for word in wanted) for text in labels)


def _above(concept: Concept, working: Working) -> bool:
    return any((found := working.get(iri)) is not None and found.scheme == concept.scheme for iri in concept.broader)


def _node(concept: Concept, working: Working, seen: set[str], *, deep: bool) -> dict[str, Any]:
    inside = seen | {concept.iri}
    published = working.published.concept(concept.iri)
    below = [working.concept(each) for each in working.narrower(concept.iri) if deep and each not in inside]
    label = choose(concept.pref_label, g.language)
    return {
        "iri": concept.iri,
        "label": texts.shown(label, g.language) if label else Shown(concept.iri),
        "notation": concept.notation or "",
        "withdrawn": concept.deprecated,
        "marks": kinds(published, concept) if concept.iri in working.drafts else (),
        "below": _sorted([_node(each, working, inside, deep=deep) for each in below if each.scheme == concept.scheme]),
    }


def _sorted(nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if nodes and all(node["notation"][:1].isdigit() for node in nodes):
        return sorted(nodes, key=lambda node: str(node["notation"]))
    return sorted(nodes, key=lambda node: fold(node["label"].value))


ROUTES: Final = (
    Route("", home_page),
    Route("list/<scheme_id>", list_page),
    Route("list/<scheme_id>/new", new_page, make_term, does="propose"),
    Route("list/<scheme_id>/term/<path:code>", term_page, save_term, does="propose"),
    Route("list/<scheme_id>/proposal/<id>", proposal_page, answer_proposal, does="comment"),
    Route(f"list/<scheme_id>/<any({', '.join(ACTS)}):act>/<path:code>", act_page, do_act, sees="edit", does="edit"),
)
