"""Packing what is kept beside the newest states: what partners sent, and the states that history remembers.

The bytes are plain zlib streams (RFC 1950), readable by any tool.
"""

import zlib
from typing import Final

_FAST: Final = 1
_WINDOW: Final = 13
_MEMORY: Final = 6
"""A window of 8 KB covers a record whole. The default one of 32 KB makes no record smaller, and clearing its tables
costs three times the packing itself."""

_LONG: Final = 1 << _WINDOW


def pack(data: bytes) -> bytes:
    if len(data) > _LONG:
        return zlib.compress(data, _FAST)
    packer = zlib.compressobj(_FAST, zlib.DEFLATED, _WINDOW, _MEMORY)
    return packer.compress(data) + packer.flush()


def unpack(data: bytes) -> bytes:
    return zlib.decompress(data)
