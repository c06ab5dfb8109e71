"""Passwords: which are good enough, and how they are kept (argon2id). Source: NIST SP 800-63B; RFC 9106."""

from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from repository.exchange.people_errors import WeakPassword

LEAST: Final = 10
MOST: Final = 200
_COMMON: Final = frozenset(
    [
        "0123456789",
        "1234567890",
        "12345678910",
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "azertyuiop",
        "iloveyou12",
        "letmein1234",
        "motdepasse",
        "motdepasse1",
        "mutualis123",
        "mutualismutualis",
        "password12",
        "password123",
        "password1234",
        "qwerty12345",
        "qwertyuiop",
        "senha12345",
        "administrator",
        "administrateur",
        "administrador",
    ]
)
_MEMORY: Final = 19456
"""KiB for one check: what OWASP asks at least, since a server of 1 GB may check several at once."""


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=2, memory_cost=_MEMORY, parallelism=1)


def hashed(password: str, email: str) -> str:
    """What is kept of a password. Raises WeakPassword."""
    plain = password.casefold()
    weak = plain in _COMMON or plain == email or len(set(plain)) < 4
    if weak or not LEAST <= len(password) <= MOST:
        raise WeakPassword(least=LEAST, most=MOST)
    return _hasher().hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether a password is the one kept. Without one it takes as long, so that nobody learns who has an account."""
    try:
        return _hasher().verify(kept or _nobody(), password[:MOST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@cache
def _nobody() -> str:
    return _hasher().hash("the password of nobody")
