"""A line of words that somebody wrote into a form. Pure."""

from typing import Final

LONGEST: Final = 2_000
"""Characters of a reason or a remark."""


def line(words: str, longest: int = LONGEST) -> str:
    """The words on one line: white space joined, what nobody can see (a database keeps no NUL) left out, cut."""
    visible = "".join(char for char in " ".join(words.split()) if char.isprintable())
    return visible[:longest]
