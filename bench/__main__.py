"""Run the benchmarks and print their figures: `python -m bench [NAME ...] [--json FILE] [--full]`."""

import argparse
import importlib
import json
import sys
from pathlib import Path

from bench.figures import Figure

NAMES = (
    *("catalogue", "importing", "harvest", "oai", "sparql", "sparql_http"),
    *("search", "pages", "memory", "wsgi", "vocabularies"),
)
"""Each is a module with `figures(full) -> list of Figure`; `full` takes the sizes that FIELD's bars are stated for."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*NAMES, []], metavar="NAME", help=", ".join(NAMES))
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--full", action="store_true", help="the large sizes; takes many minutes")
    given = parser.parse_args()
    found: dict[str, list[Figure]] = {}
    for name in given.names or NAMES:
        found[name] = importlib.import_module(f"bench.{name}").figures(given.full)
        _show(name, found[name])
    if given.json:
        objects = {name: [each.as_object() for each in held] for name, held in found.items()}
        given.json.write_text(json.dumps(objects, indent=2, ensure_ascii=False) + "\n", "utf-8")
    return 0


def _show(name: str, held: list[Figure]) -> None:
    rows = [("", "ours", "peer", "ratio"), *(each.as_row() for each in held)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    print(f"\n{name}")
    for row in rows:
        print("  " + "  ".join(word.ljust(width) for word, width in zip(row, widths, strict=True)).rstrip(), flush=True)


if __name__ == "__main__":
    sys.exit(main())
