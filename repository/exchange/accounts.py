"""Accounts: who has one, in which role and for whom, and the ways to prove it: password, session, token.

An account acts for an organisation of a country. Its address is often a role mailbox: when that changes hands, the
account is handed over, which ends every session and token and lets the new holder choose a password.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from msgspec import Struct
from sqlalchemy import Connection, Row, delete, insert, select, update

from repository.exchange import audit, passwords
from repository.exchange.people_errors import (
    AccountExists,
    AccountNotFound,
    InvalidAddress,
    InvitationSpent,
    LastAdministrator,
    NoSuchRole,
    TokenInvalid,
    TooManyAttempts,
    WrongPassword,
)
from repository.exchange.roles import ROLES, SCOPES, Action, Grant, Scope, allows
from repository.store.changes import Clock, written
from repository.store.database import Database
from repository.store.people import accounts, grants, invitations, sessions, tokens

SESSION_HOURS: Final = 12
INVITATION_DAYS: Final = 14
MOST_TOKEN_DAYS: Final = 366
PREFIX: Final = "mutualis_"
"""How every token of a program begins, so that one that strayed into public is recognised."""

_WINDOW_MINUTES: Final = 15
_MOST_PER_ACCOUNT: Final = 8
_MOST_PER_CLIENT: Final = 40
_REFUSED: Final = "sign-in refused"
_EMAIL: Final = re.compile(r"[^\s@,;<>\"]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")


class Account(Struct, frozen=True, kw_only=True):
    """One account, without its secrets. `scope` is set where a program acts for it with a token."""

    id: str
    email: str
    name: str
    organisation: str
    country: str
    language: str
    created: str
    closed: bool = False
    invited: bool = False
    grants: tuple[Grant, ...] = ()
    scope: Scope | None = None

    def may(self, action: Action, scheme: str = "") -> bool:
        return not self.closed and allows(self.grants, action, scheme, self.scope)

    @property
    def shown(self) -> str:
        """How the account is named to others, readers of public pages among them: by its organisation, never by a
        person's name or address; one without is a number."""
        return self.organisation or f"№ {self.id[-6:]}"


class Token(Struct, frozen=True):
    """A token of a program as its account sees it; `id` names it, the secret itself is shown once."""

    id: str
    name: str
    scope: str
    created: str
    expires: str


