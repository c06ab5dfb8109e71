"""What the documentation says of the commands is true: its pages are up to date, linked, and were tried."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from command_rig import PATIENCE, ROOT, Served, caught_up, environment, free_port, until

from repository.commands import reference
from repository.settings import Settings, meaning

DOCS = ROOT / "docs"
TUTORIAL = DOCS / "tutorials" / "first-catalogue.md"
FOLDERS = ("tutorials", "how-to", "reference", "explanation")


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_generated_page_says_what_the_code_says(name: str) -> None:
    assert (reference.FOLDER / name).read_text("utf-8") == reference.PAGES[name](), "run: make docs"


def test_every_setting_stands_in_the_reference_with_its_meaning() -> None:
    page = (DOCS / "reference" / "settings.md").read_text("utf-8")
    names = [name for name in Settings.__slots__ if name != "data"]
    assert [name for name in names if f"| `{name}` | {meaning(name)} |" not in page] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_an_index_links_every_page_of_its_folder(folder: str) -> None:
    index = (DOCS / folder / "README.md").read_text("utf-8")
    pages = {path.name for path in (DOCS / folder).glob("*.md")} - {"README.md"}
    assert sorted(name for name in pages if f"]({name})" not in index) == []


def test_every_link_between_pages_leads_to_a_file() -> None:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.rglob("*.md"), *(ROOT / "changes").glob("*.md")]
    broken = [
        (page.name, link)
        for page in pages
        if "template" not in page.name
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text("utf-8"))
        if "://" not in link and not (page.parent / link).exists()
    ]
    assert broken == []


def test_the_tutorial_works_word_by_word(tmp_path: Path) -> None:
    if not shutil.which("curl"):
        pytest.skip("the tutorial asks with curl, which is not here")
    port = free_port()
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    (tmp_path / "mutualis").write_text(f'#!/bin/sh\nexec {sys.executable} -m repository.cli "$@"\n', "utf-8")
    (tmp_path / "mutualis").chmod(0o755)
    surroundings = environment(PATH=f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    installed = [each.replace("8000", str(port)) for each in commands(TUTORIAL) if re.match("mutualis|curl", each)]
    assert len(installed) >= 8
    servers = []
    said = {}
    try:
        for each in installed:
            if " serve " in each:
                words = ["sh", "-c", f"exec {each}"]
                servers.append(subprocess.Popen(words, cwd=tmp_path, env=surroundings, stdout=subprocess.DEVNULL))
                served = Served(servers[-1], port)
                until(
                    lambda served=served: served.get("healthz")[0] == 200 and caught_up(served), "the server to answer"
                )
            else:
                done = subprocess.run(
                    each, shell=True, cwd=tmp_path, env=surroundings, capture_output=True, text=True, timeout=PATIENCE
                )
                assert done.returncode == 0, (each, done.stderr)
                said[each] = done.stdout
    finally:
        for server in servers:
            server.terminate()
            server.wait(PATIENCE)
    told = list(said.values())
    assert ": complete. " in next(text for words, text in said.items() if " import " in words)
    assert ": complete. " in next(text for words, text in said.items() if " harvest " in words)
    assert "<Identify>" in "".join(told)
    assert len(told[-1].split()) > 9  # the last question: a heading, and a line for each country


def commands(page: Path) -> list[str]:
    """The commands of a page's console blocks; a line that does not begin with "$ " goes on with the one before."""
    blocks = re.findall(r"^```console\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [each.strip() for block in blocks for each in re.split(r"^\$ ", block, flags=re.MULTILINE) if each.strip()]


def test_every_test_that_the_reference_names_is_there() -> None:
    page = (DOCS / "reference" / "oai-pmh.md").read_text("utf-8")
    written = "".join(path.read_text("utf-8") for path in (ROOT / "tests" / "conformance").glob("*.py"))
    named = re.findall(r"`(test_\w+)`", page)
    assert len(named) >= 14
    assert [name for name in named if f"def {name}(" not in written] == []
