"""What an answer says about a link, and when it is looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from harvest.client import Answer
from harvest.verdict import Link, Verdict, beside, compare, judge, looked_at

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
URL = "https://partner.example/handle/123/45"
TEXT = " ".join(f"mot{number}" for number in range(60))


def answer(body: str = "", status: int = 200, media_type: str = "text/html", url: str = URL) -> Answer:
    return Answer(url=url, status=status, body=body.encode(), media_type=media_type)


def page(title: str, body: str = TEXT) -> Answer:
    return answer(
        f"<html><head><title>{title}</title><script>var page404 = 1</script></head><body>{body}</body></html>"
    )


@pytest.mark.parametrize(
    ("status", "kind"),
    [(200, "there"), (206, "there"), (404, "gone"), (410, "gone"), (401, "kept"), (403, "kept"), (429, "busy"),
     (503, "busy"), (500, "silent"), (502, "silent")],
)  # fmt: skip
def test_the_status_tells_first(status: int, kind: str) -> None:
    assert judge(URL, "", answer(TEXT, status)).kind == kind


@pytest.mark.parametrize(
    "title",
    [
        "Erreur 404",
        "404 Not Found",
        "Error 404 - My repository",
        "Page introuvable",
        "Cette notice est introuvable",
        "La ressource demandée n’existe plus",
        "Página não encontrada",
        "O documento não existe",
        "The page you are looking for cannot be found",
        "Item withdrawn",
        "Invalid Identifier",
    ],
)
def test_a_page_that_says_it_is_not_there_is_gone_though_its_status_is_200(title: str) -> None:
    found = judge(URL, "", page(title))
    assert found.kind == "gone"
    assert found.reason and title in found.reason.told("fr")


@pytest.mark.parametrize(
    "title",
    [
        "Peugeot 404 : guide de réparation",
        "Référentiel de formation : électricien bâtiment",
        "Que faire quand une pièce est introuvable sur le marché ? Guide du mécanicien",
        "Manual do formador",
        "Document technique 404-B",
    ],
)
def test_a_title_that_only_sounds_like_it_is_there(title: str) -> None:
    assert judge(URL, "", page(title)).kind == "there"


def test_what_only_leads_to_the_front_page_is_gone() -> None:
    assert judge(URL, "", answer(TEXT, url="https://partner.example/index.php")).kind == "gone"
    assert judge("https://partner.example/", "", answer(TEXT, url="https://www.partner.example/")).kind == "there"
    assert judge(URL, "", answer(TEXT, url="https://partner.example/?id=45")).kind == "there"


def test_a_page_in_place_of_the_promised_file_is_no_file() -> None:
    assert judge(URL, "application/pdf", page("Guide")).kind == "gone"
    assert judge(URL, "application/pdf", answer("%PDF", media_type="application/octet-stream")).kind == "there"
    assert judge(URL, "text/html", page("Guide")).kind == "there"


@pytest.mark.parametrize(
    ("url", "start"),
    [
        (URL, "https://partner.example/handle/123/mutualis-"),
        ("https://p.example/opac/index.php?lvl=notice_display&id=7", "https://p.example/opac/index.php?lvl=notice_display&id=mutualis-"),
        ("https://p.example", "https://p.example/mutualis-"),
    ],
)  # fmt: skip
def test_the_address_beside_is_one_that_nobody_gave_out(url: str, start: str) -> None:
    assert beside(url).startswith(start)
    assert beside(url) == beside(url) != url


def test_a_page_that_is_given_for_anything_is_a_soft_404() -> None:
    assert compare(page("Catalogue"), page("Catalogue")) is not None
    other = page("Catalogue", " ".join(f"autre{number}" for number in range(60)))
    assert compare(page("Catalogue"), other) is None
    assert compare(page("Catalogue"), answer("nothing", 404)) is None


def test_a_page_that_a_script_fills_in_tells_nothing() -> None:
    assert compare(page("App", "<div id=root></div>"), page("App", "<div id=root></div>")) is None


def test_a_link_is_dead_only_after_it_was_absent_for_a_while() -> None:
    link, states, moment = Link(url=URL), [], NOW
    for _ in range(4):
        link = looked_at(link, Verdict("silent", 500), moment)
        states.append(link.state)
        moment = datetime.fromisoformat(link.due)
    assert states == ["failing", "failing", "failing", "dead"]
    assert moment - NOW > timedelta(days=11)


def test_a_page_that_was_not_found_twice_or_that_is_gone_for_good_is_dead() -> None:
    once = looked_at(Link(url=URL), Verdict("gone", 404), NOW)
    assert (once.state, once.failures) == ("failing", 1)
    assert looked_at(once, Verdict("gone", 404), NOW).state == "dead"
    assert looked_at(Link(url=URL), Verdict("gone", 410), NOW).state == "dead"


def test_a_dead_link_that_comes_back_is_alive_and_a_silent_server_does_not_revive_it() -> None:
    dead = Link(url=URL, state="dead", failures=2)
    assert looked_at(dead, Verdict("silent", 500), NOW).state == "dead"
    back = looked_at(dead, Verdict("there", 200), NOW)
    assert (back.state, back.failures, back.reason) == ("alive", 0, None)


def test_a_busy_server_says_nothing_about_its_links() -> None:
    link = Link(url=URL, state="alive", failures=0, checked="2026-02-01T00:00:00Z")
    again = looked_at(link, Verdict("busy", 503), NOW)
    assert (again.state, again.checked) == (link.state, link.checked)
    assert again.due == "2026-03-02T12:00:00Z"


def test_links_found_together_do_not_come_back_together() -> None:
    due = {looked_at(Link(url=f"{URL}/{number}"), Verdict("there", 200), NOW).due for number in range(20)}
    assert len(due) > 15
