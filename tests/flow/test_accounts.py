"""People and their accounts: the first administrator, invitations, passwords, sessions, tokens, and what is noted."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from command_rig import mutualis, report
from desk_rig import PASSWORD, Browser, account, signed_in
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.exc import DBAPIError

from repository.app import create_app
from repository.exchange import audit, passwords
from repository.exchange.accounts import PREFIX, Accounts
from repository.exchange.incoming import Incoming, NoLongerHere
from repository.exchange.people_errors import (
    AccountExists,
    AccountNotFound,
    InvalidAddress,
    InvitationSpent,
    LastAdministrator,
    NoSuchRole,
    TokenInvalid,
    TooManyAttempts,
    WeakPassword,
    WrongPassword,
)
from repository.exchange.roles import Grant
from repository.services import Services, create
from repository.store import schema
from repository.store.database import Database
from repository.store.people import audit as audit_table


class Moving:
    """A clock that a test sets forward."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 27, 8, tzinfo=UTC)
        self.numbers = iter(range(1, 1000))

    def __call__(self) -> datetime:
        return self.now

    def new_id(self) -> str:
        return f"id-{next(self.numbers)}"


@pytest.fixture
def clock() -> Moving:
    return Moving()


@pytest.fixture
def accounts(database_url: str, clock: Moving) -> Iterator[Accounts]:
    database = Database(database_url)
    schema.upgrade(database)
    yield Accounts(database, clock, clock.new_id)
    database.close()


def invited(accounts: Accounts, email: str = "Anm@Example.org ", role: str = "librarian") -> tuple[str, str]:
    made, secret = accounts.add(email, [Grant(role)])  # type: ignore[arg-type]
    return made.id, secret


def test_an_invitation_lets_its_holder_choose_a_password_once(accounts: Accounts) -> None:
    id, secret = invited(accounts)
    assert accounts.get(id).email == "anm@example.org"
    assert accounts.get(id).invited
    assert accounts.invited(secret).id == id
    session = accounts.accept(secret, PASSWORD)
    assert accounts.of_session(session) == accounts.get("ANM@example.org")
    with pytest.raises(InvitationSpent):
        accounts.accept(secret, "une autre phrase longue")
    assert accounts.of_session(accounts.sign_in("ANM@example.org", PASSWORD)) is not None


def test_an_invitation_ends_after_two_weeks(accounts: Accounts, clock: Moving) -> None:
    _, secret = invited(accounts)
    clock.now += timedelta(days=14, seconds=1)
    with pytest.raises(InvitationSpent):
        accounts.invited(secret)


@pytest.mark.parametrize("password", ["court", "motdepasse1", "anm@example.org", "aaaaaaaaaaaaaa", "x" * 201])
def test_a_weak_password_is_refused_and_the_invitation_kept(accounts: Accounts, password: str) -> None:
    _, secret = invited(accounts)
    with pytest.raises(WeakPassword):
        accounts.accept(secret, password)
    assert accounts.accept(secret, PASSWORD)


def test_wrong_names_and_roles_are_refused_in_words(accounts: Accounts) -> None:
    invited(accounts)
    with pytest.raises(AccountExists):
        invited(accounts)
    for email in ("nobody", "a b@example.org", "@example.org", "a@b", "x" * 70 + "@example.org"):
        with pytest.raises(InvalidAddress):
            invited(accounts, email)
    for grants in ([], [Grant("curator")], [Grant("librarian", "sector")], [Grant("king")]):  # type: ignore[arg-type]
        with pytest.raises(NoSuchRole):
            accounts.add("other@example.org", grants)
    with pytest.raises(AccountNotFound):
        accounts.get("nobody@example.org")


