"""Memory given back: what a process of a small server does so that its neighbours have room.

Source: mallopt(3), the manual of Python's module gc.
"""

import ctypes
import gc
import sys
from typing import Final

_TRIM_THRESHOLD: Final = -1
_TOP_PAD: Final = -2
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
_KEPT: Final = 128 * 1024


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


def freeze() -> None:
    """Before children are forked: what is here by now stays for good, so that no collection copies its pages."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Hand free memory to the system, after something large."""
    gc.collect()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
