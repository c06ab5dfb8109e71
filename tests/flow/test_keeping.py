"""What a served catalogue does by itself: the most pressing first, none for ever, and nothing again and again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from command_rig import mutualis, report
from harvest_partner import page, pages, partner, record

from harvest import withheld
from harvest.source import Source
from repository import following, keeping
from repository.keeping import Keeper, due
from repository.questions import Question
from repository.services import Services, create
from repository.store.changes import written


class Ended:
    """A command that has ended already."""

    def poll(self) -> int:
        return 0


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    held = create(tmp_path / "data", {})
    yield held
    held.close()


def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words of the commands that are started, none of which runs."""
    found: list[str] = []
    monkeypatch.setattr(keeping, "_start", lambda _data, words: found.append(words[0]) or Ended())
    return found


def test_what_changes_nothing_is_not_begun_again_and_again(services: Services, monkeypatch: pytest.MonkeyPatch) -> None:
    services.journal.register(Source(id="s", base_url="https://s.example/oai", every="hourly"))
    begun, seconds = started(monkeypatch), [0.0]
    keeper = Keeper(services, lambda: seconds[0])
    for second in range(601):
        seconds[0] = float(second)
        keeper.poll()
    assert begun == ["harvest", "harvest", "harvest"]


def test_one_that_waits_for_a_person_is_not_due(services: Services) -> None:
    services.journal.register(Source(id="s", base_url="https://s.example/oai", every="hourly"))
    moment = written(services.now())
    assert due(services, moment) == ["s"]
    services.questions.ask([Question(kind=withheld.KIND, subject="s", source="s", details={"signs": []})], moment)
    assert due(services, moment) == []


def test_what_is_due_is_harvested_as_it_is_registered(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert mutualis(data, "init").returncode == 0
    with partner(pages(page(record("1")))) as there:
        report(data, "harvest", there.url, "--source", "partner", "--allow-private", "--every", "hourly")
        for words in (["--allow-private"], ["--terms", "x"], ["--prefix", "lom"], ["--every", "daily"]):
            assert mutualis(data, "harvest", "--due", *words).returncode == 1


def test_a_failure_over_duplicates_keeps_nobody_from_following(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise ValueError("odd")

    monkeypatch.setattr(services, "take_note", fail)
    assert not following._took_note(services)
    monkeypatch.undo()
    assert following._took_note(services)