def test_who_guesses_has_to_wait_and_is_told_for_how_long(accounts: Accounts, clock: Moving) -> None:
    _, secret = invited(accounts)
    accounts.accept(secret, PASSWORD)
    for _ in range(8):
        with pytest.raises(WrongPassword):
            accounts.sign_in("anm@example.org", "une autre phrase", "203.0.113.5")
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("anm@example.org", PASSWORD, "203.0.113.5")
    clock.now += timedelta(minutes=16)
    assert accounts.sign_in("anm@example.org", PASSWORD, "203.0.113.5")


def test_what_nobody_sees_in_an_address_does_not_count(accounts: Accounts) -> None:
    _, secret = invited(accounts)
    accounts.accept(secret, PASSWORD)
    assert accounts.sign_in("anm@\0example.org", PASSWORD)


def test_one_client_cannot_try_many_addresses(accounts: Accounts) -> None:
    for number in range(40):
        with pytest.raises(WrongPassword):
            accounts.sign_in(f"nobody{number}@example.org", "x", "203.0.113.5")
    with pytest.raises(TooManyAttempts):
        accounts.sign_in("nobody@example.org", "x", "203.0.113.5")
    with pytest.raises(WrongPassword):
        accounts.sign_in("nobody@example.org", "x", "203.0.113.6")


def test_a_session_ends_after_half_a_day_and_by_signing_out(accounts: Accounts, clock: Moving) -> None:
    _, secret = invited(accounts)
    session = accounts.accept(secret, PASSWORD)
    other = accounts.sign_in("anm@example.org", PASSWORD)
    accounts.sign_out(other)
    assert accounts.of_session(other) is None
    assert accounts.of_session(session)
    clock.now += timedelta(hours=12)
    assert accounts.of_session(session) is None
    assert accounts.of_session("") is None


def test_a_mailbox_that_changes_hands_leaves_nothing_to_the_former_holder(accounts: Accounts) -> None:
    id, secret = invited(accounts)
    session = accounts.accept(secret, PASSWORD)
    token = accounts.add_token(id, "script", "edit", 30)
    invitation = accounts.hand_over(id, name="Aïcha")
    assert accounts.of_session(session) is None
    with pytest.raises(TokenInvalid):
        accounts.of_token(token)
    with pytest.raises(WrongPassword):
        accounts.sign_in("anm@example.org", PASSWORD)
    accounts.accept(invitation, "la phrase du nouveau titulaire")
    assert accounts.get(id).name == "Aïcha"


def test_a_token_does_what_its_scope_says_until_it_ends(accounts: Accounts, clock: Moving) -> None:
    id, _ = invited(accounts, role="administrator")
    secret = accounts.add_token(id, "export", "propose", 30)
    assert secret.startswith(PREFIX)
    held = accounts.of_token(secret)
    assert held.may("propose", "sector")
    assert not held.may("edit", "sector")
    assert not held.may("people")
    [token] = accounts.tokens_of(id)
    assert secret not in str(token)
    accounts.revoke(id, token.id)
    with pytest.raises(TokenInvalid):
        accounts.of_token(secret)
    later = accounts.add_token(id, "export", "read", 10_000)
    clock.now += timedelta(days=366)
    with pytest.raises(TokenInvalid):
        accounts.of_token(later)


def test_the_last_administrator_can_neither_leave_nor_step_down(accounts: Accounts) -> None:
    id, _ = invited(accounts, role="administrator")
    librarian, _ = invited(accounts, "b@example.org")
    with pytest.raises(LastAdministrator):
        accounts.close(id)
    with pytest.raises(LastAdministrator):
        accounts.change(id, [Grant("librarian")])
    assert accounts.get(id).may("people")
    accounts.change(librarian, [Grant("administrator")])
    accounts.close(id)
    assert not accounts.get(id).may("see")


def test_a_closed_account_cannot_come_in_by_any_way(accounts: Accounts) -> None:
    invited(accounts, "a@example.org", role="administrator")
    id, secret = invited(accounts)
    session = accounts.accept(secret, PASSWORD)
    token = accounts.add_token(id, "x", "read", 1)
    accounts.close(id)
    assert accounts.of_session(session) is None
    with pytest.raises(TokenInvalid):
        accounts.of_token(token)
    with pytest.raises(WrongPassword):
        accounts.sign_in("anm@example.org", PASSWORD)


