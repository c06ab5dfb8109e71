"""The laws of the house that no single module can show. The floors themselves are listed in .importlinter."""

import ast
import re
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("repository", "vocabularies", "harvest", "sparql")
CLOCK_CALLS = {
    "datetime": {"now", "utcnow", "today"},
    "date": {"today"},
    "time": {"time", "time_ns", "gmtime", "localtime", "ctime"},
    "func": {"now", "current_timestamp", "current_date"},
}


def modules() -> dict[str, Path]:
    """Every module of the four packages, by its dotted name."""
    paths = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}


def floors() -> list[list[str]]:
    """The names on each floor, the top one first."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    lines = contracts["importlinter:contract:floors"]["layers"].strip().splitlines()
    return [re.findall(r"[\w.]+", line) for line in lines]


def within(module: str, name: str) -> bool:
    return module == name or module.startswith(name + ".")


def floor_of(module: str) -> list[str]:
    return [name for floor in floors() for name in floor if within(module, name)]


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(library: str) -> set[str]:
    return {name for name, path in modules().items() if any(within(each, library) for each in imported(path))}


def calls(path: Path) -> Iterator[tuple[str, str]]:
    """(`owner`, `name`) of each call `owner.name()`; the owner of a bare call is empty."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            yield "", node.func.id
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = node.func.value
            yield getattr(owner, "attr", getattr(owner, "id", "")), node.func.attr


def is_room(module: str) -> bool:
    """Whether a package's modules stand on several floors, so that it can have none itself."""
    return modules()[module].name == "__init__.py" and any(within(name, module) for floor in floors() for name in floor)


def test_every_module_stands_on_exactly_one_floor() -> None:
    astray = {name: floor_of(name) for name in modules() if not is_room(name) and len(floor_of(name)) != 1}
    assert not astray, "list each of these once in .importlinter"


def test_a_room_with_several_floors_holds_no_code_of_its_own() -> None:
    for name, path in modules().items():
        if is_room(name) and not floor_of(name):
            body = ast.parse(path.read_bytes()).body
            assert all(isinstance(node, ast.Expr) for node in body), f"{path} would stand on no floor"


def test_flask_is_imported_by_views_services_and_app_only() -> None:
    views = floors()[1]
    allowed = [*views, "repository.services", "repository.app"]
    flask = importers("flask") | importers("werkzeug")
    assert {name for name in flask if not any(within(name, each) for each in allowed)} == set()


def test_sparqlwrapper_is_confined_to_one_module_of_the_engines() -> None:
    users = importers("SPARQLWrapper")
    assert len(users) <= 1
    assert all(within(name, "sparql.engines") for name in users)


def test_only_the_command_line_prints() -> None:
    printing = {name for name, path in modules().items() if ("", "print") in calls(path)}
    assert {name for name in printing if not within(name, "repository.cli")} == set()


def test_only_services_read_the_clock() -> None:
    """Elsewhere the time is an argument; a monotonic clock, for deadlines, is not the time."""
    reading = {
        name
        for name, path in modules().items()
        if any(call in CLOCK_CALLS.get(owner, ()) for owner, call in calls(path))
        or any(within(each, "time.time") for each in imported(path))
    }
    assert reading <= {"repository.services"}


@pytest.mark.parametrize("library", ["pytest", "hypothesis", "pyshacl", "sickle", "oaipmh_scythe"])
def test_what_only_tests_need_is_not_needed_to_run(library: str) -> None:
    """Such a library may be an optional second opinion, never an import at the top of a module."""
    for name, path in modules().items():
        top = [node for node in ast.parse(path.read_bytes()).body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = {alias.name for node in top if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module for node in top if isinstance(node, ast.ImportFrom) and node.module}
        assert not any(within(each, library) for each in names), f"{name} imports {library}"
