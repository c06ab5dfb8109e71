"""Who may do what: every role, every act, and which roles may do which act. Pure.

A role is held for all schemes or, by a curator, for one. Roles of the exchange (deposit, review) join this table.
"""

from collections.abc import Collection, Mapping
from typing import Final, Literal

from msgspec import Struct

from repository.messages import marked

Role = Literal["administrator", "librarian", "curator", "contributor"]
Action = Literal["see", "comment", "propose", "edit", "decide", "publish", "import", "people", "audit"]
Scope = Literal["read", "propose", "edit", "publish"]

ROLES: Final[Mapping[Role, str]] = {
    "administrator": marked("Administrator"),
    "librarian": marked("Librarian"),
    "curator": marked("Curator of a list"),
    "contributor": marked("Contributor"),
}

_ANYBODY: Final = frozenset(ROLES)
_CURATORS: Final = frozenset({"administrator", "librarian", "curator"})
_LIBRARIANS: Final = frozenset({"administrator", "librarian"})
_ADMINISTRATORS: Final = frozenset({"administrator"})

ALLOWED: Final[Mapping[Action, Collection[str]]] = {
    "see": _ANYBODY,
    "comment": _ANYBODY,
    "propose": _ANYBODY,
    "edit": _CURATORS,
    "decide": _CURATORS,
    "publish": _CURATORS,
    "import": _LIBRARIANS,
    "people": _ADMINISTRATORS,
    "audit": _ADMINISTRATORS,
}
"""The roles that may do an act. A curator may in the schemes of the grant alone."""

SCOPES: Final[Mapping[Scope, Collection[str]]] = {
    "read": ("see",),
    "propose": ("see", "comment", "propose"),
    "edit": ("see", "comment", "propose", "edit", "decide", "import"),
    "publish": ("see", "comment", "propose", "edit", "decide", "import", "publish"),
}
"""What a program may do with a token of each scope, where its account may. None of them reaches people."""


class Grant(Struct, frozen=True, order=True):
    """A role, for one scheme (its short id) or for all ("")."""

    role: Role
    scheme: str = ""


def allows(grants: Collection[Grant], action: Action, scheme: str = "", scope: Scope | None = None) -> bool:
    """Whether grants let somebody do an act in a scheme ("": in no particular one); `scope` narrows by a token."""
    if scope is not None and action not in SCOPES[scope]:
        return False
    return any(each.role in ALLOWED[action] and _covers(each, action, scheme) for each in grants)


def _covers(grant: Grant, action: Action, scheme: str) -> bool:
    if grant.role != "curator" or action in ("see", "comment", "propose"):
        return True
    return bool(scheme) and grant.scheme == scheme
