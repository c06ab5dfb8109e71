"""Files that somebody sent and has not yet confirmed: kept in the data folder for a day, each under its own digest.

What a file would change is shown before it is taken in; between the two the file waits here, so that no page has to
carry it.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from repository.errors import MutualisError

_DAY: Final = timedelta(days=1)
_NAME: Final = re.compile(r"[0-9a-f]{64}")


class NoLongerHere(MutualisError):
    message = "The file is no longer here, since it waited for more than a day; send it again."
    status = 410


class Incoming:
    """A folder of files by their SHA-256. `clock` tells the time."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        self.folder, self.clock = folder, clock

    def keep(self, data: bytes) -> str:
        """Keep a file; returns its name. Whatever waited for more than a day goes."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._tidy()
        name = hashlib.sha256(data).hexdigest()
        beside = self.folder / f"{name}.new"
        beside.write_bytes(data)
        beside.replace(self.folder / name)
        return name

    def read(self, name: str) -> bytes:
        """A file that waits. Raises NoLongerHere."""
        if not _NAME.fullmatch(name):
            raise NoLongerHere()
        try:
            return (self.folder / name).read_bytes()
        except FileNotFoundError as error:
            raise NoLongerHere() from error

    def _tidy(self) -> None:
        oldest = (self.clock() - _DAY).timestamp()
        for path in self.folder.iterdir():
            if path.stat().st_mtime < oldest:
                path.unlink(missing_ok=True)
