"""How many OAI-PMH requests are answered at once, in all and for one client, so that nobody keeps the others out.

A harvester that follows tokens has one request under way, and two never meet a limit. Pure but for a lock: who asks
and what is under way decide, not the time. Source: OAI-PMH 2.0 section 3.1.2.2 (503 with Retry-After).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Final

RETRY_AFTER: Final = 5
"""Seconds after which a client that was turned away may come back: several pages are answered in that time."""


class Gate:
    """At most `total` requests under way in this process, and at most `each` of one client."""

    def __init__(self, total: int, each: int) -> None:
        self.total, self.each = total, each
        self._under_way: Counter[str] = Counter()
        self._lock = Lock()

    @contextmanager
    def passing(self, client: str) -> Iterator[bool]:
        """Whether the request may be answered, for the length of the block; a client without a name has no limit of its
        own."""
        let_in = self._enter(client)
        try:
            yield let_in
        finally:
            if let_in:
                self._leave(client)

    def _enter(self, client: str) -> bool:
        with self._lock:
            full = self._under_way.total() >= self.total
            if full or (client and self._under_way[client] >= self.each):
                return False
            self._under_way[client] += 1
            return True

    def _leave(self, client: str) -> None:
        with self._lock:
            self._under_way[client] -= 1
            if not self._under_way[client]:
                del self._under_way[client]
