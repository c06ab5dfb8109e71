"""Who may do what: every address × method × role, enumerated from the URL map, so that none is forgotten."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Final

import portal_rig
import pytest
from desk_rig import PASSWORD, WHO, Browser, named
from flask import Flask

from repository.app import create_app
from repository.exchange.roles import Grant
from repository.record import Text
from repository.services import Services
from vocabularies import editing, proposing

ROLES: Final = ("administrator", "librarian", "curator", "stranger", "contributor", "nobody")
"""`curator` has the list that addresses name, `stranger` is curator of another one."""

ALL, KNOWN = frozenset(ROLES), frozenset(ROLES) - {"nobody"}
CURATORS = frozenset({"administrator", "librarian", "curator"})
DECIDING = CURATORS | {"stranger"}
LIBRARIANS, ADMINISTRATORS = frozenset({"administrator", "librarian"}), frozenset({"administrator"})
W, A = "/<lang>/workbench", "/api/vocabularies"
L, T = f"{W}/list/<scheme_id>", f"{A}/<scheme_id>"

RIGHTS: Final[dict[tuple[str, str], frozenset[str]]] = {
    ("GET", W): KNOWN,
    ("GET", f"{W}/sign-in"): ALL,
    ("POST", f"{W}/sign-in"): ALL,
    ("GET", f"{W}/sign-out"): ALL,
    ("POST", f"{W}/sign-out"): ALL,
    ("GET", f"{W}/invitation/<secret>"): ALL,
    ("POST", f"{W}/invitation/<secret>"): ALL,
    ("GET", f"{W}/account"): KNOWN,
    ("POST", f"{W}/account"): KNOWN,
    ("GET", f"{W}/people"): ADMINISTRATORS,
    ("POST", f"{W}/people"): ADMINISTRATORS,
    ("GET", f"{W}/people/<id>"): ADMINISTRATORS,
    ("POST", f"{W}/people/<id>"): ADMINISTRATORS,
    ("GET", f"{W}/audit"): ADMINISTRATORS,
    ("GET", f"{W}/words"): KNOWN,
    ("POST", f"{W}/words"): LIBRARIANS,
    ("GET", f"{W}/import"): LIBRARIANS,
    ("POST", f"{W}/import"): LIBRARIANS,
    ("GET", L): KNOWN,
    ("GET", f"{L}/new"): KNOWN,
    ("POST", f"{L}/new"): KNOWN,
    ("GET", f"{L}/term/<path:code>"): KNOWN,
    ("POST", f"{L}/term/<path:code>"): KNOWN,
    ("GET", f"{L}/proposal/<id>"): KNOWN,
    ("POST", f"{L}/proposal/<id>"): KNOWN,
    ("GET", f"{L}/<act>/<path:code>"): CURATORS,
    ("POST", f"{L}/<act>/<path:code>"): CURATORS,
    ("GET", f"{L}/bulk"): CURATORS,
    ("POST", f"{L}/bulk"): CURATORS,
    ("GET", f"{L}/drafts"): KNOWN,
    ("POST", f"{L}/drafts"): CURATORS,
    ("GET", f"{L}/history"): KNOWN,
    ("POST", f"{L}/history"): CURATORS,
    ("GET", f"{L}/checks"): KNOWN,
    ("POST", f"{L}/checks"): CURATORS,
    ("GET", f"{L}/sheet"): KNOWN,
    ("POST", f"{L}/sheet"): CURATORS,
    ("GET", f"{L}/sheet.<extension>"): KNOWN,
    ("GET", f"{L}/translate"): KNOWN,
    ("POST", f"{L}/translate"): CURATORS,
    ("GET", f"{L}/align"): KNOWN,
    ("POST", f"{L}/align"): CURATORS,
    ("GET", "/api/openapi.json"): ALL,
    ("GET", A): ALL,
    ("GET", T): ALL,
    ("GET", f"{T}/terms"): ALL,
    ("GET", f"{T}/suggest"): ALL,
    ("GET", f"{T}/terms/<path:code>"): ALL,
    ("GET", f"{T}/releases"): ALL,
    ("GET", f"{T}/releases/<number>"): ALL,
    ("GET", f"{T}/releases/<number>/changes"): ALL,
    ("GET", f"{T}/terms/<path:code>/impact"): KNOWN,
    ("GET", f"{T}/drafts"): KNOWN,
    ("GET", f"{T}/acts"): KNOWN,
    ("GET", f"{T}/checks"): KNOWN,
    ("GET", f"{T}/proposals"): KNOWN,
    ("GET", f"{T}/candidates/<other>"): KNOWN,
    ("GET", f"{T}/untranslated"): KNOWN,
    ("GET", f"{A}/words"): KNOWN,
    ("POST", f"{T}/terms"): CURATORS,
    ("PATCH", f"{T}/terms/<path:code>"): CURATORS,
    ("POST", f"{T}/terms/<path:code>/act/<what>"): CURATORS,
    ("POST", f"{T}/releases"): CURATORS,
    ("POST", f"{T}/releases/<number>/restore"): CURATORS,
    ("POST", f"{A}/acts/<id>/undo"): CURATORS,
    ("POST", f"{T}/checks/waivers"): CURATORS,
    ("POST", f"{T}/checks/mend"): CURATORS,
    ("POST", f"{A}/import"): LIBRARIANS,
    ("POST", f"{T}/proposals"): KNOWN,
    ("POST", f"{T}/proposals/<id>"): KNOWN,
    ("POST", f"{T}/candidates"): CURATORS,
    ("POST", f"{A}/words"): LIBRARIANS,
}
"""Who is let in; what then follows (a fault in what was sent) is another matter."""

OPEN: Final = {"/sparql", "/sparql/graphs", "/sparql/links", "/oai", "/oai.xml"}
"""Addresses for everybody that take POST, PUT or other methods and change nothing of the catalogue."""


Served = tuple[Flask, Services, dict[str, tuple[Browser, str]]]


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Served]:
    services = portal_rig.opened(tmp_path_factory.mktemp("rights") / "data")
    app = create_app(services)
    made = {}
    for role in ROLES[:-1]:
        grants = {"curator": Grant("curator", "occupation"), "stranger": Grant("curator", "level")}
        account, invitation = services.accounts.add(f"{role}@example.org", [grants.get(role) or Grant(role)])  # type: ignore[arg-type]
        services.accounts.accept(invitation, PASSWORD)
        browser = Browser(app)
        assert browser.sign_in(f"{role}@example.org").status_code == 303
        browser.get("/en/workbench/account")
        made[role] = (browser, services.accounts.add_token(account.id, "test", "publish", 1))
    nobody = Browser(app)
    nobody.get("/en/workbench/sign-in")
    made["nobody"] = (nobody, "")
    yield app, services, made
    services.close()


def rules(app: Flask) -> Iterator[tuple[str, str]]:
    """Every (method, address) that is below the workbench or the interface, or that takes more than GET."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            plain = re.sub(r"^/<any\(fr, pt, en\):page_language>", "/<lang>", rule.rule)
            plain = re.sub(r"<any\([^)]*\):(\w+)>", r"<\1>", plain)
            if plain.startswith((W, "/api/")) or method != "GET":
                yield method, plain


