"""`mutualis harvest` as a script calls it: what it prints, how long it takes, what it asks for, how it ends."""

import time
from pathlib import Path

import pytest
from command_rig import mutualis, report
from harvest_partner import Partner, Question, Reply, envelope, error, identity, metadata, page, pages, partner, record

LOM = (
    '<metadata><lom xmlns="http://ltsc.ieee.org/xsd/LOM"><general><title><string language="fr">Guide</string></title>'
    "</general></lom></metadata>"
)
DC = ("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc/")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    assert mutualis(folder, "init").returncode == 0
    return folder


def formats(*offered: tuple[str, str]) -> str:
    told = "".join(
        f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>http://example.org/x.xsd</schema>"
        f"<metadataNamespace>{namespace}</metadataNamespace></metadataFormat>"
        for prefix, namespace in offered
    )
    return envelope(f"<ListMetadataFormats>{told}</ListMetadataFormats>")


def lines(there: Partner, data: Path, *words: object, status: int = 0) -> list[str]:
    done = mutualis(data, "harvest", there.url, "--allow-private", "--print-identifiers", *words)
    assert done.returncode == status, done.stderr
    return done.stdout.splitlines()


def test_identifiers_of_all_that_was_stored_or_deleted_are_printed_and_nothing_else(data: Path) -> None:
    strange = record("4").replace(metadata("Électricien bâtiment"), "<metadata><x/></metadata>")
    first = page(record("1"), record("2", deleted=True), strange, token="1")
    with partner(pages(first, page(record("1"), record("3")))) as there:
        wanted = ["oai:partner:1", "oai:partner:2", "oai:partner:3"]
        assert lines(there, data, status=3) == wanted
        assert lines(there, data, "--full", status=3) == wanted, "also what was as it is"


def test_the_report_goes_aside_where_identifiers_are_printed(data: Path) -> None:
    with partner(pages(page(record("1")))) as there:
        done = mutualis(data, "--json", "harvest", there.url, "--allow-private", "--print-identifiers")
    assert done.stdout == "oai:partner:1\n"
    assert '"outcome": "complete"' in done.stderr


def endless(question: Question, _number: int) -> Reply:
    """One record after another, each on a page of its own that takes its time."""
    if question["verb"] != "ListRecords":
        return Reply(identity().encode())
    number = int(question.get("resumptionToken", "0"))
    time.sleep(0.2 if number < 20 else 0)
    return Reply(page(record(str(number)), token=str(number + 1) if number < 40 else "").encode())


def test_a_run_ends_in_time_says_so_and_the_next_goes_on_from_there(data: Path) -> None:
    with partner(endless) as there:
        told = report(data, "harvest", there.url, "--allow-private", "--max-seconds", "2", status=3)
        assert told["outcome"] == "partial"
        assert "2 seconds" in told["problems"][0]
        assert 0 < told["stored"] < 41
        asked = len(there.lists)
        rest = report(data, "harvest", there.url, "--allow-private")
        assert rest["outcome"] == "complete"
        assert there.lists[asked]["resumptionToken"] != "0"
    assert told["stored"] + rest["created"] == 41


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", 503, (("Retry-After", "60"),)),
        Reply(b"", 503, ()),
        Reply(b"<OAI", 200, promised=99_999),
        Reply(b"not XML at all", 200),
    ],
)
def test_no_wait_and_no_second_try_lasts_longer_than_the_run(data: Path, reply: Reply) -> None:
    def behave(question: Question, _number: int) -> Reply:
        return Reply(identity().encode()) if question["verb"] == "Identify" else reply

    with partner(behave) as there:
        told = report(data, "harvest", there.url, "--allow-private", "--max-seconds", "1", status=1)
    assert told["outcome"] == "failed"
    assert told.get("problems") or told["message"]


def test_a_time_that_is_none_is_refused(data: Path) -> None:
    for words in ("0", "-1", "soon", "nan", "inf"):
        assert mutualis(data, "harvest", "http://a.example/", "--max-seconds", words).returncode == 2


def test_the_richest_format_that_both_sides_know_is_asked_for_and_remembered(data: Path) -> None:
    def behave(question: Question, _number: int) -> Reply:
        answers = {
            "Identify": identity(),
            "ListMetadataFormats": formats(DC, ("didl", "urn:x"), ("oai_lom", "http://ltsc.ieee.org/xsd/LOM")),
        }
        lom = record("1").replace(metadata("Électricien bâtiment"), LOM)
        return Reply(answers.get(question["verb"], page(lom)).encode())

    with partner(behave) as there:
        assert report(data, "harvest", there.url, "--allow-private")["created"] == 1
        assert report(data, "harvest", there.url, "--allow-private")["unchanged"] == 1
        assert {each["metadataPrefix"] for each in there.lists} == {"oai_lom"}
        assert sum(each["verb"] == "ListMetadataFormats" for each in there.asked) == 1


@pytest.mark.parametrize("answer", [error("badVerb"), "nonsense", envelope(""), formats()])
def test_a_partner_that_does_not_say_what_it_has_is_asked_for_oai_dc(data: Path, answer: str) -> None:
    def behave(question: Question, _number: int) -> Reply:
        answers = {"Identify": identity(), "ListMetadataFormats": answer}
        return Reply(answers.get(question["verb"], page(record("1"))).encode())

    with partner(behave) as there:
        assert report(data, "harvest", there.url, "--allow-private")["created"] == 1
        assert {each["metadataPrefix"] for each in there.lists} == {"oai_dc"}


def test_a_source_is_harvested_by_its_id_as_it_was_allowed_to(data: Path) -> None:
    with partner(pages(page(record("1")))) as there:
        report(data, "harvest", there.url, "--allow-private", "--source", "partner", "--terms", "CC BY 4.0")
        told = report(data, "harvest", "partner")
    assert (told["source"], told["unchanged"]) == ("partner", 1)
