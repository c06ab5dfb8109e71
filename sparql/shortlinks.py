"""Short links to queries, kept on the server: the same query has the same link, and none is ever forgotten.

A query is a file below the folder, named by its digest. All together they take 160 MB at most, so that nobody fills the
disk.
"""

import os
import tempfile
from base64 import b32encode
from hashlib import blake2b
from pathlib import Path
from typing import Final

from sparql.errors import NoMoreLinks, NoSuchLink

_LENGTH: Final = 10
_MOST: Final = 20_000
_MOST_BYTES: Final = 8 * 1024


class ShortLinks:
    """The links in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, query: str) -> str:
        """The name of a query's link; it is kept where it was not. Raises NoMoreLinks."""
        data = query.encode()
        name = b32encode(blake2b(data, digest_size=16).digest()).decode().lower()[:_LENGTH]
        path = self._path(name)
        if path.exists():
            return name
        if len(data) > _MOST_BYTES or sum(1 for _ in self.folder.glob("*/*")) >= _MOST:
            raise NoMoreLinks
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as beside:
            beside.write(data)
            beside.flush()
            os.fsync(beside.fileno())
        Path(beside.name).replace(path)
        return name

    def read(self, name: str) -> str:
        """The query of a link. Raises NoSuchLink."""
        if not (len(name) == _LENGTH and name.isascii() and name.isalnum()):
            raise NoSuchLink(name=name[:50])
        try:
            return self._path(name).read_text("utf-8")
        except FileNotFoundError:
            raise NoSuchLink(name=name) from None

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name