def test_every_address_stands_in_the_matrix(served: Served) -> None:
    found = {each for each in rules(served[0]) if each[1] not in OPEN and not each[1].startswith("/reconcile/")}
    assert found == set(RIGHTS), "list each route here with those who may use it"


@pytest.mark.parametrize(("method", "rule"), sorted(RIGHTS))
@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_let_in_where_it_may_and_nowhere_else(served: Served, method: str, rule: str, role: str) -> None:
    _, services, made = served
    browser, token = made[role]
    path = rule
    values = {
        "<lang>": "en",
        "<scheme_id>": "occupation",
        "<path:code>": "electricien-batiment",
        "<act>": "merge",
        "<what>": "merge",
        "<extension>": "csv",
        "<other>": "isco",
        "<number>": "1",
        "<secret>": "x",
        "<id>": edit_of(services) if rule.endswith("/undo") else services.accounts.get("contributor@example.org").id,
    }
    for name, value in values.items():
        path = path.replace(name, value)
    if rule.endswith("sign-out") or (rule.endswith("sign-in") and method == "POST"):
        return  # their own tests; here they would end the sessions of the others
    if rule.startswith("/api/"):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        body = b"{}" if method != "GET" else b""
        status = browser.client.open(path, method=method, headers=headers, data=body).status_code
        refused = status in (401, 403)
        assert status != 500
        assert refused == (role not in RIGHTS[method, rule]), status
        assert (status == 401) == (role == "nobody" and refused)
        return
    fields = {"csrf_token": browser.word} if method == "POST" else None
    answer = browser.client.open(path, method=method, data=fields, headers={"Accept": "text/html"})
    at_the_door = answer.status_code == 303 and "/sign-in" in (answer.location or "")
    refused = answer.status_code == 403 or at_the_door
    assert answer.status_code != 500
    assert refused == (role not in RIGHTS[method, rule]), (answer.status_code, answer.location)
    assert at_the_door == (role == "nobody" and refused)


