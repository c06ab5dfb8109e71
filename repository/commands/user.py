"""`mutualis user`: accounts for the workbench; the first administrator is made here."""

from argparse import ArgumentParser, Namespace
from typing import Any

from repository import services
from repository.commands.command import COMPLETE, Translate
from repository.console import Console
from repository.exchange.accounts import Account
from repository.exchange.roles import ROLES, Grant
from repository.messages import LANGUAGES


def arguments(parser: ArgumentParser, text: Translate) -> None:
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    acts.add_parser("list", help=text("show all accounts"))
    adding = acts.add_parser("add", help=text("make an account, and show the address that its holder is to open"))
    adding.add_argument("email", metavar="EMAIL", help=text("address of the holder, best a role mailbox"))
    adding.add_argument(
        "--role", choices=sorted(ROLES), default="administrator", help=text("what it is (default: %(default)s)")
    )
    adding.add_argument("--scheme", default="", metavar="LIST", help=text("for a curator: the id of the list"))
    adding.add_argument("--name", default="", help=text("name of the holder"))
    adding.add_argument("--organisation", default="", help=text("for which organisation the holder acts"))
    adding.add_argument("--country", default="", metavar="CODE", help=text("of which country, such as BJ"))
    adding.add_argument("--language", choices=LANGUAGES, default="fr", help=text("language of the holder"))
    for act, meaning in (
        ("invite", text("show a new address for choosing a password; sessions and tokens end")),
        ("close", text("end an account; its history stays")),
    ):
        acts.add_parser(act, help=meaning).add_argument("email", metavar="EMAIL", help=text("address of the account"))


def run(given: Namespace, console: Console) -> int:
    opened = services.open_services(given.data)
    try:
        {"list": _list, "add": _add, "invite": _invite, "close": _close}[given.act](opened, given, console)
    finally:
        opened.close()
    return COMPLETE


def _list(opened: services.Services, _given: Namespace, console: Console) -> None:
    held = opened.accounts.listed()
    if held:
        rows = [[each.email, _roles(each), each.organisation or each.name, console.text(_state(each))] for each in held]
        console.table(["E-mail address", "Role", "Organisation", "State"], rows)
    else:
        console.say("Nobody has an account yet; mutualis user add EMAIL makes the first administrator.")
    console.report({"outcome": "complete", "accounts": [_as_object(each) for each in held]})


def _add(opened: services.Services, given: Namespace, console: Console) -> None:
    grant = Grant(given.role, given.scheme)
    country = opened.terms().find("country", given.country) or "" if given.country else ""
    told = {"name": given.name, "organisation": given.organisation, "country": country, "language": given.language}
    account, secret = opened.accounts.add(given.email, [grant], **told)
    _show(opened, account, secret, console)


def _invite(opened: services.Services, given: Namespace, console: Console) -> None:
    account = opened.accounts.get(given.email)
    _show(opened, account, opened.accounts.hand_over(account.id, name=account.name), console)


def _close(opened: services.Services, given: Namespace, console: Console) -> None:
    account = opened.accounts.get(given.email)
    opened.accounts.close(account.id)
    console.say("The account {email} is closed.", email=account.email)
    console.report({"outcome": "complete", "account": _as_object(opened.accounts.get(account.id))})


def _show(opened: services.Services, account: Account, secret: str, console: Console) -> None:
    address = f"{opened.base_url}{account.language}/workbench/invitation/{secret}"
    console.say("Whoever first opens this address chooses the password of {email}:", email=account.email)
    console.say("{address}", address=address)
    console.report({"outcome": "complete", "account": _as_object(account), "invitation": address})


def _state(account: Account) -> str:
    return "closed" if account.closed else "invited" if account.invited else "active"


def _roles(account: Account) -> str:
    return " ".join(f"{each.role}:{each.scheme}" if each.scheme else each.role for each in account.grants)


def _as_object(account: Account) -> dict[str, Any]:
    return {
        "id": account.id,
        "email": account.email,
        "roles": _roles(account).split(),
        "organisation": account.organisation,
        "country": account.country,
        "state": _state(account),
    }
