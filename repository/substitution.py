"""One concept in the place of another in a record, and the way back. Pure."""

from typing import Any, Final

import msgspec

from repository.record import Record

_WORDS: Final = frozenset({"value", "language"})
"""Attributes of texts: an address that stands in somebody's sentence stays there."""
_MANY: Final = (list, tuple)


def replaced(record: Record, old: str, new: str) -> Record:
    """The record with `new` wherever a property holds `old`, each value once."""
    return msgspec.convert(_replaced(msgspec.to_builtins(record), old, new), Record)


def taken_back(record: Record, before: Record, old: str, new: str) -> Record:
    """The record with `old` where `before` had it and `new` came in its place; what changed meanwhile stays."""
    held = _taken_back(msgspec.to_builtins(record), msgspec.to_builtins(before), old, new)
    return msgspec.convert(held, Record)


def _replaced(held: Any, old: str, new: str) -> Any:
    if isinstance(held, dict):
        return {name: value if name in _WORDS else _replaced(value, old, new) for name, value in held.items()}
    if isinstance(held, _MANY):
        found = [_replaced(each, old, new) for each in held]
        return found if old not in held else [each for place, each in enumerate(found) if each not in found[:place]]
    return new if held == old else held


def _taken_back(held: Any, before: Any, old: str, new: str) -> Any:
    if isinstance(held, dict) and isinstance(before, dict):
        return {
            name: value if name in _WORDS else _taken_back(value, before.get(name), old, new)
            for name, value in held.items()
        }
    if isinstance(held, _MANY) and isinstance(before, _MANY):
        if old in before and new in held and old not in held:
            return [old if each == new else each for each in held] if new not in before else [*held, old]
        if len(held) == len(before):
            return [_taken_back(each, former, old, new) for each, former in zip(held, before, strict=True)]
        return held
    return old if held == new and before == old else held
