"""Numbers that somebody wrote into an address or a form. Pure."""

from typing import Final

_DIGITS: Final = 9
"""More than any count, place or number here has; databases and programs hold no number of any length."""


def whole(words: str, otherwise: int = 0) -> int:
    """A whole number from 0 on, or what stands for one where the words are none or name one that nobody means."""
    return int(words) if words.isdecimal() and len(words) <= _DIGITS else otherwise
