"""The workbench as people use it: browsers that sign in, forms with the word their page was given, programs."""

import re
from html import unescape
from typing import Any

import portal_catalogue as samples
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from repository.exchange.accounts import Account
from repository.exchange.roles import Grant, Role
from repository.record import Text
from repository.services import Services
from vocabularies import editing

PASSWORD = "une phrase assez longue"


WHO = Account(
    id="a1",
    email="b@example.org",
    name="",
    organisation="Bibliothèque",
    country="",
    language="fr",
    created="",
    grants=(Grant("librarian"),),
)
"""A librarian, where no browser is needed."""


def two(services: Services) -> tuple[str, str]:
    """A métier that records use, and another one."""
    terms = services.terms()
    used = samples.ELECTRICIAN
    other = next(each.iri for each in terms.in_scheme("occupation") if each.iri != used)
    return used, other


def named(**texts: str) -> dict[str, tuple[Text, ...]]:
    return {"pref_label": tuple(Text(value, language) for language, value in texts.items())}


def create(services: Services, scheme: str = "occupation", code: str = "", **texts: str) -> str:
    done = services.curation.do(
        lambda working: editing.create(working, scheme, services.base_iri, named(**texts), code), WHO
    )
    return done.changes[0].iri


def account(services: Services, email: str, role: Role, scheme: str = "") -> str:
    """The secret of a session for a new account in a role."""
    _, invitation = services.accounts.add(email, [Grant(role, scheme)], organisation=f"Entité {email}")
    return services.accounts.accept(invitation, PASSWORD)


class Browser:
    """One person's browser."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()
        self.word = ""

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        self.get("/en/workbench/sign-in")
        return self.post("/en/workbench/sign-in", email=email, password=password)

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path, headers={"Accept": "text/html"})
        assert answer.status_code == status, (path, answer.status_code, answer.text[:300])
        if found := re.search(r'name="csrf_token" value="([^"]+)"', answer.text):
            self.word = unescape(found[1])
        return answer.text

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form with the word of the page that was read last."""
        fields.setdefault("csrf_token", self.word)
        return self.client.post(path, data=fields, headers={"Accept": "text/html"}, buffered=True)

    def filled(self, path: str, **fields: Any) -> TestResponse:
        """Read a page, then send its form."""
        self.get(path)
        return self.post(path, **fields)


def form_of(page: str) -> dict[str, str]:
    """The fields of the page's largest form as a browser would send them untouched."""
    forms = html.fromstring(page).forms
    largest = max(forms, key=lambda form: len(list(form.fields)))
    return {name: value or "" for name, value in largest.form_values()}


def signed_in(app: Flask, services: Services, email: str, role: Role, scheme: str = "") -> Browser:
    account(services, email, role, scheme)
    browser = Browser(app)
    assert browser.sign_in(email).status_code == 303
    return browser
