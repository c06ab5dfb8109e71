"""The door: signing in and out, and the invitation by which an account gets its password."""

from typing import Final

from flask import request
from flask.typing import ResponseReturnValue

from repository.exchange import passwords
from repository.web.language import addresses
from repository.web.needs import Services
from repository.web.workbench import who
from repository.web.workbench.routes import Route, done, page


def sign_in_page(services: Services) -> ResponseReturnValue:
    return page("sign_in.html", services, next=_next())


def sign_in(services: Services) -> ResponseReturnValue:
    secret = services.accounts.sign_in(
        request.form.get("email", ""), request.form.get("password", ""), who.client(services)
    )
    who.begin(secret)
    return done(_next() or addresses().workbench())


def sign_out_page(services: Services) -> ResponseReturnValue:
    return page("sign_out.html", services)


def sign_out(services: Services) -> ResponseReturnValue:
    who.end(services)
    return done(addresses().workbench("sign-in"), "You are signed out.")


def invitation_page(services: Services, secret: str) -> ResponseReturnValue:
    return page("invitation.html", services, invited=services.accounts.invited(secret), least=passwords.LEAST)


def accept_invitation(services: Services, secret: str) -> ResponseReturnValue:
    session = services.accounts.accept(secret, request.form.get("password", ""), who.client(services))
    who.begin(session)
    return done(addresses().workbench(), "Your password is set; welcome.")


def _next() -> str:
    """Where to go after signing in: a page of the workbench, never another place."""
    wanted = request.values.get("next", "")
    ours = f"{addresses().root}/{addresses().language}/workbench"
    inside = wanted == ours or wanted.startswith((f"{ours}/", f"{ours}?"))
    return wanted if inside and "\\" not in wanted and ".." not in wanted and wanted.isprintable() else ""


ROUTES: Final = (
    Route("sign-in", sign_in_page, sign_in, sees=None),
    Route("sign-out", sign_out_page, sign_out, sees=None),
    Route("invitation/<secret>", invitation_page, accept_invitation, sees=None),
)
