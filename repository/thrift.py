"""Memory given back: what a process of a small server does so that its neighbours have room.

Source: mallopt(3), the manual of Python's module gc.
"""

import ctypes
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Final

_TRIM_THRESHOLD: Final = -1
_TOP_PAD: Final = -2
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
_KEPT: Final = 128 * 1024
_BLOATED: Final = 150_000  # kilobytes; a follower at rest has less than half of it
_SELDOM: Final = 50_000
HARDLY_EVER: Final = 5_000_000
"""Values of a vocabulary, all of which are kept until it is read."""


def be_thrifty() -> None:
    """Let the allocator keep little of what was freed, in few places; elsewhere than on glibc nothing happens.

    Each thread of a web worker would otherwise keep a heap of its own, which never shrinks again.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    for option, value in ((_ARENA_MAX, 1), (_TRIM_THRESHOLD, _KEPT), (_TOP_PAD, 0), (_MMAP_THRESHOLD, _KEPT)):
        if mallopt is not None:
            mallopt(option, value)


def is_bloated() -> bool:
    """Whether this process holds much more memory of its own than it needs at rest. Source: proc(5), status."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return False
    held = next((int(line.split()[1]) for line in lines if line.startswith("RssAnon:")), 0)
    return held > _BLOATED


def freeze() -> None:
    """Before children are forked: what is here by now stays for good, so that no collection copies its pages."""
    gc.collect()
    gc.freeze()


@contextmanager
def collecting_seldom(every: int = _SELDOM) -> Iterator[None]:
    """For work that makes millions of small values and hardly a cycle among them: the collector looks seldom, and never
    again at what was there before; `every` so many new values. A harvest gains a tenth, the reading of a vocabulary
    three quarters. Where several threads do such work at once, the last to end sets the collector to what it was."""
    with _seldom.lock:
        if not _seldom.inside:
            _seldom.before = gc.get_threshold()
            gc.freeze()
            gc.set_threshold(every, *_seldom.before[1:])
        _seldom.inside += 1
    try:
        yield
    finally:
        with _seldom.lock:
            _seldom.inside -= 1
            if not _seldom.inside:
                gc.set_threshold(*_seldom.before)
                gc.unfreeze()


class _Seldom:
    """How many are inside `collecting_seldom`, and the thresholds from before the first of them."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.inside = 0
        self.before = gc.get_threshold()


_seldom: Final = _Seldom()
