"""What terms and words mean: names in other languages, the same terms in other lists, and free words of records."""

from typing import Any, Final

from flask import g, request
from flask.typing import ResponseReturnValue

from repository.record import Text
from repository.web import texts
from repository.web.language import addresses
from repository.web.needs import Services
from repository.web.texts import Shown
from repository.web.workbench import who
from repository.web.workbench.routes import Route, done, page
from vocabularies import aligning, editing, translating, words
from vocabularies.errors import NothingChanged
from vocabularies.naming import resolve
from vocabularies.views import desk

_ON_A_PAGE: Final = 40


def translate_page(services: Services, scheme_id: str) -> ResponseReturnValue:
    working = services.curation.working()
    language = request.args.get("missing", "")
    held, total = translating.lacking(services.curation, scheme_id, _ON_A_PAGE, language)
    return desk.list_of(
        "translate.html",
        services,
        scheme_id,
        held=[(each, working.name(each.concept.iri, g.language)) for each in held],
        total=total,
        language_asked=language,
    )


def translate_terms(services: Services, scheme_id: str) -> ResponseReturnValue:
    account = who.known(services)
    told = {
        (iri, language): value
        for name, value in request.form.items()
        if name.startswith("name ")
        for language, iri in [name.removeprefix("name ").split(" ", 1)]
    }
    made = services.curation.do(lambda now: translating.translated(now, scheme_id, told), account, "")
    return done(
        addresses().workbench(f"list/{scheme_id}/translate"), "Terms with new names: {count}.", count=len(made.changes)
    )


def align_page(services: Services, scheme_id: str) -> ResponseReturnValue:
    working, other = services.curation.working(), request.values.get("with", "")
    found = aligning.ranked(services.curation, scheme_id, other) if other in working.published.schemes else []
    lists = sorted(
        (
            (each.id, texts.best(each.title, g.language) or Shown(each.id))
            for each in working.published.schemes.values()
            if each.id != scheme_id
        ),
        key=lambda pair: pair[1].value.casefold(),
    )
    return desk.list_of(
        "align.html",
        services,
        scheme_id,
        other=other,
        lists=lists,
        total=len(found),
        found=[
            (each, working.name(each.source, g.language), working.name(each.target, g.language))
            for each in found[:_ON_A_PAGE]
        ],
    )


def align_terms(services: Services, scheme_id: str) -> ResponseReturnValue:
    account, other = who.known(services), request.form.get("with", "")
    said = {
        (source, target): value
        for name, value in request.form.items()
        if name.startswith("pair ") and value
        for source, target in [name.removeprefix("pair ").split(" ", 1)]
    }
    accepted, refused = aligning.decide(services.curation, scheme_id, said, account)
    if not accepted and not refused:
        raise NothingChanged()
    return done(
        addresses().workbench(f"list/{scheme_id}/align", **{"with": other}),
        "Links drafted: {accepted}; pairs not asked for again: {refused}.",
        accepted=accepted,
        refused=refused,
    )


def words_page(services: Services) -> ResponseReturnValue:
    working, source = services.curation.working(), request.args.get("source", "")
    terms = working.published
    held = words.clusters(services.curation, _ON_A_PAGE, source)
    lists = [(id, texts.best(terms.schemes[id].title, g.language) or Shown(id)) for id in words.choosable(terms)]
    made = words.decisions(services.curation)
    return page(
        "words.html",
        services,
        held=[(each, working.get(each.guess)) for each in held],
        names=lambda iri: working.name(iri, g.language),
        lists=sorted(lists, key=lambda pair: (pair[0] not in words.SCHEMES, pair[1].value.casefold())),
        decisions=made[:_ON_A_PAGE],
        sources=[each.id for each in services.journal.sources()],
        source=source,
        noise=words.NOISE,
    )


def decide_words(services: Services) -> ResponseReturnValue:
    account, form = who.known(services), request.form
    key, source, act = form.get("key", ""), form.get("source", ""), form.get("act", "")
    here = addresses().workbench("words")
    if act == "take back":
        number = words.take_back(services.curation, services.journal, key, account, source=source)
        return done(here, "Taken back; resources that change: {count}.", count=number)
    if act == "noise":
        words.decide(services.curation, services.journal, key, words.NOISE, account, source=source)
        return done(here, "These words will not be asked for again.")
    concept, scheme = _meant(services, form.get("list", ""), form.get("term", ""), act)
    who.allowed(account, "edit", scheme)
    if act == "name":
        _add_name(services, account, concept, form.get("written", ""), form.get("language", ""))
    number = words.decide(services.curation, services.journal, key, concept, account, source=source)
    return done(here, "Resources that get the term: {count}.", count=number)


def _meant(services: Services, scheme: str, term: str, act: str) -> tuple[str, str]:
    """The term that was chosen, and its list; for a new one the list alone says where it goes."""
    working = services.curation.working()
    if (found := working.get(term)) is not None:
        return found.iri, found.scheme
    return resolve(term, scheme, working), scheme


def _add_name(services: Services, account: Any, iri: str, written: str, language: str) -> None:
    """Draft the words as another name of the term; a name that it has already needs no draft."""
    text = Text(written, language or None)

    def make(working: Any) -> Any:
        concept = working.concept(iri)
        return editing.revise(working, iri, {"alt_label": (*concept.alt_label, text)})

    try:
        services.curation.do(make, account, "")
    except NothingChanged:
        return


ROUTES: Final = (
    Route("list/<scheme_id>/translate", translate_page, translate_terms, does="edit"),
    Route("list/<scheme_id>/align", align_page, align_terms, does="edit"),
    Route("words", words_page, decide_words, does="decide"),
)
