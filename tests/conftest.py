"""What all tests share: real databases, a real browser, the real records, and where the minutes went.

A test that needs one of these skips with a reason where it cannot be found. MUTUALIS_TEST_REQUIRE
("postgresql,chromium,chromedriver,perl,shared") names those whose absence is a failure instead.
"""

import os
import shutil
import signal
import subprocess
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings as hypothesis_settings
from postgresql_server import NoPostgresql, running
from sqlalchemy import make_url

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
FOLDERS = ("unit", "golden", "contract", "conformance", "flow", "browser")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_seconds: dict[str, float] = defaultdict(float)

# The same examples in every run of CI; at a desk, new ones each time. Never a deadline: machines differ.
hypothesis_settings.register_profile("ci", derandomize=True, max_examples=60, deadline=None, database=None)
hypothesis_settings.register_profile("desk", max_examples=60, deadline=None)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "desk")

# Started in the background by a shell, we would hand an ignored Ctrl-C on to every program that we start.
signal.signal(signal.SIGINT, signal.default_int_handler)


def absent(what: str, reason: str) -> None:
    """Skip the test that needs `what`, or fail it where MUTUALIS_TEST_REQUIRE says that it must be there."""
    required = os.environ.get("MUTUALIS_TEST_REQUIRE", "").replace(" ", "").split(",")
    if what in required:
        pytest.fail(f"{what} is required by MUTUALIS_TEST_REQUIRE: {reason}", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real records, schemas and vocabularies that stands beside the project."""
    if not SHARED.is_dir():
        absent("shared", "the real records (../shared/data) are not here")
    return SHARED


@pytest.fixture(scope="session")
def perl() -> str:
    """A Perl that has HTTP::OAI."""
    found = shutil.which("perl")
    if not found or subprocess.run([found, "-MHTTP::OAI", "-e", "1"], capture_output=True, check=False).returncode:
        absent("perl", "HTTP::OAI is not here (Debian: libhttp-oai-perl)")
    return found or ""


@pytest.fixture(scope="session")
def virtuoso() -> str:
    """The program of Debian's Virtuoso."""
    if (found := shutil.which("virtuoso-t")) is None:
        absent("virtuoso", "Virtuoso is not here (Debian: virtuoso-opensource-7-bin)")
    return str(found)


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """A database on a real PostgreSQL server, from which others may be created (SQLAlchemy URL)."""
    with ExitStack() as stack:
        try:
            url = stack.enter_context(running())
        except NoPostgresql as error:
            absent("postgresql", str(error))
        yield url


@pytest.fixture(scope="session")
def new_postgresql(postgresql_url: str) -> Iterator[Callable[[], str]]:
    """Makes an empty database at each call and gives its SQLAlchemy URL; all are dropped at the end."""
    numbers, made = count(1), []

    def create() -> str:
        name = f"mutualis_test_{os.getpid()}_{next(numbers)}"
        made.append(name)
        _execute(postgresql_url, f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        return make_url(postgresql_url).set(database=name).render_as_string(hide_password=False)

    yield create
    for name in made:
        _execute(postgresql_url, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The SQLAlchemy URL of an empty database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
    create: Callable[[], str] = request.getfixturevalue("new_postgresql")
    return create()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The program of a real browser; MUTUALIS_TEST_CHROMIUM names another than those on the PATH."""
    named = os.environ.get("MUTUALIS_TEST_CHROMIUM")
    found = next(filter(None, map(shutil.which, [named] if named else _BROWSERS)), None)
    if found is None:
        absent("chromium", f"no browser: looked for {named or ', '.join(_BROWSERS)}")
    return Path(str(found))


@pytest.fixture(scope="session")
def chromedriver() -> str:
    """The program that drives the browser."""
    if (found := shutil.which("chromedriver")) is None:
        absent("chromedriver", "ChromeDriver is not here (Debian: chromium-driver)")
    return str(found)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test stands in one of the folders, so that the minutes per folder tell where time goes."""
    for path in {item.path for item in items}:
        if path.is_relative_to(ROOT / "tests") and _folder(path) not in FOLDERS:
            raise pytest.UsageError(f"{path.relative_to(ROOT)}: move it into one of tests/{{{','.join(FOLDERS)}}}")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[_folder(ROOT / report.nodeid.partition("::")[0])] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("minutes per folder")
    for folder, seconds in sorted(_seconds.items(), key=lambda row: -row[1]):
        terminalreporter.write_line(f"{seconds / 60:8.2f}  tests/{folder}")
    terminalreporter.write_line(f"{sum(_seconds.values()) / 60:8.2f}  in all")


def _folder(path: Path) -> str:
    below = path.relative_to(ROOT / "tests").parts
    return below[0] if len(below) > 1 else ""


def _execute(url: str, statement: str) -> None:
    with psycopg.connect(url.replace("+psycopg", "", 1), autocommit=True) as connection:
        connection.execute(statement.encode())
