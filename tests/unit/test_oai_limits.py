"""Who is let in when many come at once, who asks behind proxies, and a log that nobody can write lines into."""

import json
import multiprocessing
from pathlib import Path

import pytest

from repository.clients import client_of, is_one
from repository.oai.journal import AccessLog, Line
from repository.oai.limits import Gate


def test_one_client_has_two_requests_under_way_and_the_others_are_let_in() -> None:
    gate = Gate(total=3, each=2)
    with gate.passing("a") as first, gate.passing("a") as second:
        with gate.passing("a") as third, gate.passing("b") as other:
            assert (first, second, third, other) == (True, True, False, True)
            with gate.passing("c") as too_many:
                assert not too_many
        with gate.passing("c") as after:
            assert after
    with gate.passing("a") as again:
        assert again


def test_a_client_without_a_name_is_held_by_the_whole_alone() -> None:
    gate = Gate(total=3, each=1)
    with gate.passing("") as first, gate.passing("") as second, gate.passing("") as third, gate.passing("") as fourth:
        assert (first, second, third, fourth) == (True, True, True, False)


def test_a_request_that_fails_gives_its_place_back() -> None:
    gate = Gate(total=1, each=1)
    with pytest.raises(ZeroDivisionError), gate.passing("a"):
        raise ZeroDivisionError
    with gate.passing("a") as let_in:
        assert let_in


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "client"),
    [
        ("203.0.113.5", "", [], "203.0.113.5"),
        ("203.0.113.5", "198.51.100.1", [], "203.0.113.5"),
        ("127.0.0.1", "198.51.100.1", ["127.0.0.1"], "198.51.100.1"),
        ("127.0.0.1", "6.6.6.6, 198.51.100.1", ["127.0.0.1"], "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", ["10.0.0.2", "10.0.0.3"], "198.51.100.1"),
        ("127.0.0.1", "nonsense", ["127.0.0.1"], "127.0.0.1"),
        ("127.0.0.1", "", ["127.0.0.1"], "127.0.0.1"),
        ("2001:db8:1:2:3:4:5:6", "", [], "2001:db8:1:2::"),
    ],
)
def test_who_asks_is_told_by_the_connection_or_by_a_proxy_that_is_trusted(
    remote: str, forwarded: str, proxies: list[str], client: str
) -> None:
    assert client_of(remote, forwarded, proxies) == client


def test_everybody_behind_a_local_proxy_that_is_not_named_is_not_one_client() -> None:
    assert not is_one("127.0.0.1", [])
    assert is_one("127.0.0.1", ["127.0.0.1"])
    assert is_one("203.0.113.5", [])


def line(number: int, **more: str) -> Line:
    return Line(at="2026-03-01T12:00:00Z", client="203.0.113.5", verb="ListRecords", cursor=number, **more)


def test_a_line_is_one_line_whatever_is_in_it(tmp_path: Path) -> None:
    log = AccessLog(tmp_path / "logs" / "oai.jsonl")
    log.write(line(1, set='x\n{"at":"forged"}\u2028\r', identifier="\x1b[31m"))
    log.write(line(2))
    lines = (tmp_path / "logs" / "oai.jsonl").read_bytes().split(b"\n")
    assert [json.loads(each).get("cursor") for each in lines[:-1]] == [1, 2]
    assert lines[-1] == b""


def write_many(path: Path, writer: int) -> None:
    log = AccessLog(path, largest=20_000, kept=50)
    for number in range(500):
        log.write(line(writer * 1000 + number))


def test_several_processes_write_one_log_and_moving_it_aside_loses_no_line(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "oai.jsonl"
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_many, args=(path, number)) for number in range(4)]
    for each in writers:
        each.start()
    for each in writers:
        each.join()
    files = list(path.parent.glob("oai.jsonl*"))
    assert len(files) > 3
    found = [json.loads(each).get("cursor", 0) for file in files for each in file.read_text().splitlines()]
    assert sorted(found) == sorted(writer * 1000 + number for writer in range(4) for number in range(500))


def test_only_so_many_files_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "logs" / "oai.jsonl"
    log = AccessLog(path, largest=1, kept=3)
    for number in range(64 * 8):
        log.write(line(number))
    assert len(list(path.parent.glob("oai.jsonl*"))) <= 4


def test_a_log_that_cannot_be_written_costs_nobody_an_answer(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file in the way of the folder")
    AccessLog(tmp_path / "logs" / "oai.jsonl").write(line(1))