def test_the_audit_keeps_every_act_and_the_database_refuses_to_change_it(accounts: Accounts) -> None:
    id, secret = invited(accounts)
    accounts.accept(secret, PASSWORD, "203.0.113.5")
    noted = audit.newest(accounts.database)
    assert [(each.action, each.object) for each in noted] == [("invitation accepted", id), ("account added", id)]
    assert noted[0].client == "203.0.113.5"
    for statement in (delete(audit_table), update(audit_table).values(account="somebody else")):
        with pytest.raises(DBAPIError, match="only added to"), accounts.database.writing() as connection:
            connection.execute(statement)
    assert audit.newest(accounts.database) == noted


def test_no_secret_is_kept_as_it_is(accounts: Accounts, tmp_path: Path) -> None:
    id, secret = invited(accounts)
    session = accounts.accept(secret, PASSWORD)
    token = accounts.add_token(id, "x", "read", 1)
    if not accounts.database.is_sqlite:
        return
    accounts.database.truncate_log()
    data = (tmp_path / "catalogue.sqlite").read_bytes()
    for each in (secret, session, token, PASSWORD):
        assert each.encode() not in data


def test_a_password_that_is_not_there_fits_nothing() -> None:
    assert not passwords.fits(None, "the password of nobody")
    assert not passwords.fits("no hash", "x")


# On the web


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Services]]:
    services = create(tmp_path_factory.mktemp("desk"), {})
    yield create_app(services), services
    services.close()


def test_signing_in_leads_back_to_where_one_was_and_nowhere_else(desk: tuple[Flask, Services]) -> None:
    app, services = desk
    account(services, "back@example.org", "librarian")
    browser = Browser(app)
    answer = browser.client.get("/en/workbench/account?x=1")
    assert (answer.status_code, answer.location) == (
        303,
        "/en/workbench/sign-in?next=%2Fen%2Fworkbench%2Faccount%3Fx%3D1",
    )
    browser.get(answer.location)
    for wanted, reached in (
        ("/en/workbench/account?x=1", "/en/workbench/account?x=1"),
        ("https://evil.example/", "/en/workbench"),
        ("//evil.example/en/workbench/", "/en/workbench"),
        ("/en/workbench/../../x", "/en/workbench"),
    ):
        browser.get("/en/workbench/sign-in")
        done = browser.post("/en/workbench/sign-in", email="back@example.org", password=PASSWORD, next=wanted)
        assert done.location == reached
        browser.post("/en/workbench/sign-out")


def test_a_wrong_password_is_told_on_the_same_page_with_the_address_kept(desk: tuple[Flask, Services]) -> None:
    app, services = desk
    account(services, "typo@example.org", "librarian")
    answer = Browser(app).sign_in("typo@example.org", "une phrase erronée")
    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert 'value="typo@example.org"' in answer.text
    assert "erronée" not in answer.text


def test_a_form_from_elsewhere_is_refused(desk: tuple[Flask, Services]) -> None:
    app, services = desk
    browser = signed_in(app, services, "forged@example.org", "administrator")
    for word in ("", "x", browser.word + "x"):
        answer = browser.post("/en/workbench/people", email="evil@example.org", role="administrator", csrf_token=word)
        assert answer.status_code == 400
    with pytest.raises(AccountNotFound):
        services.accounts.get("evil@example.org")


