"""The pages of people: one's own account and tokens, everybody's accounts for administrators, and the audit."""

from collections.abc import Iterable
from typing import Final, get_args

from flask import flash, g, request
from flask.typing import ResponseReturnValue

from repository.exchange import audit
from repository.exchange.people_errors import NoSuchRole
from repository.exchange.roles import ROLES, SCOPES, Grant, Role, Scope
from repository.messages import LANGUAGES
from repository.web import texts
from repository.web.language import addresses, say
from repository.web.lines import line
from repository.web.needs import Services
from repository.web.numbers import whole
from repository.web.texts import Shown
from repository.web.workbench import who
from repository.web.workbench.routes import Route, done, page

_ON_A_PAGE: Final = 100
_DAYS: Final = (30, 90, 365)


def account_page(services: Services) -> ResponseReturnValue:
    held = who.known(services)
    return page("account.html", services, tokens=services.accounts.tokens_of(held.id), scopes=SCOPES, days=_DAYS)


def change_tokens(services: Services) -> ResponseReturnValue:
    held = who.known(services)
    if revoked := request.form.get("revoke", ""):
        services.accounts.revoke(held.id, revoked)
        return done(addresses().workbench("account"), "The token is ended.")
    scope, days = request.form.get("scope", ""), request.form.get("days", "")
    secret = services.accounts.add_token(held.id, _line("name"), _scope(scope), whole(days, 30))
    flash(say("This is the token; it is shown this once, so keep it now:"))
    flash(secret, "secret")
    return done(addresses().workbench("account"))


def people_page(services: Services) -> ResponseReturnValue:
    return page("people.html", services, people=services.accounts.listed(), **_choices(services))


def add_account(services: Services) -> ResponseReturnValue:
    by = who.known(services)
    added, secret = services.accounts.add(
        request.form.get("email", ""),
        _grants(),
        name=_line("name"),
        organisation=_line("organisation"),
        country=_country(services),
        language=_language(),
        by=by.id,
    )
    return _invited(services, added.email, secret)


def person_page(services: Services, id: str) -> ResponseReturnValue:
    return page("person.html", services, person=services.accounts.get(id), **_choices(services))


def change_person(services: Services, id: str) -> ResponseReturnValue:
    by, person = who.known(services), services.accounts.get(id)
    act = request.form.get("act", "")
    if act == "close":
        services.accounts.close(person.id, by=by.id)
        return done(addresses().workbench("people"), "The account {email} is closed.", email=person.email)
    if act == "hand over":
        secret = services.accounts.hand_over(person.id, name=_line("name"), by=by.id)
        return _invited(services, person.email, secret)
    told = {"name": _line("name"), "organisation": _line("organisation"), "country": _country(services)}
    services.accounts.change(person.id, _grants(), by=by.id, language=_language(), **told)
    return done(addresses().workbench("people"), "The account {email} is changed.", email=person.email)


def audit_page(services: Services) -> ResponseReturnValue:
    before = request.args.get("before", "")
    noted = audit.newest(services.accounts.database, whole(before), _ON_A_PAGE)
    names = {each.id: each.email for each in services.accounts.listed()}
    further = noted[-1].number if len(noted) == _ON_A_PAGE else 0
    return page("audit.html", services, noted=noted, names=names, further=further)


def _invited(services: Services, email: str, secret: str) -> ResponseReturnValue:
    """Show the address that the new holder is to open: the catalogue sends no mail."""
    flash(say("Send this address to {email}; whoever opens it first chooses the password:", email=email))
    flash(services.base_url.rstrip("/") + f"/{g.language}/workbench/invitation/{secret}", "secret")
    return done(addresses().workbench("people"))


def _grants() -> list[Grant]:
    """The roles of a form: one for all lists, and curator of each list that is ticked. Raises NoSuchRole."""
    role, schemes = request.form.get("role", ""), request.form.getlist("scheme")
    if role == "curator":
        return [Grant("curator", scheme) for scheme in schemes]
    return [Grant(_role(role))]


def _role(name: str) -> Role:
    found: Role | None = next((each for each in get_args(Role) if each == name), None)
    if found is None:
        raise NoSuchRole()
    return found


def _scope(name: str) -> Scope:
    found: Scope | None = next((each for each in get_args(Scope) if each == name), None)
    if found is None:
        raise NoSuchRole()
    return found


def _line(name: str) -> str:
    """A field of one line, without what no line holds."""
    return line(request.form.get(name, ""), 200)


def _language() -> str:
    wanted = request.form.get("language", "")
    return wanted if wanted in LANGUAGES else g.language


def _country(services: Services) -> str:
    wanted = request.form.get("country", "")
    return wanted if wanted in services.terms().participants else ""


def _choices(services: Services) -> dict[str, object]:
    terms = services.terms()
    return {
        "roles": ROLES,
        "languages": LANGUAGES,
        "countries": [(iri, texts.label(terms, iri, g.language)) for iri in terms.participants],
        "schemes": _by_name(
            (each.id, texts.best(each.title, g.language) or Shown(each.id)) for each in terms.schemes.values()
        ),
    }


def _by_name(pairs: Iterable[tuple[str, Shown]]) -> list[tuple[str, Shown]]:
    return sorted(pairs, key=lambda pair: pair[1].value.casefold())


ROUTES: Final = (
    Route("account", account_page, change_tokens, does="see"),
    Route("people", people_page, add_account, sees="people", does="people"),
    Route("people/<id>", person_page, change_person, sees="people", does="people"),
    Route("audit", audit_page, sees="audit"),
)