def edit_of(services: Services) -> str:
    """The id of an act in the list that addresses name; taken back once, it is there for the others."""
    held = services.curation.history("occupation")
    if held:
        return held[0].id
    iri = services.curation.working().named("occupation", "soudeur").iri
    return services.curation.do(lambda now: editing.revise(now, iri, named(fr="Soudeuse")), WHO).id


def test_a_cookie_counts_for_nothing_where_forms_are_not_guarded(
    served: Served,
) -> None:
    browser, _ = served[2]["administrator"]
    assert browser.client.post("/api/vocabularies/occupation/releases", data=b"{}").status_code == 401


@pytest.mark.parametrize(
    ("scope", "method", "path", "status"),
    [
        ("read", "GET", "drafts", 200),
        ("read", "POST", "terms", 403),
        ("read", "POST", "proposals", 403),
        ("propose", "POST", "proposals", 422),
        ("propose", "POST", "terms", 403),
        ("edit", "POST", "terms", 422),
        ("edit", "POST", "releases", 403),
    ],
)
def test_a_token_reaches_as_far_as_its_scope(served: Served, scope: str, method: str, path: str, status: int) -> None:
    app, services, _ = served
    account = services.accounts.get("administrator@example.org")
    token = services.accounts.add_token(account.id, "narrow", scope, 1)  # type: ignore[arg-type]
    headers = {"Authorization": f"Bearer {token}"}
    answer = app.test_client().open(f"/api/vocabularies/occupation/{path}", method=method, headers=headers, data=b"{}")
    assert answer.status_code == (200 if method == "GET" else status), answer.text


def test_the_right_in_one_list_opens_no_way_into_another(served: Served) -> None:
    """A curator of `level` names things of other lists in addresses of the own one, and in forms and sheets."""
    app, services, made = served
    browser, token = made["stranger"]
    account = services.accounts.get("contributor@example.org")
    foreign = proposing.propose(
        services.curation, "sector", "", {"pref_label": (Text("Sylviculture", "fr"),)}, account, ""
    )
    browser.get("/en/workbench/list/level")
    assert browser.post(f"/en/workbench/list/level/proposal/{foreign}", act="accept").status_code == 404
    edit = services.curation.do(
        lambda now: editing.create(now, "sector", services.base_iri, {"pref_label": (Text("Forêts", "fr"),)}), WHO
    )
    assert browser.post("/en/workbench/list/level/history", undo=edit.id).status_code == 403
    energy = services.curation.working().named("sector", "energie").iri
    sheet = f"Address;Name [fr]\n{energy};Pris\n".encode()
    assert "Pris" not in browser.post("/en/workbench/list/level/sheet", sheet=(BytesIO(sheet), "x.csv")).text
    headers = {"Authorization": f"Bearer {token}"}
    told = {"related": [energy], "why": "x"}
    code = services.terms().in_scheme("level")[0].notation
    app.test_client().patch(f"/api/vocabularies/level/terms/{code}", headers=headers, json=told)
    assert services.curation.working().concept(energy) == services.terms().concept(energy)
    assert app.test_client().patch(f"{A}/level/terms/{energy}", headers=headers, json=told).status_code == 404