class Accounts:
    """The tables of people in one database. `new_id` gives ids, `clock` the time."""

    def __init__(self, database: Database, clock: Clock, new_id: Callable[[], str]) -> None:
        self.database = database
        self.clock = clock
        self.new_id = new_id

    # Who there is

    def add(
        self,
        email: str,
        held: Collection[Grant],
        *,
        name: str = "",
        organisation: str = "",
        country: str = "",
        language: str = "fr",
        by: str = "",
    ) -> tuple[Account, str]:
        """A new account and the secret of its invitation. Raises InvalidAddress, AccountExists, NoSuchRole."""
        address = _address(email)
        _check(held)
        with self.database.writing() as connection:
            if connection.execute(select(accounts.c.id).where(accounts.c.email == address)).first():
                raise AccountExists(email=address)
            id = self.new_id()
            told = {"name": name, "organisation": organisation, "country": country, "language": language}
            connection.execute(
                insert(accounts).values(id=id, email=address, closed=False, created=self._moment(), **told)
            )
            _grant(connection, id, held)
            secret = self._invite(connection, id)
            self._note(connection, by, "account added", id, {"email": address, "roles": _told(held)})
        return self.get(id), secret

    def get(self, name: str) -> Account:
        """An account by its id or address. Raises AccountNotFound."""
        wanted = select(accounts).where((accounts.c.id == name) | (accounts.c.email == name.strip().lower()))
        with self.database.reading() as connection:
            if row := connection.execute(wanted).first():
                return _account(connection, row)
        raise AccountNotFound(name=name)

    def listed(self) -> list[Account]:
        with self.database.reading() as connection:
            rows = connection.execute(select(accounts).order_by(accounts.c.email)).all()
            return [_account(connection, row) for row in rows]

    def change(self, id: str, held: Collection[Grant], *, by: str = "", **told: str) -> Account:
        """Give an account other roles, name, organisation, country or language. Raises LastAdministrator."""
        _check(held)
        with self.database.writing() as connection, _one_administrator_left(connection):
            if told:
                connection.execute(update(accounts).where(accounts.c.id == id).values(**told))
            connection.execute(delete(grants).where(grants.c.account == id))
            _grant(connection, id, held)
            self._note(connection, by, "account changed", id, {"roles": _told(held), **told})
        return self.get(id)

    def close(self, id: str, *, by: str = "") -> None:
        """End an account: it stays in the history and can do nothing more. Raises LastAdministrator."""
        with self.database.writing() as connection, _one_administrator_left(connection):
            connection.execute(update(accounts).where(accounts.c.id == id).values(closed=True, password=None))
            _shut_out(connection, id)
            self._note(connection, by, "account closed", id)

    def hand_over(self, id: str, *, name: str = "", by: str = "") -> str:
        """Give an account to another holder: ends its sessions, tokens and password; returns an invitation's secret."""
        with self.database.writing() as connection:
            connection.execute(
                update(accounts).where(accounts.c.id == id).values(password=None, closed=False, name=name)
            )
            _shut_out(connection, id)
            secret = self._invite(connection, id)
            self._note(connection, by, "account handed over", id)
        return secret

    # How they prove it

    def invited(self, secret: str) -> Account:
        """Whom an invitation is for. Raises InvitationSpent."""
        with self.database.reading() as connection:
            return self.get(self._invitation(connection, secret))

    def accept(self, secret: str, password: str, client: str = "") -> str:
        """Choose the password that an invitation lets one choose; returns a session. Raises WeakPassword,
        InvitationSpent."""
        kept = passwords.hashed(password, self.invited(secret).email)
        with self.database.writing() as connection:
            id = self._invitation(connection, secret)
            _shut_out(connection, id)
            connection.execute(update(accounts).where(accounts.c.id == id).values(password=kept))
            self._note(connection, id, "invitation accepted", id, client=client)
            return self._begin(connection, id)

    def sign_in(self, email: str, password: str, client: str = "") -> str:
        """A new session for an address and its password. Raises WrongPassword, TooManyAttempts."""
        address = "".join(char for char in email if char.isprintable()).strip().lower()[:320]
        self._throttle(address, client)
        with self.database.reading() as connection:
            row = connection.execute(select(accounts).where(accounts.c.email == address)).first()
        known = row is not None and not row.closed
        if not passwords.fits(row.password if row is not None and known else None, password) or row is None:
            with self.database.writing() as connection:
                self._note(connection, "", _REFUSED, address, client=client)
            raise WrongPassword()
        with self.database.writing() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires < self._moment()))
            self._note(connection, row.id, "signed in", row.id, client=client)
            return self._begin(connection, row.id)

    def of_session(self, secret: str) -> Account | None:
        """Whose session it is; None where it is over."""
        wanted = select(sessions.c.account).where(sessions.c.id == _digest(secret), sessions.c.expires > self._moment())
        with self.database.reading() as connection:
            id = connection.scalar(wanted)
            row = connection.execute(select(accounts).where(accounts.c.id == id)).first() if id else None
            return _account(connection, row) if row is not None and not row.closed else None

    def sign_out(self, secret: str) -> None:
        with self.database.writing() as connection:
            id = connection.scalar(select(sessions.c.account).where(sessions.c.id == _digest(secret)))
            connection.execute(delete(sessions).where(sessions.c.id == _digest(secret)))
            if id:
                self._note(connection, id, "signed out", id)

    def add_token(self, id: str, name: str, scope: Scope, days: int) -> str:
        """A token for a program that acts for an account; the secret is shown this once."""
        if scope not in SCOPES:
            raise NoSuchRole()
        secret = PREFIX + secrets.token_urlsafe(32)
        expires = self._moment(timedelta(days=min(max(days, 1), MOST_TOKEN_DAYS)))
        values = {"account": id, "name": name, "scope": scope, "created": self._moment(), "expires": expires}
        with self.database.writing() as connection:
            connection.execute(insert(tokens).values(id=_digest(secret), **values))
            self._note(connection, id, "token added", id, {"name": name, "scope": scope, "expires": expires})
        return secret

    def tokens_of(self, id: str) -> list[Token]:
        wanted = select(tokens).where(tokens.c.account == id).order_by(tokens.c.created)
        with self.database.reading() as connection:
            return [Token(row.id, row.name, row.scope, row.created, row.expires) for row in connection.execute(wanted)]

    def revoke(self, id: str, token: str) -> None:
        """End a token of an account by the token's id."""
        with self.database.writing() as connection:
            connection.execute(delete(tokens).where(tokens.c.account == id, tokens.c.id == token))
            self._note(connection, id, "token revoked", id, {"token": token[:12]})

    def of_token(self, secret: str) -> Account:
        """For whom a program acts. Raises TokenInvalid."""
        wanted = select(tokens).where(tokens.c.id == _digest(secret), tokens.c.expires > self._moment())
        with self.database.reading() as connection:
            held = connection.execute(wanted).first()
            row = connection.execute(select(accounts).where(accounts.c.id == held.account)).first() if held else None
            if held is None or row is None or row.closed:
                raise TokenInvalid()
            return _account(connection, row, held.scope)

    # Inside

    def _moment(self, later: timedelta = timedelta()) -> str:
        return written(self.clock() + later)

    def _invite(self, connection: Connection, id: str) -> str:
        secret = secrets.token_urlsafe(32)
        connection.execute(delete(invitations).where(invitations.c.account == id))
        expires = self._moment(timedelta(days=INVITATION_DAYS))
        connection.execute(insert(invitations).values(id=_digest(secret), account=id, expires=expires))
        return secret

    def _invitation(self, connection: Connection, secret: str) -> str:
        held = select(invitations.c.account).where(
            invitations.c.id == _digest(secret), invitations.c.expires > self._moment()
        )
        if (id := connection.scalar(held)) is None:
            raise InvitationSpent()
        return str(id)

    def _begin(self, connection: Connection, id: str) -> str:
        secret = secrets.token_urlsafe(32)
        expires = self._moment(timedelta(hours=SESSION_HOURS))
        connection.execute(
            insert(sessions).values(id=_digest(secret), account=id, begun=self._moment(), expires=expires)
        )
        return secret

    def _throttle(self, address: str, client: str) -> None:
        since = self._moment(-timedelta(minutes=_WINDOW_MINUTES))
        with self.database.reading() as connection:
            tried = audit.counted(connection, _REFUSED, since, object=address)
            tried_there = audit.counted(connection, _REFUSED, since, client=client) if client else 0
        if tried >= _MOST_PER_ACCOUNT or tried_there >= _MOST_PER_CLIENT:
            raise TooManyAttempts(minutes=_WINDOW_MINUTES)

    def _note(
        self,
        connection: Connection,
        account: str,
        action: str,
        object: str,
        details: dict[str, str] | None = None,
        client: str = "",
    ) -> None:
        audit.note(connection, self._moment(), account, action, object, client, details or {})


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _address(email: str) -> str:
    address = email.strip().lower()
    if not _EMAIL.fullmatch(address):
        raise InvalidAddress(email=email.strip())
    return address