def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(desk: tuple[Flask, Services]) -> None:
    app, _ = desk
    cookie = app.test_client().get("/en/workbench/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    secure = app.test_client().get("/en/workbench/sign-in", headers={"X-Forwarded-Proto": "https"})
    assert "Secure" in secure.headers["Set-Cookie"]


def test_pages_for_everybody_set_no_cookie(desk: tuple[Flask, Services]) -> None:
    app, _ = desk
    for path in ("/fr/", "/fr/vocabulary", "/fr/search", "/oai?verb=Identify"):
        assert "Set-Cookie" not in app.test_client().get(path).headers


def test_an_administrator_invites_changes_and_closes(desk: tuple[Flask, Services]) -> None:
    app, services = desk
    browser = signed_in(app, services, "chief@example.org", "administrator")
    answer = browser.filled(
        "/fr/workbench/people", email="enm@example.org", role="curator", scheme=["sector", "level"], organisation="ENM"
    )
    assert answer.status_code == 303
    page = browser.get("/fr/workbench/people")
    secret = page.partition("/workbench/invitation/")[2].partition("<")[0]
    assert services.accounts.invited(secret).grants == (Grant("curator", "level"), Grant("curator", "sector"))
    other = Browser(app)
    assert "enm@example.org" in other.get(f"/fr/workbench/invitation/{secret}")
    assert other.post(f"/fr/workbench/invitation/{secret}", password=PASSWORD).status_code == 303
    person = services.accounts.get("enm@example.org")
    assert browser.filled(f"/fr/workbench/people/{person.id}", act="close").status_code == 303
    assert other.client.get("/fr/workbench/account").status_code == 303
    assert "enm@example.org" in browser.get("/fr/workbench/audit")


def test_a_token_is_shown_once(desk: tuple[Flask, Services]) -> None:
    app, services = desk
    browser = signed_in(app, services, "prog@example.org", "librarian")
    browser.filled("/en/workbench/account", name="export", scope="read", days="90")
    assert PREFIX in browser.get("/en/workbench/account")
    assert PREFIX not in browser.get("/en/workbench/account")


# By command


def test_the_first_administrator_is_made_by_command(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    told = report(data, "user", "add", "chef@example.org", "--organisation", "SP/CCMEFP", "--country", "TG")
    assert told["account"]["roles"] == ["administrator"]
    assert told["account"]["country"].endswith("/TG") or told["account"]["country"].endswith("TGO")
    assert "/fr/workbench/invitation/" in told["invitation"]
    assert report(data, "user", "list")["accounts"][0]["state"] == "invited"
    again = report(data, "user", "invite", "chef@example.org")
    assert again["invitation"] != told["invitation"]
    failed = mutualis(data, "user", "add", "chef@example.org", language="fr")
    assert failed.returncode == 1
    assert "chef@example.org" in failed.stderr
    assert mutualis(data, "user", "close", "chef@example.org").returncode == 1


def test_strangers_can_send_little_and_no_file(desk: tuple[Flask, Services]) -> None:
    app, services = desk
    browser = Browser(app)
    browser.get("/en/workbench/sign-in")
    answer = browser.post("/en/workbench/sign-in", email="x@example.org", password="x" * 100_000)
    assert answer.status_code == 413
    known = signed_in(app, services, "sender@example.org", "librarian")
    known.get("/en/workbench/import")
    answer = known.post("/en/workbench/import", files=(BytesIO(b"x" * 300_000), "x.ttl"))
    assert answer.status_code == 422, "read, and no vocabulary"
    assert app.test_client().post("/reconcile/sector", data={"queries": "x" * 2_000_000}).status_code == 413


def test_a_file_that_waits_is_found_by_its_digest_alone_and_for_a_day(tmp_path: Path, clock: Moving) -> None:
    clock.now = datetime.now(UTC)
    incoming = Incoming(tmp_path / "incoming", clock)
    name = incoming.keep(b"data")
    assert incoming.read(name) == b"data"
    for wrong in ("", "../catalogue.sqlite", "0" * 64, name[:-1]):
        with pytest.raises(NoLongerHere):
            incoming.read(wrong)
    clock.now += timedelta(days=1, minutes=1)
    incoming.keep(b"other")
    with pytest.raises(NoLongerHere):
        incoming.read(name)
