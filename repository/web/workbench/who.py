"""Who asks: the account behind a session or a token, and whether it may do what it asks for.

Sessions live on the server; the signed cookie holds a secret that names one. A form is taken only with the word that
its page was given (CSRF), which Flask-WTF sees to; programs show a token instead and need none.
"""

import hashlib
import re
from typing import Any, Final

from flask import Flask, g, request, session
from flask.sessions import SecureCookieSessionInterface
from flask_wtf.csrf import CSRFProtect, generate_csrf

from repository.clients import HERE, client_of
from repository.exchange.accounts import Account
from repository.exchange.people_errors import NotAllowed, NotSignedIn
from repository.exchange.roles import Action
from repository.web.needs import Services

_HELD: Final = "held"
_BEARER: Final = "Bearer "
_MEGABYTE: Final = 1 << 20
MOST_SENT: Final = 64 * _MEGABYTE
"""What a form may hold: a vocabulary of some ten thousand terms with room to spare."""

_FROM_NOBODY: Final = 64 * 1024
"""What may be sent by somebody who has not signed in: an address and a password."""

_BELOW: Final = re.compile(r"/(?:fr|pt|en)/workbench(?:/.*)?")

forms: Final = CSRFProtect()
"""Refuses forms that no page of ours was asked for; blueprints without sessions are exempt."""


class _Cookies(SecureCookieSessionInterface):
    """The cookie goes by https alone where the reader came by https, behind a proxy too."""

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure or request.headers.get("X-Forwarded-Proto", "") == "https"


def install(app: Flask, services: Services) -> None:
    """Sign cookies with a key of this installation, and guard forms."""
    app.secret_key = hashlib.sha256(b"sessions\n" + services.secret()).digest()
    app.session_interface = _Cookies()
    app.config.update(
        SESSION_COOKIE_NAME="mutualis",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        MAX_FORM_MEMORY_SIZE=2 * _MEGABYTE,
    )

    @app.before_request
    def measure() -> None:
        """How much is read of a form, before anything reads it: of strangers little, from whom no file is taken."""
        if request.method == "POST" and _BELOW.fullmatch(request.path):
            known = isinstance(session.get(_HELD), str) and account(services) is not None
            request.max_content_length = MOST_SENT if known else _FROM_NOBODY

    forms.init_app(app)

    @app.context_processor
    def about_the_reader() -> dict[str, Any]:
        return {"csrf": generate_csrf}


def account(services: Services) -> Account | None:
    """The account that asks; None for everybody else. Raises TokenInvalid."""
    if "account" not in g:
        g.account = _account(services)
    held: Account | None = g.account
    return held


def _account(services: Services) -> Account | None:
    given = request.headers.get("Authorization", "")
    if given.startswith(_BEARER):
        return services.accounts.of_token(given.removeprefix(_BEARER).strip())
    secret = session.get(_HELD)
    return services.accounts.of_session(secret) if isinstance(secret, str) else None


def program(services: Services) -> Account | None:
    """The account that a program shows a token of. A cookie counts for nothing where forms are not guarded."""
    return account(services) if request.headers.get("Authorization", "").startswith(_BEARER) else None


def known(services: Services) -> Account:
    """The account that asks. Raises NotSignedIn."""
    if (held := account(services)) is None:
        raise NotSignedIn()
    return held


def allowed(held: Account | None, action: Action, scheme: str = "") -> Account:
    """The account, where it may do an act. Raises NotSignedIn, NotAllowed."""
    if held is None:
        raise NotSignedIn()
    if not held.may(action, scheme):
        raise NotAllowed()
    return held


def begin(secret: str) -> None:
    """Keep a new session in the reader's browser, and nothing of one before."""
    session.clear()
    session[_HELD] = secret
    g.pop("account", None)


def end(services: Services) -> None:
    """End the reader's session, here and in the browser."""
    secret = session.get(_HELD)
    session.clear()
    if isinstance(secret, str):
        services.accounts.sign_out(secret)


def client(services: Services) -> str:
    """From where is asked, behind trusted proxies too."""
    proxies = services.settings.trusted_proxies.split() or HERE
    return client_of(request.remote_addr or "", request.headers.get("X-Forwarded-For", ""), proxies)