def _check(held: Collection[Grant]) -> None:
    if not held or any(each.role not in ROLES or (each.role == "curator") != bool(each.scheme) for each in held):
        raise NoSuchRole()


def _grant(connection: Connection, id: str, held: Collection[Grant]) -> None:
    rows = [{"account": id, "role": each.role, "scheme": each.scheme} for each in sorted(set(held))]
    connection.execute(insert(grants), rows)


def _told(held: Collection[Grant]) -> str:
    return " ".join(f"{each.role}:{each.scheme}" if each.scheme else each.role for each in sorted(held))


def _shut_out(connection: Connection, id: str) -> None:
    for table in (sessions, tokens, invitations):
        connection.execute(delete(table).where(table.c.account == id))


@contextmanager
def _one_administrator_left(connection: Connection) -> Iterator[None]:
    """A change after which somebody can still let others in, where somebody could before."""
    before = _has_administrator(connection)
    yield
    if before and not _has_administrator(connection):
        raise LastAdministrator()


def _has_administrator(connection: Connection) -> bool:
    live = select(accounts.c.id).where(accounts.c.closed.is_(False), accounts.c.id == grants.c.account)
    return bool(connection.execute(select(grants).where(grants.c.role == "administrator", live.exists())).first())


def _account(connection: Connection, row: Row[Any], scope: Scope | None = None) -> Account:
    held = connection.execute(
        select(grants.c.role, grants.c.scheme).where(grants.c.account == row.id).order_by(grants.c.role)
    )
    return Account(
        id=row.id,
        email=row.email,
        name=row.name,
        organisation=row.organisation,
        country=row.country,
        language=row.language,
        created=row.created,
        closed=row.closed,
        invited=row.password is None and not row.closed,
        grants=tuple(Grant(each.role, each.scheme) for each in held),
        scope=scope,
    )
