"""Golden pairs: an input and what became of it. MUTUALIS_GOLDEN_UPDATE=1 rewrites what is expected."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

UPDATE = os.environ.get("MUTUALIS_GOLDEN_UPDATE") == "1"


@pytest.fixture
def expect() -> Callable[[Path, bytes], None]:
    """Compare bytes with a golden file, or rewrite the file where the switch says so."""

    def compare(path: Path, found: bytes) -> None:
        if UPDATE:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(found)
        assert path.exists(), f"{path.name} is missing: look at the result, then run with MUTUALIS_GOLDEN_UPDATE=1"
        assert path.read_bytes().decode() == found.decode()

    return compare
