"""Replay the real records of ../shared, account for each of them, and ask the running system for them.

`python -m bench.corpus [--json FILE] [--update] [--data DIR] [--no-serve]`; exit status 1 where a source does not
balance, the list of what is quarantined is not the reviewed one, or the interfaces disagree.
"""

import argparse
import difflib
import json
import shutil
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from bench.corpus import agreement
from bench.corpus.replay import replay
from bench.corpus.rows import Row, show
from repository import services

ROOT = Path(__file__).resolve().parents[2]
RECORDS = ROOT.parent / "shared" / "data" / "records"
GOLDEN = ROOT / "tests" / "golden" / "corpus" / "quarantine.txt"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.corpus", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    parser.add_argument("--update", action="store_true", help="rewrite the list of what is quarantined; review it")
    parser.add_argument("--data", type=Path, metavar="DIR", help="keep the catalogue in this folder")
    parser.add_argument("--no-serve", action="store_true", help="leave out the questions to the running system")
    given = parser.parse_args()
    if not RECORDS.is_dir():
        print(f"The real records are not here: {RECORDS} is missing.")
        return 0
    data = given.data or Path(tempfile.mkdtemp(prefix="mutualis-corpus-"))
    try:
        return _run(data, given)
    finally:
        if given.data is None:
            shutil.rmtree(data, ignore_errors=True)


def _run(data: Path, given: argparse.Namespace) -> int:
    opened = services.create(data, {})
    rows, quarantine = replay(RECORDS, opened, _tell)
    _tell("")
    print(show(rows))
    faults = [f"{row.group} does not balance" for row in rows if not row.balanced]
    faults += _compare(quarantine, update=given.update)
    published, withdrawn = opened.catalogue.totals()
    print(f"\nThe catalogue holds {published:,} records and {withdrawn:,} tombstones.")
    opened.close()
    if not given.no_serve:
        faults += agreement.check(data, print)
    if given.json:
        given.json.write_text(json.dumps(_as_object(rows, quarantine, faults), indent=2, ensure_ascii=False), "utf-8")
    for fault in faults:
        print(f"FAULT: {fault}")
    print("The corpus is accounted for." if not faults else f"{len(faults)} faults.")
    return int(bool(faults))


def _compare(quarantine: list[str], *, update: bool) -> list[str]:
    """What differs between this run's quarantine and the reviewed one."""
    written = "".join(f"{line}\n" for line in quarantine)
    if update:
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(written, "utf-8")
    reviewed = GOLDEN.read_text("utf-8") if GOLDEN.exists() else ""
    changed = difflib.unified_diff(reviewed.splitlines(), written.splitlines(), "reviewed", "now", lineterm="", n=0)
    lines = [line for line in changed if not line.startswith(("---", "+++", "@@"))]
    return [f"quarantine: {line}" for line in lines]


def _as_object(rows: list[Row], quarantine: list[str], faults: list[str]) -> dict[str, object]:
    sources = [{**asdict(row), "balanced": row.balanced} for row in rows]
    return {"sources": sources, "quarantine": quarantine, "faults": faults}


def _tell(what: str) -> None:
    """Where the replay is, on one line that the next one replaces; nothing where nobody watches."""
    if sys.stderr.isatty():
        print(f"\r\x1b[K{what[:100]}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
